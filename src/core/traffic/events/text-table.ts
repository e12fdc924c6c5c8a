/** Numbers texts by their bytes: what has been sent is looked up without a string of it. */
export class TextTable {
  readonly #texts: readonly Uint8Array[]
  /** Open addressing, half full at most; 0 is a free place, else one above the number of a text. */
  readonly #places: Uint16Array

  /** @param texts none twice, fewer than 2^15 */
  constructor(texts: readonly string[]) {
    this.#texts = texts.map(text => new Uint8Array(Buffer.from(text)))
    this.#places = new Uint16Array(2 ** Math.ceil(Math.log2(2 * texts.length + 2)))
    for (const [number, text] of this.#texts.entries()) {
      let at = hashOf(text) & (this.#places.length - 1)
      while (this.#places[at] !== 0) at = (at + 1) & (this.#places.length - 1)
      this.#places[at] = number + 1
    }
  }

  /** The number of a text, or -1. `hash`: of these bytes, as `hashedWith` makes it. */
  find(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const mask = this.#places.length - 1
    for (let at = hash & mask; this.#places[at] !== 0; at = (at + 1) & mask) {
      const number = this.#places[at]! - 1
      if (this.isAt(number, bytes, from, to)) return number
    }
    return -1
  }

  /** Whether these bytes are the text of that number. */
  isAt(number: number, bytes: Uint8Array, from: number, to: number): boolean {
    const text = this.#texts[number]!
    if (text.length !== to - from) return false
    for (let at = 0; at < text.length; at++) if (text[at] !== bytes[from + at]) return false
    return true
  }
}

export const NO_HASH = 0x811c9dc5

/** FNV-1a, a byte further. Chains are no longer than the texts that were given: nobody who sends can add to them. */
export function hashedWith(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193)
}

// --- internal ---

function hashOf(text: Uint8Array): number {
  return text.reduce(hashedWith, NO_HASH)
}
