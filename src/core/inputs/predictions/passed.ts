import type { Direction, ScoreColumn } from '../evaluation.ts'
import type { PredictionsConfig } from '../file-options.ts'
import { scoreColumn } from './score-column.ts'

/** The column that says which share of an item's tries passed. */
export const PASSED = 'passed'

/** Which way a score improves: upwards, where nobody says otherwise. A score may be called `constructor`. */
export function directionIn(values: PredictionsConfig['values'], name: string): Direction {
  return values !== undefined && Object.hasOwn(values, name) ? values[name]! : 'higher'
}

/** Whether every score that `predictions.passed` names is at least as good as it says. What is missing has not passed. */
export function isPassed(
  { passed = {}, values = {} }: PredictionsConfig,
  scoreOf: (name: string) => number | undefined,
): boolean {
  return Object.entries(passed).every(([name, limit]) => {
    const score = scoreOf(name) ?? Number.NaN
    return directionIn(values, name) === 'lower' ? score <= limit : score >= limit
  })
}

/** What counts as passed, in the words of `Passing.by`. */
export function limitsInWords({ passed = {}, values = {} }: PredictionsConfig): string {
  return Object.entries(passed)
    .map(([name, limit]) => `${name} ${directionIn(values, name) === 'lower' ? '≤' : '≥'} ${limit}`)
    .join(', ')
}

/** Columns of one try a row, with the one that says which rows passed where the configuration says what that takes. */
export function withPassed(columns: ScoreColumn[], config: PredictionsConfig): ScoreColumn[] {
  if (!config.passed) return columns
  const marks = columns[0]!.values.map((_, row) => {
    const scoreOf = (name: string) => columns.find(column => column.name === name)?.values[row]
    return Number(isPassed(config, scoreOf))
  })
  return [scoreColumn(PASSED, 'higher', marks), ...columns]
}
