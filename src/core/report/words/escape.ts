import { maskPersonalData } from '../../secrets/secrets.ts'
import { maskAddresses } from '../../text/addresses.ts'
import { latePattern, shortened, visible } from '../../text/visible-text.ts'

/**
 * Untrusted text (metric names, slice values, class labels, file names, messages) as inline Markdown. Whatever it holds, it
 * is shown as text: it cannot break a table, mention anybody, refer to an issue or commit, link, load an image, start HTML,
 * forge our marker, run a command of the forge or reorder what stands beside it. Ordinary names stay as they are, so that
 * e-mail and phones can be read.
 */

/**
 * Zero-width space. Forges look for mentions and references in the text after Markdown and entities are resolved, so an
 * entity does not stop them; this does, and nobody sees it.
 */
export const BREAK = '\u200b'

/** Somebody else's text, for where nothing is markup: one line in which everything can be seen, personal data masked. */
export function plain(text: string, limit = Infinity): string {
  return shortened(visible(maskPersonalData(text)), limit)
}

/**
 * A sentence of ours, for where nothing is markup. Its numbers stay as they are: what is not ours in it was masked before it
 * entered, because nobody can tell `+0.00018 (95` from a telephone number afterwards.
 */
export function plainSentence(text: string, limit = Infinity): string {
  return shortened(visible(maskAddresses(text)), limit)
}

/** A name or a value on one line, at most `limit` characters of it; personal data masked. Safe in a table cell too. */
export function inline(text: string, limit = 80): string {
  const shown = plain(text, limit).trim()
  return shown === '' ? '(empty)' : atStart(neutral(shown))
}

/** A `plainSentence` with untrusted names in it, safe as `inline` is; `plain words` in ticks stay code. */
export function sentence(text: string, limit = 1000): string {
  const shown = plainSentence(text, limit).trim()
  if (shown === '') return inline(shown)
  return shown
    .split(TICKED)
    .map((part, index) => (index % 2 === 1 || part === '' ? part : neutralAt(part, index)))
    .join('')
}

/** A code span that nothing in it can end. Not for table cells: a pipe splits them even in code. */
export function code(text: string, limit = 200): string {
  const shown = unmarked(plain(text, limit)).trim()
  const ticks = '`'.repeat(longestRun(shown) + 1)
  const padding = shown.startsWith('`') || shown.endsWith('`') || shown === '' ? ' ' : ''
  return `${ticks}${padding}${shown}${padding}${ticks}`
}

/** A log or a command in a fence that nothing in it can end: terminal codes removed, personal data masked. */
export function fenced(text: string, language = ''): string {
  return fencedLines(maskPersonalData(text.replace(TERMINAL_CODE, '')).replaceAll('\t', '    '), language)
}

/** Lines of ours in such a fence: what is not ours in them is masked already. */
export function fencedLines(plain: string, language = ''): string {
  const lines = plain.split(/\r?\n/).map(line => afterCommand(unmarked(visible(line))))
  const fence = '`'.repeat(Math.max(3, longestRun(plain) + 1))
  return `${fence}${language}\n${lines.join('\n')}\n${fence}`
}

/** The short form of a commit, or undefined for anything that is none. Forges link it to the commit by themselves. */
export function shortCommit(commit: string | undefined): string | undefined {
  return commit !== undefined && /^[0-9a-f]{7,64}$/.test(commit) ? commit.slice(0, 7) : undefined
}

/** A link, or its text alone where the address is not plainly one of the web. */
export function link(text: string, address: string | undefined): string {
  const safe =
    address !== undefined &&
    address.length <= 300 &&
    /^https?:\/\/(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?(?:\/[\w.~%/?=&:+,;@#-]*)?$/i.test(
      address,
    )
  return safe ? `[${text}](${address.replaceAll('@', '%40')})` : text
}

// --- internal ---

/** Code of nothing that could mean anything, in single ticks. */
const TICKED = /(?<!`)(`[\w./ :,{}-]{1,60}`)(?!`)/

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal codes begin with one
const TERMINAL_CODE = /\u001b\[[0-9;?]*[ -/]*[@-~]/g

/** What a forge acts on in the finished text, each cut by a zero-width space: [pattern, where to cut]. */
const ACTIVE: [RegExp, string][] = [
  // Mentions and addresses; `precision@10` is neither.
  [/(?<![A-Za-z0-9])@(?=[\w"'-])|@(?=[\w-])(?!\d{1,4}(?![\w.-]))/g, `@${BREAK}`],
  // References: issues, pull requests, snippets, epics, milestones, labels, iterations, named ones in brackets.
  [/([#!$&])(?=\d)/g, `$1${BREAK}`],
  [/([~%])(?=[A-Za-z\d_"'])/g, `$1${BREAK}`],
  [/(\*)(?=iteration:)|([[{])(?=[+-]|\w+:)/gi, `$1$2${BREAK}`],
  [/(?<![A-Za-z0-9])(GH-)(?=\d)/gi, `$1${BREAK}`],
  // Addresses that become links without anybody asking.
  [/\/(?=\/)/g, `/${BREAK}`],
  [/(www)(?=\.)/gi, `$1${BREAK}`],
  [/(?<![A-Za-z0-9])(mailto|xmpp|javascript|data|tel):(?=\S)/gi, `$1:${BREAK}`],
  [/\.(?=(?:com|net|org|io|info|biz)\b)/gi, `.${BREAK}`],
  // Emoji by name.
  [/:(?=[\w+-]+:)/g, `:${BREAK}`],
]

/** Labels and milestones in other letters. */
const otherReference = latePattern(String.raw`([~%])(?=\p{L})`, 'gu')

/** What could be a commit, in full or in short, is cut into pieces too short for one. */
const COMMIT = /(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{7,}(?![0-9A-Za-z])/gi

/** Characters that mean something to Markdown or HTML wherever they stand. */
const SPECIAL = /[\\`*[\]<>|&~$]/g

function neutral(text: string): string {
  const hasOther = /[~%][^ -~]/.test(text)
  const inert = ACTIVE.reduce((result, [pattern, cut]) => result.replace(pattern, cut), text)
  return (hasOther ? inert.replace(otherReference(), `$1${BREAK}`) : inert)
    .replace(COMMIT, run => run.replace(/.{6}(?=.)/g, `$&${BREAK}`))
    .replace(SPECIAL, character => `&#${character.codePointAt(0)};`)
    .replace(/(?<![A-Za-z0-9_])_+|_+(?![A-Za-z0-9_])/g, run => '&#95;'.repeat(run.length))
}

function neutralAt(part: string, index: number): string {
  return index === 0 ? atStart(neutral(part)) : neutral(part)
}

/** What means something at the start of a line only: headings, lists, rules, quotes, commands. */
function atStart(text: string): string {
  return text
    .replace(/^[-+=#:/]/, character => `&#${character.codePointAt(0)};`)
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, (_, digits, mark) => `${digits}&#${mark.codePointAt(0)};`)
}

/** In code, entities are not resolved: an HTML comment is cut instead. */
function unmarked(text: string): string {
  return text.replaceAll('<!--', `<${BREAK}!--`)
}

/** Some forges look for their commands in code too: no line of a log may begin like one. */
function afterCommand(line: string): string {
  return line.startsWith('/') ? ` ${line}` : line
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(run => run.length))
}
