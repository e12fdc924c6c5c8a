import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageModel } from '../../../src/commands/model/packaging.ts'
import { readParameters } from '../../../src/commands/project/parameters.ts'
import { parseConfig } from '../../../src/core/config/read-config.ts'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { renderError } from '../../../src/core/text/error-text.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { missing } from '../../support/tools.ts'
import { baseFiles, CONFIG, type Files, type Scene, useScenes } from '../scene.ts'

const scenes = useScenes()
const DIGEST = `sha256:${'1f'.repeat(32)}`
const IMAGE = `ghcr.io/acme/churn@${DIGEST}`

/** Packages the model of a repository whose configuration has these lines more. */
async function packageOf(
  lines: string,
  given: { image?: string; uri?: string; 'dry-run'?: boolean } = {},
  files: Files = {},
) {
  const config = `${CONFIG}${lines}\n`
  const scene = scenes.local(baseFiles({ 'assay.yml': config, ...files }), {})
  const model = parseConfig(config, 'assay.yml').config.models.churn!
  const packaged = () =>
    packageModel(scene.context, 'churn', model, scene.head, { 'dry-run': false, ...given })
  return { scene, packaged }
}

async function refusal(packaging: () => Promise<unknown>): Promise<AssayError> {
  const error = await packaging().then(
    found => found,
    (caught: unknown) => caught,
  )
  if (error instanceof AssayError) return error
  throw new Error(`expected an AssayError, got ${JSON.stringify(error)}`)
}

const logOf = (scene: Scene) => scene.log.join('\n')

describe('what is deployed', () => {
  it('is nothing where nothing says so', async () => {
    const { packaged } = await packageOf('')

    expect(await packaged()).toEqual({})
  })

  it('is what the command line says, before the configuration, whose command does not run', async () => {
    const given = { image: `ghcr.io/acme/churn:7@${DIGEST}`, uri: 's3://models/churn/7' }
    const { scene, packaged } = await packageOf('package: exit 3', given)

    expect(await packaged()).toEqual({
      image: { name: 'ghcr.io/acme/churn', tag: '7', digest: DIGEST },
      uri: 's3://models/churn/7',
    })
    expect(logOf(scene)).toBe('')
  })

  it('is what the packaging command writes; its output is streamed', async () => {
    const run = `echo pushing; echo "image=ghcr.io/acme/$ASSAY_MODEL:$ASSAY_COMMIT@${DIGEST}" >> "$ASSAY_PACKAGE_FILE"; echo uri=s3://m/1 >> "$ASSAY_PACKAGE_FILE"`
    const { scene, packaged } = await packageOf(`package: '${run}'`)

    expect(await packaged()).toEqual({
      image: { name: 'ghcr.io/acme/churn', tag: scene.head, digest: DIGEST },
      uri: 's3://m/1',
    })
    expect(logOf(scene)).toContain('Package churn: echo pushing')
    expect(logOf(scene)).toContain('pushing\n')
  })

  it('is written outside of the repository, and the file is gone afterwards', async () => {
    const run = `echo "$ASSAY_PACKAGE_FILE"; echo image=${IMAGE} > "$ASSAY_PACKAGE_FILE"`
    const { scene, packaged } = await packageOf(`package: '${run}'`)
    await packaged()

    const file = /\/\S+\/package\n/.exec(logOf(scene))![0].trim()
    expect(file.startsWith(scene.folder)).toBe(false)
    expect(scene.repository.git('status', '--porcelain')).toBe('')
    expect(existsSync(file)).toBe(false)
  })

  it('is filled up from the templates of the configuration where the command leaves something unsaid', async () => {
    const run = `echo image=${IMAGE} > "$ASSAY_PACKAGE_FILE"`
    const { scene, packaged } = await packageOf(
      `package: { run: '${run}', uri: 's3://models/{model}/{short_commit}' }`,
    )

    expect(await packaged()).toEqual({
      image: { name: 'ghcr.io/acme/churn', digest: DIGEST },
      uri: `s3://models/churn/${scene.head.slice(0, 7)}`,
    })
  })

  it.each([
    ['dies', 'exit 3', 'PACKAGE_FAILED', 'exit code 3'],
    ['takes too long', 'sleep 30', 'PACKAGE_FAILED', 'did not end within 0.1s'],
    ['writes nothing', 'true', 'PACKAGE_INVALID', 'wrote nothing'],
    [
      'writes no image',
      'echo image=churn > "$ASSAY_PACKAGE_FILE"',
      'PACKAGE_INVALID',
      'neither tag nor digest',
    ],
    [
      'writes a link out of its folder',
      'ln -s /etc/passwd "$ASSAY_PACKAGE_FILE"',
      'PACKAGE_INVALID',
      'a symbolic link on it leads out',
    ],
    [
      'writes too much',
      'head -c 100000 /dev/zero > "$ASSAY_PACKAGE_FILE"',
      'PACKAGE_INVALID',
      'larger than 65,536 bytes',
    ],
    ['writes bytes', 'printf "image=\\\\377" > "$ASSAY_PACKAGE_FILE"', 'PACKAGE_INVALID', 'not UTF-8'],
  ])('is not known where the command %s', async (_, run, code, reason) => {
    const timeout = run.startsWith('sleep') ? '0.1s' : '1m'
    const { packaged } = await packageOf(
      `package:\n  timeout: ${timeout}\n  run: |\n    ${run.replaceAll('\\\\', '\\')}`,
    )

    const error = await refusal(packaged)

    expect(error.code).toBe(code)
    expect(renderError(error)).toContain(reason)
  })

  it('names everything that is wrong at once', async () => {
    const { packaged } = await packageOf("package: { image: 'Acme/{comit}', uri: 's3://u:CANARY@h/x' }")

    const error = await refusal(packaged)

    expect(error.problems.map(({ what }) => what)).toEqual([
      expect.stringContaining('package.image: `{comit}` is no placeholder'),
      expect.stringContaining('package.uri: the model'),
    ])
    expect(renderError(error)).not.toContain('CANARY')
  })

  it('is not packaged in a dry run, which says how to see what would be proposed', async () => {
    const { scene, packaged } = await packageOf('package: touch ran', { 'dry-run': true })

    const error = await refusal(packaged)

    expect(error.code).toBe('PACKAGE_NOT_RUN')
    expect(renderError(error)).toContain('give --image or --uri')
    expect(existsSync(join(scene.folder, 'ran'))).toBe(false)
  })

  it('in a dry run is what the templates say', async () => {
    const { packaged } = await packageOf(`package: { run: exit 3, uri: 's3://m/{model}' }`, {
      'dry-run': true,
    })

    expect(await packaged()).toEqual({ uri: 's3://m/churn' })
  })

  it('the command gets no token and no password of Assay', async () => {
    const { scene, packaged } = await packageOf(`package: 'env; echo uri=s3://m/1 > "$ASSAY_PACKAGE_FILE"'`)
    scene.context.env = {
      ...scene.context.env,
      ASSAY_DEPLOY_TOKEN: 'CANARY-1',
      ASSAY_REGISTRY_PASSWORD: 'CANARY-2',
      DOCKER_CONFIG: '/kept',
    }

    await packaged()

    expect(logOf(scene)).toContain('DOCKER_CONFIG=/kept')
    expect(logOf(scene)).not.toContain('CANARY')
  })

  it('is not waited for when the job is stopped', async () => {
    const { scene, packaged } = await packageOf('package: sleep 30')
    const stop = new AbortController()
    scene.context.signal = stop.signal
    setTimeout(() => stop.abort(), 50)

    expect(renderError(await refusal(packaged))).toContain('was stopped with the job')
  })
})

