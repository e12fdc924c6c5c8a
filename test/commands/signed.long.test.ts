import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run as runVerify } from '../../src/commands/verify.ts'
import { testFolder } from '../support/git-repository.ts'
import { type RegistryProgram, startRegistry, type TestRegistry } from '../support/registry.ts'
import { missing } from '../support/tools.ts'
import { type DeployScene, useDeploys } from './deploys.ts'

/** `policy: { signed: { key } }` held to what cosign itself writes to registries. */

const deploys = useDeploys()
const { folder, remove } = testFolder()
afterAll(remove)

const NEW = ['--new-bundle-format=true']
const OLD = ['--new-bundle-format=false']

function cosign(...args: string[]): void {
  execFileSync('cosign', args, {
    cwd: folder,
    // Nothing is asked of Sigstore's servers: there is no way to them.
    env: { ...process.env, COSIGN_PASSWORD: '', HOME: folder, HTTPS_PROXY: 'http://127.0.0.1:1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

/** By `name` on P-256, as cosign makes them, or of Ed25519, as it takes them. */
function keyPair(name: string, kind: 'ecdsa' | 'ed25519' = 'ecdsa'): string {
  if (kind === 'ed25519') {
    const { privateKey } = generateKeyPairSync('ed25519')
    writeFileSync(join(folder, `${name}.pem`), privateKey.export({ type: 'pkcs8', format: 'pem' }))
    cosign('import-key-pair', '--key', `${name}.pem`, '--output-key-prefix', name)
  } else cosign('generate-key-pair', '--output-key-prefix', name)
  return readFileSync(join(folder, `${name}.pub`), 'utf8')
}

/** Signs as a job does that keeps its key itself and asks no server of Sigstore. */
function sign(image: string, key: string, form: string[]): void {
  const offline = ['--tlog-upload=false', '--use-signing-config=false', '--allow-http-registry']
  cosign('sign', '--yes', '--key', `${key}.key`, ...offline, ...form, image)
}

function verify({ context, model, place }: DeployScene, version = '2026-05-01-0000001') {
  return runVerify(context, {
    config: 'assay.yml',
    model,
    environment: undefined,
    timeout: 1,
    'no-wait': true,
    release: version,
    'deploy-repo': 'octo/deploy',
    'deploy-branch': place.base,
    'dry-run': false,
  })
}

describe.skipIf(missing('cosign', 'version')).each<RegistryProgram>(['docker-registry', 'crane'])(
  'an image in %s',
  program => {
    let registry: TestRegistry
    let key: string
    let count = 0
    beforeAll(async () => {
      mkdirSync(join(folder, program), { recursive: true })
      registry = await startRegistry({ program })
      key = keyPair(`${program}/own`)
      keyPair(`${program}/stranger`)
    })
    afterAll(() => registry.stop())

    const configOf = () => `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: ['${registry.host}/acme/', registry.example/acme/] }
policy: { signed: { key: keys/release.pub } }
environments:
  staging: { merge: auto }
`

    /** A deploy repository with the key, an image that nobody has signed yet, and a release of it. */
    async function scene(text = key) {
      const opened = await deploys.onGit(configOf())
      await opened.place.push('main', { 'keys/release.pub': text })
      const name = `${registry.host}/acme/churn-${++count}`
      const digest = await registry.push(`acme/churn-${count}`, 'v1')
      return { opened, name, digest, made: opened.release(1, { image: { name, digest } }) }
    }

    it.each([
      ['a bundle', NEW],
      ['simple signing', OLD],
    ])('that is signed by the key as %s enters, and verify says so', async (_, form) => {
      const { opened, name, digest, made } = await scene()
      sign(`${name}@${digest}`, `${program}/own`, form)

      expect(await opened.promote([made])).toEqual([expect.stringContaining('merged')])
      expect(await opened.serving('staging')).toBe('2026-05-01-0000001')
      const verified = await verify(opened)
      expect(verified.text).toBe(
        `✅ ${opened.model} 2026-05-01-0000001 for staging: signed: by keys/release.pub`,
      )
      expect(verified.exitCode).toBe(0)
    })

    it.each([
      ['a bundle', NEW],
      ['simple signing', OLD],
    ])('that another key has signed as %s waits, and enters once the right one has', async (_, form) => {
      const { opened, name, digest, made } = await scene()
      sign(`${name}@${digest}`, `${program}/stranger`, form)

      expect(await opened.promote([made])).toEqual([
        'staging: waits, not signed as `policy` asks: its signatures are by another key',
      ])
      sign(`${name}@${digest}`, `${program}/own`, form)
      expect(await opened.promote([made])).toEqual([expect.stringContaining('merged')])
    })

    it.each([
      ['a bundle', NEW],
      ['simple signing', OLD],
    ])('that is signed by a key of Ed25519 as %s enters, and by another waits', async (_, form) => {
      const [name25519, other] = [`${program}/ed-${++count}`, `${program}/ed-${++count}`]
      const { opened, name, digest, made } = await scene(keyPair(name25519, 'ed25519'))
      keyPair(other, 'ed25519')
      sign(`${name}@${digest}`, other, form)

      expect(await opened.promote([made])).toEqual([
        'staging: waits, not signed as `policy` asks: its signatures are by another key',
      ])
      sign(`${name}@${digest}`, name25519, form)
      expect(await opened.promote([made])).toEqual([expect.stringContaining('merged')])
    })

    it('that nobody has signed waits', async () => {
      const { opened, made } = await scene()

      expect(await opened.promote([made])).toEqual([
        'staging: waits, not signed as `policy` asks: it has no signature',
      ])
      expect(await opened.serving('staging')).toBeUndefined()
    })

    it.each([
      ['a bundle', NEW],
      ['simple signing', OLD],
    ])('whose tag was moved after it was signed as %s waits', async (_, form) => {
      const { opened, name, digest } = await scene()
      sign(`${name}@${digest}`, `${program}/own`, form)
      const moved = await registry.push(`acme/churn-${count}`, 'v1', 'docker')
      const made = opened.release(1, { image: { name, digest: moved, tag: 'v1' } })

      expect(moved).not.toBe(digest)
      expect(await opened.promote([made])).toEqual([expect.stringContaining('it has no signature')])
    })

    it('under whose tag the signature of another lies waits', async () => {
      const { opened, name, digest } = await scene()
      sign(`${name}@${digest}`, `${program}/own`, OLD)
      const other = await registry.push(`acme/churn-${count}`, 'v2', 'docker')
      const [from, to] = [digest, other].map(one => one.replace(':', '-'))
      const manifests = `http://${registry.host}/v2/acme/churn-${count}/manifests`
      const type = 'application/vnd.oci.image.manifest.v1+json'
      const theirs = await fetch(`${manifests}/${from}.sig`, { headers: { accept: type } })
      const body = await theirs.text()
      await fetch(`${manifests}/${to}.sig`, { method: 'PUT', headers: { 'content-type': type }, body })
      const made = opened.release(1, { image: { name, digest: other } })

      expect(await opened.promote([made])).toEqual([
        expect.stringContaining('a signature by this key is there, and it is of another digest'),
      ])
    })

    it('about which the key has only attested something waits', async () => {
      const { opened, name, digest, made } = await scene()
      const predicate = join(folder, 'predicate.json')
      execFileSync('sh', ['-c', `echo '{"builder":{"id":"x"},"buildType":"y"}' > ${predicate}`])
      const how = ['--tlog-upload=false', '--use-signing-config=false', '--allow-http-registry']
      const what = ['--type', 'slsaprovenance', '--predicate', predicate, ...NEW]
      cosign('attest', '--yes', '--key', `${program}/own.key`, ...how, ...what, `${name}@${digest}`)

      expect(await opened.promote([made])).toEqual([
        expect.stringContaining('what this key signed says something else than that the image is signed'),
      ])
    })
  },
)

describe('a key or a registry that cannot be read', () => {
  const config = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
policy: { signed: { key: keys/release.pub } }
environments:
  staging: { merge: auto }
`
  const IN_PRODUCTION = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: ['127.0.0.1:1/acme/', registry.example/acme/] }
environments:
  staging: { merge: auto }
  production: { after: staging, policy: { signed: { key: keys/release.pub } } }
`
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const secret = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  /** Nobody listens on it. */
  const image = { name: '127.0.0.1:1/acme/churn', digest: `sha256:${'1'.repeat(64)}` }

  it.each([
    ['a key that is not there', undefined, 'the key keys/release.pub is not in the deploy repository'],
    ['a private key', secret, 'keys/release.pub holds no public key (PEM, ECDSA on P-256 or Ed25519)'],
    ['a registry that does not answer', pem, '127.0.0.1:1: '],
  ])('keeps the release out: %s', async (_, text, why) => {
    const scene = await deploys.onGit(config)
    if (text !== undefined) await scene.place.push('main', { 'keys/release.pub': text })
    const [told, ...others] = await scene.promote([scene.release(1, { image })])

    expect(told).toContain(`nobody can tell whether it is signed: ${why}`)
    expect(others).toEqual([])
    expect(await scene.serving('staging')).toBeUndefined()
  })

  it('is said by verify before the release comes so far, and is no success', async () => {
    const scene = await deploys.onGit(IN_PRODUCTION)
    await scene.promote([scene.release(1, { image })])

    const verified = await verify(scene)
    expect(verified).toMatchObject({
      exitCode: 1,
      text: `❓ ${scene.model} 2026-05-01-0000001 for production: nobody can tell whether it is signed: the key keys/release.pub is not in the deploy repository`,
      json: { signed: [{ environment: 'production', state: 'unknown' }] },
    })
    await expect(verify(scene, '2026-05-09-0000009')).rejects.toMatchObject({ code: 'RELEASE_UNKNOWN' })
  })

  it('is no success either where nobody asks for a signature', async () => {
    const scene = await deploys.onGit(IN_PRODUCTION.replace(/ policy: .*/, ' soak: 1h }'))
    await scene.promote([scene.release(1, { image })])

    await expect(verify(scene)).rejects.toMatchObject({ code: 'POLICY_MISSING' })
  })
})
