import type { Difference } from '../../src/core/statistics/estimate.ts'
import type { GateResult, MetricRow, Result, SliceRow } from '../../src/core/verdict/result.ts'

/** Results for the tests of the report: one plausible pull request on flight delays, and what can become of it. */

export const CANDIDATE_COMMIT = 'b491386fdba107330fe1d110ee3f84d84394fbbe'
export const CHAMPION_COMMIT = 'e5c87ee3b6f946ae577d43245beb15a26e099dc0'
export const BASE_COMMIT = '40c1f1f2a7a3f1d66a2c2a7f9a4f1f5b2a7c9d10'
const TEST_SET = { hash: '127b0e9f7d9b3f8c6717f7263b00af88caf0162698d24dda6da34ccdf8258b6b', rows: 7099 }
const DATA = ['dvc.lock:data/flights.csv md5 1a2b3c4d5e6f']

/** `difference(0.004, 0.001, 0.007)`: candidate minus baseline with its interval. */
export function difference(
  value: number,
  low: number,
  high: number,
  more: Partial<Difference> = {},
): Difference {
  return {
    value,
    interval: { low, high, level: 0.95 },
    p: low > 0 || high < 0 ? 0.004 : 0.31,
    method: 'mcnemar+bonett-price',
    paired: true,
    rows: TEST_SET.rows,
    ...more,
  }
}

/** A metric of a candidate and a champion, with the judgement that its difference gives. */
export function metric(
  name: string,
  [champion, candidate]: [number, number],
  change?: Difference,
  more: Partial<MetricRow> = {},
): MetricRow {
  const direction = more.direction ?? 'higher'
  const gain = change && (direction === 'higher' ? change.interval.low : -change.interval.high)
  const loss = change && (direction === 'higher' ? change.interval.high : -change.interval.low)
  return {
    metric: name,
    direction,
    candidate: { value: candidate },
    champion: { value: champion },
    differences: { champion: change },
    judgement: !change ? 'not_judged' : gain! > 0 ? 'better' : loss! < 0 ? 'worse' : 'no_difference_shown',
    gated: false,
    ...more,
  }
}

export function gate(
  name: string,
  verdict: GateResult['verdict'],
  more: Partial<GateResult> = {},
): GateResult {
  return {
    name,
    metric: name.split(' ')[0]!,
    verdict,
    blocks: verdict === 'fail' || verdict === 'not_comparable',
    reason: 'the reason',
    ...more,
  }
}

export function slice(
  value: string,
  rows: number,
  change: Difference | undefined,
  more: Partial<SliceRow> = {},
): SliceRow {
  return {
    metric: 'accuracy',
    direction: 'higher',
    column: 'origin',
    value,
    rows,
    against: 'champion',
    candidate: 0.74,
    baseline: change ? 0.74 - change.value : undefined,
    difference: change,
    outcome: change === undefined ? 'cannot_judge' : change.interval.high < 0 ? 'fail' : 'pass',
    ...more,
  }
}

/** A result that passed, in which `change` replaces what it names. */
export function result(change: Partial<Result> = {}): Result {
  return { ...structuredClone(PASS), ...change }
}

/** A result that died before there was anything to judge. */
export function failedResult(
  state: 'training_failed' | 'evaluation_failed',
  failure: Result['failure'],
): Result {
  const { assay, model, candidate, configuration, reproduce, run } = PASS
  return {
    schema: 1,
    assay,
    model,
    state,
    verdict: 'fail',
    blocks: true,
    failure,
    candidate: { source: candidate.source, commit: candidate.commit },
    metrics: [],
    gates: [],
    slices: [],
    warnings: [],
    configuration,
    reproduce,
    run,
  }
}

// --- internal ---

const PASS: Result = {
  schema: 1,
  assay: '0.1.0',
  model: 'late-flights',
  state: 'judged',
  verdict: 'pass',
  blocks: false,
  candidate: {
    source: 'this commit',
    commit: CANDIDATE_COMMIT,
    data: DATA,
    testSet: TEST_SET,
    usage: {
      trainSeconds: 754,
      evaluateSeconds: 31,
      cost: 0.52,
      currency: 'EUR',
      priceSource: '2.50 EUR an hour',
    },
  },
  champion: {
    source: 'command node evaluate.mjs --model champion/model.json',
    commit: CHAMPION_COMMIT,
    data: DATA,
    testSet: TEST_SET,
    ageDays: 12.4,
  },
  base: {
    source: 'base commit',
    commit: BASE_COMMIT,
    data: DATA,
    testSet: TEST_SET,
    usage: { trainSeconds: 610, evaluateSeconds: 30, cost: 0.42, currency: 'EUR' },
  },
  metrics: [
    metric(
      'roc_auc',
      [0.619597, 0.642923],
      difference(0.023326, 0.007, 0.039453, { method: 'delong', p: 0.0003 }),
      {
        gated: true,
      },
    ),
    metric('accuracy', [0.73785, 0.738977], difference(0.001127, -0.0045, 0.00676), { gated: true }),
    metric(
      'brier',
      [0.16126, 0.15828],
      difference(-0.00298, -0.00532, -0.00089, { method: 'paired-bootstrap' }),
      {
        direction: 'lower',
      },
    ),
    metric('recall', [0.2221, 0.2631], difference(0.041, -0.003, 0.085)),
    metric('business/cost_per_flight', [1.25, 1.21], undefined, { direction: undefined }),
  ],
  gates: [
    gate('roc_auc at least 0.6', 'pass', {
      reason: 'roc_auc is 0.643 (95 % interval 0.620 to 0.663); the floor is 0.6',
    }),
    gate('accuracy not worse than champion by more than 0.005', 'pass', {
      reason:
        "accuracy 0.7390 against the champion's 0.7379: +0.0011 (95 % interval −0.0045 to +0.0068); up to 0.005 worse is accepted",
    }),
  ],
  slices: [
    slice('DEN', 573, difference(-0.011, -0.034, 0.012), { outcome: 'pass' }),
    slice('ATL', 1240, difference(0.004, -0.009, 0.017)),
    slice('GUM', 14, undefined),
  ],
  confusion: {
    classes: ['on time', 'late'],
    candidate: [
      [4855, 758],
      [1095, 391],
    ],
    champion: [
      [4908, 705],
      [1156, 330],
    ],
  },
  warnings: [],
  configuration: { source: 'base', commit: BASE_COMMIT, changes: [] },
  reproduce: `git checkout ${CANDIDATE_COMMIT} && assay run --model late-flights --base ${BASE_COMMIT} --dry-run`,
  run: { url: 'https://forge.example/skyline/late-flights/runs/1001', order: '1001.1', pullRequest: 7 },
}
