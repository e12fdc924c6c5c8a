import { describe, expect, it } from 'vitest'
import type { PairedPredictions } from '../../../../src/core/inputs/predictions/pair.ts'
import { foldIntoCells } from '../../../../src/core/metrics/compare/cells.ts'
import { type Resampled, resample, type Source } from '../../../../src/core/metrics/compare/resampling.ts'
import { hasNoValue, type OneSide, sideOf } from '../../../../src/core/metrics/side.ts'
import { compareOnRows } from '../../../../src/core/metrics/table/compare.ts'
import { computeMetric } from '../../../../src/core/metrics/table/compute.ts'
import { computedMetric } from '../../../../src/core/metrics/table/metrics.ts'
import { pairedBootstrap } from '../../../../src/core/statistics/intervals/bootstrap.ts'
import { describeOnce, divided, rounds } from '../../../support/rounds.ts'
import { OPTIONS, referenceCase, samplePair, sideFrom } from '../samples.ts'

describeOnce('resample over rows', () => {
  it('bootstrap-acc-mulberry: equals the reference draw for draw', () => {
    const { inputs, outputs } = referenceCase('bootstrap-acc-mulberry')
    const sides = [inputs.candidate!, inputs.champion!].map(prediction =>
      sideFrom('binary', inputs.y!, { prediction }),
    )

    const drawn = draw('accuracy', sides, { by: 'rows', rows: 240 }, { seed: 12345, resamples: 2000 })

    const [low, high] = outputs.ci95_percentile as unknown as [number, number]
    expect(drawn.values[0]! - drawn.values[1]!).toBeCloseTo(outputs.diff!, 12)
    expect([drawn.low, drawn.high, drawn.se]).toEqual([low, high, outputs.se].map(near))
  })

  it('bootstrap-auc-mulberry: equals the reference draw for draw', () => {
    const { inputs, outputs } = referenceCase('bootstrap-auc-mulberry')
    const sides = [inputs.candidate_scores!, inputs.champion_scores!].map(score =>
      sideFrom('binary', inputs.y!, { score }),
    )

    const drawn = draw('roc_auc', sides, { by: 'rows', rows: 240 }, { seed: 777, resamples: 1000 })

    const [low, high] = outputs.ci95_percentile as unknown as [number, number]
    expect(drawn.values).toEqual([outputs.auc_candidate, outputs.auc_champion].map(near))
    expect([drawn.low, drawn.high, drawn.se]).toEqual([low, high, outputs.se].map(near))
  })

  it('takes a normal interval around the value from fewer than 1,000 resamples', () => {
    const pair = samplePair({ rows: 200, seed: 1 })

    const drawn = draw('f1', bothSides(pair), { by: 'rows', rows: 200 }, { resamples: 300 })

    const value = drawn.values[0]! - drawn.values[1]!
    expect(drawn.resamples).toBe(300)
    expect((drawn.low + drawn.high) / 2).toBeCloseTo(value, 12)
    expect(drawn.high - value).toBeCloseTo(1.959964 * drawn.se, 6)
  })

  it('draws fewer times where that many rows would take long, and says how often', () => {
    const pair = samplePair({ rows: 200, seed: 1 })

    const drawn = draw('f1', bothSides(pair), { by: 'rows', rows: 200 }, { draws: 200 * 1500 })

    expect(drawn.resamples).toBe(1500)
    expect(drawn.method).toBe('paired-bootstrap')
  })
})

describeOnce('resample over groups', () => {
  const codes = Uint32Array.from({ length: 300 }, (_, row) => (row * 7) % 40)

  it('draws whole groups, as many as there are', () => {
    const pair = samplePair({ rows: 300, seed: 4 })
    const [candidate, baseline] = bothSides(pair)
    const correct = (side: OneSide, row: number) => (side.label[row] === side.prediction[row] ? 1 : 0)

    const drawn = draw(
      'accuracy',
      [candidate, baseline],
      { by: 'clusters', codes, count: 40 },
      { resamples: 1000 },
    )

    const members = Array.from({ length: 40 }, (_, group) =>
      [...codes.keys()].filter(row => codes[row] === group),
    )
    const expected = pairedBootstrap({
      rows: 40,
      resamples: 1000,
      seed: OPTIONS.seed,
      statistic: groups => {
        const rows = [...groups].flatMap(group => members[group]!)
        return (
          rows.reduce((sum, row) => sum + correct(candidate, row) - correct(baseline, row), 0) / rows.length
        )
      },
    })
    expect(drawn.method).toBe('cluster-bootstrap')
    expect([drawn.low, drawn.high, drawn.se]).toEqual([expected.low, expected.high, expected.se].map(near))
  })

  it('is wider than over rows when the rows of a group repeat one another', () => {
    const once = samplePair({ rows: 60, seed: 9 })
    const five = repeatRows(once, 5)
    const groups = Uint32Array.from({ length: 300 }, (_, row) => row % 60)

    const byRows = draw('f1', bothSides(five), { by: 'rows', rows: 300 })
    const byGroups = draw('f1', bothSides(five), { by: 'clusters', codes: groups, count: 60 })

    expect(byGroups.se / byRows.se).toBeCloseTo(Math.sqrt(5), 0)
  })
})

