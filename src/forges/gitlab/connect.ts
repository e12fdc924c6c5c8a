import type { Access, DeployConnection, RepositoryConnection } from '../connection.ts'
import type { Forge } from '../forge.ts'
import type { Safety } from '../http/safe-calls.ts'
import { type GitlabClient, gitlabClient } from './client.ts'
import { gitlabForge } from './forge.ts'

export function connectForge(access: Access): Forge {
  return gitlabForge(clientOf(access), access.repository)
}

export function connectDeploy(access: Access): Promise<DeployConnection> {
  return connectRepository(access)
}

/** Any project, for what lives long: its writes may wait for those of others. */
export async function connectRepository(access: Access & { safety?: Safety }): Promise<RepositoryConnection> {
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
    async defaultBranch() {
      return String((await client.api.Projects.show(repository)).default_branch)
    },
    close: async () => {},
  }
}

// --- internal ---

/** The job's own token may also stand in another variable. */
function clientOf({ token, apiUrl, env, safety }: Access & { safety?: Safety }): GitlabClient {
  const kind = token === env.CI_JOB_TOKEN ? 'job' : undefined
  return gitlabClient({ token, kind, apiUrl, env, ...(safety && { safety }) })
}
