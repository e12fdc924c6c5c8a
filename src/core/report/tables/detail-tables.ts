import { formatCount, formatNumber } from '../../text/numbers.ts'
import type { Result } from '../../verdict/result.ts'
import { inline } from '../words/escape.ts'
import type { Table } from './table.ts'

/** Counts with the actual class down and the predicted one across; what lies on the diagonal is right, and bold. */
export function confusionTable(classes: string[], counts: number[][]): Table {
  const names = classes.map(name => inline(name, 24))
  return {
    head: ['Actual ↓ Predicted →', ...names],
    right: names.map((_, index) => index + 1),
    rows: counts.map((row, actual) => [
      names[actual] ?? '',
      ...row.map((value, predicted) =>
        actual === predicted ? `**${formatCount(value)}**` : formatCount(value),
      ),
    ]),
  }
}

/** Each count as a share of its row: of the actual class. */
export function sharesOf(counts: number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.map(count => (total > 0 ? count / total : 0))
}

/** The spread over seeds: the noise of training, as a line of bars for every side on one scale. */
export function seedTable(seeds: NonNullable<Result['seeds']>): Table {
  return {
    head: ['Metric', 'Side', 'Per seed', 'Lowest', 'Highest'],
    right: [3, 4],
    rows: seeds.flatMap(({ metric, scores }) => {
      const all = scores.flatMap(score => [score.candidate, score.champion]).filter(isNumber)
      return (['candidate', 'champion'] as const).flatMap(side => {
        const values = scores.map(score => score[side]).filter(isNumber)
        if (values.length === 0) return []
        const [low, high] = [least(values), most(values)]
        return [[inline(metric), side, sparkline(values, all), formatNumber(low), formatNumber(high)]]
      })
    }),
  }
}

/** Eight heights: a chart that survives e-mail and phones. `scale` holds the values that set lowest and highest. */
export function sparkline(values: number[], scale = values): string {
  const [low, high] = [least(scale), most(scale)]
  const height = (value: number) => (high > low ? Math.round((7 * (value - low)) / (high - low)) : 3)
  return values.map(value => '▁▂▃▄▅▆▇█'[height(value)]).join('')
}

// --- internal ---

function isNumber(value: number | undefined): value is number {
  return value !== undefined
}

/** Without spreading: there may be more values than a call takes arguments. */
function least(values: number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Infinity)
}

function most(values: number[]): number {
  return values.reduce((high, value) => Math.max(high, value), -Infinity)
}
