import { type DataPiece, dataChanges } from '../../inputs/dvc/data-piece.ts'
import { count, formatBytes, formatCount } from '../../text/numbers.ts'
import type { DataChanges } from '../../verdict/data-changes.ts'
import type { Result, Version } from '../../verdict/result.ts'
import { code, inline, shortCommit } from '../words/escape.ts'
import { ageWords, opponentOf, rowsWords } from '../words/words.ts'

/** What was compared, in a sentence: commits, age, test set, rows, data. Without the same rows there is nothing to believe. */
export function comparedSection(result: Result): string {
  if (result.state !== 'judged') return ''
  const against = opponentOf(result)
  const sentences = against ? comparison(result, against) : alone(result)
  return sentences.filter(Boolean).join(' ')
}

/** `1a2b3c4`, `1a2b3c4 (folder champion)`, or the source alone. */
export function versionName(version: Version): string {
  const commit = shortCommit(version.commit)
  const source = sourceName(version.source)
  if (commit === undefined) return source
  return version.source === 'this commit' || version.source === 'base commit'
    ? commit
    : `${commit} (${source})`
}

// --- internal ---

/** A command or a folder looks like code. */
function sourceName(source: string): string {
  const [, kind, what] = /^(command|folder) (.+)$/s.exec(source) ?? []
  return kind === undefined ? inline(source, 100) : `${kind} ${code(what!, 100)}`
}

function comparison(result: Result, against: 'champion' | 'base'): string[] {
  const { candidate, base } = result
  const opponent = result[against]!
  const age = opponent.ageDays === undefined ? '' : `, ${ageWords(opponent.ageDays)} old,`
  const third = against === 'champion' && base ? ` The base is ${versionName(base)}.` : ''
  const first = against === 'base' ? ` ${noChampion(result)}, so the base stands in for it.` : ''
  return [
    `Candidate ${versionName(candidate)} against the ${against} ${versionName(opponent)}${age}${testSetWords(candidate, opponent)}.${third}${first}`,
    dataWords(candidate, opponent),
    ...detailWords(result),
  ]
}

function noChampion({ unavailable }: Result): string {
  return unavailable?.champion === undefined
    ? 'There is no champion yet'
    : 'The champion could not be evaluated'
}

function testSetWords(candidate: Version, opponent: Version): string {
  const { testSet } = candidate
  if (!testSet) return ''
  const rows = `${rowsWords(testSet, code)} (test set ${code(testSet.hash.slice(0, 8))})`
  if (opponent.testSet === undefined) return ` on ${rows}`
  return opponent.testSet.hash === testSet.hash
    ? ` on the same ${rows}`
    : ` on different test sets: ${rows} and ${rowsWords(opponent.testSet, code)} (${code(opponent.testSet.hash.slice(0, 8))})`
}

/** Which data is other than the opponent's, with its sizes. */
function dataWords(candidate: Version, opponent: Version): string {
  const [ours = [], theirs = []] = [candidate.data, opponent.data]
  if (ours.length === 0) return ''
  if (theirs.length === 0) return `Data: ${dataList(ours)}.`
  const { added, removed, changed } = dataChanges(theirs, ours)
  const changes = [
    ...changed.map(({ before, now }) => `${shown(now)} changed${sizeChange(before, now)}`),
    ...added.map(piece => `${shown(piece)} added${inBrackets(sizeWords(piece))}`),
    ...removed.map(piece => `${shown(piece)} removed${inBrackets(sizeWords(piece))}`),
  ]
  if (changes.length === 0) return `Same data: ${dataList(ours)}.`
  const more = changes.length - MOST_CHANGES
  return `Data: ${changes.slice(0, MOST_CHANGES).join('; ')}${more > 0 ? `; and ${count(more, 'more change')}` : ''}.`
}

const MOST_CHANGES = 5

/** Which files of a folder changed, and which parameters. */
function detailWords({ dataChanges }: Result): string[] {
  if (!dataChanges) return []
  const { folders, parameters, moreParameters } = dataChanges
  const inFolders = folders.map(({ path, counts, files }) => {
    const all = CHANGES.flatMap(change =>
      counts[change] > 0 ? [`${formatCount(counts[change])} ${change}`] : [],
    )
    const more = counts.added + counts.changed + counts.removed - files.length
    const named = [...files.map(fileWords), ...(more > 0 ? [`and ${formatCount(more)} more`] : [])]
    return `In ${code(path, 80)}: ${all.join(', ')} (${named.join('; ')}).`
  })
  if (parameters.length === 0) return inFolders
  const changed = [
    ...parameters.map(parameterWords),
    ...(moreParameters > 0 ? [`and ${formatCount(moreParameters)} more`] : []),
  ]
  return [...inFolders, `Parameters: ${changed.join('; ')}.`]
}

const CHANGES = ['added', 'changed', 'removed'] as const

function fileWords({ name, change, before, now }: DataChanges['folders'][number]['files'][number]): string {
  const sizes = [before, now].flatMap(size => (size === undefined ? [] : [formatBytes(size)]))
  return `${code(name, 80)} ${change}${inBrackets(sizes.join(' → '))}`
}

function parameterWords({ name, before, now }: DataChanges['parameters'][number]): string {
  if (before === undefined) return `${code(name, 80)} added (${code(now!, 60)})`
  if (now === undefined) return `${code(name, 80)} removed (${code(before, 60)})`
  return `${code(name, 80)} ${code(before, 60)} → ${code(now, 60)}`
}

function shown({ path }: DataPiece): string {
  return code(path, 80)
}

/** `: 12.3 MB → 14.0 MB, 3 files → 4`; nothing where neither is known on both sides, and what stayed is said once. */
function sizeChange(before: DataPiece, now: DataPiece): string {
  const parts = [
    before.bytes === undefined || now.bytes === undefined
      ? ''
      : turned(formatBytes(before.bytes), formatBytes(now.bytes)),
    before.files === undefined || now.files === undefined
      ? ''
      : turned(count(before.files, 'file'), before.files === now.files ? '' : formatCount(now.files)),
  ].filter(Boolean)
  return parts.length > 0 ? `: ${parts.join(', ')}` : ''
}

function turned(before: string, now: string): string {
  return now === '' || before === now ? before : `${before} → ${now}`
}

function sizeWords({ bytes, files }: DataPiece): string {
  return [bytes === undefined ? '' : formatBytes(bytes), files === undefined ? '' : count(files, 'file')]
    .filter(Boolean)
    .join(', ')
}

function inBrackets(text: string): string {
  return text === '' ? '' : ` (${text})`
}

function dataList(lines: string[]): string {
  const more = lines.length > 2 ? ` and ${lines.length - 2} more` : ''
  return (
    lines
      .slice(0, 2)
      .map(line => code(line, 80))
      .join(', ') + more
  )
}

function alone(result: Result): string[] {
  const { testSet, data = [] } = result.candidate
  const broken = result.unavailable?.champion ?? result.unavailable?.base
  const on = testSet ? ` on ${rowsWords(testSet, code)} (test set ${code(testSet.hash.slice(0, 8))})` : ''
  return [
    `Candidate ${versionName(result.candidate)}${on}, with nothing to compare it with.`,
    data.length > 0 ? `Data: ${dataList(data)}.` : '',
    broken !== undefined
      ? 'What it should be compared with could not be had; the gates below say why.'
      : 'After the merge, these numbers are the base of the next pull request, if their files are in git; once promoted, this version is the champion that later ones are weighed against.',
  ]
}
