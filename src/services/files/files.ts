import { createHash } from 'node:crypto'
import { constants, type Dirent, type Stats } from 'node:fs'
import { type FileHandle, open, readdir, realpath } from 'node:fs/promises'
import { isAbsolute, join, sep } from 'node:path'
import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import { formatCount } from '../../core/text/numbers.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'

/**
 * The only way in for files that a user or a pull request names. A path is refused before anything is read
 * unless it stays, symbolic links resolved, inside the folder and is a regular file. No error repeats content.
 */

export interface ReadFile {
  bytes: Uint8Array
  /** sha256, hex, of exactly `bytes`: what is parsed is what was hashed. */
  hash: string
}

export interface OpenFile {
  handle: FileHandle
  /** In bytes, when it was opened. */
  size: number
}

export interface ReadOptions {
  /** Larger files are refused. */
  maxBytes: number
  /** What the path is for, in words: `metrics file`. */
  input?: string
}

/**
 * Reads a file inside `folder` once.
 * @throws AssayError FILE_REFUSED, FILE_NOT_FOUND or FILE_TOO_LARGE
 */
export async function readInside(folder: string, path: string, options: ReadOptions): Promise<ReadFile> {
  const { handle, size } = await openInside(folder, path, options.input)
  try {
    if (size > options.maxBytes) throw tooLarge(path, options)
    const bytes = await readUpTo(handle, options.maxBytes + 1)
    if (bytes.length > options.maxBytes) throw tooLarge(path, options)
    return { bytes, hash: createHash('sha256').update(bytes).digest('hex') }
  } finally {
    await handle.close()
  }
}

/**
 * Opens a regular file inside `folder` for reading in pieces; the caller closes the handle. No size limit.
 * @throws AssayError FILE_REFUSED or FILE_NOT_FOUND
 */
export async function openInside(folder: string, path: string, input = 'file'): Promise<OpenFile> {
  const real = await placeInside(folder, path, input)
  // Not blocking: opening a FIFO would otherwise wait for a writer for ever.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0)
  const handle = await open(real, flags).catch(cause => {
    throw unreadable(path, input, cause)
  })
  const stats = await handle.stat()
  if (stats.isFile()) return { handle, size: stats.size }
  await handle.close()
  throw refused(path, input, `it is ${kindOf(stats)}, not a regular file`)
}

/**
 * Where a path inside `folder` leads, its links followed.
 * @throws AssayError FILE_REFUSED or FILE_NOT_FOUND
 */
export async function placeInside(folder: string, path: string, input: string): Promise<string> {
  const rule = ruleBroken(path)
  if (rule) throw refused(path, input, rule)
  return resolveInside(folder, path, input)
}

/**
 * What lies in a folder inside `folder`; nothing where there is no such folder.
 * @throws AssayError FILE_REFUSED
 */
export async function listInside(folder: string, path: string, input = 'folder'): Promise<Dirent[]> {
  try {
    return await readdir(join(folder, path), { withFileTypes: true })
  } catch (cause) {
    if (isMissing(cause)) return []
    throw unreadable(path, input, cause)
  }
}

/** For what need not be there: no file of that name, or no folder on the way to it. */
export function unlessMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined
  throw error
}

// --- internal ---

function isMissing(cause: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')
}

/** The rule a path breaks as it is written, before the disk is touched. */
function ruleBroken(path: string): string | undefined {
  if (path === '') return 'the path is empty'
  if (path.includes('\0')) return 'the path contains a NUL character'
  if (/^[a-z][a-z0-9+.-]+:/i.test(path)) return 'it is a URL, not a path in the repository'
  if (/^[a-z]:/i.test(path)) return 'it starts with a drive letter; paths are relative to the repository'
  if (path.includes('\\')) return 'the path contains `\\`; folders are separated by `/`'
  if (path.startsWith('~')) return 'it starts with `~`; paths are relative to the repository'
  if (isAbsolute(path)) return 'the path is absolute; paths are relative to the repository'
  if (path.split('/').includes('..')) return 'the path contains `..`'
  if (isGitInternal(path, '/')) return 'it is inside `.git`, which may hold credentials'
  return undefined
}

async function resolveInside(folder: string, path: string, input: string): Promise<string> {
  try {
    const root = await realpath(folder)
    const real = await realpath(join(root, path))
    if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep))
      throw refused(path, input, 'a symbolic link on it leads out of the repository')
    if (isGitInternal(real.slice(root.length), sep))
      throw refused(path, input, 'a symbolic link on it leads into `.git`, which may hold credentials')
    return real
  } catch (cause) {
    throw isAssayError(cause) ? cause : unreadable(path, input, cause)
  }
}

function isGitInternal(path: string, separator: string): boolean {
  return path.split(separator).some(part => part.toLowerCase() === '.git')
}

/** Reads to the end or to `limit` bytes, whatever the size was said to be: a file may grow while it is read. */
async function readUpTo(handle: FileHandle, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  while (length < limit) {
    const piece = new Uint8Array(Math.min(65_536, limit - length))
    const { bytesRead } = await handle.read(piece, 0, piece.length, length)
    if (bytesRead === 0) break
    pieces.push(piece.subarray(0, bytesRead))
    length += bytesRead
  }
  return Buffer.concat(pieces, length)
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a pipe'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}

function refused(path: string, input: string, rule: string): AssayError {
  return failure(
    'FILE_REFUSED',
    path,
    input,
    `refused: ${rule}`,
    'Name a regular file inside the repository.',
  )
}

function tooLarge(path: string, options: ReadOptions): AssayError {
  const limit = `${formatCount(options.maxBytes)} bytes`
  const fix = 'Write only what is read from it; per-row data belongs in the predictions file.'
  return failure('FILE_TOO_LARGE', path, options.input ?? 'file', `larger than ${limit}`, fix)
}

/** Says what the system said by its code only: the system's own text holds absolute paths. */
function unreadable(path: string, input: string, cause: unknown): AssayError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown'
  if (isMissing(cause))
    return failure(
      'FILE_NOT_FOUND',
      path,
      input,
      'there is no such file',
      'Check the path, and that the command before it writes the file.',
    )
  if (code === 'ELOOP') return refused(path, input, 'its symbolic links go in circles')
  return failure(
    'FILE_REFUSED',
    path,
    input,
    `it cannot be read (${code})`,
    'Check the permissions of the file.',
  )
}

function failure(code: string, path: string, input: string, what: string, fix: string): AssayError {
  const file = shortened(visible(path), 200)
  return new AssayError({
    code,
    title: `The ${input} \`${file}\` was not read`,
    problems: [{ what, where: { file }, fix }],
  })
}
