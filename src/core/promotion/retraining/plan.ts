import type { Retrain } from '../../config/retrain.ts'
import { MOST_ATTEMPTS } from './branch.ts'

/** A retraining of a model as the forge shows it: its branch, and the pull requests from it. */
export interface SeenRetraining {
  branch: string
  /** Where the branch is; undefined where it is not. */
  head: string | undefined
  open: SeenProposal | undefined
  /** Closed or merged, newest first. */
  closed: readonly SeenProposal[]
}

export interface SeenProposal {
  number: number
  url: string
  head: string
  state: 'open' | 'closed' | 'merged'
  /** In milliseconds, where the forge tells. */
  openedAt?: number
}

/** What became of one that was begun; undefined where it is known no more. `runs`: those that were started, newest first. */
export function retrainingState(
  { branch, head, open, closed }: SeenRetraining,
  runs: readonly { state: 'running' | 'passed' | 'failed'; url: string }[],
): RetrainingState | undefined {
  if (open) return { state: 'opened', words: `pull request ${open.number} proposes it`, url: open.url }
  const [last] = closed
  if (last && (head === undefined || last.head === head)) {
    const { number, url, state } = last
    return state === 'merged'
      ? { state: 'merged', words: `pull request ${number} was merged`, url }
      : { state: 'rejected', words: `pull request ${number} was closed without a merge`, url }
  }
  if (head === undefined) return undefined
  const [run] = runs
  if (!run || runs.some(({ state }) => state === 'running'))
    return { state: 'begun', words: `it is under way on ${branch}`, ...(run && { url: run.url }) }
  if (run.state === 'passed')
    return {
      state: 'nothing newer',
      words: `its run ended and proposes nothing newer; delete the branch ${branch} to have it begun anew`,
      url: run.url,
    }
  if (runs.length < MOST_ATTEMPTS)
    return { state: 'begun', words: `attempt ${runs.length} failed`, url: run.url }
  const words = `${runs.length} runs failed; delete the branch ${branch} to have it begun anew`
  return { state: 'failed', words, url: run.url }
}

/** The last four are its end. */
export const RETRAINING_STATES = ['begun', 'opened', 'merged', 'rejected', 'nothing newer', 'failed'] as const

export interface RetrainingState {
  state: (typeof RETRAINING_STATES)[number]
  words: string
  url?: string
}

export interface RetrainingFacts {
  rule: Pick<Retrain, 'cool_down_days' | 'most_a_month'>
  own: SeenRetraining
  /** Those of the same model for other champions. */
  others: readonly SeenRetraining[]
  /** Milliseconds since the epoch. */
  now: number
}

export type RetrainingPlan =
  /** Nobody has begun: the branch is to be made; what an older one left at `forget` is taken away before. */
  | { action: 'claim'; forget?: string }
  /** It is begun and not proposed: whatever is missing is to be done. */
  | { action: 'carry_on' }
  | { action: 'waits'; words: string; proposal?: SeenProposal; until?: number }

/** What comes next in the retraining of a model. The branch is its claim, and until its time is over its memory. */
export function planRetraining({ rule, own, others, now }: RetrainingFacts): RetrainingPlan {
  if (own.open)
    return { action: 'waits', words: `pull request ${own.open.number} proposes it`, proposal: own.open }
  const isOver = own.closed.some(({ head }) => head === own.head)
  if (own.head !== undefined && !isOver) return { action: 'carry_on' }

  const times = [own, ...others].flatMap(one => timesOf(one, one === own ? isOver : undefined, now))
  const last = times.length === 0 ? undefined : times.reduce((a, b) => (b.at > a.at ? b : a))
  const until = last && last.at + rule.cool_down_days * DAY
  if (last && now < until!)
    return {
      action: 'waits',
      words: `it was retrained already (${last.name}); ${rule.cool_down_days} days lie between two retrainings (\`cool_down_days\`)`,
      ...(last.proposal && { proposal: last.proposal }),
      until: until!,
    }
  const recent = times.filter(({ at }) => at > now - MONTH)
  if (recent.length >= rule.most_a_month)
    return {
      action: 'waits',
      words: `it was retrained ${recent.length} times within 30 days, and \`most_a_month\` is ${rule.most_a_month}`,
      until: Math.min(...recent.map(({ at }) => at)) + MONTH,
    }
  return { action: 'claim', ...(own.head !== undefined && { forget: own.head }) }
}

// --- internal ---

const DAY = 86_400_000
const MONTH = 30 * DAY

/** When it was done: of one that is under way, or of which the forge does not tell, now. */
function timesOf(
  { branch, head, open, closed }: SeenRetraining,
  isOver: boolean | undefined,
  now: number,
): { at: number; name: string; proposal?: SeenProposal }[] {
  const proposals = [...(open ? [open] : []), ...closed]
  const over = isOver ?? closed.some(one => one.head === head)
  const begun = head !== undefined && !open && !over ? [{ at: now, name: branch }] : []
  return [
    ...begun,
    ...proposals.map(proposal => ({
      at: proposal.openedAt ?? now,
      name: `pull request ${proposal.number}`,
      proposal,
    })),
  ]
}
