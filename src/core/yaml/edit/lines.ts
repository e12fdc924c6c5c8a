import { isMap, isSeq, type ParsedNode } from 'yaml'
import type { YamlSource } from './parse.ts'

/** Where the text of a node ends, trailing comments and blank lines not counted. */
export function endOfContent(node: ParsedNode): number {
  if (isMap(node) && !node.flow) {
    const last = node.items.at(-1)
    const inner = last ? ((last.value ?? last.key) as ParsedNode) : undefined
    // An empty value ends where its key does, at the colon.
    if (inner) return Math.max(endOfContent(inner), (last!.key as ParsedNode).range[1])
  }
  if (isSeq(node) && !node.flow && node.items.length > 0) return endOfContent(node.items.at(-1) as ParsedNode)
  return node.range[1]
}

/** The start of the line that an offset is on. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}

/** The start of the next line after an offset, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset
  const end = text.indexOf('\n', offset)
  return end < 0 ? text.length : end + 1
}

/** The line break the file uses: that of its first line. */
export function lineBreak({ text }: YamlSource): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n'
}

/** Columns before the first thing in a block list or map: spaces, and dashes of lists around it. */
export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset)
}
