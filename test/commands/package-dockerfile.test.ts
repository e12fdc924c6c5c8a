import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/commands/package.ts'
import { AssayError } from '../../src/core/errors/errors.ts'
import { renderError } from '../../src/core/text/error-text.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { missing } from '../support/tools.ts'
import { baseFiles, CONFIG, type Scene, useScenes } from './scene.ts'

const scenes = useScenes()
const OPTIONS = { config: 'assay.yml', model: undefined, output: 'assay-result', 'dry-run': false }
const FILES = { Dockerfile: 'FROM scratch\nCOPY model /models\n', 'model/weights.bin': 'weights' }
const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()

describe.skipIf(missing('docker-registry'))('assay package, with a Dockerfile', () => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry()
  })
  afterAll(() => registry.stop())

  /** A machine whose only builder is this: lines of shell. */
  function sceneWith(builder: string | undefined, lines: string): Scene {
    const config = `${CONFIG}package: { image: "${registry.host}/acme/churn:{commit}", ${lines} }\n`
    const scene = scenes.local(baseFiles({ 'assay.yml': config, ...FILES }), {})
    const bin = join(scene.folder, '.git/bin')
    mkdirSync(bin)
    symlinkSync(git, join(bin, 'git'))
    if (builder !== undefined) {
      writeFileSync(join(bin, 'podman'), `#!/bin/sh\n${builder}\n`)
      chmodSync(join(bin, 'podman'), 0o755)
    }
    const own = { PATH: bin, XDG_CACHE_HOME: join(scene.folder, '.git/cache') }
    scene.context.env = { ...scene.context.env, ...own }
    return scene
  }
  /** Writes down a digest, and pushes nothing. */
  const saysDigest = (digest: string) =>
    `if test "$1" = push; then echo ${digest} > "\${2#--digestfile=}"; else echo podman version 4.3.1; fi`

  async function refusal(running: Promise<unknown>): Promise<string> {
    const error = await running.catch((caught: unknown) => caught)
    return error instanceof AssayError ? `${error.code} ${renderError(error)}` : `${JSON.stringify(error)}`
  }

  it('takes the digest that its builder wrote down, if the registry has it too', async () => {
    const digest = await registry.push('acme/churn', 'other')
    const scene = sceneWith(saysDigest(digest), 'from: Dockerfile')
    await registry.push('acme/churn', scene.head)

    expect((await run(scene.context, OPTIONS)).text).toBe(`${registry.host}/acme/churn@${digest}`)
    expect(scene.log).toContain('The image is built from Dockerfile by podman 4.3.1')
  })

  it('believes no builder whose digest is another than that of the tag', async () => {
    const scene = sceneWith(saysDigest(`sha256:${'a'.repeat(64)}`), 'build: docker')
    const digest = await registry.push('acme/churn', scene.head)

    const said = await refusal(run(scene.context, OPTIONS))

    expect(said).toContain('PACKAGE_FAILED')
    expect(said).toContain(`podman pushed sha256:${'a'.repeat(64)}, and`)
    expect(said).toContain(`is ${digest}`)
  })

  it.each([
    [
      'fails',
      'if test "$1" = build; then exit 7; fi; echo podman version 4',
      '`podman build` ended with exit code 7',
    ],
    ['writes no digest', 'echo podman version 4', 'podman wrote down no digest of what it pushed'],
  ])('says so where the builder %s', async (_, builder, what) => {
    const said = await refusal(run(sceneWith(builder, 'build: docker').context, OPTIONS))

    expect(said).toContain('PACKAGE_FAILED')
    expect(said).toContain(what)
  })

  it('makes the image itself where nothing builds it, and says why', async () => {
    const scene = sceneWith(undefined, 'files: ["model/**"]')

    expect((await run(scene.context, OPTIONS)).text).toContain('acme/churn@sha256:')
    expect(scene.log.join('\n')).toContain(
      'The image is made by Assay itself: nothing here builds Dockerfile: docker buildx is not installed; buildah is not',
    )
  })

  it('refuses where it is asked for and nothing builds it', async () => {
    const said = await refusal(run(sceneWith(undefined, 'build: docker').context, OPTIONS))

    expect(said).toContain('PACKAGE_INVALID')
    expect(said).toContain('podman is not installed; kaniko is not installed')
  })

  it.each<[string, (scene: Scene) => object, string]>([
    ['in a dry run', () => ({ 'dry-run': true }), 'a dry run builds nothing'],
    [
      'in a run for a fork, whose builder would use the logins of the machine',
      scene => {
        scene.context.ci = { ...scene.context.ci, fromFork: true }
        return {}
      },
      'a builder uses the logins of this machine, and none may be used: this run is for a fork',
    ],
  ])('starts no build %s', async (_, changed, what) => {
    const scene = sceneWith(
      'if test "$1" = build; then : > built; fi; echo podman version 4',
      'build: docker',
    )

    const said = await refusal(run(scene.context, { ...OPTIONS, ...changed(scene) }))

    expect(said).toContain('PACKAGE_NOT_RUN')
    expect(said).toContain(what)
    expect(existsSync(join(scene.folder, 'built'))).toBe(false)
  })
})
