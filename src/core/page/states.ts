import type { Plan } from '../promotion/plan/plan.ts'
import type { Reason } from '../promotion/plan/reasons.ts'
import { isRecorded, type Standing } from '../promotion/plan/standing.ts'

/** How it stands with a model in an environment, the worst first. Sign and word say the same: a colour only repeats them. */
export const STATES = {
  wrong: { sign: '✖', word: 'wrong', tone: 'bad' },
  person: { sign: '●', word: 'needs somebody', tone: 'open' },
  kept_out: { sign: '⊘', word: 'kept out', tone: 'open' },
  held: { sign: '‖', word: 'held', tone: 'open' },
  waits: { sign: '◔', word: 'waits', tone: 'soft' },
  moves: { sign: '→', word: 'moves', tone: 'soft' },
  serves: { sign: '✓', word: 'serves', tone: 'good' },
  none: { sign: '–', word: 'nothing serves', tone: 'soft' },
} as const

export type CellState = keyof typeof STATES

export const STATE_NAMES = Object.keys(STATES) as CellState[]

/** The worse of two comes first. */
export function byState(a: CellState, b: CellState): number {
  return STATE_NAMES.indexOf(a) - STATE_NAMES.indexOf(b)
}

/** @param plan absent: nothing is known of what comes next */
export function stateOf({
  plan,
  standing,
  serves,
  isWrong,
}: {
  plan: Plan | undefined
  standing: Standing | undefined
  serves: boolean
  /** Its record cannot be read, or what serves is ill. */
  isWrong: boolean
}): CellState {
  if (isWrong || !isRecorded(standing)) return 'wrong'
  const held = (plan?.holds ?? []).map(stateOfReason)
  const states = [plan && stateOfPlan(plan), ...held].filter(state => state !== undefined)
  return states.sort(byState)[0] ?? (serves ? 'serves' : 'none')
}

/** When time alone lets it go on, in milliseconds: the last of all ends. Undefined where something has no known end. */
export function untilOf(plan: Plan | undefined): number | undefined {
  if (plan?.action !== 'hold') return undefined
  const ends = plan.reasons.map(reason =>
    reason.kind === 'soak' || reason.kind === 'freeze' ? reason.until : undefined,
  )
  const known = ends.filter(end => end !== undefined)
  return known.length === ends.length && known.length > 0 ? Math.max(...known) : undefined
}

// --- internal ---

function stateOfPlan(plan: Plan): CellState | undefined {
  switch (plan.action) {
    case 'promote':
    case 'update':
    case 'close':
      return 'moves'
    case 'leave':
      return 'person'
    case 'hold':
      return plan.reasons.map(stateOfReason).sort(byState)[0]
    case 'nothing':
      if (!plan.open) return undefined
      if (plan.lands === 'by_approval' || plan.open.checks === 'failure') return 'person'
      return plan.lands === 'now' ? 'moves' : 'waits'
  }
}

function stateOfReason(reason: Reason): CellState {
  switch (reason.kind) {
    case 'held':
      // Somebody asked for a hold, and somebody is to merge it.
      return reason.proposed ? 'person' : 'held'
    case 'unhealthy':
      return reason.health === 'degraded' ? 'wrong' : 'waits'
    case 'canary_stays':
      // What no verdict comes for any more, and a split that is none, are for a person.
      return reason.why.kind === 'over' || reason.why.kind === 'not_comparable' ? 'person' : 'waits'
    default:
      return REASON_STATES[reason.kind]
  }
}

const REASON_STATES: Record<Exclude<Reason['kind'], 'held' | 'unhealthy' | 'canary_stays'>, CellState> = {
  origin: 'wrong',
  rejected: 'kept_out',
  taken_back: 'kept_out',
  canary: 'waits',
  canary_slow: 'waits',
  canary_unreadable: 'wrong',
  verdict: 'kept_out',
  registry: 'kept_out',
  no_image: 'kept_out',
  not_scanned: 'kept_out',
  image_not_scanned: 'kept_out',
  not_signed: 'kept_out',
  signature_unknown: 'waits',
  answer: 'waits',
  answer_unknown: 'waits',
  rolled_back: 'kept_out',
  rollback: 'held',
  not_live: 'waits',
  not_recorded: 'waits',
  soak: 'waits',
  freeze: 'waits',
}
