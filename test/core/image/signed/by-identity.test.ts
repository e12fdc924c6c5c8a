import { generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type SignatureFound, signatureLayers } from '../../../../src/core/image/signature.ts'
import { judgeByIdentity } from '../../../../src/core/image/signed/by-identity.ts'
import { readTrustRoot } from '../../../../src/core/image/signed/trust-root.ts'
import { cases } from '../../../support/rounds.ts'
import { type How, ISSUER, makeSigstore, SUBJECT, type TestSigstore } from '../../../support/sigstore.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const OTHER = `sha256:${'b'.repeat(64)}`
const SIGNED = { state: 'signed' }
const IDENTITY = { issuer: ISSUER, subject: SUBJECT }
const PROVENANCE = 'https://slsa.dev/provenance/v1'

let own: TestSigstore
let stranger: TestSigstore
beforeAll(async () => {
  own = await makeSigstore()
  stranger = await makeSigstore()
})

const statement = (digests: string[] = [DIGEST], predicateType = 'https://sigstore.dev/cosign/sign/v1') =>
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: digests.map(one => ({ digest: { sha256: one.slice(7) } })),
    predicateType,
    predicate: {},
  })

const simplePayload = (digest = DIGEST) =>
  JSON.stringify({
    critical: {
      identity: { 'docker-reference': '' },
      image: { 'docker-manifest-digest': digest },
      type: 'cosign container image signature',
    },
    optional: null,
  })

const found = (bundle: object): SignatureFound => ({
  kind: 'bundle',
  digest: DIGEST,
  bytes: Buffer.from(JSON.stringify(bundle)),
})

/** A signature of simple signing, as it is read from the manifest that names it. */
async function simple(payload = simplePayload(), how: How = {}, by = own): Promise<SignatureFound> {
  const { annotations } = await by.simple(payload, how)
  const mediaType = 'application/vnd.dev.cosign.simplesigning.v1+json'
  const manifest = { layers: [{ mediaType, digest: DIGEST, size: 2, annotations }] }
  const [layer] = signatureLayers(Buffer.from(JSON.stringify(manifest)))
  return { ...layer!, bytes: Buffer.from(payload) }
}

const bundle = async (how: How = {}, payload = statement(), by = own) => found(await by.bundle(payload, how))

async function judged(
  one: SignatureFound | SignatureFound[],
  { identity = IDENTITY, root = own.trustRoot(), isAll = true } = {},
) {
  const trust = await readTrustRoot(root)
  return judgeByIdentity({ found: [one].flat(), isAll }, { identity, root: trust! }, DIGEST)
}

/** Why it is not signed. */
async function why(...how: Parameters<typeof judged>): Promise<string> {
  const said = await judged(...how)
  expect(said.state).toBe('unsigned')
  return 'why' in said ? said.why : ''
}

describe('a signature by an identity', () => {
  it('is good as a bundle, as simple signing, and as a statement of who built it, of several images too', async () => {
    expect(await judged(await bundle())).toEqual(SIGNED)
    expect(await judged(await simple())).toEqual(SIGNED)
    expect(await judged(await bundle({}, statement([OTHER, DIGEST], PROVENANCE)))).toEqual(SIGNED)
  })

  it('is good with a timestamp, where the log does not say when, and where the trust root names no log', async () => {
    const stamped = await bundle({ promised: false, stamped: true })
    const unlogged = await bundle({ logged: false, stamped: true })
    const isPrivate = { root: own.trustRoot(['tlogs']) }

    expect(await judged(stamped)).toEqual(SIGNED)
    expect(await judged(unlogged, isPrivate)).toEqual(SIGNED)
    expect(await judged(await simple(undefined, { logged: false, stamped: true }), isPrivate)).toEqual(SIGNED)
  })

  it('is good beside whatever is none', async () => {
    const others = [found({}), await bundle({ subject: 'https://x.example' })]
    expect(await judged([...others, await bundle()])).toEqual(SIGNED)
  })

  it('is unknown, where there are more than were read', async () => {
    expect(await judged([], { isAll: false })).toMatchObject({ state: 'unknown' })
  })
})

