import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run as check } from '../../src/commands/check.ts'
import { run as evaluate } from '../../src/commands/evaluate.ts'
import { run as train } from '../../src/commands/train.ts'
import { parseProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { useGithub } from '../support/emulator.ts'
import { baseFiles, CONFIG, RUN_DEFAULTS, slightlyBetter, useScenes } from './scene.ts'

const github = useGithub()
const scenes = useScenes()

describe('train and evaluate apart', () => {
  it('carry the time of the training over', async () => {
    const scene = scenes.pullRequest(baseFiles(), { 'candidate.csv': slightlyBetter })

    const trained = await train(scene.context, RUN_DEFAULTS)
    await evaluate(scene.context, RUN_DEFAULTS)

    expect(trained.exitCode).toBe(0)
    expect(scene.result().candidate.usage!.trainSeconds).toBe(
      JSON.parse(scene.read('assay-result/churn/usage.json')).trainSeconds,
    )
  })

  it('run in the folder that Assay runs in, wherever the configuration lies, as its descriptions say', async () => {
    const config = CONFIG.replace('train: echo training\n', 'train: echo here > where.txt\n')
    const scene = scenes.pullRequest({ ...baseFiles(), 'ml/assay.yml': config }, { 'x.txt': 'x' })

    await train(scene.context, { ...RUN_DEFAULTS, config: 'ml/assay.yml' })

    expect(scene.read('where.txt')).toBe('here\n')
    expect(existsSync(join(scene.folder, 'ml/where.txt'))).toBe(false)
    const described = readFileSync('schema/assay.schema.json', 'utf8')
    expect(described).toContain('It runs in the folder that Assay runs in')
    expect(described).not.toContain('in the folder of `assay.yml`')
  })

  it('count what a training of another commit left for no measurement, also where nothing else is run', async () => {
    const config = `model: churn
train: cp candidate.csv predictions.csv
predictions: predictions.csv
gates: [{ metric: roc_auc, at_least: 0.5 }]
`
    const files = baseFiles({ 'assay.yml': config, 'predictions.csv': undefined })
    const scene = scenes.pullRequest(files, { 'candidate.csv': slightlyBetter })
    await train(scene.context, RUN_DEFAULTS)
    const usage = scene.read('assay-result/churn/usage.json')
    const other = usage.replace(/"commit": "[0-9a-f]+"/, `"commit": "${'0'.repeat(40)}"`)
    expect(other).not.toBe(usage)

    await evaluate(scene.context, RUN_DEFAULTS)
    expect(scene.result().verdict).toBe('pass')
    writeFileSync(join(scene.folder, 'assay-result/churn/usage.json'), other)
    await evaluate(scene.context, RUN_DEFAULTS)

    expect(scene.result()).toMatchObject({
      verdict: 'inconclusive',
      unmeasured: 'predictions.csv is of a training of another commit: `assay train` makes it anew',
    })
  })

  it('names no command where none could have written what is missing', async () => {
    const config = 'model: churn\nmetrics: nope/*.json\ngates: [{ metric: lift, at_least: 1 }]\n'
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': config }), { 'x.txt': 'x' })

    await evaluate(scene.context, RUN_DEFAULTS)

    expect(scene.result().unmeasured).toBe('there is no nope/*.json, and no command ran that could write it')
  })

  it.each(['not JSON', '{"trainSeconds":"fast"}', '{"gpus":[{"trace":5}]}', '[]', 'null'])(
    'a usage.json that is not ours counts for nothing: %s',
    async text => {
      const scene = scenes.pullRequest(baseFiles(), { 'candidate.csv': slightlyBetter })
      mkdirSync(join(scene.folder, 'assay-result/churn'), { recursive: true })
      writeFileSync(join(scene.folder, 'assay-result/churn/usage.json'), text)

      await evaluate(scene.context, RUN_DEFAULTS)

      expect(scene.result().candidate.usage!.trainSeconds).toBeUndefined()
    },
  )

  it('a usage.json that cannot be read fails: nobody knows which outputs are older than the training', async () => {
    const scene = scenes.pullRequest(baseFiles(), { 'candidate.csv': slightlyBetter })
    mkdirSync(join(scene.folder, 'assay-result/churn/usage.json'), { recursive: true })

    await evaluate(scene.context, RUN_DEFAULTS)

    expect(scene.result()).toMatchObject({ state: 'evaluation_failed', verdict: 'fail' })
    expect(scene.result().failure!.tail).toContain('assay-result/churn/usage.json: refused: it is a folder')
  })

  it('dvc repro without dvc says so, in the training and in the check', async () => {
    const config = CONFIG.replace('train: echo training\n', 'dvc: { repro: [train] }\n')
    const files = { 'assay.yml': config, 'dvc.yaml': 'stages: { train: { cmd: echo } }\n' }
    const scene = scenes.pullRequest(baseFiles(files), { 'x.txt': 'x' })
    const bin = `${scene.folder}-bin`
    mkdirSync(bin)
    for (const program of ['git', 'sh', 'bash'])
      symlinkSync(execFileSync('which', [program], { encoding: 'utf8' }).trim(), join(bin, program))
    scene.context.env = { ...scene.context.env, PATH: bin }

    const { exitCode, text } = await train(scene.context, RUN_DEFAULTS)
    const checked = await check(scene.context, { config: 'assay.yml', base: undefined })

    expect(exitCode).toBe(2)
    expect(text).toContain('DVC is not installed')
    expect(text).toContain('pip install dvc')
    expect(text).toContain('#dvc_not_installed')
    expect(checked.text).toContain('! churn: the training needs `dvc`, which is not on the PATH here')
  })

  it('a dvc.lock that the training writes anew is told, and one that stays is not', async () => {
    const lockOf = (md5: string) =>
      `schema: '2.0'\nstages:\n  t: { cmd: t, deps: [{ path: a.csv, md5: ${md5.repeat(32)} }], outs: [] }\n`
    const told = async (train: string) => {
      const config = `${CONFIG.replace('echo training', train)}data: [dvc.lock]\n`
      const files = { 'assay.yml': config, 'dvc.lock': lockOf('a'), 'new.lock': lockOf('b') }
      const scene = scenes.pullRequest(baseFiles(files), { 'x.txt': 'x' })
      await scene.run()
      return scene.result()
    }

    const anew = await told('cp new.lock dvc.lock')
    expect(anew.candidate.data?.join()).toContain('b'.repeat(32))
    expect(anew.warnings.join()).toContain('The training wrote dvc.lock anew')
    expect((await told('cat dvc.lock')).warnings.join()).not.toContain('anew')
  })

  it('training that dies exits 2, and says how', async () => {
    const config = CONFIG.replace('echo training', 'exit 9')
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': config }), { 'x.txt': 'x' })

    const { exitCode, text } = await train(scene.context, RUN_DEFAULTS)

    expect(exitCode).toBe(2)
    expect(text).toContain('churn: training failed: exit 9 ended with exit code 9')
  })

  it.each([
    ['train', train, 'churn: would run touch trained'],
    ['evaluate', evaluate, 'churn: would run cp candidate.csv predictions.csv'],
  ])('%s --dry-run runs nothing', async (_, command, said) => {
    const config = CONFIG.replace('echo training', 'touch trained')
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': config }), { 'x.txt': 'x' })

    const { text } = await command(scene.context, { ...RUN_DEFAULTS, 'dry-run': true })

    expect(text).toContain(said)
    expect(() => scene.read('trained')).toThrow()
    expect(() => scene.read('predictions.csv')).toThrow()
  })

  it('evaluate leaves what live traffic will be held against, the same bytes each time', async () => {
    const scene = scenes.pullRequest(baseFiles(), { 'candidate.csv': slightlyBetter })
    const file = 'assay-result/churn/model-profile.json'

    await evaluate(scene.context, RUN_DEFAULTS)
    const text = scene.read(file)
    await evaluate(scene.context, RUN_DEFAULTS)

    const profile = parseProfile(Buffer.from(text), file)
    expect(scene.read(file)).toBe(text)
    expect(profile.features).toMatchObject([{ name: 'region', categories: ['north', 'south'] }])
    expect(scene.result().profile).toEqual({
      hash: createHash('sha256').update(text).digest('hex'),
      rows: 400,
      features: 1,
      advice: [],
    })
    expect(scene.read('assay-result/churn/report.md')).toContain(
      '**Profile**: live traffic can be held against 1 feature of 400 rows.',
    )
    expect(profile).toMatchObject({
      model: 'churn',
      rows: 400,
      data: { hash: createHash('sha256').update(slightlyBetter).digest('hex') },
    })
    expect(Object.values(profile.score!.labels).map(counts => counts.reduce((a, b) => a + b))).toEqual([
      200, 200,
    ])
    expect(profile.prediction).toMatchObject({ categories: ['0', '1'], pooled: 0, missing: 0 })
  })

  it('evaluate leaves no profile of an earlier run where there are no predictions any more', async () => {
    const config = 'model: churn\nevaluate: cp made.json metrics.json\nmetrics: metrics.json\n'
    const files = { 'assay.yml': config, 'made.json': '{"accuracy": 0.9}' }
    const scene = scenes.pullRequest(baseFiles(files), { 'x.txt': 'x' })
    const file = join(scene.folder, 'assay-result/churn/model-profile.json')
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, 'of before')

    await evaluate(scene.context, RUN_DEFAULTS)

    expect(existsSync(file)).toBe(false)
  })

  it('evaluate posts nothing even where it could', async () => {
    const scene = await scenes.onGithub(github, baseFiles(), { 'candidate.csv': slightlyBetter })

    await evaluate(scene.context, RUN_DEFAULTS)

    expect(github.requests).toEqual([])
  })
})
