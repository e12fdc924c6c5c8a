import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/core/config/read-config.ts'
import { AssayError, positionWords } from '../../../src/core/errors/errors.ts'
import { cases } from '../../support/rounds.ts'

const MINIMAL = `model: churn
train: python train.py
evaluate: python evaluate.py
predictions: predictions.csv
gates: [{ metric: roc_auc, not_worse_than: champion, margin: 0.01 }]
`

describe('parseConfig', () => {
  it.each(['', 'model:\n', 'modle: churn\n'])('after %j says that the name of the model is missing', name => {
    const text = MINIMAL.replace('model: churn\n', name)

    expect(() => parseConfig(text, 'assay.yml')).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({
            what: expect.stringMatching(/^`model` is missing: write `model: <name>`/),
          }),
        ],
      }),
    )
  })

  it('reads the five lines of one model', () => {
    const { config } = parseConfig(MINIMAL, 'assay.yml')

    expect(Object.keys(config.models)).toEqual(['churn'])
    expect(config.models.churn).toMatchObject({
      paths: ['**'],
      train: { run: 'python train.py', timeout: '6h' },
      predictions: {
        file: 'predictions.csv',
        id: 'id',
        label: 'label',
        score: 'score',
      },
      gates: [
        {
          metric: 'roc_auc',
          not_worse_than: 'champion',
          margin: 0.01,
          min_rows: 50,
          if_inconclusive: 'pass',
        },
      ],
    })
  })

  it('lists problems from top to bottom', () => {
    const problems = problemsOf('modl: a\nseeds: many\nmodel: a\nmetrics: ../x\nevalute: y\n')

    expect(problems.map(problem => problem.split(':')[1])).toEqual(['1', '2', '4', '5'])
  })

  it.each(['mlflow: http://bob:pw-canary@host', 'mlflow: { server: https://pw-canary@host/x }'])(
    'says where the login of MLflow belongs, and does not print it: %s',
    line => {
      const [problem, ...others] = problemsOf(`${MINIMAL}${line}\n`)

      expect(others).toEqual([])
      expect(problem).toContain('belong in MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD')
      expect(problem).not.toContain('canary')
    },
  )

  it('takes no address into the names of metrics, gates and waivers, and they match still', () => {
    const named = 'metric: "acc kim@example.org"'
    const { config } = parseConfig(
      `${[
        MINIMAL.replace('gates: [', `gates: [{ ${named}, at_least: 0.5, name: "of kim@example.org" }, `),
        `waivers: [{ ${named}, gate: "of kim@example.org", reason: "for this one test", author: a, until: 2099-01-01 }]`,
        'metrics: metrics.json',
        'directions: { "acc kim@example.org": lower, "recall@10": higher }',
      ].join('\n')}\n`,
      'assay.yml',
    )
    const { gates, waivers, directions } = config.models.churn!

    expect(JSON.stringify(config)).not.toContain('kim')
    expect(gates[0]).toMatchObject({ metric: 'acc__e-mail_', name: 'of [e-mail]' })
    expect(waivers[0]).toMatchObject({ metric: 'acc__e-mail_', gate: 'of [e-mail]' })
    expect(directions).toEqual({ 'acc__e-mail_': 'lower', 'recall@10': 'higher' })
  })

  it('reads several models with every key', () => {
    const { config, warnings } = parseConfig(
      `models:
  churn:
    paths: [churn/**]
    train: { run: make train, timeout: 90m }
    evaluate: make evaluate
    metrics: [churn/metrics.json, { file: churn/history.csv, row: epoch=3, prefix: history }]
    directions: { history/loss: lower }
    predictions: { file: churn/p.parquet, score: proba, positive: true, slices: [region], group: user }
    metric_code: [churn/evaluate.py]
    data: [dvc.lock]
    champion: { run: make champion, timeout: 1h }
    seeds: [1, 2, 3, 4, 5]
    budget: { gpu_hour: 2.5, currency: EUR, source: list price of 2026-11-01 }
    gates:
      - { metric: roc_auc, better_than: champion, by: 0.001, if_inconclusive: fail }
      - { metric: accuracy, not_worse_than: base, margin: 0.01, slices: all }
      - { metric: cost, at_most: 20 }
      - { metric: history/loss, not_worse_than: base, margin: 0.1 }
    waivers:
      - { metric: cost, reason: a one-off run on the large card, author: kim, until: 2026-12-31 }
    notes: churn/notes.md
  price:
    predictions: { file: price.csv, prediction: predicted, task: regression }
    gates: [{ metric: rmse, at_most: 12 }]
`,
      'assay.yml',
    )

    expect(config.models.churn?.champion).toEqual({ run: 'make champion', timeout: '1h' })
    expect(config.models.churn?.predictions?.positive).toBe('true')
    expect(config.models.price?.gates[0]?.at_most).toBe(12)
    expect(warnings).toEqual([])
  })

  it('takes a new name for one metric of the files, which the gates have', () => {
    const text = `${MINIMAL.replace('roc_auc', 'lift')}metrics: m.json
directions: { lift: higher }
renamed: { lift: top, a: b, b: c, d: top, accuracy: hits, e: cost, f: f }
waivers: [{ metric: lift, reason: a long reason, author: kim, until: 2026-12-31 }]
`

    expect(problemsOf(text).map(problem => problem.replace(/^\S+: /, ''))).toEqual([
      'gate on lift, which `renamed` calls top | write `top`',
      'renamed: `b` is called something else itself | take it out',
      'renamed: `top` is the new name of `lift` already | take it out',
      'renamed: `accuracy` is computed by Assay, and has this name in every version | take it out',
      'renamed: `cost` is computed by Assay, and has this name in every version | take it out',
      'renamed: `f` is its name already | take it out',
      'waiver for lift, which `renamed` calls top | write `top`',
    ])
  })

  it('renames no column of scores, for each version is read by its own', () => {
    const text = `model: a
predictions: { file: p.csv, values: { lat: lower } }
gates: [{ metric: lat, at_most: 9 }]
renamed: { old: lat, lat: ms }
`

    expect(problemsOf(text).filter(problem => problem.includes('column'))).toEqual([
      'assay.yml:4:17: renamed: `lat` is a column of `predictions.values`, and each version is read by its own | take it out',
      'assay.yml:4:27: renamed: `lat` is a column of `predictions.values`, and each version is read by its own | take it out',
    ])
  })

  it('says which keys there are where it is given a text, a list or a number in their place', () => {
    const text = `${MINIMAL}folds: x.csv
renamed: [lift]
budget: 5
`

    expect(problemsOf(text)).toEqual([
      expect.stringMatching(
        /`folds`: expected object, received string \| its keys: file, train_rows, test_rows$/,
      ),
      expect.stringMatching(/`renamed`: expected `name: value` pairs, received array$/),
      expect.stringMatching(/`budget`: expected object, received number \| its keys: .*gpu_hour/),
    ])
  })

  it.each([
    [
      'an unknown key, with the nearest',
      MINIMAL.replace('evaluate:', 'evalute:'),
      ['assay.yml:3:1: unknown key `evalute` | did you mean `evaluate`?'],
    ],
    [
      'an unknown key of a gate',
      'models:\n  a:\n    predictions: p.csv\n    gates:\n      - metric: f1\n        at_leest: 0.5\n',
      [
        'assay.yml:6:9: unknown key `at_leest` in `models.a.gates.0` | did you mean `at_least`?',
        'assay.yml:5:9: `models.a.gates.0`: a gate has exactly one rule: `at_least`, `at_most`, `not_worse_than` or `better_than`',
      ],
    ],
    [
      'a margin that nobody chose',
      'model: a\npredictions: p.csv\ngates:\n  - metric: f1\n    not_worse_than: champion\n',
      [
        'assay.yml:4:5: `gates.0`: `not_worse_than` needs `margin`: how much worse is still acceptable is your decision, never a default',
      ],
    ],
    ['no models at all', 'models: {}\n', ['assay.yml:1:1: `models`: at least one model']],
    [
      'a path that leaves the repository',
      'model: a\nmetrics: ../secret.json\n',
      ['assay.yml:2:10: `metrics`: must be a relative path inside the repository, without `..`'],
    ],
    [
      'nothing to read',
      'model: a\ntrain: x\n',
      [
        'assay.yml:1:1: there is nothing to read: no `metrics`, `predictions` or `folds` | name the file that `evaluate` writes',
      ],
    ],
    [
      'a slice that is no column',
      'model: a\npredictions: { file: p.csv, score: s, slices: [region] }\ngates: [{ metric: accuracy, at_least: 0.5, slices: [regoin] }]\n',
      ['assay.yml:3:44: gate on accuracy: `regoin` is not in `predictions.slices` | did you mean `region`?'],
    ],
    [
      'a direction nobody knows',
      'model: a\nmetrics: m.json\ngates: [{ metric: bleu, not_worse_than: base, margin: 1 }]\n',
      [
        'assay.yml:3:19: gate on bleu: nobody said which way it improves | add `directions: { bleu: higher }` (or lower)',
      ],
    ],
    [
      'a share of which nobody said whether more of it is better',
      'model: a\nmetrics: m.json\nrows: 9\nproportions: [acc]\ngates: [{ metric: acc, not_worse_than: base, margin: 0.1 }]\n',
      [
        'assay.yml:5:19: gate on acc: nobody said which way it improves | add `directions: { acc: higher }` (or lower)',
      ],
    ],
    [
      'a metric that is nearly one that Assay knows',
      'model: a\nmetrics: m.json\ngates:\n  - { metric: roc_acu, not_worse_than: base, margin: 1 }\n  - { metric: durations, not_worse_than: base, margin: 1 }\n',
      [
        'assay.yml:4:15: gate on roc_acu: nobody said which way it improves | did you mean `roc_auc`? If not, add `directions: { roc_acu: higher }` (or lower)',
        'assay.yml:5:15: gate on durations: nobody said which way it improves | did you mean `duration`? If not, add `directions: { durations: higher }` (or lower)',
      ],
    ],
    [
      'a metric that nothing could bring',
      'model: a\npredictions: { file: p.csv, score: s }\ngates:\n  - { metric: roc_acu, at_least: 0.5 }\n  - { metric: bleu, better_than: champion }\n',
      [
        'assay.yml:4:15: gate on roc_acu: it is not computed from predictions, and no `metrics` file brings it | did you mean `roc_auc`?',
        'assay.yml:5:15: gate on bleu: it is not computed from predictions, and no `metrics` file brings it | name the file with `metrics`, or one of the computed metrics',
      ],
    ],
    [
      'limits that no value holds, or every one',
      'model: a\npredictions: { file: p.csv, score: s }\nmetrics: m.json\nrows: 9\nproportions: [acc]\ngates:\n  - { metric: roc_auc, not_worse_than: champion, margin: 5 }\n  - { metric: accuracy, at_least: 90 }\n  - { metric: brier, at_most: 1 }\n  - { metric: mcc, better_than: base, by: 2 }\n  - { metric: log_loss, at_most: -1 }\n  - { metric: r2, at_least: 1.5 }\n  - { metric: acc, at_most: 10 }\n  - { metric: cost, at_least: 0 }\n',
      [
        'assay.yml:7:58: gate on roc_auc, which goes from 0 to 1: `margin: 5` allows any loss there can be, so it can never fail | write a share: 0.05 is 5 points',
        'assay.yml:8:35: gate on accuracy, which goes from 0 to 1: `at_least: 90` is true of no value, so it can never hold | write a share: 0.9 is 90 %',
        'assay.yml:9:31: gate on brier, which goes from 0 to 1: `at_most: 1` is true of every value, so it can never fail | write a limit within that, or remove the gate',
        'assay.yml:10:43: gate on mcc, which goes from −1 to 1: `by: 2` is more than any gain there can be, so it can never hold | write it in the unit of the metric: of a share 0.05 is 5 points',
        'assay.yml:11:34: gate on log_loss, which goes from 0 to ∞: `at_most: -1` is true of no value, so it can never hold | write a limit within that, or remove the gate',
        'assay.yml:12:29: gate on r2, which goes from −∞ to 1: `at_least: 1.5` is true of no value, so it can never hold | write a limit within that, or remove the gate',
        'assay.yml:13:29: gate on acc, which goes from 0 to 1: `at_most: 10` is true of every value, so it can never fail | write a share: 0.1 is 10 %',
        'assay.yml:14:31: gate on cost, which goes from 0 to ∞: `at_least: 0` is true of every value, so it can never fail | write a limit within that, or remove the gate',
      ],
    ],
    [
      'limits of what a tool says passed',
      'model: a\npredictions: { file: p.json, from: deepeval }\ngates:\n  - { metric: passed, not_worse_than: base, margin: 5 }\n  - { metric: pass@3, at_least: 95 }\n  - { metric: score, at_least: 95 }\n',
      [
        'assay.yml:4:53: gate on passed, which goes from 0 to 1: `margin: 5` allows any loss there can be, so it can never fail | write a share: 0.05 is 5 points',
        'assay.yml:5:33: gate on pass@3, which goes from 0 to 1: `at_least: 95` is true of no value, so it can never hold | write a share: 0.95 is 95 %',
      ],
    ],
    [
      'a gate that compares an old name, once',
      'model: a\nmetrics: m.json\nrenamed: { old: new }\ngates: [{ metric: old, not_worse_than: base, margin: 1 }]\n',
      ['assay.yml:4:19: gate on old, which `renamed` calls new | write `new`'],
    ],
    [
      'gates that are the same once names are read',
      'model: a\nmetrics: m.json\ngates:\n  - { metric: a_b, at_least: 0.5 }\n  - { metric: "a b", at_least: 0.5 }\n',
      [
        'assay.yml:5:5: two gates are the same: a_b at least 0.5 | remove one (in the name of a metric a space and other signs are `_`)',
      ],
    ],
    [
      'a seed that stands twice',
      'model: a\nmetrics: m.json\nseeds: [1, 2, 1]\n',
      ['assay.yml:3:15: the seed 1 stands here twice | remove one'],
    ],
    [
      'a typo, and the rules beside it',
      'model: a\ntrian: x\npredictions: { file: p.csv, score: s, slices: [region] }\nseeds: [1, 2, x, 1]\ngates:\n  - { metric: f1, at_leest: 1 }\n  - { metric: bleu, not_worse_than: base, margin: 1 }\n  - { metric: accuracy, at_least: 0.5, slices: [regoin] }\n',
      [
        'assay.yml:2:1: unknown key `trian` | did you mean `train`?',
        'assay.yml:4:15: `seeds.2`: expected number, received string',
        'assay.yml:4:18: the seed 1 stands here twice | remove one',
        'assay.yml:6:19: unknown key `at_leest` in `gates.0` | did you mean `at_least`?',
        'assay.yml:6:5: `gates.0`: a gate has exactly one rule: `at_least`, `at_most`, `not_worse_than` or `better_than`',
        'assay.yml:7:15: gate on bleu: it is not computed from predictions, and no `metrics` file brings it | name the file with `metrics`, or one of the computed metrics',
        'assay.yml:8:40: gate on accuracy: `regoin` is not in `predictions.slices` | did you mean `region`?',
      ],
    ],
    [
      'names of metrics and new names, beside what of their sources cannot be read',
      'model: a\nmetrics: { file: 5 }\npredictions: { file: p.csv, score: 7 }\nrenamed: { a: a }\ngates:\n  - { metric: accurcy, not_worse_than: base, margin: 0.1 }\n  - { metric: roc_acu, at_least: 0.5 }\n  - { metric: bleu, at_least: 0.5 }\n  - { metric: faithfulness, not_worse_than: base, margin: 0.1 }\n',
      [
        expect.stringMatching(/^assay\.yml:2:\d+: `metrics/),
        'assay.yml:3:36: `predictions.score`: expected string, received number',
        'assay.yml:4:15: renamed: `a` is its name already | take it out',
        'assay.yml:6:15: gate on accurcy: nobody said which way it improves | did you mean `accuracy`? If not, add `directions: { accurcy: higher }` (or lower)',
        'assay.yml:7:15: gate on roc_acu: no metric is known by this name | did you mean `roc_auc`? If not, add `directions: { roc_acu: higher }` (or lower)',
      ],
    ],
    [
      'what follows from a mistake once',
      'model: a\nmetrcs: m.json\ngates: [{ metric: cost, at_most: 1 }]\n',
      ['assay.yml:2:1: unknown key `metrcs` | did you mean `metrics`?'],
    ],
    [
      'predictions that cannot be read, without what follows from that',
      'model: a\npredictions: { file: /p.csv, slices: 7 }\ngates: [{ metric: accuracy, at_least: 1, slices: [region] }]\n',
      [
        'assay.yml:2:22: `predictions.file`: must be a relative path inside the repository, without `..`',
        'assay.yml:2:38: `predictions.slices`: expected array, received number',
      ],
    ],
    [
      'one missing quote as one problem',
      `model: a\nmetrics: m.json\ngates: [{metric: "f1, at_least: 1}, {metric: "auc", at_least: 1}, {metric: "b", at_least: 1}]\nowner: "kim"\n`,
      ['assay.yml:3:47: this cannot stand here: a quote, comma or bracket before it may be missing'],
    ],
    [
      'a quote that another line closes',
      `model: a\nevaluate: 'make\n  it's\nmetrics: 'm.json'\nseeds: ['1']\n`,
      ["assay.yml:2:11: the text that begins here with `'` goes on to line 3: is a closing quote missing?"],
    ],
    ['broken YAML', 'model: "a\n', ['assay.yml:1:8: the text that begins here with `"` is never closed']],
    [
      'a duplicate key',
      'model: a\nmetrics: m.json\nmetrics: n.json\n',
      ['assay.yml:3:1: the key `metrics` stands here twice'],
    ],
    [
      'a name that every map passes over',
      'models:\n  a: { metrics: m.json }\n  __proto__: { metrics: n.json }\n',
      ['assay.yml:3:3: nothing can be called `__proto__` | choose another name'],
    ],
    [
      'a wrong type',
      'model: a\nmetrics: m.json\nseeds: many\n',
      ['assay.yml:3:8: `seeds`: expected array, received string'],
    ],
    [
      'several mistakes where there are several ways to write it, by the way that was meant',
      `${MINIMAL}retrain: { file: data.txt, valeu: x, most_a_month: 0 }\nmetrics: 5\n`,
      [
        'assay.yml:6:1: `retrain.value`: is missing (expected string)',
        'assay.yml:6:28: unknown key `valeu` in `retrain` | did you mean `value`?',
        'assay.yml:6:52: `retrain.most_a_month`: Too small: expected number to be >=1',
        'assay.yml:7:10: `metrics`: expected string or object or array',
      ],
    ],
    [
      'a length of time and a budget without a unit',
      `${MINIMAL}drift: { quiet: 30, false_alarms: 2 }\n`,
      [
        'assay.yml:6:17: `drift.quiet`: a length of time such as `5m`, `1h` or `1d`',
        'assay.yml:6:35: `drift.false_alarms`: a number of alarms in a number of days, such as `1/30d`',
      ],
    ],
    [
      'breakage that is looked for in a day, and a shift in an hour',
      `${MINIMAL}drift: { windows: { breakage: 1d, shift: 1h } }\n`,
      [
        'assay.yml:6:31: `drift.windows.breakage`: is longer than `shift`: what is broken is looked for in the shorter of the two',
      ],
    ],
  ])('refuses %s', (_, text, expected) => {
    const problems = problemsOf(text)

    expect(problems).toEqual(expect.arrayContaining(expected))
    expect(problems).toHaveLength(expected.length)
  })

  it('looks for breakage in an hour, and in no more than a shift', () => {
    const windowsOf = (drift: string) =>
      parseConfig(`${MINIMAL}drift: ${drift}\n`, 'assay.yml').config.models.churn!.drift!.windows

    expect(windowsOf('{}')).toEqual({ breakage: '1h', shift: '1d', concept: '7d' })
    expect(windowsOf('{ windows: { shift: 30m } }')).toMatchObject({ breakage: '30m', shift: '30m' })
    expect(windowsOf('{ windows: { breakage: 5m } }')).toMatchObject({ breakage: '5m', shift: '1d' })
  })

  it('reports all problems at once, in files of any mixture', () => {
    const problems = problemsOf(
      'model: a\ntrian: x\nmetrics: /etc/passwd\nseeds: []\nwaivers: [{ metric: a, reason: no, author: b, until: soon }]\n',
    )

    expect(problems.length).toBeGreaterThanOrEqual(5)
  })

  it('warns of a waiver that covers nothing', () => {
    const { warnings } = parseConfig(
      `${MINIMAL}waivers: [{ metric: f1, reason: a good reason, author: kim, until: 2026-12-31 }]\n`,
      'assay.yml',
    )

    expect(warnings[0]?.what).toBe('the waiver for f1 covers no gate')
  })

  it('never ends in anything but a configuration or an error with places', () => {
    const line = fc.constantFrom(
      'model: a',
      'models:',
      '  b:',
      '    train: x',
      'gates: [{metric: f1, at_least: 1}]',
      'predictions: p.csv',
      '  - x',
      'metrics: &a m.json',
      'notes: *a',
      '? {a: b}',
      'seeds: [1e999]',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(line, { maxLength: 8 }).map(lines => lines.join('\n')),
        ),
        text => {
          try {
            parseConfig(text, 'assay.yml')
          } catch (error) {
            expect(error).toBeInstanceOf(AssayError)
            expect((error as AssayError).problems.length).toBeGreaterThan(0)
          }
        },
      ),
      cases(2000),
    )
  })
})

function problemsOf(text: string): string[] {
  try {
    parseConfig(text, 'assay.yml')
  } catch (error) {
    if (error instanceof AssayError)
      return error.problems.map(
        problem =>
          `${positionWords(problem.where)}: ${problem.what}${problem.fix ? ` | ${problem.fix}` : ''}`,
      )
    throw error
  }
  return []
}
