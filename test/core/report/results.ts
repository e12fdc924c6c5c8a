import type { ForgeDialect } from '../../../src/core/report/dialect.ts'
import type { PlotData } from '../../../src/core/report/plot-data.ts'
import type { GateResult, MetricRow, Result, SliceRow } from '../../../src/core/report/result.ts'

/** Results as `weigh` would make them, one for every state a reader can meet. */

export const FOLDING: ForgeDialect = {
  name: 'folding',
  maxBody: 60_000,
  alerts: true,
  details: true,
  quickActions: false,
}
export const COMMANDING: ForgeDialect = {
  name: 'commanding',
  maxBody: 999_900,
  alerts: true,
  details: true,
  quickActions: true,
}
export const DIALECTS = [FOLDING, COMMANDING]

const CANDIDATE = 'c0ffee1234567890c0ffee1234567890c0ffee12'
const BASE = 'ba5eba11aa11bb22cc33dd44ee55ff6677889900'
const CHAMPION = '1234abcd1234abcd1234abcd1234abcd1234abcd'
const TEST_SET = { hash: '3fa92b1c77d0e5a4', rows: 4000 }

/** A metric with a difference of `change` and half-width `half` to both champion and base. */
export function metric(
  name: string,
  value: number,
  change: number,
  half: number,
  extra: Partial<MetricRow> = {},
): MetricRow {
  const lower = extra.direction === 'lower'
  const [low, high] = [change - half, change + half]
  const better = lower ? high < 0 : low > 0
  const worse = lower ? low > 0 : high < 0
  const difference = {
    value: change,
    interval: { low, high, level: 0.95 },
    p: better || worse ? 0.0004 : 0.4,
    method: 'mcnemar+bonett-price',
    paired: true,
    rows: 4000,
    counts: { both_correct: 3300, champion_only: 90, candidate_only: 110, both_wrong: 500 },
    detectable: half * 1.43,
  }
  return {
    metric: name,
    direction: 'higher',
    candidate: { value, interval: { low: value - half, high: value + half, level: 0.95 }, method: 'wilson' },
    champion: { value: value - change },
    base: { value: value - change / 2 },
    differences: {
      champion: difference,
      base: {
        ...difference,
        value: change / 2,
        interval: { low: low - change / 2, high: high - change / 2, level: 0.95 },
      },
    },
    judgement: better ? 'better' : worse ? 'worse' : 'no_difference_shown',
    gated: false,
    ...extra,
  }
}

export function gate(
  metric: string,
  verdict: GateResult['verdict'],
  extra: Partial<GateResult> = {},
): GateResult {
  return {
    name: `${metric} not worse than champion by more than 0.005`,
    metric,
    verdict,
    blocks: verdict === 'fail' || verdict === 'not_comparable',
    reason: `${metric} 0.8734 against the champion's 0.8712: +0.0022 (95 % interval −0.0010 to +0.0054); up to 0.005 worse is accepted`,
    ...extra,
  }
}

export function slice(
  value: string,
  change: number,
  outcome: SliceRow['outcome'],
  extra: Partial<SliceRow> = {},
): SliceRow {
  return {
    metric: 'accuracy',
    direction: 'higher',
    column: 'origin',
    value,
    rows: 412,
    against: 'champion',
    candidate: 0.86 + change,
    baseline: 0.86,
    difference: {
      value: change,
      interval: { low: change - 0.012, high: change + 0.012, level: 0.95 },
      p: 0.01,
      method: 'mcnemar+bonett-price',
      paired: true,
      rows: 412,
    },
    adjustedP: 0.04,
    outcome,
    ...extra,
  }
}

