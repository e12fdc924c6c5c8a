import { lookIntoPacked, lookIntoTar, lookIntoZip } from './archives.ts'
import type { ByteSource } from './bytes/byte-source.ts'
import { ggufFindings, isGguf } from './formats/gguf.ts'
import { hdf5Findings } from './formats/hdf5.ts'
import { refuseHiddenHdf5, refuseHiddenZip } from './formats/hidden.ts'
import { dataOfNumpyFile, isNumpyFile } from './formats/numpy-file.ts'
import { isOnnx, onnxFindings } from './formats/onnx.ts'
import { isSafetensors, safetensorsFindings } from './formats/safetensors.ts'
import { isTar } from './formats/tar.ts'
import { isPlainText } from './formats/text.ts'
import { isUbjson, readUbjson } from './formats/ubjson.ts'
import { Unscannable } from './found/unscannable.ts'
import { type Format, type Looked, nameFormat, refuse, type Scan, tell } from './looked.ts'
import {
  lookIntoLegacyTorch,
  lookIntoPickle,
  lookIntoText,
  lookIntoUnnamed,
  PLAIN,
  tellAsPickle,
} from './pickles.ts'

/**
 * Whether a model can be loaded without running anything but what loads it. Nothing is loaded: formats are told by their bytes, whatever the
 * file is called, and whatever cannot be followed to its end is no "safe".
 *
 * @param isKnown whether something of that full name (`sklearn.tree._tree.Tree`) may be brought in
 * @param name of the file: what is called a pickle is held to be one where it brings something in before it breaks off
 */
export function scanModel(source: ByteSource, isKnown: (name: string) => boolean, name = ''): Scan {
  const scan: Scan = { format: 'unknown', findings: [], imports: 0 }
  const names = new Set<string>()
  try {
    look({ source, name, depth: 0, scan, isKnown, names, room: { left: MOST_IN_ALL }, look })
  } catch (error) {
    if (!(error instanceof Unscannable)) throw error
    scan.unscannable ??= { why: error.why, at: error.at }
  }
  return { ...scan, imports: names.size }
}

// --- internal ---

/** What is unpacked of one file at most, in bytes, of all archives that stand in it. */
const MOST_IN_ALL = 4 * 1024 * 1024 * 1024

/** What a file is, by its bytes: of these at most one. What is none of them may be a pickle, which can begin with anything. */
const KINDS: readonly {
  /** Undefined: what is in it says that. */
  format?: Format
  /** @param head its first 16 bytes, a character each */
  is: (source: ByteSource, head: string) => boolean
  look: (looked: Looked) => void
  /** It holds other files, as they are. */
  isArchive?: true
  /** It is looked into as a pickle itself. */
  isPickle?: true
}[] = [
  { is: (_, head) => begins(head, ZIP), look: lookIntoZip, isArchive: true },
  { format: 'tar', is: isTar, look: lookIntoTar, isArchive: true },
  { format: 'numpy', is: isNumpyFile, look: lookIntoNumpyFile },
  { format: 'gguf', is: isGguf, look: ({ source, scan }) => tell(scan, ggufFindings(source)) },
  {
    format: 'hdf5',
    is: (_, head) => begins(head, HDF5),
    look: ({ source, scan }) => tell(scan, hdf5Findings(source)),
  },
  { is: (_, head) => begins(head, COMPRESSED), look: () => refuse('compressed') },
  { is: (source, head) => begins(head, PACKED) && !isPlainText(source), look: lookIntoPacked },
  {
    format: 'torch',
    is: source => Buffer.from(source.read(0, LEGACY_TORCH.length)).equals(LEGACY_TORCH),
    look: lookIntoLegacyTorch,
    isPickle: true,
  },
  {
    format: 'safetensors',
    is: isSafetensors,
    look: ({ source, scan }) => tell(scan, safetensorsFindings(source)),
  },
  { format: 'onnx', is: isOnnx, look: ({ source, scan }) => tell(scan, onnxFindings(source)) },
  { is: isPlainText, look: lookIntoText },
  { format: 'xgboost', is: isUbjson, look: ({ source }) => readUbjson(source) },
]

/** 7-Zip, xz, bzip2, lzma, Zstandard, RAR. */
const COMPRESSED = [
  '7z\xbc\xaf\x27\x1c',
  '\xfd7zXZ\0',
  'BZh91AY&SY',
  '\x5d\0\0',
  '\x28\xb5\x2f\xfd',
  'Rar!\x1a',
]
/** gzip; zlib with a window of 32 KiB, and how well it was packed (RFC 1950). */
const PACKED = ['\x1f\x8b', '\x78\x01', '\x78\x5e', '\x78\x9c', '\x78\xda']
const ZIP = ['PK\x03\x04', 'PK\x05\x06']
const HDF5 = ['\x89HDF\r\n\x1a\n']
/** The number by which torch knows what it saved before 1.6, as a pickle of its own. */
const LEGACY_TORCH = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex')

function look(looked: Looked): void {
  const { source, scan } = looked
  const head = Buffer.from(source.read(0, 16)).toString('latin1')
  const [kind, other] = KINDS.filter(({ is }) => is(source, head))
  if (other) refuse('two_formats')
  if (!kind?.isArchive) {
    refuseHiddenHdf5(source, new Set())
    refuseHiddenZip(source)
  }
  if (!kind) {
    lookIntoUnnamed(looked)
    return
  }
  if (kind.format !== undefined) nameFormat(scan, kind.format)
  // Whatever it is, somebody may load it as a pickle.
  if (!kind.isPickle) tellAsPickle(looked, kind.look === lookIntoText)
  kind.look(looked)
}

function lookIntoNumpyFile(looked: Looked): void {
  const data = dataOfNumpyFile(looked.source)
  if (data.kind === 'pickle') lookIntoPickle(looked, data.from, PLAIN)
  else if (data.end < looked.source.size) tell(looked.scan, [{ kind: 'after_end', at: data.end }])
}

function begins(head: string, with_: readonly string[]): boolean {
  return with_.some(one => head.startsWith(one))
}
