import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type MlflowDouble, startMlflowDouble } from '../support/mlflow-double.ts'
import { baseFiles, CONFIG, type Scene, slightlyBetter, useScenes } from './scene.ts'

/** What real servers do is in mlflow.long.test.ts, releases and aliases in mlflow-ways.long.test.ts. */

const scenes = useScenes()
const TOKEN = 'zq81-Tr7Wm-45xK-uu2'

let mlflow: MlflowDouble
beforeAll(async () => {
  mlflow = await startMlflowDouble()
})
afterAll(() => mlflow.stop())
beforeEach(() => {
  mlflow.requests.length = 0
})

function pullRequest(ci = {}): Scene {
  const config = `${CONFIG}mlflow: { server: '${mlflow.address}', experiment: e }\n`
  const scene = scenes.pullRequest(
    baseFiles({ 'assay.yml': config }),
    { 'candidate.csv': slightlyBetter },
    ci,
  )
  scene.context.env = {
    ...scene.context.env,
    MLFLOW_TRACKING_URI: mlflow.address,
    MLFLOW_TRACKING_TOKEN: TOKEN,
  }
  return scene
}

describe('a run in MLflow', () => {
  it('is linked from the report, and the token went where it is for', async () => {
    const scene = pullRequest()
    const { exitCode } = await scene.run()

    const { at } = scene.result().mlflow!
    const [run] = mlflow.runs.filter(({ info }) => info.run_id === at?.run)
    expect(exitCode).toBe(0)
    expect(run?.info.status).toBe('FINISHED')
    expect(scene.read('assay-result/churn/report.md')).toContain(
      `](${mlflow.address}/#/experiments/${at?.experiment}/runs/${at?.run})`,
    )
    expect(scene.read('assay-result/churn/report.html')).toContain(`/runs/${at?.run}`)
    expect(new Set(mlflow.requests.map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${TOKEN}`]),
    )
    for (const file of ['result.json', 'report.md', 'report.html'])
      expect(scene.read(`assay-result/churn/${file}`)).not.toContain(TOKEN)
  })

  it('is not made for a fork, and the report says why', async () => {
    const scene = pullRequest({ fromFork: true })
    const { exitCode } = await scene.run()

    expect(exitCode).toBe(0)
    expect(scene.result().verdict).toBe('pass')
    expect(scene.read('assay-result/churn/report.md')).toMatch(
      /\*\*MLflow\*\*: ⚠️ Nothing was logged: this run is for a fork/,
    )
    expect(mlflow.requests).toEqual([])
  })
})
