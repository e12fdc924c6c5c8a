import { type ByteSource, piecesOf } from '../bytes/byte-source.ts'

/** Whether it is text all through: UTF-8 without the bytes that no text has. */
export function isPlainText(source: ByteSource): boolean {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for (const bytes of piecesOf(source)) {
      if (bytes.some(byte => byte < 32 && !WHITE.includes(byte))) return false
      decoder.decode(bytes, { stream: true })
    }
    decoder.decode()
    return true
  } catch {
    return false
  }
}

/** Which of the models that are text it is, by how it begins; else text, such as a list of packages. */
export function textFormat(source: ByteSource): 'xgboost' | 'lightgbm' | 'text' {
  const head = Buffer.from(source.read(0, 200)).toString('latin1')
  if (/^tree\r?\nversion=v\d/.test(head)) return 'lightgbm'
  return /^\s*\{\s*"learner"\s*:\s*\{/.test(head) ? 'xgboost' : 'text'
}

/**
 * Whether two lines anywhere in it would be an instruction of pickle that brings something in: `cos` and `system`, with anything before
 * the `c`.
 */
export function bringsInLines(source: ByteSource): boolean {
  let last = ''
  for (const bytes of piecesOf(source)) {
    const lines = (last + Buffer.from(bytes).toString('latin1')).split('\n')
    // Of a line that is longer than any name, its end counts.
    for (const [index, line] of lines.slice(1, -1).entries())
      if (/^[\w.]+$/.test(line) && /[ci]/.test(lastWord(lines[index]!).slice(0, -1))) return true
    last = lines
      .slice(-2)
      .map(line => line.slice(-LONGEST_WORD))
      .join('\n')
  }
  return false
}

// --- internal ---

const LONGEST_WORD = 512

function lastWord(line: string): string {
  const end = line.slice(-LONGEST_WORD)
  let from = end.length
  while (from > 0 && /[\w.]/.test(end[from - 1]!)) from--
  return end.slice(from)
}

/** Tab, line feed, form feed, carriage return. */
const WHITE = [9, 10, 12, 13]
