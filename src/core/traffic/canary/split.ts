import { shareEvidence } from '../../statistics/traffic/e-value.ts'
import { type CanaryCounts, meshOf, unitsOf } from './counts.ts'
import type { SplitEvidence } from './verdict.ts'

/** From here on the split is not what was declared: by chance this happens in one canary of a thousand, however often one looks. */
export const BROKEN = 1000

/** More units than this share in both arms: what is to keep them in one does not. */
const MANY_BOTH = 0.01
const LEAST_BOTH = 10

/** Whether units come to the challenger with the share that was declared. Undefined before the first one. */
export function splitEvidence({ arms }: CanaryCounts, weight: number): SplitEvidence | undefined {
  return evidenceOf({ challenger: unitsOf(arms.challenger), champion: unitsOf(arms.champion) }, weight)
}

/** The same of requests, as the mesh has counted them. */
export function meshSplitEvidence(counts: CanaryCounts, weight: number): SplitEvidence | undefined {
  const mesh = meshOf(counts)
  if (!mesh) return undefined
  return evidenceOf({ challenger: mesh.challenger.requests, champion: mesh.champion.requests }, weight)
}

/** ln of the e-value against a share of the challenger: `shareEvidence`, with a prior around that share. */
export function splitLogE({
  challenger,
  units,
  share,
}: {
  challenger: number
  units: number
  share: number
}): number {
  const prior = { a: share * PRIOR_UNITS, b: (1 - share) * PRIOR_UNITS }
  return shareEvidence({ canary: challenger, total: units, share, prior }).logE
}

/** Whether so many units met both arms that they are in none. */
export function meetsBoth({ metBoth, arms }: CanaryCounts): { metBoth: number; units: number } | undefined {
  const units = unitsOf(arms.challenger) + unitsOf(arms.champion) + metBoth
  return metBoth >= LEAST_BOTH && metBoth > MANY_BOTH * units ? { metBoth, units } : undefined
}

/** What usually breaks a split in such a way: the likeliest first. */
export function likelyCauses({ declared, seen }: Pick<SplitEvidence, 'declared' | 'seen'>): string[] {
  return CAUSES.filter(({ when }) => when(seen, declared)).map(({ words }) => words)
}

// --- internal ---

/** How much the prior is worth: with it 7 % in place of 5 % is found at about 2,200 units (median). */
const PRIOR_UNITS = 100
/** 1 / 0.05. */
const INTERVAL_E = 20
/** Beyond any number that somebody compares it with, and still one that JSON has. */
const MOST_LOG = 700

const CAUSES: readonly { when(seen: number, declared: number): boolean; words: string }[] = [
  {
    when: seen => seen === 0,
    words: 'the challenger is not ready, and gateways leave out what is not',
  },
  {
    when: (seen, declared) => Math.abs(seen - 0.5) < 0.1 && Math.abs(declared - 0.5) >= 0.1,
    words: 'callers inside the mesh pass by the route and are spread over the pods',
  },
  {
    when: (seen, declared) => seen > declared,
    words: 'only the users of the challenger are kept with it, and those of the champion are drawn anew',
  },
  {
    when: (seen, declared) => seen > 0 && seen < declared,
    words: 'the challenger is not ready at times, or does not say its release in every answer',
  },
  {
    when: () => true,
    words: 'the route that is live is not the one in git: a controller or a sync has reset its weights',
  },
]

function evidenceOf(
  { challenger, champion }: { challenger: number; champion: number },
  weight: number,
): SplitEvidence | undefined {
  const units = challenger + champion
  if (units === 0) return undefined
  const seen = challenger / units
  const isPossible = (share: number) => splitLogE({ challenger, units, share }) < Math.log(INTERVAL_E)
  return {
    declared: weight / 100,
    seen,
    low: furthest(isPossible, seen, 0),
    high: furthest(isPossible, seen, 1),
    units,
    e: Math.exp(Math.min(splitLogE({ challenger, units, share: weight / 100 }), MOST_LOG)),
  }
}

/** From the seen share towards an end: the furthest that is possible, by bisection. */
function furthest(isPossible: (share: number) => boolean, from: number, end: 0 | 1): number {
  let [inside, outside] = [from, end as number]
  for (let step = 0; step < 50; step++) {
    const middle = (inside + outside) / 2
    if (middle <= 0 || middle >= 1) break
    if (isPossible(middle)) inside = middle
    else outside = middle
  }
  return inside
}
