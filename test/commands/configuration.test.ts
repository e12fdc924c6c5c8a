import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run as report } from '../../src/commands/report.ts'
import { ensureComment } from '../../src/forges/ensure/comment.ts'
import { useGithub } from '../support/emulator.ts'
import { bad, baseFiles, CONFIG, good, slightlyBetter, useScenes } from './scene.ts'

const github = useGithub()
const scenes = useScenes()

const LOOSE = CONFIG.replace('margin: 0.05', 'margin: 0.5')
const BROKEN = `${CONFIG}gaets: []\n`

describe('the configuration that a pull request is judged by', () => {
  it('is the base: loosened gates change nothing, and the report says that they were moved', async () => {
    const scene = await scenes.onGithub(github, baseFiles(), { 'assay.yml': LOOSE, 'candidate.csv': bad })

    const { exitCode } = await scene.run()

    const { configuration, gates } = scene.result()
    expect(exitCode).toBe(1)
    expect(gates[0]!.name).toBe('accuracy not worse than champion by more than 0.05')
    expect(configuration.source).toBe('base')
    expect(configuration.changes.join('\n')).toContain(
      'gate added: accuracy not worse than champion by more than 0.5',
    )
    expect((await github.comments(scene.pullRequest))[0]!.body).toContain('by more than 0.5')
  })

  it('is its own where it brings the first one, and it is told so', async () => {
    const files = { 'README.md': 'x', 'champion/predictions.csv': good }
    const scene = scenes.pullRequest(files, { ...baseFiles(), 'candidate.csv': slightlyBetter })

    const { exitCode } = await scene.run()

    const { configuration } = scene.result()
    expect(exitCode).toBe(0)
    expect(configuration.source).toBe('candidate')
    expect(configuration.changes).toEqual([
      'This pull request brings the first configuration, so it is judged by its own gates.',
    ])
  })

  it('is its own where the base cannot be read, so that a repair gets through, and it is told so', async () => {
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': BROKEN }), { 'assay.yml': CONFIG })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(0)
    expect(scene.result().configuration.changes.join()).toMatch(
      /The configuration at the base cannot be used \(assay\.yml \(base \w{7}\):8:1: unknown key `gaets`.*judged by its own/,
    )
  })

  it('is none where both are broken: everything wrong with the base is said', async () => {
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': BROKEN }), { 'x.txt': 'x' })

    await expect(scene.run()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  it.each([
    ['has a typing error', BROKEN, 'unknown key `gaets`'],
    ['is no UTF-8 text', 'model: \u0000', 'not valid'],
  ])('is the base where the own one %s, and that is said', async (_, text, said) => {
    const scene = scenes.pullRequest(baseFiles(), { 'assay.yml': text, 'candidate.csv': slightlyBetter })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(0)
    expect(scene.result().configuration.changes.join()).toContain(said)
  })

  it('is never its own because the base could not be found', async () => {
    const scene = scenes.pullRequest(baseFiles(), { 'assay.yml': LOOSE, 'candidate.csv': bad })
    scene.context.ci.baseSha = 'f'.repeat(40)

    await expect(scene.run()).rejects.toMatchObject({ code: 'BASE_MISSING' })
  })

  it('is the base in a merge queue too, where there is no pull request', async () => {
    const scene = scenes.pullRequest(
      baseFiles(),
      { 'assay.yml': LOOSE, 'candidate.csv': bad },
      { pullRequest: undefined },
    )

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(1)
  })
})

describe('several models', () => {
  const MODELS = `models:
  churn:
    paths: [churn/**]
    evaluate: cp churn/candidate.csv churn/predictions.csv
    predictions: churn/predictions.csv
    gates: [{ metric: accuracy, at_least: 0.5 }]
  price:
    paths: [price/**]
    evaluate: touch price-ran && cp price/candidate.csv price/predictions.csv
    predictions: price/predictions.csv
    gates: [{ metric: accuracy, at_least: 0.5 }]
`
  const files = { 'assay.yml': MODELS, 'churn/candidate.csv': good, 'price/candidate.csv': good }

  it('only those that are touched run; the checks of the others complete as skipped', async () => {
    const scene = await scenes.onGithub(github, files, { 'churn/candidate.csv': slightlyBetter })

    const { text, json, outputs } = await scene.run()

    const checks = await github.checks(scene.headSha)
    expect(Object.fromEntries(checks.map(check => [check.name, check.conclusion]))).toEqual({
      'assay / churn': 'success',
      'assay / price': 'skipped',
    })
    expect(await github.comments(scene.pullRequest)).toHaveLength(1)
    expect(text).toContain('Skipped, nothing they depend on was touched: price')
    expect(json).toMatchObject({ skipped: ['price'] })
    expect(outputs).toMatchObject({ verdict: 'pass', accuracy: '0.925' })
    expect(() => scene.read('price-ran')).toThrow()
    expect(scene.read('assay-result/junit.xml')).toMatch(/name="price"[^>]*skipped="1"/)
  })

  it.each<[name: string, config: string | undefined]>([
    ['from the configuration', MODELS.slice(0, MODELS.indexOf('  price:'))],
    ['together with its files', MODELS.slice(0, MODELS.indexOf('  price:'))],
  ])('one that a pull request removes %s is no error and has no verdict', async (how, config) => {
    const gone = how === 'together with its files' ? { 'price/candidate.csv': undefined } : {}
    const scene = await scenes.onGithub(github, files, {
      'assay.yml': config,
      'churn/candidate.csv': slightlyBetter,
      ...gone,
    })

    const { exitCode, text, outputs } = await scene.run()

    const checks = await github.checks(scene.headSha)
    expect(exitCode).toBe(0)
    expect(text).toContain('price: skipped — this pull request removes the model')
    expect(text.replace(/\s+/g, ' ')).toContain('What serves of it goes on serving')
    expect(outputs).toMatchObject({ verdict: 'pass' })
    expect(checks.find(({ name }) => name === 'assay / price')).toMatchObject({ conclusion: 'skipped' })
    expect(scene.result('price')).toMatchObject({ state: 'skipped', removed: true, blocks: false })
    expect(scene.read('assay-result/junit.xml')).toMatch(/name="price"[^>]*skipped="1"/)
    expect(() => scene.read('price-ran')).toThrow()
    const bodies = (await github.comments(scene.pullRequest)).map(({ body }) => body)
    expect(bodies.some(body => body.includes('removes the model'))).toBe(true)
  })

  it('all are removed with the configuration', async () => {
    const scene = await scenes.onGithub(github, files, {
      'assay.yml': undefined,
      'churn/candidate.csv': undefined,
      'price/candidate.csv': undefined,
    })

    const { exitCode, outputs } = await scene.run()

    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ verdict: 'skipped' })
    expect([scene.result('churn').removed, scene.result('price').removed]).toEqual([true, true])
  })

  it('one that stays in a configuration that is broken is judged by the base, and its lost files are an error', async () => {
    const scene = await scenes.onGithub(github, files, {
      'assay.yml': 'models: [\n',
      'price/candidate.csv': undefined,
    })

    expect((await scene.run()).exitCode).toBe(2)
  })

  it('a pull request that touches none is skipped as a whole', async () => {
    const scene = await scenes.onGithub(github, files, { 'README.md': 'x' })

    const { exitCode, outputs } = await scene.run()

    expect(exitCode).toBe(0)
    expect(outputs).toEqual({ verdict: 'skipped' })
    const skipped = [{ conclusion: 'skipped' }, { conclusion: 'skipped' }]
    expect(await github.checks(scene.headSha)).toMatchObject(skipped)
    const results = ['churn', 'price'].map(model =>
      JSON.parse(readFileSync(join(scene.folder, 'assay-result', model, 'result.json'), 'utf8')),
    )
    expect(results).toMatchObject([
      { model: 'churn', state: 'skipped', candidate: { commit: scene.headSha } },
      { model: 'price', state: 'skipped' },
    ])
    // A step of its own, as after a run of a fork, says the same of them, and no more.
    await report(scene.context, {
      model: undefined,
      output: 'assay-result',
      'pull-request': undefined,
      comment: true,
      'dry-run': false,
    })
    expect(await github.checks(scene.headSha)).toMatchObject([...skipped, ...skipped])
    expect(await github.comments(scene.pullRequest)).toEqual([])
    // Where an earlier commit was told of, that holds no more.
    const { forge, ci } = scene.context
    const body = 'churn: fail'
    await ensureComment(forge!, { pullRequest: scene.pullRequest, model: 'churn', order: '1.1', body })
    ci.runOrder = '2.1'
    await scene.run()
    expect(await github.comments(scene.pullRequest)).toMatchObject([
      { body: expect.stringContaining('churn: skipped — nothing this model depends on was touched') },
    ])
  })

  it('one whose gates alone are edited runs, so that its report can say so', async () => {
    const edited = MODELS.replace('at_least: 0.5', 'at_least: 0.1')
    const scene = await scenes.onGithub(github, files, { 'assay.yml': edited })

    const { json } = await scene.run()

    expect(json).toMatchObject({ skipped: ['price'] })
    expect(scene.result().configuration.changes.join()).toContain('accuracy at least 0.1')
  })

  it('each has its own outputs and comment, and --model takes one of them', async () => {
    const changes = { 'churn/candidate.csv': slightlyBetter, 'price/candidate.csv': slightlyBetter }
    const scene = await scenes.onGithub(github, files, changes)

    const { outputs } = await scene.run()

    expect(Object.keys(outputs!)).toEqual(expect.arrayContaining(['churn-accuracy', 'price-accuracy']))
    expect(await github.comments(scene.pullRequest)).toHaveLength(2)
    await expect(scene.run({ model: 'churm' })).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
      problems: [{ fix: 'did you mean `churn`?' }],
    })
  })
})

