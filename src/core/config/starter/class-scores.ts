import { canonicalLabel } from '../../inputs/predictions/cells/cell.ts'
import { CLASS_SCORE } from './column-names.ts'
import type { Seen } from './seen-columns.ts'

/** Columns of one score for each class, and of which class each is. */

export interface ClassScore {
  of: Seen
  /** In the spelling of the header: names of classes have capitals. */
  className: string
  /** What stands around the class in the name of the column. */
  before: string
  after: string
}

/** `proba_0` and `proba_1`, `.pred_Yes` and `.pred_No`, or called by the classes alone. None where there are not two. */
export function classScoresIn(seen: readonly Seen[], label: Seen | undefined): ClassScore[] {
  const numeric = seen.filter(one => one.isNumeric && one !== label)
  const named = largest(numeric.flatMap(byName))
  if (named.length > 1) return named
  if (label === undefined) return []
  const called = largest(numeric.flatMap(one => byClass(one, label)))
  const isAlone = called.every(({ before, after }) => before === '' && after === '')
  return called.length > 1 && (isAlone || addUp(called)) ? called : []
}

/** As `predictions.probabilities` has it, where there is a column for each class of the truth. */
export function probabilitiesOf(
  scores: readonly ClassScore[],
  label: Seen,
): string | Record<string, string> | undefined {
  const [first] = scores
  if (first === undefined) return undefined
  const classes = scores.map(({ className }) => canonicalLabel(className))
  if (!label.values.every(value => classes.includes(value))) return undefined
  const { before, after } = first
  const isPlain = !`${before}${after}`.includes('*')
  if (isPlain && `${before}${after}` !== '') return `${before}*${after}`
  return scores.length <= MOST_NAMED
    ? Object.fromEntries(scores.map(({ className, of }) => [className, of.column]))
    : undefined
}

// --- internal ---

/** Of more classes than this the line would be too long to read. */
const MOST_NAMED = 12
/** So far may what are probabilities be from 1 together. */
const MOST_OFF = 0.01

function byName(of: Seen): ClassScore[] {
  const [, , word, number] = CLASS_SCORE.exec(of.name) ?? []
  const length = (word ?? number)?.length
  if (length === undefined) return []
  const column = of.column.trim()
  return [{ of, className: column.slice(-length), before: column.slice(0, -length), after: '' }]
}

/** Every way to read the name of a class into it. */
function byClass(of: Seen, label: Seen): ClassScore[] {
  const column = of.column.trim()
  return label.values.flatMap(value => {
    if (canonicalLabel(column) === value) return [{ of, className: column, before: '', after: '' }]
    const same = (text: string) => text.toLowerCase() === value.toLowerCase()
    const [head, tail] = [column.slice(0, value.length), column.slice(-value.length)]
    return [
      ...(same(tail) ? [{ of, className: value, before: column.slice(0, -value.length), after: '' }] : []),
      ...(same(head) ? [{ of, className: value, before: '', after: column.slice(value.length) }] : []),
    ]
  })
}

function largest(scores: ClassScore[]): ClassScore[] {
  const groups = Map.groupBy(scores, ({ before, after }) => JSON.stringify([before, after]))
  const [most = []] = [...groups.values()].toSorted((a, b) => b.length - a.length)
  return most
}

/** Whether they may be probabilities: of anything else the likeness of names is chance. */
function addUp(scores: readonly ClassScore[]): boolean {
  const rows = scores[0]!.of.cells.map((_, row) =>
    scores.reduce((sum, { of }) => sum + Number(of.cells[row] || Number.NaN), 0),
  )
  return scores.every(({ of }) => of.isShare) && rows.every(sum => Math.abs(sum - 1) <= MOST_OFF)
}
