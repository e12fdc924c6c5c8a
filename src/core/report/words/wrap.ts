import { latePattern } from '../../text/visible-text.ts'
import { plainSentence } from './escape.ts'

/** A text in lines of at most `width` columns, those after the first behind `hanging`. A word that is wider has a line of its own. */
export function wrap(text: string, width: number, hanging = ''): string {
  const lines: string[] = []
  let line = ''
  for (const word of plainSentence(text).split(' ')) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(line)
      line = hanging + word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join('\n')
}

const mark = latePattern(String.raw`\p{M}`, 'u')

/** Columns a text takes: wide characters and emoji take two. */
export function columnsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let columns = 0
  for (const character of text)
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(
        character,
      )
        ? 2
        : !/[ -\u02ff\u2010-\u20cf\u2100-\u2bff]/.test(character) && mark().test(character)
          ? 0
          : 1
  return columns
}
