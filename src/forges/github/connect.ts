import type { Access, AppAccess, DeployConnection, RepositoryConnection } from '../connection.ts'
import type { Forge } from '../forge.ts'
import type { Safety } from '../http/safe-calls.ts'
import { githubClient, type Tokens } from './client.ts'
import { githubForge } from './forge.ts'

export function connectForge({ repository, ...access }: Access): Forge {
  return githubForge(githubClient(access), repository)
}

export async function connectDeploy({ token, ...access }: Access): Promise<DeployConnection> {
  return connectWith(token, access)
}

export async function connectDeployAsApp(access: AppAccess): Promise<DeployConnection> {
  const { app, right, repository, ...options } = access
  const { appTokens } = await import('./app.ts')
  return connectWith(await appTokens(app, repository, right, options), access)
}

/** With tokens that are made elsewhere, for what lives longer than one of them; `account` writes with them, where that is known. */
export async function connectWith(
  token: string | Tokens,
  {
    repository,
    apiUrl,
    serverUrl = 'https://github.com',
    env,
    safety,
    account,
  }: Omit<Access, 'token'> & { safety?: Safety; account?: string },
): Promise<RepositoryConnection> {
  const [
    { githubDeployRepository },
    { githubDeployments },
    { githubPeople },
    { githubReruns, githubRuns },
    { githubWorkflows },
    { githubIssues },
  ] = await Promise.all([
    import('./deploy-repository.ts'),
    import('./deployments.ts'),
    import('./people/people.ts'),
    import('./ci-runs.ts'),
    import('./workflows.ts'),
    import('./people/issues.ts'),
  ])
  const client = githubClient({ token, apiUrl, env, safety })
  const api = new URL(client.request.endpoint.DEFAULTS.baseUrl)
  const workflows = githubWorkflows(client, repository)
  const [owner = '', repo = ''] = repository.split('/')
  return {
    repository: githubDeployRepository(client, repository),
    forge: githubForge(client, repository, account),
    people: githubPeople(client, repository),
    issues: githubIssues(client, repository),
    runs: githubRuns(client, repository, { env, safety, api }),
    reruns: githubReruns(client, repository),
    deployments: githubDeployments(client, repository),
    workflows,
    claims: workflows,
    webUrl: `${serverUrl}/${repository}`,
    pullRequestUrl: number => `${serverUrl}/${repository}/pull/${number}`,
    defaultBranch: async () => (await client.rest.repos.get({ owner, repo })).data.default_branch,
    close: async () => {},
  }
}
