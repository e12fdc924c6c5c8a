import type { Result } from '../../src/core/verdict/result.ts'
import {
  BASE_COMMIT,
  CANDIDATE_COMMIT,
  difference,
  failedResult,
  gate,
  metric,
  result,
  slice,
} from './results.ts'

/** Every state that a report can be in, by name: what a reviewer may find in a pull request. */
export const STATES: Record<string, Result> = {
  pass: result(),
  'pass-with-waiver': passWithWaiver(),
  fail: failing(),
  inconclusive: inconclusive(),
  'not-comparable': notComparable(),
  'first-run': firstRun(),
  'no-champion': noChampion(),
  /** Where the pull request has moved on: the test names its commit. */
  stale: result(),
  'training-failed': failedResult('training_failed', {
    command: 'python train.py --epochs 20',
    exitCode: 1,
    tail: 'epoch 3/20\nTraceback (most recent call last):\n  File "train.py", line 88, in <module>\nRuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB\n',
  }),
  'evaluation-failed': failedResult('evaluation_failed', {
    command: 'node evaluate.mjs',
    tail: 'PREDICTIONS_INVALID: predictions.csv cannot be used\n  predictions.csv:18: the score "n/a" is not a number\n  fix: write numbers only',
  }),
  skipped: skipped(),
  'changed-rules': result({
    configuration: {
      source: 'base',
      commit: BASE_COMMIT,
      changes: [
        'late-flights: gate removed: roc_auc at least 0.6.',
        'late-flights: gate added: roc_auc at least 0.5.',
        'late-flights: waiver added: accuracy until 2026-12-31 (ada@example.com: see the review).',
        'late-flights: `train`, `seeds` changed.',
      ],
    },
  }),
  'first-configuration': firstConfiguration(),
  truncated: result({
    metrics: Array.from({ length: 3000 }, (_, index) =>
      metric(`latency/p${index}`, [0.5, 0.4 + index / 10_000], difference(0.01, -0.01, 0.03)),
    ),
    slices: [],
    confusion: undefined,
  }),
}

// --- internal ---

function passWithWaiver(): Result {
  return result({
    metrics: [
      ...result().metrics,
      metric('recall_at_10', [0.812, 0.798], difference(-0.014, -0.021, -0.007), { gated: true }),
    ],
    gates: [
      ...result().gates,
      gate('recall_at_10 not worse than champion by more than 0.005', 'fail', {
        blocks: false,
        reason:
          "recall_at_10 0.798 against the champion's 0.812: −0.014 (95 % interval −0.021 to −0.007); up to 0.005 worse is accepted",
        waived: {
          reason: 'the new label guidelines lower recall for everyone, see the August review',
          author: 'ada',
          until: '2026-12-31',
        },
      }),
    ],
  })
}

function failing(): Result {
  return result({
    verdict: 'fail',
    blocks: true,
    metrics: [
      metric(
        'roc_auc',
        [0.6429, 0.6196],
        difference(-0.0233, -0.0394, -0.0071, { method: 'delong', p: 0.0003 }),
        {
          gated: true,
        },
      ),
      metric('accuracy', [0.73785, 0.738977], difference(0.001127, -0.0045, 0.00676), { gated: true }),
      metric('brier', [0.15828, 0.16126], difference(0.00298, 0.00089, 0.00532), { direction: 'lower' }),
      metric('precision', [0.3189, 0.3403], difference(0.0214, 0.0041, 0.0387)),
      metric('recall', [0.2221, 0.2631], difference(0.041, -0.003, 0.085)),
    ],
    gates: [
      gate('roc_auc not worse than champion by more than 0.005', 'fail', {
        reason:
          "roc_auc 0.620 against the champion's 0.643: −0.023 (95 % interval −0.039 to −0.007); up to 0.005 worse is accepted",
      }),
      gate('accuracy not worse than champion by more than 0.03 in every slice of origin', 'fail', {
        reason:
          'accuracy is significantly worse in origin = DEN: 0.7400 against 0.8210 and 1 more; 1 too small to judge',
        slices: { column: 'origin', judged: 3, cannotJudge: 1, failed: ['origin = DEN', 'origin = MSP'] },
      }),
      gate('accuracy not worse than champion by more than 0.005', 'pass', {
        reason:
          "accuracy 0.7390 against the champion's 0.7379: +0.0011 (95 % interval −0.0045 to +0.0068); up to 0.005 worse is accepted",
      }),
    ],
    slices: [
      slice('DEN', 573, difference(-0.081, -0.119, -0.043)),
      slice('MSP', 412, difference(-0.062, -0.104, -0.02)),
      slice('ATL', 1240, difference(-0.004, -0.017, 0.009), { outcome: 'pass' }),
      slice('ORD', 1102, difference(0.011, -0.002, 0.024)),
      slice('GUM', 7, undefined),
    ],
    candidate: {
      ...result().candidate,
      seeds: [11, 22, 33],
      usage: {
        ...result().candidate.usage,
        gpus: [
          {
            index: 0,
            name: 'NVIDIA H100 80GB HBM3',
            utilisation: 0.31,
            idleShare: 0.62,
            memoryPeakMiB: 61_234,
            memoryTotalMiB: 81_559,
            energyWh: 56.2,
            seconds: 754,
          },
        ],
      },
    },
    seeds: [
      {
        metric: 'roc_auc',
        scores: [
          { seed: 11, candidate: 0.6196, champion: 0.6429 },
          { seed: 22, candidate: 0.6211, champion: 0.6402 },
          { seed: 33, candidate: 0.6174 },
        ],
      },
    ],
    warnings: [
      'The metrics file says roc_auc is 0.7100, its own predictions say 0.6196: the predictions are used.',
    ],
    notes: '### What we tried\n\n- [x] more trees, thanks @ada\n- [ ] calibration of $x_1$\n',
  })
}

