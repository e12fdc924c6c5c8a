import type { CiFacts } from '../src/ci/ci.ts'
import type { DeployAccess } from '../src/commands/context.ts'
import type { DeployAddress } from '../src/core/deploy-address.ts'
import { AssayError } from '../src/core/errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The way to deploy repositories: by the forge's API where the run has a forge and a token for it, else by git itself. The
 * token of the run reaches its own repository only, hence ASSAY_DEPLOY_TOKEN for another one.
 */
export function deployConnector(
  env: Environment,
  ci: CiFacts,
  given: { token?: string; deployToken?: string } = {},
): (address: DeployAddress) => Promise<DeployAccess> {
  return async address => {
    // A variable that is protected or not set may also be there and empty.
    const own = given.deployToken || env.ASSAY_DEPLOY_TOKEN
    if (address.kind === 'git') return openGit(address.url, env, own)
    if (ci.fromFork) throw noToken(address.repository, FORK)
    const usual =
      ci.forge === 'gitlab' ? env.GITLAB_TOKEN || env.CI_JOB_TOKEN : env.GITHUB_TOKEN || env.GH_TOKEN
    const token = own || given.token || env.ASSAY_TOKEN || usual
    if (!token) throw noToken(address.repository)
    return ci.forge === 'gitlab'
      ? openGitlab(address.repository, token, env, ci)
      : openGithub(address.repository, token, env, ci)
  }
}

// --- internal ---

async function openGithub(
  repository: string,
  token: string,
  env: Environment,
  ci: CiFacts,
): Promise<DeployAccess> {
  const [{ githubClient }, { githubForge }, { githubDeployRepository }, { githubDeployments }] =
    await Promise.all([
      import('../src/forges/github-client.ts'),
      import('../src/forges/github.ts'),
      import('../src/forges/github-deploy-repository.ts'),
      import('../src/forges/github-deployments.ts'),
    ])
  const client = githubClient({ token, apiUrl: ci.apiUrl, env })
  return {
    repository: githubDeployRepository(client, repository),
    forge: githubForge(client, repository),
    deployments: githubDeployments(client, repository),
    webUrl: `${ci.serverUrl ?? 'https://github.com'}/${repository}`,
    close: async () => {},
  }
}

async function openGitlab(
  repository: string,
  token: string,
  env: Environment,
  ci: CiFacts,
): Promise<DeployAccess> {
  const [{ gitlabClient }, { gitlabForge }, { gitlabDeployRepository }, { gitlabDeployments }] =
    await Promise.all([
      import('../src/forges/gitlab-client.ts'),
      import('../src/forges/gitlab.ts'),
      import('../src/forges/gitlab-deploy-repository.ts'),
      import('../src/forges/gitlab-deployments.ts'),
    ])
  const kind = token === env.CI_JOB_TOKEN ? 'job' : undefined
  const client = gitlabClient({ token, kind, apiUrl: ci.apiUrl, env })
  return {
    repository: gitlabDeployRepository(client, repository),
    forge: gitlabForge(client, repository),
    deployments: gitlabDeployments(client, repository),
    ...(ci.serverUrl !== undefined && { webUrl: `${ci.serverUrl}/${repository}` }),
    close: async () => {},
  }
}

/** A token goes to https alone: with ssh, files and addresses of others the machine's own git settings count. */
async function openGit(url: string, env: Environment, token: string | undefined): Promise<DeployAccess> {
  const { openPlainGit } = await import('../src/services/plain-git.ts')
  const isWeb = url.startsWith('https:')
  const repository = await openPlainGit({ url, env, ...(isWeb && token && { token }) })
  return {
    repository,
    ...(isWeb && { webUrl: url.replace(/(\.git)?\/*$/, '') }),
    close: () => repository.close(),
  }
}

const FORK = 'this run is for a fork, whose code must not have it'

function noToken(repository: string, why = 'none is set'): AssayError {
  return new AssayError({
    code: 'DEPLOY_NO_TOKEN',
    title: 'The deploy repository cannot be reached',
    problems: [
      {
        what: `there is no token for ${repository}: ${why}`,
        fix: 'set ASSAY_DEPLOY_TOKEN (in the action: the input `deploy-token`) to the token of an app or an account that may write there, or name the repository by its git address',
      },
    ],
  })
}
