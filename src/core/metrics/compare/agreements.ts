import { type Agreement, agreementSums } from '../row-weights/agreement.ts'
import { effectiveRows } from '../row-weights/counts.ts'
import { talliesOf } from '../row-weights/tallies.ts'
import type { OneSide } from '../side.ts'
import type { Answered, Movable, RowsOfClasses } from './moved.ts'

/** What a row moves of an agreement of truth and answers. */

export function agreementInfluence(agreement: Agreement): (side: OneSide, value: number) => Float64Array {
  return (side, value) => {
    const tallies = talliesOf(side)
    const { labelled, predicted } = tallies
    const slopes = agreement.slopes(agreementSums(tallies), value)
    const influence = new Float64Array(side.rows)
    for (let i = 0; i < influence.length; i++) {
      const label = side.label[i]!
      const prediction = side.prediction[i]!
      influence[i] =
        slopes.rows +
        (label === prediction ? slopes.hits : 0) +
        slopes.both * (predicted[label]! + labelled[prediction]!) +
        2 * slopes.labelledSquares * labelled[label]! +
        2 * slopes.predictedSquares * predicted[prediction]!
    }
    return influence
  }
}

/** A wrong row is one that is answered with another class, and those fall on the others as rows do. */
export function agreementMoved(agreement: Agreement): (side: OneSide, value: number) => Movable {
  return (side, value) => {
    const own = talliesOf(side)
    const rows: RowsOfClasses = new Map([...own.labelled.entries()].filter(([, count]) => count > 0))
    return {
      rows,
      moved(added: RowsOfClasses, answered: Answered) {
        const [labelled, predicted, hits] = [own.labelled, own.predicted, own.hits].map(counts =>
          counts.slice(),
        )
        for (const [index, more] of added) {
          labelled![index]! += more
          if (answered === 'right') {
            predicted![index]! += more
            hits![index]! += more
            continue
          }
          const others = effectiveRows(side) - rows.get(index)!
          for (const [other, count] of rows) {
            // Where all rows are of one class, a wrong answer is none of any that is known.
            if (other !== index) predicted![other]! += (more * count) / others
          }
        }
        const moved = { labelled: labelled!, predicted: predicted!, hits: hits! }
        return agreement.of(agreementSums(moved)) ?? value
      },
    }
  }
}