describeOnce('resample over cells', () => {
  it.each(['binary', 'multiclass'] as const)('%s: agrees with drawing the rows themselves', task => {
    const pair = samplePair({ rows: 3000, seed: 6, task, gain: 0.3 })
    const { counts, candidate, baseline } = foldIntoCells(pair)

    const byCells = draw('f1', [candidate, baseline], { by: 'cells', counts })
    const byRows = draw('f1', bothSides(pair), { by: 'rows', rows: pair.rows })

    expect(byCells.values).toEqual(byRows.values.map(near))
    expect(byCells.se / byRows.se).toBeGreaterThan(0.93)
    expect(byCells.se / byRows.se).toBeLessThan(1.07)
  })
})

describeOnce('the infinitesimal jackknife, in place of too few resamples', () => {
  it.each([
    ['binary', 'average_precision'],
    ['binary', 'precision'],
    ['multiclass', 'f1_macro'],
    ['binary', 'recall_macro'],
    ['regression', 'rmse'],
    ['regression', 'r2'],
  ] as const)('%s %s has the error the bootstrap has', (task, metric) => {
    const pair = samplePair({ rows: 3000, seed: 2, task, gain: 0.3 })

    const drawn = draw(metric, bothSides(pair), { by: 'rows', rows: pair.rows })
    const linear = draw(metric, bothSides(pair), { by: 'rows', rows: pair.rows }, { draws: 1 })

    expect(linear.method).toBe('infinitesimal-jackknife')
    expect(linear.seed).toBeUndefined()
    expect(linear.values).toEqual(drawn.values)
    expect(linear.se / drawn.se).toBeGreaterThan(0.9)
    expect(linear.se / drawn.se).toBeLessThan(1.1)
  })

  it('is no narrower for ECE, whose bins without a gap have no slope', () => {
    const pair = samplePair({ rows: 3000, seed: 2 })

    const drawn = draw('ece', bothSides(pair), { by: 'rows', rows: pair.rows })
    const linear = draw('ece', bothSides(pair), { by: 'rows', rows: pair.rows }, { draws: 1 })

    expect(linear.se / drawn.se).toBeGreaterThan(0.95)
    expect(linear.se / drawn.se).toBeLessThan(1.5)
  })

  it('knows of groups', () => {
    const five = repeatRows(samplePair({ rows: 400, seed: 9 }), 5)
    const codes = Uint32Array.from({ length: 2000 }, (_, row) => row % 400)

    const drawn = draw('average_precision', bothSides(five), { by: 'clusters', codes, count: 400 })
    const linear = draw(
      'average_precision',
      bothSides(five),
      { by: 'clusters', codes, count: 400 },
      { draws: 1 },
    )

    expect(linear.method).toBe('cluster-infinitesimal-jackknife')
    expect(linear.se / drawn.se).toBeGreaterThan(0.9)
    expect(linear.se / drawn.se).toBeLessThan(1.1)
  })
})

