import { isAssayError } from '../../core/errors/errors.ts'
import { STATUS_CONTEXT } from '../../core/promotion/status.ts'
import { advised } from '../expected-failures.ts'
import { badAnswer, forgeError, inWords, isForgeError, withFix } from '../forge-error.ts'
import type { MergeReply, PullRequest, PullRequestState, PullRequests } from '../pull-requests.ts'
import type { GitlabClient } from './client.ts'
import { pageOf } from './convert.ts'
import { gitlabMergeRules } from './people/merge-rules.ts'
import { lastStatus } from './statuses.ts'

/** Merge requests as pull requests; `number` is the iid. */
export function gitlabPullRequests({ api }: Pick<GitlabClient, 'api'>, project: string): PullRequests {
  const at = (path: string) => `/projects/${encodeURIComponent(project)}/merge_requests${path}`

  return {
    async ofBranch(branch, base) {
      const call = `GET ${at('')}`
      const asked = { projectId: project, sourceBranch: branch, targetBranch: base, state: 'all' } as const
      const order = {
        orderBy: 'created_at',
        sort: 'desc',
        perPage: 100,
        page: 1,
        showExpanded: true,
      } as const
      const listed = await advised(api.MergeRequests.all({ ...asked, ...order } as object), ADVICE)
      const own = pageOf<MergeRequest>(listed, call).items.filter(isOwn)
      const open = own.find(({ state }) => state === 'opened' || state === 'locked')
      const closed = own.filter(one => one.state === 'closed' || one.state === 'merged').slice(0, 50)
      return {
        open: open && (await withChecks(open.iid)),
        closed: closed.map(one => toPullRequest(one, call)),
      }
    },

    async create({ branch, base, title, body }) {
      try {
        const made = api.MergeRequests.create(project, branch, base, title, { description: body })
        return toState(await advised(made, ADVICE), `POST ${at('')}`)
      } catch (error) {
        if (isForgeError(error, 'FORGE_REJECTED') && /already exists/i.test(inWords(error))) return undefined
        throw error
      }
    },

    async update(number, { title, body }) {
      return toState(await edit(number, { title, description: body }), `PUT ${at(`/${number}`)}`)
    },

    async addLabels(number, labels) {
      const { labels: now } = (await edit(number, { addLabels: [...labels] })) as Partial<MergeRequest>
      if (!Array.isArray(now)) throw badAnswer(`PUT ${at(`/${number}`)}`, 'the answer has no labels')
    },

    async requestReviewers(number, reviewers) {
      const people = reviewers.filter(name => !name.includes('/'))
      const users = await Promise.all(people.map(findUser))
      const unknown = people.filter((_, index) => users[index] === undefined)
      const reviewerIds = users.filter(id => id !== undefined)
      const answer = (
        reviewerIds.length > 0 ? await edit(number, { reviewerIds }) : {}
      ) as Partial<MergeRequest>
      const asked = (answer.reviewers ?? []).map(({ username }) => username)
      // Without a paid plan a merge request has one reviewer, and GitLab drops the others without a word.
      const dropped = people.filter(name => !unknown.includes(name) && !asked.includes(name))
      const teams = reviewers.filter(name => name.includes('/'))
      const problems = [
        ...unknown.map(name => `nobody is called ${name}`),
        ...dropped.map(name => `${name} was not taken`),
        ...teams.map(name => `${name} is a group, and GitLab asks only people`),
      ]
      if (problems.length > 0)
        throw forgeError({
          code: 'FORGE_REJECTED',
          call: `PUT ${at(`/${number}`)}`,
          said: problems.join('; '),
          fix: 'Name one person, or let CODEOWNERS ask for approvals',
        })
    },

    async close(number) {
      const { state } = await show(number)
      if (state === 'opened' || state === 'locked')
        toState(await edit(number, { stateEvent: 'close' }), `PUT ${at(`/${number}`)}`)
    },

    async merge(number, head, { method = 'merge', whenChecksPass = false } = {}) {
      try {
        // The second name is the one before GitLab 17.11.
        const auto = whenChecksPass && { autoMerge: true, mergeWhenPipelineSucceeds: true }
        const options = { sha: head, squash: method === 'squash', ...auto }
        const answer = await advised(api.MergeRequests.merge(project, number, options as object), ADVICE)
        const merged = answer as unknown as MergeRequest
        if (merged.state === 'merged') return { kind: 'merged', commit: mergeCommitOf(merged) }
        if (merged.merge_when_pipeline_succeeds && merged.sha === head) return { kind: 'scheduled' }
        throw badAnswer(`PUT ${at(`/${number}/merge`)}`, 'the answer does not say that it merged')
      } catch (error) {
        return afterFailure(number, head, error)
      }
    },

    mergeRules: base => gitlabMergeRules({ api }, project, base),
  }

  /** Only one that is asked for alone tells how its pipeline is, and no merge request tells its statuses. */
  async function withChecks(number: number): Promise<PullRequest> {
    const shown = toPullRequest(await show(number), `GET ${at(`/${number}`)}`)
    const known = await lastStatus({ api }, project, shown.head, STATUS_CONTEXT)
    const status = known ? { state: known.state, description: known.description } : ('none' as const)
    return { ...shown, status }
  }

  async function show(number: number): Promise<MergeRequest> {
    return (await api.MergeRequests.show(project, number)) as unknown as MergeRequest
  }

  function edit(number: number, changes: object): Promise<unknown> {
    return advised(api.MergeRequests.edit(project, number, changes), ADVICE)
  }

  async function findUser(username: string): Promise<number | undefined> {
    const found = await api.Users.all({ username })
    const [user] = Array.isArray(found) ? found : []
    return user?.username === username ? Number(user.id) : undefined
  }

  /** A merge whose answer was lost has happened all the same, and GitLab refuses to repeat it. */
  async function afterFailure(number: number, head: string, error: unknown): Promise<MergeReply> {
    const now = await show(number)
    const { head: there } = toState(now, `GET ${at(`/${number}`)}`)
    if (now.state === 'merged' && there === head) return { kind: 'merged', commit: mergeCommitOf(now) }
    if (now.state === 'opened' && now.merge_when_pipeline_succeeds && there === head)
      return { kind: 'scheduled' }
    // GitLab's 401 to a merge means that this account may not merge here, whatever its token.
    if (isAssayError(error, 'FORGE_UNAUTHORIZED')) throw withFix(error, ADVICE)
    if (!isForgeError(error, 'FORGE_REJECTED')) throw error
    const reason = there === head ? inWords(error) : `its head is ${there} by now, not ${head}`
    return { kind: 'refused', reason }
  }
}

