import type { ModelConfig } from '../../core/config/config.ts'
import { namesOfShares } from '../../core/config/gates.ts'
import { canBeShareOf } from '../../core/config/share-names.ts'
import type { Problem } from '../../core/errors/errors.ts'
import { maskPersonalData } from '../../core/secrets/secrets.ts'

/** A share that is none, such as accuracy in percent, would pass every floor. */
export function noShares(metrics: Map<string, number>, config: ModelConfig): Problem[] {
  return namesOfShares(config).flatMap(name => {
    const value = metrics.get(name)
    if (value === undefined || (value >= 0 && value <= 1)) return []
    const what = `\`${name}\` is ${value}, but \`proportions\` says that it is a share of the rows, from 0 to 1`
    return [{ what, fix: 'Write it as a share, or take it out of `proportions`.' }]
  })
}

/** A number that no count of the rows gives is a share of other rows, or none. */
export function oddShares(
  metrics: Map<string, number>,
  rowsOf: (metric: string) => number | undefined,
  config: ModelConfig,
): string[] {
  return namesOfShares(config).flatMap(name => {
    const [value, rows] = [metrics.get(name), rowsOf(name)]
    if (rows === undefined || value === undefined || !(value >= 0 && value <= 1) || canBeShareOf(value, rows))
      return []
    return [
      `\`${maskPersonalData(name)}\` is ${value}, which no number of right rows out of ${rows} comes to: is \`rows\` right, and is it a share of all of them? Its interval is believed to be one.`,
    ]
  })
}
