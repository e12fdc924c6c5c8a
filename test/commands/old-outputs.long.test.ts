import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run as evaluate } from '../../src/commands/evaluate.ts'
import { run as train } from '../../src/commands/train.ts'
import { useGithub } from '../support/emulator.ts'
import {
  bad,
  baseFiles,
  CONFIG,
  type Files,
  good,
  RUN_DEFAULTS,
  type Scene,
  slightlyBetter,
  useScenes,
} from './scene.ts'

const github = useGithub()
const scenes = useScenes()

/** Predictions lie in git, better than what the pull request would write. */
const tracked = (config: string, more: Files = {}) =>
  baseFiles({
    'assay.yml': config,
    'predictions.csv': slightlyBetter,
    '.gitignore': 'assay-result/\n',
    ...more,
  })
const writes = (command: string) => CONFIG.replace('cp candidate.csv predictions.csv', command)
const TRAIN_ONLY = CONFIG.replace(/evaluate:.*\n/, '')
const left = (scene: Scene) => existsSync(join(scene.folder, '.assay-aside-churn'))

describe('an output that this run did not write', () => {
  it.each([
    ['evaluate', writes('echo done'), 'neither `train` nor `evaluate` wrote predictions.csv'],
    ['train, where nothing is evaluated', TRAIN_ONLY, '`train` did not write predictions.csv'],
    [
      'evaluate alone',
      writes('echo done').replace(/train:.*\n/, ''),
      '`evaluate` did not write predictions.csv',
    ],
  ])('is no measurement of the candidate: %s', async (_, config, said) => {
    const scene = await scenes.onGithub(github, tracked(config), { 'other.txt': 'x' })

    const { exitCode, text } = await scene.run()

    const { verdict, gates } = scene.result()
    expect([exitCode, verdict]).toEqual([0, 'inconclusive'])
    expect(gates[0]).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining(said) })
    expect(text).toContain('inconclusive — not everything was measured')
    expect(await github.checks(scene.headSha)).toMatchObject([{ conclusion: 'neutral' }])
    expect(scene.read('predictions.csv')).toBe(slightlyBetter)
    expect(left(scene)).toBe(false)
  })

  it('is missing though nothing lay there before', async () => {
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': writes('echo done') }), { 'other.txt': 'x' })

    await scene.run()

    expect(scene.result()).toMatchObject({ state: 'judged', verdict: 'inconclusive' })
  })

  it('blocks where the gate says so', async () => {
    const config = writes('echo done').replace('margin: 0.05 }', 'margin: 0.05, if_inconclusive: fail }')
    const scene = scenes.pullRequest(tracked(config), { 'other.txt': 'x' })

    expect((await scene.run()).exitCode).toBe(1)
  })

  it('counts where the command copies it, old time and all', async () => {
    const config = writes('touch -d 2001-01-01 candidate.csv && cp -p candidate.csv predictions.csv')
    const scene = scenes.pullRequest(tracked(config, { 'predictions.csv': good }), { 'other.txt': 'x' })

    await scene.run()

    expect(scene.result()).toMatchObject({ verdict: 'pass', warnings: [] })
  })

  it('keeps a gate from passing that was measured by another file, and from nothing else', async () => {
    const gates = `metrics: metrics.json
gates:
  - { metric: speed, at_least: 1 }
  - { metric: size, at_most: 1 }
`
    const config = writes(`echo '{"speed":5,"size":5}' > metrics.json`).replace(/gates:[\s\S]*/, gates)
    const scene = scenes.pullRequest(tracked(config, { 'metrics.json': '{"speed":9}' }), { 'other.txt': 'x' })

    await scene.run()

    expect(scene.result().gates.map(gate => gate.verdict)).toEqual(['inconclusive', 'fail'])
  })

  it.each([1, 2])('is missing of the seed that did not write it: %s', async seed => {
    const config = writes(`test $ASSAY_SEED = ${seed} || cp candidate.csv predictions.csv`).concat(
      'seeds: [1, 2]\n',
    )
    const scene = scenes.pullRequest(tracked(config), { 'other.txt': 'x' })

    await scene.run()

    expect(scene.result()).toMatchObject({
      verdict: 'inconclusive',
      unmeasured: expect.stringContaining(`with seed ${seed}`),
    })
    expect(scene.read('predictions.csv')).toBe(seed === 1 ? slightlyBetter : good)
  })

  it.each([
    ['training dies', CONFIG.replace('echo training', 'echo half > predictions.csv; exit 3')],
    ['evaluation dies', writes('echo half > predictions.csv; exit 3')],
    ['evaluation is not started', writes('exit 3')],
  ])('is back where it was: %s', async (_, config) => {
    const scene = scenes.pullRequest(tracked(config), { 'other.txt': 'x' })

    expect((await scene.run()).exitCode).toBe(2)

    expect(scene.read('predictions.csv')).toBe(slightlyBetter)
    expect(scene.repository.git('status', '--porcelain', '--untracked-files=all')).toBe('')
  })

  it('stays where it was written and cannot be read', async () => {
    const scene = scenes.pullRequest(tracked(writes('echo broken > predictions.csv')), { 'other.txt': 'x' })

    expect((await scene.run()).exitCode).toBe(2)

    expect(scene.read('predictions.csv')).toBe('broken\n')
  })

  it('is read where no command is to write it', async () => {
    const config = CONFIG.replace(/train:.*\nevaluate:.*\n/, '')
    const scene = scenes.pullRequest(tracked(config), { 'other.txt': 'x' })

    await scene.run()

    expect(scene.result()).toMatchObject({ verdict: 'pass', warnings: [] })
  })
})

