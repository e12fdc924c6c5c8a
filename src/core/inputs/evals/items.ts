import { createHash } from 'node:crypto'
import { passAtK } from '../../statistics/pass-at-k.ts'
import { metricNameOf } from '../../text/names.ts'
import { didYouMean } from '../../text/nearest.ts'
import { count, formatCount } from '../../text/numbers.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import type { Direction, Predictions, ScoreColumn } from '../evaluation.ts'
import type { PredictionsConfig } from '../file-options.ts'
import { unusable } from '../predictions/columns.ts'
import { isPassed, PASSED } from '../predictions/passed.ts'
import { scoreColumn } from '../predictions/score-column.ts'
import type { Trial } from './trials.ts'

/** Metrics that a file may have. */
const MOST_METRICS = 50
/** Of so many tries `pass@k` is given, where every item has as many. */
const TRIES = [2, 3, 5, 10, 20, 50, 100]

interface Item {
  id: string
  trials: Trial[]
}

/**
 * The items as rows: a metric of an item is its mean over the item's tries, so that however many tries there are an item counts
 * once, and two runs are paired by items. Tries that died are left out. `passed` is the share of an item's tries that passed.
 */
export function itemsOf(trials: Trial[], config: PredictionsConfig): Predictions {
  const { file } = config
  if (trials.length === 0)
    throw unusable(file, 'there are no results in it', 'Let `evaluate` run the evaluation before.')
  const items = grouped(trials, file)
  const { columns, unscored } = scoreColumns(items, config)
  const known = [...columns.map(({ name }) => name), ...unscored.keys()]
  const unknown = Object.keys(config.passed ?? {}).find(name => !known.includes(name))
  if (unknown !== undefined)
    throw unusable(
      file,
      `\`predictions.passed\` names ${unknown}, and it has no scores of that name`,
      didYouMean(unknown, known) ?? `Its metrics are: ${shortened(known.join(', '), 400)}.`,
    )
  const passed = passedShares(items, columns, config)
  const values = passed ? [...passAtColumns(items, passed), ...columns] : columns
  if (values.length === 0)
    throw unusable(file, 'no metric has a score for every item', [...unscored.values()].join('; '))
  const none = new Float64Array(items.length)
  return {
    task: 'scores',
    rows: items.length,
    ids: items.map(({ id }) => id),
    ...(config.allow_personal.includes(config.id) && { idsShown: true }),
    label: none,
    prediction: none,
    values: passed ? [scoreColumn(PASSED, 'higher', shareOf(passed)), ...values] : values,
    ...(unscored.size > 0 && { unscored }),
    places: items.map(({ trials: own }) => own.map(({ place }) => place)),
    slices: [],
  }
}

// --- internal ---

function grouped(trials: Trial[], file: string): Item[] {
  const items = new Map<string, Item>()
  for (const trial of trials) {
    const known = items.get(trial.item)
    const item = known ?? { id: idOf(trial), trials: [] }
    if (!known) items.set(trial.item, item)
    if (!trial.died) item.trials.push(trial)
  }
  const died = [...items.values()].filter(({ trials: own }) => own.length === 0)
  if (died.length === 0) return [...items.values()]
  const first = trials.find(trial => items.get(trial.item) === died[0])!
  throw unusable(
    file,
    `${formatCount(died.length)} of ${count(items.size, 'item')} have no try that ended, the first \`${first.place}\`: nobody knows their scores`,
    'Run those that ended in an error again.',
  )
}

/** Unique by what the item is; what it is called may occur twice, or name people. */
function idOf({ item, name }: Trial): string {
  const hash = createHash('sha256').update(item).digest('hex')
  return `${shortened(visible(name), 100)} (${hash.slice(0, 8)})`
}

function scoreColumns(items: Item[], { file, values = {} }: PredictionsConfig) {
  const names = new Set(items.flatMap(({ trials }) => trials.flatMap(({ scores }) => [...scores.keys()])))
  if (names.size > MOST_METRICS)
    throw unusable(file, `it has ${names.size} metrics; at most ${MOST_METRICS} are read`, 'Score fewer.')
  const columns: ScoreColumn[] = []
  const unscored = new Map<string, string>()
  for (const own of names) {
    const name = metricNameOf(own)
    if (columns.some(column => column.name === name) || unscored.has(name) || name === PASSED)
      throw unusable(file, `two of its metrics would be called ${name}`, 'Give one of them another name.')
    const means = items.map(({ trials }) => meanOf(trials.map(({ scores }) => scores.get(own))))
    // An item of which no try has such a score is never asked for it; one that was asked in vain makes the mean unknown.
    const failed = items.filter(
      ({ trials }, row) => Number.isNaN(means[row]!) && trials.some(({ scores }) => scores.has(own)),
    ).length
    const direction: Direction = values[name] ?? 'higher'
    if (failed === 0) columns.push(scoreColumn(name, direction, Float64Array.from(means)))
    else
      unscored.set(name, `${formatCount(failed)} of ${count(items.length, 'item')} have no score of ${name}`)
  }
  return { columns, unscored }
}

function meanOf(scores: (number | undefined)[]): number {
  const there = scores.filter(score => score !== undefined && Number.isFinite(score)) as number[]
  return there.reduce((sum, score) => sum + score, 0) / there.length
}

/** How many tries of an item passed, of how many. */
interface Passed {
  right: number
  of: number
}

/** By the configuration, else as the tool says, else by the first metric that only knows right and wrong. */
function passedShares(
  items: Item[],
  columns: ScoreColumn[],
  config: PredictionsConfig,
): Passed[] | undefined {
  const marks = columns.find(({ name }) =>
    items.every(({ trials }) => trials.every(one => isMark(one, name))),
  )
  const judge = (trial: Trial, asked: PredictionsConfig['passed']): boolean | undefined => {
    if (asked) return isPassed({ ...config, passed: asked }, name => scoreOf(trial, name))
    return trial.passed ?? (marks && scoreOf(trial, marks.name) === (marks.direction === 'higher' ? 1 : 0))
  }
  const shares: Passed[] = []
  for (const { trials } of items) {
    const asked = askedOf(trials, config)
    const judged = trials.map(trial => judge(trial, asked))
    if (judged.includes(undefined)) return undefined
    shares.push({ right: judged.filter(Boolean).length, of: trials.length })
  }
  return shares
}

/** What counts as passed for one item: of the scores named those that it has, where it has any. */
function askedOf(trials: Trial[], { passed }: PredictionsConfig): PredictionsConfig['passed'] {
  const own = Object.entries(passed ?? {}).filter(([name]) =>
    trials.some(trial => scoreOf(trial, name) !== undefined),
  )
  return own.length > 0 ? Object.fromEntries(own) : passed
}

function isMark(trial: Trial, name: string): boolean {
  const score = scoreOf(trial, name)
  return score === 0 || score === 1
}

function scoreOf({ scores }: Trial, name: string): number | undefined {
  for (const [own, score] of scores) if (metricNameOf(own) === name) return score
  return undefined
}

function shareOf(passed: Passed[]): Float64Array {
  return Float64Array.from(passed, ({ right, of }) => right / of)
}

function passAtColumns(items: Item[], passed: Passed[]): ScoreColumn[] {
  const least = Math.min(...items.map(({ trials }) => trials.length))
  return TRIES.filter(k => k <= least).map(k =>
    scoreColumn(
      `pass@${k}`,
      'higher',
      Float64Array.from(passed, ({ right, of }) => passAtK(of, right, k)),
    ),
  )
}
