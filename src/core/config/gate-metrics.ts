import type { Problem } from '../errors/errors.ts'
import { isOfPassed } from '../inputs/evals/passing.ts'
import type { Direction } from '../inputs/evaluation.ts'
import { PASSED } from '../inputs/predictions/passed.ts'
import { isUsageMetric, USAGE_METRICS } from '../inputs/usage-metrics.ts'
import { idleMargin, percentFix } from '../metrics/limits.ts'
import { computedMetric, METRICS } from '../metrics/table/metrics.ts'
import { didYouMean } from '../text/nearest.ts'
import type { WhereOf } from '../yaml/config.ts'
import type { ModelConfig } from './config.ts'
import { type Gate, namesOfShares } from './gates.ts'

/** What a gate's metric has to be, so that there can be an answer at all. */

/**
 * A gate that compares has to know which way its metric improves. Where what brings metrics could not be read, a name that is
 * nearly a known one is told all the same.
 */
export function directionsAreKnown(
  config: ModelConfig,
  at: WhereOf,
  isBroken: (key: keyof ModelConfig) => boolean,
): Problem[] {
  const isOpen = SOURCES.some(isBroken)
  return config.gates.flatMap((gate, index) => {
    const relative = gate.not_worse_than !== undefined || gate.better_than !== undefined
    const known =
      Object.hasOwn(directionsIn(config), gate.metric) ||
      // Of an old name it is said that the gate should have the new one.
      Object.hasOwn(config.renamed, gate.metric) ||
      isOfOwnRows(config.predictions, gate.metric) ||
      computedMetric(gate.metric) ||
      isUsageMetric(gate.metric)
    if (known || isYetToBeRead(config, gate.metric)) return []
    if (!isOpen && (!relative || hasNoSource(config, gate.metric))) return []
    const direct = `add \`directions: { ${gate.metric}: higher }\` (or lower)`
    // A share that `proportions` names is no typing error: only nobody said whether more of it is better.
    const names = knownMetrics(config)
    const meant = names.includes(gate.metric) ? undefined : didYouMean(gate.metric, names)
    // Columns of scores, and what a tool scores, say it themselves.
    if (meant === undefined && (!relative || isBroken('predictions'))) return []
    return [
      {
        what: `gate on ${gate.metric}: ${relative ? 'nobody said which way it improves' : 'no metric is known by this name'}`,
        where: at(['gates', index, 'metric']),
        fix: meant ? `${meant} If not, ${direct}` : direct,
      },
    ]
  })
}

/** Where no file brings metrics of the team's own, a gate on a metric that nobody computes could never pass. */
export function gatesHaveMetrics(config: ModelConfig, at: WhereOf): Problem[] {
  return config.gates.flatMap(({ metric }, index) => {
    if (!hasNoSource(config, metric)) return []
    const meant = didYouMean(metric, knownMetrics(config))
    return [
      {
        what: `gate on ${metric}: it is not computed from predictions, and no \`metrics\` file brings it`,
        where: at(['gates', index, 'metric']),
        fix: meant ?? 'name the file with `metrics`, or one of the computed metrics',
      },
    ]
  })
}

/** A limit that every value of the metric holds, or none can hold, asks nothing: mostly percent were meant. */
export function limitsAreInRange(config: ModelConfig, at: WhereOf): Problem[] {
  return config.gates.flatMap((gate, index) => {
    const range = rangeOf(config, gate.metric)
    const idle = range && idleLimit(gate, range)
    if (!idle) return []
    const { key, value, why } = idle
    const [low, high] = range.map(end => `${end}`.replace('-', '−').replace('Infinity', '∞'))
    return [
      {
        what: `gate on ${gate.metric}, which goes from ${low} to ${high}: \`${key}: ${value}\` ${why}`,
        where: at(['gates', index, key]),
        fix: fixOf(idle, range),
      },
    ]
  })
}

/** A new name is that of one metric, which is not Assay's own, and gates and waivers have it. */
export function renamesAreClear(config: ModelConfig, at: WhereOf): Problem[] {
  const pairs = Object.entries(config.renamed)
  return pairs.flatMap(([before, now], index) => {
    if (before === now)
      return [
        {
          what: `renamed: \`${now}\` is its name already`,
          where: at(['renamed', before]),
          fix: 'take it out',
        },
      ]
    const ours = [before, now].find(
      name =>
        isUsageMetric(name) ||
        OF_PASSED.includes(name) ||
        (config.predictions !== undefined && computedMetric(name) !== undefined),
    )
    const column = [before, now].find(name => Object.hasOwn(config.predictions?.values ?? {}, name))
    const twice = pairs.findIndex(([other, name]) => name === now && other !== before)
    const what =
      column !== undefined
        ? `\`${column}\` is a column of \`predictions.values\`, and each version is read by its own`
        : ours !== undefined
          ? `\`${ours}\` is computed by Assay, and has this name in every version`
          : Object.hasOwn(config.renamed, now)
            ? `\`${now}\` is called something else itself`
            : twice >= 0 && twice < index
              ? `\`${now}\` is the new name of \`${pairs[twice]![0]}\` already`
              : undefined
    const where = at(['renamed', before])
    const left = (['gates', 'waivers'] as const).flatMap(list =>
      config[list].flatMap(({ metric }, entry) =>
        metric === before ? [{ list, where: at([list, entry, 'metric']) }] : [],
      ),
    )
    return [
      ...(what === undefined ? [] : [{ what: `renamed: ${what}`, where, fix: 'take it out' }]),
      ...left.map(one => ({
        what: `${one.list === 'gates' ? 'gate on' : 'waiver for'} ${before}, which \`renamed\` calls ${now}`,
        where: one.where,
        fix: `write \`${now}\``,
      })),
    ]
  })
}

