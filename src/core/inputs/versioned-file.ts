import { visible } from '../text/visible-text.ts'

/**
 * Files of folders that tools number anew with every run: `lightning_logs/version_*` and its like. A `*` is any part of one name,
 * but not of one that begins with a dot.
 */

export function isPattern(path: string): boolean {
  return path.includes('*')
}

/** Whether a path is that of the pattern; a path without `*` is its own pattern. */
export function isOfPattern(pattern: string, path: string): boolean {
  const [names, parts] = [pattern.split('/'), path.split('/')]
  return names.length === parts.length && names.every((name, at) => isOfName(name, parts[at]!))
}

/** Whether one name is that of one part of a pattern. */
export function isOfName(part: string, name: string): boolean {
  if (!isPattern(part)) return part === name
  if (name.startsWith('.') && !part.startsWith('.')) return false
  const [first = '', ...rest] = part.split('*')
  const last = rest.pop() ?? ''
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false
  // Each piece at its first place after the one before: whatever comes later fits as well.
  let at = first.length
  for (const piece of rest) {
    const found = name.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at <= name.length - last.length
}

/** The newest of some files, or those that nothing puts in an order. */
export type Newest = { file: string } | { unordered: [string, string] }

/**
 * The newest of the files of one pattern, by the numbers and times in their names: `train` < `train2` < `train10`, and
 * `results_2026-01-31T09…` after `results_2025-…`. A time of change is not looked at: in a fresh checkout it says nothing.
 */
export function newestOf(files: readonly [string, ...string[]]): Newest {
  let [newest] = files
  for (const file of files.slice(1)) {
    const order = orderOf(newest, file)
    if (order === undefined) return { unordered: [newest, file] }
    if (order < 0) newest = file
  }
  return { file: newest }
}

/** Why files have no newest, and what to do, in a sentence each. */
export function unorderedWords(
  pattern: string,
  [one, other]: [string, string],
): { what: string; fix: string } {
  return {
    what: `\`${visible(pattern)}\` is ${visible(one)} and ${visible(other)}, and no number in the names says which is newer`,
    fix: 'Name the file, or narrow the pattern until numbers or times alone differ.',
  }
}

// --- internal ---

/** Below 0 where the first is older; undefined where they differ in more than a number or a time. */
function orderOf(a: string, b: string): number | undefined {
  const [ours, theirs] = [wordsOf(a), wordsOf(b)]
  const at = ours.findIndex((word, index) => word !== theirs[index])
  if (at < 0) return ours.length === theirs.length ? 0 : undefined
  const [one, other] = [ours[at]!, theirs[at]]
  if (other === undefined) return undefined
  if (TIME.test(one) && TIME.test(other)) return one < other ? -1 : 1
  const [, ourLetters, ourNumber] = NUMBERED.exec(one) ?? []
  const [, theirLetters, theirNumber] = NUMBERED.exec(other) ?? []
  if (ourLetters === undefined || ourLetters !== theirLetters) return undefined
  return numberOf(ourNumber) - numberOf(theirNumber)
}

function wordsOf(path: string): string[] {
  return path.split(/[^A-Za-z0-9]+/)
}

/** Tools leave the number of the first away. */
function numberOf(digits: string | undefined): number {
  return digits ? Number(digits) : -1
}

const NUMBERED = /^([A-Za-z]*)(\d*)$/
/** A part of a time, such as `20260131T0915` or the `31T09` of `2026-01-31T09-15-00`. */
const TIME = /^\d{2,8}T\d{2,9}$/
