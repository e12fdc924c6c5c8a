import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AssayError } from '../../core/errors/errors.ts'
import { formatCount } from '../../core/text/numbers.ts'
import { unlessMissing } from './files.ts'

/**
 * All files below some folders of `folder`, hidden ones too, with their sizes; a path that is a file is itself, and one that is
 * nothing has none. `.git` is not looked into, and of links only those to files are followed.
 *
 * @throws AssayError FILE_TOO_LARGE: more than 100,000 files
 */
export async function filesBelow(
  folder: string,
  below: readonly string[],
): Promise<{ path: string; size: number }[]> {
  const found = new Map<string, number>()
  const look = async (path: string): Promise<void> => {
    if (path.split('/').includes('.git')) return
    const stats = await stat(join(folder, path)).catch(unlessMissing)
    if (stats?.isFile()) found.set(path, stats.size)
    if (found.size > MOST_FILES) throw tooMany()
    if (!stats?.isDirectory()) return
    for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
      const inside = path === '' ? entry.name : `${path}/${entry.name}`
      if (!entry.isSymbolicLink()) await look(inside)
      else {
        const target = await stat(join(folder, inside)).catch(unlessMissing)
        if (target?.isFile()) found.set(inside, target.size)
      }
    }
  }
  for (const path of new Set(below)) await look(path)
  return [...found].map(([path, size]) => ({ path, size }))
}

// --- internal ---

const MOST_FILES = 100_000

function tooMany(): AssayError {
  return new AssayError({
    code: 'FILE_TOO_LARGE',
    title: 'The files of the model were not looked at',
    problems: [
      {
        what: `there are more than ${formatCount(MOST_FILES)} files`,
        fix: 'name the folder of the model alone in `package.files`',
      },
    ],
  })
}
