import { gunzipSync, inflateSync } from 'node:zlib'
import { bytesInMemory, partOf } from './bytes/byte-source.ts'
import { refuseHiddenHdf5 } from './formats/hidden.ts'
import { kerasFindings } from './formats/keras.ts'
import { tarEntries } from './formats/tar.ts'
import { entryBytes, type ZipEntry, zipEntries } from './formats/zip.ts'
import { Unscannable } from './found/unscannable.ts'
import { type Looked, nameFormat, refuse, tell } from './looked.ts'
import { lookIntoPickle, TORCH } from './pickles.ts'

/** What is packed as a whole: gzip, zlib. */
export function lookIntoPacked(looked: Looked): void {
  const { source, room } = looked
  const isGzip = Buffer.from(source.read(0, 2)).toString('latin1') === GZIP
  const most = mostUnpacked(looked)
  if (source.size > most) refuse('bomb')
  let bytes: Uint8Array
  try {
    bytes = (isGzip ? gunzipSync : inflateSync)(source.read(0, source.size), { maxOutputLength: most })
  } catch (error) {
    refuse((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'bomb' : 'archive')
  }
  room.left -= bytes.length
  looked.look(inside(looked, { source: bytesInMemory(bytes), name: looked.name }))
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
    if (name.endsWith('/')) continue
    note(looked, name, () => {
      const isKnown = (one: string) =>
        looked.isKnown(one) || (kind === 'torchscript' && (OWN_CLASS.test(one) || TORCHSCRIPT.has(one)))
      const opened = {
        ...inside(looked, { source: entryBytes(source, entry, mostUnpacked(looked)), name }),
        isKnown,
      }
      if (entry.compressed !== entry.size) room.left -= entry.size
      LOOK_INTO_ENTRY[kind](opened, entry)
    })
  }
}

// --- internal ---

const GZIP = '\x1f\x8b'
const STRIDE = 1024 * 1024
const DEEPEST = 3
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

function kindOfArchive(entries: readonly ZipEntry[]): Archive {
  const has = (path: RegExp) => entries.some(({ name }) => path.test(name))
  if (has(TORCH_PICKLE))
    return has(/^[^/]+\/(?:constants|bytecode)\.pkl$|^[^/]+\/code\//) ? 'torchscript' : 'torch'
  if (has(/^[^/]+\/archive_format$/) || has(/(?:^|\/)serialized_exported_program\.json$/))
    return 'torch.export'
  if (has(/^config\.json$/) && has(/^metadata\.json$/)) return 'keras'
  return entries.length > 0 && entries.every(({ name }) => name.endsWith('.npy')) ? 'numpy' : 'zip'
}

const LOOK_INTO_ENTRY: Readonly<Record<Archive, (inside: Looked, entry: ZipEntry) => void>> = {
  numpy: inside => inside.look(inside),
  zip: inside => inside.look(inside),
  /** The bytes of its tensors are read as bytes; all else is looked into. */
  torch(inside, { name }) {
    if (TORCH_PICKLE.test(name)) lookIntoPickle(inside, 0, TORCH)
    else if (!TORCH_BYTES.test(name)) inside.look(inside)
  },
  /** The pickles name classes of the program in it. What that does when it is called, nobody follows here. */
  torchscript(inside, { name }) {
    if (/\.(?:debug_)?pkl$/.test(name)) lookIntoPickle(inside, 0, TORCH)
    else if (/^[^/]+\/code\//.test(name)) refuse('program')
    else if (!TORCH_BYTES.test(name)) inside.look(inside)
  },
  /** Its graph is read by `sympy`, which evaluates text. */
  'torch.export'(inside, { name }) {
    if (/(?:^|\/)(?:models\/[^/]+|serialized_[^/]+)\.json$/.test(name)) refuse('program')
    else if (!TORCH_BYTES.test(name) && !EXPORTED_BYTES.test(name)) inside.look(inside)
  },
  keras(inside, { name }) {
    const { source, scan } = inside
    if (name === 'config.json')
      tell(scan, kerasFindings(Buffer.from(source.read(0, source.size)).toString('utf8')))
    else inside.look(inside)
  },
}
const TORCH_PICKLE = /^[^/]+\/data\.pkl$/
const TORCH_BYTES =
  /^[^/]+\/(?:(?:data|constants|tensors)\/\d+|version|byteorder|\.format_version|\.storage_alignment|\.data\/(?:serialization_id|version))$/
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
