import { didYouMean } from '../../text/nearest.ts'
import { formatCount } from '../../text/numbers.ts'
import { decodeUtf8 } from '../../text/utf8.ts'
import { visible, visibleAscii } from '../../text/visible-text.ts'
import { type ProblemList, problemList } from '../problem-list.ts'
import { type AggregateOptions, type Aggregates, aggregatesOf } from './aggregates.ts'
import { jsonTree } from './json.ts'
import { jsonLines, mayBeLines } from './json-lines.ts'
import { type Leaf, leavesOf } from './leaves.ts'
import { type NamedMetrics, namedMetrics } from './named.ts'
import { partAt } from './part.ts'
import { DELIMITERS, type Delimiter, hasOtherRows, tableLeaves, tableOf } from './table.ts'
import { type MetricNode, MetricSyntaxError } from './tree.ts'
import { runFactsIn } from './whole.ts'
import { yamlTree } from './yaml.ts'

/** A metrics file may be this large, in bytes: a table or JSON lines, which hold every step of a training; the others `MAX_TREE`. */
export const MAX_METRICS_FILE = 4 * 1024 * 1024
const MAX_TREE = 1024 * 1024
const MAX_PROBLEMS = 20

export interface MetricsFileOptions extends AggregateOptions {
  /** JSON and YAML: the part to read, as keys joined by `/`. Default: all of it. */
  at?: string
  /** CSV and TSV: the rows to read, as `column=value`, `highest column` or `lowest column`. Default: all. */
  row?: string
  /** Put before every name, as `prefix/name`. */
  prefix?: string
}

export interface ParsedMetrics extends NamedMetrics {
  /** What the file says of its run not being whole, each a clause. */
  partial: string[]
  /** It is a table of several rows that no step or time tells apart, of which the last counts. */
  hasOtherRows: boolean
}

/**
 * Metrics out of a file as tools write it: JSON, YAML, JSON lines, CSV or TSV, the format known by `file`'s ending. Nested keys are
 * joined by `/`, and names are those of `metricNameOf`. What is no finite number (`"0.99"`, NaN, null, a text, a list) has no value,
 * and is told with its reason.
 *
 * @throws AssayError METRICS_INVALID with all problems at once, with line and column: it cannot be read, or is not what `at` and
 * `row` say
 */
export function parseMetricsFile(
  bytes: Uint8Array,
  file: string,
  options: MetricsFileOptions = {},
): ParsedMetrics {
  const problems = problemList(visible(file), MAX_PROBLEMS)
  const { leaves, partial = [], isOpen = false, ...aggregates } = readLeaves(bytes, file, options, problems)
  problems.throwIfAny('METRICS_INVALID', `The metrics file \`${visible(file)}\` cannot be used`)
  return { ...namedMetrics(leaves, options.prefix, aggregates), partial, hasOtherRows: isOpen }
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
  const table = text === undefined ? undefined : tableOf(text, delimiterOf(file, text), problems)
  if (table && table.rows.length < 2)
    problems.add('a cross-validation has at least two folds: one row each below the header')
  if (problems.count === 0)
    for (const row of table?.rows ?? []) {
      const cells = tableLeaves({ header: table!.header, rows: [row] }, undefined, problems)
      const isIndex = ({ path }: Leaf) => /^(fold|split|seed|index)?$/i.test(path[0]!)
      const { metrics, without, withheld } = namedMetrics(cells.filter(cell => !isIndex(cell)))
      for (const [name, value] of metrics) scores.set(name, [...(scores.get(name) ?? []), value])
      for (const [name, { why }] of without) problems.add(`\`${name}\` ${why} in this fold`, row.position)
      for (const name of withheld) problems.add(`the column \`${name}\` is named by a secret or an address`)
    }
  problems.throwIfAny('METRICS_INVALID', `The folds file \`${visible(file)}\` cannot be used`)
  return scores
}

// --- internal ---

/** Of a file that is not what its ending says. */
const WRITTEN_WHOLE =
  'Let a library write it, such as `json.dump`, and look whether it was written to its end.'

