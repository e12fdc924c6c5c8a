import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { ed25519ph } from '@noble/curves/ed25519.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SignatureFound, signatureLayers, signatureTag } from '../../../../src/core/image/signature.ts'
import { judgeByKey, parsePublicKey } from '../../../../src/core/image/signed/by-key.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const OTHER = `sha256:${'b'.repeat(64)}`
const PREDICATE = 'https://sigstore.dev/cosign/sign/v1'
const SIGNED = { state: 'signed' }

const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString()

function signed(bytes: Uint8Array, key: KeyObject): string {
  return sign('sha256', bytes, key).toString('base64')
}

/** A payload as cosign writes it, or what a test makes of it. */
const simplePayload = (digest: string, type = 'cosign container image signature') =>
  JSON.stringify({
    critical: { identity: { 'docker-reference': '' }, image: { 'docker-manifest-digest': digest }, type },
    optional: null,
  })

function simple(payload: string, key = own.privateKey): SignatureFound {
  const bytes = Buffer.from(payload)
  return { kind: 'simple', digest: DIGEST, bytes, signature: signed(bytes, key) }
}

const statement = (digest: string, changes: object = {}) =>
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { sha256: digest.slice(7) } }],
    predicateType: PREDICATE,
    predicate: {},
    ...changes,
  })

function bundle(
  payload: string,
  { key = own.privateKey, type = 'application/vnd.in-toto+json', changes = {} } = {},
): SignatureFound {
  const pae = Buffer.from(
    `DSSEv1 ${Buffer.byteLength(type)} ${type} ${Buffer.byteLength(payload)} ${payload}`,
  )
  const dsseEnvelope = {
    payload: Buffer.from(payload).toString('base64'),
    payloadType: type,
    signatures: [{ sig: signed(pae, key) }],
  }
  const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json'
  const bytes = Buffer.from(JSON.stringify({ mediaType, dsseEnvelope, ...changes }))
  return { kind: 'bundle', digest: DIGEST, bytes }
}

const judged = (found: SignatureFound[], key = own.publicKey, isAll = true) =>
  judgeByKey({ found, isAll }, parsePublicKey(pem(key))!, DIGEST)

describe('a signature', () => {
  it.each([
    ['simple signing', simple(simplePayload(DIGEST))],
    ['a bundle', bundle(statement(DIGEST))],
  ])('is good as %s, and by no other key', async (_, one) => {
    expect(await judged([one])).toEqual(SIGNED)
    expect(await judged([one], stranger.publicKey)).toMatchObject({
      state: 'unsigned',
      why: 'its signatures are by another key',
    })
  })
})

describe('a signature by a key of Ed25519', () => {
  const pair = generateKeyPairSync('ed25519')
  const secret = Buffer.from(pair.privateKey.export({ format: 'jwk' }).d!, 'base64url')
  const payload = Buffer.from(simplePayload(DIGEST))
  const of = (signature: Uint8Array, bytes = payload): SignatureFound[] => [
    { kind: 'simple', digest: DIGEST, bytes, signature: Buffer.from(signature).toString('base64') },
  ]

  it('is good of the payload, and of its hash as cosign makes it', async () => {
    expect(await judged(of(sign(null, payload, pair.privateKey)), pair.publicKey)).toEqual(SIGNED)
    expect(await judged(of(ed25519ph.sign(payload, secret)), pair.publicKey)).toEqual(SIGNED)
  })

  it.each<[string, SignatureFound[]]>([
    ['of another', of(sign(null, payload, generateKeyPairSync('ed25519').privateKey))],
    ['of another, of the hash', of(ed25519ph.sign(payload, ed25519ph.utils.randomSecretKey()))],
    ['of other bytes', of(ed25519ph.sign(payload, secret), Buffer.from(simplePayload(DIGEST, 'x')))],
    ['that is cut', of(ed25519ph.sign(payload, secret).subarray(1))],
    ['of ECDSA', of(sign('sha256', payload, own.privateKey))],
    ['of nothing but zeros', of(new Uint8Array(64))],
  ])('is none that is one %s', async (_, found) => {
    expect(await judged(found, pair.publicKey)).toEqual({
      state: 'unsigned',
      why: 'its signatures are by another key',
    })
  })
})

