import { homogeneity } from '../../statistics/traffic/homogeneity.ts'
import { expectedRises } from '../../statistics/traffic/moving-window.ts'
import { referenceCounts } from '../profile/bins.ts'
import type { Feature } from '../profile/feature.ts'
import { type Broken, brokenBin, looksIn } from './breakage.ts'
import { type DealtBudget, isHeld } from './budget.ts'
import { rareTail, rareTests } from './rare.ts'
import { total } from './shares.ts'
import { MUST_SEE, type Shift, withShifts } from './shift.ts'
import type { BinChange, FeatureDrift, HeldLevel } from './verdict.ts'
import type { WeightedFeature } from './weights.ts'
import { binWords, brokenWords, neededWords, notCountedWords, unsureWords } from './words.ts'

type CountsOf = ReadonlyMap<string, ArrayLike<number>>

/** What is held against the profile, and how strictly. */
export interface Judging {
  shift: { minutes: number; features: CountsOf }
  breakage?: { features: CountsOf }
  budget: DealtBudget
  /** By name, where it is known: why a feature was not counted, and what to do about it. */
  absent?: ReadonlyMap<string, string>
  /** By name: why the counts of a feature may be less than what came. Only what is critical all the same is told of it. */
  doubtful?: ReadonlyMap<string, string>
}

/** Each feature for itself, but for the budget, which they share. */
export function featureDrifts(features: readonly WeightedFeature[], judging: Judging): FeatureDrift[] {
  const { shift, budget } = judging
  const held = features.map(one => ({
    ...one,
    ordered: one.feature.type === 'number' ? one.feature.counts.length : 0,
    profile: referenceCounts(one.feature),
    live: shift.features.get(one.feature.name),
  }))
  const bins = held.reduce((sum, { profile }) => sum + profile.length, 0)
  const tests = looksIn(budget.days) * (WINDOWS * bins + rareTests(bins))
  const chance = budget.breakage / tests
  const windows = (budget.days * 1440) / shift.minutes
  const judged = held.flatMap(({ live, ...one }) => (live && one.weight > 0 ? [{ ...one, live }] : []))
  const shifts = withShifts(judged, windows, budget.shift)
  const byFeature = new Map(shifts.map(({ one, shift }) => [one.feature, shift]))
  const share = budget.shift / judged.length
  return held.map(one => {
    const drift = driftOf(one, byFeature.get(one.feature), {
      short: judging.breakage?.features.get(one.feature.name),
      chance,
      tests,
      windows,
      share,
      budget: budget.shift,
      absent: judging.absent,
    })
    const doubt = drift.weight > 0 ? judging.doubtful?.get(drift.name) : undefined
    return doubt === undefined || drift.state === 'critical'
      ? drift
      : { ...drift, state: 'unknown', reason: doubt }
  })
}

// --- internal ---

interface Held extends WeightedFeature {
  ordered: number
  profile: number[]
  /** Undefined where it was not counted. */
  live: ArrayLike<number> | undefined
}

interface Strictness {
  /** Counts of the window of breakage. */
  short: ArrayLike<number> | undefined
  /** Probability at which a bin is called broken, and how many times a bin is looked at in the days of the budget. */
  chance: number
  tests: number
  windows: number
  /** Of the budget for shift, what one feature has. */
  share: number
  budget: number
  absent: ReadonlyMap<string, string> | undefined
}

function driftOf(
  { feature, weight, profile, live }: Held,
  test: Shift | undefined,
  at: Strictness,
): FeatureDrift {
  const { type } = feature
  const about = {
    name: feature.name,
    weight,
    rows: live ? total(live) : 0,
    profileRows: total(profile),
    changes: live ? changesOf(feature, profile, live) : [],
    bins: { feature, live },
  }
  const blank = { ...about, kind: 'shift', p: 1, psi: 0, holds: false } as const
  if (weight === 0) return { ...blank, state: 'steady', reason: 'it is not judged: its importance is 0' }
  if (!live || !test)
    return { ...blank, state: 'unknown', reason: at.absent?.get(feature.name) ?? notCountedWords() }
  const { p, rankP, psi, cutOff } = test
  const rare = psi >= LARGE / 2 ? rareTail(profile, live) : 1
  const falseAlarms = Math.min(test.falseAlarms, rare * at.tests)
  const rareP = Math.min(1, rare * rareTests(profile.length))
  const seen = {
    ...about,
    p,
    ...(rankP !== undefined && { rankP }),
    ...(rareP < 1 && { rareP }),
    psi,
    ...(Number.isFinite(cutOff) && { cutOff }),
    ...(Number.isFinite(falseAlarms) && { falseAlarms }),
    holds: heldBy(test, rareP),
  }
  const broken =
    (at.short && brokenBin(type, profile, at.short, at.chance)) ?? brokenBin(type, profile, live, at.chance)
  if (broken) {
    const reason = brokenWords(broken.what, binWords(feature, broken.bin))
    return { ...seen, holds: 'critical', state: 'critical', kind: 'breakage', reason }
  }
  const state = stateOf(test, at.budget, rare <= at.chance)
  const isShift = state === 'warn' || state === 'critical'
  const lost = isShift && onlyWithoutValue(type, profile, live, at.windows, at.share)
  if (lost) return { ...seen, state, kind: 'breakage', reason: brokenWords(lost, '') }
  const why = test.needed === undefined ? unsureWords(psi) : neededWords(test)
  return { ...seen, state, kind: 'shift', ...(state === 'unknown' && { reason: why }) }
}

