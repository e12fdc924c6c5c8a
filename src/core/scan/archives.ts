import { gunzipSync, inflateSync } from 'node:zlib'
import { bytesInMemory, partOf } from './bytes/byte-source.ts'
import { refuseHiddenHdf5 } from './formats/hidden.ts'
import { isKerasConfig, kerasFindings } from './formats/keras.ts'
import { isNumpyFile } from './formats/numpy-file.ts'
import { isTar, tarEntries } from './formats/tar.ts'
import { entryBytes, type ZipEntry, zipEntries } from './formats/zip.ts'
import { Unscannable } from './found/unscannable.ts'
import { type Looked, nameFormat, refuse, tell } from './looked.ts'
import { lookIntoPickle, TORCH, tellAsPickle } from './pickles.ts'

/** What is packed as a whole: gzip, zlib. */
export function lookIntoPacked(looked: Looked): void {
  const { source, room } = looked
  const isGzip = Buffer.from(source.read(0, 2)).toString('latin1') === GZIP
  const most = mostUnpacked(looked)
  if (source.size > most) refuse('bomb')
  const packed = source.read(0, source.size)
  const streams: Uint8Array[] = []
  let at = 0
  let left = most
  while (at < packed.length && streams.length < MOST_STREAMS && (at === 0 || begins(packed, at, isGzip))) {
    const { bytes, length } = unpacked(packed.subarray(at), isGzip, left)
    streams.push(bytes)
    left -= bytes.length
    at += length
    // As Python reads gzip.
    while (isGzip && packed[at] === 0) at++
  }
  // No tool writes zlib twice: joblib reads on there, others do not.
  if (at < packed.length || (!isGzip && streams.length > 1)) tell(looked.scan, [{ kind: 'after_end', at }])
  room.left -= most - left
  looked.look(inside(looked, { source: bytesInMemory(Buffer.concat(streams)), name: looked.name }))
}

export function lookIntoTar(looked: Looked): void {
  const { source, scan } = looked
  const { entries, end } = tarEntries(source)
  const names = new Set(entries.map(({ name }) => name))
  refuseHiddenHdf5(source, new Set(entries.map(({ from }) => from)))
  for (const { name, link, from, size } of entries) {
    tellWhereItLeads(looked, name)
    // A link is followed from where it stands.
    if (link !== undefined) tellWhereItLeads(looked, link)
    // As torch saved before 0.2: pickles between bytes whose number only torch knows.
    else if (name === 'storages' && names.has('tensors') && names.has('pickle'))
      note(looked, name, () => refuse('old_torch'))
    else if (size > 0)
      note(looked, name, () => looked.look(inside(looked, { source: partOf(source, from, size), name })))
  }
  // A reader may go on behind the end, where it finds another archive.
  for (let at = end; at < source.size; at += STRIDE)
    if (source.read(at, STRIDE).some(byte => byte !== 0)) {
      tell(scan, [{ kind: 'after_end', at }])
      break
    }
}

export function lookIntoZip(looked: Looked): void {
  const { source, scan, room } = looked
  const entries = zipEntries(source)
  refuseHiddenHdf5(source, new Set(entries.map(({ from }) => from)))
  const kind = kindOfArchive(entries)
  nameFormat(scan, kind)
  for (const entry of entries) {
    const { name } = entry
    tellWhereItLeads(looked, name)
    // A folder; what is called one and holds something is looked into.
    if (name.endsWith('/') && entry.size === 0) continue
    note(looked, name, () => {
      const isKnown = (one: string) =>
        looked.isKnown(one) || (kind === 'torchscript' && (OWN_CLASS.test(one) || TORCHSCRIPT.has(one)))
      const opened = {
        ...inside(looked, { source: entryBytes(source, entry, mostUnpacked(looked)), name }),
        isKnown,
      }
      if (entry.compressed !== entry.size) room.left -= entry.size
      if (name === KERAS_CONFIG) tellOfKeras(opened, kind)
      LOOK_INTO_ENTRY[kind](opened, entry)
    })
  }
}

// --- internal ---

const GZIP = '\x1f\x8b'

/** Whether another stream begins there: of gzip by its two first bytes, of zlib by its check (RFC 1950). */
function begins(packed: Uint8Array, at: number, isGzip: boolean): boolean {
  const [first = 0, second = 0] = packed.subarray(at, at + 2)
  return isGzip ? first === 0x1f && second === 0x8b : first % 16 === 8 && (first * 256 + second) % 31 === 0
}

