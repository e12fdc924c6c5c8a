import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run as check } from '../../src/commands/check.ts'
import { run } from '../../src/commands/package.ts'
import { lookUpTag } from '../../src/services/registry/registry.ts'
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
      headers: {
        accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json',
      },
    })
    return response.status === 200
      ? ((await response.json()) as {
          config: { digest: string }
          layers: { mediaType: string; digest: string }[]
          annotations: object
        })
      : undefined
  }

  it('writes what it is made of, and nothing of it in a dry run', async () => {
    const environment = 'model/env/lib/python3.12/site-packages/flask-3.1.3.dist-info/METADATA'
    const files = {
      ...MODEL,
      'requirements.txt': 'numpy==2.4.6\n',
      [environment]: 'Name: Flask\nVersion: 3.1.3\n',
    }
    const scene = sceneOf(FILES, files)
    await run(scene.context, { ...OPTIONS, 'dry-run': true })
    expect(() => scene.read('assay-result/churn/model-sbom.json')).toThrow('ENOENT')

    const { text } = await run(scene.context, OPTIONS)
    const { metadata, components } = JSON.parse(scene.read('assay-result/churn/model-sbom.json'))
    expect(metadata.component.properties).toEqual([
      { name: 'assay:commit', value: scene.head },
      { name: 'assay:artifact', value: text },
    ])
    expect(components.map((one: { purl: string }) => one.purl)).toEqual([
      'pkg:pypi/flask@3.1.3',
      'pkg:pypi/numpy@2.4.6',
    ])
  })

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

  it('says how far a large layer is, and how fast', async () => {
    const scene = sceneOf(FILES.replace('acme/churn', 'acme/large'), {
      ...MODEL,
      'model/weights.bin': 'w'.repeat(2_000_000),
    })
    let clock = 0

    await run({ ...scene.context, now: () => (clock += 4_000) }, OPTIONS)

    const told = scene.log.filter(line => line.startsWith('1 of 2: ') && !line.endsWith('sent'))
    expect(told.length).toBeGreaterThan(1)
    expect(told.join('\n')).toMatch(/^(?:1 of 2: [\d.]+ [kM]B of 2\.0 MB, \d+ k?B\/s\n?)+$/)
  })

  it('makes a ModelPack with the layers of the image, and the record says what it is', async () => {
    const scene = sceneOf(FILES.replace('acme/churn', 'acme/pack').replace(' }', ', kind: oci-artifact }'))
    const image = await run(sceneOf(FILES.replace('acme/churn', 'acme/pack')).context, OPTIONS)
    const layersOf = (manifest: { layers: { digest: string }[] } | undefined) =>
      manifest?.layers.map(({ digest }) => digest)
    const asImage = await manifestOf('acme/pack', image.text.split('@')[1]!)

    const made = await run(scene.context, OPTIONS)
    const again = await run(scene.context, OPTIONS)

    const manifest = (await manifestOf('acme/pack', scene.head))!
    expect(again.text).toBe(made.text)
    expect(layersOf(manifest)).toEqual(layersOf(asImage))
    expect(manifest).toMatchObject({
      artifactType: 'application/vnd.cncf.model.manifest.v1+json',
      config: { mediaType: 'application/vnd.cncf.model.config.v1+json' },
      layers: [{ mediaType: 'application/vnd.cncf.model.weight.v1.tar' }],
      annotations: { 'org.opencontainers.image.revision': scene.head },
    })
    const config = await fetch(`http://${registry.host}/v2/acme/pack/blobs/${manifest.config.digest}`)
    expect(await config.json()).toEqual({
      descriptor: { name: 'churn', revision: scene.head },
      config: {},
      modelfs: { type: 'layers', diffIds: layersOf(manifest) },
    })
    expect(made.json).toMatchObject({ packaged: [{ image: { artifact: 'modelpack' } }] })
    const looked = await lookUpTag(
      { name: `${registry.host}/acme/pack`, tag: scene.head },
      { env: scene.context.env },
    )
    expect(looked).toEqual({ digest: made.text.split('@')[1], artifact: 'modelpack' })
  })

  it('says with --dry-run which digest it would have, and pushes nothing', async () => {
    const scene = sceneOf(FILES.replace('acme/churn', 'acme/dry'))

    const dry = await run(scene.context, { ...OPTIONS, 'dry-run': true })

    expect(await manifestOf('acme/dry', scene.head)).toBeUndefined()
    expect((await run(scene.context, OPTIONS)).text).toBe(dry.text)
  })

  it('stops when the job is stopped, in the middle of what it hashes', async () => {
    const scene = sceneOf(FILES.replace('acme/churn', 'acme/stopped'))
    const stop = new AbortController()
    const info = (line: string) => void (line.includes('layer') && stop.abort('SIGINT'))
    const context = { ...scene.context, signal: stop.signal, log: { ...scene.context.log, info } }

    await expect(run(context, OPTIONS)).rejects.toMatchObject({
      code: 'CANCELLED',
      message: 'The job was stopped while its image was made',
    })
    expect(await manifestOf('acme/stopped', scene.head)).toBeUndefined()
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

  it('packages no key and no login, each named, and the check says so beforehand', async () => {
    const key = `Bag Attributes\n-----BEGIN ${'RSA '}PRIVATE KEY-----\n${'QUJD'.repeat(16)}\n`
    const secrets = {
      'model/.env': 'A=1\n',
      'model/server.txt': key,
      'model/.docker/config.json': '{}\n',
    }
    const scene = sceneOf(FILES, { ...MODEL, ...secrets, 'model/.env.example': 'A=\n' })
    const told = Object.entries({
      'model/.env': 'a file of environment variables',
      'model/server.txt': 'a private key',
      'model/.docker/config.json': 'a login to registries',
    }).map(
      ([path, what]) => `\`package.files\`: \`${path}\` is ${what}, which whoever gets the image could read`,
    )

    const error = await run(scene.context, OPTIONS).catch(thrown => thrown)
    expect(error).toMatchObject({ code: 'PACKAGE_INVALID' })
    expect(error.problems.map(({ what }: { what: string }) => what).sort()).toEqual(told.toSorted())
    const { text, exitCode } = await check(scene.context, { config: 'assay.yml', base: undefined })
    const refused = text.split('\n').filter(line => line.startsWith('✗ assay.yml:8:'))
    for (const line of told) expect(refused.join('\n')).toContain(`churn: ${line}`)
    expect(exitCode).toBe(2)
  })

  it('is told by the check, as a warning where training has yet to write them', async () => {
    const lines = 'package: { image: "HOST/acme/churn:{commit}", files: [model/**, gone/*.bin] }'
    const told = async (scene: Scene) =>
      (await check(scene.context, { config: 'assay.yml', base: undefined })).text
        .split('\n')
        .filter(line => line.includes('package.files'))
        .map(line => line.replace(/^(. assay\.yml:\d+):\d+/, '$1'))

    const [trained, ready, byDvc] = [sceneOf(lines), sceneOf(lines), sceneOf(lines)]
    const repro = byDvc.read('assay.yml').replace('train: echo training', 'dvc: { repro: true }')
    byDvc.repository.commit('dvc', { 'assay.yml': repro })
    const config = ready.read('assay.yml').replace('train: echo training\n', '')
    ready.repository.commit('ready', { 'assay.yml': config })

    const text =
      'churn: `package.files`: no file matches `gone/*.bin` (check the path, and that training writes it before this)'
    expect(await told(trained)).toEqual([`! assay.yml:8: ${text}`])
    expect(await told(byDvc)).toEqual([`! assay.yml:8: ${text}`])
    expect(await told(ready)).toEqual([`✗ assay.yml:7: ${text}`])
  })

  const NEVER = [
    [
      'package: { image: "ghcr.io/acme/churn:{comit}", files: [model/**] }',
      '✗',
      '`{comit}` is no placeholder',
    ],
    ['package: { image: ghcr.io/acme/churn, files: [model/**] }', '✗', 'has neither tag nor digest'],
    ['package: { image: "ghcr.io@evil.com/churn:{commit}", files: [model/**] }', '✗', 'is no image'],
    [`package: { image: "a/b:1@sha256:${'0'.repeat(64)}", files: [model/**] }`, '✗', 'a tag and no digest'],
    ['package: { image: "a/b:1", files: [model/**], kind: server, base: busybox }', '✗', '`package.base`'],
    ['package: { uri: "s3://models/{comit}" }', '✗', '`package.uri`: `{comit}` is no placeholder'],
    ['package: { image: "a/b:1", from: serve/Dockerfile }', '✗', 'there is no `serve/Dockerfile`'],
    ['package: { image: "a/b:1", build: docker }', '✗', 'there is no `Dockerfile`'],
    ['scan: absent.pkl', '!', '`scan`: there is no `absent.pkl`'],
    [
      'scan: { files: model, allow: [{ import: a.B, reason: ours, until: 2020-01-31 }] }',
      '!',
      'what lets `a.B` pass the scan ended on 2020-01-31',
    ],
    ['baselines: oci://ghcr.io/acme/rows', '!', '`baselines` keeps the rows of releases'],
  ] as const

  it('has the check tell what can never be packaged or scanned, each with its line', async () => {
    const model = CONFIG.replace('model: churn\n', '').replaceAll(/^/gm, '    ').trimEnd()
    const config = `models:\n${NEVER.map(([line], index) => `  m${index}:\n${model}\n    ${line}\n`).join('')}`
    const scene = scenes.local(baseFiles({ 'assay.yml': config }), MODEL)

    const { text, exitCode } = await check(scene.context, { config: 'assay.yml', base: undefined })

    const told = text.split('\n').filter(line => /^. assay\.yml:\d/.test(line))
    expect(told).toHaveLength(NEVER.length)
    for (const [index, [line, mark, words]] of NEVER.entries()) {
      const at = config.split('\n').indexOf(`    ${line}`) + 1
      expect(told[index]).toMatch(new RegExp(`^${mark} assay\\.yml:${at}:\\d+: m${index}: `))
      expect(told[index]).toContain(words)
    }
    expect(exitCode).toBe(2)
  })

  it('says of a model without `package` what to write', async () => {
    await expect(run(sceneOf('').context, OPTIONS)).rejects.toMatchObject({
      code: 'PACKAGE_INVALID',
      problems: [{ what: expect.stringContaining('churn: the configuration has no `package`') }],
    })
  })

  describe('of a model with `scan`', () => {
    const HARMLESS = '(l.'
    const EVIL = "cposix\nsystem\n(S'true'\ntR."
    const scanning = (repository: string, scan: string, files: Files = { 'model/a.pkl': HARMLESS }) =>
      sceneOf(`scan: { files: [${scan}] }\n${FILES.replace('acme/churn', repository)}`, files)

    it('packages no file that is another one than was scanned, and none that came later', async () => {
      const scene = scanning('acme/changed', 'model')
      await scene.run()
      writeFileSync(join(scene.folder, 'model/a.pkl'), EVIL)

      await expect(run(scene.context, OPTIONS)).rejects.toMatchObject({
        code: 'PACKAGE_CHANGED',
        problems: [{ what: 'it is not what was scanned', where: { file: 'model/a.pkl' } }],
      })

      writeFileSync(join(scene.folder, 'model/a.pkl'), HARMLESS)
      writeFileSync(join(scene.folder, 'model/b.pkl'), HARMLESS)
      await expect(run(scene.context, OPTIONS)).rejects.toMatchObject({
        code: 'PACKAGE_NOT_SCANNED',
        problems: [{ what: 'it was not there when the model was scanned', where: { file: 'model/b.pkl' } }],
      })
      expect(await manifestOf('acme/changed', scene.head)).toBeUndefined()

      rmSync(join(scene.folder, 'model/b.pkl'))
      expect((await run(scene.context, OPTIONS)).exitCode).toBe(0)
    })

    it('packages none that the scan does not look at, and the check says so beforehand', async () => {
      const scene = scanning('acme/wider', 'model/a.pkl', { 'model/a.pkl': HARMLESS, 'model/b.pkl': EVIL })
      await scene.run()

      await expect(run(scene.context, OPTIONS)).rejects.toMatchObject({
        code: 'PACKAGE_NOT_SCANNED',
        problems: [
          { what: expect.stringContaining('`scan` does not look at it'), where: { file: 'model/b.pkl' } },
        ],
      })
      expect(await manifestOf('acme/wider', scene.head)).toBeUndefined()
      const told = (await check(scene.context, { config: 'assay.yml', base: undefined })).text
      expect(told).toContain('`model/**` names more than `scan.files` does, such as `model/b.pkl`')
    })

    it('without a result scans them itself', async () => {
      const evil = scanning('acme/unjudged', 'model', { 'model/a.pkl': HARMLESS, 'model/b.pkl': EVIL })
      const harmless = scanning('acme/unjudged', 'model')

      await expect(run(evil.context, OPTIONS)).rejects.toMatchObject({
        code: 'PACKAGE_NOT_SCANNED',
        problems: [{ what: expect.stringContaining('posix.system'), where: { file: 'model/b.pkl' } }],
      })
      await run(harmless.context, OPTIONS)

      expect(await manifestOf('acme/unjudged', evil.head)).toBeUndefined()
      expect(await manifestOf('acme/unjudged', harmless.head)).toBeDefined()
      expect(harmless.log.join('\n')).toContain('1 of 1 file had no result of a scan, and was scanned now')
    })

    it('packages none that the scan of its result refused', async () => {
      const scene = scanning('acme/refused', 'model', { 'model/a.pkl': EVIL })
      await scene.run()

      await expect(run(scene.context, OPTIONS)).rejects.toMatchObject({
        code: 'PACKAGE_NOT_SCANNED',
        problems: [{ what: 'it must not be loaded: the scan refused it' }],
      })
    })
  })

  describe('on a base', () => {
    const on = (kind: string, base: string) =>
      `package: { image: "HOST/acme/${kind}:{commit}", files: [model/**], kind: ${kind}, base: "${base}" }`
    const configOf = async (repository: string, digest: string) => {
      const response = await fetch(`http://${registry.host}/v2/${repository}/blobs/${digest}`)
      return (await response.json()) as { config?: object; rootfs: { diff_ids: string[] } }
    }

    it.each(['oci-index', 'docker-list'] as const)(
      'of several platforms (%s) is an image for each of them',
      async kind => {
        const base = await registry.push(`bases/${kind}`, '1', kind)
        const scene = sceneOf(on('server', `HOST/bases/${kind}:1`))

        const { text } = await run(scene.context, OPTIONS)

        const index = (await manifestOf('acme/server', text.split('@')[1]!)) as unknown as {
          manifests: { digest: string; platform: object }[]
          annotations: object
        }
        expect(index.annotations).toEqual({
          'org.opencontainers.image.base.digest': base,
          'org.opencontainers.image.base.name': `${registry.host}/bases/${kind}`,
          'org.opencontainers.image.revision': scene.head,
        })
        expect(index.manifests.map(({ platform }) => platform)).toEqual([
          { architecture: 'amd64', os: 'linux' },
        ])
        const manifest = (await manifestOf('acme/server', index.manifests[0]!.digest))!
        expect(manifest.layers.map(({ mediaType }) => mediaType)).toEqual([
          kind === 'oci-index'
            ? 'application/vnd.oci.image.layer.v1.tar'
            : 'application/vnd.oci.image.layer.v1.tar+gzip',
          'application/vnd.oci.image.layer.v1.tar',
        ])
        expect(scene.log.filter(line => line.endsWith('taken from another repository'))).toHaveLength(1)
      },
    )

    it('for KServe starts what makes the link, and no entrypoint of the base', async () => {
      await registry.push('bases/busybox', '1')
      const { text } = await run(sceneOf(on('modelcar', 'HOST/bases/busybox:1')).context, OPTIONS)

      const manifest = (await manifestOf('acme/modelcar', text.split('@')[1]!))!
      const { config, rootfs } = await configOf('acme/modelcar', manifest.config.digest)
      expect(config).toEqual({
        Cmd: ['sh', '-c', 'ln -sfn /proc/$$/root/models /mnt/models && sleep infinity'],
      })
      expect(rootfs.diff_ids).toEqual([manifest.layers[1]!.digest])
    })

    it('of another registry has its layers copied', async () => {
      const other = await startRegistry()
      try {
        await other.push('bases/far', '1')
        const scene = sceneOf(on('server', `${other.host}/bases/far:1`))

        const { text } = await run(scene.context, OPTIONS)

        const manifest = (await manifestOf('acme/server', text.split('@')[1]!))!
        const layer = await fetch(
          `http://${registry.host}/v2/acme/server/blobs/${manifest.layers[0]!.digest}`,
        )
        expect(await layer.text()).toBe('a layer of bases/far')
      } finally {
        await other.stop()
      }
    })

    it('that is not there is told', async () => {
      await expect(run(sceneOf(on('server', 'HOST/bases/none:1')).context, OPTIONS)).rejects.toMatchObject({
        code: 'REGISTRY_NOT_FOUND',
        message: `The base ${registry.host}/bases/none:1 could not be read`,
      })
    })
  })

  it('notes beside the image which run made it, once', async () => {
    const scene = sceneOf(FILES.replace('acme/churn', 'acme/noted'))
    scene.context.ci = { ...scene.context.ci, runUrl: 'https://ci.example/7' }

    const { text } = await run(scene.context, OPTIONS)
    await run({ ...scene.context, now: () => Date.UTC(2030, 0) }, OPTIONS)

    const list = (await manifestOf('acme/noted', text.split('@')[1]!.replace(':', '-'))) as unknown as {
      manifests: { annotations: Record<string, string> }[]
    }
    expect(list.manifests.map(({ annotations }) => annotations['dev.assay.run'])).toEqual([
      'https://ci.example/7',
    ])
  })
})
