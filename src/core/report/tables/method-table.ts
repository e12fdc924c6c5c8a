import type { Difference } from '../../statistics/estimate.ts'
import { count, formatCount, formatNumber } from '../../text/numbers.ts'
import type { Result } from '../../verdict/result.ts'
import { inline, sentence } from '../words/escape.ts'
import { opponentOf } from '../words/words.ts'
import type { Table } from './table.ts'

/** What a statistician needs to recompute every interval; undefined where there is none. */
export function methodTable(result: Result): Table | undefined {
  const against = opponentOf(result)
  if (!against) return undefined
  const rows = result.metrics.flatMap(row => {
    const difference = row.differences[against]
    if (!difference) return []
    const method = `${inline(difference.method, 60)}${difference.paired ? '' : ' (unpaired: low power)'}`
    return [
      [
        inline(row.metric),
        method,
        formatP(difference.p).replace('<', '&lt;'),
        sentence(inputsOf(difference), 400),
      ],
    ]
  })
  return { head: ['Metric', 'Method', 'p', 'From'], right: [2], rows }
}

/** `0.0312`, `< 0.0001`. */
export function formatP(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4)
}

/** Rows, counts, resampling seed and power of a difference, as plain text. */
export function inputsOf(difference: Difference): string {
  const { rows, counts = {}, seed, resamples, detectable } = difference
  return [
    rows === undefined ? '' : count(rows, 'row'),
    ...Object.entries(counts).map(([name, number]) => `${name.replaceAll('_', ' ')} ${formatNumber(number)}`),
    seed === undefined ? '' : `seed ${seed}`,
    resamples === undefined ? '' : `${formatCount(resamples)} resamples`,
    detectable === undefined ? '' : `shows ${formatNumber(detectable, difference)} with 80 % power`,
  ]
    .filter(Boolean)
    .join(', ')
}