describe('on many rows', () => {
  const options = { level: 0.95, seed: 7 }
  const METRICS = [
    ['binary', 'average_precision'],
    ['binary', 'ece'],
    ['regression', 'rmse'],
    ['regression', 'r2'],
  ] as const
  // One of each task in the usual run.
  const usual = divided(METRICS, ([, metric]) => metric === 'ece' || metric === 'rmse')
  const compare = (metric: string, pair: Parameters<typeof compareOnRows>[1], more = {}) => {
    const compared = compareOnRows(metric, pair, { ...options, ...more })
    if (hasNoValue(compared)) throw new Error(compared.undefinedBecause)
    return compared.difference
  }

  it.each(usual)('%s %s costs no more on fewer rows, by how often each row is looked at', (task, metric) => {
    const work = [10_000, 30_000, 100_000, 200_000, 200_001].map(rows => {
      const pair = samplePair({ rows, seed: 3, task, gain: 0.1 })
      const alone = compare(metric, pair).resamples ?? 1
      const groups = Math.floor(rows / 5)
      const codes = Uint32Array.from({ length: rows }, (_, row) => row % groups)
      const values = Array.from({ length: groups }, (_, index) => String(index))
      const grouped = compare(metric, { ...pair, group: { name: 'user', values, codes } }).resamples ?? 1
      return { rows, looks: rows * (alone + grouped) }
    })
    for (const [index, { rows, looks }] of work.entries())
      for (const larger of work.slice(index + 1))
        expect(looks, `${rows} rows against ${larger.rows}`).toBeLessThanOrEqual(1.5 * larger.looks)
  })

  it.each(usual)('%s %s has at 10,000 the interval of the bootstrap', (task, metric) => {
    const pair = samplePair({ rows: 10_000, seed: 4, task, gain: 0.1 })
    const [linear, drawn] = [compare(metric, pair), compare(metric, pair, { resamples: 2000 })]
    expect([linear.method, drawn.method]).toEqual(['infinitesimal-jackknife', 'paired-bootstrap'])
    const width = ({ interval }: typeof linear) => interval.high - interval.low
    expect(width(linear) / width(drawn)).toBeGreaterThan(0.95)
    expect(width(linear) / width(drawn)).toBeLessThan(metric === 'ece' ? 1.3 : 1.05)
  })

  it.each([
    ['binary', 'average_precision'],
    ['regression', 'rmse'],
  ] as const)('%s %s finds a difference where there is none in one case of twenty', (task, metric) => {
    let found = 0
    const times = rounds(50, 200)
    for (let seed = 0; seed < times; seed++) {
      const { low, high } = compare(metric, samplePair({ rows: 10_000, seed, task })).interval
      if (low > 0 || high < 0) found++
    }
    // 5 % of 200 are 10, give or take three standard deviations of 3.1; of 50, 2.5 and 1.5.
    expect(found).toBeGreaterThanOrEqual(rounds(0, 1))
    expect(found).toBeLessThanOrEqual(rounds(7, 19))
  })

  it('of few positives or groups is as wide as Student asks', () => {
    const pair = samplePair({ rows: 10_000, seed: 4 })
    const codes = Uint32Array.from({ length: 10_000 }, (_, row) => row % 8)
    const values = Array.from({ length: 8 }, (_, index) => String(index))
    const { interval, detectable, method } = compare('average_precision', {
      ...pair,
      group: { name: 'site', values, codes },
    })
    expect(method).toBe('cluster-infinitesimal-jackknife')
    // t with 7 degrees of freedom is 2.3646; detectable is 2.8016 standard errors.
    expect((interval.high - interval.low) / 2 / (detectable! / 2.801_585)).toBeCloseTo(2.3646, 3)
  })
})

describeOnce('foldIntoCells', () => {
  it('keeps every row in exactly one cell, also with more classes than can be counted densely', () => {
    for (const classes of [3, 300]) {
      const pair = samplePair({ rows: 500, seed: 3, task: 'multiclass', classes })

      const cells = foldIntoCells(pair)

      expect(cells.counts.reduce((sum, count) => sum + count, 0)).toBe(500)
      const unfolded = unfold(cells.candidate, cells.counts)
      expect(computeMetric('f1_macro', unfolded)).toBeCloseTo(
        computeMetric('f1_macro', sideOf(pair, 'candidate')) as number,
        12,
      )
    }
  })
})

// --- internal ---

function draw(metric: string, sides: OneSide[], source: Source, more: object = {}): Resampled {
  const drawn = resample(computedMetric(metric)!, sides, source, { ...OPTIONS, ...more })
  if (hasNoValue(drawn)) throw new Error(drawn.undefinedBecause)
  return drawn
}

function near(value: number | undefined) {
  return expect.closeTo(value!, 12)
}

function bothSides(pair: PairedPredictions): [OneSide, OneSide] {
  return [sideOf(pair, 'candidate'), sideOf(pair, 'baseline')]
}

function repeatRows(pair: PairedPredictions, times: number): PairedPredictions {
  const repeat = (values: Float64Array) =>
    Float64Array.from({ length: values.length * times }, (_, i) => values[i % values.length]!)
  const side = ({ prediction, score }: PairedPredictions['candidate']) => ({
    prediction: repeat(prediction),
    score: score && repeat(score),
  })
  const rows = pair.rows * times
  return {
    ...pair,
    rows,
    label: repeat(pair.label),
    candidate: side(pair.candidate),
    baseline: side(pair.baseline),
  }
}

function unfold(side: OneSide, counts: Float64Array): OneSide {
  const rows = [...counts].flatMap((count, cell) => new Array<number>(count).fill(cell))
  const take = (values: Float64Array) => rows.map(cell => values[cell]!)
  return {
    ...sideFrom(side.task, take(side.label), { prediction: take(side.prediction) }),
    classes: side.classes,
  }
}
