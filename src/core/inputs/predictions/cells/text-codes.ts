import { textFromBytes } from './cell.ts'

/** Small integers for texts, in order of first appearance. Bytes are looked up without making a string of them. */
export class TextCodes {
  readonly values: string[] = []
  #codes = new Map<string, number>()
  #normal: (text: string) => string
  #most: number

  // A cache in front of all for the shortest: the last spelling in each place.
  #short = new Int32Array(SHORT_SLOTS)
  #codeOfShort = new Int32Array(SHORT_SLOTS)

  // A cache in front of the map: open addressing over byte spellings, each kept once in `#spelled`.
  #slots = new Int32Array(1024).fill(-1)
  #spelled = Buffer.alloc(4096)
  #used = 0
  #starts: number[] = [0]
  #codeOfSpelling: number[] = []

  /** @param most texts that get a code */
  constructor(normal: (text: string) => string = text => text, most = Number.POSITIVE_INFINITY) {
    this.#normal = normal
    this.#most = most
  }

  /** -3 where there are as many others as may be. */
  codeOfText(text: string): number {
    const known = this.#codes.get(text)
    if (known !== undefined) return known
    const normal = this.#normal(text)
    const same = this.#codes.get(normal)
    if (same === undefined && this.values.length >= this.#most) return -3
    const code = same ?? this.values.push(normal) - 1
    this.#codes.set(normal, code)
    if (normal !== text) this.#codes.set(text, code)
    return code
  }

  /** -1 where the bytes are not UTF-8, else as `codeOfText`. */
  codeOfBytes(bytes: Buffer, start: number, end: number): number {
    const length = end - start
    if (length > 0 && length <= SHORT) {
      // Most values of most columns are so short that a number says them, and has its place in a table.
      let spelling = length
      for (let at = start; at < end; at++) spelling = (spelling << 8) | bytes[at]!
      const slot = Math.imul(spelling, 0x9e3779b1) >>> 20
      if (this.#short[slot] === spelling) return this.#codeOfShort[slot]!
      const code = this.#codeOfLonger(bytes, start, end)
      if (code < 0) return code
      this.#short[slot] = spelling
      this.#codeOfShort[slot] = code
      return code
    }
    return this.#codeOfLonger(bytes, start, end)
  }

  #codeOfLonger(bytes: Buffer, start: number, end: number): number {
    let slot = hashOf(bytes, start, end) & (this.#slots.length - 1)
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const spelling = this.#slots[slot]!
      if (spelling < 0) return this.#remember(slot, bytes, start, end)
      if (this.#isSpelled(spelling, bytes, start, end)) return this.#codeOfSpelling[spelling]!
      slot = (slot + 1) & (this.#slots.length - 1)
    }
    // Texts made to collide cost a string each, not a walk through all of them.
    const text = textFromBytes(bytes, start, end)
    return text === undefined ? -1 : this.codeOfText(text)
  }

  #isSpelled(spelling: number, bytes: Buffer, start: number, end: number): boolean {
    let at = this.#starts[spelling]!
    if (this.#starts[spelling + 1]! - at !== end - start) return false
    for (let from = start; from < end; from++, at++) if (this.#spelled[at] !== bytes[from]) return false
    return true
  }

  #remember(slot: number, bytes: Buffer, start: number, end: number): number {
    const text = textFromBytes(bytes, start, end)
    if (text === undefined) return -1
    const code = this.codeOfText(text)
    if (code < 0) return code
    const length = end - start
    if (this.#used + length > this.#spelled.length)
      this.#spelled = Buffer.concat([this.#spelled], (this.#used + length) * 2)
    bytes.copy(this.#spelled, this.#used, start, end)
    this.#used += length
    this.#slots[slot] = this.#codeOfSpelling.push(code) - 1
    this.#starts.push(this.#used)
    if (this.#codeOfSpelling.length * 2 > this.#slots.length) this.#rehash()
    return code
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(-1)
    const mask = this.#slots.length - 1
    for (let spelling = 0; spelling < this.#codeOfSpelling.length; spelling++) {
      let slot = hashOf(this.#spelled, this.#starts[spelling]!, this.#starts[spelling + 1]!) & mask
      for (let probe = 0; probe < MAX_PROBES && this.#slots[slot]! >= 0; probe++) slot = (slot + 1) & mask
      if (this.#slots[slot]! < 0) this.#slots[slot] = spelling
    }
  }
}

// --- internal ---

const MAX_PROBES = 64
/** Bytes of a spelling that is one number, its length and they. */
const SHORT = 3
const SHORT_SLOTS = 4096

/** FNV-1a, its high bits folded in. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  return hash ^ (hash >>> 15)
}
