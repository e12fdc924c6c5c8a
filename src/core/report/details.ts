import { fenced, inline, sentence } from './escape.ts'
import { notesForReport } from './notes.ts'
import { formatCount, formatDuration, formatNumber, formatShare } from './numbers.ts'
import type { Difference, Result, SliceRow, Version } from './result.ts'
import { metricTable, sliceTable, table } from './tables.ts'
import { opponentOf } from './words.ts'

/** A folded part of the report. The higher its rank, the sooner it is left out when the report is too long. */
export interface Detail {
  title: string
  body: string
  rank: number
}

/** Everything that is folded, in reading order. */
export function detailsOf(result: Result): Detail[] {
  const details: (Detail | undefined)[] = [
    result.metrics.length > 0
      ? {
          title: `All metrics (${result.metrics.length})`,
          body: metricTable(result, result.metrics),
          rank: 3,
        }
      : undefined,
    result.slices.length > 0
      ? { title: `All slices (${result.slices.length})`, body: allSlices(result.slices), rank: 5 }
      : undefined,
    confusionDetail(result),
    seedDetail(result),
    gpuDetail(result),
    lineageDetail(result),
    methodDetail(result),
    result.reproduce ? { title: 'Reproduce', body: fenced(result.reproduce, 'sh'), rank: 1 } : undefined,
    result.notes ? { title: 'Notes', body: notesForReport(result.notes), rank: 8 } : undefined,
  ]
  return details.filter(detail => detail !== undefined)
}

/** Eight heights of a bar: charts that survive e-mail and phones. */
export function sparkline(values: number[]): string {
  const least = Math.min(...values)
  const span = Math.max(...values) - least
  return values
    .map(value => '▁▂▃▄▅▆▇█'[span > 0 ? Math.min(7, Math.floor((8 * (value - least)) / span)) : 3])
    .join('')
}

// --- internal ---

function allSlices(rows: SliceRow[]): string {
  const changes = rows.map(row => Math.abs(row.difference?.value ?? 0))
  const largest = Math.max(...changes, 1e-12)
  const bars = rows.slice(0, 40).filter(row => row.difference)
  const chart = bars.map(row =>
    `${bar(row.difference!, largest)} ${row.column} = ${row.value}`.replaceAll('\n', ' '),
  )
  return `${sliceTable(rows)}${chart.length > 1 ? `\n\nChange per slice (left: less, right: more):\n\n${fenced(chart.join('\n'))}` : ''}`
}

function bar(difference: Difference, largest: number): string {
  const length = Math.round((8 * Math.abs(difference.value)) / largest)
  return difference.value < 0
    ? `${'█'.repeat(length).padStart(8)}│${' '.repeat(8)}`
    : `${' '.repeat(8)}│${'█'.repeat(length).padEnd(8)}`
}

function confusionDetail({ confusion }: Result): Detail | undefined {
  if (!confusion) return undefined
  const names = confusion.classes.map(name => inline(name, 24))
  const matrix = (counts: number[][]) =>
    table(
      ['actual ↓ predicted →', ...names],
      names.map((_, index) => index + 1),
      counts.map((row, index) => [names[index]!, ...row.map(formatCount)]),
    )
  const champion = confusion.champion ? `\n\nChampion\n\n${matrix(confusion.champion)}` : ''
  return {
    title: 'Confusion matrix',
    body: `Candidate\n\n${matrix(confusion.candidate)}${champion}`,
    rank: 6,
  }
}

function seedDetail({ seeds }: Result): Detail | undefined {
  if (!seeds || seeds.length === 0) return undefined
  const rows = seeds.map(({ metric, scores }) => {
    const ours = scores.flatMap(score => (score.candidate === undefined ? [] : [score.candidate]))
    const theirs = scores.flatMap(score => (score.champion === undefined ? [] : [score.champion]))
    return [inline(metric), range(ours), ours.length > 1 ? sparkline(ours) : '', range(theirs)]
  })
  return {
    title: `Seeds (${seeds[0]!.scores.length})`,
    body: table(['metric', 'candidate, lowest to highest', 'per seed', 'champion'], [], rows),
    rank: 4,
  }
}

