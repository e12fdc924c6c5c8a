import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Evaluation, Predictions, Side, Task } from '../../../../src/core/inputs/evaluation.ts'
import { testSetOf } from '../../../../src/core/inputs/predictions/test-set.ts'
import { hasNoValue, type OneSide } from '../../../../src/core/metrics/side.ts'
import { compareOnRows, estimateMetric } from '../../../../src/core/metrics/table/compare.ts'
import { computedMetric, type MetricName } from '../../../../src/core/metrics/table/metrics.ts'
import { normalQuantile } from '../../../../src/core/statistics/distributions/distributions.ts'
import type { Estimate } from '../../../../src/core/statistics/estimate.ts'
import { newcombeAuc } from '../../../../src/core/statistics/intervals/auc-interval.ts'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'
import { describeOnce, some } from '../../../support/rounds.ts'
import { column, OPTIONS, pairFrom, sideFrom } from '../../metrics/samples.ts'
import { weighed } from './weigh-inputs.ts'

/** Every metric, and a limit that a perfect model keeps. */
const LIMITS: Record<MetricName, { at_least: number } | { at_most: number }> = {
  accuracy: { at_least: 0.9 },
  precision: { at_least: 0.9 },
  recall: { at_least: 0.9 },
  f1: { at_least: 0.9 },
  precision_macro: { at_least: 0.9 },
  recall_macro: { at_least: 0.9 },
  f1_macro: { at_least: 0.9 },
  roc_auc: { at_least: 0.9 },
  balanced_accuracy: { at_least: 0.9 },
  mcc: { at_least: 0.8 },
  kappa: { at_least: 0.8 },
  roc_auc_ovr: { at_least: 0.9 },
  roc_auc_ovr_weighted: { at_least: 0.9 },
  top_2_accuracy: { at_least: 0.9 },
  top_3_accuracy: { at_least: 0.9 },
  top_5_accuracy: { at_least: 0.9 },
  top_10_accuracy: { at_least: 0.9 },
  average_precision: { at_least: 0.9 },
  log_loss: { at_most: 0.5 },
  brier: { at_most: 0.1 },
  ece: { at_most: 0.1 },
  rmse: { at_most: 2 },
  mae: { at_most: 2 },
  mape: { at_most: 0.1 },
  smape: { at_most: 0.1 },
  pinball: { at_most: 2 },
  mrr: { at_least: 0.9 },
  ndcg: { at_least: 0.9 },
  ndcg_5: { at_least: 0.9 },
  ndcg_10: { at_least: 0.9 },
  r2: { at_least: 0.9 },
}
const TASKS = ['binary', 'multiclass', 'regression'] as const
const FEW = [2, 4, 8]
const MANY = 700

describeOnce('few rows that are all alike pass no gate', () => {
  it.each(TASKS)('%s: a model that is perfect on few rows is not shown to keep any limit', task => {
    for (const rows of FEW)
      for (const shape of [{}, { groups: 2 }])
        for (const { name, verdict, reason } of judge(inSlicesToo(limits(task)), perfect(task, rows, shape)))
          expect(verdict, `${rows} rows: ${name}: ${reason}`).toBe('inconclusive')
  })

  it.each(TASKS)('%s: the same answers on few rows are not shown to be no worse', task => {
    for (const rows of FEW)
      for (const make of [perfect, middling])
        for (const { name, verdict, reason } of judge(
          inSlicesToo(notWorse(task)),
          make(task, rows),
          make(task, rows),
        ))
          expect(verdict, `${rows} rows: ${name}: ${reason}`).toBe('inconclusive')
  })

  it('says how many rows it would take', () => {
    const [floor] = judge([{ metric: 'mae', at_most: 2 }], perfect('regression', 5))
    const [relative] = judge(
      [{ metric: 'r2', not_worse_than: 'champion', margin: 0.01 }],
      perfect('regression', 5),
      perfect('regression', 5),
    )

    const words = 'no interval can be told from that: it takes four rows that differ, or 100 in all'
    expect(floor!.reason).toBe(
      `mae is 0, and its error is the same in all, or all but three, of 5 rows, and ${words}`,
    )
    expect(relative!.reason).toBe(
      `the difference of the two is the same in all, or all but three, of 5 rows, and ${words}`,
    )
  })

  it('rounding to 32 bits makes no difference of two that are the same', () => {
    const scores = [0.1, 0.9, 0.2, 0.8]
    const side = (score: number[]) => sideFrom('binary', [0, 1, 0, 1], { score })

    for (const name of ['roc_auc', 'average_precision', 'log_loss'])
      expect(
        compareOnRows(name, pairFrom(side(scores), side(scores.map(Math.fround))), OPTIONS),
        name,
      ).toMatchObject({
        undefinedBecause: expect.stringContaining('of 4 rows'),
      })
  })
})

