import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run as evaluate } from '../../src/commands/evaluate.ts'
import { run as train } from '../../src/commands/train.ts'
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

  it('training that dies exits 2, and says how', async () => {
    const config = CONFIG.replace('echo training', 'exit 9')
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': config }), { 'x.txt': 'x' })

    const { exitCode, text } = await train(scene.context, RUN_DEFAULTS)

    expect(exitCode).toBe(2)
    expect(text).toContain('churn: training failed: exit 9: exit code 9')
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

  it('evaluate posts nothing even where it could', async () => {
    const scene = await scenes.onGithub(github, baseFiles(), { 'candidate.csv': slightlyBetter })

    await evaluate(scene.context, RUN_DEFAULTS)

    expect(github.requests).toEqual([])
  })
})
