import type { ByteSource } from '../bytes/byte-source.ts'

/** Whether it is text all through: UTF-8 without the bytes that no text has. */
export function isPlainText(source: ByteSource): boolean {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for (let at = 0; at < source.size; at += STRIDE) {
      const bytes = source.read(at, STRIDE)
      if (bytes.some(byte => byte < 32 && !WHITE.includes(byte))) return false
      decoder.decode(bytes, { stream: true })
    }
    decoder.decode()
    return true
  } catch {
    return false
  }
}

// --- internal ---

const STRIDE = 1024 * 1024
/** Tab, line feed, form feed, carriage return. */
const WHITE = [9, 10, 12, 13]
