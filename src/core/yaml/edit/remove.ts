import { isCollection, isMap, isNode, isScalar, type Node, type ParsedNode, visit } from 'yaml'
import { commentsIn } from '../documents.ts'
import { columnOf, endOfContent, lineBreak, lineStart, nextLine } from './lines.ts'
import { type Entry, type Located, startOf } from './locate.ts'
import type { YamlSource } from './parse.ts'
import { refused, renderPath } from './problem.ts'
import type { Splice } from './set-scalar.ts'

/**
 * The splice that takes away the key or list item a path ends at. The comment on its line stays, on a line of its own: somebody
 * wrote it, and whoever reads it may know whether it still holds.
 *
 * @param keepsComments of a block all comments in it stay so
 * @throws AssayError `YAML_EDIT_REFUSED` for the only key or item, and where other comments would go along
 */
export function remove(source: YamlSource, at: Located, keepsComments = false): Splice {
  const entry = at.entries.at(-1)!
  const name = `\`${renderPath(at.path)}\``
  const where = { file: source.file, line: source.lineOf(startOf(entry, entry.at)) }
  if (entry.in.items.length === 1)
    throw refused([{ what: `${name} is the only entry of what it is in`, where, fix: 'remove that instead' }])
  if (keepsComments && isWholeLines(source.text, entry)) return butComments(source, entry)
  const splice = entry.in.flow ? fromFlow(entry) : fromBlock(source.text, entry)
  const gone = source.text.slice(splice.from, splice.to)
  const hasOwn = hasComments(entryValue(entry)) || isFollowedByOwn(source.text, entry)
  if (/^[ \t]*#/m.test(gone) || (entry.in.flow && gone.includes('#')) || hasOwn)
    throw refused([
      { what: `${name} has comments around it that would go with it`, where, fix: 'move them away' },
    ])
  return splice
}

// --- internal ---

function fromFlow(entry: Entry): Splice {
  const { at } = entry
  const last = entry.in.items.length - 1
  if (at < last) return { from: startOf(entry, at), to: startOf(entry, at + 1), text: '' }
  return { from: endOf(entry, at - 1), to: endOf(entry, at), text: '' }
}

function fromBlock(text: string, entry: Entry): Splice {
  const start = startOf(entry, entry.at)
  const line = lineStart(text, start)
  const comment = commentOf(text, entry)
  // The first key of a list item stands beside its dash: the next key takes its place there.
  if (text.slice(line, start).trim() !== '' && entry.at === 0) {
    const next = startOf(entry, 1)
    const kept =
      comment === '' ? '' : `${comment}${text.slice(startOfBreak(text, lineStart(text, next)), next)}`
    return { from: start, to: next, text: kept }
  }
  const to = nextLine(text, endOf(entry, entry.at))
  const kept = comment === '' ? '' : text.slice(line, start) + comment
  if (to < text.length || text.endsWith('\n'))
    return { from: line, to, text: kept === '' ? '' : kept + text.slice(startOfBreak(text, to), to) }
  // A file that ended without line break still does.
  const from = startOfBreak(text, line)
  return kept === '' ? { from, to, text: '' } : { from: line, to, text: kept }
}

/** Whether nothing but the entry stands on its lines. */
function isWholeLines(text: string, entry: Entry): boolean {
  const start = startOf(entry, entry.at)
  return !entry.in.flow && text.slice(lineStart(text, start), start).trim() === ''
}

/** Each comment on a line of its own, where the entry stood. */
function butComments(source: YamlSource, entry: Entry): Splice {
  const { text } = source
  const start = startOf(entry, entry.at)
  const from = lineStart(text, start)
  const to = nextLine(text, endOf(entry, entry.at))
  const comments = commentsIn(text.slice(from, to))
  if (comments.length === 0) return fromBlock(text, entry)
  const isEnded = to < text.length || text.endsWith('\n')
  const kept = comments.map(comment => text.slice(from, start) + comment).join(lineBreak(source))
  return { from, to, text: isEnded ? kept + lineBreak(source) : kept }
}

/** The comment behind a scalar, or behind the `|` of one that follows; empty where there is none. */
function commentOf(text: string, entry: Entry): string {
  const value = entryValue(entry)
  const isBlock = isScalar(value) && (value.type === 'BLOCK_LITERAL' || value.type === 'BLOCK_FOLDED')
  const behind = isBlock ? value.range![0] : endOf(entry, entry.at)
  const rest = text.slice(behind, nextLine(text, behind))
  return /^(?::|[|>][-+\d]*)?[ \t]*(#[^\r\n]*)/.exec(rest)?.[1]?.trimEnd() ?? ''
}

/** Whether a comment stands below a map or list, as far in as what is in it. */
function isFollowedByOwn(text: string, entry: Entry): boolean {
  const value = entryValue(entry)
  if (!isCollection(value) || value.flow) return false
  const column = columnOf(text, startOf(entry, entry.at))
  const [below = ''] = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?:[ \t]*#[^\n]*)?/.exec(
    text.slice(nextLine(text, endOf(entry, entry.at))),
  )!
  return below.split('\n').some(line => line.search(/#/) > column)
}

/** Whether a map or list has a comment anywhere in it: of several nobody could say where they belong once it is gone. */
function hasComments(value: Node | null | undefined): boolean {
  if (!isCollection(value)) return false
  let found = false
  visit(value, (_, node) => {
    if (!isNode(node)) return undefined
    // What comes after a whole block may belong to what holds it.
    const comment = isCollection(node) && !node.flow ? undefined : node.comment
    if (!comment && !node.commentBefore) return undefined
    found = true
    return visit.BREAK
  })
  return found
}

function entryValue(entry: Entry): Node | null | undefined {
  const item = entry.in.items[entry.at]!
  return (isMap(entry.in) ? (item as { value?: unknown }).value : item) as Node | null | undefined
}

/** Where the line break before a line begins; 0 at the start of the text. */
function startOfBreak(text: string, line: number): number {
  return text[line - 2] === '\r' ? line - 2 : Math.max(0, line - 1)
}

function endOf(entry: Entry, at: number): number {
  if (!isMap(entry.in)) return endOfContent(entry.in.items[at] as ParsedNode)
  const { key, value } = entry.in.items[at]!
  return Math.max(key.range[1], value ? endOfContent(value as ParsedNode) : 0)
}
