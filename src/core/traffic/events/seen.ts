import { hashOf } from './text-hash.ts'

/** Which ids have been seen, bounded in number and in age. */
export interface Seen {
  /** Whether it was seen before; from now on it was. `now` in milliseconds. */
  add(id: string, now: number): boolean
  has(id: string): boolean
}

export interface SeenLimits {
  /** Ids of a generation: two are kept, so that the last `most` are known for certain. */
  most: number
  /** Milliseconds that an id is known at least, where there are no more of them than `most`. */
  age: number
}

/**
 * Remembers 53 bits of each id, in tables of 8 bytes a place that grow with what they hold: two ids are taken for one as often
 * as 2^-53 by the number of those that are kept. The seed is drawn for each process, so that nobody can tell which ids meet.
 */
export function seenIds({ most, age }: SeenLimits, seed: number): Seen {
  let [young, old] = [table(), table()]
  let since = Number.NEGATIVE_INFINITY
  return {
    add(id, now) {
      if (now - since >= age || young.size() >= most) {
        old = now - since >= 2 * age ? table() : young
        young = table()
        since = now
      }
      const hash = hashOf(id, seed)
      return old.has(hash) || young.add(hash)
    },
    has(id) {
      const hash = hashOf(id, seed)
      return old.has(hash) || young.has(hash)
    },
  }
}

// --- internal ---

interface Table {
  size(): number
  has(hash: number): boolean
  /** Whether it was there. */
  add(hash: number): boolean
}

const SMALLEST = 64

/** Open addressing, half full at most; 0 is a free place. */
function table(): Table {
  let places = new Float64Array(SMALLEST)
  let count = 0
  const placeOf = (hash: number) => {
    const mask = places.length - 1
    let at = hash & mask
    while (places[at] !== 0 && places[at] !== hash) at = (at + 1) & mask
    return at
  }
  const grow = () => {
    const before = places
    places = new Float64Array(before.length * 2)
    for (const hash of before) if (hash !== 0) places[placeOf(hash)] = hash
  }
  return {
    size: () => count,
    has: hash => places[placeOf(hash)] === hash,
    add(hash) {
      const at = placeOf(hash)
      if (places[at] === hash) return true
      places[at] = hash
      if (++count * 2 > places.length) grow()
      return false
    },
  }
}
