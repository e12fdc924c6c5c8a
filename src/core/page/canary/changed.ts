import type { ReleaseRecord } from '../../release/record.ts'
import { htmlText, htmlWords } from '../../report/html/text.ts'
import { VERDICT_WORDS } from '../../report/words/words.ts'
import { minuteWords } from '../../text/instant-words.ts'
import { count, formatCount } from '../../text/numbers.ts'
import { shortened } from '../../text/visible-text.ts'
import { rowsTable } from '../table.ts'
import { linkOut } from '../words.ts'

/** In what the challenger differs from the champion, as their records have it; what is the same in both has no row. */
export function changedHtml(champion: ReleaseRecord, challenger: ReleaseRecord): string {
  const rows = ROWS.flatMap(([name, cellOf]) => {
    const [before, after] = [cellOf(champion), cellOf(challenger)]
    return before === after ? [] : [[name, after || '–', before || '–']]
  })
  const changes = changesHtml(champion, challenger)
  return `${rowsTable('What the two releases are', ['what', 'challenger', 'champion'], [...rows, ...parameterRows(champion, challenger)])}${changes}`
}

// --- internal ---

const MOST_PARAMETERS = 20
const MOST_DATA = 5

/** In HTML; empty where the record does not say. */
const ROWS: readonly [name: string, cellOf: (record: ReleaseRecord) => string][] = [
  ['release', ({ version }) => htmlText(version)],
  ['commit', ({ commit, repository }) => linkOut(`${repository}/commit/${commit}`, commit.slice(0, 7))],
  ['change', ({ subject = '' }) => htmlText(shortened(subject, 120))],
  ['released', ({ created, by }) => `${minuteWords(Date.parse(created))} by ${htmlText(by)}`],
  ['verdict in the pull request', ({ verdict }) => VERDICT_WORDS[verdict]],
  [
    'data',
    ({ data = [] }) =>
      data
        .slice(0, MOST_DATA)
        .map(line => htmlText(shortened(line, 120)))
        .join('<br>'),
  ],
  [
    'test set',
    ({ test_set: set }) => (set ? `${htmlText(set.hash.slice(0, 12))}, ${count(set.rows, 'row')}` : ''),
  ],
  ['image', ({ image }) => (image ? htmlText(image.tag ?? image.digest.slice(0, 19)) : '')],
  ['model', ({ uri = '' }) => htmlText(shortened(uri, 120))],
  ['run', ({ run }) => (run === undefined ? '' : linkOut(run, 'the run that made it'))],
]

function parameterRows(champion: ReleaseRecord, challenger: ReleaseRecord): string[][] {
  const [before, after] = [champion.parameters ?? {}, challenger.parameters ?? {}]
  const own = (of: typeof before, name: string) => (Object.hasOwn(of, name) ? String(of[name]) : undefined)
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])].filter(
    name => own(after, name) !== own(before, name),
  )
  const cell = (value: string | undefined) => (value === undefined ? '–' : htmlText(shortened(value, 80)))
  const rows = names
    .slice(0, MOST_PARAMETERS)
    .map(name => [htmlText(shortened(name, 60)), cell(own(after, name)), cell(own(before, name))])
  const more = names.length - rows.length
  return more > 0 ? [...rows, [`${formatCount(more)} more parameters`, '', '']] : rows
}

function changesHtml(champion: ReleaseRecord, challenger: ReleaseRecord): string {
  const { repository, commit } = challenger
  if (champion.repository !== repository || champion.commit === commit) return ''
  const url = `${repository}/compare/${champion.commit}...${commit}`
  return `<p>${linkOut(url, 'All commits between the two')} <small>${htmlWords(repository.replace(/^https?:\/\//, ''))}</small></p>`
}
