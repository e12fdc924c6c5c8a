import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run as runVerify } from '../../src/commands/verify.ts'
import { testFolder } from '../support/git-repository.ts'
import {
  type PushedSignature,
  type RegistryProgram,
  startRegistry,
  type TestRegistry,
} from '../support/registry.ts'
import { type How, ISSUER, makeSigstore, SUBJECT, type TestSigstore } from '../support/sigstore.ts'
import { missing } from '../support/tools.ts'
import { type DeployScene, useDeploys } from './deploys.ts'

/** `policy: { signed: { by } }`: what a Sigstore of the tests signs, in a registry, and cosign's own word on the same. */

const deploys = useDeploys()
const { folder, remove } = testFolder()
afterAll(remove)

let sigstore: TestSigstore
let registry: TestRegistry
let count = 0
beforeAll(async () => {
  sigstore = await makeSigstore()
  registry = await startRegistry({ program: 'docker-registry' satisfies RegistryProgram })
})
afterAll(() => registry.stop())

const configOf = (trustRoot = ', trust_root: keys/trusted_root.json') =>
  `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: ['${registry.host}/acme/', registry.example/acme/] }
policy:
  signed: { by: { issuer: "${ISSUER}", subject: "${SUBJECT}"${trustRoot} } }
environments:
  staging: { merge: auto }
`

/** A deploy repository with the trust root, an image that nobody has signed yet, and a release of it. */
async function scene(config = configOf(), root: string | null = sigstore.trustRoot()) {
  const opened = await deploys.onGit(config)
  if (root !== null) await opened.place.push('main', { 'keys/trusted_root.json': root })
  const repository = `acme/by-${++count}`
  const name = `${registry.host}/${repository}`
  const digest = await registry.push(repository, 'v1')
  const made = opened.release(1, { image: { name, digest } })
  const sign = async (form: PushedSignature['form'], how?: How, of = digest) =>
    registry.sign(repository, digest, await signatureOf(form, of, how))
  return { opened, name, digest, made, sign }
}

async function signatureOf(
  form: PushedSignature['form'],
  digest: string,
  how?: How,
): Promise<PushedSignature> {
  if (form === 'subject') {
    const content = JSON.stringify(
      await sigstore.bundle(
        JSON.stringify({
          _type: 'https://in-toto.io/Statement/v1',
          subject: [{ digest: { sha256: digest.slice(7) } }],
          predicateType: 'https://sigstore.dev/cosign/sign/v1',
          predicate: {},
        }),
        how,
      ),
    )
    return { form, content }
  }
  const content = JSON.stringify({
    critical: {
      identity: { 'docker-reference': 'acme/churn' },
      image: { 'docker-manifest-digest': digest },
      type: 'cosign container image signature',
    },
    optional: null,
  })
  return { form, content, annotations: (await sigstore.simple(content, how)).annotations }
}

function verify({ context, model, place }: DeployScene) {
  return runVerify(context, {
    config: 'assay.yml',
    model,
    environment: undefined,
    timeout: 1,
    'no-wait': true,
    release: '2026-05-01-0000001',
    'deploy-repo': 'octo/deploy',
    'deploy-branch': place.base,
    'dry-run': false,
  })
}

/** Whether cosign takes it, with the same trust root and without a server of Sigstore. */
function cosignTakes(image: string, form: PushedSignature['form']): boolean {
  const root = join(folder, 'trusted_root.json')
  writeFileSync(root, sigstore.trustRoot())
  const identity = ['--certificate-identity', SUBJECT, '--certificate-oidc-issuer', ISSUER]
  const how = ['--trusted-root', root, '--allow-http-registry', `--new-bundle-format=${form === 'subject'}`]
  try {
    execFileSync('cosign', ['verify', ...identity, ...how, image], {
      cwd: folder,
      env: { ...process.env, HOME: folder, HTTPS_PROXY: 'http://127.0.0.1:1' },
      stdio: 'pipe',
    })
    return true
  } catch (error) {
    lastWords = `${(error as { stderr?: Buffer }).stderr ?? error}`
    return false
  }
}
let lastWords = ''

describe.skipIf(missing('cosign', 'version')).each<[string, PushedSignature['form']]>([
  ['a bundle', 'subject'],
  ['simple signing', 'tag'],
])('an image with %s', (_, form) => {
  it('of the identity enters, verify says so, and cosign takes it too', async () => {
    const { opened, name, digest, made, sign } = await scene()
    expect(await opened.promote([made])).toEqual([
      'staging: waits, not signed as `policy` asks: it has no signature',
    ])
    await sign(form)

    expect(cosignTakes(`${name}@${digest}`, form), lastWords).toBe(true)
    expect(await opened.promote([made])).toEqual([expect.stringContaining('merged')])
    const verified = await verify(opened)
    expect(verified.text).toBe(
      `✅ ${opened.model} 2026-05-01-0000001 for staging: signed: by ${SUBJECT}, whom ${ISSUER} vouches for`,
    )
    expect(verified.exitCode).toBe(0)
  })

  it.each<[string, How | undefined, string]>([
    ['another subject', { subject: `${SUBJECT}2` }, `it is signed by another identity: ${SUBJECT}2`],
    ['another issuer', { issuer: `${ISSUER}.x` }, 'another issuer vouches for who signed it'],
    ['no entry in a log', { logged: false, stamped: true }, 'it is in no transparency log'],
  ])('of %s waits, and cosign does not take it either', async (_, how, why) => {
    const { opened, name, digest, made, sign } = await scene()
    await sign(form, how)

    expect(cosignTakes(`${name}@${digest}`, form)).toBe(false)
    expect(await opened.promote([made])).toEqual([expect.stringContaining(why)])
    expect(await opened.serving('staging')).toBeUndefined()
  })

  it('of another image waits, and cosign does not take it either', async () => {
    const { opened, name, digest, made, sign } = await scene()
    await sign(form, {}, `sha256:${'1'.repeat(64)}`)

    expect(cosignTakes(`${name}@${digest}`, form)).toBe(false)
    expect(await opened.promote([made])).toEqual([
      expect.stringContaining('a signature by this identity is there, and it is of another digest'),
    ])
  })
})

describe('a trust root', () => {
  it.each<[string, string, string | null, string]>([
    [
      'that is not there keeps the release out',
      ', trust_root: keys/trusted_root.json',
      null,
      'nobody can tell whether it is signed: the trust root keys/trusted_root.json is not in the deploy repository',
    ],
    [
      'that is none keeps it out',
      ', trust_root: keys/trusted_root.json',
      '{}',
      'nobody can tell whether it is signed: keys/trusted_root.json holds no trust root of Sigstore',
    ],
    ['of the public Sigstore holds where none is named', '', '{}', 'its certificate is of no authority'],
  ])('%s', async (_, named, root, why) => {
    const { opened, made, sign } = await scene(configOf(named), root)
    await sign('subject')

    expect(await opened.promote([made])).toEqual([expect.stringContaining(why)])
  })
})