function readLeaves(
  bytes: Uint8Array,
  file: string,
  options: MetricsFileOptions,
  problems: ProblemList,
): Aggregates & { leaves: Leaf[]; partial?: string[]; isOpen?: boolean } {
  const { at, row } = options
  const nothing = { leaves: [], aggregates: new Map(), spent: new Set<string>() }
  const format = /\.(json|jsonl|ndjson|ya?ml|csv|tsv)$/i.exec(file)?.[1]?.toLowerCase()
  const isTable = format === 'csv' || format === 'tsv'
  const text = textOf(bytes, problems, mostBytes(bytes, format))
  if (text === undefined) return nothing
  if (isTable && at !== undefined)
    problems.add('`at` is for JSON and YAML files only', undefined, 'Name rows by `row`.')
  if (isTable) {
    const table = tableOf(text, delimiterOf(file, text), problems)
    const leaves = tableLeaves(table, row, problems)
    const isOpen = row === undefined && hasOtherRows(table)
    return { leaves, isOpen, ...aggregatesOf(leaves, options, undefined, problems) }
  }
  if (row !== undefined) problems.add('`row` is for CSV and TSV files only', undefined, 'Remove `row`.')
  if (format === undefined) {
    problems.add('its ending tells no format', undefined, 'Call it .json, .jsonl, .yaml, .yml, .csv or .tsv.')
    return nothing
  }
  try {
    const root = treeOf(text, format, mayBeLines(bytes))
    const { leaves, path } = treeLeaves(root, at, problems)
    const facts = runFactsIn(root)
    const whole = (inside: readonly string[]) => [...path, ...inside]
    const counted = facts && ((inside: readonly string[]) => facts.rowsOf(whole(inside)))
    // What is wrong with the file itself comes first.
    if (problems.count > 0) return nothing
    const partial = facts?.partial(leaves.map(leaf => whole(leaf.path)))
    return { leaves, partial, ...aggregatesOf(leaves, options, counted, problems) }
  } catch (error) {
    if (!(error instanceof MetricSyntaxError)) throw error
    problems.add(error.message, error.position, WRITTEN_WHOLE)
  }
  return nothing
}

/** Lines and tables may be large, a tree may not. */
function mostBytes(bytes: Uint8Array, format: string | undefined): number {
  const isTree = format === undefined || /^ya?ml$/.test(format) || (format === 'json' && !mayBeLines(bytes))
  return isTree ? MAX_TREE : MAX_METRICS_FILE
}

function treeOf(text: string, format: string, mayBeLines: boolean): MetricNode {
  if (format === 'yaml' || format === 'yml') return yamlTree(text)
  if (format !== 'json') return jsonLines(text)
  try {
    return jsonTree(text)
  } catch (error) {
    // What is no JSON as a whole may be lines of it.
    if (!(error instanceof MetricSyntaxError) || !mayBeLines) throw error
    return jsonLines(text)
  }
}

function treeLeaves(
  root: MetricNode,
  at: string | undefined,
  problems: ProblemList,
): { leaves: Leaf[]; path: string[] } {
  const part = at === undefined ? { node: root, path: [] } : partAt(root, at)
  if ('keys' in part) {
    const keys = part.keys.map(visibleAscii)
    problems.add(
      `there is nothing at \`${visibleAscii(at!)}\``,
      undefined,
      didYouMean(at!.split('/').at(-1)!, keys) ??
        `As far as it leads, the keys are: ${keys.join(', ').slice(0, 300)}.`,
    )
    return { leaves: [], path: [] }
  }
  const { node, path } = part
  const leaves = leavesOf(node, path.length > 0, problems)
  if (leaves.length > 0 && leaves.every(({ path }) => path.length === 0)) {
    const name = path.at(-1) ?? at
    if (name !== undefined)
      return { leaves: leaves.map(leaf => ({ ...leaf, path: [name] })), path: path.slice(0, -1) }
    problems.add(`expected an object of metrics, got ${nameOf(node)}`, { line: 1 })
  }
  return { leaves, path }
}

function textOf(bytes: Uint8Array, problems: ProblemList, most = MAX_METRICS_FILE): string | undefined {
  if (bytes.length > most) {
    problems.add(
      `larger than ${formatCount(most / 1024 / 1024)} MiB`,
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

/** A comma, unless the header has none and parts its names by another sign. */
function delimiterOf(file: string, text: string): Delimiter {
  if (/\.tsv$/i.test(file)) return '\t'
  const header = /^[^\r\n]*/.exec(text)![0]
  return DELIMITERS.find(sign => header.includes(sign)) ?? ','
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
    none: 'nothing that counts',
  }
  return names[root.kind]
}
