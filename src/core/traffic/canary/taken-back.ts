import { minuteWords } from '../../text/instant-words.ts'
import { count, formatCount } from '../../text/numbers.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { OLDEST_COUNTS } from './judge.ts'

/** What still comes to a release that was taken back, by those who answer: the word of whoever runs it is no count. */
export interface ComesYet {
  /** Milliseconds: from when on all that was told of is in the counts. */
  since: number
  /** Milliseconds: when this was true. */
  asOf: number
  /** Requests to the release that was taken back. */
  own: number
  /** Requests to any release of the model, those among them. */
  all: number
}

/** Or in words why nobody knows; `nobody`: none is there who could count, so that nothing is to be waited for. */
export type AskedComesYet = ComesYet | { failed: string; nobody?: true }

/**
 * What the counts say: `none` comes any more, `some` does, or it is `open` because too few requests have been told of. Nothing that is
 * not counted is taken for silence.
 */
export type Silence = 'none' | 'some' | 'open'

/**
 * Milliseconds after the way back is live that are not counted: until then requests are under way, and proxies have their routes from
 * before.
 */
export const UNDER_WAY_MS = 120_000

/** So many requests must have come without one to it. Where it still got one of 100, that would happen once in 20,000 times. */
export const LEAST_REQUESTS = 1000

/**
 * What was answered, held to what was asked: counts that are not of now, or that begin before the way back was live, tell nothing.
 *
 * @param of.live milliseconds: since when the way back is; absent where whoever answers has held it to that
 */
export function heldTo(asked: AskedComesYet, { live, now }: { live?: number; now: number }): AskedComesYet {
  if ('failed' in asked) return asked
  const { since, asOf } = asked
  if (Math.abs(now - asOf) > OLDEST_COUNTS)
    return { failed: `its counts are of ${minuteWords(asOf)}, and it is ${minuteWords(now)}` }
  if (live !== undefined && since < live)
    return {
      failed: `its counts begin at ${minuteWords(since)}, and the way back is live since ${minuteWords(live)}`,
    }
  return asked
}

export function silenceOf(asked: AskedComesYet): Silence {
  if ('failed' in asked || !isSound(asked)) return 'open'
  if (asked.own > 0) return 'some'
  return asked.all >= LEAST_REQUESTS ? 'none' : 'open'
}

/** `0 of 10,000 requests since 2026-05-20 12:02 UTC went to it`, without a full stop. Plain; escape it for Markdown. */
export function comesYetWords(asked: AskedComesYet): string {
  if ('failed' in asked)
    return `what still comes to it is not counted: ${shortened(visible(asked.failed), 200)}`
  if (!isSound(asked)) return 'what still comes to it is not known: its counts cannot be right'
  const { own, all, since } = asked
  const from = minuteWords(since)
  if (all === 0) return `no request was told of since ${from}: no answer yet`
  const words = `${formatCount(own)} of ${count(all, 'request')} since ${from}${own > 0 ? ' still' : ''} went to it`
  if (own > 0 || all >= LEAST_REQUESTS) return words
  return `${words}: ${formatCount(LEAST_REQUESTS)} tell that none does`
}

// --- internal ---

function isSound({ since, asOf, own, all }: ComesYet): boolean {
  if (since > asOf && all > 0) return false
  return [own, all].every(one => Number.isSafeInteger(one) && one >= 0) && own <= all
}
