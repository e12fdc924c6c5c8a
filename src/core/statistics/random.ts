import { createHash } from 'node:crypto'

/**
 * Mulberry32 (Tommy Ettinger, public domain): a stream of numbers in [0, 1) that depends on `seed` alone,
 * so that a re-run on any machine resamples identically.
 */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A seed from what identifies a comparison (commits, metric): the first 32 bits of sha256 over the parts joined by newlines. */
export function seedFrom(...parts: string[]): number {
  return createHash('sha256').update(parts.join('\n')).digest().readUInt32BE(0)
}
