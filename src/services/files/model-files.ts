import { createHash } from 'node:crypto'
import { readSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AssayError } from '../../core/errors/errors.ts'
import type { ByteSource } from '../../core/scan/bytes/byte-source.ts'
import { formatCount } from '../../core/text/numbers.ts'
import { openInside } from './files.ts'

/**
 * Calls `look` with the bytes of a file inside `folder`, read where they are asked for, and gives what it says with the sha256 of all of them.
 *
 * @throws AssayError FILE_REFUSED or FILE_NOT_FOUND
 */
export async function lookInside<T>(
  folder: string,
  path: string,
  look: (source: ByteSource) => T,
): Promise<{ size: number; sha256: string; said: T }> {
  const { handle, size } = await openInside(folder, path, 'file of the model')
  try {
    const hash = createHash('sha256')
    const window = Buffer.alloc(STRIDE)
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(window, 0, window.length, at)
      if (bytesRead === 0) break
      hash.update(window.subarray(0, bytesRead))
      at += bytesRead
    }
    const said = look({
      size,
      read(at, length, into) {
        const wanted = Math.max(0, Math.min(length, size - at))
        const bytes = into && into.length >= wanted ? into : new Uint8Array(wanted)
        return bytes.subarray(0, readSync(handle.fd, bytes, 0, wanted, at))
      },
    })
    return { size, sha256: hash.digest('hex'), said }
  } finally {
    await handle.close()
  }
}

/**
 * A file as it is, and all files below a folder, hidden ones too, by path.
 *
 * @throws AssayError FILE_NOT_FOUND: a folder without a file; FILE_TOO_LARGE: more than 10,000 files
 */
export async function filesAt(folder: string, path: string): Promise<string[]> {
  const stats = await stat(join(folder, path)).catch(() => undefined)
  if (!stats?.isDirectory()) return [path]
  const entries = await readdir(join(folder, path), { recursive: true, withFileTypes: true })
  const files = entries
    .filter(entry => !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
  if (files.length === 0)
    throw new AssayError({
      code: 'FILE_NOT_FOUND',
      title: 'The files of the model were not looked at',
      problems: [
        {
          what: `there is no file in \`${path}\``,
          where: { file: path },
          fix: 'name the file of the model, or the folder that training writes it to',
        },
      ],
    })
  if (files.length > MOST_FILES) {
    const what = `\`${path}\` has ${formatCount(files.length)} files, and ${formatCount(MOST_FILES)} are looked at`
    throw new AssayError({
      code: 'FILE_TOO_LARGE',
      title: 'The files of the model were not looked at',
      problems: [{ what, where: { file: path }, fix: 'name the folder of the model alone' }],
    })
  }
  return files.sort()
}

// --- internal ---

const STRIDE = 1024 * 1024
const MOST_FILES = 10_000