describe('a change that leaves the model as it is keeps its pass', () => {
  const SHAPES: Shape[] = [{}, { every: 20 }, { groups: 50 }]

  it.each(TASKS)(
    '%s: the same answers on many rows, also with a rare label and with rows in groups',
    task => {
      for (const make of [perfect, middling])
        for (const shape of some(SHAPES, shape => make === middling && shape.groups !== undefined))
          for (const { name, verdict, reason } of judge(
            inSlicesToo(notWorse(task).filter(({ metric }) => !(shape.every && isOfAgreement(metric)))),
            make(task, MANY, shape),
            make(task, MANY, shape),
          ))
            expect(verdict, `${JSON.stringify(shape)}: ${name}: ${reason}`).toBe('pass')
    },
  )

  it.each(TASKS)(
    '%s: the same answers on many rows are so in every part of them, however few it has',
    task => {
      // Shares of right rows are compared by Bonett and Price, who ask each part by itself.
      const gates = notWorse(task).filter(({ metric }) => !computedMetric(metric)!.isShareOfRows)
      const inParts = gates.map(gate => ({ ...gate, slices: ['part'], min_rows: 2 }))
      for (const { name, verdict, reason } of judge(inParts, middling(task, MANY), middling(task, MANY)))
        expect(verdict, `${name}: ${reason}`).toBe('pass')
    },
  )

  it('one answer that differs anywhere leaves a small part to tell by itself', () => {
    const candidate = middling('binary', MANY)
    candidate.score![0]! -= 0.01
    const gate = { metric: 'brier', not_worse_than: 'champion', margin: 0.01, slices: ['part'], min_rows: 2 }
    const [judged] = judge([gate], candidate, middling('binary', MANY))

    expect(judged!.verdict).toBe('inconclusive')
  })

  it.each(TASKS)('%s: a model that is perfect on many rows keeps every limit', task => {
    for (const { name, verdict } of judge(limits(task), perfect(task, MANY)))
      expect(verdict, name).toBe('pass')
  })
})

describeOnce('reference numbers', () => {
  // (auc − θ)² = z² V(θ) solved by scipy's brentq.
  it.each([
    [1, 2, 2, 0.3856357044971664, 1],
    [1, 20, 20, 0.898668135763534, 1],
    [1, 10, 990, 0.9012463218633557, 1],
    [0.95, 10, 40, 0.7922951215704086, 0.988298589803085],
    [0, 5, 5, 0, 0.3572971760689569],
    [0.643, 1500, 5599, 0.6272061620910805, 0.6584261797294291],
    [0.5, 30, 70, 0.3802792852025614, 0.6197207147974386],
  ])('Newcombe: an AUC of %d on %d and %d rows', (auc, positives, negatives, low, high) => {
    const bounds = newcombeAuc(auc, positives, negatives)

    expect(bounds.low).toBeCloseTo(low, 12)
    expect(bounds.high).toBeCloseTo(high, 12)
  })

  // 2 J / (1 + J) of the ends of Wilson's interval of J, by scipy's binomtest(...).proportion_ci(0.95, 'wilson').
  it.each([
    [4, 0, 0.6755924351161198, 1],
    [20, 0, 0.9123783988027134, 1],
    [40, 5, 0.866861321410887, 0.9751973585964405],
    [90, 10, 0.9044903692769893, 0.971601211169319],
    [0, 6, 0, 0.5614970317550454],
  ])('F1 of %d hits and %d misses', (hits, misses, low, high) => {
    const label = Array.from({ length: hits + misses + 9 }, (_, row) => (row < hits + misses ? 1 : 0))
    const { interval } = own(
      'f1',
      sideFrom('binary', label, { prediction: label.map((y, row) => (row < hits ? y : 0)) }),
    )

    expect(interval!.low).toBeCloseTo(low, 12)
    expect(interval!.high).toBeCloseTo(high, 12)
  })

  it('four right answers of four: as far as z² wrong ones more would take the value', () => {
    const z2 = normalQuantile(0.975) ** 2
    const low = (name: MetricName) => own(name, perfect('binary', 4)).interval!.low

    expect(low('accuracy')).toBeCloseTo(4 / (4 + z2), 9)
    expect(low('recall')).toBeCloseTo(2 / (2 + z2), 9)
    expect(low('f1')).toBeCloseTo(4 / (4 + z2), 9)
    expect(low('average_precision')).toBeCloseTo(2 / (2 + z2), 9)
    // A loss takes 30 rows, right ones too.
    expect(own('brier', perfect('binary', 29)).interval).toBeUndefined()
    expect(own('brier', perfect('binary', 30)).interval!.high).toBeCloseTo(z2 / (30 + z2), 9)
  })
})

