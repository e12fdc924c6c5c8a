import type { Stats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface FoundFile {
  /** Below the folder that was looked in, with `/` between. */
  path: string
  /** Another one, where the file may have changed. */
  stamp: string
}

/**
 * The regular files of some names below a folder, by path. What a cluster mounts is links to a hidden folder: links are followed,
 * and what begins with a dot is left out.
 *
 * @param limits.depth folders below it that are looked in; `limits.most` entries that are looked at, whatever they are
 * @throws Error of the system, where the folder itself cannot be read
 */
export async function findFiles(
  folder: string,
  names: readonly string[],
  limits: { depth: number; most: number },
): Promise<FoundFile[]> {
  const found: FoundFile[] = []
  let left = limits.most
  const look = async (path: string, depth: number): Promise<void> => {
    for (const name of (await readdir(join(folder, path))).sort()) {
      if (name.startsWith('.')) continue
      if (left-- <= 0) return
      const inside = path === '' ? name : `${path}/${name}`
      const stats = await statsOf(join(folder, inside))
      if (stats?.isDirectory()) {
        if (depth > 0) await look(inside, depth - 1)
      } else if (stats?.isFile() && names.includes(name))
        found.push({ path: inside, stamp: `${stats.ino} ${stats.size} ${stats.mtimeMs}` })
    }
  }
  await look('', limits.depth)
  return found
}

// --- internal ---

async function statsOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    // Gone since it was listed, or a link to nothing.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}
