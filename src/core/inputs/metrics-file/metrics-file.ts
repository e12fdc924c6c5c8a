import { maskAddresses, redactor } from '../../secrets/secrets.ts'
import { METRIC_NAME } from '../../text/names.ts'
import { formatCount } from '../../text/numbers.ts'
import { decodeUtf8 } from '../../text/utf8.ts'
import { shortened, visible, visibleAscii } from '../../text/visible-text.ts'
import { type ProblemList, problemList } from '../problem-list.ts'
import { jsonTree } from './json.ts'
import { type Leaf, leavesOf } from './leaves.ts'
import { tableLeaves, tableOf } from './table.ts'
import { type MetricNode, MetricSyntaxError } from './tree.ts'
import { yamlTree } from './yaml.ts'

/** A metrics file may be this large, in bytes. */
const MAX_METRICS_FILE = 1024 * 1024
const MAX_METRICS = 1000
const MAX_PROBLEMS = 20

export interface MetricsFileOptions {
  /** CSV and TSV: the row to read, as `column=value`. Default: the last. */
  row?: string
  /** Put before every name, as `prefix/name`. */
  prefix?: string
}

export interface ParsedMetrics {
  /** Finite numbers by name, in file order. Never -0. */
  metrics: Map<string, number>
  /** Names, made printable, of what is there but is no number: texts, booleans, lists, empty cells. */
  ignored: string[]
  /** Names, masked, that hold a token or an address of a person: names stand in reports, in git and in labels of series. */
  withheld: string[]
}

/**
 * Metrics out of a JSON, YAML, CSV or TSV file, the format known by `file`'s ending. Nested keys are joined by
 * `/`; in names a space and each of `()[]:,%+=` becomes `_` (two names that become one are an error). A text that
 * does not read as a number, a boolean and a list are left out and listed in `ignored`; what pretends to be a
 * metric (`"0.99"`, NaN, null, an empty text) is an error.
 *
 * @throws AssayError METRICS_INVALID with all problems at once, with line and column
 */
export function parseMetricsFile(
  bytes: Uint8Array,
  file: string,
  options: MetricsFileOptions = {},
): ParsedMetrics {
  const problems = problemList(visible(file), MAX_PROBLEMS)
  const leaves = readLeaves(bytes, file, options, problems)
  const result = metricsFrom(leaves, options.prefix, problems)
  problems.throwIfAny('METRICS_INVALID', `The metrics file \`${visible(file)}\` cannot be used`)
  return result
}

/**
 * Scores of the folds of a cross-validation: a CSV or TSV with one row per fold and one column per metric. A
 * column named `fold` (or `split`, `seed`, or empty as pandas writes its index) numbers the rows and is no metric.
 *
 * @throws AssayError METRICS_INVALID
 */
export function parseFolds(bytes: Uint8Array, file: string): Map<string, number[]> {
  const problems = problemList(visible(file), MAX_PROBLEMS)
  const scores = new Map<string, number[]>()
  const text = textOf(bytes, problems)
  const table = text === undefined ? undefined : tableOf(text, delimiterOf(file), problems)
  if (table && table.rows.length < 2)
    problems.add('a cross-validation has at least two folds: one row each below the header')
  if (problems.count === 0)
    for (const row of table?.rows ?? []) {
      const cells = tableLeaves({ header: table!.header, rows: [row] }, undefined, problems)
      const isIndex = ({ path }: Leaf) => /^(fold|split|seed|index)?$/i.test(path[0]!)
      const { metrics, ignored, withheld } = metricsFrom(
        cells.filter(cell => !isIndex(cell)),
        undefined,
        problems,
      )
      for (const [name, value] of metrics) scores.set(name, [...(scores.get(name) ?? []), value])
      for (const name of ignored) problems.add(`\`${name}\` has no number in this fold`, row.position)
      for (const name of withheld) problems.add(`the column \`${name}\` is named by a secret or an address`)
    }
  problems.throwIfAny('METRICS_INVALID', `The folds file \`${visible(file)}\` cannot be used`)
  return scores
}

// --- internal ---

