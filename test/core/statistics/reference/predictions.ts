import type { OneSide } from '../../../../src/core/metrics/side.ts'
import { computeMetric } from '../../../../src/core/metrics/values/compute.ts'
import { agreement, binaryCounts } from '../../../../src/core/statistics/traffic/agreement.ts'
import { calibration } from '../../../../src/core/statistics/traffic/calibration.ts'
import { fairness } from '../../../../src/core/statistics/traffic/fairness.ts'
import type { Adapter } from './cases.ts'

export const predictions: Record<string, Adapter> = {
  metrics: ({ y, pred, scores }) => {
    const side: OneSide = {
      task: 'binary',
      rows: y.length,
      label: Float64Array.from(y),
      prediction: Float64Array.from(pred),
      score: Float64Array.from(scores),
    }
    const counts = binaryCounts(y, pred)
    const { balancedAccuracy, ...shown } = agreement(counts)
    const { trueNegative, falsePositive, falseNegative, truePositive } = counts
    return {
      ...shown,
      balanced_accuracy: balancedAccuracy,
      roc_auc: computeMetric('roc_auc', side),
      average_precision: computeMetric('average_precision', side),
      log_loss: computeMetric('log_loss', side),
      brier: computeMetric('brier', side),
      'confusion_[tn,fp,fn,tp]': [trueNegative, falsePositive, falseNegative, truePositive],
    }
  },

  calibration: ({ y, p, bins }) => ({ ...calibration(y, p, bins) }),

  fairness: ({ y, pred, group }) => {
    const found = fairness(y, pred, group)
    const rates = [...found.groups]
    return {
      selection_rate: Object.fromEntries(rates.map(([name, rate]) => [name, rate.selectionRate])),
      tpr: Object.fromEntries(rates.map(([name, rate]) => [name, rate.truePositiveRate])),
      fpr: Object.fromEntries(rates.map(([name, rate]) => [name, rate.falsePositiveRate])),
      demographic_parity_difference: found.demographicParityDifference,
      demographic_parity_ratio: found.demographicParityRatio,
      equalized_odds_difference: found.equalizedOddsDifference,
      equalized_odds_ratio: found.equalizedOddsRatio,
      equal_opportunity_difference: found.equalOpportunityDifference,
    }
  },
}