/** Which way the metrics that the team brings improve: those of files, and the columns of scores. */
export function directionsIn({
  directions,
  predictions,
}: Pick<ModelConfig, 'directions' | 'predictions'>): Record<string, Direction> {
  return { ...predictions?.values, ...directions }
}

/** Whether it may be a column of scores of the rows. What a tool scores is only known when its file is read. */
export function isOfOwnRows(predictions: ModelConfig['predictions'], metric: string): boolean {
  if (!predictions) return false
  const { from, values, passed } = predictions
  return (
    from !== undefined ||
    Object.hasOwn(values ?? {}, metric) ||
    (passed !== undefined && OF_PASSED.includes(metric))
  )
}

// --- internal ---

type Range = readonly [low: number, high: number]

interface IdleLimit {
  key: 'at_least' | 'at_most' | 'margin' | 'by'
  value: number
  why: string
}

/** The values that a metric can have, where that is known: of what Assay computes and measures, and of declared shares. */
function rangeOf(config: ModelConfig, metric: string): Range | undefined {
  if (isUsageMetric(metric) || metric === BROKEN_ITEMS) return [0, Number.POSITIVE_INFINITY]
  if ((config.predictions?.passed || config.predictions?.from) && isOfPassed(metric)) return [0, 1]
  // A column of the team's, or a score of a tool, may have the name of a metric of ours.
  if (config.predictions && !isOfOwnRows(config.predictions, metric)) {
    const computed = computedMetric(metric)
    if (computed) return computed.range
  }
  return namesOfShares(config).includes(metric) ? [0, 1] : undefined
}

/** The limit of a gate that can never fail, or never hold, whatever the value is. */
function idleLimit(
  { at_least, at_most, margin, better_than, by }: Gate,
  [low, high]: Range,
): IdleLimit | undefined {
  const holds = 'is true of every value, so it can never fail'
  const fails = 'is true of no value, so it can never hold'
  if (at_least !== undefined && (at_least <= low || at_least > high))
    return { key: 'at_least', value: at_least, why: at_least <= low ? holds : fails }
  if (at_most !== undefined && (at_most >= high || at_most < low))
    return { key: 'at_most', value: at_most, why: at_most >= high ? holds : fails }
  const why = margin === undefined ? undefined : idleMargin(margin, [low, high])
  if (margin !== undefined && why !== undefined) return { key: 'margin', value: margin, why }
  if (better_than !== undefined && by !== undefined && by >= high - low)
    return { key: 'by', value: by, why: 'is more than any gain there can be, so it can never hold' }
  return undefined
}

/** What is above 1 of a share, and no more than 100, was most likely meant in percent. */
function fixOf({ key, value }: IdleLimit, [low, high]: Range): string {
  const isDifference = key === 'margin' || key === 'by'
  const meant = low === 0 && high === 1 ? percentFix(value, { isDifference }) : undefined
  if (meant !== undefined) return meant
  if (isDifference) return 'write it in the unit of the metric: of a share 0.05 is 5 points'
  return 'write a limit within that, or remove the gate'
}

/** What may bring metrics. */
const SOURCES = ['metrics', 'predictions', 'folds', 'mlflow'] as const
/** What comes of a word on what passed. */
const BROKEN_ITEMS = 'broken_items'
const OF_PASSED: readonly string[] = [PASSED, BROKEN_ITEMS]

/** Metrics that Assay knows, and those that the configuration names. */
function knownMetrics(config: ModelConfig): string[] {
  const own = [...Object.keys(directionsIn(config)), ...config.proportions]
  return [...Object.keys(METRICS), ...USAGE_METRICS, ...own]
}

/** It comes of items, and nothing is read yet: that is told, and it has its direction. */
function isYetToBeRead({ metrics, predictions }: ModelConfig, metric: string): boolean {
  return OF_PASSED.includes(metric) && predictions === undefined && metrics.length === 0
}

function hasNoSource({ metrics, folds, predictions, mlflow }: ModelConfig, metric: string): boolean {
  const isColumn = isOfOwnRows(predictions, metric)
  const isComputed = isColumn || computedMetric(metric) !== undefined || isUsageMetric(metric)
  const isFromElsewhere = metrics.length > 0 || folds !== undefined || mlflow?.metrics === true
  return !isComputed && !isFromElsewhere && predictions !== undefined
}
