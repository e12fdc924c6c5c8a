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
  // Of the line that is read: whether all of it is a name, and whether the name that it ends with began behind a `c` or an `i`.
  let [isName, isEmpty, hasOpcode, isBehind] = [true, true, false, false]
  let wasBehind = false
  for (const bytes of piecesOf(source))
    for (const byte of bytes)
      if (byte === LINE_FEED) {
        if (wasBehind && isName && !isEmpty) return true
        wasBehind = isBehind
        isName = isEmpty = true
        hasOpcode = isBehind = false
      } else {
        isEmpty = false
        if (OF_NAMES[byte] === 1) {
          isBehind ||= hasOpcode
          hasOpcode ||= byte === GLOBAL || byte === INST
        } else isName = hasOpcode = isBehind = false
      }
  return false
}

// --- internal ---

const LINE_FEED = 10
const GLOBAL = 0x63
const INST = 0x69
/** 1 for each byte that names of modules have. */
const OF_NAMES = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[\w.]/.test(String.fromCharCode(byte)) ? 1 : 0,
)

/** Tab, line feed, form feed, carriage return. */
const WHITE = [9, 10, 12, 13]
