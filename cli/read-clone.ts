import type { Environment } from '../src/ci/ci.ts'
import { withClone } from '../src/ci/jenkins.ts'
import { isAssayError } from '../src/core/errors/errors.ts'

/** The environment of a Jenkins build with what its clone knows better; that of any other as it is. */
export async function readClone(env: Environment, folder: string): Promise<Environment> {
  if (!env.JENKINS_URL && !env.JENKINS_HOME) return env
  const { openRepository } = await import('../src/services/git/git.ts')
  try {
    const repository = await openRepository(folder, { env })
    const head = await repository?.headCommit()
    if (!repository || !head) return env
    return withClone(env, {
      remoteUrl: await repository.remoteUrl(),
      head,
      parents: await repository.parents(head),
      tracked: env.BRANCH_NAME === undefined ? undefined : await repository.remoteBranch(env.BRANCH_NAME),
    })
  } catch (error) {
    // The command meets the same problem and says it in its own words.
    if (isAssayError(error, 'GIT_FAILED', 'GIT_MISSING', 'GIT_NOT_TRUSTED')) return env
    throw error
  }
}
