import { Unscannable, type WhyNot } from '../found/unscannable.ts'
import type { ByteSource } from './byte-source.ts'

/** Before the class, which begins with it. */
const NOTHING: Uint8Array = new Uint8Array(0)

/** Reads forward through bytes, many at a time, and skips without reading. */
export class Cursor {
  readonly #source: ByteSource
  /** How many bytes are read at once: few behind a place that was skipped to, more with each that is read on from there. */
  #reads: number
  readonly #most: number
  #memory = NOTHING
  #window = NOTHING
  #view = new DataView(this.#window.buffer)
  /** Where the window begins. */
  #base = 0
  #next = 0

  /** @param most how many bytes are read at once */
  constructor(source: ByteSource, at = 0, most = 64 * 1024) {
    this.#source = source
    this.#base = at
    this.#most = most
    this.#reads = Math.min(FEW, most)
  }

  get size(): number {
    return this.#source.size
  }

  /** Where the next byte is read. */
  get at(): number {
    return this.#base + this.#next
  }

  get isAtEnd(): boolean {
    return this.at >= this.#source.size
  }

  byte(): number {
    if (this.#next >= this.#window.length) this.#fill(1)
    return this.#window[this.#next++]!
  }

  uint16(): number {
    const at = this.#taken(2)
    return this.#view.getUint16(at, true)
  }

  uint32(): number {
    const at = this.#taken(4)
    return this.#view.getUint32(at, true)
  }

  int32(): number {
    const at = this.#taken(4)
    return this.#view.getInt32(at, true)
  }

  /** A length of eight bytes. One that no file has is more than any that is there, so that whoever skips it is told. */
  uint64(): number {
    const at = this.#taken(8)
    return Number(this.#view.getBigUint64(at, true))
  }

  /** @throws Unscannable there are not so many */
  skip(length: number): void {
    if (length > this.#source.size - this.at) throw new Unscannable('ends', this.#source.size)
    this.#next += length
    if (this.#next <= this.#window.length) return
    this.#base += this.#next
    this.#clear()
  }

  /** @throws Unscannable there are not so many */
  bytes(length: number): Uint8Array {
    const at = this.#taken(length)
    return this.#window.slice(at, at + length)
  }

  /**
   * Up to the next line feed, without it, one character a byte. As Python reads it, the last byte of a last line without one is left out.
   *
   * @param long why nobody can tell what is in a longer one than `most`
   * @throws Unscannable it is longer, or there is none
   */
  line(most: number, long: WhyNot = 'line'): string {
    if (this.isAtEnd) throw new Unscannable('ends', this.at)
    let text = ''
    while (!this.isAtEnd) {
      const byte = this.byte()
      if (byte === LINE_FEED) return text
      if (text.length >= most) throw new Unscannable(long, this.at)
      text += String.fromCharCode(byte)
    }
    return text.slice(0, -1)
  }

  /**
   * Behind the next line feed, or at the end where there is none.
   *
   * @throws Unscannable it is at the end already
   */
  skipLine(): void {
    if (this.isAtEnd) throw new Unscannable('ends', this.at)
    while (!this.isAtEnd) {
      if (this.#next >= this.#window.length) this.#fill(1)
      const feed = this.#window.indexOf(LINE_FEED, this.#next)
      this.#next = feed < 0 ? this.#window.length : feed + 1
      if (feed >= 0) return
    }
  }

  // --- internal ---

  /** Where `length` bytes stand in the window, which are read with that. */
  #taken(length: number): number {
    if (this.#next + length > this.#window.length) this.#fill(length)
    const at = this.#next
    this.#next += length
    return at
  }

  #fill(length: number): void {
    const at = this.at
    if (length > this.#source.size - at) throw new Unscannable('ends', this.#source.size)
    this.#base = at
    this.#next = 0
    const wanted = Math.max(length, this.#reads)
    this.#reads = Math.min(this.#most, this.#reads * 4)
    if (this.#memory.length < wanted) this.#memory = new Uint8Array(wanted)
    this.#window = this.#source.read(at, wanted, this.#memory)
    if (this.#window.length < length) throw new Unscannable('ends', at + this.#window.length)
    this.#view = new DataView(this.#window.buffer, this.#window.byteOffset, this.#window.length)
  }

  #clear(): void {
    this.#next = 0
    this.#window = NOTHING
    this.#reads = Math.min(FEW, this.#most)
  }
}

// --- internal ---

const LINE_FEED = 10
const FEW = 4 * 1024
