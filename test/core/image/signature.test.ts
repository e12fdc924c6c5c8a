import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  judgeSignatures,
  parsePublicKey,
  type SignatureFound,
  signatureLayers,
  signatureTag,
} from '../../../src/core/image/signature.ts'

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
  judgeSignatures({ found, isAll }, parsePublicKey(pem(key))!, DIGEST)

describe('a signature', () => {
  it.each([
    ['simple signing', simple(simplePayload(DIGEST))],
    ['a bundle', bundle(statement(DIGEST))],
  ])('is good as %s, and by no other key', (_, one) => {
    expect(judged([one])).toEqual(SIGNED)
    expect(judged([one], stranger.publicKey)).toMatchObject({
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
  ])('is %s', (_, found, why) => {
    expect(judged(found)).toEqual({ state: 'unsigned', why })
  })

  it('is one of another key, whose certificate or hint in the bundle says what it likes (MA-002)', () => {
    const { publicKey } = stranger
    const verificationMaterial = { publicKey: { hint: pem(own.publicKey), rawBytes: pem(publicKey) } }
    const one = bundle(statement(DIGEST), { key: stranger.privateKey, changes: { verificationMaterial } })

    expect(judged([one])).toEqual({ state: 'unsigned', why: 'its signatures are by another key' })
  })

  it('hides no good one beside it', () => {
    expect(judged([simple('{'), bundle(statement(OTHER)), bundle(statement(DIGEST))])).toEqual(SIGNED)
  })

  it('is unknown, where there are more than were read', () => {
    expect(judged([simple(simplePayload(OTHER))], own.publicKey, false).state).toBe('unknown')
    expect(judged([simple(simplePayload(DIGEST))], own.publicKey, false)).toEqual(SIGNED)
  })

  it('is whatever bytes stand there, and one in which a single bit was changed', () => {
    const good = [simple(simplePayload(DIGEST)), bundle(statement(DIGEST))]
    const kinds = fc.constantFrom<{ kind: 'simple'; signature: string } | { kind: 'bundle' }>(
      { kind: 'simple', signature: '' },
      { kind: 'simple', signature: 'AAAA' },
      { kind: 'bundle' },
    )
    fc.assert(
      fc.property(
        kinds,
        fc.oneof(
          fc.uint8Array(),
          fc.json().map(text => Buffer.from(text)),
        ),
        (kind, bytes) => judged([{ ...kind, digest: DIGEST, bytes }]).state === 'unsigned',
      ),
    )
    const [payload] = good
    fc.assert(
      fc.property(fc.nat(payload!.bytes.length * 8 - 1), bit => {
        const bytes = Uint8Array.from(payload!.bytes)
        bytes[bit >> 3]! ^= 1 << (bit & 7)
        return judged([{ ...payload!, bytes }]).state === 'unsigned'
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
    ['a key of Ed25519', pem(generateKeyPairSync('ed25519').publicKey)],
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
