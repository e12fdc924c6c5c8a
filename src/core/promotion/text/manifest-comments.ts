import { type Document, type ParsedNode, visit } from 'yaml'
import type { Range } from './named-secrets.ts'

/**
 * What comments of a document say, without their marks, that stand within one of `spans` or behind a hidden value in its line:
 * people keep the value before there.
 *
 * @param part of the text: the document with what stands before it
 */
export function commentsBeside(
  document: Document.Parsed,
  text: string,
  part: Range,
  { spans, values }: { spans: readonly Range[]; values: readonly Range[] },
): Range[] {
  const ends = values.map(([, to]) => to).sort((a, b) => a - b)
  let at = 0
  return commentsOf(document, text, part).filter(([from]) => {
    while (ends[at + 1] !== undefined && ends[at + 1]! <= from) at++
    const end = ends[at]
    const isBehind = end !== undefined && end <= from && !text.slice(end, from).includes('\n')
    return isBehind || spans.some(([first, last]) => first <= from && from < last)
  })
}

// --- internal ---

/** A mark in a text or a key begins no comment. */
function commentsOf(document: Document.Parsed, text: string, [first, last]: Range): Range[] {
  const scalars: Range[] = []
  visit(document, {
    Scalar: (_, node) => {
      const range = (node as ParsedNode).range
      if (!range) return
      // The first line of a block may have a comment behind its mark.
      const line = /[|>]/.test(text[range[0]] ?? '') ? text.indexOf('\n', range[0]) : -1
      scalars.push([line < 0 ? range[0] : Math.min(line, range[1]), range[1]])
    },
  })
  scalars.sort((a, b) => a[0] - b[0])
  let at = 0
  return [...text.slice(first, last).matchAll(/(?<![^\s])#[ \t]*([^\r\n]*)/g)].flatMap(
    ({ 0: whole, 1: said = '', index }): Range[] => {
      const mark = first + index
      while ((scalars[at]?.[1] ?? Number.POSITIVE_INFINITY) <= mark) at++
      const isWithin = (scalars[at]?.[0] ?? Number.POSITIVE_INFINITY) <= mark
      return isWithin || said === '' ? [] : [[mark + whole.length - said.length, mark + whole.length]]
    },
  )
}
