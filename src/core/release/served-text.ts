import { alignColumns } from '../report/terminal.ts'
import { VERDICT_WORDS } from '../report/words/words.ts'
import { minuteWords } from '../text/instant-words.ts'
import { count, formatNumber } from '../text/numbers.ts'
import { shortened, visible } from '../text/visible-text.ts'
import { runAddress } from '../verdict/tracked-run.ts'
import type { ReleaseRecord } from './record.ts'
import type { Reproduction } from './reproduce.ts'

/** What served when and what it was made from, and what came out when it was made again: plain text for a terminal. */

/** A release in an environment, from an instant on, in milliseconds. */
export interface Served {
  release: ReleaseRecord
  from: number
  /** Absent: it serves still. */
  until?: number
}

/** `from 2026-05-18 10:00 UTC until now` */
export function servedWords({ from, until }: Served): string {
  return `from ${minuteWords(from)} until ${until === undefined ? 'now' : minuteWords(until)}`
}

/** One fact a line; what is not recorded is left out. Texts of others are made visible. */
export function renderLineage(record: ReleaseRecord): string {
  const { commit, repository, subject, image, uri, data = [], test_set: testSet, seeds, parameters } = record
  const facts: [string, string | undefined][] = [
    ['commit', `${commit} of ${repository}`],
    ['committed', `${record.committed}${subject === undefined ? '' : `: ${subject}`}`],
    ['released', `${record.created} by ${record.by}`],
    ['owner', record.owner],
    ['verdict', VERDICT_WORDS[record.verdict]],
    ['image', image && `${image.name}@${image.digest}`],
    ['uri', uri],
    ['trained in', record.trained_in],
    ['run', record.run],
    ['mlflow', record.mlflow && trackedWords(record.mlflow)],
    ...data.map((line, at): [string, string] => [at === 0 ? 'data' : '', line]),
    ['test set', testSet && `${testSet.hash}, ${count(testSet.rows, 'row')}`],
    ['seeds', seeds?.join(', ')],
    ['parameters', parameters && parameterWords(parameters)],
    ...metricLines(record).map((line, at): [string, string] => [at === 0 ? 'metrics' : '', line]),
  ]
  const rows = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [['', name, shortened(visible(value), 300)]],
  )
  return alignColumns(rows, [])
}

/** The record's metrics beside those made anew. */
export function renderComparison(metrics: readonly Reproduction[], record: ReleaseRecord): string {
  const rows = metrics.map(({ metric, recorded, reproduced, agreement }) => {
    const own = record.metrics[metric]
    const [low, high] = own?.interval ?? []
    const context = low === undefined || high === undefined ? undefined : { interval: { low, high } }
    const again = reproduced === undefined ? '–' : formatNumber(reproduced, context)
    const name = `${metric}${own?.gated ? ' (gated)' : ''}`
    return ['', visible(name), formatNumber(recorded, context), again, AGREEMENTS[agreement]]
  })
  return alignColumns([['', 'METRIC', 'RECORDED', 'AGAIN', ''], ...rows], [2, 3])
}

// --- internal ---

const MOST_METRICS = 10
const AGREEMENTS = { same: 'same', within: 'within the interval', differs: 'differs', missing: 'missing' }

function trackedWords({
  server,
  experiment,
  run,
  model,
  version,
}: NonNullable<ReleaseRecord['mlflow']>): string {
  const at = experiment !== undefined && run !== undefined && runAddress({ server, experiment, run })
  const registered = model !== undefined && version !== undefined && `${model} version ${version}`
  return [at, registered].filter(part => part !== false).join(', ') || server
}

function parameterWords(parameters: NonNullable<ReleaseRecord['parameters']>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ')
}

/** The gated ones; where none is, the first. */
function metricLines({ metrics }: ReleaseRecord): string[] {
  const names = Object.keys(metrics)
  const gated = names.filter(name => metrics[name]!.gated)
  return (gated.length > 0 ? gated : names).slice(0, MOST_METRICS).map(name => {
    const { value, interval } = metrics[name]!
    if (!interval) return `${name} ${formatNumber(value)}`
    const [low, high] = interval
    const context = { interval: { low, high } }
    return `${name} ${formatNumber(value, context)} (${formatNumber(low, context)} to ${formatNumber(high, context)})`
  })
}