export const PASS: Result = {
  schema: 1,
  assay: '0.1.0',
  model: 'late-flights',
  state: 'judged',
  verdict: 'pass',
  blocks: false,
  candidate: {
    source: 'this commit',
    commit: CANDIDATE,
    data: ['dvc.lock:data/train.csv md5 1a2b3c4d5e6f'],
    testSet: TEST_SET,
    usage: {
      trainSeconds: 754,
      evaluateSeconds: 41,
      cost: 1.24,
      currency: 'EUR',
      priceSource: 'g5.xlarge, 2026-11',
    },
  },
  champion: {
    source: 'folder champion',
    commit: CHAMPION,
    data: ['dvc.lock:data/train.csv md5 1a2b3c4d5e6f'],
    testSet: TEST_SET,
    ageDays: 12.3,
  },
  base: {
    source: 'base commit',
    commit: BASE,
    testSet: TEST_SET,
    usage: { trainSeconds: 660, evaluateSeconds: 40, cost: 1.1, currency: 'EUR' },
  },
  metrics: [
    metric('roc_auc', 0.9123, 0.0061, 0.0031, { gated: true }),
    metric('accuracy', 0.8734, 0.0022, 0.0032, { gated: true }),
    metric('log_loss', 0.3012, -0.0098, 0.0041, { direction: 'lower' }),
    metric('brier', 0.0951, -0.0004, 0.0021, { direction: 'lower' }),
    metric('f1', 0.71, 0.0011, 0.0052),
  ],
  gates: [
    gate('accuracy', 'pass'),
    gate('roc_auc', 'pass', {
      name: 'roc_auc better than champion',
      reason:
        "roc_auc 0.9123 against the champion's 0.9062: +0.0061 (95 % interval +0.0030 to +0.0092); better is asked",
    }),
  ],
  slices: [
    slice('ATL', -0.004, 'inconclusive'),
    slice('ORD', 0.006, 'pass'),
    slice('JFK', 0.011, 'pass', { rows: 380 }),
    slice('GUM', 0, 'cannot_judge', { rows: 4, candidate: 0.75, difference: undefined }),
  ],
  confusion: {
    classes: ['on time', 'late'],
    candidate: [
      [3010, 190],
      [316, 484],
    ],
    champion: [
      [3001, 199],
      [316, 484],
    ],
  },
  warnings: [],
  configuration: { source: 'base', commit: BASE, changes: [] },
  reproduce: `git checkout ${CANDIDATE} && assay run --model late-flights --base ${BASE} --dry-run`,
  run: { url: 'https://ci.example/runs/4711', order: '4711.1', pullRequest: 12 },
}

export const FAIL: Result = {
  ...PASS,
  verdict: 'fail',
  blocks: true,
  metrics: [
    metric('accuracy', 0.8561, -0.0151, 0.0049, { gated: true }),
    metric('log_loss', 0.3312, 0.0211, 0.0063, { direction: 'lower', gated: true }),
    metric('roc_auc', 0.9071, 0.0009, 0.0031, { gated: true }),
    metric('recall', 0.655, 0.034, 0.012),
    metric('f1', 0.71, 0.0011, 0.0052),
  ],
  gates: [
    gate('accuracy', 'fail', {
      reason:
        "accuracy 0.8561 against the champion's 0.8712: −0.0151 (95 % interval −0.0200 to −0.0102); up to 0.005 worse is accepted",
    }),
    gate('accuracy', 'fail', {
      name: 'accuracy not worse than champion by more than 0.01 in every slice of origin',
      reason: 'accuracy is significantly worse in origin = ATL: 0.8170 against 0.8600; 1 too small to judge',
      slices: { column: 'origin', judged: 3, cannotJudge: 1, failed: ['origin = ATL'] },
    }),
    gate('log_loss', 'fail', {
      blocks: false,
      name: 'log_loss not worse than champion by more than 0.01',
      reason:
        "log_loss 0.3312 against the champion's 0.3101: +0.0211 (95 % interval +0.0148 to +0.0274); up to 0.01 worse is accepted",
      waived: { reason: 'calibration is fixed in #118', author: '@ada', until: '2026-12-01' },
    }),
    gate('roc_auc', 'pass'),
  ],
  slices: [
    slice('ATL', -0.043, 'fail'),
    slice('DFW', -0.009, 'inconclusive', { rows: 290 }),
    slice('ORD', 0.006, 'pass'),
    slice('GUM', 0, 'cannot_judge', { rows: 4, candidate: 0.75, difference: undefined }),
  ],
  candidate: {
    ...PASS.candidate,
    data: ['dvc.lock:data/train.csv md5 99887766aabb'],
    usage: {
      ...PASS.candidate.usage,
      gpus: [
        {
          index: 0,
          name: 'NVIDIA A10G',
          utilisation: 0.46,
          idleShare: 0.43,
          memoryPeakMiB: 9312,
          memoryTotalMiB: 23028,
          energyWh: 21.4,
          seconds: 754,
        },
        {
          index: 1,
          name: 'NVIDIA A10G',
          utilisation: 0.91,
          idleShare: 0.04,
          memoryPeakMiB: 20110,
          memoryTotalMiB: 23028,
          energyWh: 38.2,
          seconds: 754,
        },
      ],
    },
  },
  seeds: [
    {
      metric: 'accuracy',
      scores: [1, 2, 3, 4, 5].map((seed, index) => ({
        seed,
        candidate: [0.855, 0.857, 0.859, 0.852, 0.8571][index]!,
        champion: [0.871, 0.8705, 0.8731, 0.8699, 0.8724][index]!,
      })),
    },
  ],
  warnings: [
    'The metrics file says accuracy is 0.8600, its own predictions say 0.8561: the predictions are used.',
  ],
  notes: '## What we tried\n\n- [x] more trees\n- [ ] calibration\n\nThe loss is $x_1$ + $x_2$; ping @ada.\n',
}

