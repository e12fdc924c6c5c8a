import { expect, test } from 'vitest'
import { seedScores } from '../../../src/commands/project/read-evaluation.ts'
import { sideFrom } from '../../core/metrics/samples.ts'

test('a seed keeps what only a gate asks for, so that gates on it are weighed over seeds', () => {
  const label = [0, 1, 0, 1, 1]
  const rows = sideFrom('binary', label, { prediction: [0, 1, 1, 1, 0] })
  const ids = label.map((_, row) => `row-${row}`)

  const { metrics } = seedScores(3, {
    side: 'candidate',
    source: 'this commit',
    metrics: new Map([['of a file', 7]]),
    predictions: { ...rows, ids, slices: [] },
  })

  expect(metrics.get('of a file')).toBe(7)
  expect(metrics.get('accuracy')).toBeCloseTo(0.6, 12)
  // Two of three positives and one of two negatives.
  expect(metrics.get('balanced_accuracy')).toBeCloseTo((2 / 3 + 1 / 2) / 2, 12)
  expect(metrics.has('roc_auc')).toBe(false)
})