describe('what is no signature of the image', () => {
  const unreadable = 'what is there in place of a signature cannot be read'
  const isOther = 'a signature by this key is there, and it is of another digest'
  const saysElse = 'what this key signed says something else than that the image is signed'
  const isGarbage = 'what this key signed cannot be read'

  it.each<[string, SignatureFound[], string]>([
    ['nothing', [], 'it has no signature'],
    ['simple signing of another digest', [simple(simplePayload(OTHER))], isOther],
    ['a statement about another digest', [bundle(statement(OTHER))], isOther],
    [
      'a statement about this digest and another',
      [
        bundle(
          statement(DIGEST, { subject: [DIGEST, OTHER].map(one => ({ digest: { sha256: one.slice(7) } })) }),
        ),
      ],
      isOther,
    ],
    [
      'a statement that names it by another hash alone',
      [bundle(statement(DIGEST, { subject: [{ digest: { sha512: 'a'.repeat(64) } }] }))],
      isOther,
    ],
    ['MA-003: a payload that is no JSON', [bundle('{"subject":')], isGarbage],
    ['MA-003: a payload of simple signing that is no JSON', [simple('sha256:aaa')], isGarbage],
    [
      'MA-003: an attestation of something else',
      [bundle(statement(DIGEST, { predicateType: 'https://slsa.dev/provenance/v1' }))],
      saysElse,
    ],
    [
      'another kind of statement',
      [bundle(statement(DIGEST, { _type: 'https://example.com/Statement' }))],
      saysElse,
    ],
    ['a payload of another type', [bundle(statement(DIGEST), { type: 'application/json' })], saysElse],
    [
      'simple signing of another type',
      [simple(simplePayload(DIGEST, 'atomic container signature'))],
      saysElse,
    ],
    [
      'a bundle of another version',
      [bundle(statement(DIGEST), { changes: { mediaType: 'application/vnd.dev.sigstore.bundle.v9+json' } })],
      unreadable,
    ],
    [
      'a bundle without an envelope',
      [bundle(statement(DIGEST), { changes: { dsseEnvelope: undefined } })],
      unreadable,
    ],
    [
      'an envelope that nobody signed',
      [
        bundle(statement(DIGEST), {
          changes: {
            dsseEnvelope: { payload: 'e30=', payloadType: 'application/vnd.in-toto+json', signatures: [] },
          },
        }),
      ],
      unreadable,
    ],
  ])('is %s', async (_, found, why) => {
    expect(await judged(found)).toEqual({ state: 'unsigned', why })
  })

  it('is one of another key, whose certificate or hint in the bundle says what it likes (MA-002)', async () => {
    const { publicKey } = stranger
    const verificationMaterial = { publicKey: { hint: pem(own.publicKey), rawBytes: pem(publicKey) } }
    const one = bundle(statement(DIGEST), { key: stranger.privateKey, changes: { verificationMaterial } })

    expect(await judged([one])).toEqual({ state: 'unsigned', why: 'its signatures are by another key' })
  })

  it('hides no good one beside it', async () => {
    expect(await judged([simple('{'), bundle(statement(OTHER)), bundle(statement(DIGEST))])).toEqual(SIGNED)
  })

  it('is unknown, where there are more than were read', async () => {
    expect(await judged([simple(simplePayload(OTHER))], own.publicKey, false)).toMatchObject({
      state: 'unknown',
    })
    expect(await judged([simple(simplePayload(DIGEST))], own.publicKey, false)).toEqual(SIGNED)
  })

  it('is whatever bytes stand there, and one in which a single bit was changed', async () => {
    const good = [simple(simplePayload(DIGEST)), bundle(statement(DIGEST))]
    const kinds = fc.constantFrom<{ kind: 'simple'; signature: string } | { kind: 'bundle' }>(
      { kind: 'simple', signature: '' },
      { kind: 'simple', signature: 'AAAA' },
      { kind: 'bundle' },
    )
    await fc.assert(
      fc.asyncProperty(
        kinds,
        fc.oneof(
          fc.uint8Array(),
          fc.json().map(text => Buffer.from(text)),
        ),
        async (kind, bytes) => (await judged([{ ...kind, digest: DIGEST, bytes }])).state === 'unsigned',
      ),
    )
    const [payload] = good
    await fc.assert(
      fc.asyncProperty(fc.nat(payload!.bytes.length * 8 - 1), async bit => {
        const bytes = Uint8Array.from(payload!.bytes)
        bytes[bit >> 3]! ^= 1 << (bit & 7)
        return (await judged([{ ...payload!, bytes }])).state === 'unsigned'
      }),
    )
  })
})

describe('a public key', () => {
  it('is read with whatever ends its lines', () => {
    for (const text of [pem(own.publicKey), `\n${pem(own.publicKey).replaceAll('\n', '\r\n')}\n`])
      expect(parsePublicKey(text)?.asymmetricKeyType).toBe('ec')
  })

  it.each([
    ['nothing', ''],
    ['words', 'ssh-ed25519 AAAA kim'],
    ['a private key', own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['two keys', pem(own.publicKey) + pem(stranger.publicKey)],
    ['a key of Ed448', pem(generateKeyPairSync('ed448').publicKey)],
    ['a key of RSA', pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)],
    ['a key on another curve', pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)],
    ['a key that is cut', pem(own.publicKey).replace(/.{20}\n-----END/, '\n-----END')],
  ])('is not %s', (_, text) => {
    expect(parsePublicKey(text)).toBeUndefined()
  })
})

describe('what a manifest holds of signatures', () => {
  const digest = DIGEST
  const layer = { mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json', digest, size: 2 }
  const layersOf = (...layers: object[]) => signatureLayers(Buffer.from(JSON.stringify({ layers })))

  it('is its layers of both kinds, and no other', () => {
    const annotations = { 'dev.cosignproject.cosign/signature': 'AAAA' }
    const other = { ...layer, mediaType: 'application/vnd.oci.image.layer.v1.tar' }
    const both = { ...layer, mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }

    expect(layersOf({ ...layer, annotations }, other, layer, both)).toEqual([
      { kind: 'simple', digest, signature: 'AAAA' },
      { kind: 'bundle', digest },
    ])
    expect(layersOf({ ...both, digest: '../../blobs' })).toEqual([])
  })

  it('is nothing of bytes that are none', () => {
    fc.assert(fc.property(fc.uint8Array(), bytes => signatureLayers(bytes).length === 0))
  })

  it('lies under a tag of its digest', () => {
    expect(signatureTag(DIGEST)).toBe(`sha256-${'a'.repeat(64)}.sig`)
  })
})
