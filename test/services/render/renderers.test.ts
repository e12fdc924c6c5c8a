import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { kustomizationFiles } from '../../../src/services/render/kustomization-files.ts'
import {
  chartFolder,
  differenceOf,
  type Rendering,
  renderings,
} from '../../../src/services/render/renderers.ts'
import { TARGETS } from '../../../src/targets/index.ts'
import { release } from '../../support/releases.ts'
import { missing } from '../../support/tools.ts'
import { PROMOTIONS } from '../../targets/promotions.ts'

const renderedDiff = async (rendering: Rendering) => differenceOf(await renderings(rendering))
const env = { PATH: process.env.PATH }
const OVERLAY = 'apps/churn/overlays/production/kustomization.yaml'
const VALUES = 'apps/forecast/overlays/production/values.yaml'
const noKustomize = missing('kustomize', 'version')
const noHelm = missing('helm', 'version')

const EXAMPLE = filesOf('examples/deploy-repo')

describe.skipIf(noKustomize)('a kustomization, rendered', () => {
  it('shows what a promotion changes in the cluster', async () => {
    const diff = await diffOf({ target: 'kustomize', path: OVERLAY, ...promoted('churn', 'kustomize') })

    expect(diff).toContain('--- a/ConfigMap/ml-production/churn-model\n')
    expect(diff).toContain('\n-  MODEL_VERSION: "41"\n')
    expect(diff).toContain('\n+  MODEL_VERSION: "42"\n')
    expect(diff).toContain('--- a/Deployment/ml-production/churn\n')
    expect(diff).toMatch(/^- +image: ghcr.io\/acme\/churn@sha256:1{64}$/m)
    expect(diff).toMatch(/^\+ +image: ghcr.io\/acme\/churn:12e4567@sha256:4{64}$/m)
    expect(diff).not.toContain('Service/')
  })

  it.each(['staging', 'production'])(
    'puts the release into the image volume of examples/sklearn-dvc: %s',
    async environment => {
      const before = filesOf('examples/sklearn-dvc/deploy')
      const path = `apps/digits/overlays/${environment}/kustomization.yaml`
      const image = { name: '127.0.0.1:5000/digits', digest: `sha256:${'5'.repeat(64)}` }
      const written = TARGETS.kustomize!.edit(
        new Map([['kustomization.yaml', before.get(path)!]]),
        { ...release(1), image },
        { image: 'digits' },
      )
      const after = new Map([...before, [path, written.get('kustomization.yaml')!]])

      const diff = await diffOf({ target: 'kustomize', path, before, after })

      expect(diff).toContain(`--- a/Deployment/digits-${environment}/digits\n`)
      expect(diff.split('\n').filter(line => /^[+-](?![+-])/.test(line))).toEqual([
        expect.stringMatching(/^- +reference: 127\.0\.0\.1:5000\/digits:none$/),
        expect.stringMatching(/^\+ +reference: 127\.0\.0\.1:5000\/digits@sha256:5{64}$/),
      ])
    },
  )

  it('is empty where nothing changes', async () => {
    expect(await diffOf({ target: 'kustomize', path: OVERLAY, before: EXAMPLE, after: EXAMPLE })).toBe('')
  })

  it.each([
    ['resources', ['ADDRESS/base.yaml']],
    ['resources', ['ADDRESS/base']],
    ['patches', [{ path: 'ADDRESS/patch.yaml' }]],
    ['configMapGenerator', [{ name: 'a', files: ['ADDRESS/a'] }]],
  ])('asks no other host for anything: %s %j', async (field, value) => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url!)
      response.end('kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      const text = JSON.stringify({ [field]: value }).replaceAll('ADDRESS', address)

      expect(await reasonOf(text)).toContain('outside')
      expect(asked).toEqual([])
    } finally {
      server.close()
    }
  })

  it('reads nothing outside the given files', async () => {
    expect(await reasonOf('resources: [../../../../../etc]')).toContain('outside')
    expect(await reasonOf('resources: [gone.yaml]')).toContain('gone.yaml is not in the repository')
    expect(await reasonOf('resources: [../../base]\nbases: [../nothing]')).toContain('holds no kustomization')
    expect(await reasonOf('configMapGenerator: [{name: a, files: [../staging/kustomization.yaml]}]')).toMatch(
      /^kustomize said: Error:.*security/,
    )
  })

  it('starts no program', async () => {
    const marker = join(mkdtempSync(join(tmpdir(), 'assay-marker-')), 'ran')
    const plugin = `kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: a\n  annotations:\n    config.kubernetes.io/function: "exec: {path: /usr/bin/touch, args: [${marker}]}"\n`
    const files = (text: string) =>
      new Map([...EXAMPLE, [OVERLAY, text], [OVERLAY.replace('kustomization', 'plugin'), plugin]])
    const render = (text: string) =>
      renderedDiff({ target: 'kustomize', path: OVERLAY, before: files(text), after: files(text), env })

    for (const field of ['generators', 'transformers', 'validators'])
      expect(await render(`${field}: [plugin.yaml]`)).toMatchObject({
        reason: expect.stringContaining(field),
      })
    await render('resources: [plugin.yaml]')

    expect(() => readFileSync(marker)).toThrow()
    rmSync(join(marker, '..'), { recursive: true })
  })

  it('ends with bases that go in a circle, and with too many', async () => {
    const circle = new Map([
      ['a/kustomization.yaml', 'resources: [../b]'],
      ['b/kustomization.yaml', 'resources: [../a]'],
    ])
    const many = Array.from({ length: 300 }, (_, i) => `${i}.yaml`)

    const render = (path: string, before: ReadonlyMap<string, string>) =>
      renderedDiff({ target: 'kustomize', path, before, after: before, env })

    expect(await render('a/kustomization.yaml', circle)).toMatchObject({
      reason: expect.stringContaining('cycle'),
    })
    expect(await reasonOf(JSON.stringify({ resources: many }))).toContain('more than 200 files')
    expect(await render('0/kustomization.yaml', chain(20))).toMatchObject({
      reason: expect.stringContaining('more than 8 deep'),
    })
  })
})

