import { PackedIds, type RowIds, textsOf } from '../../row-ids.ts'
import { textFromBytes, textFromValue } from './cell.ts'
import { closeUp, grownBytes, grownCodes } from './grow.ts'
import { MAX_TEXT, quoted, type Sink } from './sinks.ts'

/** Names of rows. That they are unique is checked when all are there. */
export class IdSink implements Sink {
  readonly takesBytes = true
  #rows = 0
  #bytes = new Uint8Array(65_536)
  #ends = new Uint32Array(4096)
  #filled = 0
  /** All of them, from the first on that is not ASCII. */
  #texts: string[] | undefined

  get rows(): number {
    return this.#texts?.length ?? this.#rows
  }

  leaveOut(rows: readonly number[]): void {
    if (this.#texts) {
      this.#texts.length = closeUp(this.#texts, this.#texts.length, rows)
      return
    }
    let [from, filled, next] = [0, 0, 0]
    for (let row = 0; row < this.#rows; row++) {
      const end = this.#ends[row]!
      if (rows[next] === row) next++
      else {
        this.#bytes.copyWithin(filled, from, end)
        filled += end - from
        this.#ends[row - next] = filled
      }
      from = end
    }
    this.#rows -= next
    this.#filled = filled
  }

  addBytes(bytes: Buffer, start: number, end: number): string | undefined {
    if (end - start > MAX_TEXT * 4) return this.#addText(TOO_LONG)
    if (this.#texts) return this.#addText(textFromBytes(bytes, start, end) ?? NOT_UTF8)
    this.#makeRoom(end - start)
    const into = this.#bytes
    let filled = this.#filled
    let isPlain = end > start && end - start <= MAX_TEXT
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!
      if (byte > 0x7f) return this.#addText(textFromBytes(bytes, start, end) ?? NOT_UTF8)
      isPlain &&= byte >= 0x20 && byte !== 0x7f
      into[filled++] = byte
    }
    this.#filled = filled
    this.#ends[this.#rows++] = filled
    return isPlain ? undefined : problemOf(bytes.toString('latin1', start, end))
  }

  addValue(value: unknown): string | undefined {
    return this.#addText(textFromValue(value) ?? '')
  }

  /** As they are now: what is added later is not among them. */
  finish(): RowIds {
    if (this.#texts) return [...this.#texts]
    return new PackedIds(this.#bytes.slice(0, this.#filled), this.#ends.slice(0, this.#rows))
  }

  #addText(text: string): string | undefined {
    if (this.#texts || !this.#addAscii(text)) {
      this.#texts ??= textsOf(this.finish())
      this.#texts.push(text)
    }
    return problemOf(text)
  }

  /** False where it is not ASCII. */
  #addAscii(text: string): boolean {
    this.#makeRoom(text.length)
    const into = this.#bytes
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code > 0x7f) return false
      into[this.#filled + at] = code
    }
    this.#filled += text.length
    this.#ends[this.#rows++] = this.#filled
    return true
  }

  #makeRoom(bytes: number): void {
    if (this.#filled + bytes > this.#bytes.length) this.#bytes = grownBytes(this.#bytes, bytes)
    if (this.#rows === this.#ends.length) this.#ends = grownCodes(this.#ends)
  }
}

// --- internal ---

const TOO_LONG = 'x'.repeat(MAX_TEXT + 1)
const NOT_UTF8 = '\ufffd not UTF-8'

function problemOf(id: string): string | undefined {
  if (id === '') return 'is empty'
  if (id === NOT_UTF8) return 'is not UTF-8'
  if (id.length > MAX_TEXT) return `is longer than ${MAX_TEXT} characters`
  return hasControl(id) ? `has a control character: ${quoted(id)}` : undefined
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true
  }
  return false
}
