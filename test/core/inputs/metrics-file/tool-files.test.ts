import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  type MetricsFileOptions,
  parseMetricsFile,
} from '../../../../src/core/inputs/metrics-file/metrics-file.ts'
import { metricNameOf } from '../../../../src/core/text/names.ts'

/** Files in the true format of their tools: test/data/tool-files/README.md says how each was made. */

function read(file: string, options?: MetricsFileOptions) {
  const { metrics, without } = parseMetricsFile(readFileSync(`test/data/tool-files/${file}`), file, options)
  return {
    /** By the name that the file writes. */
    value: (written: string) => metrics.get(metricNameOf(written)),
    why: (written: string) => without.get(metricNameOf(written))?.why,
    metrics: Object.fromEntries(metrics),
  }
}

describe('Hugging Face', () => {
  it('trainer_state.json of a training that ended before its last step says so', () => {
    const text = readFileSync('test/data/tool-files/trainer_state.json', 'utf8')
    const early = text.replace('"max_steps": 345', '"max_steps": 1150')
    const partial = (of: string) =>
      parseMetricsFile(Buffer.from(of), 'trainer_state.json', { at: 'log_history' }).partial

    expect(partial(early)).toEqual([
      'training ended at step 345 of 1,150: it was stopped early, or broken off',
    ])
    expect(partial(text)).toEqual([])
  })

  it('all_results.json and eval_results.json: every number as it is named', () => {
    expect(read('all_results.json').value('eval_accuracy')).toBe(0.7255)
    expect(read('eval_results.json').value('eval_loss')).toBe(0.5512)
  })

  it('trainer_state.json: a null, and of the log the last value of each key', () => {
    const whole = read('trainer_state.json')

    expect(whole.why('best_metric')).toBe('is null')
    expect(whole.value('log_history/eval_accuracy')).toBe(0.7255)
    expect(read('trainer_state.json', { at: 'log_history' }).metrics).toEqual({
      epoch: 3,
      grad_norm: 4.1,
      learning_rate: 2.6e-6,
      loss: 0.4107,
      step: 345,
      eval_accuracy: 0.7255,
      eval_loss: 0.5512,
      eval_runtime: 1.8,
      total_flos: 7.2e14,
      train_loss: 0.5,
      train_runtime: 101.5,
    })
    expect(read('trainer_state.json', { at: 'log_history/2' }).value('eval_accuracy')).toBe(0.7279)
  })
})

describe('tables with a row an epoch', () => {
  it('Lightning: the last value of each column, and no value where that is none', () => {
    const { value, why } = read('lightning-metrics.csv')

    expect(value('test_acc')).toBe(0.8300000000000001)
    expect(value('val_acc')).toBe(0.828125)
    expect(why('train_loss')).toBe('is NaN')
    expect(read('lightning-metrics.csv', { row: 'epoch=1' }).metrics).toMatchObject({
      train_loss: 0.41230002045631409,
      val_acc: 0.84375,
    })
  })

  it.each(['ultralytics-results.csv', 'ultralytics-8.3-results.csv'])(
    '%s: names as they are written',
    file => {
      const { value, why } = read(file)

      expect(value('metrics/mAP50(B)')).toBe(0.64377)
      expect(value('metrics/mAP50-95(B)')).toBe(0.48011)
      expect(why('train/box_loss')).toBe('is NaN')
    },
  )

  it('Keras: the last epoch, or the best one', () => {
    expect(read('keras-training.csv').value('val_loss')).toBe(0.41)
    expect(read('keras-training.csv', { row: 'lowest val_loss' }).metrics).toMatchObject({
      epoch: 2,
      val_loss: 0.31,
      val_accuracy: 0.69,
    })
    expect(read('keras-training.csv', { row: 'epoch=1' }).why('val_loss')).toBe('is null')
  })
})

describe('detectron2', () => {
  it('metrics.json: JSON lines, a class without boxes has no value', () => {
    const { value, why } = read('detectron2-metrics.json')

    expect(value('bbox/AP')).toBe(41.232)
    expect(value('bbox/AP-balloon, red')).toBe(38.5)
    expect(value('fast_rcnn/cls_accuracy')).toBe(0.95)
    expect(why('bbox/AP-person')).toBe('is NaN')
  })

  it('the nested results of an evaluation', () => {
    const { value, why } = read('detectron2-inference.json')

    expect(value('bbox/AP50')).toBe(60.01)
    expect(why('bbox/APs')).toBe('is NaN')
  })
})

