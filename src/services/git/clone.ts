import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import { isCommitSha } from '../../core/git/names.ts'
import { type GitClient, gitClient, gitReason } from './client.ts'
import { checkRemote, type Remote, remoteEnvironment } from './remote.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Checks out one commit of a remote repository into an empty folder that is there. The token reaches git's fetch alone, for
 * this host and no redirect; no hook of the repository or the machine runs. Where the server gives no single commit, the
 * branches and tags are fetched.
 *
 * @throws AssayError `GIT_REMOTE_INVALID`, `CLONE_FAILED`
 */
export async function cloneAt(
  remote: Remote,
  commit: string,
  folder: string,
  env: Environment,
): Promise<void> {
  checkRemote(remote)
  if (!isCommitSha(commit)) throw new RangeError(`${commit} is no commit`)
  const silenceMs = 600_000
  const fetching = gitClient(folder, { env: remoteEnvironment(remote, env), silenceMs, settings: 'ours' })
  const git = gitClient(folder, { env, silenceMs, settings: 'ours' })
  try {
    const format = commit.length === 64 ? 'sha256' : 'sha1'
    await git.text('init', '--quiet', `--object-format=${format}`)
    await git.text('remote', 'add', 'origin', remote.url)
    await fetchCommit(fetching, commit)
    await git.text('checkout', '--quiet', '--detach', commit, '--')
  } catch (error) {
    if (!isAssayError(error, 'GIT_FAILED')) throw error
    throw new AssayError({
      code: 'CLONE_FAILED',
      title: 'The commit of the release could not be checked out',
      problems: [
        {
          what: `${remote.url} at ${commit.slice(0, 12)}: ${gitReason(error)}`,
          fix: 'check that the commit is still there and that git on this machine may read the repository',
        },
      ],
      cause: error,
    })
  }
}

// --- internal ---

const QUIET = ['--quiet', '--no-recurse-submodules', '--no-write-fetch-head', '--no-auto-maintenance']

async function fetchCommit(git: GitClient, commit: string): Promise<void> {
  const alone = await git.maybe(
    'fetch',
    ...QUIET,
    '--depth=1',
    '--no-tags',
    '--end-of-options',
    'origin',
    commit,
  )
  if (alone !== undefined) return
  await git.text('fetch', ...QUIET, '--tags', '--end-of-options', 'origin', BRANCHES)
}

const BRANCHES = '+refs/heads/*:refs/remotes/origin/*'