describe('the identity is taken letter by letter', () => {
  it.each([
    ['a prefix', SUBJECT.slice(0, -1)],
    ['more at the end', `${SUBJECT}2`],
    ['more at the beginning', `x${SUBJECT}`],
    ['another case', SUBJECT.replace('acme', 'Acme')],
    ['a point for any letter', SUBJECT.replace('release.yml', 'releaseXyml')],
    ['what would be a pattern of all', '.'],
  ])('in the subject: %s is none', async (_, subject) => {
    expect(await why(await bundle(), { identity: { issuer: ISSUER, subject } })).toBe(
      `it is signed by another identity: ${SUBJECT}`,
    )
    if (subject.startsWith('https:'))
      expect(await why(await bundle({ subject }))).toBe(`it is signed by another identity: ${subject}`)
  })

  it.each([
    ['a prefix', ISSUER.slice(0, -1)],
    ['more at the end', `${ISSUER}.evil.example`],
    ['another case', ISSUER.toUpperCase()],
    ['another', 'https://accounts.google.com'],
  ])('in the issuer: %s is none', async (_, issuer) => {
    expect(await why(await bundle({ issuer }))).toBe(`another issuer vouches for who signed it: ${issuer}`)
    expect(await why(await simple(undefined, { issuer }))).toContain('another issuer')
  })

  it('where a letter of another alphabet stands for one of ours', async () => {
    // Its bytes without their highest bits are those of `-1`, and the library drops those bits.
    const subject = SUBJECT.replace('main', 'rel-1')
    const posing = SUBJECT.replace('main', `re${Buffer.from([0xec, 0xad, 0xb1]).toString('latin1')}`)
    expect(await why(await bundle({ subject: posing }), { identity: { issuer: ISSUER, subject } })).toContain(
      'another identity',
    )
  })
})

describe('what is no signature by the identity', () => {
  const isOther = 'a signature by this identity is there, and it is of another digest'
  const saysElse =
    'what this identity signed says something else than that the image is signed or who built it'
  const unreadable = 'what is there in place of a signature cannot be read'

  it.each<[string, () => Promise<SignatureFound[]>, string]>([
    ['nothing', async () => [], 'it has no signature'],
    ['a bundle of another image', async () => [await bundle({}, statement([OTHER]))], isOther],
    [
      'a bundle of this image and another',
      async () => [await bundle({}, statement([DIGEST, OTHER]))],
      isOther,
    ],
    ['simple signing of another image', async () => [await simple(simplePayload(OTHER))], isOther],
    ['who built another image', async () => [await bundle({}, statement([OTHER], PROVENANCE))], isOther],
    [
      'another statement',
      async () => [await bundle({}, statement([DIGEST], 'https://cosign.sigstore.dev/attestation/vuln/v1'))],
      saysElse,
    ],
    ['a payload of another type', async () => [await bundle({ payloadType: 'text/plain' })], saysElse],
    ['no statement', async () => [await bundle({}, '{}')], 'what this identity signed cannot be read'],
    [
      'one of another Sigstore',
      async () => [await bundle({}, statement(), stranger)],
      'its certificate is of no authority of the trust root, or in none of its logs',
    ],
    [
      'one that is in no log',
      async () => [await bundle({ logged: false, stamped: true })],
      'it is in no transparency log, and the trust root names one',
    ],
    [
      'simple signing that is in no log',
      async () => [await simple(undefined, { logged: false })],
      'it is in no transparency log, and the trust root names one',
    ],
    [
      'one of which nothing says when it was made',
      async () => [await bundle({ promised: false })],
      'nothing says when it was signed, and its certificate is good for minutes',
    ],
    ['one of a key', async () => [byKey()], 'it is signed by a key, and by no identity'],
    ['bytes', async () => [{ ...found({}), bytes: Buffer.from('{') }], unreadable],
    [
      'an object',
      async () => [found({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' })],
      unreadable,
    ],
  ])('is %s', async (_, make, words) => {
    expect(await why(await make())).toBe(words)
  })

  it('is one by a certificate that was over when it was logged, or when it was stamped', async () => {
    const late = await makeSigstore({ late: 11 })
    const root = { root: late.trustRoot() }
    const over = 'its certificate was not valid when it was signed'

    expect(await why(await bundle({}, statement(), late), root)).toBe(over)
    expect(await why(await bundle({ promised: false, stamped: true }, statement(), late), root)).toBe(over)
    expect(await why(await simple(undefined, {}, late), root)).toBe(over)
  })

  it('is one whose certificate is in no log, where the trust root names one for them', async () => {
    const unlisted = await makeSigstore({ listed: false })
    const one = await bundle({}, statement(), unlisted)

    expect(await why(one, { root: unlisted.trustRoot() })).toContain('in none of its logs')
    expect(await judged(one, { root: unlisted.trustRoot(['ctlogs']) })).toEqual(SIGNED)
  })

  it('is one whose log, timestamp or log of certificates is not of the trust root', async () => {
    const mixed = (name: 'tlogs' | 'ctlogs' | 'timestampAuthorities') =>
      JSON.stringify({ ...JSON.parse(own.trustRoot()), [name]: JSON.parse(stranger.trustRoot())[name] })

    expect(await why(await bundle(), { root: mixed('tlogs') })).toContain('the transparency log is not what')
    expect(await why(await bundle(), { root: mixed('ctlogs') })).toContain('in none of its logs')
    expect(
      await why(await bundle({ promised: false, stamped: true }), { root: mixed('timestampAuthorities') }),
    ).toBe('its timestamp is of no authority of the trust root')
  })

  it('is one with the statement, the certificate or the log entry of another', async () => {
    type Parts = { verificationMaterial: Record<string, unknown>; dsseEnvelope: Record<string, unknown> }
    const [a, b] = [
      (await own.bundle(statement())) as unknown as Parts,
      (await own.bundle(statement([OTHER]), { subject: `${SUBJECT}2` })) as unknown as Parts,
    ]
    const { payload } = a.dsseEnvelope
    const { certificate, tlogEntries } = a.verificationMaterial
    const taken = [
      { ...b, dsseEnvelope: { ...b.dsseEnvelope, payload } },
      { ...b, verificationMaterial: { ...b.verificationMaterial, certificate } },
      { ...b, verificationMaterial: { ...b.verificationMaterial, tlogEntries } },
      { ...b, dsseEnvelope: a.dsseEnvelope },
      {
        ...a,
        verificationMaterial: { ...a.verificationMaterial, certificate: b.verificationMaterial.certificate },
      },
    ]
    for (const one of taken) expect((await judged(found(one))).state).toBe('unsigned')
  })

  it('is one in which a single bit of what is signed, of its signature or of the log entry was changed', async () => {
    type Parts = {
      verificationMaterial: { tlogEntries: { canonicalizedBody: string }[] }
      dsseEnvelope: { payload: string; signatures: { sig: string }[] }
    }
    const text = JSON.stringify(await own.bundle(statement()))
    const payload = await simple()
    const turned = (bytes: Uint8Array, at: number) => {
      const changed = Uint8Array.from(bytes)
      const bit = at % (changed.length * 8)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      return Buffer.from(changed)
    }
    const inBase64 = (base64: string, at: number) =>
      turned(Buffer.from(base64, 'base64'), at).toString('base64')
    const changes: ((at: number) => SignatureFound)[] = [
      at => ({ ...payload, bytes: turned(payload.bytes, at) }),
      ...(['payload', 'sig', 'body'] as const).map(part => (at: number) => {
        const one = JSON.parse(text) as Parts
        const [entry] = one.verificationMaterial.tlogEntries
        const [signature] = one.dsseEnvelope.signatures
        if (part === 'payload') one.dsseEnvelope.payload = inBase64(one.dsseEnvelope.payload, at)
        if (part === 'sig') signature!.sig = inBase64(signature!.sig, at)
        if (part === 'body') entry!.canonicalizedBody = inBase64(entry!.canonicalizedBody, at)
        return found(one)
      }),
    ]
    const trust = { identity: IDENTITY, root: (await readTrustRoot(own.trustRoot()))! }
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...changes), fc.nat(), async (change, at) => {
        const said = await judgeByIdentity({ found: [change(at)], isAll: true }, trust, DIGEST)
        return said.state === 'unsigned'
      }),
      cases(200),
    )
  })
})