describe('lm-evaluation-harness', () => {
  it('a task by its names, whatever else is null or text', () => {
    const { value } = read('lm-eval-results.json', { at: 'results/arc_easy' })

    expect(value('acc,none')).toBe(0.5925925925925926)
    expect(read('lm-eval-results.json').value('results/gsm8k/exact_match,flexible-extract')).toBe(0.03)
  })
})

describe('MLflow', () => {
  it.each(['mlflow2', 'mlflow3'])('%s: a run, as Python and as REST write it', version => {
    for (const form of ['to_dictionary', 'runs-get']) {
      const { metrics, why } = read(`${version}-${form}.json`)

      expect(metrics).toEqual({ 'val/auc': 0.84 })
      expect(why('grad_norm')).toBe('is NaN')
    }
  })

  it.each(['mlflow2', 'mlflow3'])('%s: a history, the last step', version => {
    expect(read(`${version}-get-history.json`, { at: 'metrics' }).metrics).toEqual({ 'val/auc': 0.84 })
  })
})

describe('others', () => {
  it('wandb: numbers, and neither histograms nor the sizes of media', () => {
    const { metrics, why } = read('wandb-summary.json')

    expect(metrics).toEqual({
      _runtime: 2.31,
      _step: 3,
      _timestamp: 1796011516.9,
      '_wandb/runtime': 2,
      'val/acc': 0.9,
    })
    expect(why('loss')).toBe('is NaN')
    expect(why('weights')).toBe('is an object of its own kind')
  })

  it('scikit-learn: classes of any name', () => {
    const { value } = read('classification_report.json')

    expect(value('weighted avg/f1-score')).toBe(0.845080870398637)
    expect(value('new york/recall')).toBe(0.8181818181818182)
    expect(value('a.b/precision')).toBe(0.8840579710144928)
    expect(value('and/or/support')).toBe(86)
    expect(value('Straße/recall')).toBe(0.8611111111111112)
    expect(value('C++/precision')).toBe(0.8118811881188119)
    expect(read('classification_report.json', { at: 'and/or' }).value('recall')).toBe(0.813953488372093)
  })

  it('Ludwig: matrices and curves beside the numbers', () => {
    const { value, why } = read('ludwig-test_statistics.json')

    expect(value('label/roc_auc')).toBe(0.9312)
    expect(value('label/per_class_stats/new york/precision')).toBe(0.886)
    expect(why('label/per_class_stats/<UNK>/precision')).toBe('is NaN')
    expect(why('label/confusion_matrix')).toMatch('is a list of 2')
  })

  it('GluonTS: names with brackets, and errors that are not finite', () => {
    const { value, why } = read('gluonts-agg_metrics.json')

    expect(value('wQuantileLoss[0.5]')).toBe(0.6706777726031233)
    expect(why('OWA')).toBe('is NaN')
  })
})

const other = (file: string, text: string, options?: MetricsFileOptions) => {
  const { metrics, without } = parseMetricsFile(Buffer.from(text), file, options)
  return { metrics: Object.fromEntries(metrics), without: [...without.keys()] }
}

