import { askBehind } from '../behind.ts'
import { tell } from '../hooks/deliveries.ts'
import type { Sender } from '../world/people.ts'
import type { Repository } from '../world/repositories.ts'
import type { Answer, Sent } from '../world/requests.ts'
import type { World } from '../world/world.ts'
import { pullAsItIs, tellMoves } from './branches.ts'
import { copyCommits } from './forks.ts'
import { issueAsItIs } from './issues.ts'
import { byExactness, patternOf } from './templates.ts'

/** A write that may be told to Apps. */
export interface Change {
  world: World
  sent: Sent
  params: Record<string, string>
  repository: Repository
  sender: Sender
  // biome-ignore lint/suspicious/noExplicitAny: the emulator's JSON
  answer: any
  /** What `before` read. */
  // biome-ignore lint/suspicious/noExplicitAny: the emulator's JSON
  before: any
}

/** Prepares to tell of a write; the result is called once it has succeeded. Undefined for what is told to nobody. */
export async function watchChange(
  world: World,
  sent: Sent,
  sender: () => Promise<Sender>,
): Promise<((given: Answer) => Promise<void>) | undefined> {
  for (const { method, pattern, row } of ROWS) {
    const params = method === sent.method ? pattern.exec(sent.path)?.groups : undefined
    if (!params) continue
    const name = row.repository ? row.repository(sent) : `${params.owner}/${params.repo}`
    if (name === undefined) return undefined
    const at = `/repos/${name}`
    const before = await row.before?.(world, at, params)
    return async given => {
      const [repository, who] = await Promise.all([askBehind(world, 'GET', at), sender()])
      if (!repository) return
      const answer = given.body === '' ? undefined : JSON.parse(given.body)
      await row.after({ world, sent, params: { ...params }, repository, sender: who, answer, before })
    }
  }
  return undefined
}

// --- internal ---

interface Row {
  before?(world: World, repository: string, params: Record<string, string>): Promise<unknown>
  after(change: Change): Promise<void>
  /** Where the path does not say it. */
  repository?(sent: Sent): string | undefined
}

const REPOSITORY = '/repos/{owner}/{repo}'
const moved: Row = { after: ({ world, repository, sender }) => tellMoves(world, repository, sender) }

