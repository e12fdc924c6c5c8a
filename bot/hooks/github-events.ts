import * as z from 'zod'
import type { SeenBranches } from '../../src/commands/bot/branches.ts'
import type { Key, RepositoryName } from '../../src/commands/bot/keys.ts'
import { readComment } from '../../src/core/chatops/grammar.ts'
import { PROMOTION_PREFIX, parsePromotionBranch } from '../../src/core/promotion/places/places.ts'
import { parseRetrainBranch } from '../../src/core/promotion/retraining/branch.ts'

/**
 * Events of GitHub → what there is to look at. Of a payload no more is taken than is named here, and nobody decides on it: it
 * says where to look. Events without a row are of no interest.
 */
interface EventRow {
  /** What is taken of a payload; undefined where it has not the shape of its event. */
  read(payload: unknown): Taken | undefined
}

interface Taken {
  payload: object
  keys(branches: Branches): Key[]
}

type Branches = Pick<SeenBranches, 'has'>

export const GITHUB_EVENTS = {
  push: row({ repository: repository(), ref: z.string().max(1024) }, ({ repository, ref }, branches) => {
    const branch = /^refs\/heads\/(.+)$/s.exec(ref)?.[1]
    if (branch === undefined) return []
    const isOf = branch === repository.default_branch || branches.has(nameOf(repository), branch)
    return isOf ? [promotion(repository)] : []
  }),
  pull_request: row(
    {
      repository: repository(),
      action: action(),
      pull_request: z.object({
        number: z.int().positive().nullish(),
        head: branch().extend({ sha: z.string().max(100).nullish() }),
      }),
      changes: z.object({ base: z.object({}).nullish() }).nullish(),
    },
    ({ repository, action, pull_request: { number, head }, changes }) => {
      if (action === 'edited') return changes?.base ? headOf(repository, number, head.sha) : []
      return [
        ...(['closed', 'reopened', 'ready_for_review'].includes(action)
          ? [...promotionOf(repository, head.ref), ...retrainingOf(repository, head.ref)]
          : []),
        // Its head may have a verdict already, by the rules of the branch that another pull request is for.
        ...(['opened', 'synchronize', 'closed', 'reopened'].includes(action)
          ? headOf(repository, number, head.sha)
          : []),
      ]
    },
  ),
  pull_request_review: row(
    {
      repository: repository(),
      action: action(),
      pull_request: z.object({ number: z.int().positive().nullish(), head: branch() }),
      review: z.object({ id: z.int().positive(), body: z.string().nullish() }).nullish(),
    },
    ({ repository, action, pull_request: { number, head }, review }) => [
      ...promotionOf(repository, head.ref),
      ...(action === 'submitted' && number && review ? commentOf(repository, number, review, 'review') : []),
    ],
  ),
  issue_comment: row(
    {
      repository: repository(),
      action: action(),
      issue: z.object({ number: z.int().positive(), pull_request: z.object({}).nullish() }),
      comment: z.object({ id: z.int().positive(), body: z.string().nullish() }),
    },
    ({ repository, action, issue, comment }) =>
      action === 'created' && issue.pull_request
        ? commentOf(repository, issue.number, comment, 'comment')
        : [],
  ),
  check_suite: row(
    {
      repository: repository(),
      action: action(),
      check_suite: z.object({ head_branch: z.string().max(1024).nullish() }),
    },
    ({ repository, action, check_suite: { head_branch: name } }) =>
      action === 'completed' ? promotionOf(repository, name ?? '') : [],
  ),
  workflow_run: row(
    {
      repository: repository(),
      action: action(),
      workflow_run: z.object({
        id: z.int().positive(),
        event: z.string().max(100).nullish(),
        head_branch: z.string().max(1024).nullish(),
      }),
    },
    ({ repository, action, workflow_run: { id, event, head_branch: branch } }) => {
      if (action !== 'completed') return []
      if (event === 'workflow_dispatch') return retrainingOf(repository, branch ?? '')
      return ['pull_request', 'push'].includes(event ?? '')
        ? [{ kind: 'run', repository: nameOf(repository), id }]
        : []
    },
  ),
  installation: row(
    { action: action(), repositories: z.array(named()).max(100_000).nullish() },
    ({ action, repositories }) =>
      ['created', 'unsuspend', 'new_permissions_accepted'].includes(action)
        ? (repositories ?? []).map(promotion)
        : [],
  ),
  installation_repositories: row(
    { action: action(), repositories_added: z.array(named()).max(100_000).nullish() },
    ({ repositories_added: added }) => (added ?? []).map(promotion),
  ),
} satisfies Record<string, EventRow>

// --- internal ---

function row<S extends z.ZodRawShape>(
  shape: S,
  keys: (payload: z.infer<z.ZodObject<S>>, branches: Branches) => Key[],
): EventRow {
  const schema = z.object(shape)
  const installed = z.object({ installation: z.object({ id: z.int().positive() }).nullish() })
  return {
    read(payload) {
      const own = schema.safeParse(payload)
      const rest = installed.safeParse(payload)
      if (!own.success || !rest.success) return undefined
      return { payload: { ...own.data, ...rest.data }, keys: branches => keys(own.data, branches) }
    },
  }
}

function named() {
  return z.object({
    id: z.int().positive(),
    full_name: z
      .string()
      .max(200)
      .regex(/^[\w.-]+\/(?!\.{1,2}$)[\w.-]+$/),
  })
}

function repository() {
  return named().extend({ default_branch: z.string().max(1024).nullish() })
}

function branch() {
  return z.object({ ref: z.string().max(1024) })
}

function action() {
  return z.string().max(100)
}

function nameOf({ full_name }: { full_name: string }): RepositoryName {
  return { forge: 'github', name: full_name }
}

function promotion(repository: { full_name: string }): Key {
  return { kind: 'promotion', deploy: nameOf(repository) }
}

/** What is no command in the payload is not looked at; what is one is read again from the forge. */
function commentOf(
  repository: { full_name: string },
  pullRequest: number,
  { id, body }: { id: number; body?: string | null | undefined },
  writtenAs: 'comment' | 'review',
): Key[] {
  if (readComment(body ?? '').kind === 'nothing') return []
  return [{ kind: 'comment', repository: nameOf(repository), pullRequest, id, writtenAs }]
}

/** A pull request that is for another branch than before, or that has begun or ended to be one of those with its head. */
function headOf(
  repository: { full_name: string },
  pullRequest: number | null | undefined,
  commit: string | null | undefined,
): Key[] {
  if (!pullRequest || !COMMIT.test(commit ?? '')) return []
  return [{ kind: 'head', repository: nameOf(repository), pullRequest, commit: commit! }]
}

const COMMIT = /^[0-9a-f]{40}$/

/** What becomes of a retraining is told where the alert is told of. */
function retrainingOf(repository: { full_name: string }, branch: string): Key[] {
  return parseRetrainBranch(branch) ? [{ kind: 'alerts', repository: nameOf(repository) }] : []
}

/** What happens on the branch of a promotion is of one model; elsewhere it is of none. */
function promotionOf(repository: { full_name: string }, branch: string): Key[] {
  if (!branch.startsWith(PROMOTION_PREFIX)) return []
  const model = parsePromotionBranch(branch)?.model
  return model === undefined ? [] : [{ kind: 'promotion', deploy: nameOf(repository), model }]
}
