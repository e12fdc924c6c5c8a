import { countedIn } from '../../deploy-config/mesh.ts'
import { causeWords, isRerouted, isRuledAnew } from './causes.ts'
import { conversionEvidence, LEAST_CONVERTED, neededSeconds, sliceEvidence, tooFew } from './conversion.ts'
import { type CanaryCounts, type CountsProblem, unitsOf } from './counts.ts'
import { harmEvidence } from './harm.ts'
import type { ChallengerLive, StepSeen } from './live.ts'
import { whatIsWrong } from './sound-counts.ts'
import { BROKEN, meetsBoth, meshSplitEvidence, splitEvidence } from './split.ts'
import { whyUnmeasured } from './unmeasured.ts'
import {
  type CanaryEvidence,
  type CanaryMetric,
  type CanaryReason,
  type CanaryRules,
  type CanaryVerdict,
  VERDICT_BY_REASON,
} from './verdict.ts'

/** Counts older than this say nothing of now: three looks, in milliseconds. */
export const OLDEST_COUNTS = 3 * 60_000

/**
 * What the counts of a step say. First whether the two can be compared at all: as many units in the challenger as declared, each in one
 * arm, by the counts of a mesh as well where there is one; where events cannot, the requests of a mesh may, and their harm is told. Then
 * harm, then whether conversion is not worse by more than the margin; in an experiment, which of the two is better. It holds however
 * often one looks, and nothing passes that is not known. The same counts give the same verdict.
 *
 * @param now milliseconds
 * @param seen.live absent: whoever runs the challenger is not asked, and the word of its own servers counts
 * @param seen.causes what is known to have moved its share: told with the verdict, and nothing passes where it is another now
 */
export function judgeCanary(
  counts: CanaryCounts | CountsProblem,
  rules: CanaryRules,
  now: number,
  seen: StepSeen = {},
): CanaryVerdict {
  const { key } = rules
  const causes = seen.causes?.map(causeWords) ?? []
  const said = (reason: CanaryReason, more: Partial<CanaryVerdict> = {}): CanaryVerdict => ({
    verdict: VERDICT_BY_REASON[reason.kind],
    reason,
    key,
    ...(causes.length > 0 && { causes }),
    ...more,
  })
  if (rules.sticky !== (rules.unit === 'user')) return said({ kind: 'unit', unit: rules.unit })
  if ('failed' in counts) return said({ kind: 'uncounted', why: counts.failed })
  const what = whatIsWrong(counts, rules)
  if (what !== undefined) return said({ kind: 'unreadable', what })
  const { asOf, since } = counts
  if (counts.key !== key) return said({ kind: 'other_step', key: counts.key }, { asOf })
  if (now - asOf > OLDEST_COUNTS) return said({ kind: 'stale', asOf }, { asOf })
  if (asOf - now > SKEW) return said({ kind: 'ahead', asOf }, { asOf })
  if (since > asOf) return said({ kind: 'settling', since }, { asOf })
  const split = splitEvidence(counts, rules.weight)
  const meshSplit = meshSplitEvidence(counts, rules.weight)
  const conversion = conversionEvidence(counts, rules)
  const evidence: CanaryEvidence = {
    since,
    restarted: counts.restarted,
    ...(split && { split }),
    ...(meshSplit && { meshSplit }),
    harm: harmEvidence(counts, rules),
    ...(conversion && { conversion }),
    metBoth: counts.metBoth,
    unattributed: counts.unattributed,
    ...(counts.outcomes !== undefined && { outcomes: counts.outcomes }),
    ...(counts.slices && { slices: sliceEvidence(counts, rules) }),
  }
  const needs = conversion && !rules.twoSided ? neededSeconds(conversion, counts, rules) : undefined
  const reason = reasonOf(counts, rules, evidence, seen)
  return said(reason, {
    asOf,
    evidence,
    ...(WAITS.includes(reason.kind) && needs !== undefined && { needs }),
    ...(reason.kind === 'immature' && { needs: Math.ceil((since + reason.within * 1000 - asOf) / 1000) }),
  })
}

// --- internal ---

/** Clocks of two machines may differ by so much. */
const SKEW = 60_000

/** Where more of the same is all that is missing. */
const WAITS: readonly CanaryReason['kind'][] = ['few', 'undecided']

