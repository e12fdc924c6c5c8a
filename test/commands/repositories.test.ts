import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Context } from '../../src/commands/command/context.ts'
import { run as init } from '../../src/commands/init.ts'
import { INIT_DEFAULTS } from '../support/init-options.ts'
import { useScenes } from './scene.ts'

/** `assay init` in repositories as teams have them, after one training. */

const REPOSITORIES = 'test/repositories'
const scenes = useScenes()

/** A question: the key has no value. */
const ASKED = null

const NOT_WORDS = ['**', '!**/*.md']
const gate = (metric: string, margin: unknown = 0.01) => [{ metric, not_worse_than: 'champion', margin }]

interface Expected {
  /** `assay.yml`, but for what lies in `models`. */
  config: object
  /** What the workflow sets up and runs before Assay. */
  installs: string[]
}

const binary = (folder: string) => ({
  file: `${folder}/predictions.csv`,
  id: 'id',
  label: 'label',
  score: 'score',
  task: 'binary',
})
const amounts = (folder: string) => ({
  file: `${folder}/predictions.csv`,
  id: 'id',
  label: 'actual',
  prediction: 'forecast',
  task: 'regression',
})
const oneOfFive = (name: string, predictions: object, gates: object) => ({
  train: `python -m models.${name}.train`,
  paths: [`models/${name}/**`, 'requirements.txt', 'shared/**', '!**/*.md'],
  predictions,
  gates,
})

const EXPECTED: Record<string, Expected> = {
  'sklearn-binary': {
    config: {
      model: 'sklearn-binary',
      train: 'python train.py',
      paths: NOT_WORDS,
      metrics: 'metrics.json',
      predictions: { file: 'predictions.csv', id: 'id', label: 'label', score: 'score', task: 'binary' },
      gates: gate('roc_auc'),
    },
    installs: ['actions/setup-python', 'pip install -r requirements.txt'],
  },
  digits: {
    config: {
      model: 'digits',
      train: 'python train.py',
      paths: NOT_WORDS,
      predictions: {
        file: 'test_predictions.csv',
        id: '',
        label: 'y_true',
        prediction: 'y_pred',
        task: 'multiclass',
      },
      gates: gate('accuracy'),
    },
    installs: ['actions/setup-python', 'pip install -r requirements.txt'],
  },
  diabetes: {
    config: {
      model: 'diabetes',
      train: 'python train.py',
      evaluate: 'python evaluate.py',
      paths: NOT_WORDS,
      predictions: {
        file: 'out/predictions.parquet',
        id: 'patient',
        label: 'target',
        prediction: 'prediction',
        task: 'regression',
      },
      gates: gate('mae', 0.7),
    },
    installs: ['actions/setup-python', 'pip install -r requirements.txt'],
  },
  xgboost: {
    config: {
      model: 'xgboost',
      train: 'python train_model.py',
      paths: NOT_WORDS,
      predictions: {
        file: 'artifacts/test_scored.csv',
        id: 'loan_id',
        label: 'defaulted',
        score: 'proba_1',
        prediction: 'pred',
        task: 'binary',
      },
      gates: gate('roc_auc'),
    },
    installs: [
      '"$CONDA/bin/conda" env create --prefix "$RUNNER_TEMP/env" --file environment.yml && echo "$RUNNER_TEMP/env/bin" >> "$GITHUB_PATH"',
    ],
  },
  'run-glue': {
    config: {
      model: 'run-glue',
      train: ASKED,
      paths: NOT_WORDS,
      metrics: 'out/all_results.json',
      directions: { eval_accuracy: 'higher' },
      gates: gate('eval_accuracy'),
    },
    installs: ['actions/setup-python', 'pip install -r requirements.txt'],
  },
  lightning: {
    config: {
      model: 'lightning',
      train: 'python train.py',
      paths: NOT_WORDS,
      metrics: 'lightning_logs/version_*/metrics.csv',
      directions: { test_acc: 'higher' },
      gates: gate('test_acc'),
    },
    installs: ['actions/setup-python', 'pip install -e .'],
  },
  dvc: {
    config: {
      model: 'dvc',
      train: 'dvc repro',
      paths: NOT_WORDS,
      metrics: 'eval/live/metrics.json',
      predictions: {
        file: 'eval/predictions.csv',
        id: 'machine',
        label: 'failed',
        score: 'risk_score',
        task: 'binary',
      },
      parameters: 'params.yaml',
      data: ['dvc.lock'],
      gates: gate('roc_auc'),
    },
    installs: ['actions/setup-python', 'pip install -r requirements.txt'],
  },
  mlflow: {
    config: {
      model: 'mlflow',
      train: 'python train.py',
      paths: NOT_WORDS,
      metrics: ASKED,
      directions: { r2: 'higher' },
      gates: gate('r2'),
    },
    installs: ['actions/setup-python', 'pip install -r requirements.txt'],
  },
  promptfoo: {
    config: {
      model: 'promptfoo',
      evaluate: 'npx promptfoo eval --no-cache --output output.json || true',
      paths: NOT_WORDS,
      predictions: { file: 'output.json', from: 'promptfoo' },
      gates: [...gate('passed', 0.05), { metric: 'broken_items', at_most: 0 }],
    },
    installs: [],
  },
  kedro: {
    config: {
      model: 'kedro',
      train: 'kedro run',
      paths: NOT_WORDS,
      metrics: 'data/08_reporting/metrics.json',
      predictions: {
        file: 'data/07_model_output/predictions.csv',
        id: '',
        label: 'price',
        prediction: 'predicted_price',
        task: 'regression',
      },
      parameters: 'conf/base/parameters.yml',
      gates: gate('mae', expect.any(Number)),
    },
    installs: ['actions/setup-python', 'pip install -r requirements.txt', 'pip install -e .'],
  },
  monorepo: {
    config: {
      models: {
        churn: oneOfFive('churn', binary('models/churn'), gate('roc_auc')),
        demand: oneOfFive('demand', amounts('models/demand'), gate('mae', 0.05)),
        fraud: oneOfFive('fraud', binary('models/fraud'), gate('roc_auc')),
        price: oneOfFive('price', amounts('models/price'), gate('mae', 0.05)),
        routing: oneOfFive('routing', binary('models/routing'), gate('roc_auc')),
      },
    },
    installs: ['actions/setup-python', 'pip install -r requirements.txt'],
  },
  papermill: {
    config: {
      model: 'papermill',
      train: 'make train',
      paths: NOT_WORDS,
      predictions: {
        file: 'out/predictions.csv',
        id: 'review_id',
        label: 'sentiment',
        prediction: 'predicted_sentiment',
        task: 'multiclass',
      },
      gates: gate('accuracy'),
    },
    installs: ['actions/setup-python', 'pip install -r requirements.txt'],
  },
  'uv-src': {
    config: {
      model: 'uv-src',
      train: 'uv run ranker-train',
      paths: NOT_WORDS,
      metrics: ASKED,
      directions: { ndcg: 'higher' },
      gates: gate('ndcg'),
    },
    installs: ['astral-sh/setup-uv', 'uv sync --frozen'],
  },
}

