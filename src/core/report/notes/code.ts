import { closesFence, isBlank } from './fences.ts'

/**
 * Which parts of Markdown are code beyond doubt. Forges act on nothing in code, so it can stay byte for byte; but text that
 * only looks like code would smuggle a mention past us. So this knows the plain forms people write, and where a
 * document is not plain, nothing of it counts as code.
 */

export interface NotesLine {
  /** Without its line end. */
  text: string
  /** The line end as written. */
  end: string
  /** Whole line inside a fence, or a fence itself. */
  fenced: boolean
  /** [from, to) of the code spans of a line outside fences. */
  spans: [number, number][]
}

/** The lines of Markdown with their code marked. */
export function markCode(markdown: string): NotesLine[] {
  const lines = splitLines(markdown)
  if (!isPlain(markdown)) return lines
  let fence: string | undefined
  for (const line of lines) {
    line.fenced = true
    if (fence === undefined) {
      fence = openingOf(line.text)
      line.fenced = fence !== undefined
    } else if (closesFence(line.text, fence)) fence = undefined
  }
  for (const paragraph of paragraphsOf(lines)) markSpans(paragraph)
  return lines
}

// --- internal ---

/** A fence at the very start of a line is always one: it ends every list and quote before it. */
const OPENING = /^(?:(`{3,})[^`]*|(~{3,})[^\n]*)$/
/** A fence inside a list, a quote or after spaces: where it ends depends on what contains it. */
const NESTED_FENCE = /^(?=[ \t>*+\-\d])[ \t>*+\-\d.)]*(?:`{3}|~{3})/
/** HTML whose content is no Markdown, so that fences in it are none. */
const RAW_HTML = /<(?:script|pre|style|textarea|!|\?)/i
/** A line that begins with a tag starts a block of HTML that lasts to the next blank line. */
const HTML_LINE = /^[ \t>*+\-\d.)]*</

function openingOf(line: string): string | undefined {
  const [, ticks, tildes] = OPENING.exec(line) ?? []
  return ticks ?? tildes
}

function splitLines(markdown: string): NotesLine[] {
  return [...markdown.matchAll(/([^\r\n]*)(\r\n|\r|\n|$)/g)]
    .filter(match => match[0] !== '')
    .map(match => ({ text: match[1]!, end: match[2]!, fenced: false, spans: [] }))
}

function isPlain(markdown: string): boolean {
  let fence: string | undefined
  let inHtml = false
  for (const line of markdown.split(/\r\n|\r|\n/)) {
    if (fence !== undefined) {
      if (closesFence(line, fence)) fence = undefined
      continue
    }
    if (RAW_HTML.test(line)) return false
    if (isBlank(line)) inHtml = false
    else if (HTML_LINE.test(line)) inHtml = true
    fence = openingOf(line)
    if (NESTED_FENCE.test(line) || (fence !== undefined && inHtml)) return false
  }
  return true
}

/** Lines that follow each other without a blank line: a code span cannot reach beyond them. */
function paragraphsOf(lines: NotesLine[]): NotesLine[][] {
  const paragraphs: NotesLine[][] = [[]]
  for (const line of lines) {
    if (line.fenced || isBlank(line.text)) paragraphs.push([])
    else paragraphs.at(-1)!.push(line)
  }
  return paragraphs
}

/** Spans are believed where every line closes its own backticks, with nothing that takes precedence over them. */
function markSpans(paragraph: NotesLine[]): void {
  if (paragraph.some(line => HTML_LINE.test(line.text))) return
  const found = paragraph.map(line => spansOf(line.text))
  if (found.some(spans => spans === undefined)) return
  for (const [index, line] of paragraph.entries()) line.spans = found[index]!
}

function spansOf(text: string): [number, number][] | undefined {
  const spans: [number, number][] = []
  const runs = [...text.matchAll(/`+/g)]
  let outside = ''
  let at = 0
  const next = nextOfSameLength(runs.map(run => run[0].length))
  for (let index = 0; index < runs.length; index++) {
    const open = runs[index]!
    const closing = next[index]
    if (closing === undefined) return undefined
    const to = runs[closing]!.index + runs[closing]![0].length
    if (text.slice(open.index, to).includes('|')) return undefined
    outside += text.slice(at, open.index)
    spans.push([open.index, to])
    at = to
    index = closing
  }
  // A backslash may escape a backtick; a tag or an address may hold one.
  return spans.length > 0 && /[\\<]/.test(outside + text.slice(at)) ? undefined : spans
}

/** For each run of backticks the index of the next run of as many: the one that would close it. */
function nextOfSameLength(lengths: number[]): (number | undefined)[] {
  const latest = new Map<number, number>()
  const next: (number | undefined)[] = []
  for (let index = lengths.length - 1; index >= 0; index--) {
    next[index] = latest.get(lengths[index]!)
    latest.set(lengths[index]!, index)
  }
  return next
}
