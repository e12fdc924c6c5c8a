import { buffer } from 'node:stream/consumers'
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl'
import { AssayError } from '../../core/errors/errors.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'

/**
 * What another run left, which may be anything: an archive or, where one file was uploaded as it is, that file. It is read in
 * memory; nothing of it is ever written to a disk.
 */

/** How much is read of it, in bytes where nothing else is said. */
export interface ArtifactCaps {
  /** Files in the archive, wanted or not. */
  entries: number
  /** One file that is wanted, unpacked. */
  file: number
  /** All that are, together. */
  total: number
}

/**
 * The files of an artifact whose names are wanted, by their names. A file that is no archive has the name `single`.
 *
 * @throws AssayError `ARTIFACT_INVALID`: no archive that can be read, more than the caps, a name twice, a path that leads out
 */
export async function readArtifact(
  bytes: Uint8Array,
  { wanted, single, caps }: { wanted: (path: string) => boolean; single: string; caps: ArtifactCaps },
): Promise<Map<string, Uint8Array>> {
  if (!isZip(bytes)) {
    if (bytes.length > caps.file) throw tooLarge(single, caps.file)
    return new Map([[single, bytes]])
  }
  const zip = await read(() =>
    fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), STRICT),
  )
  if (zip.entryCount > caps.entries)
    throw invalid(`it holds ${zip.entryCount} files, and ${caps.entries} are looked at`, FEWER)
  const files = new Map<string, Uint8Array>()
  let left = caps.total
  for (const entry of await read(() => wantedEntries(zip, wanted))) {
    const { fileName: name } = entry
    if (files.has(name)) throw invalid(`it holds ${fileIn(name)} twice`, AGAIN)
    const most = Math.min(caps.file, left)
    // What it says of its size is checked while it is unpacked: it ends there, whatever is in it.
    if (entry.uncompressedSize > most) throw tooLarge(name, most)
    const content = await read(async () => buffer(await zip.openReadStreamPromise(entry)))
    left -= content.length
    files.set(name, content)
  }
  return files
}

// --- internal ---

/** Strict: a name is refused that another system would take for a path out of the folder. */
const STRICT = { lazyEntries: true, decodeStrings: true, validateEntrySizes: true, strictFileNames: true }
const FEWER = 'upload `assay-result/*/result.json` alone'
const AGAIN = 'upload it by `actions/upload-artifact`, as the bot’s page shows'

/** By its first bytes: the uploader says so in a header too, and that is its word. */
function isZip(bytes: Uint8Array): boolean {
  const [p, k, a, b] = bytes
  return p === 0x50 && k === 0x4b && ((a === 3 && b === 4) || (a === 5 && b === 6))
}

async function wantedEntries(zip: ZipFile, wanted: (path: string) => boolean): Promise<Entry[]> {
  const found: Entry[] = []
  for await (const entry of zip.eachEntry()) if (wanted(entry.fileName)) found.push(entry)
  return found
}

async function read<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    // What follows a colon is of the archive: a name, a number.
    const [why] = (cause instanceof Error ? cause.message : String(cause)).split(':')
    throw invalid(`it cannot be unpacked: ${shown(why!)}`, AGAIN)
  }
}

/** A file and its folder: where that lies may be called anything. */
function fileIn(path: string): string {
  return shown(path.split('/').slice(-2).join('/'))
}

function tooLarge(name: string, most: number): AssayError {
  return invalid(`${fileIn(name)} is larger than ${most / 1024} KiB`, FEWER)
}

function invalid(what: string, fix: string): AssayError {
  return new AssayError({
    code: 'ARTIFACT_INVALID',
    title: 'What the run left is not what a run of Assay leaves',
    problems: [{ what, fix }],
  })
}

function shown(text: string): string {
  return shortened(visible(text), 120)
}
