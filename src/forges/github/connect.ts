import type { Access, AppAccess, DeployConnection } from '../connection.ts'
import type { Forge } from '../forge.ts'
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

// --- internal ---

async function connectWith(
  token: string | Tokens,
  { repository, apiUrl, serverUrl = 'https://github.com', env }: Omit<Access, 'token'>,
): Promise<DeployConnection> {
  const [{ githubDeployRepository }, { githubDeployments }] = await Promise.all([
    import('./deploy-repository.ts'),
    import('./deployments.ts'),
  ])
  const client = githubClient({ token, apiUrl, env })
  return {
    repository: githubDeployRepository(client, repository),
    forge: githubForge(client, repository),
    deployments: githubDeployments(client, repository),
    webUrl: `${serverUrl}/${repository}`,
    close: async () => {},
  }
}