/** One stream, and how many bytes it takes; of gzip all that follow one another. */
function unpacked(packed: Uint8Array, isGzip: boolean, most: number): { bytes: Uint8Array; length: number } {
  try {
    // What `info: true` gives, the types of Node do not tell.
    const { buffer, engine } = (isGzip ? gunzipSync : inflateSync)(packed, {
      maxOutputLength: Math.max(1, most),
      info: true,
    }) as unknown as { buffer: Uint8Array; engine: { bytesWritten: number } }
    return { bytes: buffer, length: engine.bytesWritten }
  } catch (error) {
    refuse((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'bomb' : 'archive')
  }
}
const STRIDE = 1024 * 1024
const DEEPEST = 3
/** One behind the other in one file. */
const MOST_STREAMS = 1000
/** What is unpacked into memory at once at most, in bytes. */
const MOST_AT_ONCE = 256 * 1024 * 1024

function mostUnpacked({ room }: Looked): number {
  return Math.min(room.left, MOST_AT_ONCE)
}

function inside(looked: Looked, { source, name }: Pick<Looked, 'source' | 'name'>): Looked {
  if (looked.depth >= DEEPEST) refuse('nested')
  return { ...looked, source, name, depth: looked.depth + 1 }
}

/** The other entries are looked into all the same: all that is wrong at once. */
function note({ scan }: Looked, entry: string, look: () => void): void {
  try {
    look()
  } catch (error) {
    if (!(error instanceof Unscannable)) throw error
    scan.unscannable ??= { why: error.why, at: error.at, entry }
  }
}

/** Whoever unpacks it writes there. */
function tellWhereItLeads({ scan }: Looked, path: string): void {
  if (/^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/.test(path))
    tell(scan, [{ kind: 'outside_entry', name: path }])
}

type Archive = 'torch' | 'torchscript' | 'torch.export' | 'keras' | 'numpy' | 'zip'

/**
 * What the archive is, by the names in it. It says how some entries are read, not whether: whatever is in it is looked at for what it is in itself.
 *
 * @throws Unscannable it is two of them, and each of two loaders reads its own
 */
function kindOfArchive(entries: readonly ZipEntry[]): Archive {
  const has = (path: RegExp) => entries.some(({ name }) => path.test(name))
  const isProgram = has(/^[^/]+\/(?:constants|bytecode)\.pkl$|^[^/]+\/code\//)
  const isNumpy = entries.length > 0 && entries.every(({ name }) => name.endsWith('.npy'))
  const kinds: Archive[] = [
    ...(has(TORCH_PICKLE) ? [isProgram ? ('torchscript' as const) : ('torch' as const)] : []),
    ...(has(/^[^/]+\/archive_format$|(?:^|\/)serialized_exported_program\.json$/)
      ? ['torch.export' as const]
      : []),
    ...(has(/^config\.json$/) && has(/^metadata\.json$/) ? ['keras' as const] : []),
    ...(isNumpy ? ['numpy' as const] : []),
  ]
  if (kinds.length > 1) refuse('two_formats')
  return kinds[0] ?? 'zip'
}

const LOOK_INTO_ENTRY: Readonly<Record<Archive, (inside: Looked, entry: ZipEntry) => void>> = {
  numpy: inside => inside.look(inside),
  zip: inside => inside.look(inside),
  keras: inside => inside.look(inside),
  torch(inside, { name }) {
    if (TORCH_PICKLE.test(name)) lookIntoPickle(inside, 0, TORCH)
    else if (TORCH_BYTES.test(name)) lookIntoTensor(inside)
    else inside.look(inside)
  },
  /** The pickles name classes of the program in it. What that does when it is called, nobody follows here. */
  torchscript(inside, { name }) {
    if (/\.(?:debug_)?pkl$/.test(name)) lookIntoPickle(inside, 0, TORCH)
    else if (/^[^/]+\/code\//.test(name)) refuse('program')
    else if (TORCH_BYTES.test(name)) lookIntoTensor(inside)
    else inside.look(inside)
  },
  /** Its graph is read by `sympy`, which evaluates text. */
  'torch.export'(inside, { name }) {
    if (/(?:^|\/)(?:models\/[^/]+|serialized_[^/]+)\.json$/.test(name)) refuse('program')
    else if (TORCH_BYTES.test(name) || EXPORTED_BYTES.test(name)) lookIntoTensor(inside)
    else inside.look(inside)
  },
}

/** Keras reads that entry alone, whatever else is in the archive. */
const KERAS_CONFIG = 'config.json'

function tellOfKeras({ source, scan }: Looked, kind: Archive): void {
  const text = Buffer.from(source.read(0, source.size)).toString('utf8')
  if (kind !== 'keras' && !isKerasConfig(text)) return
  nameFormat(scan, 'keras')
  tell(scan, kerasFindings(text))
}

/** Bytes of numbers may be any. Where they are a file that loaders know by more than a byte or two (NumPy's looks for its own in any entry), or a pickle that acts, they are looked into. */
function lookIntoTensor(inside: Looked): void {
  const head = Buffer.from(inside.source.read(0, 8)).toString('latin1')
  const isFile = ['PK\x03\x04', 'PK\x05\x06', '\x89HDF\r\n\x1a\n', 'GGUF'].some(one => head.startsWith(one))
  if (isFile || isNumpyFile(inside.source) || isTar(inside.source)) inside.look(inside)
  else tellAsPickle(inside, false)
}

const TORCH_PICKLE = /^[^/]+\/data\.pkl$/
const TORCH_BYTES = /^[^/]+\/(?:data|constants|tensors)\/\d+$/
const EXPORTED_BYTES = /^[^/]+\/data\/(?:weights\/weight|constants\/tensor)_\d+$/
/** A class of the archive's own program: torch makes it from the text in the archive, and Python has no module of that name. */
const OWN_CLASS = /^__torch__(?:\.\w+)+$/
/** What its C++ reader takes for lists of numbers (torch/csrc/jit/serialization/unpickler.cpp). */
const TORCHSCRIPT = new Set(
  [
    'build_boollist',
    'build_doublelist',
    'build_intlist',
    'build_tensorlist',
    'build_tensor_from_id',
    'restore_type_tag',
  ].map(name => `torch.jit._pickle.${name}`),
)
