import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AssayError } from '../../core/errors/errors.ts'
import { visible } from '../../core/text/visible-text.ts'
import { unlessMissing } from './files.ts'

/**
 * Writes a file that is named by its content into a folder, in one step: who reads it never sees half of it. One that is there is
 * left as it is.
 *
 * @throws AssayError FILE_REFUSED where the folder cannot be written to
 */
export async function keepFile(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, name)
  if ((await stat(path).catch(unlessMissing))?.size === bytes.length) return
  const own = `${path}.${randomUUID()}`
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(own, bytes, { mode: 0o600 })
    await rename(own, path)
  } catch (cause) {
    await rm(own, { force: true })
    throw refused(folder, 'written', cause)
  }
}

/**
 * Reads such a file; undefined where there is none. Whether its content is that of its name is for the caller to see.
 *
 * @throws AssayError FILE_REFUSED where it cannot be read, is no regular file or larger than `mostBytes`
 */
export async function takeFile(folder: string, name: string, mostBytes: number): Promise<Buffer | undefined> {
  try {
    const handle = await open(join(folder, name)).catch(unlessMissing)
    if (!handle) return undefined
    try {
      const stats = await handle.stat()
      if (!stats.isFile() || stats.size > mostBytes) throw new Error('no such file')
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (cause) {
    throw refused(folder, 'read', cause)
  }
}

// --- internal ---

function refused(folder: string, how: 'read' | 'written', cause: unknown): AssayError {
  const code = (cause as NodeJS.ErrnoException).code
  return new AssayError({
    code: 'FILE_REFUSED',
    title: `A file that is named by its content cannot be ${how}`,
    problems: [
      {
        what: code === undefined ? 'it is no regular file, or too large' : `the system says ${code}`,
        where: { file: visible(folder) },
        fix: `look whether the folder is there, and may be ${how} by this user`,
      },
    ],
    cause,
  })
}
