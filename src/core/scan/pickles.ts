import type { ByteSource } from './bytes/byte-source.ts'
import { bringsInLines, textFormat } from './formats/text.ts'
import { Unscannable, type WhyNot } from './found/unscannable.ts'
import { type Looked, nameFormat, refuse, type Scan, tell } from './looked.ts'
import { isNamedModel, isNamedPickle } from './model-names.ts'
import { type Loader, walkPickle } from './pickle/walk.ts'

export const PLAIN: Loader = { findsPersistent: false, readsArrays: true, hasTwoReadings: false }
export const TORCH: Loader = { findsPersistent: true, readsArrays: false, hasTwoReadings: false }

/**
 * Reads one pickle, behind which nothing may follow unless somebody else reads that. What follows all the same is told of, and read as whoever
 * loads from the file again does.
 *
 * @returns where it ended
 */
export function lookIntoPickle(looked: Looked, from: number, loader: Loader, mayFollow = false): number {
  const { source, scan, isKnown, names } = looked
  const { imports, end } = walkPickle(source, from, loader, isKnown, finding => tell(scan, [finding]))
  for (const [name, { kind }] of imports) {
    names.add(name)
    if (kind === 'import' && name === 'joblib.numpy_pickle.NumpyArrayWrapper' && scan.format === 'pickle')
      scan.format = 'joblib'
  }
  if (!mayFollow && end < source.size) {
    tell(scan, [{ kind: 'after_end', at: end }])
    lookBehind(looked, end, loader)
  }
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
 * What is of another format may be a pickle as well, as text is that of protocol 0: then it calls something, is one from its first byte to its
 * last, or breaks off only here and not for everybody who loads it. What is called a pickle, and brings something in before it breaks off, is
 * a broken one.
 *
 * @param isText all through, so that two lines of it tell whether it would bring something in wherever a loader came to them
 * @throws Unscannable of those that break off so; of text that is called a pickle, is none and has such lines
 */
export function tellAsPickle(looked: Looked, isText: boolean): void {
  const isNamed = isNamedPickle(looked.name)
  const own: Scan = { format: 'unknown', findings: [], imports: 0 }
  let brings = false
  const isKnown = (name: string) => {
    brings = true
    return looked.isKnown(name)
  }
  let broken: Unscannable | undefined
  try {
    lookIntoPickle({ ...looked, isKnown, scan: own, names: new Set() }, 0, PLAIN)
  } catch (error) {
    if (!(error instanceof Unscannable)) throw error
    broken = error
  }
  const isBlind =
    broken !== undefined && (isUnsure(broken) || (isNamed && (brings || broken.why === 'extension')))
  const acts = own.findings.some(
    ({ kind }) =>
      kind === 'call' ||
      kind === 'changed_import' ||
      (!broken && (kind === 'import' || (isNamed && kind === 'after_end'))),
  )
  if (broken && isNamed && isText && !acts && !isBlind && bringsInLines(looked.source)) refuse('no_pickle')
  if (!acts && !isBlind) return
  nameFormat(looked.scan, 'pickle')
  tell(looked.scan, own.findings)
  if (broken && isBlind) throw broken
}

/**
 * Text is what is told of it as a pickle already, unless its name says that it is something else.
 *
 * @throws Unscannable it is called a model and empty
 */
export function lookIntoText({ source, name, scan }: Looked): void {
  if (source.size === 0 && isNamedModel(name)) refuse('empty')
  nameFormat(scan, textFormat(source))
}

// --- internal ---

/** So many are read behind the first. */
const MOST_BEHIND = 1000

function lookBehind(looked: Looked, from: number, loader: Loader): void {
  let at = from
  try {
    for (let count = 0; at < looked.source.size; count++) {
      if (count >= MOST_BEHIND) throw new Unscannable('long', at)
      at = lookIntoPickle(looked, at, loader, true)
    }
  } catch (error) {
    if (!(error instanceof Unscannable)) throw error
    if (isUnsure(error)) throw error
  }
}

/** Where Python, or some version of it, may go on: any other mistake ends the loading everywhere. */
function isUnsure({ why }: Unscannable): boolean {
  return UNSURE.has(why)
}
const UNSURE: ReadonlySet<WhyNot> = new Set(['called', 'name', 'long', 'deep', 'array', 'frame'])

/** PROTO, and a protocol that there is or may be one day. */
function saysPickle(source: ByteSource): boolean {
  const [first, second] = source.read(0, 2)
  return first === 0x80 && second !== undefined && second < 32
}
