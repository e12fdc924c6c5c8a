import { RECORD_FILE, type ReleaseRecord } from '../../release/record.ts'
import { resultOf } from '../../release/result-of.ts'
import { metricTable } from '../../report/tables/metric-table.ts'
import { sliceTable } from '../../report/tables/slice-table.ts'
import { renderTable, type Table } from '../../report/tables/table.ts'
import type { ForgeDialect } from '../../report/words/dialect.ts'
import { code, inline, link, shortCommit } from '../../report/words/escape.ts'
import { rowsThatMatter, VERDICT_SIGNS, VERDICT_WORDS, worstSlices } from '../../report/words/words.ts'
import { overWords } from '../../text/instant-words.ts'
import { count, formatCount, formatMoney, formatNumber } from '../../text/numbers.ts'
import { countedVerdict, type Result, type Verdict } from '../../verdict/result.ts'
import { runAddress } from '../../verdict/tracked-run.ts'
import { shareOf } from '../canary/canary-plan.ts'
import { askedWords } from '../canary/way-back.ts'
import type { PromotionText } from './text.ts'

/** The open parts of a promotion: why, the numbers, where the release comes from. */

/** The verdict that holds here; undefined where nobody weighed this release against what serves. */
export function verdictOf({ result, to, weighed }: PromotionText): Verdict | undefined {
  if (result) return countedVerdict(result)
  return weighed ? to.verdict : undefined
}

/** Whose change merging replaces; empty where the manifests say what the record says. */
export function standingSection({ standing, from }: PromotionText, dialect: ForgeDialect): string {
  if (!standing || !from) return ''
  const recorded = code(from.version)
  const caution = (words: string) => box('CAUTION', words, dialect)
  if (standing.kind === 'unknown')
    return caution(
      `The record says that ${recorded} serves here, and the manifests do not: ${inline(standing.reason, 300)}`,
    )
  const changes = standing.changes.slice(0, 5).map(({ file, line, key, recorded: was, there }) => {
    const value = (text: string | undefined) => (text === undefined ? 'nothing' : code(text, 120))
    return `- ${code(line === undefined ? file : `${file}:${line}`, 300)}, ${code(key, 200)}: ${value(there)} stands there, ${value(was)} ${standing.kind === 'options' ? 'is what the options of today write' : 'is recorded'}`
  })
  const rest = standing.changes.length - changes.length
  const list = [...changes, ...(rest > 0 ? [`- … ${rest} more`] : [])].join('\n')
  if (standing.kind === 'options')
    return `The options of the target changed since ${recorded} was written; merging writes by those of today.\n\n${list}`
  const { by } = standing
  const who = by?.author === undefined ? 'somebody' : inline(by.author, 60)
  const whose = ` by ${who}${by ? ` in ${code(by.commit.slice(0, 7))}, ${overWords(by.at)}` : ''}`
  if (standing.kind === 'rules')
    return `${caution(`The rules of what is tried were changed by hand since it began,${whose}: nothing passes by them, so it is not merged without a person.`)}\n\n${list}`
  return `${caution(`Changed by hand since ${recorded} was promoted,${whose}: what serves is not what the record says. Merging replaces that change, so it is not merged without a person.`)}\n\n${list}`
}

/** What an approver must know first; empty for a plain pass. */
export function whySection(text: PromotionText, dialect: ForgeDialect): string {
  const { kind, from, to, reason, canary } = text
  if (canary?.step === 'take_back') return ''
  if (kind === 'rollback') {
    const why = reason === undefined ? '' : ` Reason: ${inline(reason, 400)}`
    return box(
      'WARNING',
      `Restores the manifests as they were, and holds automatic promotion until the hold is released.${why}`,
      dialect,
    )
  }
  const verdict = verdictOf(text)
  if (verdict === undefined) {
    const other = to.weighed?.commit
    const against = other
      ? ` Its own verdict, ${VERDICT_WORDS[to.verdict]}, was made against ${code(other.slice(0, 7))}.`
      : ''
    return box(
      'IMPORTANT',
      `Not weighed against what serves here${from ? `, ${code(from.version)} (${shortCommit(from.commit)})` : ''}.${against} The values below are from two separate evaluations${testSets(from, to)}.`,
      dialect,
    )
  }
  const waived = to.gates.filter(gate => gate.waived && gate.verdict !== 'pass').length
  const waivers =
    waived > 0
      ? `${count(waived, 'gate')} did not pass and ${waived === 1 ? 'is' : 'are'} waived; see below.`
      : ''
  if (verdict === 'pass') return from ? waivers : `The first release of this model here. ${waivers}`.trim()
  return box(ALERTS[verdict], `${MEANING[verdict]} ${waivers}`.trim(), dialect)
}