function range(values: number[]): string {
  if (values.length === 0) return ''
  return `${formatNumber(Math.min(...values))} to ${formatNumber(Math.max(...values))}`
}

function gpuDetail({ candidate }: Result): Detail | undefined {
  const gpus = candidate.usage?.gpus
  if (!gpus || gpus.length === 0) return undefined
  const share = (value: number | undefined) => (value === undefined ? 'not reported' : formatShare(value))
  const rows = gpus.map(gpu => [
    `${gpu.index}: ${inline(gpu.name)}`,
    share(gpu.utilisation),
    share(gpu.idleShare),
    gpu.memoryPeakMiB === undefined
      ? 'not reported'
      : `${formatCount(gpu.memoryPeakMiB)} of ${formatCount(gpu.memoryTotalMiB ?? 0)} MiB`,
    gpu.energyWh === undefined
      ? 'not reported'
      : `${formatNumber(gpu.energyWh, { interval: { low: 0, high: 1 } })} Wh`,
    formatDuration(gpu.seconds),
  ])
  return {
    title: 'GPUs',
    body: table(['GPU', 'busy', 'idle', 'memory, peak', 'energy', 'time'], [1, 2, 3, 4, 5], rows),
    rank: 4,
  }
}

function lineageDetail(result: Result): Detail {
  const side = (name: string, version: Version | undefined) =>
    version ? [name, ...lineage(version)].join(' · ') : undefined
  const lines = [
    side('Candidate', result.candidate),
    side('Champion', result.champion),
    side('Base', result.base),
  ]
  const rules = `Rules from ${result.configuration.source === 'base' ? 'the base' : result.configuration.source === 'candidate' ? 'this pull request' : 'the checked-out file'}${result.configuration.commit ? ` (${result.configuration.commit.slice(0, 7)})` : ''}`
  return {
    title: 'Lineage',
    body: [...lines.filter(line => line !== undefined), rules].map(line => `- ${line}`).join('\n'),
    rank: 2,
  }
}

function lineage(version: Version): string[] {
  return [
    sentence(version.source),
    version.commit && /^[0-9a-f]{7,64}$/.test(version.commit) ? `commit ${version.commit}` : '',
    version.testSet
      ? `test set \`${version.testSet.hash.slice(0, 16)}\`, ${formatCount(version.testSet.rows)} rows`
      : '',
    ...(version.data ?? []).map(line => `data ${sentence(line)}`),
    version.seeds ? `seeds ${version.seeds.join(', ')}` : '',
  ].filter(Boolean)
}

/** What a statistician needs to recompute every interval. */
function methodDetail(result: Result): Detail | undefined {
  const against = opponentOf(result)
  if (!against) return undefined
  const rows = result.metrics.flatMap(row => {
    const difference = row.differences[against]
    return difference
      ? [[inline(row.metric), difference.method, formatP(difference.p), numbersOf(difference)]]
      : []
  })
  if (rows.length === 0) return undefined
  return {
    title: 'Methods, to recompute',
    body: table(['metric', 'method', 'p', 'from'], [2], rows),
    rank: 7,
  }
}

function formatP(p: number): string {
  return p < 0.0001 ? '&lt; 0.0001' : p.toFixed(4)
}

function numbersOf(difference: Difference): string {
  const counts = Object.entries(difference.counts ?? {}).map(
    ([name, count]) => `${name.replaceAll('_', ' ')} ${formatNumber(count)}`,
  )
  const seed =
    difference.seed === undefined ? [] : [`seed ${difference.seed}, ${difference.resamples} resamples`]
  const rows = difference.rows === undefined ? [] : [`${formatCount(difference.rows)} rows`]
  const power =
    difference.detectable === undefined
      ? []
      : [`shows ${formatNumber(difference.detectable, difference)} with 80 % power`]
  return [...rows, ...counts, ...seed, ...power].join(', ')
}
