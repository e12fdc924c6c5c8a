import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeProfile } from '../../src/commands/model/profile.ts'
import type { ModelWork } from '../../src/commands/project/project.ts'
import { parseConfig } from '../../src/core/config/read-config.ts'
import type { Evaluation } from '../../src/core/inputs/evaluation.ts'
import { parseMetricsFile } from '../../src/core/inputs/metrics-file/metrics-file.ts'
import { textsOf } from '../../src/core/inputs/row-ids.ts'
import { computeMetric } from '../../src/core/metrics/table/compute.ts'
import { parsePackageFile } from '../../src/core/release/image-reference.ts'
import { readPredictions } from '../../src/services/files/predictions-files.ts'

const EXAMPLE = resolve('examples/late-flights')
const run = promisify(execFile)

describe('late-flights', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'late-flights-'))
    await cp(EXAMPLE, folder, { recursive: true })
    await run(process.execPath, [join(EXAMPLE, 'prepare.mjs')], { cwd: folder })
    await node('train.mjs')
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('its assay.yml has no problem and no warning', async () => {
    const { config, warnings } = await readConfig()

    expect(Object.keys(config.models)).toEqual(['late-flights'])
    expect(warnings).toEqual([])
  })

  test('the committed champion is what the committed parameters train', async () => {
    const trained = await modelAt(join(folder, 'model.json'))
    const champion = await modelAt(join(EXAMPLE, 'champion/model.json'))

    expect(Object.keys(trained.weights)).toEqual(['bias', 'hour', 'distance'])
    for (const [name, weight] of Object.entries(champion.weights))
      expect(trained.weights[name]).toBeCloseTo(weight, 10)
  })

  test('ASSAY_SEED gives another model, and the same seed the same bytes', async () => {
    await node('train.mjs', { ASSAY_SEED: '1' }, '--out', 'one.json')
    await node('train.mjs', { ASSAY_SEED: '1' }, '--out', 'again.json')
    const [one, again, usual] = await Promise.all(['one.json', 'again.json', 'model.json'].map(textOf))

    expect(again).toBe(one)
    expect(one).not.toBe(usual)
  })

  test('what it evaluates is what Assay computes from its predictions', async () => {
    const { config } = await readConfig()
    await node('evaluate.mjs')
    const { metrics } = parseMetricsFile(await readFile(join(folder, 'metrics.json')), 'metrics.json')
    const predictions = await readPredictions(folder, config.models['late-flights']!.predictions!)

    expect(predictions.rows).toBe(7099)
    expect(predictions.slices.map(({ name, values }) => [name, values.length])).toEqual([
      ['hour', 7],
      ['origin', 23],
    ])
    for (const [name, value] of metrics) expect(computeMetric(name, predictions), name).toBeCloseTo(value, 10)
  })

  test('what it learned from is what live flights can be held against', async () => {
    const { config } = await readConfig()
    const work = {
      context: { folder, env: {} },
      model: 'late-flights',
      config: config.models['late-flights']!,
    }
    const { profile, facts } = await makeProfile(work as unknown as ModelWork, {} as Evaluation)

    expect(facts).toMatchObject({ rows: 12_901, features: 5, advice: [] })
    expect(profile!.features.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'hour number',
      'weekday number',
      'distance number',
      'origin category',
      'destination category',
    ])
  })

  test('the change that its README proposes is better, on the same rows', async () => {
    const { config } = await readConfig()
    const read = () => readPredictions(folder, config.models['late-flights']!.predictions!)
    await node('evaluate.mjs', {}, '--model', 'champion/model.json')
    const champion = await read()
    await switchFeaturesOn(['hour_of_day', 'distance', 'recent_delays'])
    await node('train.mjs')
    await node('evaluate.mjs')
    const candidate = await read()

    expect(textsOf(candidate.ids)).toEqual(textsOf(champion.ids))
    expect(candidate.label).toEqual(champion.label)
    expect(computeMetric('roc_auc', champion)).toBeCloseTo(0.62, 3)
    expect(computeMetric('roc_auc', candidate)).toBeCloseTo(0.643, 3)
  })

  test('recent delays know nothing of flights that have not landed yet', async () => {
    const { lateShareBy } = await import(join(EXAMPLE, 'history.mjs'))
    const flights = (late: number) => [
      { time: 10, late: 1, origin: 'SEA' },
      { time: 20, late, origin: 'SEA' },
    ]
    const shareAt = (late: number, time: number) =>
      lateShareBy(flights(late), (flight: { origin: string }) => flight.origin)('SEA', time)

    expect(shareAt(1, 22.9)).toBe(shareAt(0, 22.9))
    expect(shareAt(1, 23)).toBeGreaterThan(shareAt(0, 23))
  })

  test('its package is an image layout with the model in it, named by the digest of its manifest', async () => {
    const packageFile = join(folder, 'package')
    await node('package.mjs', { ASSAY_PACKAGE_FILE: packageFile, ASSAY_COMMIT: 'c0ffee' })
    const { image, uri, problems } = parsePackageFile(await readFile(packageFile, 'utf8'), 'package')
    const blob = async (digest: string) => {
      const bytes = await readFile(join(folder, 'image/blobs/sha256', digest.replace('sha256:', '')))
      expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(digest)
      return bytes
    }
    const manifest = JSON.parse((await blob(image!.digest!)).toString())
    await blob(manifest.config.digest)
    await writeFile(join(folder, 'layer.tar'), await blob(manifest.layers[0].digest))
    const { stdout } = await run('tar', ['-xOf', 'layer.tar', 'models/model.json'], { cwd: folder })

    expect(problems).toEqual([])
    expect(uri).toBe(`oci://ghcr.io/acme/late-flights@${image!.digest}`)
    expect(manifest.annotations).toEqual({ 'org.opencontainers.image.revision': 'c0ffee' })
    expect(stdout).toBe(await textOf('model.json'))
  })

  test('an unknown feature is named, with those that exist', async () => {
    await switchFeaturesOn(['weather'])

    await expect(node('train.mjs')).rejects.toThrow(/no feature "weather". There are: distance, hour,/)
  })

  async function node(script: string, env: Record<string, string> = {}, ...parameters: string[]) {
    await run(process.execPath, [script, ...parameters], { cwd: folder, env: { ...process.env, ...env } })
  }

  function textOf(file: string) {
    return readFile(join(folder, file), 'utf8')
  }

  async function switchFeaturesOn(features: string[]) {
    const params = JSON.parse(await readFile(join(EXAMPLE, 'params.json'), 'utf8'))
    await writeFile(join(folder, 'params.json'), JSON.stringify({ ...params, features }))
  }
})

async function readConfig() {
  return parseConfig(await readFile(join(EXAMPLE, 'assay.yml'), 'utf8'), 'assay.yml')
}

async function modelAt(file: string): Promise<{ weights: Record<string, number> }> {
  return JSON.parse(await readFile(file, 'utf8'))
}
