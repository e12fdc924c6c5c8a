import type { Stats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AssayError } from '../../core/errors/errors.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'

export interface FoundFile {
  /** Below the folder that was looked in, with `/` between. */
  path: string
  /** Another one, where the file may have changed. */
  stamp: string
}

export interface FoundFiles {
  files: FoundFile[]
  /** What could not be looked at below the folder, and why: nobody knows which files lie there. */
  unread: { path: string; code: string }[]
}

/**
 * The regular files of wanted names below a folder, by path. What a cluster mounts is links to a hidden folder: links are followed,
 * and what begins with a dot is left out.
 *
 * @param limits.depth folders below it that are looked in; `limits.most` entries that are looked at, whatever they are
 * @throws AssayError FILE_NOT_FOUND, FILE_REFUSED, where the folder itself cannot be read
 */
export async function findFiles(
  folder: string,
  wanted: (name: string) => boolean,
  limits: { depth: number; most: number },
): Promise<FoundFiles> {
  const found: FoundFiles = { files: [], unread: [] }
  let left = limits.most
  const look = async (path: string, entries: readonly string[], depth: number): Promise<void> => {
    for (const name of entries.toSorted()) {
      if (name.startsWith('.')) continue
      if (left-- <= 0) return
      const inside = path === '' ? name : `${path}/${name}`
      try {
        const stats = await statsOf(join(folder, inside))
        if (stats?.isDirectory()) {
          if (depth > 0) await look(inside, await readdir(join(folder, inside)), depth - 1)
        } else if (stats?.isFile() && wanted(name))
          found.files.push({ path: inside, stamp: `${stats.ino} ${stats.size} ${stats.mtimeMs}` })
      } catch (error) {
        const code = codeOf(error)
        // Gone since it was listed.
        if (code !== 'ENOENT') found.unread.push({ path: inside, code })
      }
    }
  }
  await look('', await listFolder(folder), limits.depth)
  return found
}

/**
 * The names in a folder that somebody has named, and that must be there.
 *
 * @throws AssayError FILE_NOT_FOUND, FILE_REFUSED
 */
export async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    const file = shortened(visible(folder), 200)
    const { code, what, fix } = reasonOf(codeOf(error))
    const problems = [{ what, where: { file }, fix }]
    throw new AssayError({ code, title: `The folder \`${file}\` was not read`, problems, cause: error })
  }
}

// --- internal ---

function reasonOf(code: string): { code: string; what: string; fix: string } {
  if (code === 'ENOENT')
    return {
      code: 'FILE_NOT_FOUND',
      what: 'there is no such folder',
      fix: 'Check the path, and that it is mounted.',
    }
  if (code === 'ENOTDIR')
    return { code: 'FILE_REFUSED', what: 'it is no folder', fix: 'Name the folder that the files lie in.' }
  return {
    code: 'FILE_REFUSED',
    what: `it cannot be read (${code})`,
    fix: 'Check the permissions of the folder.',
  }
}

function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) throw error
  return code
}

async function statsOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    // Gone since it was listed, or a link to nothing.
    if (codeOf(error) !== 'ENOENT') throw error
    return undefined
  }
}
