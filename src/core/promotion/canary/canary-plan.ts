import { type Canary, spanSeconds } from '../../deploy-config/canary.ts'
import type { CanaryAtWeight, CanaryFile } from '../../release/canary-file.ts'
import { isNewer, type ReleaseRecord, releaseKey } from '../../release/record.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import type { TrafficThereIs } from '../../traffic/canary/how-long.ts'
import type { Slow } from '../../traffic/canary/slow.ts'
import type { Winner } from '../../traffic/canary/verdict.ts'
import type { Verdict } from '../../verdict/result.ts'
import { stepSince } from './step-since.ts'
import type { WayBack } from './way-back.ts'

/** What becomes of a release that enters an environment in steps. Instants and spans are in milliseconds. */

/** What was found out about a canary by whoever counts its traffic. */
export interface CanaryFact {
  verdict: Verdict
  /** One line for people; text from outside. */
  reason: string
  /** Key of the challenger that it is about. */
  release: string
  /** `canaryKey` of the traffic that was counted: champion, challenger and weight. */
  key: string
  asOf: number
  /** From when on it was counted: later than the step began, where its pods came up first, or where counting began anew. */
  since?: number
  /** Of an experiment: who has won it by now. */
  winner?: Winner
  /** What the step has seen of it, by which the next one can be announced. */
  traffic?: TrafficThereIs
}

/** Why nothing was found out: who counts, or who judges, could not be asked, or could not tell. */
export interface CanaryUnknown {
  unknown: string
}

/** What is known of the canary of a place when it is planned. */
export interface CanaryState {
  file: CanaryAtWeight
  /** When the commit that last changed the file came onto the branch, as it says: that may be a time to come. */
  since: number
  fact?: CanaryFact | CanaryUnknown
}

/** The evidence that a step rests on; `withoutVerdict`: there is none, and the rules say to go on. */
export interface Evidence {
  verdict: Verdict | 'unknown'
  reason: string
  asOf?: number
  winner?: Winner
  traffic?: TrafficThereIs
}

/** Why a canary stays as it is. */
export type Staying =
  /** A step takes this long at least, whatever is seen before. */
  | { kind: 'step'; until: number; evidence: Evidence }
  /** Nothing is shown yet. */
  | { kind: 'evidence'; until: number; evidence: Evidence }
  /** Nothing was shown in the time that there was, and somebody is to decide. */
  | { kind: 'over'; since: number; evidence: Evidence }
  /** Nobody can tell. */
  | { kind: 'unknown'; evidence: Evidence }
  /** Its controller takes the next step, and asks for the verdict by itself. */
  | { kind: 'controller'; evidence: Evidence }
  /** The two cannot be compared, such as where the split is not what was declared: a person is to look, by then it is over. */
  | { kind: 'not_comparable'; until: number; evidence: Evidence }
  /** An experiment goes on to its end, whoever is ahead. */
  | { kind: 'experiment'; until: number; evidence: Evidence }

/** Why a challenger is taken back; `lost` and `measured`: its experiment is over, which was to find a winner, or nothing but a result. */
export const TAKEN_BACK = [
  'harm',
  'inconclusive',
  'not_comparable',
  'unknown',
  'aborted',
  'champion_newer',
  'lost',
  'measured',
] as const
export type TakenBack = (typeof TAKEN_BACK)[number]

export type CanaryStep =
  | { step: 'stay'; why: Staying }
  | { step: 'advance'; weight: number; evidence: Evidence; withoutVerdict: boolean }
  | { step: 'promote'; evidence: Evidence; withoutVerdict: boolean }
  | { step: 'take_back'; because: TakenBack; evidence: Evidence }

/** What is written beside a record when a release takes a step. */
export type CanaryMove =
  | { step: 'start'; file: CanaryFile; wayBack?: WayBack }
  | { step: 'advance'; file: CanaryAtWeight; evidence: Evidence; withoutVerdict: boolean; wayBack?: WayBack }
  /** The file goes: the challenger gets all. */
  | { step: 'promote'; from: CanaryFile; evidence: Evidence; withoutVerdict: boolean }
  /** The file goes: the challenger gets nothing any more. */
  | { step: 'take_back'; from: CanaryFile; because: TakenBack; evidence: Evidence; wayBack?: WayBack }

/** What becomes of the traffic by it: percent of the challenger, `back`: none any more, absent: all. */
export function shareOf(move: CanaryMove): number | 'back' | undefined {
  if ('file' in move) return entryShare(move.file)
  return move.step === 'take_back' ? 'back' : undefined
}

/** What is known of the way back, where the rules of the canary promise that harm is merged by itself. */
export function wayBackFor(
  { on_harm }: Pick<CanaryFile, 'on_harm'>,
  wayBack: WayBack | undefined,
): { wayBack?: WayBack } {
  return on_harm === 'merge' && wayBack ? { wayBack } : {}
}

/** Percent that a canary's file gives: where a controller moves it, what it begins with. */
export function entryShare({ weight, steps }: CanaryFile): number {
  return weight ?? steps[0]!
}

/** What is slow, taken from the answers of a champion. */
export interface FrozenSlow extends Slow {
  /** Version of the champion. */
  release: string
}

/** Whether a canary that begins takes from the champion what is slow. */
export function takesSlow({ guardrails, latency_ms: slow }: Canary): boolean {
  return slow === undefined && guardrails.includes('latency')
}

