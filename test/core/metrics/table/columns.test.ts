import { describe, expect, it } from 'vitest'
import type { ScoreColumn } from '../../../../src/core/inputs/evaluation.ts'
import type { PairedPredictions } from '../../../../src/core/inputs/predictions/pair.ts'
import { scoreColumn } from '../../../../src/core/inputs/predictions/score-column.ts'
import { hasNoValue } from '../../../../src/core/metrics/side.ts'
import { compareOnRows, estimateMetric } from '../../../../src/core/metrics/table/compare.ts'
import { metricsOfRows } from '../../../../src/core/metrics/table/metrics.ts'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'
import { rounds } from '../../../support/rounds.ts'
import { column, OPTIONS } from '../samples.ts'

type Direction = ScoreColumn['direction']

function pairOf(
  ours: ArrayLike<number>,
  theirs: ArrayLike<number>,
  { direction = 'higher', ...more }: { direction?: Direction } & Partial<PairedPredictions> = {},
): PairedPredictions {
  const none = new Float64Array(ours.length)
  const side = (values: ArrayLike<number>) => ({
    prediction: none,
    values: [scoreColumn('ndcg', direction, Float64Array.from(values))],
  })
  const [candidate, baseline] = [side(ours), side(theirs)]
  return { task: 'scores', rows: ours.length, label: none, candidate, baseline, slices: [], ...more }
}

function differenceOf(pair: PairedPredictions) {
  const compared = compareOnRows('ndcg', pair, OPTIONS)
  if (hasNoValue(compared)) throw new Error(compared.undefinedBecause)
  return compared.difference
}

