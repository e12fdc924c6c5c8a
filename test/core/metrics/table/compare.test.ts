import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PairedPredictions } from '../../../../src/core/inputs/predictions/pair.ts'
import type { Compared } from '../../../../src/core/metrics/compare/comparison.ts'
import { hasNoValue, sideOf } from '../../../../src/core/metrics/side.ts'
import { compareOnRows, estimateMetric } from '../../../../src/core/metrics/table/compare.ts'
import { computeMetric } from '../../../../src/core/metrics/table/compute.ts'
import { computedMetrics } from '../../../../src/core/metrics/table/metrics.ts'
import { delong } from '../../../../src/core/statistics/paired/delong.ts'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'
import { cases, describeOnce, rounds } from '../../../support/rounds.ts'
import { column, OPTIONS, pairFrom, referenceCase, samplePair, sideFrom } from '../samples.ts'

const TASKS = ['binary', 'multiclass', 'regression'] as const

describeOnce('accuracy', () => {
  it('mcnemar-noise: counts the table, Bonett–Price around the difference', () => {
    const { inputs, outputs } = referenceCase('mcnemar-noise')
    const { both_correct, champion_only, candidate_only, both_wrong } = inputs as unknown as Record<
      string,
      number
    >
    const pair = pairOfCounts(both_correct!, champion_only!, candidate_only!, both_wrong!)

    const { candidate, baseline, difference } = compare('accuracy', pair, { margin: 0.01 })

    const [low, high] = outputs.bonett_price_ci95 as unknown as [number, number]
    expect(difference.counts).toEqual(inputs)
    expect(difference.value).toBeCloseTo(0.003, 12)
    expect(difference.interval).toEqual({ low: near(low), high: near(high), level: 0.95 })
    expect(difference.p).toBeCloseTo(outputs.midp!, 9)
    expect(difference).toMatchObject({ method: 'mcnemar+bonett-price', paired: true, rows: 2000 })
    expect(candidate).toMatchObject({ value: 1861 / 2000, method: 'wilson' })
    expect(baseline).toMatchObject({ value: 1855 / 2000, method: 'wilson' })
  })

  it('says what it would have shown with 80 % power and how many rows would settle the margin', () => {
    const pair = pairOfCounts(1800, 55, 61, 84)

    const { difference } = compare('accuracy', pair, { margin: 0.01 })

    // (z.975 + z.8) · √(b + c) / N, and disc · (2.80 / margin)².
    expect(difference.detectable).toBeCloseTo((2.801585 * Math.sqrt(116)) / 2000, 6)
    expect(difference.needed).toEqual({
      count: Math.ceil((116 / 2000) * (2.8015852 / 0.01) ** 2),
      unit: 'rows',
    })
  })

  it('claims no perfect sight where no row tells the two apart', () => {
    const { difference } = compare('accuracy', pairOfCounts(90, 0, 0, 10))

    expect(difference).toMatchObject({ value: 0, p: 1 })
    expect(difference.detectable).toBeGreaterThan(0)
    expect(difference.interval.low).toBeLessThan(0)
  })

  it('asks for no number of rows that cannot be counted', () => {
    const { difference } = compare('accuracy', pairOfCounts(1800, 55, 61, 84), { margin: 1e-200 })

    expect(difference.needed).toBeUndefined()
    expect(difference.detectable).toBeGreaterThan(0)
  })

  it.each(['accuracy', 'brier', 'ndcg'] as const)(
    '%s: two that answer alike settle a margin at the number of rows that it says, and not before',
    name => {
      // Queries of five documents, which is what an NDCG is compared by; the others know rows alone.
      const sized = (queries: number) => {
        const rows = Array.from({ length: 5 * queries }, (_, row) => row)
        const side = sideFrom(
          'binary',
          rows.map(row => row % 2),
          { score: rows.map(row => ((row * 7) % 10) / 10) },
        )
        const group =
          name === 'ndcg'
            ? column(
                'q',
                rows.map(row => Math.floor(row / 5)),
              )
            : undefined
        return pairFrom(side, side, { group })
      }
      const lowest = (queries: number) => compare(name, sized(queries)).difference.interval.low
      for (const queries of [10, 30]) {
        const { needed } = compare(name, sized(queries), { margin: 0.015 }).difference
        expect(needed!.unit).toBe('rows')
        const enough = Math.ceil(needed!.count / 5)
        expect(lowest(enough)).toBeGreaterThan(-0.015)
        expect(lowest(enough - 2)).toBeLessThanOrEqual(-0.015)
      }
    },
  )

  it('asks for no rows when there is no margin to settle', () => {
    expect(compare('accuracy', pairOfCounts(9, 1, 1, 9)).difference.needed).toBeUndefined()
  })
})

