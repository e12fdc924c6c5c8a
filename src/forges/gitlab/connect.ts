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
import type { GitlabByGit } from './reading/by-git.ts'

export function connectForge(access: Access): Forge {
  return gitlabForge(clientOf(access), access.repository)
}

/** Many models are read by git, which a job has. */
export async function connectDeploy(access: Access): Promise<DeployConnection> {
  const { gitlabByGit } = await import('./reading/by-git.ts')
  const { token, env, repository } = access
  const { webUrl, gitUser: user } = clientOf(access)
  const byGit = gitlabByGit({ url: `${webUrl}/${repository}.git`, user, token, env })
  return { ...(await connected(access, byGit)), close: byGit.close }
}

/** Any project, by the API alone: what lives long remembers what does not change, and has no git in its container. */
export function connectRepository(access: LastingAccess): Promise<RepositoryConnection> {
  return connected(access)
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

async function connected(access: LastingAccess, byGit?: GitlabByGit): Promise<RepositoryConnection> {
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
  ] = await Promise.all([
    import('./deploy-repository.ts'),
    import('./deployments.ts'),
    import('./people/people.ts'),
    import('./claims.ts'),
    import('./pipelines.ts'),
    import('./issues.ts'),
    import('./ci-runs.ts'),
    import('./reruns.ts'),
  ])
  const client = clientOf(access)
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
    close: async () => {},
  }
}

/** The job's own token may also stand in another variable. */
function clientOf({ token, apiUrl, env, safety, keeper }: Omit<LastingAccess, 'repository'>): GitlabClient {
  const kind = token === env.CI_JOB_TOKEN ? 'job' : undefined
  return gitlabClient({ token, kind, apiUrl, env, safety, keeper })
}