// --- internal ---

const ADVICE =
  'Give the token the scope `api` and the role Developer in the deploy repository (to merge: whichever role its protected branch asks for)'

interface MergeRequest {
  iid: number
  title: string
  description: string | null
  state: 'opened' | 'closed' | 'merged' | 'locked'
  sha: string
  web_url: string
  labels: string[]
  reviewers: { username: string }[] | null
  source_project_id: number
  target_project_id: number
  merge_when_pipeline_succeeds?: boolean
  created_at?: string | null
  merged_at?: string | null
  merge_user?: { username: string } | null
  merge_commit_sha?: string | null
  squash_commit_sha?: string | null
  head_pipeline?: { status?: string } | null
}

/** Anybody may name a branch of a fork like ours. */
function isOwn({ source_project_id: from, target_project_id: into }: MergeRequest): boolean {
  return from === into
}

function toPullRequest(one: MergeRequest, call: string): PullRequest {
  const { title, description, state, labels, reviewers, merged_at: merged, head_pipeline: pipeline } = one
  return {
    ...toState(one, call),
    title,
    body: description ?? '',
    state: state === 'closed' || state === 'merged' ? state : 'open',
    labels,
    reviewers: (reviewers ?? []).map(({ username }) => username),
    checks: checksOf(pipeline?.status),
    ...(one.created_at && { openedAt: Date.parse(one.created_at) }),
    ...(merged && { mergedAt: Date.parse(merged) }),
    ...(one.merge_user && { mergedBy: one.merge_user.username }),
    ...(state === 'merged' && { mergeCommit: mergeCommitOf(one) }),
  }
}

/** A fast-forward makes no commit of its own. */
function mergeCommitOf(one: MergeRequest): string {
  return one.merge_commit_sha ?? one.squash_commit_sha ?? one.sha
}

/** What is not known to be success is none. https://docs.gitlab.com/api/pipelines/#list-project-pipelines */
function checksOf(status: string | undefined): PullRequest['checks'] {
  if (status === undefined) return 'none'
  if (status === 'success') return 'success'
  return ['failed', 'canceled', 'canceling', 'skipped'].includes(status) ? 'failure' : 'pending'
}

function toState(answer: unknown, call: string): PullRequestState {
  const { iid, web_url: url, sha } = answer as Partial<MergeRequest>
  if (Number.isSafeInteger(iid) && url && sha) return { number: iid!, url, head: sha }
  throw badAnswer(call, 'the answer is no merge request')
}
