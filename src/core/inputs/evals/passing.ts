import { passAtK } from '../../statistics/pass-at-k.ts'
import type { Direction, Passing, Predictions, ScoreColumn } from '../evaluation.ts'
import type { EvalTool, PredictionsConfig } from '../file-options.ts'
import { isPassed, limitsInWords, PASSED } from '../predictions/passed.ts'
import { scoreColumn } from '../predictions/score-column.ts'
import type { Trial } from './trials.ts'

/** Of so many tries `pass@k` is given, where every item has as many. */
const TRIES = [2, 3, 5, 10, 20, 50, 100]

/** A metric of the file: its name in results, and in the words of the tool. */
export interface Metric {
  name: string
  own: string
  direction: Direction
}

interface Passed {
  columns: ScoreColumn[]
  passing: Passing
  /** Why there are no columns, in a sentence. */
  why?: string
}

/**
 * The share of each item's tries that passed, and `pass@k`: by the configuration, else as the tool says, else by the first metric,
 * where it only knows right and wrong. Never by a later one: which that is would hang on the numbers that are to be judged.
 */
export function passedOf(
  items: readonly Trial[][],
  metrics: readonly Metric[],
  config: PredictionsConfig & { from: EvalTool },
): Passed {
  const all = items.flat()
  const tries = Uint32Array.from(items, trials => trials.length)
  const marks = metrics.filter(({ own }) => all.every(({ scores }) => Number.isFinite(scores.get(own))))
  const passed = new Map(
    marks.map(metric => [
      byMark(metric),
      counted(items, trial => trial.scores.get(metric.own) === full(metric)),
    ]),
  )
  const others = { tries, passed }
  const made = (by: string, rights: Uint32Array): Passed => ({
    columns: passedColumns(rights, tries),
    passing: { by, others },
  })
  const none = (why: string): Passed => ({ columns: [], passing: { others }, why })
  if (config.passed) {
    const unknown = Object.keys(config.passed).find(name => !metrics.some(metric => metric.name === name))
    if (unknown !== undefined)
      return none(`\`predictions.passed\` names ${unknown}, and there are no scores of that name`)
    return made(limitsInWords(config), byLimits(items, metrics, config))
  }
  const told = all.filter(trial => trial.passed !== undefined).length
  if (told === all.length)
    return made(
      `${config.from} says so`,
      counted(items, one => one.passed === true),
    )
  const [first] = metrics
  if (told > 0 || !first) return none('the file does not say of every try whether it passed')
  const rights = passed.get(byMark(first))
  const isMark = all.every(({ scores }) => [0, 1].includes(scores.get(first.own)!))
  if (rights && isMark) return made(byMark(first), rights)
  return none(
    `nothing says which tries passed, for the first metric, ${first.name}, ${rights ? 'has other scores than 0 and 1' : 'has no score for every try'}: \`predictions.passed\` can say it`,
  )
}

/** The same rows with the columns that are made by something else; undefined where they cannot be. */
export function passedBy(predictions: Predictions, by: string): Predictions | undefined {
  const { passing, values = [] } = predictions
  if (passing?.by === by) return predictions
  const rights = passing?.others?.passed.get(by)
  if (!rights) return undefined
  const columns = passedColumns(rights, passing!.others!.tries)
  const rest = values.filter(({ name }) => !isOfPassed(name))
  return { ...predictions, values: [...columns, ...rest], passing: { ...passing, by } }
}

/** Whether a metric is made of which tries passed. */
export function isOfPassed(metric: string): boolean {
  return metric === PASSED || TRIES.some(k => metric === `pass@${k}`)
}

// --- internal ---

function full({ direction }: Metric): 0 | 1 {
  return direction === 'higher' ? 1 : 0
}

function byMark(metric: Metric): string {
  return `${metric.name} is ${full(metric)}`
}

function counted(items: readonly Trial[][], hasPassed: (trial: Trial) => boolean): Uint32Array {
  return Uint32Array.from(items, trials => trials.filter(hasPassed).length)
}

/** Of the scores named an item is asked for those that it has, where it has any. */
function byLimits(
  items: readonly Trial[][],
  metrics: readonly Metric[],
  config: PredictionsConfig,
): Uint32Array {
  const ownOf = new Map(metrics.map(({ name, own }) => [name, own]))
  const scoreOf = ({ scores }: Trial, name: string) => scores.get(ownOf.get(name)!)
  return Uint32Array.from(items, trials => {
    const has = (name: string) => trials.some(trial => scoreOf(trial, name) !== undefined)
    const own = Object.entries(config.passed!).filter(([name]) => has(name))
    const asked = own.length > 0 ? { ...config, passed: Object.fromEntries(own) } : config
    return trials.filter(trial => isPassed(asked, name => scoreOf(trial, name))).length
  })
}

function passedColumns(rights: Uint32Array, tries: Uint32Array): ScoreColumn[] {
  const column = (name: string, shareOf: (right: number, of: number) => number) =>
    scoreColumn(
      name,
      'higher',
      Float64Array.from(rights, (right, row) => shareOf(right, tries[row]!)),
    )
  const least = tries.reduce((one, other) => Math.min(one, other))
  return [
    column(PASSED, (right, of) => right / of),
    ...TRIES.filter(k => k <= least).map(k => column(`pass@${k}`, (right, of) => passAtK(of, right, k))),
  ]
}