/** Numbers against what serves now, slices that got worse, gates that did not pass. `most`: rows of a table. */
export function weighedSections(text: PromotionText, most: number): string[] {
  if (most === 0) return []
  const { to, from, result } = text
  if (text.kind === 'rollback' || text.canary?.step === 'take_back') return []
  if (verdictOf(text) === undefined && from)
    return [renderTable(besideTable(from, to), most) ?? '', gatesSection(to, most)]
  const shown = result ?? resultOf(to)
  const rows = from ? rowsThatMatter(shown) : shown.metrics.filter(row => row.gated)
  const table =
    rows.length > 0 ? (renderTable(metricTable(from ? shown : withoutOpponent(shown), rows), most) ?? '') : ''
  return [table, from ? slicesSection(shown, Math.min(most, 5)) : '', gatesSection(to, most)]
}

/** Where the release comes from: every piece a link or a value to look up. */
export function lineage(text: PromotionText): string {
  const { from, to } = text
  const { repository, image, uri, test_set: testSet, cost, subject } = to
  const commits =
    from && from.repository === repository && from.commit !== to.commit ? changesLink(text, from) : ''
  const rows: [string, string | undefined][] = [
    ['Commit', `${commitLink(to)}${subject ? ` ${inline(subject, 100)}` : ''}${commits}`],
    [
      'Image',
      image && `${code(`${image.name}@${image.digest}`, 400)}${image.tag ? `, tag ${code(image.tag)}` : ''}`,
    ],
    ['Model', uri && code(uri, 400)],
    [
      'Data',
      to.data
        ?.slice(0, 5)
        .map(line => code(line, 120))
        .join(', '),
    ],
    ['Test set', testSet && `${code(testSet.hash.slice(0, 12))}, ${count(testSet.rows, 'row')}`],
    ['Run', to.run && link('the run that made it', to.run)],
    ['MLflow', trackedAt(to)],
    ['Cost', cost && formatMoney(cost.amount, inline(cost.currency || ' ', 8).replace('(empty)', ''))],
    ['Released', `by ${inline(to.by)}, ${to.created.slice(0, 10)}`],
  ]
  return rows.flatMap(([name, value]) => (value ? [`- **${name}**: ${value}`] : [])).join('\n')
}

/** Its run, and its version by the name that a model server asks for. */
function trackedAt({ mlflow }: ReleaseRecord): string | undefined {
  if (!mlflow) return undefined
  const { server, experiment, run, model, version } = mlflow
  const isRun = experiment !== undefined && run !== undefined
  const parts = [
    isRun ? link('the run with its parameters and metrics', runAddress({ server, experiment, run })) : '',
    model !== undefined && version !== undefined ? `version ${code(version)} of ${code(model)}` : '',
  ]
  return parts.filter(part => part !== '').join(', ')
}

/** What happens once it is merged. */
export function merging(text: PromotionText): string {
  const { lands, environment, to, changes, canary, from } = text
  const once = verdictOf(text) === undefined ? 'it was weighed against what serves there' : 'its checks pass'
  const asked = canary?.step === 'take_back' && canary.wayBack?.kind === 'asked' ? canary.wayBack : undefined
  const who =
    lands === 'by_approval'
      ? 'It waits for somebody to approve and merge it.'
      : asked
        ? `It is merged once it has what the rules of ${code(asked.branch)} ask for: ${inline(askedWords(asked), 300)}.`
        : `It is merged once ${once}.`
  const recordChange = changes.find(({ path }) => path.endsWith(`/${RECORD_FILE}`))
  const where = recordChange ? ` Its record is ${code(recordChange.path, 300)}.` : ''
  const share = canary && shareOf(canary)
  const then =
    share === 'back'
      ? `${from ? `${code(from.version)} gets` : 'what serves gets'} all of the traffic in ${inline(environment)} again`
      : share === undefined
        ? `${code(to.version)} serves in ${inline(environment)}`
        : `${code(to.version)} gets ${share} % of the traffic in ${inline(environment)}`
  return `**Merging**: ${who} Then ${then} as soon as the cluster has synchronised.${where}`
}

