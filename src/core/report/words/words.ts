import { isUsageMetric } from '../../inputs/usage-metrics.ts'
import { count, formatCount, pWords } from '../../text/numbers.ts'
import { orient } from '../../verdict/gates/orient.ts'
import type { Against, MetricRow, Result, SliceRow, Version } from '../../verdict/result.ts'
import type { Phrase } from './phrase.ts'

/** What verdicts and judgements are called. Every rendering uses these words; signs and colours only repeat them. */
export const VERDICT_WORDS = {
  pass: 'pass',
  fail: 'fail',
  inconclusive: 'inconclusive',
  not_comparable: 'not comparable',
  skipped: 'skipped',
} as const satisfies Record<Result['verdict'], string>
export const VERDICT_SIGNS = {
  pass: '✅',
  fail: '❌',
  inconclusive: '❓',
  not_comparable: '⚠️',
  skipped: '⏭️',
} as const satisfies Record<Result['verdict'], string>
export const JUDGEMENT_SIGNS: Record<MetricRow['judgement'], string> = {
  better: '🟢',
  worse: '🔴',
  no_difference_shown: '⚪',
  not_judged: '',
}
export const OUTCOME_WORDS: Record<SliceRow['outcome'], string> = {
  pass: 'fine',
  fail: 'worse',
  inconclusive: 'cannot tell',
  cannot_judge: 'cannot judge',
}
export const OUTCOME_SIGNS: Record<SliceRow['outcome'], string> = {
  pass: '🟢',
  fail: '🔴',
  inconclusive: '⚪',
  cannot_judge: '',
}

/** Slices of fewer rows say something about single people: none of their numbers is shown. */
export const ROWS_TO_SHOW = 10

/** The version that the candidate is shown against: the champion, else the base. */
export function opponentOf(result: Result): Against | undefined {
  return result.champion ? 'champion' : result.base ? 'base' : undefined
}

/**
 * Rows that matter: gated, or shown to differ; losses first, then what is open, then gains.
 * Time and cost without a baseline stand in a line of their own.
 */
export function rowsThatMatter(result: Result): MetricRow[] {
  const rank = { worse: 0, not_judged: 1, no_difference_shown: 2, better: 3 }
  return result.metrics
    .filter(row => row.gated || row.judgement === 'worse' || row.judgement === 'better')
    .filter(row => !isUsageMetric(row.metric) || row.differences.champion || row.differences.base)
    .sort((a, b) => rank[a.judgement] - rank[b.judgement] || Number(b.gated) - Number(a.gated))
}

/** What the numbers show: `worse, p 0.004`, `no difference shown`, `new`. */
export function shownWords(row: MetricRow, against: Against): string {
  const difference = row.differences[against]
  if (!difference) return absentWords(row, against)
  if (row.judgement === 'no_difference_shown') return 'no difference shown'
  if (row.judgement === 'not_judged') return 'not judged'
  return `${row.judgement}${difference.method === 'exact' ? '' : `, ${pWords(difference.p)}`}`
}

function absentWords(row: MetricRow, against: Against): string {
  if (row.candidate) return row[against] ? 'not judged' : 'new'
  return row[against] ? 'gone' : 'no value'
}

/** The outcome of a slice in words. */
export function outcomeWords(row: SliceRow): string {
  if (row.rows < ROWS_TO_SHOW) return 'too few rows'
  // Against a floor or a ceiling nothing is worse than anything.
  return row.outcome === 'fail' && row.against === undefined ? 'beyond the limit' : OUTCOME_WORDS[row.outcome]
}

/** Slices worth a look: those that failed or lost by their point change, as sorted by the result. */
export function worstSlices(result: Result, most: number): SliceRow[] {
  const lost = (row: SliceRow) =>
    row.outcome === 'fail' ||
    (row.outcome !== 'cannot_judge' && row.difference !== undefined && row.direction !== undefined
      ? orient(row.difference, row.direction).value < 0
      : false)
  return result.slices.filter(row => row.rows >= ROWS_TO_SHOW && lost(row)).slice(0, most)
}

/** `12 days`, `5 h`, `8 months`. */
export function ageWords(days: number): string {
  if (days < 1) return `${Math.round(days * 24)} h`
  if (days < 60) return count(Math.round(days), 'day')
  return count(Math.round(days / 30.4), 'month')
}

/** What the text below a failure is: the output of a command that died, or our own words on files that are wrong. */
export function failureTitle(failure: NonNullable<Result['failure']>): string {
  const died = failure.timedOut || failure.signal !== undefined || (failure.exitCode ?? 0) !== 0
  return died ? 'The end of its output' : 'What is wrong'
}

/** What came of training or evaluation, without a full stop. */
export function failurePhrase(state: Result['state'], failure: NonNullable<Result['failure']>): Phrase {
  const { command } = failure
  if (command === undefined) return ['The files of the evaluation cannot be read']
  return [{ code: command }, ` ${endedWords(state, failure)}`]
}

/** How a command ended, to follow its name. */
function endedWords(state: Result['state'], failure: NonNullable<Result['failure']>): string {
  if (failure.timedOut) return 'ran into its time limit'
  if (failure.signal)
    return `was ended by ${/^SIG[A-Z0-9]{1,12}$/.test(failure.signal) ? failure.signal : 'a signal'}`
  if (failure.exitCode) return `ended with exit code ${failure.exitCode}`
  // Nothing is told of the files of a training: what was wrong was there before it.
  return state === 'training_failed' ? 'could not be carried out' : 'left files that cannot be read'
}

/** Warnings that end with one full stop and that no gate has said already. */
export function warningsOf({ warnings, gates }: Result): string[] {
  const plain = (text: string) => text.replace(/\.+$/, '')
  const open = gates.filter(gate => gate.verdict !== 'pass').slice(0, 100)
  const said = open.map(gate => plain(gate.reason)).filter(reason => reason.length > 20)
  return warnings
    .filter(warning => !said.some(reason => warning.includes(reason)))
    .map(warning => warning.replace(/\.\.$/, '.'))
}

/** `2,000 rows`, and where they have weights by which column, and how many of one weight they are worth. */
export function rowsWords(
  { rows, weighted }: NonNullable<Version['testSet']>,
  written: (name: string) => string,
): string {
  if (!weighted) return count(rows, 'row')
  return `${count(rows, 'row')} weighted by ${written(weighted.by)}, effective n ${formatCount(Math.floor(weighted.effective))}`
}
