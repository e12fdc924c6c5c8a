import type { ScoreColumn } from '../../inputs/evaluation.ts'
import { byScores } from '../compare/by-scores.ts'
import { byT } from '../compare/by-t.ts'
import type { Metric } from '../compare/metric.ts'
import { meanMoved } from '../compare/moved.ts'
import type { RowValues } from '../row-weights/row-values.ts'
import type { OneSide } from '../side.ts'
import { meanOfRows, NO_ROWS, ROWS_FOR_LOSS, SHARE } from './families.ts'

/**
 * The metric that a column of scores is: its mean. Scores within 0 to 1 are bounded, so that what unseen rows could do is known;
 * of any other a single row can be off by anything, and few of them tell nothing.
 */
export function meanOfColumn({ name, direction, isShare }: ScoreColumn): Metric & { name: string } {
  const values: RowValues = side => Float64Array.from(columnIn(side, name))
  const ends = direction === 'higher' ? { wrong: 0, right: 1 } : { wrong: 1, right: 0 }
  return {
    name,
    title: name,
    direction,
    tasks: ['binary', 'multiclass', 'regression', 'scores'],
    needs: 'values',
    undefinedWhen: NO_ROWS,
    ...meanOfRows(values),
    comparison: byScores(values),
    grouped: byT(values),
    ...(isShare
      ? { range: SHARE, unseen: { aRowMoves: 'its share', movable: meanMoved(ends) } }
      : {
          range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
          unseen: { aRowMoves: 'without bound' },
          leastRows: ROWS_FOR_LOSS,
        }),
  }
}

// --- internal ---

/** A side without the column has no such metric, which `metricOfRows` is asked first. */
function columnIn({ values = [] }: OneSide, name: string): Float64Array {
  const column = values.find(one => one.name === name)
  if (!column) throw new RangeError(`There is no column ${name}.`)
  return column.values
}