describe('train and evaluate in two steps', () => {
  const both = async (scene: Scene, between = () => {}) => {
    await train(scene.context, RUN_DEFAULTS)
    between()
    await evaluate(scene.context, RUN_DEFAULTS)
    return scene.result()
  }

  it('what training wrote counts, also where evaluate writes the rest', async () => {
    const config = CONFIG.replace('echo training', `echo '{"speed":5}' > metrics.json`).concat(
      '  - { metric: speed, at_least: 1 }\nmetrics: metrics.json\n',
    )
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': config }), { 'candidate.csv': slightlyBetter })

    expect(await both(scene)).toMatchObject({ verdict: 'pass', warnings: [] })
  })

  it('what it did not write does not', async () => {
    const scene = scenes.pullRequest(tracked(TRAIN_ONLY), { 'other.txt': 'x' })

    expect(await both(scene)).toMatchObject({
      verdict: 'inconclusive',
      unmeasured: expect.stringContaining('`train` did not write predictions.csv'),
    })
  })

  it('what a step between them wrote does', async () => {
    const scene = scenes.pullRequest(tracked(TRAIN_ONLY), { 'other.txt': 'x' })

    const result = await both(scene, () => writeFileSync(join(scene.folder, 'predictions.csv'), bad))

    expect(result.metrics[0]).toMatchObject({ candidate: { value: 0.665 } })
  })

  it.each([
    ['of another commit', (kept: Record<string, unknown>) => ({ ...kept, commit: 'a'.repeat(40) })],
    ['of no commit', ({ commit: _, ...kept }: Record<string, unknown>) => kept],
  ])('a training %s counts for nothing', async (_, change) => {
    const scene = scenes.pullRequest(baseFiles(), { 'candidate.csv': slightlyBetter })
    const file = join(scene.folder, 'assay-result/churn/usage.json')

    const result = await both(scene, () =>
      writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8'))))),
    )

    expect(result.candidate.usage!.trainSeconds).toBeUndefined()
  })

  it('a training that dies leaves none of an earlier one, nor a result', async () => {
    const config = CONFIG.replace('echo training', 'test ! -f stop')
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': config }), { 'candidate.csv': slightlyBetter })
    await both(scene)
    writeFileSync(join(scene.folder, 'stop'), '')

    await train(scene.context, RUN_DEFAULTS)

    for (const file of ['usage.json', 'result.json', 'report.md'])
      expect(existsSync(join(scene.folder, 'assay-result/churn', file))).toBe(false)
  })
})

describe('a champion that a command evaluates', () => {
  it('is not the candidate’s own file, in a folder without git', async () => {
    const run = 'champion: { run: echo done }'
    const scene = scenes.local(baseFiles({ 'assay.yml': CONFIG.replace('champion: champion', run) }), {})
    rmSync(join(scene.folder, '.git'), { recursive: true })

    await scene.run()

    expect(scene.result().gates[0]).toMatchObject({ verdict: 'not_comparable' })
    expect(scene.read('predictions.csv')).toBe(good)
  })

  it('leaves the candidate’s file behind, not its own', async () => {
    const run = 'champion: { run: cp champion/predictions.csv predictions.csv }'
    const config = CONFIG.replace('champion: champion', run)
    const scene = scenes.local(baseFiles({ 'assay.yml': config, 'candidate.csv': slightlyBetter }), {})
    rmSync(join(scene.folder, '.git'), { recursive: true })

    await scene.run()

    expect(scene.result().metrics[0]).toMatchObject({ champion: { value: 0.9 }, candidate: { value: 0.925 } })
    expect(scene.read('predictions.csv')).toBe(slightlyBetter)
  })
})

describe('a run that is killed', () => {
  it('loses nothing: the next one puts back what it finds', async () => {
    const scene = scenes.pullRequest(tracked(writes('echo done')), { 'other.txt': 'x' })
    const aside = join(scene.folder, '.assay-aside-churn/predictions.csv')
    mkdirSync(dirname(aside))
    writeFileSync(aside, slightlyBetter)
    rmSync(join(scene.folder, 'predictions.csv'))

    await scene.run()

    expect(scene.read('predictions.csv')).toBe(slightlyBetter)
    expect(left(scene)).toBe(false)
  })
})

describe('reports of an earlier run', () => {
  it('go for the models that this one skips too: nobody takes them for its own', async () => {
    const model = (name: string) =>
      `  ${name}:\n    paths: [${name}/**]\n    evaluate: cp candidate.csv predictions.csv\n    predictions: predictions.csv\n    gates: [{ metric: accuracy, at_least: 0.5 }]\n`
    const files = baseFiles({ 'assay.yml': `models:\n${model('churn')}${model('price')}` })
    const scene = scenes.pullRequest(files, { 'churn/a.py': 'x', 'candidate.csv': good })
    const old = join(scene.folder, 'assay-result/price/result.json')
    mkdirSync(dirname(old), { recursive: true })
    writeFileSync(old, '{}')
    const report = join(dirname(old), 'report.md')
    writeFileSync(report, 'old')

    await scene.run()

    expect(scene.result().verdict).toBe('pass')
    expect(JSON.parse(scene.read('assay-result/price/result.json'))).toMatchObject({ state: 'skipped' })
    expect(existsSync(report)).toBe(false)
  })
})
