import { type Deployment, type Deployments, findOrCreate } from '../deployments.ts'
import { orRefusal } from '../expected-failures.ts'
import { badAnswer, inWords, isForgeError } from '../forge-error.ts'
import type { GitlabClient } from './client.ts'
import { PAGE_SIZE, pageOf } from './convert.ts'
import { checkProject, jobTokenMayNot } from './forge.ts'

/**
 * GitLab's deployments. They have no task, no address and no words: of one commit there is one in an environment, so models
 * that are deployed apart need environments of their own names (`production/churn` is shown below `production`).
 */
export function gitlabDeployments({ api, isJobToken }: GitlabClient, project: string): Deployments {
  checkProject(project)
  const at = `/projects/${encodeURIComponent(project)}/deployments`

  return {
    async ensure(deployment) {
      if (isJobToken) return { refused: inWords(jobTokenMayNot(`POST ${at}`)) }
      const answer = await orRefusal(write(deployment), ADVICE)
      return answer && 'refused' in answer ? answer : undefined
    },
  }

  async function write({ environment, commit, branch, state }: Deployment): Promise<undefined> {
    const { id, status } = await findOrCreate(
      () => find(environment, commit),
      async () => {
        const options = { status: state } as const
        return checked(
          await api.Deployments.create(project, environment, commit, branch, false, options),
          `POST ${at}`,
        )
      },
    )
    if (status === state) return
    try {
      checked(await api.Deployments.edit(project, id, state), `PUT ${at}/${id}`)
    } catch (error) {
      // One that has ended does not run again: this is older news.
      if (state === 'running' && isForgeError(error, 'FORGE_REJECTED')) return
      throw error
    }
  }

  /** The newest one of a commit, among the last 1,000 of the environment. */
  async function find(environment: string, commit: string): Promise<GitlabDeployment | undefined> {
    for (let page = 1; page <= MOST_PAGES; page++) {
      const options = {
        environment,
        orderBy: 'id',
        sort: 'desc',
        perPage: PAGE_SIZE,
        page,
        showExpanded: true,
      }
      const { items, next } = pageOf<GitlabDeployment>(
        await api.Deployments.all(project, options as object),
        `GET ${at}`,
      )
      const found = items.find(({ sha }) => sha === commit)
      if (found || next === undefined) return found
    }
    return undefined
  }
}

// --- internal ---

const MOST_PAGES = 10
const ADVICE =
  'Give the token the scope `api` and the role Developer (for a protected environment, the right to deploy)'

interface GitlabDeployment {
  id: number
  sha: string
  status: string
}

function checked(answer: unknown, call: string): GitlabDeployment {
  const deployment = (answer ?? {}) as Partial<GitlabDeployment>
  if (Number.isSafeInteger(deployment.id) && deployment.status) return deployment as GitlabDeployment
  throw badAnswer(call, 'the answer is no deployment')
}
