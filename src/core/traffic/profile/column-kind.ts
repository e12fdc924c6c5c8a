import type { ColumnTally } from './column-tally.ts'

/** What a column is to a profile. */
export type ColumnKind =
  | { type: 'number' }
  /** `again`: its first cells were taken for numbers, so that it has to be counted once more. */
  | { type: 'category'; again?: true }
  /** It tells nothing about a shift, in a sentence that goes on from its name. Its values are never shown. */
  | { type: 'aside'; why: string }

/** @param declared what the configuration says it is: then it is that */
export function kindOfColumn(name: string, tally: ColumnTally, declared?: 'number' | 'category'): ColumnKind {
  if (declared) return { type: declared }
  if (tally.texts) return kindOfTexts(tally, tally.texts)
  const { seen } = tally.numbers
  if (seen < (seen + tally.others) * LEAST_NUMBERS) return { type: 'category', again: true }
  const isId = tally.isRising && (seen >= MOST_WITHOUT_DOUBT || ID_NAME.test(name))
  return isId && seen > 1 ? { type: 'aside', why: 'is numbered row by row, as an id is' } : { type: 'number' }
}

// --- internal ---

/** Of the cells that hold anything, so many are numbers in a column of numbers. */
const LEAST_NUMBERS = 0.95
/** Numbers that rise from row to row so many times do not do so by chance. */
const MOST_WITHOUT_DOUBT = 50
const ID_NAME = /^(?:.*[_ -])?(?:id|uuid|guid|key|index|row)$/i
/** Where more of the rows than this have a text of their own, few come again. */
const MOST_DIFFERENT = 0.5
const LEAST_ROWS_TO_TELL = 20
const MOMENT = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$/
/** Names of categories are words, not sentences. */
const LONGEST_WORDS = 60

function kindOfTexts(tally: ColumnTally, texts: NonNullable<ColumnTally['texts']>): ColumnKind {
  const { values } = texts.codes
  const moments = values.filter(value => MOMENT.test(value)).length
  if (tally.hasMoments || (values.length > 0 && moments >= values.length * LEAST_NUMBERS))
    return { type: 'aside', why: 'holds days or moments, which never come again' }
  const rows = (texts.fullAfter ?? tally.rows) - tally.missing
  if (rows >= LEAST_ROWS_TO_TELL && values.length > rows * MOST_DIFFERENT)
    return { type: 'aside', why: 'has another text in nearly every row, as ids, names and free text have' }
  const length = values.reduce((sum, value) => sum + value.length, 0) / Math.max(1, values.length)
  if (length > LONGEST_WORDS) return { type: 'aside', why: 'holds free text' }
  return { type: 'category' }
}
