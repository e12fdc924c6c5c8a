import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/core/config/read-config.ts'
import { canBeShareOf, isShareByName, whyNoShare } from '../../../src/core/config/share-names.ts'
import type { AssayError } from '../../../src/core/errors/errors.ts'
import { starterOf } from '../../support/seen-repository.ts'
import { numbers, weighed } from '../verdict/weigh/weigh-inputs.ts'

describe('a metric that may be called a share of the rows', () => {
  it.each([
    ...['accuracy', 'acc', 'val_acc', 'test/accuracy', 'top5_accuracy', 'accuracy_top1', 'error_rate'],
    ...['exact_match', 'zero_one_loss', 'misclassification_rate'],
  ])('%s: it counts right and wrong rows', name => {
    expect(whyNoShare(name)).toBeUndefined()
    expect(isShareByName(name)).toBe(true)
  })

  it.each(['hit_rate', 'win_rate', 'my_score', 'share_correct', 'pass@1', 'on_time', 'lossless_rate'])(
    '%s: nothing is known of it, so it is the word of the team',
    name => {
      expect(whyNoShare(name)).toBeUndefined()
      expect(isShareByName(name)).toBe(false)
    },
  )
})

describe('a value that may be a share of so many rows', () => {
  it.each([
    [0.91, 400, true],
    [0.9125, 400, true],
    [1, 7, true],
    [0, 7, true],
    [2 / 3, 3, true],
    [0.6667, 3, true],
    [Math.fround(0.91), 400, true],
    [0.9134, 500, false],
    [0.87654321, 1000, false],
    [0.5, 3, false],
  ])('%d of %d: %s', (value, rows, may) => {
    expect(canBeShareOf(value, rows)).toBe(may)
  })
})

describe('a metric that is none', () => {
  it.each([
    ...['roc_auc', 'val_auc', 'valAuc', 'AUC', 'ROCAUC', 'auc2', 'auc_pr', 'test.auroc', 'c_index', 'gini'],
    ...['f1', 'f1_macro', 'macroF1', 'F1Score', 'macro_avg/f1-score', 'f0.5', 'fbeta', 'mcc', 'mIoU', 'dice'],
    ...[
      'qwk',
      'youden_j',
      'bal_acc',
      'eer',
      'false_accept_rate',
      'val_bce',
      'crps',
      'bits_per_byte',
      'R²',
      'pearsonr',
      'acc_std',
    ],
    ...['js_divergence', 'wasserstein', 'd2_tweedie', 'cider', 'num_params', 'mean_reward', 'tp', 'regret'],
    ...['mAP', 'mAP@0.5', 'map50', 'AP', 'average_precision', 'ndcg@10', 'mrr'],
    ...[
      'loss',
      'eval_loss',
      'evalLoss',
      'log_loss',
      'cross_entropy',
      'perplexity',
      'eval/ppl',
      'brier',
      'ece',
    ],
    ...['r2', 'R2', 'r2_score', 'rmse', 'valMSE', 'sMAPE', 'bleu', 'rougeL', 'wer', 'psnr', 'latency'],
    ...['precision', 'precision@10', 'recall', '0/recall', 'tpr', 'specificity', 'false_positive_rate'],
    ...['balanced_accuracy', 'mean_accuracy', 'macro_accuracy'],
  ])('%s', name => {
    expect(whyNoShare(name)).toMatch(/^it /)
    expect(isShareByName(name)).toBe(false)
  })

  it('is refused with line and reason, all of them at once', () => {
    const text = 'model: m\nmetrics: m.json\nrows: 100\nproportions: [accuracy, roc_auc, recall]\ngates: []\n'
    let problems: string[] = []
    try {
      parseConfig(text, 'assay.yml')
    } catch (error) {
      problems = (error as AssayError).problems.map(({ what, where }) => `${where?.line}: ${what}`)
    }

    expect(problems).toEqual([
      '4: `roc_auc` is in `proportions`, but it ranks pairs of rows, and is no share of rows',
      expect.stringContaining('4: `recall` is in `proportions`, but it is a share of the rows of one class'),
    ])
  })

  it('has no interval, whoever lets it through', () => {
    const { metrics } = weighed(
      { rows: 2000, proportions: ['accuracy', 'roc_auc'] },
      { candidate: numbers('candidate', { accuracy: 0.9, roc_auc: 0.9 }) },
    )

    const intervals = Object.fromEntries(metrics.map(row => [row.metric, row.candidate?.interval]))
    expect(intervals.roc_auc).toBeUndefined()
    expect(intervals.accuracy).toMatchObject({ level: 0.95 })
  })

  it('is not proposed by the first assay.yml', () => {
    const text = (names: string[]) =>
      starterOf({ metrics: { 'metrics.json': Object.fromEntries(names.map(name => [name, 0.5])) } }).text

    expect(text(['roc_auc', 'loss'])).not.toContain('proportions')
    expect(text(['roc_auc', 'acc'])).toContain('# proportions: [acc]')
  })
})
