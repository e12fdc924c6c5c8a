import { existsSync } from 'node:fs'
import { copyFile, lstat, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve, sep } from 'node:path'
import type { GitClient } from './client.ts'
import { parseSettings, settingsForCopy } from './settings.ts'

/**
 * Calls with a fresh folder, for this user only, that holds the files of a commit; removes it afterwards. Links that lead out
 * of the copy are left out of it: written or removed through them, files elsewhere would change.
 *
 * For git and for tools that read git's files the copy is a repository of its own, detached at the commit, that borrows the
 * objects of the other (`info/alternates`, gitrepository-layout(5)) and has its branches and tags. Nothing is written into the
 * other one, so any number of jobs may do this on one clone at once. And nothing of what code can write beside it counts here:
 * of its settings only those that say how objects and files are stored, none of its attributes and hooks. Git LFS writes out
 * files as the machine, or `git lfs install --local`, has it.
 */
export async function inWorktree<T>(
  clientIn: (folder: string) => GitClient,
  repository: string,
  commit: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'assay-')))
  try {
    await borrow(clientIn(repository), repository, commit, join(folder, '.git'))
    const git = clientIn(folder)
    await git.text('reset', '--hard', '--quiet', '--no-recurse-submodules', commit, '--')
    await removeLinksOut(git, commit, folder)
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

// --- internal ---

/** The empty folders are for tools that take a `.git` without them for none (GitPython, dulwich). */
async function borrow(git: GitClient, repository: string, commit: string, own: string): Promise<void> {
  const kept = await pathsIn(git, repository, ['objects', 'shallow', 'info/sparse-checkout', 'lfs'])
  const [objects, shallow, sparse, lfs] = kept as [string, string, string, string]
  for (const folder of ['info', 'objects/info', 'refs']) await mkdir(join(own, folder), { recursive: true })
  await writeFile(join(own, 'objects/info/alternates'), `${objects}\n`)
  const settings = parseSettings(await git.text('config', '--list', '--null', '--show-scope', '--includes'))
  await writeFile(join(own, 'config'), settingsForCopy(settings, lfs), { mode: 0o600 })
  await writeFile(
    join(own, 'packed-refs'),
    await git.text('for-each-ref', '--format=%(objectname) %(refname)'),
  )
  // Where history was cut off, and which folders are checked out: the rest may be huge, or not even fetched.
  await copyIfThere(shallow, join(own, 'shallow'))
  await copyIfThere(sparse, join(own, 'info/sparse-checkout'))
  await writeFile(join(own, 'HEAD'), `${commit}\n`)
}

/** Where the repository keeps what is borrowed. `info/alternates` takes no folder with a line end in its name either. */
async function pathsIn(git: GitClient, repository: string, paths: readonly string[]): Promise<string[]> {
  const found = await git.text('rev-parse', ...paths.flatMap(path => ['--git-path', path]))
  return found
    .replace(/\n$/, '')
    .split('\n')
    .map(path => resolve(repository, path))
}

async function copyIfThere(from: string, to: string): Promise<void> {
  if (existsSync(from)) await copyFile(from, to)
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
