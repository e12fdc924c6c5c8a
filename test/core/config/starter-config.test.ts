import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { starterCi } from '../../../src/ci/starter.ts'
import { parseConfig } from '../../../src/core/config/read-config.ts'
import { columnGuesses } from '../../../src/core/config/starter/columns.ts'
import { isAssayError } from '../../../src/core/errors/errors.ts'
import { starterOf } from '../../support/seen-repository.ts'

type Seen = Parameters<typeof starterOf>[0]

/** What is wrong with it: `check` says the same. */
function problemsOf(text: string): string[] {
  try {
    parseConfig(text, 'assay.yml')
    return []
  } catch (error) {
    if (!isAssayError(error, 'CONFIG_INVALID')) throw error
    return error.problems.map(({ what }) => what)
  }
}

const written = (seen: Seen) => parse(starterOf(seen).text)
const OPEN = /has no value$/

describe('the first assay.yml', () => {
  it('parses whatever a folder, its files and its columns are called, and is refused only for what it asks', () => {
    const word = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('train', 'metrics', 'y_true', 'pred', 'score', 'id', 'seed_1'),
    )
    const path = fc
      .array(
        fc.oneof(
          fc.stringMatching(/^[^\\/~:\p{Cc}]{1,8}$/u),
          fc.constantFrom('src', 'a', 'version_2', 'seed_1'),
        ),
        { maxLength: 2 },
      )
      .chain(folders =>
        fc
          .constantFrom(
            'predictions.csv',
            'metrics.json',
            'train.py',
            'evaluate.py',
            'Makefile',
            'dvc.yaml',
            'uv.lock',
            'test_metrics.json',
          )
          .map(name => [...folders.filter(folder => !/^\.*$/.test(folder)), name].join('/')),
      )
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'train:\n\tpython train.py\n',
        'import mlflow\nmlflow.log_metric()',
        'stages: { train: {} }',
      ),
    )
    fc.assert(
      fc.property(
        fc.string(),
        fc.dictionary(path, text, { maxKeys: 5 }),
        fc.dictionary(path, fc.dictionary(word, fc.double()), { maxKeys: 3 }),
        fc.dictionary(path, fc.array(fc.array(word, { maxLength: 4 }), { maxLength: 4 }), { maxKeys: 3 }),
        (name, files, metrics, tables) => {
          const csv = Object.entries(tables).map(([file, rows]) => [
            file,
            rows.map(row => row.join(',')).join('\n'),
          ])

          const { text, questions } = starterOf({ name, files, metrics, tables: Object.fromEntries(csv) })

          const problems = problemsOf(text)
          expect(problems.filter(problem => !OPEN.test(problem))).toEqual([])
          expect(problems).toHaveLength(questions)
        },
      ),
    )
  })

  it.each([
    ['./predictions.csv', 'predictions.csv'],
    ['out/./predictions.csv', 'out/predictions.csv'],
    ['.//predictions.csv', 'predictions.csv'],
  ])('knows %s as the configuration reads it back', (file, name) => {
    const { predictions } = written({
      files: { [file]: '' },
      tables: { [name]: 'id,label,score\n1,1,0.5\n2,0,0.25' },
    })

    expect(predictions.file).toBe(name)
  })

  it("takes no file of the champion for the candidate's, however its path is written", () => {
    const champion = 'id,label,score\n1,1,0.5\n2,0,0.25'
    const config = written({
      files: { './champion/predictions.csv': '' },
      tables: { 'champion/predictions.csv': champion },
    })

    expect(config).toMatchObject({ champion: 'champion', predictions: null })
  })

  it.each([
    [['loss', 'train/acc', 'test/acc'], 'test/acc', 'higher'],
    [['support', 'macro_avg/f1-score', 'rmse'], 'macro_avg/f1-score', 'higher'],
    [['val_loss'], 'val_loss', 'lower'],
    [['0/precision'], '0/precision', 'higher'],
    [['eval_runtime', 'epoch', 'eval_loss', 'train_loss'], 'eval_loss', 'lower'],
    [['perplexity'], 'perplexity', 'lower'],
    [['val/box_loss', 'metrics/mAP50_B_', 'metrics/mAP50-95_B_'], 'metrics/mAP50-95_B_', 'higher'],
    [['val_loss', 'val_top1'], 'val_top1', 'higher'],
  ])('gates one of the metrics %j where there is nothing else', (names, metric, direction) => {
    const metrics = { 'metrics.json': Object.fromEntries(names.map(name => [name, 0.5])) }

    expect(written({ files: { 'train.py': '' }, metrics })).toMatchObject({
      directions: { [metric]: direction },
      gates: [{ metric, margin: 0.01 }],
    })
  })

  it('asks which way a metric improves whose name says nothing', () => {
    const { text, questions } = starterOf({
      files: { 'train.py': '' },
      metrics: { 'metrics.json': { foo: 3 } },
    })

    expect(questions).toBe(1)
    expect(parse(text)).toMatchObject({ directions: { foo: null }, gates: [{ metric: 'foo', margin: 0.06 }] })
  })

  it('asks with a margin that a person is told to choose', () => {
    const { text } = starterOf({ files: { 'train.py': '', 'evaluate.py': '' } })

    expect(text).toContain('is your decision: change the margin')
  })

  it('asks for all that it cannot know: at most two answers', () => {
    const { text, questions } = starterOf({})

    expect(questions).toBe(2)
    expect(parse(text)).toMatchObject({ train: null, predictions: null })
  })

  it.each([
    ['package.json', '{ "scripts": { "eval": "promptfoo eval" } }', 'results.json, from: promptfoo'],
    ['promptfooconfig.yaml', '', 'results.json, from: promptfoo'],
    ['evals/run.py', 'from deepeval import evaluate', 'test_run.json, from: deepeval'],
    ['evals/run.py', 'import inspect', undefined],
  ])('says how the results of an evaluation tool are read, by %s with %s', (file, text, answer) => {
    const { text: config } = starterOf({ files: { [file]: text } })

    const asked = config.match(/^# {5}predictions: \{ file: (.*) \} .*llm-evals\.md/m)?.[1]
    expect([asked, parse(config).gates[0].metric]).toEqual([answer, answer ? 'passed' : 'accuracy'])
  })

  it('asks once about a table of which nothing is known', () => {
    const { text, questions } = starterOf({
      files: { 'train.py': '' },
      tables: { 'predictions.csv': 'query,hits\n1,9\n1,7' },
    })

    expect(questions).toBe(1)
    expect(text).toContain('# ? Which columns of predictions.csv are the name of a row, the truth')
    expect(parse(text)).toMatchObject({ predictions: null })
  })

  it('takes a table of results for rows, not for metrics', () => {
    const table = 'id,label,score\n1,1,0.5\n2,0,0.25'
    const config = written({
      files: { 'train.py': '' },
      metrics: { 'out/test_results.csv': { 'r2/label': 1 } },
      tables: { 'out/test_results.csv': table, 'data/scores.csv': table },
    })

    expect(config).toMatchObject({ predictions: { file: 'out/test_results.csv', score: 'score' } })
    expect(config).not.toHaveProperty('metrics')
  })

  it.each([
    ['cat', 'dog', undefined],
    ['no', 'yes', 'binary'],
  ])('says that answers of %s and %s have a positive class only where the names do', (a, b, task) => {
    const { predictions } = written({
      files: { 'train.py': '' },
      tables: { 'predictions.csv': `id,label,prediction\n1,${a},${b}\n2,${b},${b}\n3,${a},${a}` },
    }) as { predictions: { task?: string } }

    expect(predictions.task).toBe(task)
  })

  it('reads a table of scores a query as scores, and a table of models as none', () => {
    const rows = (header: string, names: string[]) =>
      [header, ...names.map((name, at) => `${name},${(at + 1) / 10},0.${at}`)].join('\n')
    const queries = rows('query,wer,nDCG@10', ['how to', 'b', 'c', 'd', 'e'])
    const ofQueries = { files: { 'eval.py': '' }, tables: { 'out/per_query.csv': queries } }
    const models = rows('model,accuracy,f1', ['rf', 'gbm', 'lr', 'knn', 'svm'])

    expect(written(ofQueries)).toMatchObject({
      predictions: {
        file: 'out/per_query.csv',
        id: 'query',
        values: { wer: 'lower', 'nDCG@10': 'higher' },
      },
      gates: [{ metric: 'nDCG@10', not_worse_than: 'champion', margin: 0.01 }],
    })
    expect(
      columnGuesses({ columns: ['model', 'accuracy'], rows: models.split('\n').map(row => row.split(',')) }),
    ).toEqual([])
  })

  it('takes features and probabilities for no scores, and the same names beside a question for some', () => {
    const guessed = (header: string) => {
      const columns = header.split(',')
      const rows = [1, 2, 3, 4, 5].map(at =>
        columns.map((_, column) => (column === 0 ? `x${at}` : `0.${at}`)),
      )
      return columnGuesses({ columns, rows }).flatMap(({ values }) => Object.keys(values ?? {}))
    }

    for (const header of ['image_id,p_1,p_2,p_3', 'id,f1,f2,f3', 'id,ap,bmi,smoke', 'id,rr,hits'])
      expect(guessed(header)).toEqual([])
    expect(guessed('qid,ap,rr,p_10')).toEqual(['ap', 'rr', 'p_10'])
    expect(guessed('id,mae,f1,f2')).toEqual(['mae'])
    expect(guessed('id,exact_match,f1')).toEqual(['exact_match', 'f1'])
  })

  it('reads words of right and wrong as scores, and no number of a row as a metric', () => {
    const rows = [
      'question_id,correct',
      ...['yes', 'no', 'yes', 'no', 'yes'].map((word, at) => `${at},${word}`),
    ]

    expect(written({ files: {}, tables: { 'eval_results.csv': rows.join('\n') } })).toMatchObject({
      predictions: { id: 'question_id', values: { correct: 'higher' } },
    })
  })

  it('asks which class, model or task decides, where no number is of the whole', () => {
    const of = (numbers: Record<string, number>) =>
      starterOf({ files: { 'train.py': '' }, metrics: { 'metrics.json': numbers } }).text

    expect(of({ 'rf/accuracy': 0.8, 'gbm/accuracy': 0.9, 'gbm/fit_time': 3 })).toMatch(
      /# \? Which metric decides\?.*\n.*# {5}rf\/accuracy\n.*# {5}gbm\/accuracy\n.*- metric:\n/,
    )
    expect(of({ 'cat/f1-score': 0.8, 'dog/f1-score': 0.9, 'weighted_avg/f1-score': 0.9 })).toContain(
      'metric: weighted_avg/f1-score',
    )
    expect(of({ 'val/acc': 0.8, 'test/acc': 0.9 })).toContain('metric: test/acc')
  })

  it('says of predictions in another form that they are not read', () => {
    const { text } = starterOf({ files: { 'train.py': '', 'out/predictions.feather': '' } })

    expect(text).toMatch(/^# {5}out\/predictions\.feather {3}is there, and is no CSV/m)
  })

  it.each<[string, Parameters<typeof starterOf>[0], object]>([
    [
      'promptfoo, which ends with an error where a test fails, by a script of npm',
      {
        files: { 'package.json': '{ "scripts": { "eval": "promptfoo eval -o out/now.json" } }' },
        evals: { 'out/now.json': { from: 'promptfoo', metrics: ['passed', 'Bias'], lower: ['Bias'] } },
      },
      {
        evaluate: 'npm run eval || true',
        predictions: { file: 'out/now.json', from: 'promptfoo', values: { Bias: 'lower' } },
      },
    ],
    [
      'promptfoo that has not run',
      { files: { 'README.md': '```\nnpx promptfoo@latest eval --output out/now.json\n```\n' } },
      { evaluate: 'npx promptfoo@latest eval --output out/now.json || true', predictions: null },
    ],
    [
      'Inspect, by its README, the newest of its logs',
      {
        files: { 'README.md': '```\ninspect eval sums.py --log-format json\n```\n' },
        evals: {
          'logs/2026-03-01T10-00-00+00-00_sums_abcABC123abcABC123abcd.json': {
            from: 'inspect',
            metrics: [],
            lower: [],
          },
          'logs/2026-03-02T10-00-00+00-00_sums_defABC123abcABC123abcd.json': {
            from: 'inspect',
            metrics: [],
            lower: [],
          },
        },
      },
      {
        evaluate: 'inspect eval sums.py --log-format json',
        predictions: { file: 'logs/*_sums_*.json', from: 'inspect' },
      },
    ],
  ])('finds what evaluates by %s', (_, seen, expected) => {
    expect(written(seen)).toMatchObject(expected)
    expect(written(seen)).not.toHaveProperty('train')
  })

  it('names a table whose columns nobody knows in the line that would read it', () => {
    const { text } = starterOf({
      files: { 'train.py': '' },
      metrics: { 'out/metrics.json': { auc: 0.9 } },
      tables: { 'out/predictions.csv': 'patient,kind,chance\np1,1,0.9\np2,0,0.2' },
    })

    expect(text).toMatch(/^# out\/predictions\.csv is left out: no column/m)
    expect(text).toMatch(
      /^# predictions: \{ file: out\/predictions\.csv, id: \w+, label: label, score: score \}/m,
    )
  })

  const run = (files: Record<string, string>, more: Omit<Seen, 'files'> = {}) => {
    const { train, evaluate } = written({ files, metrics: { 'metrics.json': { acc: 0.5 } }, ...more })
    return [train, ...(evaluate === undefined ? [] : [evaluate])]
  }

  it.each<[string, Record<string, string>, (string | null)[]]>([
    [
      'a package called src',
      {
        'src/__init__.py': '',
        'src/models/__init__.py': '',
        'src/models/train_model.py': 'from src.data import x',
      },
      ['python -m src.models.train_model'],
    ],
    [
      'a folder of scripts called src',
      { 'src/models/train_model.py': '' },
      ['python src/models/train_model.py'],
    ],
    [
      'what reads the file is none',
      { 'train.py': '', 'plot.py': 'json.load(open("metrics.json"))' },
      ['python train.py'],
    ],
    ['functions that something else calls', { 'train.py': 'def train():\n    pass\n' }, [null]],
    [
      'functions that are called below',
      { 'train.py': 'def main():\n    pass\n\n\nmain()\n' },
      ['python train.py'],
    ],
    [
      'a file that make makes',
      { Makefile: 'model.pkl: train.py\n\tpython train.py\n', 'train.py': '' },
      ['python train.py'],
    ],
    ['a script', { 'train.py': '' }, ['python train.py']],
    ['two scripts', { 'train.py': '', 'evaluate.py': '' }, ['python train.py', 'python evaluate.py']],
    [
      'scripts below src',
      { 'src/train.py': '', 'src/eval.py': '' },
      ['python src/train.py', 'python src/eval.py'],
    ],
    ['a script and its parts', { 'train.py': '', 'lib/train_utils.py': '' }, ['python train.py']],
    ['two that train', { 'train_a.py': '', 'train_b.py': '' }, [null]],
    ['a script that asks for arguments', { 'train.py': 'parser.add_argument("data")' }, [null]],
    ['one that may be given some', { 'train.py': 'parser.add_argument("--data")' }, ['python train.py']],
    ['a service that predicts beside training', { 'train.py': '', 'predict.py': '' }, ['python train.py']],
    [
      'what writes the file',
      { 'train.py': '', 'report.py': 'open("metrics.json", "w")' },
      ['python train.py', 'python report.py'],
    ],
    [
      'Node',
      { 'package.json': '{}', 'train.mjs': '', 'evaluate.mjs': '' },
      ['node train.mjs', 'node evaluate.mjs'],
    ],
    ['scripts of npm', { 'package.json': '{"scripts":{"train":"node a.js"}}' }, ['npm run train']],
    ['R', { 'train.R': '' }, ['Rscript train.R']],
    [
      'make',
      { Makefile: 'OUT := a\ntrain: data\n\tpython t.py\neval:\n\tpython e.py\n' },
      ['make train', 'make eval'],
    ],
    [
      'make that does both',
      { Makefile: 'train:\n\tpython t.py\n\tpython evaluate.py\n', 'evaluate.py': '' },
      ['make train'],
    ],
    [
      'make whose evaluation trains',
      { Makefile: '.PHONY: train\nevaluate: train\n\tpython e.py\ntrain:\n\tpython t.py\n' },
      ['make evaluate'],
    ],
    [
      'make by another name',
      { Makefile: 'test:\n\tpytest\nmodel:\n\tpapermill train.ipynb o.ipynb\n', 'train.ipynb': '' },
      ['make model'],
    ],
    ['make of uv', { Makefile: 'train:\n\tpython t.py\n', 'uv.lock': '' }, ['uv run make train']],
    ['make that calls uv', { Makefile: 'train:\n\tuv run t.py\n', 'uv.lock': '' }, ['make train']],
    ['just', { justfile: 'train seed="1":\n    python t.py\n' }, ['just train']],
    [
      'poetry',
      { 'pyproject.toml': '[tool.poetry.scripts]\nmodel-train = "m:t"\n', 'poetry.lock': '' },
      ['poetry run model-train'],
    ],
    [
      'uv and a module',
      { 'uv.lock': '', 'pyproject.toml': '', 'src/m/__init__.py': '', 'src/m/train.py': '' },
      ['uv run python -m m.train'],
    ],
    ['a shell script', { 'scripts/train.sh': 'python a.py' }, ['bash scripts/train.sh']],
    [
      'a README',
      { 'run.py': '', 'README.md': '```bash\n$ python run.py \\\n  --do_train --lr 1e-3  # once\n```\n' },
      ['python run.py --do_train --lr 1e-3'],
    ],
    [
      'a README that sets',
      { 'run.py': '', 'README.md': '```\nexport TASK=mrpc\npython run.py --do_train --task $TASK\n```\n' },
      ['export TASK=mrpc && python run.py --do_train --task $TASK'],
    ],
    [
      'a README of Lightning',
      { 'main.py': 'LightningCLI()', 'README.md': '```sh\npython main.py fit --config c.yaml\n```\n' },
      ['python main.py fit --config c.yaml'],
    ],
    [
      'a README to be filled in',
      { 'run.py': 'x.fit()\nHfArgumentParser', 'README.md': '```\npython run.py --do_train <data>\n```\n' },
      [null],
    ],
    [
      'a notebook',
      { 'train.ipynb': '', 'requirements.txt': 'papermill' },
      ['papermill train.ipynb train.out.ipynb'],
    ],
    [
      'MLproject',
      { MLproject: 'name: a\nentry_points:\n  main:\n    command: "python x.py"\n' },
      ['mlflow run . --env-manager=local -e main'],
    ],
    [
      'a README whose results lie elsewhere',
      { 'run.py': '', 'README.md': '```\npython run.py --do_train --output_dir /tmp/x\n```\n' },
      [null],
    ],
    [
      'a task that starts a training',
      { Makefile: 'finetune:\n\tpython run_qa.py --do_train\n', 'run_qa.py': 'HfArgumentParser' },
      ['make finetune'],
    ],
    ['what fits', { 'model.py': 'clf.fit(X, y)' }, ['python model.py']],
    [
      'DVC',
      { 'dvc.yaml': 'stages: { prepare: { cmd: a }, train: { cmd: b } }', 'train.py': '' },
      ['dvc repro'],
    ],
    [
      'DVC that only prepares',
      { 'dvc.yaml': 'stages: { prepare: { cmd: a } }', 'train.py': '' },
      ['python train.py'],
    ],
    [
      'Kedro',
      {
        'pyproject.toml': '[tool.kedro]\n',
        'requirements.txt': 'kedro',
        'src/a/nodes.py': 'def train_model(): 1',
      },
      ['kedro run'],
    ],
    [
      'Snakemake',
      {
        'workflow/Snakefile': 'rule all:\n    input: "metrics.json"\nrule fit:\n    shell: "python a.py"\n',
        'evaluate.py': '',
      },
      ['snakemake --cores all'],
    ],
    [
      'invoke whose evaluation trains',
      {
        'tasks.py':
          'from invoke import task\n\n@task\ndef train_model(c):\n    c.run("x")\n\n\n@task(pre=[train_model])\ndef evaluate(c, seed=1):\n    """Both"""\n\n    c.run("y")\n',
      },
      ['invoke evaluate'],
    ],
    [
      'invoke by a name of two words',
      { 'tasks.py': 'from invoke import task\n@task\ndef train_model(c):\n    c.run("x")\n' },
      ['invoke train-model'],
    ],
    [
      'nox',
      {
        'noxfile.py':
          'import nox\n@nox.session\ndef tests(session):\n    session.run("pytest")\n@nox.session(python="3.12", name="fit")\ndef go(session):\n    session.run("python", "a.py")\n',
        'a.py': 'model.fit(x)',
      },
      ['nox -s fit'],
    ],
    [
      'pixi whose evaluation trains',
      {
        'pixi.toml':
          '[tasks]\ntrain = "python a.py"\nevaluate = { cmd = "python b.py", depends-on = ["train"] }\n',
      },
      ['pixi run evaluate'],
    ],
    [
      'hatch',
      { 'pyproject.toml': '[tool.hatch.envs.default.scripts]\ntrain = "python a.py"\n' },
      ['hatch run train'],
    ],
    [
      'task',
      {
        'Taskfile.yml':
          'version: 3\ntasks:\n  train:\n    cmds:\n      - python a.py\n  eval:\n    cmds: [python b.py]\n',
      },
      ['task train', 'task eval'],
    ],
    [
      'make that only names what is made',
      {
        Makefile:
          'all: out/m.csv\n\nout/m.rds: fit.R\n\tRscript fit.R\n\nout/m.csv: out/m.rds\n\tRscript s.R\n',
        'fit.R': '',
      },
      ['make all'],
    ],
    [
      'Metaflow',
      { 'flow.py': 'class A(FlowSpec):\n    pass\nif __name__ == "__main__":\n    A()\n' },
      ['python flow.py run'],
    ],
    [
      'what starts a module that trains',
      {
        'pipelines/training.py': 'def run():\n    pass\n',
        'run.py': 'from pipelines.training import run\nrun()\n',
      },
      ['python run.py'],
    ],
    [
      'a script of another name that starts a training',
      { 'scripts/launch.sh': 'accelerate launch train.py\n', 'train.py': 'Trainer()' },
      ['bash scripts/launch.sh'],
    ],
    [
      'the command of a package, as its README has it',
      {
        'pyproject.toml': '[tool.poetry.scripts]\ncredit = "credit.cli:app"\n',
        'poetry.lock': '',
        'README.md': '```\npoetry run credit train --config a.yaml\n```\n',
        'credit/cli.py': '@app.command()\ndef train(): pass\n@app.command()\ndef score(): pass\n',
      },
      ['poetry run credit train --config a.yaml'],
    ],
    [
      'a README without a fence',
      { 'run.py': '', 'README.md': 'To train:\n\n    pip install x\n    python run.py --do_train\n' },
      ['python run.py --do_train'],
    ],
    ['one script of several commands', { 'train.py': '@app.command()\n@app.command()\n' }, [null]],
    ['a name for a shell to trip over', { 'train $(x).py': '' }, [null]],
  ])('trains and evaluates by %s', (_, files, commands) => {
    expect(run(files)).toEqual(commands)
  })

  it.each<[string, string[], string | null]>([
    ['a folder of splits', ['metrics/train.json', 'metrics/test.json'], 'metrics/test.json'],
    [
      'the test set before the others',
      ['train_metrics.json', 'val_metrics.json', 'test_metrics.json'],
      'test_metrics.json',
    ],
    [
      'Hugging Face',
      ['out/all_results.json', 'out/eval_results.json', 'out/train_results.json', 'out/trainer_state.json'],
      'out/all_results.json',
    ],
    ['two that may be', ['metrics.json', 'baseline_metrics.json'], null],
    ['two folders', ['runs/a/metrics.json', 'runs/b/metrics.json'], null],
    ['JSON before logs', ['metrics.json', 'history.csv'], 'metrics.json'],
  ])('metrics: %s', (_, files, file) => {
    const metrics = Object.fromEntries(files.map(name => [name, { acc: 0.5 }]))

    expect(written({ files: { 'train.py': '' }, metrics }).metrics).toBe(file)
  })

  it.each([
    [
      ['lightning_logs/version_9/metrics.csv', 'lightning_logs/version_10/metrics.csv'],
      'lightning_logs/version_*/metrics.csv',
    ],
    [['runs/detect/train/results.csv', 'runs/detect/train2/results.csv'], 'runs/detect/train*/results.csv'],
    [['outputs/2024-01-15/10-22-33/metrics.json'], 'outputs/*/*/metrics.json'],
    [['out/results_2024-01-15T10-22-33.123456.json'], 'out/results_*.json'],
    [
      ['data/09_tracking/metrics.json/2025-03-01T10.00.00.000Z/metrics.json'],
      'data/09_tracking/metrics.json/*/metrics.json',
    ],
  ])('metrics that each run writes elsewhere are found by a pattern: %j', (files, pattern) => {
    const metrics = Object.fromEntries(files.map(file => [file, { acc: 0.5 }]))

    expect(written({ files: { 'train.py': '' }, metrics })).toMatchObject({
      train: 'python train.py',
      metrics: pattern,
    })
  })

  it('predictions that each run writes elsewhere are brought to one place', () => {
    const tables = { 'outputs/2024-01-15/10-22-33/predictions.csv': 'id,label,score\n1,1,0.5\n2,0,0.25' }

    expect(written({ files: { 'train.py': '' }, tables })).toMatchObject({
      train: 'python train.py && cp "$(ls -t outputs/*/*/predictions.csv | head -n 1)" predictions.csv',
      predictions: { file: 'predictions.csv' },
    })
  })

  it('trains once for each seed that has a folder, and reads the files at one place', () => {
    const numbers = { acc: 0.5 }
    const metrics = {
      'runs/seed_1/metrics.json': numbers,
      'runs/seed_2/metrics.json': numbers,
      'runs/seed_10/metrics.json': numbers,
    }

    expect(written({ files: { 'train.py': 'add_argument("--seed")' }, metrics })).toMatchObject({
      train: 'python train.py --seed "$ASSAY_SEED" && cp "runs/seed_$ASSAY_SEED/metrics.json" metrics.json',
      seeds: [1, 2, 10],
      metrics: 'metrics.json',
    })
    expect(written({ files: { 'train.py': 'for seed in range(3)' }, metrics })).toMatchObject({
      train: null,
      seeds: [1, 2, 10],
    })
  })

  it('lists what the catalog of Kedro names, where none lies there', () => {
    const catalog = 'metrics:\n  type: json.JSONDataset\n  filepath: data/08_reporting/metrics.json\n'
    const { text } = starterOf({ files: { 'conf/base/catalog.yml': catalog } })

    expect(text).toContain('#     data/08_reporting/metrics.json   named in conf/base/catalog.yml\n')
  })

  it('lists files that scripts name, where none lies there', () => {
    const files = {
      'train.mjs': "writeFile('out/predictions.csv', rows)",
      'serve.mjs': "read('config.json')",
    }

    expect(starterOf({ files }).text).toContain('#     out/predictions.csv   named in train.mjs\n')
    expect(starterOf({ files }).text).not.toContain('config.json')
  })

  it('what it cannot tell from the tasks that there are, it lists', () => {
    const files = {
      Makefile: 'test:\n\tpytest\ngo:\n\t./go\n',
      'pyproject.toml': '[project.scripts]\nranker = "r:m"\n',
      'uv.lock': '',
    }

    expect(starterOf({ files }).text).toContain('#     uv run ranker\n#     make go\ntrain:\n')
  })

  it.each([
    ['src/mymodel/train.py', '"mymodel.train:main"'],
    ['mymodel/train.py', '{ callable = "mymodel.train:main" }'],
  ])('does not train once more to evaluate where %s is what the package installs', (script, entry) => {
    const training = 'def main():\n    save("metrics.json")\n\nif __name__ == "__main__":\n    main()\n'
    const files = {
      'pyproject.toml': `[project.scripts]\nmymodel-train = ${entry}\n`,
      'uv.lock': '',
      [script]: training,
    }
    const metrics = { 'metrics.json': { accuracy: 0.9 } }
    const apart = written({ files: { ...files, [script.replace('train', 'evaluate')]: training }, metrics })

    expect(written({ files, metrics })).toMatchObject({ train: 'uv run mymodel-train' })
    expect(written({ files, metrics })).not.toHaveProperty('evaluate')
    expect(apart.evaluate).toMatch(/^uv run python .*evaluate/)
  })

  it('evaluates by another command of the module that trains, whatever the module says of it', () => {
    const files = {
      'pyproject.toml': '[project.scripts]\nx-train = "x.cli:train"\nx-evaluate = "x.cli:evaluate"\n',
      'x/cli.py': '"""First x-train, then x-evaluate, which writes metrics.json."""\ndef train(): ...\n',
    }

    expect(written({ files, metrics: { 'metrics.json': { accuracy: 0.9 } } })).toMatchObject({
      train: 'x-train',
      evaluate: 'x-evaluate',
    })
  })

  it('takes no folder for a model whose name a shell would trip over', () => {
    const rule = 'train:\n\tpython t.py\n'
    const { text } = starterOf({ files: { 'a; rm x/Makefile': rule, 'b $(c)/Makefile': rule } })

    expect(parse(text)).toMatchObject({ model: 'churn', train: null })
  })

  it('quotes a folder or a script with a space, and knows its model by a plain name', () => {
    const files = {
      'models/churn/train.py': '',
      'models/fraud detection/train.py': '',
      'models/fraud detection/requirements.txt': '',
      'models/größe, neu/Makefile': 'train:\n\tpython t.py\n',
    }
    const { text, environments } = starterOf({ files })
    const { models } = parse(text)
    const { steps } = parse(starterCi('github', { environments }).text).jobs.assay
    const notebook = written({ files: { 'notebooks/01 Train model.ipynb': '' } })

    expect(models).toMatchObject({
      churn: { train: 'cd models/churn && python train.py', paths: ['models/churn/**', '!**/*.md'] },
      'fraud-detection': {
        train: 'cd "models/fraud detection" && python train.py',
        paths: ['models/fraud detection/**', '!**/*.md'],
      },
      'gr-e-neu': { train: 'make -C "models/größe, neu" train' },
    })
    expect(steps.map(({ run }: { run?: string }) => run)).toContain(
      'pip install -r "models/fraud detection/requirements.txt"',
    )
    expect(notebook.train).toContain('--output "01 Train model.out.ipynb" "notebooks/01 Train model.ipynb"')
  })

  it('knows models whose packages lie below src', () => {
    const files = { 'models/a/src/a/train.py': '', 'models/b/src/b/train.py': '' }

    expect(Object.keys(written({ files }).models)).toEqual(['a', 'b'])
  })

  it('of several models each has its folder, its commands and what they share', () => {
    const rows = 'id,label,score\n1,1,0.5\n2,0,0.25'
    const files = {
      'a/Makefile': 'train:\n\tpython t.py\n',
      'b/train.py': '',
      'common/io.py': '',
      'README.md': '',
      'docs/x.py': '',
    }
    const { models } = written({
      files,
      tables: { 'a/predictions.csv': rows, 'out/b/predictions.csv': rows },
    })

    expect(models).toMatchObject({
      a: {
        train: 'make -C a train',
        paths: ['a/**', 'common/**', '!**/*.md'],
        predictions: { file: 'a/predictions.csv' },
      },
      b: { train: 'cd b && python train.py', predictions: { file: 'out/b/predictions.csv' } },
    })
  })
})

describe('scripts of several models beside each other', () => {
  const numbers = { auc: 0.5 }
  const metrics = { 'outputs/churn/metrics.json': numbers, 'outputs/fraud/metrics.json': numbers }

  it('are a model each, and none is trained for what is another alone', () => {
    const files = {
      'train_churn.py': '',
      'train_fraud.py': '',
      Makefile: 'train:\n\tpython all.py\ntrain-fraud:\n\tpython train_fraud.py\n',
    }

    expect(written({ files, metrics }).models).toMatchObject({
      churn: {
        train: 'python train_churn.py',
        metrics: 'outputs/churn/metrics.json',
        paths: ['**', '!**/*.md', '!train_fraud.py', '!outputs/fraud/**'],
      },
      fraud: { train: 'make train-fraud', metrics: 'outputs/fraud/metrics.json' },
    })
  })

  it('are a model each with a folder of its own, where they lie below one of their name', () => {
    const files = {
      'packages/churn/churn/train_churn.py': '',
      'packages/churn/requirements.txt': '',
      'packages/fraud/src/train_fraud.py': '',
    }

    expect(written({ files }).models).toMatchObject({
      churn: {
        train: 'cd packages/churn && python churn/train_churn.py',
        paths: ['packages/churn/**', '!**/*.md'],
      },
      fraud: { train: 'cd packages/fraud && python src/train_fraud.py' },
    })
  })

  it('are ways to train one where they write no files of their own', () => {
    expect(written({ files: { 'train_churn.py': '', 'train_fraud.py': '' } })).toMatchObject({ train: null })
  })
})

describe('columns of predictions, by their names and cells', () => {
  const guess = (csv: string) => {
    const [columns = [], ...rows] = csv.split('\n').map(line => line.split(','))
    return columnGuesses({ columns, rows })[0]
  }

  it.each<[string, string, object | undefined]>([
    [
      'texts that are no ids',
      'text,label,pred\nso good,1,1\nso bad,0,1\nwell then,1,1',
      { id: undefined, label: 'label', prediction: 'pred' },
    ],
    ['days that are', 'day,actual,forecast\n2026-01-01,1.5,2\n2026-01-02,2.5,2', { id: 'day' }],
    [
      'a probability for each of several classes',
      'id,y,pred,p_a,p_b,p_c\n1,a,a,0.5,0.3,0.2\n2,b,b,0.2,0.5,0.3\n3,c,c,0.2,0.3,0.5',
      { prediction: 'pred', probabilities: 'p_*', task: 'multiclass' },
    ],
    [
      'probabilities alone',
      'id,y,p_a,p_b,p_c\n1,a,0.5,0.3,0.2\n2,b,0.2,0.5,0.3\n3,c,0.2,0.3,0.5',
      { prediction: undefined, probabilities: 'p_*' },
    ],
    [
      'not of all classes',
      'id,y,pred,p_a,p_b\n1,a,a,0.5,0.3\n2,b,b,0.2,0.5\n3,c,c,0.2,0.3',
      { probabilities: undefined },
    ],
    [
      'a hundred classes',
      `id,y,pred\n${Array.from({ length: 100 }, (_, row) => `r${row},${row},${99 - row}`).join('\n')}`,
      { task: 'multiclass' },
    ],
    [
      'counts',
      `id,y,pred\n${Array.from({ length: 40 }, (_, row) => `r${row},${row * 3},${row * 3 + 1}`).join('\n')}`,
      { task: 'regression' },
    ],
    [
      'score',
      'id,label,score\na,1,0.7\nb,0,0.2',
      { id: 'id', label: 'label', score: 'score', task: 'binary' },
    ],
    [
      'an index of pandas',
      ',y_true,y_pred\n0,1,1\n1,2,2\n2,3,3',
      { id: '', label: 'y_true', prediction: 'y_pred', task: 'multiclass' },
    ],
    [
      'an index that was read back',
      'Unnamed: 0,target,pred\n0,a,a\n1,b,a\n2,c,c',
      { id: 'Unnamed: 0', task: 'multiclass' },
    ],
    [
      'amounts',
      'key,actual,forecast\na,1.5,1.25\nb,2,2.5',
      { label: 'actual', prediction: 'forecast', task: 'regression' },
    ],
    [
      'whole amounts',
      'id,y,yhat\n1,10,10.5\n2,20,19.5\n3,30,31',
      { label: 'y', prediction: 'yhat', task: 'regression' },
    ],
    [
      'shares in a column of answers',
      'id,y,pred\n1,1,0.9\n2,0,0.1',
      { label: 'y', score: 'pred', task: 'binary' },
    ],
    ['both', 'id,y,pred,probability\n1,1,1,0.9\n2,0,0,0.1', { score: 'probability', prediction: 'pred' }],
    [
      'two classes with a score each',
      'id,label,proba_0,proba_1\na,False,0.8,0.2\nb,True,0.1,0.9',
      { score: 'proba_1', task: 'binary' },
    ],
    ['of no', 'id,label,prob_no,prob_yes\na,no,0.8,0.2\nb,yes,0.1,0.9', { score: 'prob_yes' }],
    ['numbers without a line', 'id,label,p0,p1\na,0,0.8,0.2\nb,1,0.1,0.9', { score: 'p1' }],
    ['columns called as the classes', 'id,label,0,1\na,0,0.8,0.2\nb,1,0.1,0.9', { id: 'id', score: '1' }],
    [
      "a domain's own word",
      'customer,churned,churned_pred\na,no,no\nb,yes,no',
      { id: 'customer', label: 'churned', prediction: 'churned_pred' },
    ],
    [
      'no word for the truth',
      'customer,churned,risk_score\na,0,0.5\nb,1,0.25',
      { label: 'churned', score: 'risk_score', task: 'binary' },
    ],
    [
      'two that could be it',
      'id,a,b,pred\n1,x,y,x\n2,y,x,y',
      { labels: [{ column: 'a' }, { column: 'b' }], prediction: 'pred' },
    ],
    [
      'classes that nobody calls positive',
      'id,label,score\n1,cat,0.5\n2,dog,0.25',
      { score: 'score', classes: ['cat', 'dog'] },
    ],
    [
      'with answers accuracy needs none',
      'id,label,pred,score\n1,cat,cat,0.5\n2,dog,cat,0.25',
      { prediction: 'pred', score: undefined },
    ],
    [
      'a score that says what it is of',
      'patient,malignant,p_malignant\na,0,0.2\nb,1,0.9',
      { id: 'patient', label: 'malignant', score: 'p_malignant', task: 'binary' },
    ],
    [
      'a truth in another form of that word, beside another column of two values',
      'id,is_member,churned,churn_prob\na,1,0,0.2\nb,0,1,0.9',
      { label: 'churned', score: 'churn_prob' },
    ],
    [
      'a score of one class of two that nobody calls positive',
      'id,actual_class,prob_spam\na,ham,0.2\nb,spam,0.9',
      { score: 'prob_spam', positive: 'spam', classes: undefined },
    ],
    [
      'columns of tidymodels',
      'id,.pred_No,.pred_Yes,.row,.pred_class,churn\nsplit,0.8,0.2,3,No,No\nsplit,0.1,0.9,4,Yes,Yes',
      { id: '.row', label: 'churn', score: '.pred_Yes', prediction: '.pred_class' },
    ],
    [
      'a truth told by the classes that there are scores of',
      'index,species,p_a,p_b,p_c\n1,a,0.5,0.3,0.2\n2,b,0.2,0.5,0.3\n3,c,0.2,0.3,0.5',
      { id: 'index', label: 'species', probabilities: 'p_*', task: 'multiclass' },
    ],
    [
      'columns called as several classes',
      'id,y_true,a,b,c\n1,a,0.5,0.3,0.2\n2,b,0.2,0.5,0.3\n3,c,0.2,0.3,0.5',
      { probabilities: { a: 'a', b: 'b', c: 'c' }, prediction: undefined },
    ],
    [
      'two that could be the score, the one first that tells the classes apart',
      'id,label,score_old,score_new\n1,0,0.4,0.1\n2,1,0.3,0.8\n3,0,0.2,0.2\n4,1,0.5,0.9',
      {
        scores: [{ column: 'score_new', says: 'AUC of label: 1.00' }, { column: 'score_old' }],
        score: undefined,
      },
    ],
    [
      'two that could be the truth, the one first that the score tells apart',
      'id,member,left,score\n1,0,0,0.1\n2,0,1,0.8\n3,1,0,0.2\n4,1,1,0.9',
      { labels: [{ column: 'left', says: 'AUC of score: 1.00' }, { column: 'member' }], label: undefined },
    ],
    [
      'amounts of one scale with what was predicted, and others',
      'id,bedrooms,sold_for,prediction\n1,2,200,210.5\n2,3,310,300.5\n3,1,150,160.5',
      { label: 'sold_for', prediction: 'prediction', task: 'regression' },
    ],
    [
      'the one share that the answers were cut from',
      `id,label,answer_pred,q,z\n${Array.from({ length: 30 }, (_, row) => `r${row},${row % 2},${row < 15 ? 0 : 1},${row / 30},${(row % 7) / 10}`).join('\n')}`,
      { score: 'q', prediction: 'answer_pred' },
    ],
    [
      'a confidence is no score',
      `id,label,pred,confidence\n${Array.from({ length: 30 }, (_, row) => `r${row},${row % 2},${row < 15 ? 0 : 1},${row / 30}`).join('\n')}`,
      { score: undefined, prediction: 'pred' },
    ],
    ['a table of data', 'id,age,target\n1,30,0\n2,40,1', undefined],
    ['no id', 'y_true,y_pred\n1,1\n1,2\n2,2', { id: undefined, label: 'y_true' }],
  ])('%s', (_, csv, expected) => {
    if (expected === undefined) expect(guess(csv)).toBeUndefined()
    else
      expect({ ...guess(csv) }).toMatchObject(
        Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)),
      )
    for (const [key, value] of Object.entries(expected ?? {}))
      if (value === undefined) expect(guess(csv)).not.toHaveProperty(key)
  })
})

