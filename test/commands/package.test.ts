import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/commands/package.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { missing } from '../support/tools.ts'
import { baseFiles, CONFIG, type Files, type Scene, useScenes } from './scene.ts'

const scenes = useScenes()
const OPTIONS = { config: 'assay.yml', model: undefined, output: 'assay-result', 'dry-run': false }
const MODEL = { 'model/weights.bin': 'weights', 'model/sub/labels.txt': 'yes\nno\n', 'model/train.log': 'x' }

describe.skipIf(missing('docker-registry'))('assay package', () => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry()
  })
  afterAll(() => registry.stop())

  const sceneOf = (lines: string, files: Files = MODEL): Scene => {
    const scene = scenes.local(
      baseFiles({ 'assay.yml': `${CONFIG}${lines.replaceAll('HOST', registry.host)}\n` }),
      files,
    )
    // Uploads that go on are kept there.
    scene.context.env = { ...scene.context.env, XDG_CACHE_HOME: join(scene.folder, '.git/cache') }
    return scene
  }
  const FILES = 'package: { image: "HOST/acme/churn:{commit}", files: ["model/**", "!**/*.log"] }'

  async function manifestOf(repository: string, reference: string) {
    const response = await fetch(`http://${registry.host}/v2/${repository}/manifests/${reference}`, {
      headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
    })
    return response.status === 200
      ? ((await response.json()) as { layers: { digest: string }[]; annotations: object })
      : undefined
  }

  it('makes an image of the files and pushes it; again, nothing is sent', async () => {
    const scene = sceneOf(FILES)

    const first = await run(scene.context, OPTIONS)
    const second = await run(scene.context, OPTIONS)

    expect(first.text).toMatch(new RegExp(`^${registry.host}/acme/churn@sha256:[0-9a-f]{64}$`))
    expect(first.outputs).toEqual({ image: first.text })
    expect(second.text).toBe(first.text)
    expect(scene.log.filter(line => line.endsWith('sent'))).toHaveLength(2)
    expect(scene.log.at(-1)).toContain('which was there already')
    const manifest = (await manifestOf('acme/churn', scene.head))!
    expect(manifest.annotations).toEqual({ 'org.opencontainers.image.revision': scene.head })
    const layer = await fetch(`http://${registry.host}/v2/acme/churn/blobs/${manifest.layers[0]!.digest}`)
    const listing = execFileSync('tar', ['-t'], {
      input: Buffer.from(await layer.arrayBuffer()),
      encoding: 'utf8',
    })
    expect(listing).toBe('models/\nmodels/sub/\nmodels/sub/labels.txt\nmodels/weights.bin\n')
  })

  it('says with --dry-run which digest it would have, and pushes nothing', async () => {
    const scene = sceneOf(FILES.replace('acme/churn', 'acme/dry'))

    const dry = await run(scene.context, { ...OPTIONS, 'dry-run': true })

    expect(await manifestOf('acme/dry', scene.head)).toBeUndefined()
    expect((await run(scene.context, OPTIONS)).text).toBe(dry.text)
  })

  it('names every glob that matches nothing', async () => {
    const scene = sceneOf(
      'package: { image: "HOST/acme/churn:{commit}", files: [model/**, gone/*.bin, absent] }',
    )

    await expect(run(scene.context, OPTIONS)).rejects.toMatchObject({
      code: 'PACKAGE_INVALID',
      problems: [
        { what: '`package.files`: no file matches `gone/*.bin`' },
        { what: '`package.files`: no file matches `absent`' },
      ],
    })
  })

  it('says of a model without `package` what to write', async () => {
    await expect(run(sceneOf('').context, OPTIONS)).rejects.toMatchObject({
      code: 'PACKAGE_INVALID',
      problems: [{ what: expect.stringContaining('churn: the configuration has no `package`') }],
    })
  })
})
