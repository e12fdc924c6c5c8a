import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { mayNameProgram } from './settings.ts'

/**
 * Whether git, called in a folder, may find settings of a repository that name a program: to ask it costs a process. Looks
 * itself, each time anew, at every settings file that git could take for the repository's, be it that of a folder further up
 * (git-config(1) "FILES", gitrepository-layout(5)). Whatever is not laid out as `git init` and `git clone` do may.
 */
export function mayFindProgram(folder: string): boolean {
  try {
    return foldersUpFrom(realpathSync.native(folder)).some(
      // Where there is a `HEAD` the folder itself may be a repository without a working tree.
      above => kindOf(join(above, 'HEAD')) !== 'nothing' || mayNameProgramIn(join(above, '.git')),
    )
  } catch {
    return true
  }
}

// --- internal ---

/** More is no settings file that a person or a tool wrote. */
const MOST_BYTES = 256 * 1024

function mayNameProgramIn(repository: string): boolean {
  const kind = kindOf(repository)
  if (kind === 'nothing') return false
  // A file or a link leads to a repository elsewhere, and so does `commondir`.
  if (kind === 'other' || kindOf(join(repository, 'commondir')) !== 'nothing') return true
  const config = join(repository, 'config')
  return kindOf(config) !== 'nothing' && mayNameProgram(textOf(config))
}

/** @throws Error where it cannot be told */
function kindOf(path: string): 'nothing' | 'folder' | 'other' {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (!stats) return 'nothing'
  return stats.isDirectory() ? 'folder' : 'other'
}

/** @throws Error what is no file of a usual size. A pipe is not waited for. */
function textOf(path: string): string {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = fstatSync(file)
    if (!stats.isFile() || stats.size > MOST_BYTES) throw new RangeError(`${path} is no settings file`)
    return readFileSync(file, 'latin1')
  } finally {
    closeSync(file)
  }
}

function foldersUpFrom(folder: string): string[] {
  const above = dirname(folder)
  return above === folder ? [folder] : [folder, ...foldersUpFrom(above)]
}