describeOnce('one wrong row more', () => {
  it.each(['accuracy', 'recall', 'f1', 'recall_macro', 'f1_macro', 'roc_auc'] as const)(
    '%s: never raises the low end',
    name => {
      fc.assert(
        fc.property(fc.integer({ min: 4, max: 40 }), half => {
          const label = Array.from({ length: 2 * half }, (_, row) => row % 2)
          let before = 1
          for (let wrong = 0; wrong <= Math.min(6, half); wrong++) {
            // The first positives are taken for negatives of the middle.
            const score = label.map((y, row) =>
              y === 1 && row < 2 * wrong ? 0.25 : y === 1 ? 0.9 : 0.1 + (row % 4) / 10,
            )
            const { low } = own(name, sideFrom('binary', label, { score })).interval!
            expect(low).toBeLessThanOrEqual(before + 1e-9)
            before = low
          }
        }),
        { numRuns: 6 },
      )
    },
  )
})

describeOnce('coverage of the low end, 97.5 % by name', () => {
  const CELLS = [0.9, 0.95, 0.99].flatMap(truth => [20, 50, 200].map(rows => [truth, rows] as const))
  const RUNS = 120

  it.each(CELLS)('ROC AUC of %d on %d rows, half of them positive, or a fifth', (truth, rows) => {
    const random = mulberry32(rows)
    const normal = () => normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, random())))
    const gap = Math.SQRT2 * normalQuantile(truth)
    for (const every of [2, 5])
      expect(
        coverage(truth, RUNS, () => {
          const label = Array.from({ length: rows }, (_, row) => (row % every === 0 ? 1 : 0))
          return own('roc_auc', sideFrom('binary', label, { score: label.map(y => y * gap + normal()) }))
        }),
      ).toBeGreaterThan(0.92)
  })

  it.each(CELLS)('F1 of %d on %d positives or so', (truth, rows) => {
    const random = mulberry32(rows)
    const jaccard = truth / (2 - truth)
    expect(
      coverage(truth, RUNS, () => {
        const hit = Array.from({ length: rows }, () => random() < jaccard)
        const missed = hit.map(isHit => !isHit && random() < 0.5)
        const label = hit.map((isHit, row) => (isHit || missed[row] ? 1 : 0))
        const prediction = hit.map((isHit, row) => (isHit || !missed[row] ? 1 : 0))
        return own('f1', sideFrom('binary', label, { prediction }))
      }),
    ).toBeGreaterThan(0.93)
  })

  it.each(CELLS)('macro F1 of %d on %d rows of three classes', (truth, rows) => {
    const random = mulberry32(rows)
    expect(
      coverage(truth, 40, () => {
        const label = Array.from({ length: rows }, (_, row) => row % 3)
        const prediction = label.map(y => (random() < truth ? y : (y + 1 + Math.floor(2 * random())) % 3))
        return own(
          'f1_macro',
          { ...sideFrom('multiclass', label, { prediction }), classes: ['a', 'b', 'c'] },
          1000,
        )
      }),
    ).toBeGreaterThan(0.92)
  })
})

describeOnce('runs that are all alike', () => {
  const run = (scores: number[]) => ({
    seeds: scores.map((score, seed) => ({ seed, metrics: new Map([['quality', score]]) })),
  })
  const judgeRuns = (ours: number[], theirs: number[], rule: object) =>
    weighed(
      { directions: { quality: 'higher' }, gates: [{ metric: 'quality', ...rule }] },
      { candidate: ofFile('candidate', run(ours)), champion: ofFile('champion', run(theirs)) },
    ).gates[0]!

  it('five seeds that give the same difference show none, however large', () => {
    const five = (score: number) => new Array<number>(5).fill(score)
    const gate = judgeRuns(five(0.92), five(0.91), { better_than: 'champion' })

    expect(gate).toMatchObject({ verdict: 'inconclusive' })
    expect(gate.reason).toBe('all 5 seeds give the same difference, so nothing is known of its spread')
    expect(judgeRuns(five(0.9), five(0.9), { not_worse_than: 'champion', margin: 0.01 }).verdict).toBe(
      'inconclusive',
    )
  })

  it('five seeds that differ, and come to the same on both sides, are the same computation', () => {
    const scores = [0.91, 0.92, 0.9, 0.93, 0.915]

    expect(judgeRuns(scores, scores, { not_worse_than: 'champion', margin: 0.01 }).verdict).toBe('pass')
  })
})

// --- internal ---

interface Shape {
  /** One row in so many is of the rare class. */
  every?: number
  /** How many groups the rows come in. */
  groups?: number
}

function limits(task: Task) {
  return namesOf(task).map(metric => ({ metric, ...LIMITS[metric] }))
}

