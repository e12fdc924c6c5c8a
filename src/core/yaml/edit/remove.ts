import { isMap, type ParsedNode } from 'yaml'
import { endOfContent, lineStart, nextLine } from './lines.ts'
import type { Entry, Located } from './locate.ts'
import type { YamlSource } from './parse.ts'
import { refused, renderPath } from './problem.ts'
import type { Splice } from './set-scalar.ts'

/**
 * The splice that takes away the key or list item a path ends at, with the comment on its line.
 *
 * @throws AssayError `YAML_EDIT_REFUSED` for the only key or item, and where comments would go along
 */
export function remove(source: YamlSource, at: Located): Splice {
  const entry = at.entries.at(-1)!
  const name = `\`${renderPath(at.path)}\``
  const where = { file: source.file, line: source.lineOf(startOf(entry, entry.at)) }
  if (entry.in.items.length === 1)
    throw refused([{ what: `${name} is the only entry of what it is in`, where, fix: 'remove that instead' }])
  const splice = entry.in.flow ? fromFlow(entry) : fromBlock(source.text, entry)
  const gone = source.text.slice(splice.from, splice.to)
  if (/^[ \t]*#/m.test(gone) || (entry.in.flow && gone.includes('#')))
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
  // The first key of a list item stands beside its dash: the next key takes its place there.
  if (text.slice(line, start).trim() !== '' && entry.at === 0)
    return { from: start, to: startOf(entry, 1), text: '' }
  const to = nextLine(text, endOf(entry, entry.at))
  if (to < text.length || text.endsWith('\n')) return { from: line, to, text: '' }
  // A file that ended without line break still does.
  return { from: text[line - 2] === '\r' ? line - 2 : Math.max(0, line - 1), to, text: '' }
}

function startOf(entry: Entry, at: number): number {
  if (isMap(entry.in)) return (entry.in.items[at]!.key as ParsedNode).range[0]
  const token = entry.in.srcToken
  const start = token && 'items' in token ? token.items[at]?.start : undefined
  const dash = start?.find(part => part.type === 'seq-item-ind')?.offset
  return dash ?? (entry.in.items[at] as ParsedNode).range[0]
}

function endOf(entry: Entry, at: number): number {
  if (!isMap(entry.in)) return endOfContent(entry.in.items[at] as ParsedNode)
  const { key, value } = entry.in.items[at]!
  return Math.max(key.range[1], value ? endOfContent(value as ParsedNode) : 0)
}
