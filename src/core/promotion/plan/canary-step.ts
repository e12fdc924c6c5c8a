import type { CanaryFile } from '../../release/canary-file.ts'
import { type ReleaseRecord, releaseKey } from '../../release/record.ts'
import { OLDEST_COUNTS } from '../../traffic/canary/judge.ts'
import { canaryKey } from '../../traffic/canary/key.ts'
import {
  atWeight,
  type CanaryMove,
  type CanaryStep,
  entryShare,
  type FrozenSlow,
  startOf,
  type TakenBack,
  wayBackFor,
} from '../canary/canary-plan.ts'
import { planControlled } from '../canary/controlled.ts'
import { decidedBefore, planTried } from '../canary/experiment-plan.ts'
import { type Question, reasonsAgainst } from './choice.ts'
import type { CanaryInPlace, OpenPromotion } from './facts.ts'
import type { LandingRules } from './landing.ts'
import type { Reason } from './reasons.ts'
import type { Waiting } from './waiting.ts'

/** What becomes of a place where a release is being tried: only that canary goes on there, or back, and all that is newer waits. */

interface Tried {
  serving: ReleaseRecord
  /** All that could enter, newest first. */
  newer: readonly ReleaseRecord[]
  canary: CanaryInPlace
  open: OpenPromotion | undefined
}

type Decided =
  /** Its next step is to be proposed. */
  | {
      entering: {
        release: ReleaseRecord
        rollback: false
        weighed: true
        waiting: Waiting[]
        canary: CanaryMove
      }
      landing: LandingRules
    }
  | { action: 'hold'; open?: OpenPromotion; release: ReleaseRecord; reasons: Reason[]; waiting: Waiting[] }
  | { action: 'close'; open: OpenPromotion }

/** How a release enters where another serves; undefined: it gets all of the traffic at once. */
export function planStart(
  { environment, facts }: Question,
  release: ReleaseRecord,
  slow?: FrozenSlow,
): CanaryMove | undefined {
  const { canary: rules, target } = environment
  if (!rules) return undefined
  const isByController = facts.config.controllers?.includes(target)
  const file = startOf(rules, release, isByController ? 'controller' : 'commits', slow)
  return { step: 'start', file, ...wayBackFor(rules, facts.wayBack) }
}

export function planStep(question: Question, { serving, newer, canary, open }: Tried): Decided {
  const { file } = canary
  const about = { ...(open && { open }) }
  if (!file) {
    const reasons: Reason[] = [{ kind: 'canary_unreadable', why: canary.unreadable ?? 'it is not there' }]
    const [release = serving, ...others] = newer
    const waiting = others.map(one => ({ release: one, reasons }))
    return { action: 'hold', ...about, release, reasons, waiting }
  }
  const release = file.challenger
  const now = weightNow(canary)
  const share = now === undefined ? {} : { weight: now }
  const waiting = newer
    .filter(one => releaseKey(one) !== releaseKey(release))
    .map(
      (one): Waiting => ({
        release: one,
        reasons: [{ kind: 'canary', version: release.version, ...share }],
      }),
    )
  const move = moveOf(question, { serving, canary, open }, file)
  const hold = (reasons: Reason[]): Decided => ({ action: 'hold', ...about, release, reasons, waiting })
  if (move.step === 'stay') {
    const isOwn = open?.release !== undefined && releaseKey(open.release) === releaseKey(release)
    // It proposes what is there.
    if (isOwn && typeof open.step === 'number' && open.step <= entryShare(file))
      return { action: 'close', open }
    return hold([{ kind: 'canary_stays', ...share, why: move.why }])
  }
  const reasons = reasonsOf(question, { serving, canary, open }, move, release)
  if (reasons.length > 0) return hold(reasons)
  const entering = { release, rollback: false as const, weighed: true as const, waiting, canary: move }
  return { entering, landing: landingRules(question, move, file) }
}

/**
 * How a person's rollback lands that ends the canary: where harm is to be ended without anybody, by the rules of that. Undefined: it
 * waits for a person, as any.
 */
export function harmLanding(question: Question, tried: Omit<Tried, 'newer'>): LandingRules | undefined {
  const { file } = tried.canary
  const move = file && moveOf(question, tried, file)
  if (move?.step !== 'take_back' || !ENDED_AT_ONCE.has(move.because)) return undefined
  if (file?.on_harm !== 'merge' || reasonsOf(question, tried, move, file.challenger).length > 0)
    return undefined
  return landingRules(question, move, file)
}

