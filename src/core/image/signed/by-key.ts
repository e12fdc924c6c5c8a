import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import * as z from 'zod'
import {
  type FoundSignatures,
  parsedAs,
  SIGNATURE_TYPES,
  type SignatureFound,
  type Signed,
} from '../signature.ts'
import { COSIGN_SIGN, type ContentFault, faultOfSimple, faultOfStatement } from './content.ts'

/** Signatures of images by a key. */

/**
 * A public key as `cosign generate-key-pair` writes it (PEM, ECDSA on P-256), or one of Ed25519.
 *
 * @returns undefined where the text is none, such as a private key
 */
export function parsePublicKey(text: string): KeyObject | undefined {
  const pem = text.trim()
  if (!PUBLIC_KEY.test(pem)) return undefined
  try {
    const key = createPublicKey({ key: pem, format: 'pem', type: 'spki' })
    const isTaken =
      key.asymmetricKeyType === 'ed25519' || key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
    return isTaken ? key : undefined
  } catch {
    return undefined
  }
}

/** Whether one of the signatures is by the key and of the image with this digest. Where none is, why: the most telling of all. */
export async function judgeByKey(
  { found, isAll }: FoundSignatures,
  key: KeyObject,
  digest: string,
): Promise<Signed> {
  const isBy = await checkOf(key)
  const faults = found.map(one => faultOf(one, isBy, digest))
  if (faults.includes(undefined)) return { state: 'signed' }
  if (!isAll) return { state: 'unknown', why: NOT_ALL }
  const worst = FAULTS.find(fault => faults.includes(fault))
  return { state: 'unsigned', why: WORDS[worst ?? 'none'] }
}

export const NOT_ALL = 'it has more signatures than are read, and none of those read is good'

// --- internal ---

/** Nothing but one public key: of a private one a public one could be made, and it has no place in a repository. */
const PUBLIC_KEY = /^-----BEGIN PUBLIC KEY-----\r?\n[A-Za-z0-9+/=\r\n]+-----END PUBLIC KEY-----$/

/** What is wrong with a signature; the most telling first. */
const FAULTS = ['digest', 'type', 'payload', 'key', 'unreadable'] as const satisfies (
  | ContentFault
  | 'key'
  | 'unreadable'
)[]
type Fault = (typeof FAULTS)[number]

const WORDS: Record<Fault | 'none', string> = {
  digest: 'a signature by this key is there, and it is of another digest',
  type: 'what this key signed says something else than that the image is signed',
  payload: 'what this key signed cannot be read',
  key: 'its signatures are by another key',
  unreadable: 'what is there in place of a signature cannot be read',
  none: 'it has no signature',
}

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

/** Whether a signature, in base64, is by a key and of these bytes. */
type IsBy = (signed: Uint8Array, signature: string) => boolean

/** With a key of Ed25519 cosign signs the hash of an image's payload (Ed25519ph, RFC 8032), which Node cannot check; others sign the payload itself. */
async function checkOf(key: KeyObject): Promise<IsBy> {
  if (key.asymmetricKeyType !== 'ed25519')
    return (signed, signature) => verify('sha256', signed, key, Buffer.from(signature, 'base64'))
  const { ed25519ph } = await import('@noble/curves/ed25519.js')
  const point = Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url')
  return (signed, signature) => {
    const bytes = Buffer.from(signature, 'base64')
    if (bytes.length !== ED25519_BYTES) return false
    return verify(null, signed, key, bytes) || ed25519ph.verify(bytes, signed, point, { zip215: false })
  }
}

const ED25519_BYTES = 64

function faultOf(one: SignatureFound, isBy: IsBy, digest: string): Fault | undefined {
  switch (one.kind) {
    case 'simple':
      if (!Base64.safeParse(one.signature).success) return 'unreadable'
      return isBy(one.bytes, one.signature) ? faultOfSimple(one.bytes, digest) : 'key'
    case 'bundle':
      return faultOfBundle(one.bytes, isBy, digest)
  }
}

function faultOfBundle(bytes: Uint8Array, isBy: IsBy, digest: string): Fault | undefined {
  const envelope = parsedAs(Bundle, bytes)?.dsseEnvelope
  if (!envelope) return 'unreadable'
  const { payloadType } = envelope
  const payload = Buffer.from(envelope.payload, 'base64')
  const signed = preAuthentication(payloadType, payload)
  if (!envelope.signatures.some(({ sig }) => isBy(signed, sig))) return 'key'
  return faultOfStatement({ payloadType, payload }, digest, { [COSIGN_SIGN]: 'alone' })
}

/** What is signed of a DSSE envelope (secure-systems-lab/dsse, protocol.md, "PAE"). */
function preAuthentication(type: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `
  return Buffer.concat([Buffer.from(head), payload])
}
