import { existsSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'
import { isAssayError } from '../../core/errors/errors.ts'
import type { GitClient } from './client.ts'

/** A repository whose files lie in a folder (its real path). */
export interface Checkout {
  git: GitClient
  folder: string
}

/** Files that differ between two commits, by their paths below where git is called. */
export async function changedBetween(git: GitClient, from: string, to: string): Promise<string[]> {
  return names(await git.text('diff', ...DIFF, '--relative', from, to, '--'))
}

/**
 * Files that differ from HEAD, and those of `named` that git neither has nor ignores; all by their paths in the repository. In
 * the submodules that are checked out as well, and in theirs. git would look into a submodule by a call of its own, which
 * starts the filters that the submodule's settings name: so it looks into none, and `open` gives a client for each that is
 * guarded as the first. A submodule that cannot be looked into counts as changed.
 *
 * @param below where in the repository git is called: `''`, or a path that ends in `/`; all of `named` are below it
 */
export async function uncommittedIn(
  { git, folder }: Checkout,
  { named, below }: { named: readonly string[]; below: string },
  open: (folder: string) => GitClient,
): Promise<string[]> {
  let left = MOST_SUBMODULES
  const inSubmodule = async (checkout: Checkout, named: readonly string[]): Promise<string[]> => {
    if (left-- <= 0) return ['']
    try {
      return await changesOf(checkout, named, '')
    } catch (error) {
      if (isAssayError(error, 'GIT_FAILED')) return ['']
      throw error
    }
  }
  const changesOf = async ({ git, folder }: Checkout, named: readonly string[], below: string) => {
    const found = names(await git.text('diff', ...DIFF, 'HEAD', '--'))
    const paths = named.map(path => path.slice(below.length))
    if (paths.length > 0)
      for (const path of names(await git.text('ls-files', ...UNKNOWN, '--', ...paths)))
        found.push(below + path)
    for (const path of await submodules(git)) {
      const within = join(folder, path)
      if (!isCheckedOut(within, folder)) continue
      const namedThere = named.flatMap(name =>
        name.startsWith(`${path}/`) ? [name.slice(path.length + 1)] : [],
      )
      const changed = await inSubmodule({ git: open(within), folder: within }, namedThere)
      found.push(...changed.map(inner => (inner === '' ? path : `${path}/${inner}`)))
    }
    return found
  }
  return [...new Set(await changesOf({ git, folder }, named, below))]
}

/** What git listed with `-z`. */
export function names(output: string): string[] {
  return output.split('\0').filter(name => name !== '')
}

// --- internal ---

/** Another commit of a submodule counts, whatever its settings say; what is changed in it git does not look for. */
const DIFF = [
  '--name-only',
  '-z',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--ignore-submodules=dirty',
]
const UNKNOWN = ['--others', '--exclude-standard', '-z']
/** Each costs a few processes. */
const MOST_SUBMODULES = 1_000

/** One that HEAD has not differs from it anyhow. */
async function submodules(git: GitClient): Promise<string[]> {
  const listed = await git.text('ls-tree', '-r', '-z', '--full-tree', 'HEAD')
  return [...listed.matchAll(/160000 commit [0-9a-f]+\t([^\0]+)\0/g)].map(match => match[1]!)
}

/** Through a link it would be another folder: git itself says that what stands behind one differs. */
function isCheckedOut(folder: string, repository: string): boolean {
  try {
    const isWithin = folder.startsWith(repository + sep) && realpathSync.native(folder) === folder
    return isWithin && existsSync(join(folder, '.git'))
  } catch {
    return false
  }
}
