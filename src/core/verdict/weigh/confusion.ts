import type { OneSide } from '../../metrics/side.ts'
import type { Confusion } from '../result.ts'

/** More classes than this cannot be read in a table: the rarest are put together. */
export const CONFUSION_CLASSES = 20
const OTHER = 'other'

/**
 * The confusion matrices of candidate and champion, `counts[actual][predicted]`, over the same classes in the same
 * order so that they can be laid side by side; classes are matched by name. Beyond 20 classes the 20 most frequent
 * labels are kept and the rest become `other`, the last line. Undefined without classes, and without answers.
 */
export function confusionOf(candidate: OneSide, champion?: OneSide): Confusion | undefined {
  if (!(candidate.task === 'binary' || candidate.task === 'multiclass') || candidate.undecided !== undefined)
    return undefined
  const sides = champion && champion.undecided === undefined ? [candidate, champion] : [candidate]
  const names = [...new Set(sides.flatMap(classNames))]
  const kept = mostFrequent(sides, names)
  const classes = kept.length < names.length ? [...kept, OTHER] : kept
  const [ours, theirs] = sides.map(side => countPairs(side, kept, classes.length))
  return { classes, candidate: ours!, champion: theirs }
}

// --- internal ---

function classNames(side: OneSide): string[] {
  return side.classes ?? ['0', '1']
}

function mostFrequent(sides: OneSide[], names: string[]): string[] {
  if (names.length <= CONFUSION_CLASSES) return names
  const labelled = new Map(names.map(name => [name, 0]))
  for (const side of sides) {
    const counts = new Float64Array(classNames(side).length)
    for (let i = 0; i < side.rows; i++) counts[side.label[i]!]!++
    classNames(side).forEach((name, index) => {
      labelled.set(name, labelled.get(name)! + counts[index]!)
    })
  }
  const frequent = names.toSorted((a, b) => labelled.get(b)! - labelled.get(a)!).slice(0, CONFUSION_CLASSES)
  return names.filter(name => frequent.includes(name))
}

function countPairs(side: OneSide, kept: string[], lines: number): number[][] {
  const lineOf = classNames(side).map(name => (kept.includes(name) ? kept.indexOf(name) : kept.length))
  const counts = Array.from({ length: lines }, () => new Array<number>(lines).fill(0))
  for (let i = 0; i < side.rows; i++) counts[lineOf[side.label[i]!]!]![lineOf[side.prediction[i]!]!]!++
  return counts
}