describe('waivers', () => {
  const waived = (
    until: string,
    gate = '',
  ) => `${CONFIG.replace('{ metric', '{ name: overall, metric')}waivers:
  - { metric: accuracy, ${gate}reason: the labels are being corrected, author: kim, until: ${until} }
`

  it('that hold let a failing gate pass, and show with reason, author and last day', async () => {
    const scene = await scenes.onGithub(github, baseFiles({ 'assay.yml': waived('2026-12-31') }), {
      'candidate.csv': bad,
    })

    const { exitCode } = await scene.run()

    const [comment] = await github.comments(scene.pullRequest)
    expect(exitCode).toBe(0)
    expect(scene.result().gates[0]).toMatchObject({ verdict: 'fail', blocks: false })
    for (const part of ['the labels are being corrected', 'kim', '2026-12-31'])
      expect(comment!.body).toContain(part)
  })

  it.each([
    ['have ended', waived('2026-05-31'), 'ended on 2026-05-31'],
    ['name another gate', waived('2026-12-31', 'gate: other, '), ''],
  ])('that %s do not count', async (_, config, said) => {
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': config }), { 'candidate.csv': bad })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(1)
    expect(scene.result().warnings.join()).toContain(said)
  })

  it('count on their last day', async () => {
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': waived('2026-06-01', 'gate: overall, ') }), {
      'candidate.csv': bad,
    })

    expect((await scene.run()).exitCode).toBe(0)
  })

  it('that a pull request brings itself do not count', async () => {
    const config = CONFIG.replace('{ metric', '{ name: overall, metric')
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': config }), {
      'assay.yml': waived('2026-12-31'),
      'candidate.csv': bad,
    })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(1)
    expect(scene.result().configuration.changes.join()).toContain('waiver added')
  })
})