describe.skipIf(missing('docker-registry', '--version'))('an image with a tag only', () => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry()
  })
  afterAll(() => registry?.stop())

  it('gets the digest that its registry has for the tag', async () => {
    const scene = scenes.local(baseFiles(), {})
    const digest = await registry.push('acme/churn', scene.head)
    const template = `package: { image: '${registry.host}/acme/{model}:{commit}' }`
    const { models } = parseConfig(`${CONFIG}${template}\n`, 'assay.yml').config

    const packaged = await packageModel(scene.context, 'churn', models.churn!, scene.head, {
      'dry-run': false,
    })

    expect(packaged).toEqual({
      image: { name: `${registry.host}/acme/churn`, tag: scene.head, digest },
    })
    expect(logOf(scene)).toContain(`is ${digest}`)
  })

  it('is told of as what it is, where it is no image', async () => {
    const digest = await registry.push('acme/churn', 'pack', 'modelpack')
    const { scene, packaged } = await packageOf('', { image: `${registry.host}/acme/churn:pack` })

    expect(await packaged()).toEqual({
      image: { name: `${registry.host}/acme/churn`, tag: 'pack', digest, artifact: 'modelpack' },
    })
    expect(logOf(scene)).toContain(`is ${digest}, a ModelPack`)
  })

  it('that is not there is named', async () => {
    const { packaged } = await packageOf('', { image: `${registry.host}/acme/none:1` })

    expect(await refusal(packaged)).toMatchObject({ code: 'REGISTRY_NOT_FOUND' })
  })
})

describe('the parameters of a release', () => {
  const parametersOf = async (file: string, files: Files) => {
    const config = `${CONFIG}parameters: ${file}\n`
    const scene = scenes.local(baseFiles({ 'assay.yml': config, ...files }), {})
    const model = parseConfig(config, 'assay.yml').config.models.churn!
    return { scene, read: () => readParameters(scene.context, model) }
  }

  it('SE-005: are those of the file, freed of secrets', async () => {
    const { scene, read } = await parametersOf('params.yaml', {
      'params.yaml': 'lr: 0.1\nurl: https://x/CANARY-of-the-environment\n',
    })
    scene.context.env = { ...scene.context.env, TRACKING_TOKEN: 'CANARY-of-the-environment' }

    expect(await read()).toEqual({ lr: 0.1, url: 'https://x/***' })
  })

  it.each<[string, Files, string]>([
    ['is broken', { 'params.yaml': 'a: [1\n' }, 'warning: The parameters are not known: params.yaml:2:1'],
    ['is not there', {}, 'there is no such file'],
    ['has too much', { 'params.yaml': `a: ${'x'.repeat(300_000)}` }, 'larger than 262,144 bytes'],
  ])('are left out with a warning where the file %s', async (_, files, warning) => {
    const { scene, read } = await parametersOf('params.yaml', files)

    expect(await read()).toBeUndefined()
    expect(logOf(scene)).toContain(warning)
  })
})
