import { spanSeconds } from '../../deploy-config/canary.ts'
import type { CanaryAtWeight } from '../../release/canary-file.ts'
import { normalQuantile } from '../../statistics/distributions/distributions.ts'
import { promisedReach } from '../../statistics/traffic/promised-sequence.ts'
import { formatCount } from '../../text/numbers.ts'
import { elapsedOf } from './conversion.ts'
import { differenceAlpha } from './harm.ts'
import { perDayWords, type TrafficThereIs } from './how-long.ts'
import { rulesOf } from './rules.ts'
import { percentWords } from './words.ts'

/**
 * What an experiment can find by its end. A difference of so many standard errors is told apart from none by the interval of the last
 * look with the probability Φ(difference − reach): of two rates that differ by it, with the mean of all units between them.
 */

/** The smallest difference of the two shares that 80 of 100 experiments find, at the traffic there is. */
export function findableDifference(file: CanaryAtWeight, { perDay, rate }: TrafficThereIs): number {
  const share = file.weight / 100
  return errorsFound(file) * Math.sqrt((rate * (1 - rate)) / (unitsOf(file, perDay) * share * (1 - share)))
}

/** How many units a day it takes for 80 of 100 experiments to find that one converts a tenth more often than the other. */
export function perDayToFind(file: CanaryAtWeight, rate: number): number {
  const share = file.weight / 100
  const mean = rate * (1 + TENTH / 2)
  const units = (mean * (1 - mean) * (errorsFound(file) / (rate * TENTH)) ** 2) / (share * (1 - share))
  return Math.ceil(units / unitsOf(file, 1))
}

/** Before anything is known of the traffic, a sentence. */
export function toFindWords(file: CanaryAtWeight): string {
  const list = perDayWords(file.unit, rate => perDayToFind(file, rate))
  return `To find in 80 of 100 such experiments that one of the two converts a tenth more often than the other, it takes ${list}; half as large a difference takes four times as many.`
}

/** At the traffic that there was, a sentence. */
export function foundWords(file: CanaryAtWeight, traffic: TrafficThereIs): string {
  const difference = findableDifference(file, traffic)
  return `With ${formatCount(Number(traffic.perDay.toPrecision(2)))} ${file.unit}s a day, of whom ${percentWords(traffic.rate)} convert with the champion, 80 of 100 such experiments find a difference of ${percentWords(difference)} of the ${file.unit}s (${percentWords(difference / traffic.rate)} of those who convert).`
}

// --- internal ---

const TENTH = 0.1
const FOUND = normalQuantile(0.8)

/** Standard errors of a difference that is found in 80 of 100. */
function errorsFound(file: CanaryAtWeight): number {
  const rules = rulesOf('', file)
  const elapsed = elapsedOf({ since: 0, asOf: spanSeconds(file.for) * 1000 }, rules)
  return promisedReach(elapsed, differenceAlpha(rules)) + FOUND
}

/** Units that are mature by the end. */
function unitsOf(file: CanaryAtWeight, perDay: number): number {
  return (perDay * (spanSeconds(file.for) - spanSeconds(file.conversion.within))) / 86_400
}
