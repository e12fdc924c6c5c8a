import { openDeployClone } from '../../../services/git/deploy-clone.ts'
import { openRepository } from '../../../services/git/git.ts'
import type { DeployFiles } from './helm-files.ts'

/** A branch of a clone as it was last fetched; undefined where it is not there. */
export async function branchTree(
  { folder, env }: { folder: string; env: Readonly<Record<string, string | undefined>> },
  branch: string,
): Promise<DeployFiles | undefined> {
  const repository = await openRepository(folder, { env })
  if (!repository) return undefined
  const clone = openDeployClone(folder, env)
  // One that is only here has no branch of the remote.
  const commit =
    (await repository.remoteBranch(branch)) ?? (await clone.branches(branch, 'all')).get(branch)?.commit
  if (commit === undefined) return undefined
  const known = new Map<string, string | undefined>()
  let all: Promise<string[]> | undefined
  return {
    async readFiles(_, paths) {
      const asked = [...new Set(paths)].filter(path => !known.has(path)).map(path => ({ commit, path }))
      if (asked.length > 0) for (const { path, text } of await clone.textsAt(asked)) known.set(path, text)
      return new Map(paths.map(path => [path, known.get(path)]))
    },
    async listFiles(_, below) {
      all ??= repository.listFilesAt(commit, '')
      const paths = await all
      return below === '' ? paths : paths.filter(path => path.startsWith(`${below}/`))
    },
  }
}
