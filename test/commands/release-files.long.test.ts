import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/commands/release.ts'
import { parseRelease } from '../../src/core/release/record-file.ts'
import { plainPlace } from '../forges/deploy-places.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { missing } from '../support/tools.ts'
import { deployFiles } from './deploys.ts'
import { baseFiles, CONFIG, type Scene, slightlyBetter, useScenes } from './scene.ts'

const scenes = useScenes()
const OPTIONS = {
  config: 'assay.yml',
  model: undefined,
  output: 'assay-result',
  image: undefined,
  uri: undefined,
  'release-version': undefined,
  'deploy-repo': undefined,
  'deploy-branch': undefined,
  'dry-run': false,
}
const WEIGHTS = '{"weights": [1, 2, 3]}\n'
const RECORD = 'apps/churn/overlays/staging/model-release.yaml'
const KUSTOMIZATION = 'apps/churn/overlays/staging/kustomization.yaml'
const DEPLOY = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: churn, registries: [HOST/acme/] }
policy: { scanned: packaged }
environments: { staging: {} }
`

describe.skipIf(missing('docker-registry'))('assay release, with `package.files`', () => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry()
  })
  afterAll(() => registry.stop())

  async function judged(
    name: string,
  ): Promise<{ scene: Scene; branch: () => Promise<Record<string, string>> }> {
    const image = `${registry.host}/acme/${name}`
    const place = await plainPlace(undefined, scenes.folder, {
      files: deployFiles('churn', DEPLOY.replace('HOST', registry.host), ['staging']),
    })
    const url = `file://${join(scenes.folder, place.repository!)}`
    const lines = `deploy: ${url}\nscan: { files: [model/weights.json] }\npackage: { image: "${image}:{commit}", files: ["model/**"] }\n`
    const scene = scenes.local(
      baseFiles({ 'assay.yml': `${CONFIG}${lines}`, 'model/weights.json': WEIGHTS }),
      {
        'candidate.csv': slightlyBetter,
      },
    )
    scene.context.env = { ...scene.context.env, XDG_CACHE_HOME: join(scene.folder, '.git/cache') }
    scene.repository.git('remote', 'add', 'origin', 'git@git.example:acme/churn.git')
    await scene.run()
    const branch = async () => place.files((await place.head('assay/promote/staging/churn'))!)
    return { scene, branch }
  }

  it('pushes the files that were scanned, and proposes them by the digest that the registry has', async () => {
    const { scene, branch } = await judged('churn')

    const first = await run(scene.context, OPTIONS)
    const proposed = await branch()
    const again = await run(scene.context, OPTIONS)

    expect(first.exitCode).toBe(0)
    const record = parseRelease(proposed[RECORD]!, RECORD)
    expect(record.scan_covers).toBe('packaged')
    expect(first.text).not.toContain('The scan covers')
    expect(record.image?.name).toBe(`${registry.host}/acme/churn`)
    expect(record.scanned).toEqual([
      expect.objectContaining({
        file: 'model/weights.json',
        sha256: createHash('sha256').update(WEIGHTS).digest('hex'),
      }),
    ])
    expect(proposed[KUSTOMIZATION]).toContain(record.image!.digest)
    expect(await filesIn(record.image!.digest)).toBe(WEIGHTS)
    expect(again.text).toContain(record.image!.digest)
    expect(scene.log.filter(line => line.endsWith('sent'))).toHaveLength(2)
    expect((await branch())[RECORD]).toBe(proposed[RECORD])
  })

  it('says that the scan does not cover an image which Assay did not make, and keeps it out where it must', async () => {
    const { scene, branch } = await judged('elsewhere')
    const image = `${registry.host}/acme/elsewhere@sha256:${'1f'.repeat(32)}`

    const { text } = await run(scene.context, { ...OPTIONS, image })

    expect(text).toContain('The scan covers the files that `scan` names, and not the image')
    expect(text).toContain('its image was not made by Assay of the files that were scanned')
    expect(scene.read('assay-result/churn/model-release.yaml')).toContain('\nscan_covers: "named"\n')
    await expect(branch()).rejects.toThrow()
  })

  it('proposes nothing where a file is another one than was scanned', async () => {
    const { scene, branch } = await judged('altered')
    writeFileSync(join(scene.folder, 'model/weights.json'), '{"weights": [9]}\n')

    await expect(run(scene.context, OPTIONS)).rejects.toMatchObject({
      code: 'PACKAGE_CHANGED',
      problems: [{ where: { file: 'model/weights.json' } }],
    })
    await expect(branch()).rejects.toThrow()
  })

  async function filesIn(digest: string): Promise<string> {
    const at = `http://${registry.host}/v2/acme/churn`
    const manifest = await fetch(`${at}/manifests/${digest}`, {
      headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
    })
    const { layers } = (await manifest.json()) as { layers: { digest: string }[] }
    const layer = await fetch(`${at}/blobs/${layers[0]!.digest}`)
    return execFileSync('tar', ['-xO', 'models/weights.json'], {
      input: Buffer.from(await layer.arrayBuffer()),
      encoding: 'utf8',
    })
  }
})