/** What watches it once it serves; empty where nothing does. */
export function watching({ watching: found }: PromotionText): string {
  if (!found) return ''
  const { file, parts, series, notes } = found
  const what =
    parts.length > 0
      ? ` ${code(file, 300)} has ${parts.join(', ')} for it${series === undefined ? '' : `; ${series}`}.`
      : ' Nothing.'
  return [`**Watching**:${what}`, ...notes.map(note => `- ⚠️ ${inline(note, 500)}`)].join('\n')
}

// --- internal ---

const ALERTS = { fail: 'CAUTION', inconclusive: 'IMPORTANT', not_comparable: 'WARNING' } as const
const MEANING = {
  fail: 'It is worse than what serves here, by the gates of its repository.',
  inconclusive: 'The data cannot tell whether it is worse than what serves here.',
  not_comparable: 'It could not be compared with what serves here.',
} as const

export function box(kind: string, words: string, dialect: ForgeDialect): string {
  return dialect.alerts ? `> [!${kind}]\n> ${words}` : `**${words}**`
}

function commitLink({ commit, repository }: ReleaseRecord): string {
  return link(commit.slice(0, 7), `${repository}/commit/${commit}`)
}

function testSets(from: ReleaseRecord | undefined, to: ReleaseRecord): string {
  if (!from?.test_set || !to.test_set) return ''
  return from.test_set.hash === to.test_set.hash ? ' on the same test set' : ' on different test sets'
}

function changesLink({ kind, to }: PromotionText, from: ReleaseRecord): string {
  const [words, older, newer] =
    kind === 'rollback' ? (['what is taken back', to, from] as const) : (['changes since', from, to] as const)
  return `, ${link(words, `${to.repository}/compare/${older.commit}...${newer.commit}`)}`
}

/** Two releases that nobody weighed: their own values beside each other, and no judgement. */
function besideTable(from: ReleaseRecord, to: ReleaseRecord): Table {
  const names = Object.keys(to.metrics)
  const gated = names.filter(name => to.metrics[name]!.gated)
  return {
    head: ['Metric', 'Serves now', 'This release'],
    right: [1, 2],
    rows: (gated.length > 0 ? gated : names).map(name => [
      inline(name),
      Object.hasOwn(from.metrics, name) ? ownValue(from, name) : '–',
      ownValue(to, name),
    ]),
  }
}

/** `0.8734 (0.8655 to 0.8810)` */
function ownValue({ metrics }: ReleaseRecord, name: string): string {
  const { value, interval } = metrics[name]!
  if (!interval) return formatNumber(value)
  const [low, high] = interval
  const context = { interval: { low, high } }
  return `${formatNumber(value, context)} (${formatNumber(low, context)} to ${formatNumber(high, context)})`
}

function withoutOpponent(result: Result): Result {
  const { champion: _, base: __, ...rest } = result
  return rest
}

function slicesSection(result: Result, most: number): string {
  const worst = worstSlices(result, most)
  const metrics = [...new Set(worst.map(row => inline(row.metric)))]
  return worst.length === 0
    ? ''
    : `**Worst slices**, by ${metrics.slice(0, 3).join(', ')}\n\n${renderTable(sliceTable(worst))}`
}

function gatesSection({ gates }: ReleaseRecord, most: number): string {
  const open = gates.filter(gate => gate.verdict !== 'pass')
  if (open.length === 0)
    return gates.length === 0 ? '' : `**Gates**: ${count(gates.length, 'gate')}, all passed.`
  const lines = open.slice(0, most).map(({ name, verdict, waived }) => {
    const why = waived
      ? ` — waived by ${inline(waived.by)} until ${waived.until}: ${inline(waived.reason, 300)}`
      : ''
    return `- ${VERDICT_SIGNS[verdict]} ${inline(name, 300)}: ${VERDICT_WORDS[verdict]}${why}`
  })
  const more = open.length > most ? [`- … ${formatCount(open.length - most)} more`] : []
  return `**Gates**: ${formatCount(gates.length - open.length)} of ${count(gates.length, 'gate')} passed.\n\n${[...lines, ...more].join('\n')}`
}