function notWorse(task: Task) {
  // As a part of the range, where it has one: some go from −1 to 1, or from 0 to 2.
  return namesOf(task).map(metric => {
    const [least, greatest] = computedMetric(metric)!.range
    const length = greatest - least
    return { metric, not_worse_than: 'champion', margin: 0.01 * (Number.isFinite(length) ? length : 1) }
  })
}

/**
 * Both look at the negatives too: of 700 rows with 35 positives, the four that would have been seen nearly always, called positive,
 * take them down by 0.05. The margin of a fiftieth of their range is not shown there, and that is told.
 */
function isOfAgreement(metric: MetricName): boolean {
  return metric === 'mcc' || metric === 'kappa'
}

/** Every gate, and the same over a column of one value. */
function inSlicesToo(gates: object[]): object[] {
  return gates.flatMap(gate => [gate, { ...gate, slices: ['all'], min_rows: 2 }])
}

function namesOf(task: Task): MetricName[] {
  return (Object.keys(LIMITS) as MetricName[]).filter(
    name => computedMetric(name)!.tasks.includes(task) && !OF_OTHER_ROWS.includes(name),
  )
}

/** What has no value here: among three classes all are among the three likeliest, a truth is 0, no quantile, no queries. */
const OF_OTHER_ROWS: MetricName[] = [
  'top_3_accuracy',
  'top_5_accuracy',
  'top_10_accuracy',
  'mape',
  'pinball',
  'mrr',
  'ndcg',
  'ndcg_5',
  'ndcg_10',
]

/** Rows of which every one is predicted right, for certain. */
function perfect(task: Task, rows: number, shape: Shape = {}): Predictions {
  const label = labels(task, rows, shape)
  return predictions(task, label, label, shape)
}

/** Rows that are predicted as models do. */
function middling(task: Task, rows: number, shape: Shape = {}): Predictions {
  const label = labels(task, rows, shape)
  const answer = label.map((y, row) => {
    if (task === 'regression') return y + ((row * 7) % 5) - 2
    return task === 'multiclass' ? (y + (row % 5 === 1 ? 1 : 0)) % 3 : 0.2 + 0.5 * y + ((row * 7) % 10) / 40
  })
  return predictions(task, label, answer, shape)
}

function labels(task: Task, rows: number, { every = 2 }: Shape): number[] {
  return Array.from({ length: rows }, (_, row) => {
    if (task === 'regression') return (row * 13) % 17
    return row % every === 0 ? 1 : task === 'multiclass' && row % 4 === 1 ? 2 : 0
  })
}

function predictions(task: Task, label: number[], answer: number[], { groups }: Shape): Predictions {
  return {
    ...sideFrom(task, label, answersOf(task, label, answer)),
    ...(task === 'multiclass' && { classes: ['a', 'b', 'c'] }),
    ids: label.map((_, row) => `row-${row}`),
    slices: [
      column('all', new Array(label.length).fill('one value')),
      column(
        'part',
        label.map((_, row) => row % 7),
      ),
    ],
    ...(groups && {
      group: column(
        'user',
        label.map((_, row) => row % groups),
      ),
    }),
  }
}

function answersOf(task: Task, label: number[], answer: number[]): Parameters<typeof sideFrom>[2] {
  if (task === 'binary') return { score: answer }
  if (task === 'regression') return { prediction: answer }
  const [own, next] = answer === label ? [1, 0] : [0.7, 0.2]
  const probability = (index: number, chosen: number) =>
    index === chosen ? own : index === (chosen + 1) % 3 ? next : 1 - own - next
  return {
    prediction: answer,
    probabilities: answer.map(chosen => [0, 1, 2].map(index => probability(index, chosen))),
  }
}

function judge(gates: object[], candidate: Predictions, champion?: Predictions) {
  const evaluation = (side: Side, from: Predictions): Evaluation => ({
    side,
    source: side,
    metrics: new Map(),
    predictions: from,
    testSet: testSetOf(from),
  })
  return weighed(
    { gates },
    {
      candidate: evaluation('candidate', candidate),
      ...(champion && { champion: evaluation('champion', champion) }),
    },
  ).gates
}

function ofFile(side: Side, more: Partial<Evaluation>): Evaluation {
  const metrics = more.seeds![0]!.metrics
  return { side, source: side, metrics, ...more }
}

function own(name: MetricName, side: OneSide, resamples?: number): Estimate {
  const estimate = estimateMetric(name, side, { ...OPTIONS, resamples })
  if (hasNoValue(estimate)) throw new Error(estimate.undefinedBecause)
  return estimate
}

function coverage(truth: number, runs: number, sample: () => Estimate): number {
  let covered = 0
  for (let run = 0; run < runs; run++) if (sample().interval!.low <= truth) covered++
  return covered / runs
}
