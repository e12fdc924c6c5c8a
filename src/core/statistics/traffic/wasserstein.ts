import { requireEqualLengths, requireFinite, requirePositive, requireSome } from '../checks.ts'
import { variance } from '../describe.ts'
import { sortOrder } from '../sort-order.ts'

export interface WeightedSample {
  values: ArrayLike<number>
  /** One weight of 0 or more a value, not all 0; all equal when absent. */
  weights?: ArrayLike<number>
}

export interface SampleDistances {
  /** The area between the two distribution functions, in the unit of the values. */
  wasserstein: number
  /** √(2·∫(F − G)²). */
  energy: number
}

/** How far apart two samples lie, optionally weighted. */
export function sampleDistances(first: WeightedSample, second: WeightedSample): SampleDistances {
  const steps = [...stepsOf(first, 0), ...stepsOf(second, 1)]
  const order = sortOrder(Float64Array.from(steps, step => step.value))
  const reached: [number, number] = [0, 0]
  let area = 0
  let squares = 0
  for (let place = 0; place + 1 < order.length; place++) {
    const step = steps[order[place]!]!
    reached[step.sample] += step.share
    const width = steps[order[place + 1]!]!.value - step.value
    const gap = Math.abs(reached[0] - reached[1])
    area += width * gap
    squares += width * gap * gap
  }
  return { wasserstein: area, energy: Math.sqrt(2 * squares) }
}

/** Wasserstein distance in standard deviations (ddof 0) of the reference, which count as at least `floor`. */
export function normedWasserstein(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  floor = 0.001,
): number {
  requirePositive(floor, 'The least standard deviation')
  const { wasserstein } = sampleDistances({ values: reference }, { values: current })
  return wasserstein / Math.max(Math.sqrt(variance(reference, 0)), floor)
}

// --- internal ---

interface Step {
  value: number
  share: number
  sample: 0 | 1
}

function stepsOf({ values, weights }: WeightedSample, sample: 0 | 1): Step[] {
  requireSome(values, 'A sample')
  requireFinite(values, 'A sample')
  if (weights) {
    requireEqualLengths(values, weights, 'Values and weights')
    requireFinite(weights, 'Weights')
    if (Array.from(weights).some(weight => weight < 0)) throw new RangeError('No weight can be below 0.')
  }
  const total = weights ? Array.from(weights).reduce((sum, weight) => sum + weight, 0) : values.length
  requirePositive(total, 'The sum of the weights')
  return Array.from(values, (value, index) => ({
    value,
    share: (weights ? weights[index]! : 1) / total,
    sample,
  }))
}