/** Nobody's repository of git around it: what git says of it is asked elsewhere, and takes longest. */
const world = scenes.local({}, {}).context

function placed(name: string): { context: Context; read: (path: string) => string } {
  const folder = join(scenes.folder, 'plain', name)
  cpSync(join(REPOSITORIES, name), folder, { recursive: true })
  return { context: { ...world, folder }, read: path => readFileSync(join(folder, path), 'utf8') }
}

describe('assay init in a repository as teams have them', () => {
  it('is told for each of them what is right', () => {
    expect(Object.keys(EXPECTED).toSorted()).toEqual(readdirSync(REPOSITORIES).toSorted())
  })

  it.each(Object.entries(EXPECTED))(
    '%s: the right assay.yml, or a question',
    async (name, { config, installs }) => {
      const scene = placed(name)

      const { text, json } = await init(scene.context, INIT_DEFAULTS)

      expect(parse(scene.read('assay.yml'))).toEqual(config)
      const open = scene.read('assay.yml').match(/^ *# \? /gm)?.length ?? 0
      expect(open).toBeLessThanOrEqual(2)
      expect(json).toMatchObject({ questions: open })
      // What `check` refuses is what is asked, and nothing else.
      const refused = text.match(/^✗ .*$/gm)?.filter(line => !line.includes('no git repository')) ?? []
      expect(refused).toEqual(
        Array.from({ length: open }, () =>
          expect.stringMatching(/^✗ assay\.yml:\d+:\d+: `[a-z.]+` has no value/),
        ),
      )
      const { steps } = parse(scene.read('.github/workflows/assay.yml')).jobs.assay
      expect(
        steps
          .map(({ run, uses }: { run?: string; uses?: string }) => run ?? uses!.split('@')[0])
          .slice(1, -2),
      ).toEqual(installs)
      expect(scene.read('.gitignore')).toMatch(/^assay-result\/$/m)
      expect(existsSync(join(scene.context.folder, 'assay-result'))).toBe(false)
    },
  )
})