describe('ROC AUC', () => {
  it('equals DeLong on many rows of either class', () => {
    const pair = samplePair({ rows: 400, seed: 21 })

    const { candidate, baseline, difference } = compare('roc_auc', pair)

    const { low, high, p, aucCandidate, aucChampion } = delong(
      pair.label,
      pair.baseline.score!,
      pair.candidate.score!,
    )
    expect([candidate.value, baseline.value]).toEqual([aucCandidate, aucChampion])
    expect(difference).toMatchObject({ method: 'delong', rows: 400, p, interval: { low, high, level: 0.95 } })
    expect(difference.counts!.positives! + difference.counts!.negatives!).toBe(400)
  })

  it('delong-perfect-candidate: equals the reference but for Student t, there being three positives', () => {
    const { inputs, outputs } = referenceCase('delong-perfect-candidate')
    const side = (score: number[]) => sideFrom('binary', inputs.y!, { score })

    const { candidate, baseline, difference } = compare(
      'roc_auc',
      pairFrom(side(inputs.candidate_scores!), side(inputs.champion_scores!)),
    )

    expect([candidate.value, baseline.value]).toEqual([
      near(outputs.auc_candidate!),
      near(outputs.auc_champion!),
    ])
    expect(difference).toMatchObject({
      value: near(outputs.diff!),
      method: 'delong+t',
      counts: { positives: 3, negatives: 4 },
    })
    // t(.975, 2) = 4.3026527
    expect(difference.interval.high).toBeCloseTo(outputs.diff! + 4.3026527 * outputs.se_diff!, 6)
  })

  it('finds no difference where there is none, also with five positives', () => {
    const random = mulberry32(5)
    const label = Array.from({ length: 80 }, (_, row) => (row < 5 ? 1 : 0))
    const noisy = (truth: number[]) =>
      sideFrom('binary', label, { score: truth.map(value => value + (random() - 0.5) * 0.6) })
    let found = 0
    const simulations = rounds(300, 1000)
    for (let simulation = 0; simulation < simulations; simulation++) {
      const truth = label.map(y => random() + 0.3 * y)
      if (compare('roc_auc', pairFrom(noisy(truth), noisy(truth))).difference.p < 0.05) found++
    }

    expect(found / simulations).toBeLessThanOrEqual(0.05)
  })

  it('cannot be compared on one class, or with one row of a class', () => {
    const pair = (label: number[]) => {
      const side = sideFrom('binary', label, { score: label.map((_, row) => row / 10) })
      return pairFrom(side, side)
    }

    expect(compareOnRows('roc_auc', pair([1, 1, 1]), OPTIONS)).toEqual({
      undefinedBecause: 'all rows have the same label',
    })
    expect(compareOnRows('roc_auc', pair([1, 0, 0]), OPTIONS)).toEqual({
      undefinedBecause: 'one of the two labels is on a single row',
    })
  })
})