function readLeaves(
  bytes: Uint8Array,
  file: string,
  { row }: MetricsFileOptions,
  problems: ProblemList,
): Leaf[] {
  const format = /\.(json|ya?ml|csv|tsv)$/i.exec(file)?.[1]?.toLowerCase()
  const text = textOf(bytes, problems)
  if (text === undefined) return []
  if (format === 'csv' || format === 'tsv')
    return tableLeaves(tableOf(text, delimiterOf(file), problems), row, problems)
  if (row !== undefined) problems.add('`row` is for CSV and TSV files only', undefined, 'Remove `row`.')
  if (format === undefined) {
    problems.add('its ending tells no format', undefined, 'Call it .json, .yaml, .yml, .csv or .tsv.')
    return []
  }
  try {
    const root = format === 'json' ? jsonTree(text) : yamlTree(text)
    const leaves = leavesOf(root, problems)
    if (root.kind === 'map' || leaves.some(leaf => leaf.path.length > 0)) return leaves
    problems.add(`expected an object of metrics, got ${nameOf(root)}`, { line: 1 })
  } catch (error) {
    if (!(error instanceof MetricSyntaxError)) throw error
    problems.add(error.message, error.position)
  }
  return []
}

function textOf(bytes: Uint8Array, problems: ProblemList): string | undefined {
  if (bytes.length > MAX_METRICS_FILE) {
    problems.add(
      'larger than 1 MiB',
      undefined,
      'Write only metrics into it; per-row data belongs in the predictions file.',
    )
    return undefined
  }
  const decoded = decodeUtf8(bytes)
  if ('text' in decoded) return decoded.text
  problems.add(`invalid UTF-8 at byte ${decoded.invalidAt}`, undefined, 'Write it as UTF-8, not compressed.')
  return undefined
}

function delimiterOf(file: string): ',' | '\t' {
  return /\.tsv$/i.test(file) ? '\t' : ','
}

function nameOf(root: MetricNode): string {
  const names = {
    map: 'an object',
    list: 'a list',
    number: 'a number',
    string: 'a text',
    boolean: 'a boolean',
    null: 'null',
    nothing: 'nothing',
  }
  return names[root.kind]
}

function metricsFrom(leaves: Leaf[], prefix: string | undefined, problems: ProblemList): ParsedMetrics {
  const metrics = new Map<string, number>()
  const ignored: string[] = []
  const withheld: string[] = []
  for (const { path, value, position } of leaves) {
    const written = [...(prefix === undefined ? [] : [prefix]), ...path].join('/')
    const shown = () => shortened(visibleAscii(written), 130)
    const name = written.replace(/[ ()[\]:,%+=]/g, '_')
    const why = inheritedIn(path) ?? inheritedIn(name.split('/')) ?? notAMetric(value)
    if (why !== undefined) problems.add(`\`${shown()}\` ${why}`, position, NUMBERS_ONLY)
    else if (value.kind !== 'number') ignored.push(shown())
    else {
      const wrong = wrongName(name)
      if (wrong !== undefined) problems.add(`\`${shown()}\` ${wrong}`, position)
      else if (metrics.has(name))
        problems.add(`duplicate metric \`${name}\``, position, 'Keep one of them, or rename it.')
      else if (withoutSecrets(name) !== name) withheld.push(withoutSecrets(name))
      else metrics.set(name, value.value + 0)
    }
  }
  if (metrics.size > MAX_METRICS)
    problems.add(`${formatCount(metrics.size)} metrics; at most ${formatCount(MAX_METRICS)} are read`)
  return { metrics, ignored, withheld }
}

/** A name without what has the shape of a secret, and without addresses. */
function withoutSecrets(name: string): string {
  return maskAddresses(maskShapes(name))
}

const maskShapes = redactor([])

const NUMBERS_ONLY = 'Write a finite number, or leave the key out.'

/** Why a value is an error rather than left out: it stands where a metric was meant. */
function notAMetric(value: MetricNode): string | undefined {
  if (value.kind === 'number') return Number.isFinite(value.value) ? undefined : 'is not a finite number'
  if (value.kind === 'null') return 'is null where a number is expected'
  if (value.kind !== 'string') return undefined
  const text = value.value.trim()
  if (text === '') return 'is an empty text where a number is expected'
  if (/^[+-]?\.?(nan|inf|infinity|null)$/i.test(text)) return 'is a text that says it is not a number'
  const readsAsNumber = Number.isFinite(Number(text)) || /^[+-]?\d+([.,]\d+)?\s*%?$/.test(text)
  return readsAsNumber ? 'is a text where a number is expected; texts are not converted' : undefined
}

function inheritedIn(path: string[]): string | undefined {
  const inherited = path.find(part => ['__proto__', 'constructor', 'prototype'].includes(part))
  return inherited && `is refused: \`${inherited}\` is no name for a metric`
}

function wrongName(name: string): string | undefined {
  if (name.split('/').includes('')) return 'has an empty part in its name'
  if (!METRIC_NAME.test(name)) return 'is no metric name: 1 to 128 of the characters A-Z a-z 0-9 _ . / @ -'
  return undefined
}
