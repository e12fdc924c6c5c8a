import type {
  Access,
  AccountAccess,
  AccountConnection,
  DeployConnection,
  LastingAccess,
  RepositoryConnection,
} from '../connection.ts'
import type { Forge } from '../forge.ts'
import { gitlabHooks } from './account/hooks.ts'
import { accountReads } from './account/reads.ts'
import { gitlabSurvey } from './account/survey.ts'
import { type GitlabClient, gitlabClient } from './client.ts'
import { gitlabForge } from './forge.ts'

export function connectForge(access: Access): Forge {
  return gitlabForge(clientOf(access), access.repository)
}

export function connectDeploy(access: Access): Promise<DeployConnection> {
  return connectRepository(access)
}

/** Any project. */
export async function connectRepository(access: LastingAccess): Promise<RepositoryConnection> {
  const { repository, serverUrl } = access
  const [
    { gitlabDeployRepository },
    { gitlabDeployments },
    { gitlabPeople },
    { gitlabClaims },
    { gitlabPipelines },
    { gitlabIssues },
    { gitlabRuns },
    { gitlabReruns },
    { gitlabByGit },
  ] = await Promise.all([
    import('./deploy-repository.ts'),
    import('./deployments.ts'),
    import('./people/people.ts'),
    import('./claims.ts'),
    import('./pipelines.ts'),
    import('./issues.ts'),
    import('./ci-runs.ts'),
    import('./reruns.ts'),
    import('./reading/by-git.ts'),
  ])
  const client = clientOf(access)
  const byGit = gitlabByGit({
    url: `${client.webUrl}/${repository}.git`,
    ...{ user: client.gitUser, token: access.token, env: access.env },
  })
  const webUrl = `${serverUrl ?? client.webUrl}/${repository}`
  const people = gitlabPeople(client, repository)
  return {
    repository: gitlabDeployRepository(client, repository, byGit),
    forge: gitlabForge(client, repository),
    people,
    deployments: gitlabDeployments(client, repository),
    claims: gitlabClaims(client, repository, access.safety?.now),
    pipelines: gitlabPipelines(client, repository),
    issues: gitlabIssues(client, repository),
    runs: gitlabRuns(client, repository),
    reruns: gitlabReruns(client, repository, people),
    webUrl,
    pullRequestUrl: number => `${webUrl}/-/merge_requests/${number}`,
    async defaultBranch() {
      return String((await client.api.Projects.show(repository)).default_branch)
    },
    close: byGit.close,
  }
}

export function connectAccount(access: AccountAccess): AccountConnection {
  const client = clientOf(access)
  return {
    survey: gitlabSurvey(client, access.now),
    hooks: gitlabHooks(client, access.now),
    maintained: () => accountReads(client).maintained(),
  }
}

// --- internal ---

/** The job's own token may also stand in another variable. */
function clientOf({ token, apiUrl, env, safety, keeper }: Omit<LastingAccess, 'repository'>): GitlabClient {
  const kind = token === env.CI_JOB_TOKEN ? 'job' : undefined
  return gitlabClient({ token, kind, apiUrl, env, safety, keeper })
}
