import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseConfig } from '../../src/core/config/read-config.ts'
import { parseMetricsFile } from '../../src/core/inputs/metrics-file/metrics-file.ts'
import { computeMetric } from '../../src/core/metrics/table/compute.ts'
import { readPredictions } from '../../src/services/files/predictions-files.ts'
import { missing } from '../support/tools.ts'

const EXAMPLE = resolve('examples/sklearn-dvc')
const run = promisify(execFile)

describe('sklearn-dvc', () => {
  test('its assay.yml has no problem and no warning', async () => {
    const { config, warnings } = await readConfig()

    expect(Object.keys(config.models)).toEqual(['digits'])
    expect(warnings).toEqual([])
  })

  test('the classification report is read as it is, spaces in names included', async () => {
    const { metrics, without } = await metricsIn(EXAMPLE)

    expect(metrics.get('accuracy')).toBeCloseTo(0.9911, 4)
    expect(metrics.get('8/precision')).toBe(1)
    expect(metrics.get('macro_avg/support')).toBe(899)
    expect([...without.keys()]).toEqual([])
  })

  test('DVC would find nothing changed: dvc.lock holds the hashes of the committed files', async () => {
    const { stages } = parse(await textOf('dvc.lock')) as { stages: Record<string, Stage> }
    const committed = ['dataset.py', 'train.py', 'evaluate.py', 'metrics.json']

    const entries = Object.values(stages).flatMap(stage => [...stage.deps, ...stage.outs])
    for (const file of committed) {
      const bytes = await readFile(join(EXAMPLE, file))
      const md5 = createHash('md5').update(bytes).digest('hex')
      const entry = entries.find(({ path }) => path === file)
      expect(entry, file).toEqual({ path: file, hash: 'md5', md5, size: bytes.length })
    }
    const [data] = parse(await textOf('data/digits.csv.dvc')).outs
    expect(entries.find(({ path }) => path === 'data/digits.csv')?.md5).toBe(data.md5)
  })

  test('dvc.lock was made from the committed dvc.yaml and params.yaml', async () => {
    const { stages } = parse(await textOf('dvc.yaml'))
    const lock = parse(await textOf('dvc.lock'))

    expect(Object.keys(lock.stages)).toEqual(Object.keys(stages))
    expect(lock.stages.train.cmd).toBe(stages.train.cmd)
    expect(lock.stages.train.params['params.yaml']).toEqual(parse(await textOf('params.yaml')))
  })

  test('its workflow gives the rights that comment and check need, and no more', async () => {
    const workflow = parse(await textOf('.github/workflows/model.yml'))

    const posts = { contents: 'read', 'pull-requests': 'write', checks: 'write' }
    expect(workflow.permissions).toEqual({})
    expect(workflow.jobs.weigh).toMatchObject({
      if: "github.event_name == 'pull_request'",
      permissions: posts,
    })
    expect(workflow.jobs.release).toMatchObject({
      if: "github.event_name == 'push'",
      permissions: { ...posts, packages: 'write' },
    })
    expect(workflow.on).toEqual({ pull_request: null, push: { branches: ['main'] } })
  })

  test('the scripts run and give the same again', async ({ skip }) => {
    const why = missing('python3', '-c', 'import sklearn, pandas, pyarrow, joblib, yaml')
    skip(why !== undefined, why)
    const folder = await mkdtemp(join(tmpdir(), 'sklearn-dvc-'))
    try {
      await cp(EXAMPLE, folder, { recursive: true })
      await rm(join(folder, 'metrics.json'))

      for (const script of ['prepare.py', 'train.py', 'evaluate.py'])
        await run('python3', [script], { cwd: folder })

      await expectSameScores(folder)
      expect((await metricsIn(folder)).metrics.get('accuracy')).toBeCloseTo(0.99, 1)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

interface Stage {
  deps: LockEntry[]
  outs: LockEntry[]
}

interface LockEntry {
  path: string
  hash: string
  md5: string
  size: number
}

function textOf(file: string) {
  return readFile(join(EXAMPLE, file), 'utf8')
}

async function readConfig() {
  return parseConfig(await textOf('assay.yml'), 'assay.yml')
}

async function metricsIn(folder: string) {
  return parseMetricsFile(await readFile(join(folder, 'metrics.json')), 'metrics.json')
}

async function expectSameScores(folder: string) {
  const { config } = await readConfig()
  const { metrics } = await metricsIn(folder)
  const predictions = await readPredictions(folder, config.models.digits!.predictions!)

  expect(predictions.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
  expect(predictions.rows).toBe(metrics.get('macro_avg/support'))
  expect(predictions.slices[0]!.values.toSorted()).toEqual(['bold', 'thin', 'usual'])
  const names = {
    accuracy: 'accuracy',
    precision_macro: 'precision',
    recall_macro: 'recall',
    f1_macro: 'f1-score',
  }
  for (const [ours, theirs] of Object.entries(names)) {
    const name = ours === 'accuracy' ? theirs : `macro_avg/${theirs}`
    expect(computeMetric(ours, predictions), ours).toBeCloseTo(metrics.get(name)!, 12)
  }
}
