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
  const token =
    given.deployToken ??
    env.ASSAY_DEPLOY_TOKEN ??
    given.token ??
    env.ASSAY_TOKEN ??
    env.GITHUB_TOKEN ??
    env.GH_TOKEN
  return async address => {
    if (address.kind === 'git') return openGit(address.url, env, token)
    if (!token) throw noToken(address.repository)
    return openGithub(address.repository, token, env, ci)
  }
}

// --- internal ---

async function openGithub(
  repository: string,
  token: string,
  env: Environment,
  ci: CiFacts,
): Promise<DeployAccess> {
  const [{ githubClient }, { githubForge }, { githubDeployRepository }] = await Promise.all([
    import('../src/forges/github-client.ts'),
    import('../src/forges/github.ts'),
    import('../src/forges/github-deploy-repository.ts'),
  ])
  const client = githubClient({ token, apiUrl: ci.apiUrl, env })
  return {
    repository: githubDeployRepository(client, repository),
    forge: githubForge(client, repository),
    webUrl: `${ci.serverUrl ?? 'https://github.com'}/${repository}`,
    close: async () => {},
  }
}

/** A token goes to https alone: with ssh, files and addresses of others the machine's own git settings count. */
async function openGit(url: string, env: Environment, token: string | undefined): Promise<DeployAccess> {
  const { openPlainGit } = await import('../src/services/plain-git.ts')
  const own = env.ASSAY_DEPLOY_TOKEN !== undefined && url.startsWith('https:') ? { token } : {}
  const repository = await openPlainGit({ url, env, ...own })
  return {
    repository,
    ...(url.startsWith('https:') && { webUrl: url.replace(/(\.git)?\/*$/, '') }),
    close: () => repository.close(),
  }
}

function noToken(repository: string): AssayError {
  return new AssayError({
    code: 'DEPLOY_NO_TOKEN',
    title: 'The deploy repository cannot be reached',
    problems: [
      {
        what: `there is no token for ${repository}`,
        fix: 'set ASSAY_DEPLOY_TOKEN (in the action: the input `deploy-token`) to the token of an app that is installed there, or name the repository by its git address',
      },
    ],
  })
}
