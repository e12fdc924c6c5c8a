import type { Stats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AssayError } from '../../core/errors/errors.ts'
import type { FoundFile } from '../../core/image/placed-files.ts'
import { formatCount } from '../../core/text/numbers.ts'
import { unlessMissing } from './files.ts'

/**
 * All files below some folders of `folder`, hidden ones too, with their sizes; a path that is a file is itself, and one that is
 * nothing has none. Links to files are followed. Others, and what is neither file nor folder, are told as such: who leaves them out
 * says so. `.git` is not looked into.
 *
 * @throws AssayError FILE_TOO_LARGE: more than 100,000 files
 */
export async function filesBelow(folder: string, below: readonly string[]): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>()
  const look = async (path: string): Promise<void> => {
    if (path.split('/').includes('.git')) return
    const stats = await stat(join(folder, path)).catch(unlessMissing)
    if (stats && !stats.isDirectory()) found.set(path, foundAt(path, stats))
    if (found.size > MOST_FILES) throw tooMany()
    if (!stats?.isDirectory()) return
    for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
      const inside = path === '' ? entry.name : `${path}/${entry.name}`
      if (!entry.isSymbolicLink()) await look(inside)
      else {
        found.set(inside, foundAt(inside, await stat(join(folder, inside)).catch(unlessALink)))
      }
    }
  }
  for (const path of new Set(below)) await look(path)
  return [...found.values()]
}

// --- internal ---

const MOST_FILES = 100_000

/** @param stats of what a link leads to; undefined where that is nothing */
function foundAt(path: string, stats: Stats | undefined): FoundFile {
  if (stats?.isFile()) return { path, size: stats.size }
  const no = !stats ? 'broken link' : stats.isDirectory() ? 'link to a folder' : 'special file'
  return { path, size: 0, no }
}

/** A link to nothing, or to itself. */
function unlessALink(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ELOOP') return undefined
  return unlessMissing(error)
}

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