// --- internal ---

/** What is not waited for, where the canary promised so. */
const ENDED_AT_ONCE: ReadonlySet<TakenBack> = new Set(['harm', 'aborted'])

/** Percent that the challenger has now, where somebody knows. */
function weightNow({ file, controller }: CanaryInPlace): number | undefined {
  return controller?.at === 'weight' ? controller.weight : file?.weight
}

/** As the rules of a canary plan it, whoever takes its steps. */
function planOf(
  file: CanaryFile,
  { since, fact, controller }: Pick<CanaryInPlace, 'since' | 'fact' | 'controller'>,
  champion: ReleaseRecord,
  now: number,
): CanaryStep {
  const { challenger, weight } = file
  const known = { since, ...(fact && { fact }) }
  const of = { champion, now, oldest: OLDEST_COUNTS }
  if (weight === undefined) return planControlled({ ...known, file, controller: controller ?? UNASKED }, of)
  const key = canaryKey({ champion, challenger, weight })
  return planTried({ ...known, file: atWeight(file, weight) }, { ...of, key })
}

const UNASKED = { at: 'unknown', why: 'its controller was not asked' } as const

/**
 * The step that comes next. One back that is proposed stays proposed where nobody can tell any more: what was shown when it was
 * proposed is not undone by silence.
 */
function moveOf(
  { environment, model, facts, all }: Question,
  { serving, canary, open }: Omit<Tried, 'newer'>,
  file: CanaryFile,
): CanaryMove | Extract<CanaryStep, { step: 'stay' }> {
  const from = all.serving(environment.name, model)?.from ?? 0
  const { challenger } = file
  // A champion that came after the step began has taken its evidence with it.
  const planned = planOf(file, { ...canary, since: Math.max(canary.since, from) }, serving, facts.now)
  const isOwn = open?.release && releaseKey(open.release) === releaseKey(challenger)
  const decided = file.decide && isOwn ? decidedBefore(planned, open) : planned
  const wayBack = wayBackFor(file, facts.wayBack)
  switch (decided.step) {
    case 'advance': {
      const { evidence, withoutVerdict } = decided
      return { step: 'advance', file: atWeight(file, decided.weight), evidence, withoutVerdict, ...wayBack }
    }
    case 'promote':
      return { ...decided, from: file }
    case 'take_back':
      return { ...decided, from: file, ...(decided.because === 'harm' && wayBack) }
    case 'stay': {
      const isUnknown = decided.why.kind === 'unknown'
      if (!isUnknown || !isOwn || open.step !== 'back' || !open.because) return decided
      const { because } = open
      const known = because === 'harm' && wayBack
      return { step: 'take_back', from: file, because, evidence: decided.why.evidence, ...known }
    }
  }
}

/** Nothing but a person's own answer keeps a release from being taken back. */
function reasonsOf(
  question: Question,
  { serving, canary, open }: Omit<Tried, 'newer'>,
  move: CanaryMove,
  release: ReleaseRecord,
): Reason[] {
  const { environment, model, all, frost, facts } = question
  const isBack = move.step === 'take_back'
  const answer = isBack
    ? facts.rejected.find(
        one =>
          one.step === 'back' &&
          one.environment === environment.name &&
          one.model === model &&
          one.release === releaseKey(canary.file!.challenger),
      )
    : all.rejection(environment.name, model, release)
  const rejected: Reason[] = answer ? [{ kind: 'rejected', number: answer.number }] : []
  if (isBack) return rejected
  return [
    ...rejected,
    ...all.holds(environment.name, model),
    ...reasonsAgainst(question, release, serving, open),
    ...frost,
  ]
}

/**
 * Harm is ended by what the canary promised when it began, and so is what a controller has ended already; every other step lands as any
 * promotion there.
 */
function landingRules(
  { environment, model, all }: Question,
  move: CanaryMove,
  { on_harm }: CanaryFile,
): LandingRules {
  if (move.step === 'take_back' && ENDED_AT_ONCE.has(move.because))
    return { merge: on_harm === 'merge' ? 'auto' : 'approval', standing: undefined, isNew: false }
  const standing = all.serving(environment.name, model)?.standing
  return { merge: environment.merge, standing, isNew: false }
}
