import { canonicalLabel } from '../../inputs/predictions/cells/cell.ts'
import { twoClassesOf } from '../../inputs/predictions/labels/positive-class.ts'
import type { ClassScore } from './class-scores.ts'
import type { MaybeColumn } from './repository.ts'
import { areOfOneScale, correlationOf, type Seen, separationOf } from './seen-columns.ts'

/** Which column holds the truth, where nobody called one so: told by what was predicted beside it. */

interface Predicted {
  prediction: Seen | undefined
  score: Seen | undefined
  classScores: readonly ClassScore[]
}

/** The one that is, where only one can be; else those that could be, the likeliest first. */
export function truthsIn(others: readonly Seen[], by: Predicted): { is: Seen } | { maybe: MaybeColumn[] } {
  const fits = others.map(one => ({ one, ...fitOf(one, by) })).filter(({ isFit }) => isFit)
  const sure = fits.length === 1 ? fits : by.prediction ? [] : fits.filter(({ one }) => isPlain(one))
  const [only] = sure
  if (only && sure.length === 1 && only.strength >= only.least) return { is: only.one }
  const all = fits
    .toSorted((a, b) => b.strength - a.strength)
    .map(({ one: { column }, says }) => ({ column, says }))
  return { maybe: all.length > 0 ? all : others.map(({ column }) => ({ column, says: '' })) }
}

// --- internal ---

/** Whole numbers with more different values than this are no classes. */
const MOST_CLASSES = 30

interface Fit {
  isFit: boolean
  /** How much it goes with what was predicted, and from when on it is believed where nothing else fits. */
  strength: number
  least: number
  says: string
}

function fitOf(one: Seen, { prediction, score, classScores }: Predicted): Fit {
  const no = { isFit: false, strength: 0, least: 0, says: '' }
  if (prediction && !prediction.isDecimal && prediction.values.length <= MOST_CLASSES) {
    const isFit =
      one.values.length <= MOST_CLASSES && prediction.values.every(value => one.values.includes(value))
    const same = one.cells.filter((cell, row) => cell === prediction.cells[row]).length / one.cells.length
    return {
      isFit,
      strength: same,
      least: 0,
      says: `the same as ${prediction.column} in ${percent(same)} of rows`,
    }
  }
  if (prediction && !prediction.isShare) {
    if (!one.isNumeric || !prediction.isNumeric || !areOfOneScale(one, prediction)) return no
    const strength = correlationOf(one, prediction)
    return {
      isFit: true,
      strength,
      least: 0.1,
      says: `correlation with ${prediction.column}: ${strength.toFixed(2)}`,
    }
  }
  if (!prediction && !score && classScores.length > 0) {
    const classes = classScores.map(({ className }) => canonicalLabel(className))
    const isFit = one.values.length > 1 && one.values.every(value => classes.includes(value))
    return { isFit, strength: 1, least: 0, says: '' }
  }
  const by = score ?? prediction
  const strength = (by && separationOf(by, one)) ?? 0.5
  const says = by ? `AUC of ${by.column}: ${strength.toFixed(2)}` : ''
  return { isFit: one.values.length === 2, strength, least: 0, says }
}

function isPlain(one: Seen): boolean {
  return one.values.length === 2 && twoClassesOf(one.values) !== undefined
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
