import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { run as check } from '../../src/commands/check.ts'
import { run as init } from '../../src/commands/init.ts'
import type { Result } from '../../src/core/verdict/result.ts'
import { INIT_DEFAULTS } from '../support/init-options.ts'
import { missing } from '../support/tools.ts'
import { type Scene, useScenes } from './scene.ts'

/**
 * From `assay init` to the first verdict, in repositories as teams have them. What is too heavy to have here is stood in for by a
 * program of the same name that runs the same files.
 */

const scenes = useScenes()
const needed =
  missing('python', '-c', 'import pyarrow') ?? missing('dvc', '--version') ?? missing('make', '--version')

/** Programs by name. */
const STAND_INS = {
  uv: '#!/bin/sh\nshift\ncase "$1" in ranker-train) PYTHONPATH=src exec python -m ranker.train ;; esac\nexec "$@"\n',
  // As promptfoo ends where a test fails.
  npx: '#!/bin/sh\nwhile [ $# -gt 1 ]; do shift; done\ngit show HEAD:output.json > "$1"\nexit 100\n',
  kedro: '#!/bin/sh\nPYTHONPATH=src exec python -m spaceflights\n',
  papermill: `#!/usr/bin/env python3
import json, sys
notebook = json.load(open(sys.argv[1]))
names = {}
for number, cell in enumerate(notebook["cells"]):
    exec("".join(cell["source"]), names)
    if number == 0 and sys.argv[3:4] == ["-p"]:
        names[sys.argv[4]] = int(sys.argv[5])
json.dump(notebook, open(sys.argv[2], "w"))
`,
}

/** The repository committed, as it is after one training. */
function sceneOf(name: string): Scene {
  const scene = scenes.local({}, {})
  cpSync(join('test/repositories', name), scene.folder, { recursive: true })
  const bin = join(scenes.folder, 'bin')
  mkdirSync(bin, { recursive: true })
  for (const [program, text] of Object.entries(STAND_INS)) {
    writeFileSync(join(bin, program), text)
    chmodSync(join(bin, program), 0o755)
  }
  const python = resolve('.tools/python/bin')
  const env = {
    ...scene.context.env,
    PATH: `${bin}:${python}:${process.env.PATH}`,
    PYTHONDONTWRITEBYTECODE: '1',
  }
  scene.context = { ...scene.context, env }
  commit(scene, 'what is there')
  return scene
}

function commit({ repository }: Scene, message: string): string {
  repository.git('add', '--all')
  repository.git('commit', '--quiet', '--allow-empty', '--message', message)
  return repository.git('rev-parse', 'HEAD')
}

/** Writes the answers behind the keys that are asked for. */
function answer(scene: Scene, answers: Record<string, string>): void {
  const text = Object.entries(answers).reduce(
    (config, [key, value]) => config.replace(new RegExp(`^(\\s*${key}:)$`, 'm'), `$1 ${value}`),
    scene.read('assay.yml'),
  )
  writeFileSync(join(scene.folder, 'assay.yml'), text)
}

/** What a pull request that changes a file of code gets. */
async function verdicts(scene: Scene, base: string, changed: string): Promise<Result[]> {
  writeFileSync(join(scene.folder, changed), `${scene.read(changed)}\n# one more line\n`)
  commit(scene, 'a change')
  const { text } = await scene.run({ base })
  const { model, models } = parse(scene.read('assay.yml'))
  expect(text.replace(/\s+/g, ' ')).toContain('Nothing is wrong: a first run has nothing to be held against.')
  return (models ? Object.keys(models) : [model]).map((name: string) => scene.result(name))
}

const EVAL = {
  file: 'stand_in.py',
  text: 'import json\njson.dump({"rmse": 12.3, "r2": 0.87}, open("metrics.json", "w"))\n',
}
const GLUE = {
  file: 'stand_in.py',
  text: 'import json\njson.dump({"epoch": 3.0, "eval_accuracy": 0.87}, open("out/all_results.json", "w"))\n',
}