describe('a column of scores', () => {
  it('is compared by the paired t of its rows: numbers of scipy 1.17.1, stats.ttest_rel', () => {
    const difference = differenceOf(
      pairOf([0.9, 0.4, 0.7, 1.0, 0.3, 0.55, 0.8, 0.62], [0.8, 0.5, 0.6, 0.9, 0.35, 0.4, 0.7, 0.6]),
    )

    expect(difference.method).toBe('paired-t')
    expect(difference.value).toBeCloseTo(0.0525, 12)
    expect(difference.p).toBeCloseTo(0.1327495561363494, 9)
    expect(difference.interval.low).toBeCloseTo(-0.020485289963925755, 9)
    expect(difference.interval.high).toBeCloseTo(0.12548528996392577, 9)
  })

  it('of some rows alone is that of those rows, where they are the same on both sides', () => {
    const ours = [0.9, 0.4, 0.7, 1.0, 0.3, 0.55, 0.8, 0.62]
    const theirs = [0.8, 0.5, 0.6, 0.9, 0.35, 0.4, 0.7, 0.6]
    const spread = (scores: number[]) => scores.flatMap(score => [Number.NaN, score])

    expect(differenceOf(pairOf(spread(ours), spread(theirs)))).toEqual(differenceOf(pairOf(ours, theirs)))
    const shifted = pairOf(spread(ours), spread(theirs).toReversed())
    expect(compareOnRows('ndcg', shifted, OPTIONS)).toEqual({
      undefinedBecause: 'candidate and baseline have no score of ndcg for the same rows',
    })
    const oneMore = pairOf([...spread(ours), 0.5], [...spread(theirs), Number.NaN])
    expect(hasNoValue(compareOnRows('ndcg', oneMore, OPTIONS))).toBe(true)
  })

  it('is compared as accuracies are where every score is 0 or 1', () => {
    const ours = Array.from({ length: 40 }, (_, row) => (row < 30 ? 1 : 0))
    const theirs = Array.from({ length: 40 }, (_, row) => (row >= 4 && row < 28 ? 1 : 0))

    const { method, counts, value } = differenceOf(pairOf(ours, theirs))

    expect(method).toBe('mcnemar+bonett-price')
    expect(counts).toEqual({ both_correct: 24, champion_only: 0, candidate_only: 6, both_wrong: 10 })
    expect(value).toBeCloseTo(6 / 40, 12)
  })

  it('is compared by t where only one side has nothing but 0 and 1', () => {
    const marks = Array.from({ length: 40 }, (_, row) => row % 2)
    const graded = marks.map(mark => (mark + 1) / 3)

    expect([pairOf(marks, graded), pairOf(graded, marks)].map(pair => differenceOf(pair).method)).toEqual([
      'paired-t',
      'paired-t',
    ])
  })

  it('keeps its value and interval within 0 to 1 where all scores are, and no bound else', () => {
    const side = (values: number[]) => {
      const { label, rows, candidate, task } = pairOf(values, values)
      return { task, rows, label, ...candidate }
    }
    const near = Array.from({ length: 120 }, (_, row) => (row < 3 ? 0.01 * row : 1))
    const far = near.map(value => value * 100)

    const [share, number] = [near, far].map(values => estimateMetric('ndcg', side(values), OPTIONS))

    expect(share).toMatchObject({ interval: { high: 1 } })
    expect((number as { interval: { high: number } }).interval.high).toBeGreaterThan(100)
  })

  it('says nothing of fewer than 30 rows of numbers without bound, and of fewer than six of shares', () => {
    const values = (rows: number, scale: number) =>
      Array.from({ length: rows }, (_, row) => scale * (((row * 7) % 10) / 10))
    const compared = (rows: number, scale: number) =>
      compareOnRows('ndcg', pairOf(values(rows, scale), values(rows, scale).reverse()), OPTIONS)

    expect(compared(29, 50)).toEqual({ undefinedBecause: '29 rows are too few to compare: it takes 30' })
    expect(compared(30, 50)).toHaveProperty('difference')
    expect(compared(5, 1)).toEqual({ undefinedBecause: '5 rows are too few to compare: it takes 6' })
    expect(compared(6, 1)).toHaveProperty('difference')
  })

  it('with a group has the interval of cluster-robust errors, by groups', () => {
    const random = mulberry32(4)
    const groups = Array.from({ length: 30 }, (_, group) => ({ group, gain: random() - 0.5 }))
    const rows = groups.flatMap(({ group, gain }) =>
      Array.from({ length: 8 }, () => ({ group, score: 0.5 + gain / 2 + (random() - 0.5) * 0.02 })),
    )
    const theirs = rows.map(() => 0.5)
    const pair = pairOf(
      rows.map(row => row.score),
      theirs,
    )

    const alone = differenceOf(pair)
    const grouped = differenceOf({
      ...pair,
      group: column(
        'query',
        rows.map(row => row.group),
      ),
    })

    expect(grouped).toMatchObject({ method: 'cluster-t', rows: 240, counts: { groups: 30 } })
    const width = ({ interval }: typeof alone) => interval.high - interval.low
    expect(width(grouped)).toBeGreaterThan(2.5 * width(alone))
  })

  it.each([
    ['higher', 'row'],
    ['lower', 'row'],
    ['higher', 'trials'],
  ] as const)('of two models of the same skill calls neither better: %s, a %s', (direction, kind) => {
    const played = rounds(200, 2000)
    const random = mulberry32(21)
    let told = 0
    for (let round = 0; round < played; round++) {
      const draw = (skill: number) =>
        kind === 'row' ? Number(random() < skill) : (Number(random() < skill) + Number(random() < skill)) / 2
      const skills = Array.from({ length: 20 }, () => random())
      const pair = pairOf(skills.map(draw), skills.map(draw), { direction })
      const { low, high } = differenceOf(pair).interval
      if (low > 0 || high < 0) told++
    }
    expect(told / played).toBeLessThan(0.09)
  })

  it('is never held against a computed metric of its name', () => {
    const pair = pairOf([1, 0, 1, 0, 1, 0, 1], [1, 0, 1, 0, 1, 0, 0])
    const baseline = { prediction: pair.label }

    expect(compareOnRows('ndcg', { ...pair, baseline }, OPTIONS)).toEqual({
      undefinedBecause: 'ndcg is made of truth and answer, and the rows hold scores alone',
    })
    const values = [{ ...pair.candidate.values![0]!, name: 'accuracy' }]
    const classes: PairedPredictions = {
      ...pair,
      task: 'binary',
      candidate: { ...pair.candidate, values },
      baseline,
    }
    expect(compareOnRows('accuracy', classes, OPTIONS)).toEqual({
      undefinedBecause: 'only one of the two has a column of scores called accuracy',
    })
  })

  it('is a metric of its rows beside the computed ones, and comes before one of its name', () => {
    const values = [scoreColumn('accuracy', 'lower', new Float64Array(3))]

    const own = metricsOfRows({ task: 'binary', values })

    expect(own[0]).toMatchObject({ name: 'accuracy', direction: 'lower', needs: 'values' })
    expect(own.filter(({ name }) => name === 'accuracy')).toHaveLength(1)
    expect(own.map(({ name }) => name)).toContain('f1')
  })
})
