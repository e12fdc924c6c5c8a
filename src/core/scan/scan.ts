import { gunzipSync, inflateSync } from 'node:zlib'
import { type ByteSource, bytesInMemory } from './bytes/byte-source.ts'
import { ggufFindings, isGguf } from './formats/gguf.ts'
import { kerasFindings } from './formats/keras.ts'
import { isNumpyFile, pickleInNumpyFile } from './formats/numpy-file.ts'
import { isOnnx, onnxFindings } from './formats/onnx.ts'
import { isSafetensors, safetensorsFindings } from './formats/safetensors.ts'
import { isPlainText } from './formats/text.ts'
import { entryBytes, type ZipEntry, zipEntries } from './formats/zip.ts'
import type { Finding } from './found/finding.ts'
import { Unscannable, type WhyNot } from './found/unscannable.ts'
import { type Loader, walkPickle } from './pickle/walk.ts'

/** What is known of a file without loading it. */
export interface Scan {
  format: Format
  /** What is no part of an ordinary model. */
  findings: Finding[]
  /** Nobody can tell what else is in it, and where it stands. */
  unscannable?: { why: WhyNot; at: number; entry?: string }
  /** How many things of Python it brings in. */
  imports: number
}

export type Format =
  | 'pickle'
  | 'joblib'
  | 'torch'
  | 'numpy'
  | 'keras'
  | 'zip'
  | 'safetensors'
  | 'onnx'
  | 'gguf'
  | 'text'
  | 'hdf5'
  | 'unknown'

/**
 * Whether a model can be loaded without running anything but what loads it. Nothing is loaded: formats are told by their bytes, whatever the
 * file is called, and whatever cannot be followed to its end is no "safe".
 *
 * @param isKnown whether something of that full name (`sklearn.tree._tree.Tree`) may be brought in
 */
export function scanModel(source: ByteSource, isKnown: (name: string) => boolean): Scan {
  const scan: Scan = { format: 'unknown', findings: [], imports: 0 }
  const names = new Set<string>()
  try {
    look({ source, depth: 0, scan, isKnown, names })
  } catch (error) {
    if (!(error instanceof Unscannable)) throw error
    scan.unscannable ??= { why: error.why, at: error.at }
  }
  return { ...scan, imports: names.size }
}

// --- internal ---

interface Looked {
  source: ByteSource
  depth: number
  scan: Scan
  isKnown: (name: string) => boolean
  names: Set<string>
}

const PLAIN: Loader = { findsPersistent: false, readsArrays: true, hasTwoReadings: false }
const TORCH: Loader = { findsPersistent: true, readsArrays: false, hasTwoReadings: false }
/** What is unpacked into memory at most, in bytes. */
const MOST_UNPACKED = 256 * 1024 * 1024
const DEEPEST = 3
/** Of one file: a hostile one has as many as it likes. */
const MOST_FINDINGS = 100

/** What a file is, by its first bytes, in this order; what is none of these is read as a pickle. */
const KINDS: readonly {
  format: Format | undefined
  is: (source: ByteSource, begins: (text: string) => boolean) => boolean
  look: (looked: Looked) => void
}[] = [
  { format: undefined, is: (_, begins) => begins('PK\x03\x04') || begins('PK\x05\x06'), look: lookIntoZip },
  { format: 'numpy', is: isNumpyFile, look: lookIntoNumpyFile },
  { format: 'gguf', is: isGguf, look: ({ source, scan }) => tell(scan, ggufFindings(source)) },
  { format: 'hdf5', is: (_, begins) => begins('\x89HDF\r\n\x1a\n'), look: () => refuse('hdf5') },
  { format: undefined, is: (_, begins) => COMPRESSED.some(begins), look: () => refuse('compressed') },
  { format: undefined, is: (_, begins) => begins(GZIP) || ZLIB.some(begins), look: lookIntoPacked },
  { format: 'torch', is: (_, begins) => begins(LEGACY_TORCH), look: lookIntoLegacyTorch },
  {
    format: 'safetensors',
    is: isSafetensors,
    look: ({ source, scan }) => tell(scan, safetensorsFindings(source)),
  },
  { format: 'onnx', is: isOnnx, look: ({ source, scan }) => tell(scan, onnxFindings(source)) },
  { format: undefined, is: isPlainText, look: lookIntoText },
  // UBJSON, as XGBoost saves it: numbers and names.
  { format: 'text', is: (_, begins) => begins('{L'), look: () => {} },
  { format: 'pickle', is: () => true, look: looked => void lookIntoPickle(looked, 0, PLAIN) },
]

/** 7-Zip, xz, bzip2, lzma, Zstandard, RAR. */
const COMPRESSED = ['7z\xbc\xaf\x27\x1c', '\xfd7zXZ\x00', 'BZh', '\x5d\x00\x00', '\x28\xb5\x2f\xfd', 'Rar!']
const GZIP = '\x1f\x8b'
/** A window of 32 KiB, and how well it was packed (RFC 1950). */
const ZLIB = ['\x78\x01', '\x78\x5e', '\x78\x9c', '\x78\xda']
/** The number by which torch knows what it saved before 1.6, as a pickle of its own. */
const LEGACY_TORCH = '\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.'

