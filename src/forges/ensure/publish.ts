import { isAssayError } from '../../core/errors/errors.ts'
import type { Result } from '../../core/verdict/result.ts'
import type { CheckUpdate, CommitStatus, Conclusion, Forge, NewCheck } from '../forge.ts'
import { isRefusal } from '../forge.ts'
import { inWords } from '../forge-error.ts'
import { type EnsuredComment, ensureComment } from './comment.ts'

/** The mark on the commit: a check, the smaller commit status where a token may no more, or none with the reason. */
export type OpenedCheck =
  | {
      kind: 'check'
      id: number
      url: string
      author?: string /** Made complete: nothing is left to close. */
      closed?: boolean
    }
  | {
      kind: 'status'
      opening: NewCheck
      reason?: string /** Absent where the forge has no checks. */
      closed?: boolean
    }
  | { kind: 'none'; reason: string /** Worth another try at the end. */; opening?: NewCheck }

export interface ClosedCheck {
  kind: OpenedCheck['kind']
  url?: string
  /** Why it is not what it should be. */
  reason?: string
}

export interface Publication {
  result: Result
  /** The comment, rendered for the dialect of the forge. */
  body: string
  check: OpenedCheck
  /** What the check shows. */
  output: Omit<CheckUpdate, 'conclusion'>
  /** Default: those of the result. */
  pullRequest?: number
  order?: string
  /** Why there is no forge. */
  forgeMissing?: string
}

export interface Published {
  comment: EnsuredComment | { action: 'none'; url?: undefined; reason: string }
  check: ClosedCheck
  /** Everything that did not go as it should, in words for the log and the summary. */
  notes: string[]
}

/** Opens the check before the work begins (or, with a `conclusion`, completes it at once). Never throws an `AssayError`. */
export async function openCheck(
  forge: Forge | undefined,
  check: NewCheck,
  forgeMissing = 'no forge is configured',
): Promise<OpenedCheck> {
  if (!forge) return { kind: 'none', reason: forgeMissing }
  try {
    const created = await forge.createCheck(check)
    if (!isRefusal(created)) return { kind: 'check', ...created, closed: check.conclusion !== undefined }
    const refused = await forge.setStatus(statusOf(check, check.conclusion, check.title))
    if (!refused) {
      const closed = check.conclusion !== undefined
      return { kind: 'status', opening: check, closed, ...(!created.usual && { reason: created.refused }) }
    }
    const reason = created.usual ? refused.refused : `${created.refused}. Nor a status: ${refused.refused}`
    return { kind: 'none', reason }
  } catch (error) {
    return { kind: 'none', reason: wordsOf(error), opening: check }
  }
}

/** Completes what `openCheck` opened; what failed to open then is tried once more now. Never throws an `AssayError`. */
export async function closeCheck(
  forge: Forge | undefined,
  opened: OpenedCheck,
  update: CheckUpdate,
): Promise<ClosedCheck> {
  if (!forge)
    return { kind: 'none', reason: opened.kind === 'none' ? opened.reason : 'no forge is configured' }
  try {
    if (opened.kind === 'check') {
      if (!opened.closed) await forge.updateCheck(opened.id, update)
      return { kind: 'check', url: opened.url }
    }
    if (opened.kind === 'status') {
      if (opened.closed) return { kind: 'status', reason: opened.reason }
      const refused = await forge.setStatus(statusOf(opened.opening, update.conclusion, update.title))
      return refused ? { kind: 'none', reason: refused.refused } : { kind: 'status', reason: opened.reason }
    }
  } catch (error) {
    return { kind: opened.kind, reason: `left open: ${wordsOf(error)}` }
  }
  if (!opened.opening) return { kind: 'none', reason: opened.reason }
  const again = await openCheck(forge, opened.opening)
  return again.kind === 'none' ? again : closeCheck(forge, again, update)
}

/**
 * Writes the comment and completes the check. A failure of either is a note, never the end: the verdict is in the
 * result, and whoever calls still has the summary, the outputs and the exit code to tell it with.
 */
export async function publishReport(forge: Forge | undefined, publication: Publication): Promise<Published> {
  const { check, output, result } = publication
  const comment = await publishComment(forge, publication)
  const closed = await closeCheck(forge, check, { ...output, conclusion: conclusionOf(result) })
  const notes: string[] = []
  if (comment.reason) notes.push(`${COMMENT_NOTE[comment.action]}: ${comment.reason}`)
  if (closed.reason) notes.push(`${CHECK_NOTE[closed.kind]}: ${closed.reason}`)
  return { comment, check: closed, notes: [...new Set(notes)] }
}

/** "Cannot tell" is `neutral`: it does not stand in the way, and it is not green. Nor is what a fork says of itself. */
export function conclusionOf({
  state,
  verdict,
  blocks,
  run,
}: Pick<Result, 'state' | 'verdict' | 'blocks' | 'run'>): Conclusion {
  if (state === 'skipped') return run.fork ? 'neutral' : 'skipped'
  if (blocks || state !== 'judged') return 'failure'
  return verdict === 'pass' && !run.fork ? 'success' : 'neutral'
}

// --- internal ---

/** A run that does not say how new it is, such as one on a laptop, writes over no other. */
const OLDEST = '0.0'

const COMMENT_NOTE = {
  none: 'No comment',
  refused: 'No comment',
  skipped_older: 'Comment left as it is',
  created: 'Comment written, but',
  updated: 'Comment written, but',
  unchanged: 'Comment up to date, but',
} as const
const CHECK_NOTE = { none: 'No check', status: 'A commit status instead of a check', check: 'Check' } as const

/**
 * A status knows no "neutral". Green would claim what nobody knows and red would block, so it stays pending.
 */
const STATUS_STATE: Record<Conclusion, CommitStatus['state']> = {
  success: 'success',
  skipped: 'success',
  neutral: 'pending',
  failure: 'failure',
  cancelled: 'error',
}

async function publishComment(
  forge: Forge | undefined,
  publication: Publication,
): Promise<Published['comment']> {
  const { result, body, check } = publication
  const { pullRequest = result.run.pullRequest, order = result.run.order } = publication
  if (!forge) return { action: 'none', reason: publication.forgeMissing ?? 'no forge is configured' }
  if (pullRequest === undefined) return { action: 'none', reason: 'this run belongs to no pull request' }
  const author = check.kind === 'check' ? check.author : undefined
  try {
    const known = order !== undefined && /^\d{1,15}\.\d{1,15}$/.test(order)
    return await ensureComment(forge, {
      pullRequest,
      model: result.model,
      order: known ? order : OLDEST,
      body,
      author,
    })
  } catch (error) {
    return { action: 'none', reason: wordsOf(error) }
  }
}

/** What a check says, as the smaller status. */
export function statusOf(
  check: NewCheck,
  conclusion: Conclusion | undefined,
  description: string,
): CommitStatus {
  const state = conclusion ? STATUS_STATE[conclusion] : 'pending'
  return { commit: check.commit, context: check.name, state, description, url: check.detailsUrl }
}

/** A bug of ours is not a failing forge: it goes on as it is. */
function wordsOf(error: unknown): string {
  if (isAssayError(error)) return inWords(error)
  throw error
}