describeOnce('means of losses', () => {
  it('are compared row by row with Student t', () => {
    // Squared errors of the candidate are 0.01, of the baseline 0.04 or 0.09 in turn: differences −0.03 and −0.08.
    const label = Array.from({ length: 40 }, (_, row) => row % 2)
    const off = (by: (row: number) => number) => label.map((y, row) => (y === 1 ? 1 - by(row) : by(row)))
    const candidate = sideFrom('binary', label, { score: off(() => 0.1) })
    const baseline = sideFrom('binary', label, { score: off(row => (row % 2 === 0 ? 0.2 : 0.3)) })

    const { difference } = compare('brier', pairFrom(candidate, baseline))

    const sd = 0.025 * Math.sqrt(40 / 39)
    expect(difference).toMatchObject({ value: near(-0.055), method: 'paired-t', rows: 40 })
    // t(.975, 39) = 2.0226909
    expect(difference.interval.low).toBeCloseTo(-0.055 - (2.0226909 * sd) / Math.sqrt(40), 8)
    expect(difference.counts!.standard_deviation).toBeCloseTo(sd, 12)
  })

  it.each([
    ['log_loss', 'binary'],
    ['brier', 'binary'],
    ['mae', 'regression'],
    ['rmse', 'regression'],
    ['r2', 'regression'],
  ] as const)('%s tells nothing below 30 rows, however clear they look', (metric, task) => {
    const few = samplePair({ rows: 29, seed: 3, task, gain: 0.9 })

    expect(compareOnRows(metric, few, OPTIONS)).toEqual({
      undefinedBecause: '29 rows are too few to compare: it takes 30',
    })
    expect(estimateMetric(metric, sideOf(few, 'candidate'), OPTIONS)).toEqual({ value: expect.any(Number) })
    const enough = samplePair({ rows: 30, seed: 3, task, gain: 0.9 })
    expect(compare(metric, enough).difference.interval).toBeDefined()
    expect(estimateMetric(metric, sideOf(enough, 'candidate'), OPTIONS)).toHaveProperty('interval')
  })

  // 600 simulations show 2.5 % to within 0.64 points: 4.4 % is three of these above it.
  it.each(['log_loss', 'brier'])(
    '%s calls two models of the same skill apart as often as promised, at 30 rows',
    metric => {
      const apart = { better: 0, worse: 0 }
      for (let seed = 1; seed <= 600; seed++) {
        const { low, high } = compare(metric, samplePair({ rows: 30, seed })).difference.interval
        if (high < 0) apart.better++
        if (low > 0) apart.worse++
      }

      expect(apart.better / 600).toBeLessThanOrEqual(0.044)
      expect(apart.worse / 600).toBeLessThanOrEqual(0.044)
      expect(apart.better + apart.worse, 'a rule that never decides would pass too').toBeGreaterThan(6)
    },
  )
})

describeOnce('resampled metrics', () => {
  it('name seed, resamples and the table they were computed from', () => {
    const { difference } = compare('f1', pairOfCounts(700, 20, 40, 240))

    expect(difference).toMatchObject({
      method: 'paired-bootstrap',
      seed: OPTIONS.seed,
      resamples: 2000,
      rows: 1000,
    })
    expect(Object.values(difference.counts!).reduce((sum, count) => sum + count, 0)).toBe(1000)
    expect(difference.counts).toHaveProperty('label_1_candidate_1_baseline_0', 40)
  })

  it.each(TASKS)('%s: give equal bits for equal inputs and other draws for another seed', task => {
    const pair = samplePair({ rows: 120, seed: 2, task })

    for (const { name } of computedMetrics(sideOf(pair, 'candidate'))) {
      expect(compare(name, pair)).toEqual(compare(name, pair))
      if (compare(name, pair).difference.method !== 'paired-bootstrap') continue
      expect(compare(name, pair, { seed: 99 }).difference.interval).not.toEqual(
        compare(name, pair).difference.interval,
      )
    }
  })

  it('need at least two groups', () => {
    const pair = { ...samplePair({ rows: 60, seed: 1 }), group: column('user', new Array(60).fill('ann')) }

    expect(compareOnRows('accuracy', pair, OPTIONS)).toEqual({
      undefinedBecause: 'all rows have the same user',
    })
  })

  it.each(TASKS)('%s: everything goes by groups where there are any', task => {
    const pair = samplePair({ rows: 200, seed: 2, task })
    const group = column(
      'user',
      Array.from({ length: 200 }, (_, row) => `user ${row % 50}`),
    )

    for (const { name } of computedMetrics(sideOf(pair, 'candidate'))) {
      const { candidate, difference } = compare(name, { ...pair, group })

      expect(difference).toMatchObject({ method: 'cluster-bootstrap', counts: { groups: 50 }, rows: 200 })
      expect(candidate.method).toBe('cluster-bootstrap')
    }
  })
})