/** Forms of which a few lines say all, by hand. */
describe('other forms', () => {
  it.each([
    [
      'Lightning’s trainer.test()',
      'm.json',
      '[{"test_acc": 0.9, "test_loss": 0.2}]',
      { test_acc: 0.9, test_loss: 0.2 },
    ],
    [
      'several data loaders',
      'm.json',
      '[{"acc/dataloader_idx_0": 0.9}, {"acc/dataloader_idx_1": 0.8}]',
      { 'acc/dataloader_idx_0': 0.9, 'acc/dataloader_idx_1': 0.8 },
    ],
    [
      'the metrics of a model card',
      'm.json',
      '{"metrics": [{"type": "acc", "value": 0.9, "name": "Accuracy"}, {"type": "f1", "value": 0.8, "name": "F1"}]}',
      { 'metrics/Accuracy': 0.9, 'metrics/F1': 0.8 },
    ],
    [
      'a list by class, also of one',
      'm.json',
      '{"two": [{"class": "cat", "ap": 0.5}, {"class": "dog", "ap": 0.4}], "one": [{"class": "cat", "ap": 0.5}]}',
      { 'two/cat/ap': 0.5, 'two/dog/ap': 0.4, 'one/cat/ap': 0.5 },
    ],
    [
      'mmengine: training and validation count steps of their own',
      'scalars.json',
      '{"lr": 0.1, "loss": 0.9, "epoch": 1, "iter": 50, "step": 50}\n{"coco/bbox_mAP": 0.31, "step": 1}\n{"lr": 0.01, "loss": 0.5, "epoch": 2, "iter": 100, "step": 100}\n{"coco/bbox_mAP": 0.29, "step": 2}\n',
      { lr: 0.01, loss: 0.5, epoch: 2, iter: 100, step: 2, 'coco/bbox_mAP': 0.29 },
    ],
    [
      'a log with the newest first',
      'm.json',
      '{"log": [{"step": 2, "acc": 0.9}, {"step": 1, "acc": 0.8}]}',
      { 'log/step': 2, 'log/acc': 0.9 },
    ],
    [
      'a report by pandas',
      'report.csv',
      ',precision,recall\ncat,0.9,0.8\n"new york, NY",0.7,0.6\naccuracy,0.85,0.85\n',
      {
        'cat/precision': 0.9,
        'cat/recall': 0.8,
        'new_york__NY/precision': 0.7,
        'new_york__NY/recall': 0.6,
        'accuracy/precision': 0.85,
        'accuracy/recall': 0.85,
      },
    ],
    [
      'a report by pandas whose classes are numbers',
      'report.csv',
      ',precision,support\n0,0.9,100.0\n1,0.7,50.0\naccuracy,0.8,0.8\n',
      {
        '0/precision': 0.9,
        '0/support': 100,
        '1/precision': 0.7,
        '1/support': 50,
        'accuracy/precision': 0.8,
        'accuracy/support': 0.8,
      },
    ],
    ['a series of pandas', 'm.csv', ',0\naccuracy,0.9\nf1,0.8\n', { accuracy: 0.9, f1: 0.8 }],
    [
      'Keras: the history as JSON',
      'history.json',
      '\ufeff{"loss": [0.9, 0.5], "val_acc": [0.5, 0.7], "learning_rate": [0.001, 0.001]}',
      { loss: 0.5, val_acc: 0.7, learning_rate: 0.001 },
    ],
    [
      'Ludwig: training statistics',
      'training_statistics.json',
      '{"training": {"label": {"accuracy": [0.5, 0.7], "loss": [0.9, 0.5]}}, "validation": {"label": {"accuracy": [0.4, 0.6], "loss": [1, NaN]}}}',
      {
        'training/label/accuracy': 0.7,
        'training/label/loss': 0.5,
        'validation/label/accuracy': 0.6,
      },
    ],
    [
      'Hugging Face: the best model is evaluated once more after the last step',
      'trainer_state.json',
      '{"log_history": [{"eval_acc": 0.7, "eval_runtime": 1.1, "step": 20}, {"train_runtime": 9, "step": 20}, {"eval_acc": 0.8, "eval_runtime": 1.2, "step": 20}]}',
      {
        'log_history/eval_acc': 0.8,
        'log_history/eval_runtime': 1.2,
        'log_history/step': 20,
        'log_history/train_runtime': 9,
      },
    ],
    [
      'Lightning with Windows line ends and more commas than columns',
      'metrics.csv',
      'epoch,step,train_loss,val_acc\r\n0,9,0.5,,,\r\n0,9,,0.7,\r\n1,19,,0.75\r\n',
      { epoch: 1, step: 19, train_loss: 0.5, val_acc: 0.75 },
    ],
    [
      'YOLOv5: padded, names with a colon',
      'results.csv',
      '      epoch,   train/box_loss,  metrics/mAP_0.5:0.95\n          0,             0.11,                   0.1\n          1,             0.09,                  0.15\n',
      { epoch: 1, 'train/box_loss': 0.09, 'metrics/mAP_0.5_0.95': 0.15 },
    ],
    ['rows by model', 'm.csv', 'model,acc\nours,0.9\ntheirs,0.8\n', { 'ours/acc': 0.9, 'theirs/acc': 0.8 }],
    ['rows by time', 'm.csv', 'time,acc\n2026-01-31 09:00,0.8\n2026-01-31 10:00,0.9\n', { acc: 0.9 }],
    [
      'Keras with another separator',
      'm.csv',
      'epoch;acc;val_acc\n0;0.8;0.7\n1;0.9;0.75\n',
      { epoch: 1, acc: 0.9, val_acc: 0.75 },
    ],
    ['the index of pandas', 'm.csv', ',epoch,acc\n0,1,0.8\n1,2,0.9\n', { epoch: 2, acc: 0.9 }],
  ])('%s', (_, file, text, expected) => {
    expect(other(file, text).metrics).toEqual(expected)
  })

  it('a key that several entries have is none of theirs, and `at` names one', () => {
    const text = '{"runs": [{"acc": 0.9, "loss": 0.1}, {"acc": 0.8}], "curve": [0.1, 0.2, 0.3]}'

    expect(other('m.json', text)).toEqual({ metrics: { 'runs/loss': 0.1 }, without: ['runs/acc', 'curve'] })
    expect(other('m.json', text, { at: 'runs/-1' }).metrics).toEqual({ acc: 0.8 })
    expect(other('m.json', text, { at: 'curve/-1' }).metrics).toEqual({ curve: 0.3 })
    expect(other('stats.json', '[0.41, 0.6]', { at: '0', prefix: 'AP' }).metrics).toEqual({ 'AP/0': 0.41 })
  })

  it('lists of classes are no history', () => {
    const text = '{"precision": [0.9, 0.5], "recall": [0.5, 0.7]}'

    expect(other('m.json', text)).toEqual({ metrics: {}, without: ['precision', 'recall'] })
    expect(other('m.json', '{"loss": [0.9, 0.5], "recall": [0.5]}').metrics).toEqual({})
    expect(other('m.json', '{"f1": [0.9, 0.3], "logloss": [0.1, 0.7]}').metrics).toEqual({})
  })

  it('lists of folds are no history, also where one of their scores is a loss', () => {
    const folds = '{"fit_time": [1, 2], "test_accuracy": [0.9, 0.5], "test_neg_log_loss": [-0.2, -0.3]}'

    expect(other('cv.json', folds).metrics).toEqual({})
    expect(other('cv.json', `{"forest": ${folds}}`).metrics).toEqual({})
    expect(other('cv.json', `{"forest": ${folds.replace('test_neg_', '')}}`).metrics).toEqual({})
  })

  it('numbers as Python prints them have no value, and what to write is said', () => {
    const why = (file: string, text: string) =>
      parseMetricsFile(Buffer.from(text), file).without.get('acc')!.why

    expect(why('m.json', '{"acc": "np.float64(0.93)"}')).toMatch(/as Python prints it.*`float\(…\)`/)
    expect(why('m.csv', 'epoch,acc\n1,"tensor(0.9, device=\'cuda:0\')"\n')).toMatch(/as Python prints it/)
  })

  it('two entries of one step that disagree have no value', () => {
    const text = '[{"epoch": 1, "class": "cat", "ap": 0.5}, {"epoch": 1, "class": "dog", "ap": 0.4}]'

    expect(other('m.json', text)).toEqual({ metrics: { epoch: 1 }, without: ['class', 'ap'] })
  })

  it('an answer that goes on in another page has no last value', () => {
    const text = '{"metrics": [{"key": "a", "value": 1, "step": 0}], "next_page_token": "x"}'

    expect(other('m.json', text).metrics).toEqual({})
  })

  it('a value that is none hides no older one', () => {
    expect(other('m.csv', 'epoch,val\n1,0.9\n2,nan\n').metrics).toEqual({ epoch: 2 })
    expect(other('m.json', '[{"step": 1, "a": 0.9}, {"step": 2, "a": null}]').metrics).toEqual({ step: 2 })
  })
})
