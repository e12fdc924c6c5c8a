import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { renderError } from '../../../src/core/text/error-text.ts'
import { lookUpTag } from '../../../src/services/registry/registry.ts'
import { type Kind, PASSWORD, startRegistry, type TestRegistry } from '../../support/registry.ts'
import { missing } from '../../support/tools.ts'

const home = mkdtempSync(join(tmpdir(), 'assay-docker-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
let count = 0

/** An environment whose home has this config.json. */
function homeWith(config: unknown): Record<string, string> {
  const folder = join(home, `home-${++count}`)
  mkdirSync(join(folder, '.docker'), { recursive: true })
  const text = typeof config === 'string' ? config : JSON.stringify(config)
  writeFileSync(join(folder, '.docker/config.json'), text)
  return { HOME: folder }
}

const nobody = { HOME: join(home, 'nobody') }
const wait = async () => {}
const basic = (text: string) => Buffer.from(text).toString('base64')

async function refusal(look: Promise<unknown>): Promise<AssayError> {
  const error = await look.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (error instanceof AssayError) return error
  throw new Error(`expected an AssayError, got ${error}`)
}

describe.skipIf(missing('docker-registry', '--version'))('a real registry', () => {
  let open: TestRegistry
  let closed: TestRegistry
  beforeAll(async () => {
    open = await startRegistry()
    closed = await startRegistry({ login: true })
  })
  afterAll(async () => {
    await open?.stop()
    await closed?.stop()
  })

  it.each<Kind>(['oci', 'docker', 'oci-index', 'docker-list'])(
    'tells the digest of a tag, for a manifest of the kind %s',
    async kind => {
      const pushed = await open.push('acme/churn', `v-${kind}`, kind)

      const found = await lookUpTag({ name: `${open.host}/acme/churn`, tag: `v-${kind}` }, { env: nobody })

      expect(found).toEqual({ digest: pushed })
    },
  )

  it('follows a tag that was moved', async () => {
    await open.push('acme/moving', 'latest', 'oci')
    const pushed = await open.push('acme/moving', 'latest', 'docker')

    expect(await lookUpTag({ name: `${open.host}/acme/moving`, tag: 'latest' }, { env: nobody })).toEqual({
      digest: pushed,
    })
  })

  it('says so where there is no such tag', async () => {
    const error = await refusal(lookUpTag({ name: `${open.host}/acme/none`, tag: 'v1' }, { env: nobody }))

    expect(error.code).toBe('REGISTRY_NOT_FOUND')
    expect(renderError(error)).toContain(`GET http://${open.host}/v2/acme/none/manifests/v1`)
  })

  it.each([
    [
      'the environment, where its host stands beside it',
      (host: string) => ({
        ASSAY_REGISTRY_USER: 'ada',
        ASSAY_REGISTRY_PASSWORD: PASSWORD,
        ASSAY_REGISTRY_HOST: host,
      }),
    ],
    [
      "Docker's config.json, where that of the environment is for another host",
      (host: string) => ({
        ...homeWith({ auths: { [host]: { auth: basic(`ada:${PASSWORD}`) } } }),
        ASSAY_REGISTRY_USER: 'ada',
        ASSAY_REGISTRY_PASSWORD: 'CANARY-other',
        ASSAY_REGISTRY_HOST: 'ghcr.io',
      }),
    ],
    [
      "Docker's config.json",
      (host: string) => homeWith({ auths: { [host]: { auth: basic(`ada:${PASSWORD}`) } } }),
    ],
    [
      "Docker's config.json with an address for a key",
      (host: string) =>
        homeWith({ auths: { [`http://${host}/v2/`]: { username: 'ada', password: PASSWORD } } }),
    ],
    [
      'the folder DOCKER_CONFIG',
      (host: string) => ({
        DOCKER_CONFIG: join(
          homeWith({ auths: { [host]: { auth: basic(`ada:${PASSWORD}`) } } }).HOME!,
          '.docker',
        ),
      }),
    ],
  ])('is asked with the password of %s', async (_, env) => {
    const pushed = await closed.push('acme/private', 'v1')

    expect(
      await lookUpTag({ name: `${closed.host}/acme/private`, tag: 'v1' }, { env: env(closed.host) }),
    ).toEqual({ digest: pushed })
  })

  it.each([
    ['nobody has a password', nobody, 'there are no credentials for it'],
    [
      'the password is wrong',
      (host: string) => ({
        ASSAY_REGISTRY_USER: 'ada',
        ASSAY_REGISTRY_PASSWORD: 'CANARY-wrong',
        ASSAY_REGISTRY_HOST: host,
      }),
      'it answered 401',
    ],
    [
      'no host stands beside the password',
      { ...nobody, ASSAY_REGISTRY_USER: 'ada', ASSAY_REGISTRY_PASSWORD: PASSWORD },
      'ASSAY_REGISTRY_PASSWORD is not sent there: ASSAY_REGISTRY_HOST, which says where it may go, is not set)',
    ],
    [
      'another host stands beside the password, and the helper that keeps that of Docker is not there',
      () => ({
        ...homeWith({ credsStore: 'desktop' }),
        ASSAY_REGISTRY_USER: 'ada',
        ASSAY_REGISTRY_PASSWORD: PASSWORD,
        ASSAY_REGISTRY_HOST: 'ghcr.io',
      }),
      'is for ghcr.io; docker-credential-desktop is not on the PATH)',
    ],
    ['only the user is set', { ...nobody, ASSAY_REGISTRY_USER: 'ada' }, 'only one of ASSAY_REGISTRY_USER'],
    [
      'the password is of another host',
      () => homeWith({ auths: { 'ghcr.io': { auth: basic('a:b') } } }),
      'no credentials',
    ],
    [
      'a helper that is not there keeps it',
      () => homeWith({ credsStore: 'desktop' }),
      'docker-credential-desktop is not on the PATH',
    ],
    ['config.json is no JSON', () => homeWith('{'), "Docker's config.json cannot be read"],
  ])('refuses where %s, and says what to do', async (_, given, reason) => {
    const env = typeof given === 'function' ? given(closed.host) : given

    const error = await refusal(lookUpTag({ name: `${closed.host}/acme/private`, tag: 'v1' }, { env }))

    expect(error.code).toBe('REGISTRY_DENIED')
    expect(renderError(error)).toContain(reason)
    expect(renderError(error)).toMatch(/ASSAY_REGISTRY_PASSWORD|ASSAY_REGISTRY_HOST=127/)
    expect(renderError(error)).not.toContain('CANARY')
  })

  it('is past reach once it has stopped', async () => {
    const gone = await startRegistry()
    await gone.stop()

    const error = await refusal(
      lookUpTag({ name: `${gone.host}/acme/churn`, tag: 'v1' }, { env: nobody, wait }),
    )

    expect(error.code).toBe('REGISTRY_UNREACHABLE')
    expect(renderError(error)).toContain('ECONNREFUSED')
  })
})
