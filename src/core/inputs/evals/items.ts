import { createHash } from 'node:crypto'
import { metricNameOf } from '../../text/names.ts'
import { count, formatCount } from '../../text/numbers.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import type { Predictions, ScoreColumn } from '../evaluation.ts'
import type { EvalTool, PredictionsConfig } from '../file-options.ts'
import { unusable } from '../predictions/columns.ts'
import { directionIn, PASSED } from '../predictions/passed.ts'
import { scoreColumn } from '../predictions/score-column.ts'
import { armId } from './arms.ts'
import { type Metric, passedOf } from './passing.ts'
import type { Trial, Tried } from './trials.ts'

/** Metrics that a file may have. */
const MOST_METRICS = 50

interface Item {
  id: string
  arm: number
  trials: Trial[]
}

/**
 * The items as rows: a metric of an item is its mean over the item's tries, so that however many tries there are an item counts
 * once, and two runs are paired by items. Tries that died are left out. `passed` is the share of an item's tries that passed.
 */
export function itemsOf(
  { trials, arms, lower = [], ...tried }: Tried,
  config: PredictionsConfig & { from: EvalTool },
): Predictions {
  const { file } = config
  if (trials.length === 0)
    throw unusable(file, 'there are no results in it', 'Let `evaluate` run the evaluation before.')
  const items = grouped(trials, file)
  const { metrics, columns, unscored } = scoreColumns(items, config)
  const {
    columns: passed,
    passing,
    why,
  } = passedOf(
    items.map(item => item.trials),
    metrics,
    config,
  )
  if (metrics.length === 0 && passed.length === 0)
    throw unusable(file, 'there is no score in it', 'Let the evaluation score its items.')
  if (why !== undefined) unscored.set(PASSED, why)
  const doubled = whyDoubled(trials)
  const remarks = [...(tried.remarks ?? []), ...(doubled === undefined ? [] : [doubled])]
  const downwards = metrics.filter(
    ({ own, name }) => lower.includes(own) && !Object.hasOwn(config.values ?? {}, name),
  )
  const none = new Float64Array(items.length)
  return {
    task: 'scores',
    rows: items.length,
    ids: items.map(({ id }) => id),
    ...(config.allow_personal.includes(config.id) && { idsShown: true }),
    label: none,
    prediction: none,
    values: [...passed, ...columns],
    ...(unscored.size > 0 && { unscored }),
    ...(remarks.length > 0 && { remarks }),
    ...(arms && { arms: { names: arms, of: Uint32Array.from(items, ({ arm }) => arm) } }),
    ...(downwards.length > 0 && { lower: downwards.map(({ name }) => name) }),
    passing,
    places: items.map(({ trials: own }) => own.map(({ place }) => place)),
    slices: [],
  }
}

// --- internal ---

function grouped(trials: Trial[], file: string): Item[] {
  const items = new Map<string, Item>()
  for (const trial of trials) {
    const key = keyOf(trial)
    const known = items.get(key)
    const item = known ?? { id: idOf(trial), arm: trial.arm ?? 0, trials: [] }
    if (!known) items.set(key, item)
    if (!trial.died) item.trials.push(trial)
  }
  const died = [...items.values()].filter(({ trials: own }) => own.length === 0)
  if (died.length === 0) return [...items.values()]
  const first = trials.find(trial => items.get(keyOf(trial)) === died[0])!
  throw unusable(
    file,
    `${formatCount(died.length)} of ${count(items.size, 'item')} have no try that ended, the first \`${first.place}\`: nobody knows their scores`,
    'Run those that ended in an error again.',
  )
}

/** Repeats of a run are as many of every item: one with twice as many is several that nobody could tell apart. */
function whyDoubled(trials: Trial[]): string | undefined {
  const counts = [...Map.groupBy(trials, keyOf).values()].map(({ length }) => length)
  const least = Math.min(...counts)
  const doubled = counts.filter(tries => tries >= 2 * least).length
  if (doubled === 0 || counts.some(tries => tries % least !== 0)) return undefined
  return `${formatCount(doubled)} of ${count(counts.length, 'item')} ${doubled === 1 ? 'has' : 'have'} twice the tries of others or more: tests that are the same in every word count as one item, and where one of them breaks it is only flaky. Describe each in words of its own.`
}

function keyOf({ item, arm = 0 }: Trial): string {
  return `${arm} ${item}`
}

/** Unique by what the item is; what it is called may occur twice, or name people. */
function idOf({ item, name, arm }: Trial): string {
  const hash = createHash('sha256').update(item).digest('hex')
  const id = `${shortened(visible(name), 100)} (${hash.slice(0, 8)})`
  return arm === undefined ? id : armId(id, arm)
}

function scoreColumns(items: Item[], { file, values }: PredictionsConfig) {
  const names = new Set(items.flatMap(({ trials }) => trials.flatMap(({ scores }) => [...scores.keys()])))
  if (names.size > MOST_METRICS)
    throw unusable(file, `it has ${names.size} metrics; at most ${MOST_METRICS} are read`, 'Score fewer.')
  const columns: ScoreColumn[] = []
  const metrics: Metric[] = []
  const unscored = new Map<string, string>()
  for (const own of names) {
    const name = metricNameOf(own)
    if (metrics.some(metric => metric.name === name) || name === PASSED)
      throw unusable(file, `two of its metrics would be called ${name}`, 'Give one of them another name.')
    const means = items.map(({ trials }) => meanOf(trials.map(({ scores }) => scores.get(own))))
    // An item of which no try has such a score is never asked for it; one that was asked in vain makes the mean unknown.
    const failed = items.filter(
      ({ trials }, row) => Number.isNaN(means[row]!) && trials.some(({ scores }) => scores.has(own)),
    ).length
    const direction = directionIn(values, name)
    metrics.push({ name, own, direction })
    if (failed === 0) columns.push(scoreColumn(name, direction, Float64Array.from(means)))
    else
      unscored.set(name, `${formatCount(failed)} of ${count(items.length, 'item')} have no score of ${name}`)
  }
  return { metrics, columns, unscored }
}

function meanOf(scores: (number | undefined)[]): number {
  const there = scores.filter(score => score !== undefined && Number.isFinite(score)) as number[]
  return there.reduce((sum, score) => sum + score, 0) / there.length
}