function inconclusive(): Result {
  const change = difference(-0.0021, -0.0098, 0.0056, {
    detectable: 0.0109,
    needed: { count: 33_738, unit: 'rows' },
  })
  return result({
    verdict: 'inconclusive',
    metrics: [metric('accuracy', [0.7411, 0.739], change, { gated: true })],
    gates: [
      gate('accuracy not worse than champion by more than 0.005', 'inconclusive', {
        reason:
          "accuracy 0.7390 against the champion's 0.7411: −0.0021 (95 % interval −0.0098 to +0.0056); up to 0.005 worse is accepted; this data would show a change of 0.0109 with 80 % power; if the two are equally good, about 33,738 rows in all would settle it; if the difference is the observed one, about 100,290 rows in all would settle it",
      }),
    ],
  })
}

function notComparable(): Result {
  const plain = result()
  const why = "The rows are not the same: 6,500 ids are in both, 599 only in the candidate's."
  return result({
    verdict: 'not_comparable',
    blocks: true,
    champion: {
      ...plain.champion!,
      testSet: { hash: '77aa01be9d7b3f8c6717f7263b00af88caf0162698d24dda6da34ccdf8258b6b', rows: 6500 },
    },
    metrics: plain.metrics.map(row => ({ ...row, differences: {}, judgement: 'not_judged' as const })),
    gates: [gate('accuracy not worse than champion by more than 0.005', 'not_comparable', { reason: why })],
    slices: [],
    warnings: [`Not comparable with the champion: ${why}.`],
  })
}

function firstRun(): Result {
  const plain = result()
  return result({
    verdict: 'inconclusive',
    champion: undefined,
    base: undefined,
    metrics: plain.metrics.map(row => ({
      ...row,
      champion: undefined,
      differences: {},
      judgement: 'not_judged' as const,
    })),
    gates: [
      plain.gates[0]!,
      gate('accuracy not worse than champion by more than 0.005', 'inconclusive', {
        reason: 'there is no champion yet: nothing serves to compare with',
      }),
    ],
    slices: [],
    confusion: { ...plain.confusion!, champion: undefined },
  })
}

function noChampion(): Result {
  const plain = result()
  return result({
    champion: undefined,
    metrics: plain.metrics.map(({ champion, differences, ...row }) => ({
      ...row,
      base: champion,
      differences: { base: differences.champion },
    })),
    gates: [
      plain.gates[0]!,
      gate('accuracy not worse than base by more than 0.005', 'pass', {
        reason:
          "accuracy 0.7390 against the base's 0.7379: +0.0011 (95 % interval −0.0045 to +0.0068); up to 0.005 worse is accepted",
      }),
    ],
    slices: plain.slices.map(row => ({ ...row, against: row.against && ('base' as const) })),
    confusion: { ...plain.confusion!, champion: undefined },
  })
}

function skipped(): Result {
  const { model, assay, run, configuration } = result()
  return {
    schema: 1,
    assay,
    model,
    state: 'skipped',
    verdict: 'skipped',
    blocks: false,
    candidate: { source: 'this commit', commit: CANDIDATE_COMMIT },
    metrics: [],
    gates: [],
    slices: [],
    warnings: [],
    configuration,
    run,
  }
}

function firstConfiguration(): Result {
  const base = firstRun()
  return {
    ...base,
    configuration: {
      source: 'candidate',
      commit: CANDIDATE_COMMIT,
      changes: ['This pull request brings the first configuration, so it is judged by its own gates.'],
    },
  }
}
