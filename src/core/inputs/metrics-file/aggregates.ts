import { metricNameOf } from '../../text/names.ts'
import { didYouMean } from '../../text/nearest.ts'
import { visible } from '../../text/visible-text.ts'
import type { Aggregate } from '../evaluation.ts'
import type { ProblemList } from '../problem-list.ts'
import type { Leaf } from './leaves.ts'
import type { RunFacts } from './whole.ts'

export interface AggregateOptions {
  /** The key of the standard error of a metric, by the metric. */
  stderr?: Record<string, string>
  /** Of how many rows the metrics are, as a number or the key that holds it: of all of them, or by the metric. */
  rows?: number | string | Record<string, number | string>
  /** What metrics of the file are called now, by the name of before: a version may have either. */
  renamed?: Readonly<Record<string, string>>
}

export interface Aggregates {
  /** By the name without a prefix. */
  aggregates: Map<string, Aggregate>
  /** Names of what is a standard error, and so no metric of its own. */
  spent: Set<string>
}

/**
 * What a file says of its numbers beside them. Where the configuration names no key, the standard error of `acc` is `acc_stderr`, of
 * `acc,none` it is `acc_stderr,none`, and the rows are `sample_len` beside it or what `counted` says (both as lm-evaluation-harness
 * writes them). What is named and is no such number is a problem: a gate would take the value for exact.
 */
export function aggregatesOf(
  leaves: readonly Leaf[],
  { stderr = {}, rows, renamed = {} }: AggregateOptions,
  counted: RunFacts['rowsOf'] | undefined,
  problems: ProblemList,
): Aggregates {
  const isNamed = rows !== undefined || Object.keys(stderr).length > 0
  const isBeside = ({ path }: Leaf) => /_stderr(?:,|$)|^sample_len$/.test(path.at(-1) ?? '')
  // Most files say nothing, and may be large.
  if (!isNamed && !counted && !leaves.some(isBeside)) return { aggregates: new Map(), spent: new Set() }
  const byName = new Map(leaves.map(leaf => [metricNameOf(leaf.path.join('/')), leaf]))
  const numberAt = (written: string): number | undefined => {
    const value = byName.get(metricNameOf(written))?.value
    return value?.kind === 'number' && Number.isFinite(value.value) ? value.value : undefined
  }
  const named = (what: string, key: string, isRight: (value: number) => boolean) => {
    const value = numberAt(key)
    if (value !== undefined && isRight(value)) return value
    const isThere = byName.has(metricNameOf(key))
    problems.add(
      `\`${visible(key)}\` is no ${what}${isThere ? '' : ': there is no such key'}`,
      byName.get(metricNameOf(key))?.position,
      isThere ? undefined : didYouMean(metricNameOf(key), [...byName.keys()]),
    )
    return undefined
  }
  const rowsOf = (given: number | string) =>
    typeof given === 'number' ? given : named('number of rows', given, value => isRows(value))
  // Names of files are keys of no object: `toString` is one of them.
  const saidOf = <V>(said: Record<string, V>): Map<string, V> => {
    const byMetric = new Map(Object.entries(said))
    for (const [metric, value] of [...byMetric]) {
      if (byName.has(metric)) continue
      byMetric.delete(metric)
      const other = namesOf(metric, renamed).find(name => byName.has(name))
      if (other === undefined)
        problems.add(
          `\`${metric}\`, of which \`stderr\` or \`rows\` say something, is no key of the file`,
          undefined,
          didYouMean(metric, [...byName.keys()]),
        )
      else if (!byMetric.has(other)) byMetric.set(other, value)
    }
    return byMetric
  }
  const errorKeys = saidOf(stderr)
  const rowKeys = saidOf(typeof rows === 'object' ? rows : {})
  const ofAll = typeof rows === 'object' || rows === undefined ? undefined : rowsOf(rows)
  const aggregates = new Map<string, Aggregate>()
  const spent = new Set<string>()
  for (const [name, { path, value }] of byName) {
    if (value.kind !== 'number' || !Number.isFinite(value.value)) continue
    const key = errorKeys.get(name)
    const beside = besideOf(path).join('/')
    const found = numberAt(beside)
    const error = key === undefined ? found : named('standard error', key, one => one >= 0)
    if (error !== undefined) spent.add(metricNameOf(key ?? beside))
    const own = rowKeys.get(name)
    const length = numberAt([...path.slice(0, -1), 'sample_len'].join('/'))
    const inRun = counted?.(path)
    const n = own === undefined ? (ofAll ?? length ?? inRun?.rows) : rowsOf(own)
    const known: Aggregate = {
      ...(inRun?.part !== undefined && { part: inRun.part }),
      ...(error !== undefined && error >= 0 && { stderr: error }),
      ...(n !== undefined && isRows(n) && { rows: n }),
    }
    if (Object.keys(known).length > 0) aggregates.set(name, known)
  }
  return { aggregates, spent }
}

// --- internal ---

/** All that a metric was ever called, besides this name. */
function namesOf(metric: string, renamed: Readonly<Record<string, string>>): string[] {
  const names = new Set([metric])
  for (const pair of [...Object.entries(renamed), ...Object.entries(renamed).reverse()])
    if (pair.some(name => names.has(name))) for (const name of pair) names.add(name)
  names.delete(metric)
  return [...names]
}

/** Where the standard error of a metric stands by custom: its name and `_stderr`, before what follows a comma. */
function besideOf(path: readonly string[]): string[] {
  const [, metric, filter] = /^([^,]*)(.*)$/s.exec(path.at(-1) ?? '')!
  return [...path.slice(0, -1), `${metric}_stderr${filter}`]
}

function isRows(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1
}
