import { copyFile, lstat, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve, sep } from 'node:path'
import type { GitClient } from './git-client.ts'

/**
 * Calls with a fresh folder, for this user only, that holds the files of a commit; removes it afterwards. Links that lead out
 * of the copy are left out of it: written or removed through them, files elsewhere would change.
 *
 * For git and for tools that read git's files the copy is a working tree of the repository, detached at the commit. The
 * repository is not told of it, as `git worktree add` would do: that writes a folder below `.git/worktrees`, which every other
 * git process (another `worktree add`, `fetch`, `branch`) reads while it is half made, and then dies of ("failed to read
 * …/commondir"). Here nothing is written into the repository, so any number of jobs may do this on one clone at once.
 */
export async function inWorktree<T>(
  clientIn: (folder: string) => GitClient,
  repository: string,
  commit: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'assay-')))
  try {
    await attach(clientIn(repository), repository, commit, join(folder, '.git'))
    const git = clientIn(folder)
    await git.text('reset', '--hard', '--quiet', '--no-recurse-submodules', commit, '--')
    await removeLinksOut(git, commit, folder)
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

// --- internal ---

/**
 * Makes a `.git` with a head of its own and everything else in the repository's (`commondir`, gitrepository-layout(5)). The
 * empty folders are for tools that take a `.git` without them for none (GitPython, dulwich).
 */
async function attach(git: GitClient, repository: string, commit: string, own: string): Promise<void> {
  const common = resolve(repository, (await git.text('rev-parse', '--git-common-dir')).replace(/\n$/, ''))
  for (const folder of ['info', 'objects', 'refs']) await mkdir(join(own, folder), { recursive: true })
  await writeFile(join(own, 'commondir'), `${common}\n`)
  await writeFile(join(own, 'HEAD'), `${commit}\n`)
  await copySparseness(git, repository, own)
}

/** A checkout of some folders only stays one: the rest may be huge, or not even fetched. */
async function copySparseness(git: GitClient, repository: string, own: string): Promise<void> {
  const setting = async (name: string) =>
    (await git.maybe('config', '--type=bool', '--get', name))?.trim() === 'true'
  if (!(await setting('core.sparseCheckout'))) return
  const patterns = (await git.text('rev-parse', '--git-path', 'info/sparse-checkout')).replace(/\n$/, '')
  await copyFile(resolve(repository, patterns), join(own, 'info/sparse-checkout'))
  const cone = await setting('core.sparseCheckoutCone')
  // Read where the repository keeps such settings a working tree (`extensions.worktreeConfig`), ignored where it does not.
  await writeFile(
    join(own, 'config.worktree'),
    `[core]\n\tsparseCheckout = true\n\tsparseCheckoutCone = ${cone}\n`,
  )
}

async function removeLinksOut(git: GitClient, commit: string, folder: string): Promise<void> {
  const listed = await git.text('ls-tree', '-r', '-z', '--full-tree', commit)
  const links = [...listed.matchAll(/120000 blob [0-9a-f]+\t([^\0]+)\0/g)].map(match =>
    join(folder, match[1]!),
  )
  for (const link of links) if ((await isLink(link)) && !(await leadsInside(link, folder))) await rm(link)
}

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isSymbolicLink() ?? false
}

/** A link to nothing may be to something tomorrow: it counts as leading out. */
async function leadsInside(link: string, folder: string): Promise<boolean> {
  const target = await realpath(link).catch(() => undefined)
  return target !== undefined && (target === folder || target.startsWith(folder + sep))
}
