import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGate } from '../support/mlflow.ts'
import { type MlflowDouble, startMlflowDouble } from '../support/mlflow-double.ts'
import { baseFiles, CONFIG, type Scene, slightlyBetter, useScenes } from './scene.ts'

const scenes = useScenes()

let mlflow: MlflowDouble
beforeAll(async () => {
  mlflow = await startMlflowDouble()
})
afterAll(() => mlflow.stop())

describe('a server of MLflow that hangs', () => {
  /** Two models, whose requests for these paths are never answered. */
  async function hanging(on: RegExp) {
    const gate = await startGate(mlflow.address)
    gate.fault = { on: call => on.test(call), how: 'timeout' }
    const model = CONFIG.replace('model: churn\n', '').replaceAll(/^(?=.)/gm, '    ')
    const way = `    mlflow: { server: '${gate.address}', experiment: '${on.source}', timeout: 3s }\n`
    const scene = scenes.pullRequest(
      baseFiles({ 'assay.yml': `models:\n  one:\n${model}${way}  two:\n${model}${way}` }),
      { 'candidate.csv': slightlyBetter },
    )
    scene.context.env = { ...scene.context.env, MLFLOW_TRACKING_URI: gate.address }
    const before = mlflow.runs.length
    const { exitCode } = await scene.run()
    await gate.stop()
    expect(exitCode).toBe(0)
    return { scene, asked: gate.requests.map(({ call }) => call), runs: mlflow.runs.slice(before) }
  }
  const problemsOf = (scene: Scene, model: string) => scene.result(model).mlflow?.problems.join()

  it('is asked once in a run, whatever the number of its models, and both reports say so', async () => {
    const { scene, asked } = await hanging(/./)

    expect(asked).toHaveLength(1)
    expect(problemsOf(scene, 'one')).toMatch(/^no run was made: MLflow: no complete answer from /)
    expect(problemsOf(scene, 'two')).toMatch(/^no run was made: MLflow: it let this run wait in vain before/)
  })

  it('in a call for a run that is there leaves it ended, where the call that ends it is answered', async () => {
    const { scene, runs } = await hanging(/log-batch/)

    expect(runs.map(({ info }) => info.status)).toEqual(['FINISHED'])
    expect(problemsOf(scene, 'one')).toContain('parameters, metrics and tags were not logged')
    expect(problemsOf(scene, 'one')).not.toContain('not ended')
  })

  it('when a run is made may have made one, which the report says', async () => {
    const { scene } = await hanging(/runs.create/)

    expect(problemsOf(scene, 'one')).toContain('if it made a run all the same, that stays as RUNNING there')
  })
})
