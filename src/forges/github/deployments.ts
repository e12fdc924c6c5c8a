import type { Octokit } from '@octokit/rest'
import { type Deployment, type Deployments, findOrCreate } from '../deployments.ts'
import { orRefusal, unless } from '../expected-failures.ts'
import { badAnswer } from '../forge-error.ts'
import { cut, listOf } from './convert.ts'
import { parseRepository } from './forge.ts'

/** GitHub's deployments, each with a list of statuses of which the newest counts. Merges nothing and waits for no checks. */
export function githubDeployments(
  { rest }: { rest: Pick<Octokit['rest'], 'repos'> },
  repository: string,
): Deployments {
  const repo = parseRepository(repository)
  const at = `/repos/${repository}/deployments`

  return {
    async ensure(deployment) {
      const answer = await orRefusal(write(deployment), ADVICE)
      return answer && 'refused' in answer ? answer : undefined
    },
  }

  async function write({ environment, commit, task, state, url, description }: Deployment) {
    const text = cut(description, 140)
    const key = { ...repo, sha: commit, environment, task, per_page: 100 }
    /** Oldest first. */
    const known = async () => {
      const { data } = await rest.repos.listDeployments(key)
      return listOf(data, `GET ${at}`)
        .map(one => idOf(one, `GET ${at}`))
        .sort((a, b) => a - b)
    }
    let isNew = false
    const found = await findOrCreate(
      async () => (await known())[0],
      async () => {
        isNew = true
        const made = { ref: commit, environment, task, description: text }
        const gates = { auto_merge: false, required_contexts: [] }
        const { data } = await rest.repos.createDeployment({ ...repo, ...made, ...gates })
        return idOf(data, `POST ${at}`)
      },
    )
    // Another run may have made one in the same moment: all but the oldest give way.
    const [id = found, ...younger] = isNew ? await known() : []
    for (const one of younger) await remove(one)
    const { data } = await rest.repos.listDeploymentStatuses({ ...repo, deployment_id: id, per_page: 1 })
    const [newest] = listOf(data, `GET ${at}/${id}/statuses`) as Partial<Status>[]
    const next = { state: STATES[state], description: text, log_url: url ?? '' }
    if (
      newest &&
      newest.state === next.state &&
      newest.description === text &&
      (newest.log_url ?? '') === next.log_url
    )
      return
    const status = { deployment_id: id, ...next, auto_inactive: state === 'success' }
    const made = await rest.repos.createDeploymentStatus({ ...repo, ...status })
    idOf(made.data, `POST ${at}/${id}/statuses`)
  }

  /** GitHub deletes none that is active. */
  async function remove(id: number): Promise<void> {
    const status = { ...repo, deployment_id: id, state: 'inactive' as const }
    await unless(rest.repos.createDeploymentStatus(status), 'FORGE_NOT_FOUND')
    await unless(rest.repos.deleteDeployment({ ...repo, deployment_id: id }), 'FORGE_NOT_FOUND')
  }
}

// --- internal ---

interface Status {
  state: string
  description: string
  log_url: string
}

const STATES = { running: 'in_progress', success: 'success', failed: 'failure' } as const
const ADVICE = 'Give the token `deployments: write` for the repository'

function idOf(answer: unknown, call: string): number {
  const { id } = (answer ?? {}) as { id?: number }
  if (Number.isSafeInteger(id)) return id!
  throw badAnswer(call, 'the answer has no id')
}
