import { scalar } from './lines.ts'

/**
 * Lines of a gate that holds the metric to the champion.
 *
 * @param value what the metric is now: of one that is no share, a hundredth says nothing
 */
export function gateOn(metric: string, value?: number): string[] {
  const isLarge = value !== undefined && Math.abs(value) > 1
  const margin = isLarge ? Number((Math.abs(value) * MARGIN).toPrecision(1)) : 0.01
  const why = isLarge ? `   # it is ${Number(value.toPrecision(3))} now` : ''
  return [`- metric: ${scalar(metric)}`, '  not_worse_than: champion', `  margin: ${margin}${why}`]
}

// --- internal ---

const MARGIN = 0.02
