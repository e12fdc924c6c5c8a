import type { ParquetParsers } from 'hyparquet'

/**
 * Moments of a Parquet file finer than a date of the language holds, which has milliseconds: two rows a microsecond apart
 * are two rows. A moment of whole milliseconds is a `Date`, as the decoder gives it by itself; a finer one is its text.
 */
export const FINE_TIMES: Pick<ParquetParsers, 'timestampFromMicroseconds' | 'timestampFromNanoseconds'> = {
  timestampFromMicroseconds: micros => momentOf(micros, 1000n, 6),
  timestampFromNanoseconds: nanos => momentOf(nanos, 1_000_000n, 9),
}

// --- internal ---

/** `units` since 1970, `perMilli` of them a millisecond; `digits` after the second hold them all. */
function momentOf(units: bigint, perMilli: bigint, digits: number): Date | string {
  const perSecond = perMilli * 1000n
  const within = ((units % perSecond) + perSecond) % perSecond
  if (within % perMilli === 0n) return new Date(Number(units / perMilli))
  const second = new Date(Number((units - within) / perMilli))
  if (Number.isNaN(second.getTime())) return second
  const fraction = within.toString().padStart(digits, '0').replace(/000$/, '')
  return second.toISOString().replace(/\.000Z$/, `.${fraction}Z`)
}
