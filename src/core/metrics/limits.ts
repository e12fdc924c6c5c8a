/** Limits that ask nothing, in words: the same in every configuration. */

/** Why a margin can never fail on values from `low` to `high`; undefined: it can. */
export function idleMargin(margin: number, [low, high]: readonly [number, number]): string | undefined {
  return margin >= high - low ? 'allows any loss there can be, so it can never fail' : undefined
}

/**
 * What to write in place of a limit of a share that was most likely meant in percent: above 1, and no more than 100. Undefined for
 * any other.
 *
 * @param isDifference of two shares, which is told in points
 */
export function percentFix(value: number, { isDifference }: { isDifference: boolean }): string | undefined {
  if (value <= 1 || value > 100) return undefined
  const share = Number((value / 100).toPrecision(12))
  const points = `${value} ${value === 1 ? 'point' : 'points'}`
  return `write a share: ${share} is ${isDifference ? points : `${value} %`}`
}