function look(looked: Looked): void {
  const { source, scan } = looked
  const head = Buffer.from(source.read(0, 16)).toString('latin1')
  const kind = KINDS.find(({ is }) => is(source, text => head.startsWith(text)))!
  if (kind.format !== undefined) nameFormat(scan, kind.format)
  kind.look(looked)
}

/** The outermost counts: a pickle in an archive is an archive. */
function nameFormat(scan: Scan, format: Format): void {
  if (scan.format === 'unknown') scan.format = format
}

function refuse(why: WhyNot): never {
  throw new Unscannable(why, 0)
}

function lookIntoNumpyFile(looked: Looked): void {
  const from = pickleInNumpyFile(looked.source)
  if (from !== undefined) lookIntoPickle(looked, from, PLAIN)
}

function lookIntoPacked(looked: Looked): void {
  const { source, depth } = looked
  if (depth >= DEEPEST) refuse('nested')
  const isGzip = Buffer.from(source.read(0, 2)).toString('latin1') === GZIP
  look({ ...looked, source: unpacked(source, isGzip ? gunzipSync : inflateSync), depth: depth + 1 })
}

function lookIntoPickle(
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

/** Five pickles one behind the other, then the bytes of the tensors. */
function lookIntoLegacyTorch(looked: Looked): void {
  let at = 0
  for (let index = 0; index < 5; index++) at = lookIntoPickle(looked, at, TORCH, true)
}

/**
 * Text is of no model that could do anything, unless it is a pickle of protocol 0, which is text as well: then it calls something, or is one
 * from its first letter to its last.
 */
function lookIntoText(looked: Looked): void {
  const own: Scan = { format: 'unknown', findings: [], imports: 0 }
  const acts = (isWhole: boolean) =>
    own.findings.some(
      ({ kind }) => kind === 'call' || kind === 'changed_import' || (isWhole && kind === 'import'),
    )
  let isPickle: boolean
  try {
    lookIntoPickle({ ...looked, scan: own }, 0, PLAIN)
    isPickle = acts(true)
  } catch (error) {
    if (!(error instanceof Unscannable)) throw error
    isPickle = acts(false)
  }
  nameFormat(looked.scan, isPickle ? 'pickle' : 'text')
  if (isPickle) tell(looked.scan, own.findings)
}

function lookIntoZip(looked: Looked): void {
  const { source, depth, scan } = looked
  if (depth >= DEEPEST) refuse('nested')
  const entries = zipEntries(source)
  const names = new Set(entries.map(({ name }) => name))
  const kind = kindOfArchive(entries, names)
  nameFormat(scan, kind)
  for (const entry of entries) {
    if (entry.name.endsWith('/')) continue
    try {
      const inside = { ...looked, source: entryBytes(source, entry, MOST_UNPACKED), depth: depth + 1 }
      LOOK_INTO_ENTRY[kind](inside, entry)
    } catch (error) {
      if (!(error instanceof Unscannable)) throw error
      // The others are looked into all the same: all that is wrong at once.
      scan.unscannable ??= { why: error.why, at: error.at, entry: entry.name }
    }
  }
}

type Archive = 'torch' | 'keras' | 'numpy' | 'zip'

function kindOfArchive(entries: readonly ZipEntry[], names: ReadonlySet<string>): Archive {
  if (entries.some(({ name }) => TORCH_PICKLE.test(name))) return 'torch'
  if (names.has('config.json') && names.has('metadata.json')) return 'keras'
  return entries.length > 0 && entries.every(({ name }) => name.endsWith('.npy')) ? 'numpy' : 'zip'
}

const LOOK_INTO_ENTRY: Readonly<Record<Archive, (inside: Looked, entry: ZipEntry) => void>> = {
  numpy: look,
  zip: look,
  /** The bytes of its tensors are read as bytes; all else is looked into. TorchScript is a program. */
  torch(inside, { name }) {
    if (TORCH_PICKLE.test(name)) lookIntoPickle(inside, 0, TORCH)
    else if (/^[^/]+\/code\//.test(name)) tell(inside.scan, [{ kind: 'code_layer', name }])
    else if (!TORCH_BYTES.test(name)) look(inside)
  },
  /** Of the weights Keras reads arrays by their names. */
  keras(inside, { name }) {
    const { source, scan } = inside
    if (name === 'config.json')
      tell(scan, kerasFindings(Buffer.from(source.read(0, source.size)).toString('utf8')))
    else if (name !== 'model.weights.h5') look(inside)
  },
}
const TORCH_PICKLE = /^[^/]+\/data\.pkl$/
const TORCH_BYTES =
  /^[^/]+\/(?:(?:data|constants|tensors)\/\d+|version|byteorder|\.format_version|\.storage_alignment|\.data\/serialization_id)$/

function unpacked(source: ByteSource, unpack: typeof gunzipSync): ByteSource {
  if (source.size > MOST_UNPACKED) throw new Unscannable('bomb', 0)
  try {
    return bytesInMemory(unpack(source.read(0, source.size), { maxOutputLength: MOST_UNPACKED }))
  } catch (error) {
    throw new Unscannable(
      (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'bomb' : 'archive',
      0,
    )
  }
}

function tell(scan: Scan, findings: readonly Finding[]): void {
  for (const finding of findings) if (scan.findings.length < MOST_FINDINGS) scan.findings.push(finding)
}