export const INCONCLUSIVE: Result = {
  ...PASS,
  verdict: 'inconclusive',
  metrics: [
    metric('accuracy', 0.8734, -0.0021, 0.0079, {
      gated: true,
    }),
  ],
  gates: [
    gate('accuracy', 'inconclusive', {
      reason:
        "accuracy 0.8734 against the champion's 0.8755: −0.0021 (95 % interval −0.0100 to +0.0058); up to 0.005 worse is accepted",
    }),
  ],
  slices: [],
}
INCONCLUSIVE.metrics[0]!.differences.champion = {
  ...INCONCLUSIVE.metrics[0]!.differences.champion!,
  detectable: 0.0113,
  needed: { count: 20_400, unit: 'rows' },
}

export const NOT_COMPARABLE: Result = {
  ...PASS,
  verdict: 'not_comparable',
  blocks: true,
  champion: { ...PASS.champion!, testSet: { hash: 'd00df00d99', rows: 3900 } },
  base: undefined,
  metrics: [metric('accuracy', 0.8734, 0, 0, { gated: true, differences: {}, judgement: 'not_judged' })],
  gates: [gate('accuracy', 'not_comparable', { reason: 'the test sets differ (3fa92b1c and d00df00d)' })],
  slices: [],
  confusion: undefined,
  warnings: ['Not comparable with the champion: the test sets differ (3fa92b1c and d00df00d).'],
}

/** The first run of all: nothing to compare with, and the configuration is new. */
export const FIRST_RUN: Result = {
  ...PASS,
  verdict: 'inconclusive',
  champion: undefined,
  base: undefined,
  metrics: PASS.metrics.map(row => ({
    ...row,
    champion: undefined,
    base: undefined,
    differences: {},
    judgement: 'not_judged',
  })),
  gates: [
    gate('accuracy', 'inconclusive', { reason: 'there is no champion yet: nothing serves to compare with' }),
  ],
  slices: [],
  confusion: undefined,
  configuration: {
    source: 'candidate',
    commit: CANDIDATE,
    changes: ['This pull request brings the first configuration, so it is judged by its own gates.'],
  },
}

