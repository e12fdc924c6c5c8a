import type { ByteSource } from './bytes/byte-source.ts'
import { Unscannable } from './found/unscannable.ts'
import { type Looked, nameFormat, type Scan, tell } from './looked.ts'
import { type Loader, walkPickle } from './pickle/walk.ts'

export const PLAIN: Loader = { findsPersistent: false, readsArrays: true, hasTwoReadings: false }
export const TORCH: Loader = { findsPersistent: true, readsArrays: false, hasTwoReadings: false }

/**
 * Reads one pickle, behind which nothing may follow unless somebody else reads that.
 *
 * @returns where it ended
 */
export function lookIntoPickle(
  { source, scan, isKnown, names }: Looked,
  from: number,
  loader: Loader,
  mayFollow = false,
): number {
  const { imports, end } = walkPickle(source, from, loader, isKnown, finding => tell(scan, [finding]))
  for (const [name, { kind }] of imports) {
    names.add(name)
    if (kind === 'import' && name === 'joblib.numpy_pickle.NumpyArrayWrapper' && scan.format === 'pickle')
      scan.format = 'joblib'
  }
  if (!mayFollow && end < source.size) tell(scan, [{ kind: 'after_end', at: end }])
  return end
}

/**
 * Bytes that nothing else begins like. From protocol 2 on a pickle says that it is one; before, it may begin with any instruction, and is told
 * by what it does: what does nothing and ends in a mistake is of no known format.
 */
export function lookIntoUnnamed(looked: Looked): void {
  if (saysPickle(looked.source)) {
    nameFormat(looked.scan, 'pickle')
    lookIntoPickle(looked, 0, PLAIN)
    return
  }
  const own: Scan = { format: 'pickle', findings: [], imports: 0 }
  try {
    lookIntoPickle({ ...looked, scan: own }, 0, PLAIN)
  } catch (error) {
    if (!(error instanceof Unscannable)) throw error
    if (own.findings.length === 0) throw new Unscannable('unknown', 0)
    nameFormat(looked.scan, own.format)
    tell(looked.scan, own.findings)
    throw error
  }
  nameFormat(looked.scan, own.format)
  tell(looked.scan, own.findings)
}

/** Five pickles one behind the other, then the bytes of the tensors. */
export function lookIntoLegacyTorch(looked: Looked): void {
  let at = 0
  for (let index = 0; index < 5; index++) at = lookIntoPickle(looked, at, TORCH, true)
}

/**
 * What is of another format may be a pickle as well, as text is that of protocol 0: then it calls something, or is one from its first byte to
 * its last. What is called a pickle, and brings something in before it breaks off, is a broken one.
 *
 * @throws Unscannable of such a one
 */
export function tellAsPickle(looked: Looked): void {
  const own: Scan = { format: 'unknown', findings: [], imports: 0 }
  const acts = (isWhole: boolean) =>
    own.findings.some(
      ({ kind }) => kind === 'call' || kind === 'changed_import' || (isWhole && kind === 'import'),
    )
  let brings = false
  const isKnown = (name: string) => {
    brings = true
    return looked.isKnown(name)
  }
  let isPickle: boolean
  try {
    lookIntoPickle({ ...looked, isKnown, scan: own, names: new Set() }, 0, PLAIN)
    isPickle = acts(true)
  } catch (error) {
    if (!(error instanceof Unscannable)) throw error
    if (brings && PICKLE_NAME.test(looked.name)) {
      nameFormat(looked.scan, 'pickle')
      tell(looked.scan, own.findings)
      throw error
    }
    isPickle = acts(false)
  }
  if (!isPickle) return
  nameFormat(looked.scan, 'pickle')
  tell(looked.scan, own.findings)
}

// --- internal ---

/** As tools call what they pickle, packed or not. */
const PICKLE_NAME = /\.(?:pkl|pickle|pck|pcl|joblib|dill|sav|pt|pth)(?:\.(?:gz|z))?$/i

/** PROTO, and a protocol that there is or may be one day. */
function saysPickle(source: ByteSource): boolean {
  const [first, second] = source.read(0, 2)
  return first === 0x80 && second !== undefined && second < 32
}
