import { VERDICT_WORDS } from '../report/words/words.ts'
import { shortened } from '../text/visible-text.ts'
import type { Verdict } from '../verdict/result.ts'
import { type CanaryMove, shareOf } from './canary/canary-plan.ts'
import { askedWords } from './canary/way-back.ts'
import { clusterWords } from './clusters.ts'
import type { Liveness, LiveState } from './live/liveness.ts'
import type { Health, ProposedStep } from './plan/facts.ts'
import type { Plan } from './plan/plan.ts'
import { isRecorded } from './plan/standing.ts'
import { reasonsOfOpen, reasonsWords } from './plan/waiting.ts'

/** What the status on the head of a promotion says. */
export interface PromotionStatus {
  state: 'pending' | 'success' | 'failure'
  /** At most 140 characters, plain. */
  description: string
}

/** As much of a text as a status shows. */
export function statusWords(text: string): string {
  return shortened(text, 140)
}

/** The name of the status: a branch rule may require it. */
export const STATUS_CONTEXT = 'assay/promotion'
/** The name of the status on a promotion's commit that says whether its release was found live and healthy. */
export const LIVE_CONTEXT = 'assay/live'

/**
 * The status of an open promotion by its plan: `success` once the release may enter. It names the digest, so that it says
 * nothing of another image. Undefined where there is no pull request. `anew` is a verdict that this run has made of the two.
 */
export function promotionStatus(plan: Plan, anew?: Verdict): PromotionStatus | undefined {
  if (plan.action === 'promote' || plan.action === 'update') return entering(plan, anew)
  if (!plan.open) return undefined
  if (plan.action === 'hold') return { state: 'pending', description: statusWords(heldWords(plan)) }
  if (plan.action === 'close')
    return { state: 'failure', description: 'what it proposes serves already, or something newer' }
  if (plan.action === 'leave' && plan.championChanged)
    return { state: 'failure', description: 'verdict withdrawn: what serves there has changed' }
  if (plan.action === 'leave')
    return { state: 'failure', description: 'somebody pushed to this branch: no verdict holds for it' }
  const { release, rollback, verdict } = plan.open
  if (rollback) return ROLLBACK
  if (!release) return undefined
  return plan.weighed
    ? mayEnter({ ...release, verdict: verdict ?? release.verdict }, plan, plan.open.step, canaryIn(plan))
    : toBeWeighed(plan.serving?.version)
}

/** What the status `assay/live` says of a release; at most 140 characters. */
export function liveDescription(
  version: string,
  environment: string,
  {
    state,
    reasons,
    clusters,
  }: {
    state: LiveState | 'not_watched'
    reasons: readonly string[]
    clusters?: Liveness['clusters']
  },
): string {
  if (state === 'not_watched')
    return statusWords(`${version} merged into ${environment}: no Argo CD watches it`)
  const words = `${version} ${state} in ${environment}`
  const told = [...(clusters ? [clusterWords(clusters)] : []), ...reasons.slice(0, 1)].join('; ')
  return statusWords(told === '' ? words : `${words}: ${told}`)
}

/** What the status `assay/live` tells of a release, out of what `liveDescription` made; `at` is when it was written, in milliseconds. */
export function knownLive({
  state,
  description,
  at,
}: {
  state: 'success' | 'pending' | 'failure' | 'error'
  description: string
  at: number
}): { health: Exclude<Health, 'progressing'>; healthySince?: number; why?: string } {
  if (state === 'success' && /^\S+ merged into \S+: /.test(description)) return { health: 'not_watched' }
  if (state === 'success') return { health: 'healthy', healthySince: at }
  const why = whyNotLive(description)
  return { health: state === 'pending' ? 'unknown' : 'degraded', ...(why !== undefined && { why }) }
}

// --- internal ---

const ROLLBACK: PromotionStatus = { state: 'success', description: 'rollback' }
const TAKEN_BACK: PromotionStatus = { state: 'success', description: 'taken back' }

/** Why a release was not found live; undefined where it says nothing about that. */
function whyNotLive(description: string): string | undefined {
  const [, state, reason] =
    /^\S+ (degraded|progressing|blocked|unknown) in \S+?(?:: (.+))?$/s.exec(description) ?? []
  if (state === undefined) return undefined
  return [`\`assay verify\` found it ${state}`, ...(reason === undefined ? [] : [reason])].join(': ')
}

function entering(plan: Extract<Plan, { action: 'promote' | 'update' }>, anew?: Verdict): PromotionStatus {
  if (plan.rollback) return ROLLBACK
  const { release } = plan
  return plan.weighed
    ? mayEnter(
        { ...release, verdict: anew ?? release.verdict },
        plan,
        plan.canary && shareOf(plan.canary),
        plan.canary,
      )
    : toBeWeighed(plan.serving?.version)
}

function heldWords(plan: Extract<Plan, { action: 'hold' }>): string {
  const { version, reasons } = reasonsOfOpen(plan)
  return `${version === undefined ? '' : `${version}: `}${reasonsWords(reasons)}`
}

function toBeWeighed(version: string | undefined): PromotionStatus {
  return { state: 'pending', description: statusWords(`to be weighed against ${version ?? 'nothing'}`) }
}

function mayEnter(
  {
    verdict,
    image,
    uri,
  }: {
    verdict: Verdict
    image?: { digest: string }
    uri?: string
  },
  { standing, answers = [] }: Plan,
  step: ProposedStep | undefined,
  canary: CanaryMove | undefined,
): PromotionStatus {
  if (step === 'back') return TAKEN_BACK
  const asked = canary && 'wayBack' in canary && canary.wayBack?.kind === 'asked' ? canary.wayBack : undefined
  const promised = asked ? `; harm is only proposed (${askedWords(asked)})` : ''
  const answered = answers.map(({ name, said }) => `; ${name}: ${said}`).join('')
  const replaces = isRecorded(standing) ? '' : `; replaces what was ${CHANGED[standing!.kind]}`
  return {
    state: 'success',
    description: statusWords(
      `${step === undefined ? '' : `${step} %, `}${VERDICT_WORDS[verdict]}: ${image?.digest ?? uri ?? ''}${promised}${replaces}${answered}`,
    ),
  }
}

function canaryIn(plan: Plan): CanaryMove | undefined {
  return 'canary' in plan ? plan.canary : undefined
}

const CHANGED = { by_hand: 'changed by hand', options: '', rules: '', unknown: 'not known' }
