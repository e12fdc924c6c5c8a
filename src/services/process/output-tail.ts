/** The end of an output that may be endless. Holds on to twice `limit` bytes at most. */
export interface OutputTail {
  add(chunk: Uint8Array): void
  /** The last `limit` bytes or less: the first character is whole. */
  text(): string
}

export function outputTail(limit = 8 * 1024): OutputTail {
  let held = Buffer.alloc(0)
  let more = false
  return {
    add(chunk) {
      const piece = chunk.subarray(Math.max(0, chunk.length - limit))
      more ||= held.length + chunk.length > limit
      const joined = Buffer.concat([held, piece])
      held = joined.subarray(Math.max(0, joined.length - limit))
    },
    text() {
      let start = 0
      while (more && start < 3 && (held[start] ?? 0) >> 6 === 0b10) start++
      return held.subarray(start).toString('utf8')
    },
  }
}