describe('what the CI file installs', () => {
  const FILES: Record<string, Record<string, string>> = {
    uv: { 'uv.lock': '' },
    poetry: { 'poetry.lock': '', 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.11"\n' },
    pdm: { 'pdm.lock': '' },
    pipenv: { 'Pipfile.lock': '' },
    pip: { 'requirements.txt': '', 'a/requirements.txt': '' },
    conda: { 'environment.yml': '' },
    'requirements and a package': { 'requirements.txt': '', 'pyproject.toml': '[build-system]\n' },
    package: { 'pyproject.toml': '' },
    npm: { 'package-lock.json': '' },
    nothing: {},
    'nox, which nobody lists': {
      'noxfile.py': '@nox.session\ndef train(session):\n    pass\n',
      'requirements.txt': 'numpy',
    },
    'a workspace': {
      'uv.lock': '',
      'pyproject.toml': '[tool.uv.workspace]\nmembers = ["models/*"]\n',
      'models/a/pyproject.toml': '[project.scripts]\na-train = "a:b"\n',
    },
    'pixi and its tasks': { 'pixi.lock': '', 'pixi.toml': '[tasks]\ntrain = "python train.py"\n' },
    'Task, beside pip': {
      'Taskfile.yml': 'tasks:\n  train:\n    cmds: [python train.py]\n',
      'requirements.txt': 'numpy',
    },
    'R, locked': { 'renv.lock': '{}', 'train.R': 'fit()' },
    'DVC, which nobody lists': { 'dvc.yaml': 'stages: { train: { cmd: x } }', 'requirements.txt': 'numpy' },
  }

  it.each(Object.keys(FILES))('of %s stands in a file that each CI reads, before Assay', name => {
    const { environments } = starterOf({ files: { 'train.py': '', ...FILES[name] } })
    const [github, withBot, gitlab, jenkins] = [
      starterCi('github', { environments }).text,
      starterCi('github', { environments, bot: true }).text,
      starterCi('gitlab', { environments }).text,
      starterCi('jenkins', { environments }).text,
    ]

    for (const text of [github, withBot]) {
      const { steps } = parse(text).jobs.assay as { steps: { uses?: string; run?: string }[] }
      for (const { uses = `a@${'0'.repeat(40)}` } of steps) expect(uses).toMatch(/@[0-9a-f]{40}$/)
      const at = steps.findIndex(({ uses }) => uses?.startsWith('assay-ml/assay@'))
      expect(steps.slice(1, at).some(({ run }) => run !== undefined)).toBe(name !== 'nothing')
      if (name.startsWith('requirements')) expect(steps.map(({ run }) => run)).toContain('pip install -e .')
      if (name.startsWith('nox')) expect(steps.map(({ run }) => run)).toContain('pip install nox')
      if (name === 'a workspace')
        expect(steps.map(({ run }) => run)).toContain('uv sync --frozen --all-packages')
      const uses = steps.map(step => step.uses?.replace(/@.*/, ''))
      if (name.startsWith('pixi')) expect(uses).toContain('prefix-dev/setup-pixi')
      if (name.startsWith('Task')) expect(uses).toContain('go-task/setup-task')
      if (name.startsWith('R,')) expect(uses).toContain('r-lib/actions/setup-r')
      if (name.startsWith('DVC')) expect(steps.map(({ run }) => run)).toContain('pip install dvc')
    }
    const { assay } = parse(gitlab)
    if (!/^(conda|nothing|pixi|R)\b/.test(name))
      expect(assay.before_script.at(-1)).toMatch(/install|sync|npm ci/)
    expect(jenkins).toMatch(/^assayPipeline\($/m)
    expect(jenkins.includes('The agent has what')).toBe(name !== 'nothing')
  })

  it('is left to say where R is all that is known', () => {
    const { environments } = starterOf({
      files: { 'train.R': 'fit()', 'README.md': '```\nRscript train.R\n```\n' },
    })
    const { text } = starterCi('github', { environments })

    expect(text).toMatch(/setup-r@[\s\S]*# Install here what your train and evaluate commands need/)
  })
})
