import { chanceOfClear } from '../../statistics/traffic/promised-sequence.ts'
import { alphaOf } from './harm.ts'
import type { CanaryRules } from './verdict.ts'
import { aboutWords } from './words.ts'

/** What a step can show, before it begins. Spans in seconds. */
export interface Announced {
  /** The probability that a challenger as good as the champion passes by the horizon. */
  chance: number
  /** When half of such have passed; absent where fewer do. */
  passesAfter?: number
  /** When a challenger that halves the conversion is usually found. */
  harmAfter: number
}

/**
 * How long a step will take at the traffic there is.
 *
 * @param perDay units a day, of both arms
 * @param rate conversion of the champion, above 0 and below 1
 * @public
 */
export function howLong(
  rules: Pick<CanaryRules, 'weight' | 'horizon' | 'conversion' | 'guardrails'>,
  { perDay, rate }: { perDay: number; rate: number },
): Announced {
  const share = rules.weight / 100
  const { within, margin } = rules.conversion
  const mature = (rules.horizon - within) / 1000
  const perSecond = perDay / 86_400
  const se = Math.sqrt((rate * (1 - rate)) / (perSecond * mature * share * (1 - share)))
  const chance = chanceOfClear(margin / se)
  const half = chance < 0.5 ? undefined : firstAtLeast(by => chanceOfClear(margin / se, by), 0.5)
  return {
    chance,
    ...(half !== undefined && { passesAfter: Math.ceil(within / 1000 + half * mature) }),
    harmAfter: Math.ceil(
      within / 1000 + -Math.log(alphaOf('conversion', rules)) / (perSecond * toldByUnit(share, rate)),
    ),
  }
}

/**
 * The same for the body of a promotion, a sentence.
 *
 * @public
 */
export function howLongWords(
  rules: Pick<CanaryRules, 'weight' | 'horizon' | 'conversion' | 'guardrails'>,
  { chance, passesAfter, harmAfter }: Announced,
): string {
  const horizon = aboutWords(rules.horizon / 1000)
  const passes =
    passesAfter === undefined
      ? `a release as good as the champion passes within ${horizon} in ${inHundred(chance)} of 100 cases only: a higher weight, a larger margin or a later horizon would tell more`
      : `a release as good as the champion passes after about ${aboutWords(passesAfter)}, and within ${horizon} in ${inHundred(chance)} of 100 cases`
  const harm =
    harmAfter * 1000 > rules.horizon
      ? `one that halves the conversion is not found within ${horizon}`
      : `one that halves the conversion is found after about ${aboutWords(harmAfter)}`
  return `At ${rules.weight} % of the traffic there is now, ${passes}; ${harm}.`
}

// --- internal ---

/** What a unit tells on the mean of "the challenger converts half as often", in nats: of the events' shares (Kullback & Leibler 1951). */
function toldByUnit(share: number, rate: number): number {
  const all = rate * (1 - share / 2)
  const halved = (share * rate) / 2 / all
  return all * (halved * Math.log(halved / share) + (1 - halved) * Math.log((1 - halved) / (1 - share)))
}

function inHundred(chance: number): number {
  return Math.min(99, Math.floor(100 * chance))
}

/** Where a rising function of 0..1 comes to `target`, by bisection. */
function firstAtLeast(rising: (at: number) => number, target: number): number {
  let [low, high] = [0, 1]
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2
    if (rising(middle) < target) low = middle
    else high = middle
  }
  return high
}