describe.skipIf(noHelm)('a chart, rendered', () => {
  it('shows what a promotion changes in the cluster', async () => {
    const diff = await diffOf({ target: 'helm-values', path: VALUES, ...promoted('forecast', 'helm-values') })

    expect(diff).toContain('--- a/Deployment/')
    expect(diff).toMatch(/^\+.*image: .*@sha256:/m)
  })

  it('says that the chart is not there', async () => {
    const before = new Map([[VALUES, EXAMPLE.get(VALUES)!]])

    expect(await renderedDiff({ target: 'helm-values', path: VALUES, before, after: before, env })).toEqual({
      reason: `the chart of ${VALUES} is not in the repository`,
    })
  })

  it.each([
    ['{{ randAlphaNum 12 }}', 'the chart renders differently each time'],
    ['{{ env "CANARY" }}', 'helm said: Error:.*function "env" not defined'],
    ['{{ fail "no" }}', 'helm said: Error:.*no'],
    ['{{ repeat 2200000 "a" }}', 'helm printed more than 2097152 bytes'],
    ['{{ repeat 9000000000 "a" }}', 'helm said: (?:panic|fatal error): '],
  ])('a hostile or unsteady template, %s: %s', async (template, reason) => {
    const before = withTemplate(template)

    const result = await renderedDiff({ target: 'helm-values', path: VALUES, before, after: before, env })

    expect(result).toEqual({ reason: expect.stringMatching(reason) })
  })

  it('stops one that never ends', async () => {
    const before = withTemplate('{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}')
    const rendering = { target: 'helm-values', path: VALUES, before, after: before, env } as const

    expect(await renderedDiff({ ...rendering, timeoutSeconds: 1 })).toEqual({
      reason: 'helm took longer than 1 s',
    })
  })
})

