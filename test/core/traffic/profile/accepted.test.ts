import { describe, expect, it } from 'vitest'
import type { Predictions } from '../../../../src/core/inputs/evaluation.ts'
import { acceptedOn } from '../../../../src/core/traffic/profile/accepted.ts'

const ROWS = 2000
const score = Float64Array.from({ length: ROWS }, (_, row) => (row + 0.5) / ROWS)
const binary: Predictions = {
  task: 'binary',
  rows: ROWS,
  ids: [],
  slices: [],
  score,
  label: score.map((value, row) => Number(((row * 7919) % ROWS) / ROWS < value)),
  prediction: score.map(value => Number(value >= 0.5)),
}
const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0)

describe('what an evaluation was accepted on', () => {
  it('of a classifier with scores: twenty bins of the score with the labels in each, and the answers', () => {
    const { score: bins, prediction, accuracy } = acceptedOn(binary)

    expect(bins!.edges).toHaveLength(19)
    expect(bins!.means).toHaveLength(20)
    for (const [bin, negatives] of bins!.labels['0']!.entries())
      expect(Math.abs(negatives + bins!.labels['1']![bin]! - 100)).toBeLessThanOrEqual(1)
    expect(sum(bins!.labels['1']!)).toBe(sum([...binary.label]))
    expect(bins!.means[0]).toBeCloseTo(0.025, 3)
    const right = binary.label.filter((label, row) => label === binary.prediction[row]).length
    expect(accuracy).toEqual({ rows: ROWS, right })
    expect(prediction).toEqual({
      type: 'category',
      categories: ['0', '1'],
      counts: [1000, 1000],
      missing: 0,
      pooled: 0,
    })
  })

  it('names the two classes as the file does, and the threshold that made the predictions of scores', () => {
    const written = { negative: 'stays', positive: 'leaves', threshold: 0.5 }
    const { score: bins, prediction } = acceptedOn({ ...binary, written })

    expect(Object.keys(bins!.labels)).toEqual(['stays', 'leaves'])
    expect(bins).toMatchObject({ positive: 'leaves', threshold: 0.5 })
    expect(prediction).toMatchObject({ categories: ['leaves', 'stays'] })
  })

  it('SE-006: names no class that looks like somebody', () => {
    const written = { negative: 'not ada@example.com', positive: 'ada@example.com' }
    const accepted = acceptedOn({ ...binary, written })

    expect(JSON.stringify(accepted)).not.toContain('ada')
    expect(Object.keys(accepted.score!.labels)).toEqual(['0', '1'])
  })

  it('keeps Brier score and AUC to the third digit', () => {
    const { means, labels } = acceptedOn(binary).score!
    const [negatives, positives] = [labels['0']!, labels['1']!]
    const exact = [...score].reduce((all, value, row) => all + (value - binary.label[row]!) ** 2, 0) / ROWS
    const binned = means.reduce(
      (all, mean, bin) => all + negatives[bin]! * mean ** 2 + positives[bin]! * (1 - mean) ** 2,
      0,
    )

    expect(binned / ROWS).toBeCloseTo(exact, 2)
  })

  it('of several classes: the classes, the rare ones pooled', () => {
    const prediction = Float64Array.from({ length: 300 }, (_, row) => (row < 295 ? row % 2 : 2))
    const label = prediction

    expect(
      acceptedOn({
        task: 'multiclass',
        rows: 300,
        ids: [],
        slices: [],
        label,
        prediction,
        classes: ['cat', 'dog', 'emu'],
      }),
    ).toEqual({
      score: undefined,
      prediction: { type: 'category', categories: ['cat', 'dog'], counts: [148, 147], missing: 0, pooled: 5 },
      accuracy: { rows: 295, right: 295 },
    })
  })

  it('of numbers: ten bins', () => {
    const { prediction } = acceptedOn({ ...binary, task: 'regression', score: undefined, prediction: score })

    expect(prediction).toMatchObject({ type: 'number', counts: new Array(10).fill(200), missing: 0 })
  })

  it('of scores that no answer can be read off: no prediction', () => {
    expect(acceptedOn({ ...binary, undecided: 'why' }).prediction).toBeUndefined()
  })
})
