import { canonicalLabel } from '../cells/cell.ts'

/**
 * Which of two classes is the positive one: the configured, else the one whose name says so. Where neither decides,
 * nobody knows, and a guess would give the F1 of the other class.
 */

/** The names of the negative and the positive class; either may be one that no row of the truth carries. */
export interface TwoClasses {
  negative: string
  positive: string
}

/**
 * @param truth the one or two classes that rows are labelled with, in their usual spelling
 * @param configured `predictions.positive`
 */
export function twoClassesOf(truth: readonly string[], configured?: string): TwoClasses | undefined {
  const positive = configured === undefined ? positiveByName(truth) : canonicalLabel(configured)
  if (positive === undefined) return undefined
  const others = truth.filter(name => name !== positive)
  // Two that are both not the configured one: it is misspelt, or not of this file.
  if (others.length > 1) return undefined
  return { negative: others[0] ?? oppositeOf(positive) ?? `not ${positive}`, positive }
}

// --- internal ---

/** Negative and positive; `true` and `false` are 1 and 0 already. */
const PAIRS = [
  ['0', '1'],
  ['no', 'yes'],
  ['n', 'y'],
  ['f', 't'],
  ['negative', 'positive'],
  ['neg', 'pos'],
  ['-', '+'],
] as const
const OPPOSITES = new Map<string, string>(
  PAIRS.flatMap(
    ([no, yes]) =>
      [
        [no, yes],
        [yes, no],
      ] as const,
  ),
)
const POSITIVES = new Set<string>(PAIRS.map(([, yes]) => yes))

function positiveByName(truth: readonly string[]): string | undefined {
  const named = truth.filter(name => POSITIVES.has(name.toLowerCase()))
  if (named.length === 1) return named[0]
  return named.length === 0 && truth.length === 1 ? oppositeOf(truth[0]!) : undefined
}

function oppositeOf(name: string): string | undefined {
  return OPPOSITES.get(name.toLowerCase())
}
