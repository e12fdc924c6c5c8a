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

// --- internal ---

/** Tab, line feed, form feed, carriage return. */
const WHITE = [9, 10, 12, 13]
