import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import * as z from 'zod'

/**
 * Signatures of images by a key, in both forms that cosign writes them: a payload of "simple signing" with the signature beside it,
 * and a bundle of Sigstore with a statement of in-toto in a DSSE envelope. Anything else is no signature, whoever made it.
 */

export type SignatureFound = SignatureLayer & { bytes: Uint8Array }

/** Where a signature lies. `simple`: the signature itself, in base64, stands beside the payload. */
export type SignatureLayer = { digest: string } & ({ kind: 'simple'; signature: string } | { kind: 'bundle' })

/** What was found of an image's signatures. */
export interface FoundSignatures {
  found: readonly SignatureFound[]
  /** Whether there are no more than those. */
  isAll: boolean
}

/** Whether an image is signed by a key: `unknown` is not signed, and may be with another look. */
export type Signed = { state: 'signed' } | { state: 'unsigned' | 'unknown'; why: string }

/** Media types of what holds a signature, in the manifest that names it. */
export const SIGNATURE_TYPES = {
  simple: 'application/vnd.dev.cosign.simplesigning.v1+json',
  bundle: 'application/vnd.dev.sigstore.bundle.v0.3+json',
} as const

/** The tag of an image's signatures of simple signing. */
export function signatureTag(digest: string): string {
  return `${digest.replace(':', '-')}.sig`
}

/** What a manifest holds of signatures; of any other, or of bytes that are none, nothing. */
export function signatureLayers(manifest: Uint8Array): SignatureLayer[] {
  return (parsed(Manifest, manifest)?.layers ?? []).flatMap(
    ({ mediaType, digest, annotations }): SignatureLayer[] => {
      if (mediaType === SIGNATURE_TYPES.bundle) return [{ kind: 'bundle', digest }]
      const signature = annotations?.[ANNOTATION]
      const isSimple = mediaType === SIGNATURE_TYPES.simple && signature !== undefined
      return isSimple ? [{ kind: 'simple', digest, signature }] : []
    },
  )
}

/**
 * A public key as `cosign generate-key-pair` writes it: PEM, ECDSA on P-256. With a key of Ed25519 cosign signs a hash (Ed25519ph, RFC
 * 8032), which Node cannot check.
 *
 * @returns undefined where the text is none, such as a private key
 */
export function parsePublicKey(text: string): KeyObject | undefined {
  const pem = text.trim()
  if (!PUBLIC_KEY.test(pem)) return undefined
  try {
    const key = createPublicKey({ key: pem, format: 'pem', type: 'spki' })
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined
  } catch {
    return undefined
  }
}

/** Whether one of the signatures is by the key and of the image with this digest. Where none is, why: the most telling of all. */
export function judgeSignatures({ found, isAll }: FoundSignatures, key: KeyObject, digest: string): Signed {
  const faults = found.map(one => faultOf(one, key, digest))
  if (faults.includes(undefined)) return { state: 'signed' }
  if (!isAll)
    return { state: 'unknown', why: 'it has more signatures than are read, and none of those read is good' }
  const worst = FAULTS.find(fault => faults.includes(fault))
  return { state: 'unsigned', why: WORDS[worst ?? 'none'] }
}

// --- internal ---

/** Nothing but one public key: of a private one a public one could be made, and it has no place in a repository. */
const PUBLIC_KEY = /^-----BEGIN PUBLIC KEY-----\r?\n[A-Za-z0-9+/=\r\n]+-----END PUBLIC KEY-----$/

/** What is wrong with a signature; the most telling first. */
const FAULTS = ['digest', 'type', 'payload', 'key', 'unreadable'] as const
type Fault = (typeof FAULTS)[number]

const WORDS: Record<Fault | 'none', string> = {
  digest: 'a signature by this key is there, and it is of another digest',
  type: 'what this key signed says something else than that the image is signed',
  payload: 'what this key signed cannot be read',
  key: 'its signatures are by another key',
  unreadable: 'what is there in place of a signature cannot be read',
  none: 'it has no signature',
}

const PAYLOAD_TYPE = 'application/vnd.in-toto+json'
const STATEMENTS = ['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1']
const PREDICATE = 'https://sigstore.dev/cosign/sign/v1'
const SIMPLE = 'cosign container image signature'

const ANNOTATION = 'dev.cosignproject.cosign/signature'

const Manifest = z.object({
  layers: z.array(
    z.object({
      mediaType: z.string(),
      digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
      annotations: z.record(z.string(), z.string()).optional(),
    }),
  ),
})

const Simple = z.object({
  critical: z.object({
    type: z.string(),
    image: z.object({ 'docker-manifest-digest': z.string() }),
  }),
})

const Base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/)

const Bundle = z.object({
  mediaType: z.literal(SIGNATURE_TYPES.bundle),
  dsseEnvelope: z.object({
    payload: Base64,
    payloadType: z.string(),
    signatures: z
      .array(z.object({ sig: Base64 }))
      .min(1)
      .max(20),
  }),
})

const Statement = z.object({
  _type: z.string(),
  predicateType: z.string(),
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })).min(1),
})

/** What is wrong with it; undefined: nothing. What is in a payload is believed once its signature is good, and never before. */
function faultOf(one: SignatureFound, key: KeyObject, digest: string): Fault | undefined {
  switch (one.kind) {
    case 'simple':
      return faultOfSimple(one, key, digest)
    case 'bundle':
      return faultOfBundle(one.bytes, key, digest)
  }
}

function faultOfSimple(
  { bytes: payload, signature }: Extract<SignatureFound, { kind: 'simple' }>,
  key: KeyObject,
  digest: string,
): Fault | undefined {
  if (!Base64.safeParse(signature).success) return 'unreadable'
  if (!isBy(key, payload, signature)) return 'key'
  const said = parsed(Simple, payload)
  if (!said) return 'payload'
  const { type, image } = said.critical
  if (type !== SIMPLE) return 'type'
  return image['docker-manifest-digest'] === digest ? undefined : 'digest'
}

function faultOfBundle(bytes: Uint8Array, key: KeyObject, digest: string): Fault | undefined {
  const envelope = parsed(Bundle, bytes)?.dsseEnvelope
  if (!envelope) return 'unreadable'
  const payload = Buffer.from(envelope.payload, 'base64')
  const signed = preAuthentication(envelope.payloadType, payload)
  if (!envelope.signatures.some(({ sig }) => isBy(key, signed, sig))) return 'key'
  if (envelope.payloadType !== PAYLOAD_TYPE) return 'type'
  const statement = parsed(Statement, payload)
  if (!statement) return 'payload'
  if (!STATEMENTS.includes(statement._type) || statement.predicateType !== PREDICATE) return 'type'
  // One of several would be enough for in-toto; a signature of an image is of that image alone.
  const [subject, ...others] = statement.subject
  return others.length === 0 && subject?.digest.sha256 === digest.replace('sha256:', '')
    ? undefined
    : 'digest'
}

/** What is signed of a DSSE envelope (secure-systems-lab/dsse, protocol.md, "PAE"). */
function preAuthentication(type: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `
  return Buffer.concat([Buffer.from(head), payload])
}

function isBy(key: KeyObject, signed: Uint8Array, signature: string): boolean {
  return verify('sha256', signed, key, Buffer.from(signature, 'base64'))
}

function parsed<T>(schema: z.ZodType<T>, bytes: Uint8Array): T | undefined {
  try {
    return schema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))).data
  } catch {
    return undefined
  }
}