export const NO_CHAMPION: Result = {
  ...PASS,
  champion: undefined,
  metrics: PASS.metrics.map(row => ({
    ...row,
    champion: undefined,
    differences: { base: row.differences.base },
  })),
  gates: [
    gate('accuracy', 'pass', {
      name: 'accuracy at least 0.85',
      reason: 'accuracy is 0.8734 (95 % interval 0.8702 to 0.8766); the floor is 0.85',
    }),
  ],
  slices: [],
  confusion: undefined,
}

export const TRAINING_FAILED: Result = {
  ...PASS,
  state: 'training_failed',
  verdict: 'fail',
  blocks: true,
  failure: {
    command: 'python train.py --seed 1',
    exitCode: 1,
    tail: 'Epoch 1/10\nTraceback (most recent call last):\n  File "train.py", line 12, in <module>\n    ```fences``` and <!-- comments -->\nMemoryError\n',
  },
  candidate: { source: 'this commit', commit: CANDIDATE },
  champion: undefined,
  base: undefined,
  metrics: [],
  gates: [],
  slices: [],
  confusion: undefined,
}

export const EVALUATION_FAILED: Result = {
  ...TRAINING_FAILED,
  state: 'evaluation_failed',
  failure: { command: 'make evaluate', signal: 'SIGKILL', timedOut: true, tail: '' },
}

export const SKIPPED: Result = {
  ...TRAINING_FAILED,
  state: 'skipped',
  verdict: 'pass',
  blocks: false,
  failure: undefined,
}

export const RULES_CHANGED: Result = {
  ...PASS,
  configuration: {
    source: 'base',
    commit: BASE,
    changes: [
      'late-flights: gate removed: accuracy at least 0.87.',
      'late-flights: gate added: accuracy at least 0.5.',
    ],
  },
}

export const STATES: Record<string, Result> = {
  pass: PASS,
  fail: FAIL,
  inconclusive: INCONCLUSIVE,
  'not-comparable': NOT_COMPARABLE,
  'first-run': FIRST_RUN,
  'no-champion': NO_CHAMPION,
  'training-failed': TRAINING_FAILED,
  'evaluation-failed': EVALUATION_FAILED,
  skipped: SKIPPED,
  'rules-changed': RULES_CHANGED,
}

/** 3,000 metrics, 50 slices and 70 KB of notes. */
export function hugeResult(): Result {
  return {
    ...FAIL,
    metrics: Array.from({ length: 3000 }, (_, index) =>
      metric(`val/metric_number_${index}`, 0.8, 0.02, 0.01),
    ),
    slices: Array.from({ length: 50 }, (_, index) =>
      slice(`airport ${index}`, -0.02 + index / 1000, index < 20 ? 'fail' : 'pass'),
    ),
    notes: `${'A line of notes that is long enough.\n'.repeat(2000)}`,
  }
}

const CURVE: [number, number][] = Array.from({ length: 40 }, (_, index) => [index / 39, (index / 39) ** 0.3])

export const PLOTS: PlotData = {
  candidate: {
    roc: CURVE,
    precisionRecall: CURVE.map(([x]) => [x, 1 - x ** 3 * 0.8]),
    calibration: [0.1, 0.3, 0.5, 0.7, 0.9].map(said => ({
      said,
      happened: said * 0.95,
      low: said * 0.95 - 0.03,
      high: said * 0.95 + 0.03,
      rows: 400,
    })),
  },
  opponent: {
    name: 'champion',
    roc: CURVE.map(([x]) => [x, x ** 0.4]),
    precisionRecall: CURVE.map(([x]) => [x, 1 - x ** 2 * 0.8]),
    calibration: [0.1, 0.3, 0.5, 0.7, 0.9].map(said => ({
      said,
      happened: said * 0.8,
      low: said * 0.8 - 0.04,
      high: said * 0.8 + 0.04,
      rows: 400,
    })),
  },
  gpus: [0, 1].map(index => ({
    index,
    name: 'NVIDIA A10G',
    trace: Array.from({ length: 60 }, (_, step) => ({
      second: step * 12,
      utilisation: index === 0 ? (step % 10 < 4 ? 0.02 : 0.8) : 0.91,
    })),
  })),
}
