import { visible } from '../../../text/visible-text.ts'

/** What a column is read for: the key of `predictions` that names it. */
export type ColumnKey =
  | 'id'
  | 'label'
  | 'prediction'
  | 'score'
  | 'probabilities'
  | 'values'
  | 'slices'
  | 'group'
  | 'weight'

/** What to do about cells that are empty or no numbers, once a column; any other problem says it itself. */
export class CellFixes {
  readonly #keys = new Map<string, ColumnKey>()

  add(column: string, key: ColumnKey): void {
    this.#keys.set(column, key)
  }

  /** Undefined where it has been said. */
  take(column: string, problem: string): string | undefined {
    const key = this.#keys.get(column)
    if (key === undefined || !LACKS_VALUE.test(problem)) return undefined
    this.#keys.delete(column)
    return FIXES[key](`\`${visible(column)}\``)
  }
}

// --- internal ---

const LACKS_VALUE = /^is (?:empty\b|not a finite number: "[^"]*"$)/

const FIXES: Record<ColumnKey, (column: string) => string> = {
  id: column => `Write an id of its own for every row into ${column}: a short text or a number.`,
  label: column =>
    `Write the truth of every row into ${column}; \`predictions.unlabelled: leave_out\` leaves out rows that have none.`,
  prediction: column => `Write the answer to every row into ${column}.`,
  score: column => `Write the score of the positive class of every row into ${column}, as a finite number.`,
  probabilities: column =>
    `Write the probability of its class for every row into ${column}, as a finite number.`,
  values: column => `Write the score of every row into ${column}, as a finite number.`,
  slices: column =>
    `Write a short text for every row into ${column}, or take it out of \`predictions.slices\`.`,
  group: column => `Write the name of its group for every row into ${column}.`,
  weight: column => `Write the weight of every row into ${column}, as a finite number: 0 leaves a row out.`,
}