describe('every metric', () => {
  it.each(TASKS)('%s: compares the quantity that it shows', task => {
    const pair = samplePair({ rows: 150, seed: 6, task, gain: 0.3 })

    for (const { name } of computedMetrics(sideOf(pair, 'candidate'))) {
      const [candidate, baseline] = (['candidate', 'baseline'] as const).map(side =>
        Number(computeMetric(name, sideOf(pair, side))),
      )
      const compared = compare(name, pair)
      expect(compared.candidate.value, name).toBeCloseTo(candidate!, 9)
      expect(compared.baseline.value, name).toBeCloseTo(baseline!, 9)
      expect(compared.difference.value, name).toBeCloseTo(candidate! - baseline!, 9)
    }
  })

  it.each(TASKS)('%s: swapping the sides negates the difference and mirrors the interval', task => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 40, max: 120 }), (seed, rows) => {
        const pair = samplePair({ rows, seed, task, gain: 0.2 })

        for (const { name, drawn } of computedMetrics(sideOf(pair, 'candidate'))) {
          const there = compareOnRows(name, pair, OPTIONS)
          const back = compareOnRows(
            name,
            { ...pair, candidate: pair.baseline, baseline: pair.candidate },
            OPTIONS,
          )
          if (hasNoValue(there) || hasNoValue(back)) throw new Error('undefined')

          expect(back.difference.value).toBeCloseTo(-there.difference.value, 12)
          expect(back.candidate).toEqual(there.baseline)
          // Cells are drawn in the order of their codes, which swapping changes: the same law, other draws.
          const digits = drawn === 'cells' && rows > 160 ? 2 : 10
          expect(back.difference.interval.low).toBeCloseTo(-there.difference.interval.high, digits)
          expect(back.difference.p).toBeCloseTo(there.difference.p, digits)
        }
      }),
      cases(15),
    )
  })

  it.each(TASKS)('%s: identical predictions differ by 0 and are never worse or better', task => {
    const pair = samplePair({ rows: 150, seed: 4, task })
    const same = { ...pair, baseline: pair.candidate }

    for (const { name } of computedMetrics(sideOf(pair, 'candidate'))) {
      const { candidate, baseline, difference } = compare(name, same)

      expect(difference).toMatchObject({ value: 0, p: 1 })
      expect(difference.interval.low).toBeLessThanOrEqual(0)
      expect(difference.interval.high).toBeGreaterThanOrEqual(0)
      expect(candidate).toEqual(baseline)
    }
  })

  it.each(TASKS)('%s: the order of rows does not matter where nothing is drawn', task => {
    const pair = samplePair({ rows: 150, seed: 4, task, gain: 0.2 })
    const rows = Uint32Array.from({ length: 150 }, (_, row) => (row * 7) % 150)

    for (const { name } of computedMetrics(sideOf(pair, 'candidate'))) {
      const there = compare(name, pair).difference
      const back = compare(name, pair, { rows }).difference

      expect(back.value).toBeCloseTo(there.value, 12)
      if (there.method === 'paired-bootstrap') continue
      expect(back.interval.low).toBeCloseTo(there.interval.low, 12)
      expect(back.p).toBeCloseTo(there.p, 9)
    }
  })

  it.each(TASKS)('%s: a side alone has the value and interval it has when compared', task => {
    const pair = samplePair({ rows: 250, seed: 12, task })

    for (const { name } of computedMetrics(sideOf(pair, 'candidate'))) {
      const alone = estimateMetric(name, sideOf(pair, 'candidate'), OPTIONS)

      expect(alone, name).toEqual(compare(name, pair).candidate)
      if (hasNoValue(alone)) throw new Error('undefined')
      expect(alone.interval!.low).toBeLessThanOrEqual(alone.value)
      expect(alone.interval!.high).toBeGreaterThanOrEqual(alone.value)
    }
  })

  it.each(TASKS)('%s: a subset is compared as if the other rows did not exist', task => {
    const pair = samplePair({ rows: 200, seed: 7, task })
    const group = column(
      'user',
      Array.from({ length: 200 }, (_, row) => row % 60),
    )
    const rows = Uint32Array.from({ length: 90 }, (_, row) => row)
    const side = ({ prediction, score, probabilities }: PairedPredictions['candidate']) => ({
      prediction: prediction.slice(0, 90),
      score: score?.slice(0, 90),
      probabilities: probabilities?.map(column => column.slice(0, 90)),
    })
    const alone = {
      ...pair,
      rows: 90,
      label: pair.label.slice(0, 90),
      candidate: side(pair.candidate),
      baseline: side(pair.baseline),
    }

    for (const { name } of computedMetrics(sideOf(pair, 'candidate'))) {
      expect(compare(name, pair, { rows })).toEqual(compare(name, alone))
      expect(compare(name, { ...pair, group }, { rows })).toEqual(
        compare(name, { ...alone, group: { ...group, codes: group.codes.slice(0, 90) } }),
      )
    }
  })

  it('finds a real gain', () => {
    for (const task of TASKS) {
      const pair = samplePair({ rows: 4000, seed: 5, task, gain: 0.7 })

      for (const { name, direction } of computedMetrics(sideOf(pair, 'candidate'))) {
        if (name === 'ece') continue
        const { interval } = compare(name, pair).difference

        const worst = direction === 'higher' ? interval.low : -interval.high
        expect(worst, `${task} ${name}`).toBeGreaterThan(0)
      }
    }
  })
})

