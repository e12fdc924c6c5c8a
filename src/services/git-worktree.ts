import { lstat, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import type { GitClient } from './git-client.ts'

/**
 * Calls with a fresh folder, for this user only, that holds the files of a commit; removes it afterwards. Links that lead out
 * of the copy are left out of it: written or removed through them, files elsewhere would change.
 */
export async function inWorktree<T>(
  git: GitClient,
  commit: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'assay-')))
  try {
    await git.text('worktree', 'add', '--detach', '--force', '--end-of-options', folder, commit)
    await removeLinksOut(git, commit, folder)
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    // What git remembers of the copy: it forgets copies that are gone.
    await git.maybe('worktree', 'prune')
  }
}

// --- internal ---

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
