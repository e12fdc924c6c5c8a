import { BY_RESAMPLING, BY_WEIGHTED_DRAWS } from '../compare/by-bootstrap.ts'
import { byWeights, ROOT } from '../compare/by-weights.ts'
import { determinationInfluence, rootMeanSquareInfluence } from '../compare/influence.ts'
import type { Metric } from '../compare/metric.ts'
import { meanMoved } from '../compare/moved.ts'
import {
  absoluteErrors,
  percentageErrors,
  pinballLosses,
  symmetricPercentageErrors,
} from '../row-weights/row-values.ts'
import { determination, rootMeanSquare, squaredErrors } from '../row-weights/sums.ts'
import { LOSS, meanLoss, NO_ROWS, ONE_LABEL, ofErrors, ofNumbers } from './families.ts'

/** The rows of the table that are of numbers. */
export const OF_NUMBERS = {
  rmse: {
    title: 'RMSE',
    ...ofNumbers(),
    direction: 'lower',
    range: LOSS,
    undefinedWhen: NO_ROWS,
    value: rootMeanSquare,
    influence: rootMeanSquareInfluence,
    comparison: BY_RESAMPLING,
    weighted: byWeights(squaredErrors, ROOT),
  },
  mae: {
    title: 'MAE',
    ...ofNumbers(),
    direction: 'lower',
    range: LOSS,
    undefinedWhen: NO_ROWS,
    ...meanLoss(absoluteErrors),
  },
  mape: {
    title: 'MAPE',
    ...ofErrors(percentageErrors),
    saysNothing: ({ label }) =>
      label.includes(0)
        ? 'a row has the truth 0, of which nothing is a percentage: `mae` and `smape` exist'
        : undefined,
  },
  smape: {
    title: 'sMAPE',
    ...ofErrors(symmetricPercentageErrors),
    range: [0, 2],
    unseen: { aRowMoves: 'its share', movable: meanMoved({ wrong: 2, right: 0 }) },
  },
  pinball: {
    title: 'pinball loss',
    ...ofErrors(pinballLosses),
    saysNothing: ({ quantile }) =>
      quantile === undefined
        ? 'which quantile is predicted is not said: set `predictions.quantile`'
        : undefined,
  },
  r2: {
    title: 'R²',
    ...ofNumbers(),
    direction: 'higher',
    range: [Number.NEGATIVE_INFINITY, 1],
    undefinedWhen: ONE_LABEL,
    value: determination,
    influence: determinationInfluence,
    comparison: BY_RESAMPLING,
    weighted: BY_WEIGHTED_DRAWS,
  },
} satisfies Record<string, Metric>
