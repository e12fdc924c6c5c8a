import { createHash } from 'node:crypto'

/**
 * Our part of a text that people write in too, between two hidden lines. What stands above and below is theirs and is kept by
 * every update. The first line is the marker of the text, which older versions read; the last one holds a hash of all before
 * it, so that what we wrote is told from what somebody wrote between such lines.
 */

/** The marked text as it is written: `text` begins with its marker. Same text, same bytes. */
export function ownPart(text: string): string {
  const lines = text.trimEnd().split('\n')
  if (!BEGIN.test(lines[0]!)) throw new RangeError('the text has no marker')
  return `${lines.join('\n')}\n<!-- assay:end ${hashOf(lines)} ${NOTE} -->\n`
}

/**
 * The text as it is to be: `own` where our part stands, and all that people wrote. Copies of our part are taken away, lines that
 * look like its first or last one too; checklists that somebody wrote into it are moved below it. Where there is no part of ours
 * yet, it comes first.
 *
 * @param there the text as it stands; undefined where there is none
 */
export function withOwnPart(there: string | undefined, own: string): string {
  if (there === undefined || there.trim() === '') return own
  const { above, below, isMarked } = taken(there)
  if (!isMarked) return `${own}\n${below.join('\n')}`
  return [...above, own.trimEnd(), ...below].join('\n')
}

/** How many characters `ownPart` and `withOwnPart` add to a text of ours, at most. */
export function othersLength(there: string | undefined): number {
  return END_LENGTH + (there === undefined ? 0 : withOwnPart(there, '').length)
}

/** The marker of our part, its first line; else the first line of the text. */
export function ownMarker(text: string): string {
  return taken(text).marker
}

// --- internal ---

const BEGIN = /^<!-- assay:(?:promotion|hold|release-hold|waive|retrain|retire) v1 [^<>]* -->$/
const END = /^<!-- assay:end ([0-9a-f]{16})(?: [^<>]*)? -->$/
const NOTE = 'Assay writes anew up to here; text of yours below, or above its first line, is kept.'
const END_LENGTH = `\n<!-- assay:end ${'0'.repeat(16)} ${NOTE} -->\n\n`.length
/** The last line of ours before there was an end to see. */
const FOOT = /^<sub>Assay .* · record: `model-release\.yaml`<\/sub>$/
/** Nothing of ours is a list of tasks. */
const TASK = /^\s*(?:[-*+]|\d{1,9}[.)]) \[[ xX]\] /
const CODE = /^\s*(?:`{3,}|~{3,})/

/** Lines of our part, the first and the last included. `exact`: nobody changed any of them. */
interface Part {
  from: number
  to: number
  exact: boolean
}

function taken(text: string): { marker: string; above: string[]; below: string[]; isMarked: boolean } {
  const lines = text.split('\n')
  const bare = lines.map(line => line.trimEnd())
  const parts = partsOf(bare)
  const [first] = parts
  const isMark = (line: string) => BEGIN.test(line) || END.test(line)
  const isOwn = (at: number) => isMark(bare[at]!) || parts.some(({ from, to }) => at >= from && at <= to)
  const others = (from: number, to: number) =>
    lines.slice(from, to).filter((_, index) => !isOwn(from + index))
  const start = first?.from ?? bare.findIndex(line => BEGIN.test(line))
  const end = first ? first.to + 1 : start + 1
  const saved = parts.flatMap(part => (part.exact ? [] : tasksIn(lines.slice(part.from, part.to))))
  const below = others(start < 0 ? 0 : end, lines.length)
  return {
    marker: bare[first?.from ?? 0]!,
    above: start < 0 ? [] : others(0, start),
    below: saved.length === 0 ? below : ['', ...saved, ...below],
    isMarked: start >= 0,
  }
}

/** All that we wrote and nobody changed; where there is none, the first that somebody did, or one of an older version. */
function partsOf(bare: readonly string[]): Part[] {
  const parts: Part[] = []
  let from: number | undefined
  for (const [at, line] of bare.entries()) {
    if (BEGIN.test(line)) from = at
    const [, hash] = END.exec(line) ?? []
    if (hash === undefined || from === undefined) continue
    parts.push({ from, to: at, exact: hash === hashOf(bare.slice(from, at)) })
    from = undefined
  }
  const exact = parts.filter(part => part.exact)
  if (exact.length > 0) return exact
  if (parts.length > 0) return parts.slice(0, 1)
  const begin = bare.findIndex(line => BEGIN.test(line))
  const foot = begin < 0 ? -1 : bare.findIndex((line, at) => at > begin && FOOT.test(line))
  return foot < 0 ? [] : [{ from: begin, to: foot, exact: false }]
}

function tasksIn(lines: readonly string[]): string[] {
  let isCode = false
  return lines.filter(line => {
    if (CODE.test(line)) isCode = !isCode
    return !isCode && TASK.test(line)
  })
}

/** Forges change line ends and white space before them. */
function hashOf(lines: readonly string[]): string {
  const text = lines.map(line => line.trimEnd()).join('\n')
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