describe('without a renderer', () => {
  it('says which one is missing, and takes none from the folder it is in', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-path-'))
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin/kustomize'), '#!/bin/sh\necho "kind: Fake"\n', { mode: 0o755 })
    const rendering: Rendering = {
      target: 'kustomize',
      path: OVERLAY,
      before: EXAMPLE,
      after: EXAMPLE,
      env: {},
    }
    const reason = 'kustomize is not on the PATH'
    const here = process.cwd()
    process.chdir(folder)
    try {
      expect(await renderedDiff(rendering)).toEqual({ reason })
      expect(await renderedDiff({ ...rendering, env: { PATH: 'bin:./bin:' } })).toEqual({ reason })
    } finally {
      process.chdir(here)
      rmSync(folder, { recursive: true })
    }
  })
})

describe('kustomizationFiles', () => {
  it('asks for what is needed a step at a time, each file once', async () => {
    const asked: string[][] = []
    const files = await kustomizationFiles(OVERLAY, async paths => {
      asked.push([...paths])
      return new Map(paths.map(path => [path, EXAMPLE.get(path)]))
    })

    expect([...files.keys()]).toEqual([
      OVERLAY,
      ...['kustomization', 'deployment', 'service'].map(name => `apps/churn/base/${name}.yaml`),
    ])
    expect(asked).toHaveLength(3)
    expect(new Set(asked.flat()).size).toBe(asked.flat().length)
  })
})

describe('chartFolder', () => {
  it.each([
    ['apps/a/values.yaml', ['apps/a/Chart.yaml', 'apps/Chart.yaml'], 'apps/a'],
    ['apps/a/overlays/prod/values.yaml', ['apps/a/chart/Chart.yaml'], 'apps/a/chart'],
    ['values.yaml', ['Chart.yaml'], '.'],
    ['apps/a/values.yaml', ['chart/Chart.yaml'], 'chart'],
    ['apps/a/values.yaml', ['apps/b/Chart.yaml'], undefined],
  ])('%s beside %j: %s', (values, files, folder) => {
    expect(chartFolder(values, files)).toBe(folder)
  })
})

async function diffOf(rendering: Omit<Rendering, 'env'>): Promise<string> {
  const result = await renderedDiff({ ...rendering, env })
  return 'diff' in result ? result.diff : `not rendered: ${result.reason}`
}

/** Every file of a folder, by path. */
function filesOf(folder: string): Map<string, string> {
  return new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(file => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]),
  )
}

/** Why a kustomization in the place of the overlay is not rendered. */
async function reasonOf(kustomization: string): Promise<string> {
  const before = new Map([...EXAMPLE, [OVERLAY, kustomization]])
  const result = await renderedDiff({ target: 'kustomize', path: OVERLAY, before, after: before, env })
  return 'reason' in result ? result.reason : `rendered: ${result.diff}`
}

function promoted(model: string, target: string) {
  const one = PROMOTIONS.find(
    promotion => promotion.model === model && promotion.environment === 'production',
  )!
  const folder = `apps/${model}/overlays/production`
  const [file] = TARGETS[target]!.needs(one.options) as [string]
  const now = TARGETS[target]!.edit(
    new Map([[file, EXAMPLE.get(`${folder}/${file}`)!]]),
    one.release,
    one.options,
  )
  return { before: EXAMPLE, after: new Map([...EXAMPLE, [`${folder}/${file}`, now.get(file)!]]) }
}

function withTemplate(template: string): Map<string, string> {
  const text = `kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: a\ndata:\n  a: "${template}"\n`
  return new Map([...EXAMPLE, ['apps/forecast/chart/templates/a.yaml', text]])
}

/** Kustomizations, each the base of the one before. */
function chain(length: number): Map<string, string> {
  return new Map(
    Array.from({ length }, (_, i) => [`${i}/kustomization.yaml`, `resources: [../${i + 1}]\n`] as const),
  )
}
