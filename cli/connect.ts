import type { CiFacts } from '../src/ci/ci.ts'
import type { Context } from '../src/commands/context.ts'

type Environment = Readonly<Record<string, string | undefined>>
type Connection = Pick<Context, 'forge' | 'forgeMissing'>

/**
 * The forge that the environment gives a token for. The client is loaded only when there is one: most local runs need none.
 */
export async function connect(env: Environment, ci: CiFacts): Promise<Connection> {
  const repository = ci.repository
  if (repository === undefined)
    return { forgeMissing: 'this is no CI run that Assay knows, so nothing is posted' }
  if (ci.forge === undefined)
    return {
      forgeMissing: `${ci.name} does not say which forge ${ci.serverUrl ?? 'this'} is: set ASSAY_FORGE to github or gitlab`,
    }
  // GitHub itself gives the run of a fork a token that only reads; what posts for forks there runs none of their code.
  if (ci.fromFork && ci.name !== 'GitHub Actions') return { forgeMissing: FORK }
  return ci.forge === 'gitlab' ? connectGitlab(env, ci, repository) : connectGithub(env, ci, repository)
}

// --- internal ---

/** A variable that is protected or not set may also be there and empty. */
async function connectGithub(env: Environment, ci: CiFacts, repository: string): Promise<Connection> {
  const token = env.ASSAY_TOKEN || env.GITHUB_TOKEN || env.GH_TOKEN
  if (!token)
    return { forgeMissing: 'there is no token: set ASSAY_TOKEN (or GITHUB_TOKEN) to post comment and check' }
  const [{ githubClient }, { githubForge }] = await Promise.all([
    import('../src/forges/github/client.ts'),
    import('../src/forges/github/forge.ts'),
  ])
  return { forge: githubForge(githubClient({ token, apiUrl: ci.apiUrl, env }), repository) }
}

async function connectGitlab(env: Environment, ci: CiFacts, repository: string): Promise<Connection> {
  const given = env.ASSAY_TOKEN || env.GITLAB_TOKEN
  const token = given || env.CI_JOB_TOKEN
  if (!token)
    return { forgeMissing: 'there is no token: set ASSAY_TOKEN (or GITLAB_TOKEN) to post note and status' }
  const [{ gitlabClient }, { gitlabForge }] = await Promise.all([
    import('../src/forges/gitlab/client.ts'),
    import('../src/forges/gitlab/forge.ts'),
  ])
  const kind = token === env.CI_JOB_TOKEN ? 'job' : undefined
  return { forge: gitlabForge(gitlabClient({ token, kind, apiUrl: ci.apiUrl, env }), repository) }
}

/** Also where a member has run the pipeline in the parent project: it is the fork's code that would see the token. */
const FORK =
  'this merge request comes from a fork, whose code runs in this job: Assay uses no token here. The verdict is in the log of the job and the output folder; for a note and a status, somebody who has read the code pushes the branch to the project itself, where its own pipeline runs'
