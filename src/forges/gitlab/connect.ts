import type { Access, DeployConnection } from '../connection.ts'
import type { Forge } from '../forge.ts'
import { type GitlabClient, gitlabClient } from './client.ts'
import { gitlabForge } from './forge.ts'

export function connectForge(access: Access): Forge {
  return gitlabForge(clientOf(access), access.repository)
}

export async function connectDeploy(access: Access): Promise<DeployConnection> {
  const { repository, serverUrl } = access
  const [{ gitlabDeployRepository }, { gitlabDeployments }] = await Promise.all([
    import('./deploy-repository.ts'),
    import('./deployments.ts'),
  ])
  const client = clientOf(access)
  return {
    repository: gitlabDeployRepository(client, repository),
    forge: gitlabForge(client, repository),
    deployments: gitlabDeployments(client, repository),
    ...(serverUrl !== undefined && { webUrl: `${serverUrl}/${repository}` }),
    close: async () => {},
  }
}

// --- internal ---

/** The job's own token may also stand in another variable. */
function clientOf({ token, apiUrl, env }: Access): GitlabClient {
  return gitlabClient({ token, kind: token === env.CI_JOB_TOKEN ? 'job' : undefined, apiUrl, env })
}
