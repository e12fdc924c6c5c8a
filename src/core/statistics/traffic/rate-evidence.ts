import { requireCount, requireInnerShare } from '../checks.ts'
import type { Proportion } from '../intervals/proportions.ts'

export interface RateEvidence {
  /** ln of the e-value: over all looks together it reaches ln(1/alpha) with probability alpha at most while nothing is wrong. */
  logE: number
  /** min(1, 1/e) of this look. */
  p: number
}

/**
 * Evidence that an event is rarer (`fewer`) or more frequent (`more`) in the canary than in the champion, valid at every look and after
 * every unit: an e-value of two samples.
 *
 * While the arm makes no difference, a unit with the event is in the canary with probability `share`, and so is one without: by the
 * assignment itself, whatever the rate is, however it changes with the hour, and however units depend on one another. Against it
 * stand pairs of rates, each with the share that it gives the canary of either kind of unit; the likelihood ratio of each pair has the
 * mean 1 after every unit, hence so has their mixture (Lindon & Malek, arXiv 2011.03567, for events alone; Turner, Ly & Grünwald, arXiv
 * 2106.02693, for two samples, here with blocks of one unit; Grünwald, de Heide & Koolen, arXiv 1906.07801). A canary that fares
 * better makes it smaller. The pairs: the lower rate is a part of the higher one, Beta(2, 2) in 20 steps; the higher one is near 0
 * (where only units with the event tell anything) with weight 0.85, and 0.3 with 0.1; with 0.05 the same of the units without it.
 *
 * `share` must be what units are truly assigned with: hold the split against it first (`shareEvidence`). A split that is off enough to be
 * seen here is seen there long before, since all units tell of it.
 */
export function rateEvidence({
  canary,
  champion,
  share,
  harm,
}: {
  /** `successes` are the units with the event. */
  canary: Proportion
  champion: Proportion
  share: number
  harm: 'fewer' | 'more'
}): RateEvidence {
  requireUnits(canary, 'canary')
  requireUnits(champion, 'champion')
  requireInnerShare(share, 'The declared share')
  const [x1, x0] = [canary.successes, champion.successes]
  const [m1, m0] = [canary.n - x1, champion.n - x0]
  const logs = pairs(harm).map(({ weight, own, other }) => {
    const mean = (one: number, two: number) => share * one + (1 - share) * two
    const withEvent = mean(own.yes, other.yes)
    const without = mean(own.no, other.no)
    return (
      Math.log(weight) +
      x1 * Math.log(own.yes / withEvent) +
      x0 * Math.log(other.yes / withEvent) +
      m1 * Math.log(own.no / without) +
      m0 * Math.log(other.no / without)
    )
  })
  const logE = logSum(logs)
  return { logE, p: Math.min(1, Math.exp(-logE)) }
}

// --- internal ---

/** Probabilities of the event, and of its absence. */
interface Chances {
  yes: number
  no: number
}

const NEARLY_NONE = 1e-6
const STEPS = 20

/** What part of the higher rate the lower one is, and its weight. They are many rates, not an integral: each of them is valid by itself. */
const RATIOS: readonly (readonly [ratio: number, weight: number])[] = (() => {
  const middles = Array.from({ length: STEPS }, (_, step) => (step + 0.5) / STEPS)
  const sum = middles.reduce((all, ratio) => all + ratio * (1 - ratio), 0)
  return middles.map(ratio => [ratio, (ratio * (1 - ratio)) / sum] as const)
})()

/** The event is rare, neither, or nearly always there: then its absence is rare, and the ratio is that of its absence. */
const FEW: readonly Pair[] = [
  ...pairsOf(0.85, NEARLY_NONE, (low, high) => [low, high]),
  ...pairsOf(0.1, 0.3, (low, high) => [low, high]),
  ...pairsOf(0.05, NEARLY_NONE, (low, high) => [not(high), not(low)]),
]
const MANY: readonly Pair[] = FEW.map(({ weight, own, other }) => ({ weight, own: other, other: own }))

interface Pair {
  weight: number
  own: Chances
  other: Chances
}

function pairs(harm: 'fewer' | 'more'): readonly Pair[] {
  return harm === 'fewer' ? FEW : MANY
}

function pairsOf(
  weight: number,
  base: number,
  place: (low: Chances, high: Chances) => [own: Chances, other: Chances],
): Pair[] {
  return RATIOS.map(([ratio, part]) => {
    const [own, other] = place({ yes: base * ratio, no: 1 - base * ratio }, { yes: base, no: 1 - base })
    return { weight: weight * part, own, other }
  })
}

function not({ yes, no }: Chances): Chances {
  return { yes: no, no: yes }
}

function requireUnits({ successes, n }: Proportion, arm: string): void {
  requireCount(n, `The units of the ${arm}`)
  requireCount(successes, `The units of the ${arm} with the event`)
  if (successes > n)
    throw new RangeError(`The ${arm} cannot have more units with the event (${successes}) than units (${n}).`)
}

function logSum(logs: readonly number[]): number {
  const most = Math.max(...logs)
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0))
}
