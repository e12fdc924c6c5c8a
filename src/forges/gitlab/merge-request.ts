import { badAnswer } from '../forge-error.ts'
import type { PullRequest, PullRequestState } from '../pull-requests.ts'

/** A merge request as the REST API tells it. */
export interface MergeRequest {
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
export function isOwn({ source_project_id: from, target_project_id: into }: MergeRequest): boolean {
  return from === into
}

export function isOpen({ state }: MergeRequest): boolean {
  return state === 'opened' || state === 'locked'
}

/** The last that can be done nothing about, of a list with the newest first. */
export function closedOf<T extends MergeRequest>(own: readonly T[]): T[] {
  return own.filter(({ state }) => state === 'closed' || state === 'merged').slice(0, MOST_CLOSED)
}

export const MOST_CLOSED = 50

export function toPullRequest(one: MergeRequest, call: string): PullRequest {
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
export function mergeCommitOf(one: MergeRequest): string {
  return one.merge_commit_sha ?? one.squash_commit_sha ?? one.sha
}

export function toState(answer: unknown, call: string): PullRequestState {
  const { iid, web_url: url, sha } = answer as Partial<MergeRequest>
  if (Number.isSafeInteger(iid) && url && sha) return { number: iid!, url, head: sha }
  throw badAnswer(call, 'the answer is no merge request')
}

// --- internal ---

/** What is not known to be success is none. https://docs.gitlab.com/api/pipelines/#list-project-pipelines */
function checksOf(status: string | undefined): PullRequest['checks'] {
  if (status === undefined) return 'none'
  if (status === 'success') return 'success'
  return ['failed', 'canceled', 'canceling', 'skipped'].includes(status) ? 'failure' : 'pending'
}
