import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

function pullRequest(more = '', ci = {}): Scene {
  const config = `${CONFIG}mlflow: { server: '${mlflow.address}', experiment: e }\n${more}`
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
    const scene = pullRequest('', { fromFork: true })
    const { exitCode } = await scene.run()

    expect(exitCode).toBe(0)
    expect(scene.result().verdict).toBe('pass')
    expect(scene.read('assay-result/churn/report.md')).toMatch(
      /\*\*MLflow\*\*: ⚠️ Nothing was logged: this run is for a fork/,
    )
    expect(mlflow.requests).toEqual([])
  })

  it('that cannot be read leaves the verdict alone, but for metrics that nothing else tells', async () => {
    const verdicts = async (gate = '') => {
      const config = CONFIG.replace(/^gates:\n/m, found => `${found}${gate}`)
      expect(config.includes(gate)).toBe(true)
      const way = "mlflow: { server: 'http://127.0.0.1:1', metrics: true, timeout: 5s }\n"
      const scene = scenes.pullRequest(baseFiles({ 'assay.yml': config + way }), {
        'candidate.csv': slightlyBetter,
      })
      scene.context.env = { ...scene.context.env, MLFLOW_TRACKING_URI: 'http://127.0.0.1:1' }
      await scene.run()
      return scene.result().gates.map(({ metric, verdict, reason }) => ({ metric, verdict, reason }))
    }

    expect(new Set((await verdicts()).map(({ verdict }) => verdict))).toEqual(new Set(['pass']))
    expect(await verdicts('  - { metric: auc_pr, at_least: 0.5 }\n')).toContainEqual({
      metric: 'auc_pr',
      verdict: 'inconclusive',
      reason: expect.stringMatching(/^MLflow did not tell/),
    })
  })
})

describe('a model that fails after its run was made', () => {
  it('leaves a run that failed, and none that seems to go on', async () => {
    const scene = pullRequest('scan: nowhere.pkl\n')
    const before = mlflow.runs.length

    await scene.run()

    expect(scene.result().state).toBe('evaluation_failed')
    expect(mlflow.runs.slice(before).map(({ info }) => info.status)).toEqual(['FAILED'])
  })
})

describe('a run that the configuration names', () => {
  /** A run as another training has left it. */
  function runThere(tags: Record<string, string>, began = Date.now() - 60_000) {
    const id = `${mlflow.runs.length + 1}`.padStart(32, 'a')
    const run = {
      info: {
        run_id: id,
        experiment_id: '1',
        status: 'FINISHED',
        start_time: began,
        artifact_uri: `mlflow-artifacts:/1/${id}/artifacts`,
      },
      data: {
        metrics: [{ key: 'auc_pr', value: 0.99, step: 0 }],
        params: [],
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      },
      inputs: { dataset_inputs: [] },
    }
    mlflow.runs.push(run)
    return { run, before: structuredClone(run) }
  }

  function untrained() {
    const mlflowLine = `mlflow: { server: '${mlflow.address}', experiment: e, run_id: run.txt, metrics: true }\n`
    const config = `${CONFIG.replace('train: echo training\n', '')}${mlflowLine}`
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': config }), { 'candidate.csv': slightlyBetter })
    scene.context.env = { ...scene.context.env, MLFLOW_TRACKING_URI: mlflow.address }
    scene.context.now = Date.now
    return scene
  }

  const FOREIGN = 'f'.repeat(40)

  it.each<[string, (scene: { head: string }) => Record<string, string>, RegExp]>([
    ['of another commit', () => ({ 'mlflow.source.git.commit': FOREIGN }), /is of the commit ffffffffffff/],
    [
      'of another commit by our own tag',
      () => ({ 'assay.commit': FOREIGN }),
      /is of the commit ffffffffffff/,
    ],
    [
      'of a release, were it of this commit',
      ({ head }) => ({ 'mlflow.source.git.commit': head, 'assay.release': 'r-1' }),
      /is that of the release r-1/,
    ],
    ['of an earlier job, of nobody knows which commit', () => ({}), /began before this evaluation/],
  ])('is neither read nor written to where it is %s', async (_, tags, words) => {
    for (const way of 'assay.release' in tags({ head: '' }) ? ['file', 'variable'] : ['file']) {
      const scene = untrained()
      const { run, before } = runThere(tags(scene))
      writeFileSync(join(scene.folder, 'run.txt'), run.info.run_id)
      if (way === 'variable') scene.context.env = { ...scene.context.env, MLFLOW_RUN_ID: run.info.run_id }

      const { exitCode } = await scene.run()
      const { metrics, mlflow: told } = scene.result()

      expect(run).toEqual(before)
      expect(exitCode).toBe(0)
      expect(metrics.map(({ metric }) => metric)).not.toContain('auc_pr')
      expect(told?.at).toBeUndefined()
      expect(told?.problems.join()).toMatch(words)
      expect(told?.problems.join()).toContain('let each training make a run of its own')
    }
  })

  it('is taken where it is of this commit', async () => {
    const scene = untrained()
    const { run } = runThere({ 'mlflow.source.git.commit': scene.head })
    writeFileSync(join(scene.folder, 'run.txt'), run.info.run_id)
    await scene.run()

    expect(scene.result().mlflow).toMatchObject({ at: { run: run.info.run_id }, problems: [] })
    expect(scene.result().metrics.map(({ metric }) => metric)).toContain('auc_pr')
    expect(run.data.tags).toContainEqual({ key: 'assay.verdict', value: 'pass' })
  })
})