describeOnce('what cannot be compared', () => {
  it('says so for a metric that exists on one side only', () => {
    const scored = sideFrom('binary', [0, 1, 0, 1], { score: [0.2, 0.7, 0.4, 0.9] })
    const bare = { ...scored, score: undefined }

    expect(compareOnRows('brier', pairFrom(scored, bare), OPTIONS)).toEqual({
      undefinedBecause: 'brier needs a score column',
    })
  })

  it('says so for one row', () => {
    const one = sideFrom('binary', [1], { score: [0.7] })

    expect(compareOnRows('accuracy', pairFrom(one, one), OPTIONS)).toEqual({
      undefinedBecause: 'one row is too few to weigh',
    })
    expect(estimateMetric('accuracy', one, OPTIONS)).toEqual({ value: 1 })
  })

  it('claims no more than its rows can show when every resample is alike', () => {
    const ones = (rows: number) => new Array<number>(rows).fill(1)
    const pair = (rows: number) =>
      pairFrom(
        sideFrom('binary', ones(rows), { prediction: ones(rows) }),
        sideFrom('binary', ones(rows), { prediction: ones(rows).fill(0) }),
      )

    expect(compare('f1', pair(6)).difference).toMatchObject({ value: 1, p: 2 ** -5 })
    for (const name of ['f1', 'accuracy'])
      expect(compareOnRows(name, pair(5), OPTIONS), name).toEqual({
        undefinedBecause: '5 rows are too few to compare: it takes 6',
      })
  })
})

// --- internal ---

function compare(name: string, pair: PairedPredictions, more: object = {}): Compared {
  const compared = compareOnRows(name, pair, { ...OPTIONS, ...more })
  if (hasNoValue(compared)) throw new Error(`${name}: ${compared.undefinedBecause}`)
  return compared
}

function near(value: number) {
  return expect.closeTo(value, 9)
}

/** Rows that are all labelled positive, so that "right" is "predicted positive". */
function pairOfCounts(
  bothCorrect: number,
  championOnly: number,
  candidateOnly: number,
  bothWrong: number,
): PairedPredictions {
  const rows = bothCorrect + championOnly + candidateOnly + bothWrong
  const label = new Array<number>(rows).fill(1)
  const ours = label.map((_, row) =>
    row < bothCorrect || (row >= bothCorrect + championOnly && row < rows - bothWrong) ? 1 : 0,
  )
  const theirs = label.map((_, row) => (row < bothCorrect + championOnly ? 1 : 0))
  return pairFrom(
    sideFrom('binary', label, { prediction: ours }),
    sideFrom('binary', label, { prediction: theirs }),
  )
}