describe.skipIf(needed)('from assay init to the first verdict', () => {
  it.each<
    [string, { changed: string; answers?: Record<string, string>; more?: { file: string; text: string } }]
  >([
    ['sklearn-binary', { changed: 'train.py' }],
    ['digits', { changed: 'train.py' }],
    ['diabetes', { changed: 'train.py' }],
    ['xgboost', { changed: 'train_model.py' }],
    ['run-glue', { changed: 'run_glue.py', answers: { train: 'python stand_in.py' }, more: GLUE }],
    ['lightning', { changed: 'train.py' }],
    ['dvc', { changed: 'src/train.py' }],
    ['mlflow', { changed: 'stand_in.py', answers: { metrics: 'metrics.json' }, more: EVAL }],
    ['promptfoo', { changed: 'tests.yaml' }],
    ['kedro', { changed: 'src/spaceflights/pipelines/data_science.py' }],
    ['monorepo', { changed: 'shared/tables.py' }],
    ['papermill', { changed: 'Makefile' }],
    ['uv-src', { changed: 'src/ranker/train.py', answers: { metrics: 'reports/metrics.json' } }],
  ])('%s', async (name, { changed, answers = {}, more }) => {
    const scene = sceneOf(name)
    await init(scene.context, INIT_DEFAULTS)
    answer(scene, answers)
    if (more) writeFileSync(join(scene.folder, more.file), more.text)
    if (name === 'mlflow') {
      const config = scene.read('assay.yml').replace(/^train: .*$/m, 'train: python stand_in.py')
      writeFileSync(join(scene.folder, 'assay.yml'), config)
    }
    expect((await check(scene.context, { config: 'assay.yml', base: undefined })).exitCode).toBe(0)

    const results = await verdicts(scene, commit(scene, 'assay'), changed)

    expect(results).toHaveLength(name === 'monorepo' ? 5 : 1)
    for (const { state, verdict, metrics, gates } of results) {
      expect({ state, verdict }).toEqual({ state: 'judged', verdict: 'inconclusive' })
      const gated = metrics.find(row => row.metric === gates[0]!.metric)
      expect(gated?.candidate?.value).toEqual(expect.any(Number))
    }
  })

  it('and what the first report says is next leads to a verdict against the champion', async () => {
    const scene = sceneOf('sklearn-binary')
    await init(scene.context, INIT_DEFAULTS)
    mkdirSync(join(scene.folder, 'champion'))
    cpSync(join(scene.folder, 'predictions.csv'), join(scene.folder, 'champion/predictions.csv'))
    const config = scene.read('assay.yml').replace('# champion: champion', 'champion: champion')
    writeFileSync(join(scene.folder, 'assay.yml'), config)
    const base = commit(scene, 'a champion')
    const worse = scene.read('train.py').replace('3.6 * tenure - 2.9 * calls', '0.1 * tenure + 2.9 * calls')
    writeFileSync(join(scene.folder, 'train.py'), worse)
    commit(scene, 'a change for the worse')

    await scene.run({ base })

    expect(scene.result(parse(config).model)).toMatchObject({ verdict: 'fail' })
  })

  it('and a pull request of words alone trains nothing', async () => {
    const scene = sceneOf('monorepo')
    await init(scene.context, INIT_DEFAULTS)
    const base = commit(scene, 'assay')
    writeFileSync(join(scene.folder, 'README.md'), '# Models, five of them\n')
    writeFileSync(join(scene.folder, 'models/churn/README.md'), '# Who leaves\n')
    commit(scene, 'words')
    const before = readFileSync(join(scene.folder, 'models/churn/predictions.csv'), 'utf8')

    const { text } = await check(scene.context, { config: 'assay.yml', base })

    for (const model of ['churn', 'demand', 'fraud', 'price', 'routing'])
      expect(text).toContain(`${model}: skipped, nothing it depends on is touched`)
    expect(readFileSync(join(scene.folder, 'models/churn/predictions.csv'), 'utf8')).toBe(before)
  })
})
