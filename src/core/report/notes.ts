import { BREAK } from './escape.ts'
import { markCode, type NotesLine } from './notes-code.ts'

/**
 * The team's own Markdown byte for byte as they wrote it: task lists, formulas, tables, code, references. Only what would
 * act on others is defused: mentions, quick actions, HTML comments (one could pose as our marker), remote images. What is
 * left open (a fence, `<details>`) is closed, so that it cannot swallow what follows. Where the forge knows quick actions,
 * lines of code that look like one are defused too: older forges look for them there.
 */
export function renderNotes(notes: string, quickActions = true): string {
  const { lines, openFence } = markCode(notes)
  const preserve = occurrences(notes, /<pre\b/gi) === occurrences(notes, /<\/pre\b/gi)
  let open = 0
  const shown = lines.map(line => {
    const text = defuse(line, preserve, quickActions)
    if (line.fenced) return text + line.end
    // One closing tag too few would fold what follows, one too many would unfold the notes.
    const balanced = text.replace(/<(\/?)details\b/gi, (tag, closing: string) => {
      if (closing !== '' && open === 0) return '&lt;/details'
      open += closing === '' ? 1 : -1
      return tag
    })
    return balanced + line.end
  })
  const closing = [...(openFence === undefined ? [] : [openFence]), ...Array(open).fill('\n</details>')]
  if (closing.length === 0) return shown.join('')
  return `${shown.join('').replace(/\n?$/, '\n')}${closing.join('\n')}`
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

/** Elements that load something, or whose content a browser does not read as HTML. */
const LOADING =
  /<(?=\/?(?:img|image|picture|source|video|audio|svg|object|embed|iframe|link|input|base|meta|script|style|textarea|title|xmp|plaintext|noembed|noframes|template)\b|!|\?)/gi
/** An image by an address inside the repository: it cannot tell anybody that it was looked at. */
const LOCAL_IMAGE = /^!\[[^[\]\n]*\]\((?![a-z][a-z0-9+.-]*:|\/|\\)[\w./-]+\)/i
/** An address: what looks like a mention in it is none. */
const ADDRESS = /(?<=^|[\s(<])https?:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?\/[\w.~%/?=:+,;@#!-]*/gi
/** An at sign, as it is or as an entity. */
const MENTION = /(?<![A-Za-z0-9])(@|&#0*64;|&#x0*40;|&commat;)(?=[\w&.-])/gi

function defuse(line: NotesLine, preserve: boolean, quickActions: boolean): string {
  if (line.fenced)
    return quickActions ? inCode(line.text).replace(/^\/(?=[A-Za-z])/, `${BREAK}/`) : inCode(line.text)
  let shown = ''
  let at = 0
  for (const [from, to] of line.spans) {
    shown += inText(line.text.slice(at, from), preserve) + inCode(line.text.slice(from, to))
    at = to
  }
  return (shown + inText(line.text.slice(at), preserve)).replace(/^([ \t>]*)\/(?=[A-Za-z])/, '$1\\/')
}

/** Forges act on nothing in code; but a comment could be taken for ours by others. */
function inCode(text: string): string {
  return text.replaceAll('<!--', `<${BREAK}!--`)
}

function inText(text: string, preserve: boolean): string {
  let shown = ''
  let at = 0
  for (const address of text.matchAll(ADDRESS)) {
    shown += inProse(text.slice(at, address.index), preserve) + address[0]
    at = address.index + address[0].length
  }
  return shown + inProse(text.slice(at), preserve)
}

function inProse(text: string, preserve: boolean): string {
  return (preserve ? text : text.replace(/<(?=\/?pre\b)/gi, '&lt;'))
    .replace(MENTION, `$1${BREAK}`)
    .replace(LOADING, '&lt;')
    .replace(/!\[/g, (_, at: number) => (LOCAL_IMAGE.test(text.slice(at)) ? '![' : `!${BREAK}[`))
}

function occurrences(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}