describe('a trust root', () => {
  it('is that of the public Sigstore, where none is named', async () => {
    const root = (await readTrustRoot())!
    const { certificateAuthorities, tlogs } = root.material

    expect([certificateAuthorities.length > 0, tlogs.length > 0]).toEqual([true, true])
    expect(
      await judgeByIdentity({ found: [await bundle()], isAll: true }, { identity: IDENTITY, root }, DIGEST),
    ).toMatchObject({ state: 'unsigned' })
  })

  it.each([
    ['nothing', () => ''],
    ['an empty object', () => '{}'],
    ['a list', () => '[]'],
    ['no authority', () => JSON.stringify({ ...JSON.parse(own.trustRoot()), certificateAuthorities: [] })],
    ['nobody who says when', () => own.trustRoot(['tlogs', 'timestampAuthorities'])],
    ['a key that is none', () => own.trustRoot().replace(/"rawBytes":"[^"]*"/, '"rawBytes":"AAAA"')],
  ])('is not %s', async (_, text) => {
    expect(await readTrustRoot(text())).toBeUndefined()
  })
})

// --- internal ---

/** A key in the place of a certificate. */
function byKey(): SignatureFound {
  const payload = statement()
  const type = 'application/vnd.in-toto+json'
  const pae = Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} ${payload}`)
  const sig = sign('sha256', pae, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  return found({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: 'x' }, tlogEntries: [] },
    dsseEnvelope: {
      payload: Buffer.from(payload).toString('base64'),
      payloadType: type,
      signatures: [{ sig: sig.toString('base64') }],
    },
  })
}
