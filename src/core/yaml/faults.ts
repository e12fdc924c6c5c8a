import type { ErrorCode } from 'yaml'
import type { Position } from '../text/position.ts'
import { breaksTheRest, openQuote, syntaxWords } from './words.ts'

/** What the YAML parser stumbles over → what a person made wrong. */

export interface YamlFault extends Partial<Position> {
  what: string
  /** What the parser calls it, where it is a mistake of the syntax. */
  code?: ErrorCode
  /** It is too much of something. */
  over?: true
}

/** As the parser tells it. `at`: offset in the text. */
export interface Mistake {
  at: number
  code: ErrorCode
  message: string
}
/** A quoted text over several lines, or one that is not closed. */
export interface LongQuote {
  from: number
  to: number
}
/** Mistakes in the order of the text, up to the first after which the rest can be understood in no way. */
export function faultsFrom(
  mistakes: Mistake[],
  text: string,
  quotes: readonly LongQuote[],
  positionOf: (offset: number) => Position,
): YamlFault[] {
  const faults: YamlFault[] = []
  for (const { at, code, message } of mistakes.toSorted((a, b) => a.at - b.at)) {
    const breaks = breaksTheRest(code)
    const before = breaks ? quotes.findLast(({ from }) => from < at) : undefined
    // What follows a text of several lines on the line where it ends is often its second half.
    const quote = before && !text.slice(before.to, at).includes('\n') ? before : undefined
    if (/^<{7} /m.test(text) && breaks) {
      faults.push({ what: 'it holds conflict markers of a merge', ...positionOf(text.search(/^<{7} /m)) })
    } else if (quote) {
      const closes = /^Missing closing/.test(message) ? undefined : positionOf(quote.to - 1).line
      faults.push({ what: openQuote(text[quote.from]!, closes), code, ...positionOf(quote.from) })
    } else faults.push({ what: syntaxWords(code, message), code, ...positionOf(at) })
    if (breaks) break
  }
  return faults
}

/** A quoted text that may have run past the end that was meant. */
export function isLong(part: string): boolean {
  return part.length === 1 || part.at(-1) !== part[0] || part.includes('\n')
}