const CHANGES: Record<string, Row> = {
  [`PUT ${REPOSITORY}/contents/{path+}`]: moved,
  [`DELETE ${REPOSITORY}/contents/{path+}`]: moved,
  [`POST ${REPOSITORY}/git/refs`]: moved,
  [`PATCH ${REPOSITORY}/git/refs/{ref+}`]: moved,
  [`DELETE ${REPOSITORY}/git/refs/{ref+}`]: moved,
  [`PUT ${REPOSITORY}/pulls/{number}/update-branch`]: moved,
  'POST /graphql': { ...moved, repository: writtenByGraphql },
  [`POST ${REPOSITORY}/pulls`]: {
    after: async change => {
      const { world, repository, answer } = change
      const { repo, sha } = answer.head
      if (repo.full_name !== repository.full_name)
        await copyCommits(world, repo.full_name, repository.full_name, sha)
      await tellPull(change, 'opened', answer.number)
    },
  },
  [`PATCH ${REPOSITORY}/pulls/{number}`]: {
    before: (world, at, { number }) => askBehind(world, 'GET', `${at}/pulls/${number}`),
    after: async change => {
      const { answer, before } = change
      const states: Record<string, string> = { open: 'reopened', closed: 'closed' }
      const action = answer.state === before.state ? 'edited' : states[answer.state]
      const { ref, sha } = before.base
      const from = { base: { ref: { from: ref }, sha: { from: sha } } }
      await tellPull(change, action!, answer.number, answer.base.ref === ref ? {} : { changes: from })
    },
  },
  [`PUT ${REPOSITORY}/pulls/{number}/merge`]: {
    after: async change => {
      await moved.after(change)
      await tellPull(change, 'closed', Number(change.params.number))
    },
  },
  [`POST ${REPOSITORY}/pulls/{number}/reviews`]: {
    after: async change => {
      if (change.answer.state !== 'PENDING') await tellReview(change, 'submitted')
    },
  },
  [`POST ${REPOSITORY}/pulls/{number}/reviews/{id}/events`]: {
    after: change => tellReview(change, 'submitted'),
  },
  [`PUT ${REPOSITORY}/pulls/{number}/reviews/{id}/dismissals`]: {
    after: change => tellReview(change, 'dismissed'),
  },
  [`POST ${REPOSITORY}/issues/{number}/comments`]: {
    after: change => tellComment(change, 'created', change.answer),
  },
  [`PATCH ${REPOSITORY}/issues/comments/{id}`]: {
    before: readComment,
    after: change =>
      tellComment(change, 'edited', change.answer, { changes: { body: { from: change.before.body } } }),
  },
  [`DELETE ${REPOSITORY}/issues/comments/{id}`]: {
    before: readComment,
    after: change => tellComment(change, 'deleted', change.before),
  },
  [`POST ${REPOSITORY}/issues`]: {
    after: async ({ answer, ...change }) => told(change, 'issues', { action: 'opened', issue: answer }),
  },
  [`PATCH ${REPOSITORY}/issues/{number}`]: {
    before: (world, at, { number }) => askBehind(world, 'GET', `${at}/issues/${number}`),
    after: async ({ answer, before, ...change }) => {
      const states: Record<string, string> = { open: 'reopened', closed: 'closed' }
      const action = answer.state === before.state ? 'edited' : states[answer.state]
      told(change, 'issues', { action, issue: answer })
    },
  },
  [`POST ${REPOSITORY}/check-runs`]: {
    after: async ({ answer, ...change }) => {
      told(change, 'check_run', { action: 'created', check_run: answer })
      if (answer.status === 'completed') told(change, 'check_run', { action: 'completed', check_run: answer })
    },
  },
  [`PATCH ${REPOSITORY}/check-runs/{id}`]: {
    after: async ({ answer, ...change }) => {
      if (answer.status === 'completed') told(change, 'check_run', { action: 'completed', check_run: answer })
    },
  },
  [`POST ${REPOSITORY}/statuses/{sha}`]: {
    after: async ({ answer, ...change }) => told(change, 'status', { ...answer, sha: change.params.sha }),
  },
  [`POST ${REPOSITORY}/deployments`]: {
    after: async ({ answer, ...change }) =>
      told(change, 'deployment', { action: 'created', deployment: answer }),
  },
  [`POST ${REPOSITORY}/deployments/{id}/statuses`]: {
    after: async ({ answer, ...change }) =>
      told(change, 'deployment_status', { action: 'created', deployment_status: answer }),
  },
}

const ROWS = Object.entries(CHANGES)
  .sort(([a], [b]) => byExactness(a, b))
  .map(([name, row]) => {
    const [method = '', template = ''] = name.split(' ')
    return { method, pattern: patternOf(template), row }
  })

function told(
  { world, repository, sender }: Pick<Change, 'world' | 'repository' | 'sender'>,
  event: string,
  payload: Record<string, unknown>,
): void {
  tell(world, { event, repository, payload: { ...payload, repository, sender } })
}

async function tellPull(
  change: Change,
  action: string,
  number: number,
  more: Record<string, unknown> = {},
): Promise<void> {
  const pull = await pullAsItIs(change.world, change.repository.full_name, number)
  told(change, 'pull_request', { action, number, pull_request: pull, ...more })
}

async function tellReview(change: Change, action: string): Promise<void> {
  const { world, repository, params, answer } = change
  const pull = await pullAsItIs(world, repository.full_name, Number(params.number))
  const review = { ...answer, state: answer.state.toLowerCase() }
  told(change, 'pull_request_review', { action, review, pull_request: pull })
}

async function tellComment(
  change: Change,
  action: string,
  comment: { issue_url: string },
  more: Record<string, unknown> = {},
): Promise<void> {
  const number = Number(comment.issue_url.split('/').at(-1))
  const issue = await issueAsItIs(change.world, change.repository.full_name, number)
  told(change, 'issue_comment', { action, comment, issue, ...more })
}

function readComment(world: World, at: string, { id }: Record<string, string>): Promise<unknown> {
  return world.ask('GET', `${at}/issues/comments/${id}`)
}

/** The repository that a mutation writes to; undefined for a query. */
function writtenByGraphql({ body }: Sent): string | undefined {
  const id = (body as { variables?: { input?: { repositoryId?: string } } })?.variables?.input?.repositoryId
  return id === undefined ? undefined : Buffer.from(id.slice(2), 'base64url').toString()
}
