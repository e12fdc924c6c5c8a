import { inline, sentence } from '../report/words/escape.ts'
import { COMMANDS, type CommandName, usageOf } from './grammar.ts'
import type { Standing } from './limits.ts'

/**
 * One answer to one comment. Its key stands in its hidden first line, and below it, where it is for somebody who may write
 * nowhere, that it is: this is all that is remembered of a command.
 */

export interface ReplyKey {
  /** Id of the comment that is answered, with what kind of comment it is: ids of the two kinds are counted apart. */
  comment: number
  writtenAs: 'comment' | 'review'
  /** Id of its author. */
  to: number
  /** When it was written, in milliseconds since the epoch. */
  at: number
}

/** Same comment, same key. */
export function replyKey({ comment, writtenAs, to, at }: ReplyKey): string {
  return `reply-${writtenAs}-${comment}-to-${to}-at-${at}`
}

/** The key of an answer of ours, and whom it is for. Whose comment it is, the caller looks at first: anybody can write a line. */
export function parseReply(body: string): (ReplyKey & { standing: Standing }) | undefined {
  const [, writtenAs, comment, to, at, other] = KEY.exec(body) ?? []
  if (writtenAs !== 'comment' && writtenAs !== 'review') return undefined
  const standing = other === undefined ? 'writer' : 'other'
  return { writtenAs, comment: Number(comment), to: Number(to), at: Number(at), standing }
}

export type Answer =
  | { kind: 'help'; mistake?: string }
  /** Not carried out; `instead`: the page where the author can have it done. */
  | { kind: 'refused'; command: CommandName; why: string; instead?: string }
  /** Not carried out, and the last answer for a while. */
  | { kind: 'spent'; why: string }
  /** A line for each place: what became of it, and where to look. `about` says what it was bound to. */
  | { kind: 'done'; command: CommandName; about?: string; lines: readonly { words: string; url?: string }[] }

/** The text of an answer: Markdown, nothing of it active, no line of it begins with `/`. Same answer, same bytes. */
export function renderReply(login: string, answer: Answer, standing: Standing): string {
  return `${MARKS[standing]}${textOf(inline(login, 60), answer)}\n`
}

// --- internal ---

/** Below the key and no part of it: whatever is found out of the author, a comment has one answer. */
const MARKS: Record<Standing, string> = { writer: '', other: '<!-- assay:other -->\n' }
const KEY =
  /^<!-- assay:note reply-(comment|review)-(\d{1,15})-to-(\d{1,15})-at-(\d{1,15}) -->(\r?\n<!-- assay:other -->)?/

function textOf(login: string, answer: Answer): string {
  switch (answer.kind) {
    case 'help':
      return `${answer.mistake === undefined ? '' : `${login}, that was not understood: ${sentence(answer.mistake, 300)}.\n\n`}${help()}`
    case 'refused':
      return `${login}, \`${answer.command}\` was not carried out: ${told(answer.why, 600)}${pageOf(answer.instead)}.`
    case 'spent':
      return `${login}, that was not carried out: ${told(answer.why, 300)}. Until that hour is over, further ones get no answer.`
    case 'done':
      return [
        `${login}, \`${answer.command}\`${answer.about === undefined ? '' : ` of ${told(answer.about, 200)}`}:`,
        '',
        ...(answer.lines.length === 0 ? ['- nothing to be done'] : []),
        ...answer.lines.map(({ words, url }) => `- ${told(words, 600)}${pageOf(url)}`),
      ].join('\n')
  }
}

function pageOf(url: string | undefined): string {
  return url === undefined || !WEB.test(url) ? '' : ` (<${url}>)`
}

/** Versions, and branches named by one, stand in ticks: elsewhere what looks like a commit is cut where nobody sees it, and these are there to be copied. */
function told(words: string, limit: number): string {
  const parts = words
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part.replace(VERSION, '`$&`') : part))
  return sentence(parts.join('`'), limit)
}

/** As a release is named where nobody names it: the day of its commit, and how that begins. */
const VERSION = /(?<![\w./+-])(?:assay\/[\w./-]{1,100}-)?\d{4}-\d{2}-\d{2}-[0-9a-f]{7,12}(?![\w/+-])/g
const WEB = /^https?:\/\/[\w.:-]+(?:\/[\w.~%-]+)*$/

function help(): string {
  const lines = (Object.keys(COMMANDS) as CommandName[]).map(
    name => `- \`${usageOf(name)}\`: ${COMMANDS[name].does}`,
  )
  return [
    'The first line of a comment may be a command:',
    '',
    ...lines,
    '',
    'A repository with several models needs the name of one. A command merges nothing.',
  ].join('\n')
}