const BETTER = { challenger: 'challenger_better', champion: 'champion_better' } as const

/** The first that holds. */
function reasonOf(
  counts: CanaryCounts,
  rules: CanaryRules,
  { split, meshSplit, harm, conversion }: CanaryEvidence,
  { live, causes = [] }: StepSeen,
): CanaryReason {
  const notLive = whyNotLive(counts, live)
  const apart = whyNotComparable(counts, { split, meshSplit })
  // What a mesh tells is of its own requests, whose split is held already: what sends no event may be what fails.
  const byMesh: readonly CanaryMetric[] = countedIn(rules).mesh
  const known = apart ? harm.filter(({ metric }) => byMesh.includes(metric)) : harm
  const few = conversion && tooFew(conversion)
  const isNotWorse = conversion !== undefined && !few && conversion.low > -conversion.margin
  // What the margin allows is no harm.
  const harmed = known.filter(
    ({ metric, e, limit }) => e >= limit && !(metric === 'conversion' && isNotWorse),
  )
  if (harmed.length > 0) return { kind: 'harm', harmed: harmed.sort((a, b) => b.e / b.limit - a.e / a.limit) }
  // While its pods came up, nobody can have expected its share.
  if (apart) return notLive?.kind === 'before_live' && apart.kind !== 'empty' ? notLive : apart
  if (conversion && !few && conversion.high < -conversion.margin) return { kind: 'worse', conversion }
  if (isRerouted(causes)) return { kind: 'rerouted' }
  if (isRuledAnew(causes)) return { kind: 'rules_changed' }
  if (notLive) return notLive
  if (counts.full > 0) return { kind: 'full', events: counts.full }
  const unmeasured = whyUnmeasured(counts, rules)
  if (unmeasured !== undefined) return { kind: 'unmeasured', why: unmeasured }
  if (!conversion) return { kind: 'immature', within: rules.conversion.within / 1000 }
  if (few) return { kind: 'few', least: LEAST_CONVERTED, ...few }
  if (rules.twoSided) return { kind: conversion.better ? BETTER[conversion.better] : 'no_winner', conversion }
  if (isNotWorse) return { kind: 'not_worse', conversion }
  return {
    kind: 'undecided',
    conversion,
    left: Math.max(0, Math.floor((counts.since + rules.horizon - counts.asOf) / 1000)),
  }
}

/** Why units of the two arms, as events tell of them, show nothing beside each other. Undefined: they do. */
function whyNotComparable(
  counts: CanaryCounts,
  { split, meshSplit }: Pick<CanaryEvidence, 'split' | 'meshSplit'>,
): Extract<CanaryReason, { kind: 'split' | 'met_both' | 'empty' }> | undefined {
  if (split && split.e >= BROKEN) return { kind: 'split', split }
  if (meshSplit && meshSplit.e >= BROKEN) return { kind: 'split', split: meshSplit, counts: 'mesh' }
  const both = meetsBoth(counts)
  if (both) return { kind: 'met_both', ...both }
  const none = emptyArms(counts)
  return none && { kind: 'empty', arms: none }
}

/**
 * Why what is counted may be of what the challenger's pods served before it. Harm is told all the same; nothing passes by it.
 * Undefined: all of it is the challenger's.
 */
function whyNotLive(
  { since, echoed }: CanaryCounts,
  live: ChallengerLive | undefined,
): Extract<CanaryReason, { kind: 'not_live' | 'before_live' | 'live_unknown' }> | undefined {
  if (live && 'not' in live) return { kind: 'not_live', why: live.not }
  if (live && 'since' in live)
    return since < live.since ? { kind: 'before_live', since, live: live.since } : undefined
  return echoed > 0 ? { kind: 'live_unknown', why: live?.unknown ?? NOBODY_ASKED, events: echoed } : undefined
}

const NOBODY_ASKED = 'the environment has no `argocd`'

function emptyArms({ arms }: CanaryCounts): 'both' | 'challenger' | 'champion' | undefined {
  const isEmpty = { challenger: unitsOf(arms.challenger) === 0, champion: unitsOf(arms.champion) === 0 }
  if (isEmpty.challenger) return isEmpty.champion ? 'both' : 'challenger'
  return isEmpty.champion ? 'champion' : undefined
}