/** That of breakage and that of shift are looked through. */
const WINDOWS = 2
/** A stability index from here on is worth an alarm, however many rows prove a smaller one. */
const LARGE = 0.1
const MOST_CHANGES = 3
/** Of the rows. */
const LEAST_CHANGE = 0.002

/** Half of what begins an alarm still holds one. */
function heldBy({ p, rankP = 1, psi, cutOff }: Shift, rareP: number): HeldLevel | false {
  const large = Math.max(LARGE, Number.isFinite(cutOff) ? cutOff : 0)
  return isHeld(Math.min(p, rankP, rareP)) && (psi >= large / 2 ? 'critical' : 'warn')
}

/** @param isRare whether a bin that hardly any row is in has changed for certain */
function stateOf(
  { psi, cutOff, falseAlarms, needed }: Shift,
  budget: number,
  isRare: boolean,
): FeatureDrift['state'] {
  const isLarge = psi >= Math.max(LARGE, cutOff)
  if (falseAlarms <= budget || (isRare && isLarge)) return isLarge ? 'critical' : 'warn'
  if (needed !== undefined) return 'unknown'
  if (isRare) return 'warn'
  // What must be seen for "steady" is seen, and nothing is certain of it.
  return psi >= MUST_SEE ? 'unknown' : 'steady'
}

/** Bins at the end of a feature's that hold no value to judge by: what is missing, and of numbers what is none. */
const WITHOUT_VALUE: Readonly<Record<Feature['type'], readonly (readonly [number, Broken['what']])[]>> = {
  number: [
    [-2, 'missing'],
    [-1, 'new'],
  ],
  category: [[-2, 'missing']],
}

/** More values are missing, or are no numbers, and those that are there are what they were: nothing to train on. Undefined: not so. */
function onlyWithoutValue(
  type: Feature['type'],
  profile: ArrayLike<number>,
  live: ArrayLike<number>,
  windows: number,
  budget: number,
): Broken['what'] | undefined {
  const more = WITHOUT_VALUE[type]
    .map(([bin, what]) => ({ what, by: shareAt(live, bin) - shareAt(profile, bin) }))
    .sort((a, b) => b.by - a.by)[0]!
  if (more.by <= 0) return undefined
  const without = new Set(WITHOUT_VALUE[type].map(([bin]) => profile.length + bin))
  const [there, here] = [profile, live].map(counts =>
    Array.from(counts).filter((_, bin) => !without.has(bin)),
  )
  const { chiSquare, df } = homogeneity(there!, here!)
  if (df === 0) return more.what
  const moving = total(there!) / (total(there!) + total(here!))
  return expectedRises(chiSquare, { df, windows, moving }) > budget ? more.what : undefined
}

/** @param bin from the end, -1 being the last */
function shareAt(counts: ArrayLike<number>, bin: number): number {
  return counts[counts.length + bin]! / total(counts)
}

/** Where the shares differ most, by what each bin adds to the stability index. */
function changesOf(feature: Feature, profile: ArrayLike<number>, live: ArrayLike<number>): BinChange[] {
  const [m, n] = [total(profile), total(live)]
  if (m === 0 || n === 0) return []
  return Array.from(profile)
    .map((count, bin) => ({ bin, from: count / m, to: live[bin]! / n }))
    .filter(({ from, to }) => Math.abs(to - from) >= LEAST_CHANGE)
    .map(change => {
      const [from, to] = [change.from + 0.5 / m, change.to + 0.5 / n]
      return { change, adds: (to - from) * Math.log(to / from) }
    })
    .sort((a, b) => b.adds - a.adds)
    .slice(0, MOST_CHANGES)
    .map(({ change: { bin, from, to } }) => ({ bin: binWords(feature, bin), from, to }))
}
