import { BREAK, fenced } from '../words/escape.ts'
import { markCode, type NotesLine } from './code.ts'
import { topFences } from './fences.ts'

/**
 * The team's own Markdown byte for byte as they wrote it: task lists, formulas, tables, code, references. Only what would
 * act on others is defused: mentions, quick actions, HTML comments (one could pose as our marker), remote images. What is
 * left open (a fence, `<details>`) is closed, so that it cannot swallow what follows; notes of which that cannot be told
 * are shown as code. Where the forge knows quick actions,
 * lines of code that look like one are defused too: older forges look for them there.
 */
export function renderNotes(notes: string, quickActions = true): string {
  const lines = markCode(notes.toWellFormed())
  // In raw HTML nothing becomes a link, so that an address there protects no mention.
  const links = !lines.some(line => /^[ \t>]*</.test(line.text))
  const defused = lines.map(line => defuse(line, quickActions, links))
  const guess = topFences(defused)
  if (guess === 'unclear') return fenced(notes, 'markdown')
  const { shown, open } = balanceDetails(defused, guess.fenced)
  // A tag that became text may let a fence begin that was none before.
  const fences = topFences(shown)
  if (fences === 'unclear' || fences.fenced.join() !== guess.fenced.join()) return fenced(notes, 'markdown')
  const text = shown.map((line, index) => line + lines[index]!.end).join('')
  const closing = [...(fences.open === undefined ? [] : [fences.open]), ...Array(open).fill('\n</details>')]
  return closing.length === 0 ? text : `${text.replace(/\n?$/, '\n')}${closing.join('\n')}`
}

/** Whole lines of notes, at most `room` characters once rendered; undefined where nothing has room. */
export function cutNotes(notes: string, room: number, quickActions = true): string | undefined {
  const whole = renderNotes(notes, quickActions)
  if (whole.length <= room) return whole
  const lines = notes.split('\n')
  let least = 0
  let most = lines.length
  const cut = (kept: number) =>
    `${renderNotes(lines.slice(0, kept).join('\n'), quickActions)}\n\n… ${lines.length - kept} more lines of the notes`
  while (least < most) {
    const middle = Math.ceil((least + most) / 2)
    if (cut(middle).length <= room) least = middle
    else most = middle - 1
  }
  return least === 0 ? undefined : cut(least)
}

// --- internal ---

/** A whole tag on one line, of an element that loads nothing and whose content a browser reads as HTML. */
const PLAIN_TAG =
  /<\/?(?!(?:img|image|picture|source|video|audio|svg|math|object|embed|iframe|link|input|base|meta|script|style|textarea|title|xmp|plaintext|noembed|noframes|template|details)\b)[a-z][a-z0-9]*(?:\s+[a-z-]+(?:=(?:"[^"<>]*"|'[^'<>]*'|[\w.:/%#-]+))?)*\s*\/?>/iy
const DETAILS = /^(?:<details(?: open)?>|<\/details>)/i
const ONE_LINE_PRE = /<pre>[^<>]*<\/pre>/iy
const AUTOLINK = /<(?:https?:\/\/[^\s<>]*|[\w.+-]+@[\w.-]+)>/iy
/** An image by an address inside the repository: it cannot tell anybody that it was looked at. */
const LOCAL_IMAGE = /^!\[[^[\]\n]*\]\((?![a-z][a-z0-9+.-]*:|\/|\\)[\w./-]+\)/i
/** An address: what looks like a mention in it is none. */
const ADDRESS = /(?<=^|[\s(<])https?:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?\/[\w.~%/?=:+,;@#!-]*/gi
/** An at sign, as it is or as an entity. */
const MENTION = /(?<![A-Za-z0-9])(@|&#0*64;|&#x0*40;|&commat;)(?=[\w&.-])/gi

function defuse(line: NotesLine, quickActions: boolean, links: boolean): string {
  if (line.fenced)
    return quickActions ? inCode(line.text).replace(/^\/(?=[A-Za-z])/, `${BREAK}/`) : inCode(line.text)
  // Only at the very start of a line is it a tag beyond doubt; anywhere else it is shown as text.
  let shown = DETAILS.exec(line.text)?.[0] ?? ''
  let at = shown.length
  for (const [from, to] of line.spans) {
    shown += inText(line.text.slice(at, from), links) + inCode(line.text.slice(from, to))
    at = to
  }
  return (shown + inText(line.text.slice(at), links)).replace(/^([ \t>]*)\/(?=[A-Za-z])/, '$1\\/')
}

/** As many `</details>` as `<details>`: one too few would fold what follows, one too many would unfold the notes. */
function balanceDetails(lines: string[], inFence: boolean[]): { shown: string[]; open: number } {
  let open = 0
  const shown = lines.map((line, index) => {
    const [tag] = inFence[index] ? [] : (DETAILS.exec(line) ?? [])
    if (tag === undefined) return line
    if (tag.startsWith('</') && open === 0) return `&lt;${line.slice(1)}`
    open += tag.startsWith('</') ? -1 : 1
    return line
  })
  return { shown, open }
}

/** Forges act on nothing in code; but a comment could be taken for ours by others. */
function inCode(text: string): string {
  return text.replaceAll('<!--', `<${BREAK}!--`)
}

function inText(text: string, links: boolean): string {
  if (!links) return inProse(text)
  let shown = ''
  let at = 0
  for (const address of text.matchAll(ADDRESS)) {
    shown += inProse(text.slice(at, address.index)) + address[0]
    at = address.index + address[0].length
  }
  return shown + inProse(text.slice(at))
}

function inProse(text: string): string {
  return text
    .replace(/<(?=[a-z/!?])/gi, (_, at: number) => (isPlainTag(text, at) ? '<' : '&lt;'))
    .replace(MENTION, `$1${BREAK}`)
    .replace(/!\[/g, (_, at: number, whole: string) =>
      LOCAL_IMAGE.test(whole.slice(at)) ? '![' : `!${BREAK}[`,
    )
}

function isPlainTag(text: string, at: number): boolean {
  const fits = (pattern: RegExp) => {
    pattern.lastIndex = at
    return pattern.test(text)
  }
  if (fits(AUTOLINK)) return true
  return /^<\/?pre\b/i.test(text.slice(at, at + 6))
    ? fits(ONE_LINE_PRE) || /<pre>[^<>]*<$/i.test(text.slice(0, at + 1))
    : fits(PLAIN_TAG)
}
