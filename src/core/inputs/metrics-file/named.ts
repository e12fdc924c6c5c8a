import { maskShapes } from '../../secrets/token-shapes.ts'
import { isInherited, metricNameOf, namesSomebody } from '../../text/names.ts'
import type { Position } from '../../text/position.ts'
import type { Aggregate } from '../evaluation.ts'
import type { Aggregates } from './aggregates.ts'
import type { Leaf } from './leaves.ts'
import type { MetricNode } from './tree.ts'

/** Why a key of a file is no metric: what a sentence says of it, such as `is NaN`. */
export interface NoValue {
  why: string
  /** It stands where a number was meant: not a text or a list beside the numbers. */
  isMeant: boolean
  position?: Position
}

export interface NamedMetrics {
  /** Finite numbers by name, in file order. Never -0. */
  metrics: Map<string, number>
  /** What is there and has no value, by name: gates on it fail with the reason, and nothing else comes of it. */
  without: Map<string, NoValue>
  /** Names, masked, that hold a token or an address of a person: names stand in reports, in git and in labels of series. */
  withheld: string[]
  /** What is known of the metrics beside their values. */
  aggregates: Map<string, Aggregate>
  /** Those of the metrics that are standard errors of others. */
  spent: Set<string>
}

/**
 * Leaves to metrics by name. What is no finite number has no value, and nor have two keys that come to one name, unless they say the
 * same; texts are not converted.
 *
 * @param prefix put before every name
 */
export function namedMetrics(
  leaves: Iterable<Leaf>,
  prefix?: string,
  { aggregates, spent }: Aggregates = { aggregates: new Map(), spent: new Set() },
): NamedMetrics {
  const prefixed = (name: string) => (prefix === undefined ? name : metricNameOf(`${prefix}/${name}`))
  const metrics = new Map<string, number>()
  const without = new Map<string, NoValue>()
  const withheld: string[] = []
  for (const { path, value, position } of leaves) {
    const written = path.join('/')
    const name = prefixed(metricNameOf(written))
    const why = [...path, ...name.split('/')].some(isInherited)
      ? 'has a name of its own kind'
      : noMetric(value)
    const number = value.kind === 'number' ? value.value + 0 : undefined
    if (namesSomebody(written) || maskShapes(name) !== name) withheld.push(maskShapes(name))
    else if (metrics.has(name) || without.has(name)) {
      if (metrics.get(name) === number && why === undefined) continue
      metrics.delete(name)
      without.set(name, { why: TWICE, isMeant: true, position })
    } else if (why !== undefined) without.set(name, { why, isMeant: isMeant(value, why), position })
    else metrics.set(name, number!)
  }
  return {
    metrics,
    without,
    withheld,
    aggregates: new Map([...aggregates].map(([name, known]) => [prefixed(name), known])),
    spent: new Set([...spent].map(prefixed)),
  }
}

// --- internal ---

const TWICE = 'stands there twice, as keys that come to one name'
const A_TEXT = 'is a text'

function isMeant({ kind }: MetricNode, why: string): boolean {
  return kind === 'string' ? why !== A_TEXT : kind === 'number' || kind === 'null' || kind === 'nothing'
}

function noMetric(value: MetricNode): string | undefined {
  switch (value.kind) {
    case 'number':
      return Number.isFinite(value.value) ? undefined : Number.isNaN(value.value) ? 'is NaN' : 'is infinite'
    case 'string':
      return noMetricText(value.value)
    case 'list':
      return `is a list of ${value.items.length}, of which \`at\` may name one`
    case 'boolean':
      return 'is true or false'
    case 'null':
      return 'is null'
    case 'nothing':
      return 'is empty'
    case 'map':
      return 'is an object'
    case 'none':
      return value.why
  }
}

function noMetricText(text: string): string {
  if (text.trim() === '') return 'is an empty text'
  if (/^\s*[+-]?\.?nan\s*$/i.test(text)) return 'is NaN'
  if (/^\s*[+-]?\.?inf(inity)?\s*$/i.test(text)) return 'is infinite'
  if (/^\s*(?:np|numpy|torch)?\.?(?:float|int|tensor|array)\d*\(/.test(text))
    return 'is a number as Python prints it, and a text here: write `float(…)` of it'
  if (/^\s*[+-]?\d+,\d+\s*$/.test(text))
    return 'is a number with a comma, and a text here: write it with a point'
  const readsAsNumber = Number.isFinite(Number(text)) || /^\s*[+-]?\d+([.,]\d+)?\s*%?\s*$/.test(text)
  return readsAsNumber ? 'is a text; texts are not converted to numbers' : A_TEXT
}
