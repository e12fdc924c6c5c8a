import type { Octokit } from '@octokit/rest'
import { checkBranchNames } from '../../core/git/branches.ts'
import { sealMessage } from '../../core/git/commit-seal.ts'
import { checkFileChanges, checkPaths, type FileChange } from '../../core/git/file-changes.ts'
import type { DeployRepository } from '../deploy-repository.ts'
import { badAnswer, isForgeError, withFix } from '../forge-error.ts'
import { callsLeft } from './calls-left.ts'
import { type GithubFilesClient, githubFiles, type TreePart, textsOf } from './files.ts'
import { parseRepository } from './forge.ts'
import { type GithubPullRequestsClient, githubPullRequests } from './pull-requests.ts'
import { githubRefs } from './refs.ts'
import { githubHistory, githubSnapshot } from './snapshot.ts'
import { githubSnapshots } from './snapshots.ts'

/** Octokit of @octokit/rest and that of Probot fit. */
export type GithubDeployClient = GithubFilesClient &
  GithubPullRequestsClient & { rest: Pick<Octokit['rest'], 'repos'>; hook: Octokit['hook'] }

/**
 * A deploy repository on GitHub or GitHub Enterprise, without a clone: commits by the Git Data API (signed by GitHub for an
 * app, as they name no author), branches by compare-and-set. The client must carry `safeRequests`.
 */
export function githubDeployRepository(client: GithubDeployClient, repository: string): DeployRepository {
  const repo = parseRepository(repository)
  const refs = githubRefs(client.graphql, repo)
  const files = githubFiles(client, repo)
  const { git } = client.rest

  return {
    name: repository,
    pullRequests: githubPullRequests(client, repository),
    readBranches: refs.read,
    readHead: (branch, path) => refs.readHead(branch, path, files),
    snapshot: githubSnapshot(client.graphql, repo, files),
    snapshots: githubSnapshots(client.graphql, repo, files, listTree),
    callsLeft: callsLeft(client),
    fileHistory: githubHistory(client.graphql, repo, files),
    readFiles: async (commit, paths) => textsOf(await files.read(commit, paths), paths),

    async listFiles(commit, folder) {
      return (await listTree(commit))
        .filter(({ type, path }) => type === 'blob' && (folder === '' || path.startsWith(`${folder}/`)))
        .map(({ path }) => path)
        .sort()
    },

    async listBranches(prefix) {
      checkBranchNames([`${prefix}x`])
      const { data } = await git.listMatchingRefs({ ...repo, ref: `heads/${prefix}` })
      if (!Array.isArray(data))
        throw badAnswer(`GET /repos/${repository}/git/matching-refs/heads/${prefix}`, 'the answer is no list')
      return data.map(({ ref }) => ref.slice('refs/heads/'.length)).sort()
    },

    async contains(commit, ancestor) {
      if (commit === ancestor) return true
      try {
        const basehead = `${ancestor}...${commit}`
        const { data } = await client.rest.repos.compareCommitsWithBasehead({
          ...repo,
          basehead,
          per_page: 1,
        })
        const call = `GET /repos/${repository}/compare/${basehead}`
        if (!COMPARED.includes(data.status)) throw badAnswer(call, 'the answer does not say how they relate')
        return data.status === 'ahead' || data.status === 'identical'
      } catch (error) {
        if (isForgeError(error, 'FORGE_NOT_FOUND')) return false
        throw error
      }
    },

    async commitFiles({ branch, expected, parent, files: changes, message }) {
      checkFileChanges(changes)
      const paths = changes.map(change => change.path)
      const part = await files.read(parent, paths)
      checkPaths(paths, part.kinds)
      const entries = entriesOf(changes, part)
      if (entries.length === 0) return { kind: 'empty' }
      const tree = await made('trees', git.createTree({ ...repo, base_tree: part.tree, tree: entries }))
      const sealed = sealMessage(message, tree, changes)
      const commit = await made(
        'commits',
        git.createCommit({ ...repo, message: sealed, tree, parents: [parent] }),
      )
      const moved = await refs.move(branch, expected, commit, true)
      return moved.kind === 'done' ? { kind: 'committed', commit } : moved
    },

    moveBranch: ({ branch, from, to }) => refs.move(branch, from, to, to === undefined),
  }

  async function listTree(commit: string) {
    const { data } = await git.getTree({ ...repo, tree_sha: commit, recursive: '1' })
    const call = `GET /repos/${repository}/git/trees/${commit}`
    if (!Array.isArray(data.tree)) throw badAnswer(call, 'the answer is no tree')
    if (data.truncated !== false)
      throw badAnswer(call, 'the list is cut short: the repository is too large for it')
    files.learnList(commit, data.tree)
    return data.tree
  }

  async function made(what: string, answer: Promise<{ data: { sha: string } }>): Promise<string> {
    const { data } = await answer.catch((error: unknown) => {
      throw isForgeError(error, 'FORGE_FORBIDDEN', 'FORGE_NOT_FOUND')
        ? withFix(error, CONTENTS_ADVICE)
        : error
    })
    if (/^[0-9a-f]{40}$/.test(data.sha)) return data.sha
    throw badAnswer(`POST /repos/${repository}/git/${what}`, 'the answer has no id')
  }
}

// --- internal ---

const COMPARED = ['ahead', 'behind', 'identical', 'diverged']

const CONTENTS_ADVICE =
  'Give the token `contents: write` for the deploy repository: one of a GitHub App that is installed there, as the workflow’s own token reaches no other repository'

/** What differs from the parent, in the form of GitHub: it makes the blobs itself and keeps the modes it is told. */
function entriesOf(changes: readonly FileChange[], { texts, kinds }: TreePart) {
  return changes
    .filter(({ path, content }) => texts.get(path) !== content)
    .map(({ path, content }) => {
      const mode = kinds.get(path) === 'executable' ? ('100755' as const) : ('100644' as const)
      const entry = { path, mode, type: 'blob' as const }
      return content === undefined ? { ...entry, sha: null } : { ...entry, content }
    })
}
