import { maskPersonalData } from '../../secrets/secrets.ts'
import { formatCount, formatDuration, formatNumber, formatShare } from '../../text/numbers.ts'
import type { Result, Version } from '../../verdict/result.ts'
import { cutNotes } from '../notes/notes.ts'
import { confusionTable, seedTable } from '../tables/detail-tables.ts'
import { methodTable } from '../tables/method-table.ts'
import { fullMetricTable } from '../tables/metric-table.ts'
import { changeBars } from '../tables/slice-bars.ts'
import { sliceTable } from '../tables/slice-table.ts'
import { renderTable, type Table } from '../tables/table.ts'
import { code, fenced, inline, sentence, shortCommit } from '../words/escape.ts'
import { rowsWords } from '../words/words.ts'
import { parametersTable } from './mlflow.ts'

/** A folded part of the report. */
export interface Detail {
  title: string
  /** The lower, the later it is left out when the report is too long. */
  rank: number
  /** The body in at most `room` characters, cut between rows or lines; undefined where nothing sensible fits. */
  body: (room: number) => string | undefined
}

/** Everything that is folded, in reading order. */
export function detailsOf(result: Result, quickActions: boolean): Detail[] {
  if (result.state === 'skipped') return []
  const details: (Detail | undefined)[] = [
    tableDetail(`All metrics (${formatCount(result.metrics.length)})`, 3, fullMetricTable(result)),
    slicesDetail(result),
    confusionDetail(result),
    seedsDetail(result),
    gpuDetail(result),
    filesDetail(result),
    tableDetail('Parameters', 6, parametersTable(result)),
    wholeDetail('Lineage', 2, lineageText(result)),
    tableDetail('How each interval was computed', 7, methodTable(result)),
    result.notes ? notesDetail(result.notes, quickActions) : undefined,
    result.reproduce ? wholeDetail('Reproduce', 1, fenced(result.reproduce, 'sh')) : undefined,
  ]
  return details.filter(detail => detail !== undefined)
}

// --- internal ---

function wholeDetail(title: string, rank: number, text: string): Detail {
  return { title, rank, body: room => (text.length <= room ? text : undefined) }
}

function tableDetail(title: string, rank: number, table: Table | undefined): Detail | undefined {
  if (!table || table.rows.length === 0) return undefined
  return { title, rank, body: room => renderTable(table, undefined, room) }
}

function notesDetail(notes: string, quickActions: boolean): Detail {
  return {
    title: 'Notes of the team',
    rank: 8,
    body: room => cutNotes(maskPersonalData(notes), room, quickActions),
  }
}

function slicesDetail({ slices }: Result): Detail | undefined {
  if (slices.length === 0) return undefined
  const table = sliceTable(slices)
  const bars = changeBars(slices)
  return {
    title: `All slices (${formatCount(slices.length)})`,
    rank: 4,
    body: room => {
      const chart = bars === '' || bars.length > room / 2 ? '' : `${bars}\n\n`
      const rows = renderTable(table, undefined, room - chart.length)
      return rows && chart + rows
    },
  }
}

function confusionDetail({ confusion }: Result): Detail | undefined {
  if (!confusion) return undefined
  const parts = [
    '**Candidate**',
    renderTable(confusionTable(confusion.classes, confusion.candidate)),
    ...(confusion.champion
      ? ['**Champion**', renderTable(confusionTable(confusion.classes, confusion.champion))]
      : []),
  ]
  return wholeDetail('Confusion matrix', 6, parts.join('\n\n'))
}

function seedsDetail({ seeds }: Result): Detail | undefined {
  if (!seeds || seeds.length === 0) return undefined
  return tableDetail(`Seeds (${seeds[0]!.scores.length})`, 5, seedTable(seeds))
}

function gpuDetail({ candidate }: Result): Detail | undefined {
  const gpus = candidate.usage?.gpus ?? []
  const share = (value: number | undefined) => (value === undefined ? '–' : formatShare(value))
  return tableDetail('GPUs', 5, {
    head: ['GPU', 'Busy', 'Idle', 'Memory, peak', 'Energy', 'Time'],
    right: [1, 2, 3, 4, 5],
    rows: gpus.map(gpu => [
      `${gpu.index}: ${inline(gpu.name, 40)}`,
      share(gpu.utilisation),
      share(gpu.idleShare),
      memoryWords(gpu.memoryPeakMiB, gpu.memoryTotalMiB),
      gpu.energyWh === undefined ? '–' : `${formatNumber(gpu.energyWh, TENTHS)} Wh`,
      formatDuration(gpu.seconds),
    ]),
  })
}

/** What was scanned, to the byte: who has the file can see that it is the same. */
function filesDetail({ files }: Result): Detail | undefined {
  if (!files) return undefined
  const { kept, more } = files
  return tableDetail(`Files of the model (${formatCount(kept.length + more)})`, 5, {
    head: ['File', 'May be loaded', 'Format', 'Bytes', 'sha256'],
    right: [3],
    rows: kept.map(({ file, verdict, format, size, sha256 }) => [
      code(file, 120),
      MAY_BE_LOADED[verdict],
      format,
      formatCount(size),
      code(sha256),
    ]),
  })
}

const MAY_BE_LOADED = {
  safe: 'yes',
  allowed: 'allowed by a person',
  unsafe: '**no**',
  unscannable: '**cannot tell**',
}

/** One decimal. */
const TENTHS = { interval: { low: 0, high: 2 } }

function memoryWords(peak: number | undefined, total: number | undefined): string {
  if (peak === undefined) return '–'
  return total === undefined
    ? `${formatCount(peak)} MiB`
    : `${formatCount(peak)} of ${formatCount(total)} MiB`
}

function lineageText(result: Result): string {
  const { configuration } = result
  const from = { base: 'the base', candidate: 'this pull request', file: 'the checked-out file' }
  const commit = shortCommit(configuration.commit)
  return [
    versionLine('Candidate', result.candidate),
    versionLine('Champion', result.champion),
    versionLine('Base', result.base),
    `- **Rules**: from ${from[configuration.source]}${commit ? ` at ${commit}` : ''}`,
    ...(configuration.commands ?? []).slice(0, 10).map(change => `- **Commands**: ${sentence(change, 300)}`),
  ]
    .filter(line => line !== '')
    .join('\n')
}

function versionLine(name: string, version: Version | undefined): string {
  if (!version) return ''
  const { data = [], testSet } = version
  const parts = [
    inline(version.source, 200),
    shortCommit(version.commit) ? `commit ${version.commit}` : '',
    testSet ? `test set ${code(testSet.hash.slice(0, 64))}, ${rowsWords(testSet, code)}` : '',
    version.metricCode ? `metric code ${code(version.metricCode.slice(0, 12))}` : '',
    ...data.slice(0, 10).map(line => `data ${code(line, 120)}`),
    data.length > 10 ? `${data.length - 10} more data versions` : '',
    version.seeds ? `seeds ${version.seeds.slice(0, 50).join(', ')}` : '',
  ]
  return `- **${name}**: ${parts.filter(Boolean).join(' · ')}`
}