/** What a file has frozen as slow; undefined where its rules said it, or nothing is. */
export function frozenIn({ latency_ms: ms, latency_from: from }: CanaryFile): FrozenSlow | undefined {
  return from && ms !== undefined ? { ms, ...from } : undefined
}

/**
 * The first file of a canary: its rules, frozen until it is over.
 *
 * @param slow where they take it from the champion
 * @param movedBy who takes its steps: each a commit, or the controller of the workload, which is given all of them at once
 */
export function startOf(
  rules: Canary,
  challenger: ReleaseRecord,
  movedBy: 'commits' | 'controller' = 'commits',
  slow?: FrozenSlow,
): CanaryFile {
  const by = movedBy === 'controller' ? { moved_by: movedBy } : { weight: rules.steps[0]! }
  const frozen = slow && {
    latency_ms: slow.ms,
    latency_from: { release: slow.release, answers: slow.answers },
  }
  return { ...by, ...rules, ...frozen, challenger }
}

/** The file of the next step, or as it is by its controller now. */
export function atWeight(file: CanaryFile, weight: number): CanaryAtWeight {
  return { ...file, weight }
}

/**
 * What is to be done about a canary in progress. A challenger never gets more than its next step; it gets that only by evidence of
 * this very step, or by rules that say to go on without; whatever is known, it can be taken back.
 *
 * @param key `canaryKey` of the arms that are there now
 * @param champion the release of the record
 * @param oldest how old a verdict may be
 */
export function planCanary(
  state: CanaryState,
  { champion, key, now, oldest }: { champion: ReleaseRecord; key: string; now: number; oldest: number },
): CanaryStep {
  const { file, fact } = state
  const since = stepSince(state, { key, now })
  const evidence = evidenceOf(fact, { file, key, since, now, oldest })
  if (!isNewer(file.challenger, champion)) return { step: 'take_back', because: 'champion_newer', evidence }
  const [shortest, horizon] = [spanSeconds(file.for) * 1000, spanSeconds(file.horizon) * 1000]
  const isOver = now - since >= horizon
  const counted = fact && 'verdict' in fact ? fact.since : undefined
  const enough = Math.max(since, counted ?? since) + shortest
  switch (evidence.verdict) {
    case 'fail':
      return { step: 'take_back', because: 'harm', evidence }
    case 'pass':
      return now < enough
        ? { step: 'stay', why: { kind: 'step', until: enough, evidence } }
        : next(file, evidence, false)
    case 'not_comparable':
      // A person is told at once, and has one more horizon.
      return now - since >= 2 * horizon
        ? { step: 'take_back', because: 'not_comparable', evidence }
        : { step: 'stay', why: { kind: 'not_comparable', until: since + 2 * horizon, evidence } }
    case 'inconclusive':
    case 'unknown':
      return undecided(file, { evidence, isOver, until: since + horizon, now, shortest: enough })
  }
}

/** What holds of the arms that are there now; what is of others, too old or from the future, tells nothing. */
export function evidenceOf(
  fact: CanaryFact | CanaryUnknown | undefined,
  at: { file: CanaryFile; key: string; since: number; now: number; oldest: number },
): Evidence {
  if (!fact) return { verdict: 'unknown', reason: 'no verdict on its traffic is known' }
  if ('unknown' in fact) return { verdict: 'unknown', reason: shortened(visible(fact.unknown), 300) }
  const { asOf, verdict, reason, winner, traffic } = fact
  const unknown = (why: string): Evidence => ({ verdict: 'unknown', reason: why, asOf })
  if (fact.release !== releaseKey(at.file.challenger) || fact.key !== at.key || asOf < at.since)
    return unknown('the verdict on its traffic is of another step')
  if (at.now - asOf > at.oldest) return unknown('the verdict on its traffic is too old')
  if (asOf - at.now > SKEW) return unknown('the verdict on its traffic is of a time to come')
  return {
    ...{ verdict, reason: shortened(visible(reason), 600), asOf },
    ...(winner && { winner }),
    ...(traffic && { traffic }),
  }
}

// --- internal ---

/** Clocks of two machines may differ by so much. */
const SKEW = 60_000

function undecided(
  file: CanaryAtWeight,
  {
    evidence,
    isOver,
    until,
    now,
    shortest,
  }: { evidence: Evidence; isOver: boolean; until: number; now: number; shortest: number },
): CanaryStep {
  const isUnknown = evidence.verdict === 'unknown'
  if (isOver && file.on_inconclusive === 'rollback')
    return { step: 'take_back', because: isUnknown ? 'unknown' : 'inconclusive', evidence }
  // Where nobody looked, nothing was inconclusive either.
  if (isUnknown) return { step: 'stay', why: { kind: 'unknown', evidence } }
  if (!isOver) return { step: 'stay', why: { kind: 'evidence', until, evidence } }
  if (file.on_inconclusive === 'promote' && now >= shortest) return next(file, evidence, true)
  return { step: 'stay', why: { kind: 'over', since: until, evidence } }
}

function next({ steps, weight }: CanaryAtWeight, evidence: Evidence, withoutVerdict: boolean): CanaryStep {
  const higher = steps.find(step => step > weight)
  return higher === undefined
    ? { step: 'promote', evidence, withoutVerdict }
    : { step: 'advance', weight: higher, evidence, withoutVerdict }
}
