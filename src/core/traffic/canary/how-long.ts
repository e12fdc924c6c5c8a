import { chanceOfClear } from '../../statistics/traffic/promised-sequence.ts'
import { formatCount } from '../../text/numbers.ts'
import { alphaOf } from './harm.ts'
import type { CanaryRules, CanaryVerdict } from './verdict.ts'
import { aboutWords, percentWords } from './words.ts'

/** What a step can show, before it begins. Spans in seconds. */
export interface Announced {
  /** The probability that a challenger as good as the champion passes by the horizon. */
  chance: number
  /** When half of such have passed; absent where fewer do. */
  passesAfter?: number
  /** When a challenger that halves the conversion is usually found. */
  harmAfter: number
}

/** What is to be known of traffic before a step: units a day, of both arms, and the conversion of the champion, above 0 and below 1. */
export interface TrafficThereIs {
  perDay: number
  rate: number
}

type Rules = Pick<CanaryRules, 'weight' | 'horizon' | 'conversion' | 'guardrails'>

/** As a step has counted it; undefined where it has not seen enough. */
export function trafficOf({
  evidence,
  asOf,
}: Pick<CanaryVerdict, 'evidence' | 'asOf'>): TrafficThereIs | undefined {
  const { split, conversion, since = Number.POSITIVE_INFINITY } = evidence ?? {}
  if (!split || !conversion || asOf === undefined || !(asOf > since)) return undefined
  const { events, units } = conversion.champion
  if (events === 0 || events === units) return undefined
  const traffic = { perDay: (split.units / (asOf - since)) * DAY_MS, rate: events / units }
  return isTraffic(traffic) ? traffic : undefined
}

/** Whether there can be such traffic: by other numbers, what is told of a step would be of any size. */
export function isTraffic({ perDay, rate }: TrafficThereIs): boolean {
  return perDay >= 0.01 && perDay <= 1e12 && rate >= 1e-6 && rate < 1
}

/** How long a step will take at the traffic there is. */
export function howLong(rules: Rules, { perDay, rate }: TrafficThereIs): Announced {
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
 * How many units a day it takes for 80 of 100 releases that are as good as the champion to pass by the horizon.
 *
 * @param rate conversion of the champion, above 0 and below 1
 */
export function perDayNeeded({ weight, horizon, conversion }: Rules, rate: number): number {
  const share = weight / 100
  const gap = firstAtLeast(at => chanceOfClear(MOST_GAP * at), 0.8) * MOST_GAP
  const units = (rate * (1 - rate) * (gap / conversion.margin) ** 2) / (share * (1 - share))
  return Math.ceil((units * DAY_MS) / (horizon - conversion.within))
}

/** Before anything is known of the traffic: what it takes, for whoever knows it, a sentence. */
export function neededWords(rules: Rules, unit: 'user' | 'request'): string {
  const list = perDayWords(unit, rate => perDayNeeded(rules, rate))
  return `At ${rules.weight} %, for 80 of 100 releases as good as the champion to pass within ${aboutWords(rules.horizon / 1000)}, it takes ${list}.`
}

/** `12,000 users a day where 1 % convert, 2,300 where 5 % do, 490 where 20 % do` */
export function perDayWords(unit: 'user' | 'request', neededAt: (rate: number) => number): string {
  const list = RATES.map((rate, at) => {
    const number = formatCount(rounded(neededAt(rate)))
    const share = percentWords(rate)
    return at === 0 ? `${number} ${unit}s a day where ${share} convert` : `${number} where ${share} do`
  })
  return list.join(', ')
}

/** At the traffic there is, for the body of a promotion, a sentence. */
export function howLongWords(rules: Rules, { chance, passesAfter, harmAfter }: Announced): string {
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

const DAY_MS = 86_400_000
const RATES = [0.01, 0.05, 0.2]
/** Standard errors at the horizon: beyond it every chance is 1. */
const MOST_GAP = 20

/** Two digits: nobody knows a traffic more exactly. */
function rounded(number: number): number {
  return Number(number.toPrecision(2))
}

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
