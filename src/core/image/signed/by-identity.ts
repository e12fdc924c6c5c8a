import type { Bundle } from '@sigstore/bundle'
import type { Signer } from '@sigstore/verify'
import * as z from 'zod'
import { shortened, visible } from '../../text/visible-text.ts'
import { type FoundSignatures, parsedAs, type SignatureFound, type Signed } from '../signature.ts'
import { NOT_ALL } from './by-key.ts'
import {
  COSIGN_SIGN,
  type ContentFault,
  faultOfSimple,
  faultOfStatement,
  type Predicates,
} from './content.ts'
import { simpleBundle } from './simple-bundle.ts'
import type { TrustRoot } from './trust-root.ts'

/** Signatures of images without a key: by an identity that an issuer vouched for, in a certificate that lives for minutes. */
export interface Identity {
  /** Both the whole text, letter by letter. */
  issuer: string
  subject: string
}

/** Whether one of the signatures is by the identity and of the image with this digest. Where none is, why: the most telling of all. */
export async function judgeByIdentity(
  { found, isAll }: FoundSignatures,
  { identity, root }: { identity: Identity; root: TrustRoot },
  digest: string,
): Promise<Signed> {
  const judge = await judgeOf(root)
  const faults = found.map(one => judge(one, identity, digest))
  if (faults.includes(undefined)) return { state: 'signed' }
  if (!isAll) return { state: 'unknown', why: NOT_ALL }
  const known = faults.filter(fault => fault !== undefined)
  const [worst] = known.sort((a, b) => FAULTS.indexOf(a.kind) - FAULTS.indexOf(b.kind))
  return { state: 'unsigned', why: worst ? WORDS[worst.kind](worst.who ?? '') : 'it has no signature' }
}

// --- internal ---

/** What is wrong with a signature; the most telling first. */
const FAULTS = [
  'digest',
  'type',
  'payload',
  'subject',
  'issuer',
  'signature',
  'expired',
  'undated',
  'unlogged',
  'log',
  'time',
  'root',
  'key',
  'unreadable',
] as const
type FaultKind = (typeof FAULTS)[number]

interface Fault {
  kind: FaultKind
  /** Who signed or vouched, by the certificate. */
  who?: string
}

const WORDS: Record<FaultKind, (who: string) => string> = {
  digest: () => 'a signature by this identity is there, and it is of another digest',
  type: () => 'what this identity signed says something else than that the image is signed or who built it',
  payload: () => 'what this identity signed cannot be read',
  subject: who => `it is signed by another identity: ${who}`,
  issuer: who => `another issuer vouches for who signed it: ${who}`,
  signature: () => 'its signature is not that of its certificate',
  expired: () => 'its certificate was not valid when it was signed',
  undated: () => 'nothing says when it was signed, and its certificate is good for minutes',
  unlogged: () => 'it is in no transparency log, and the trust root names one',
  log: () => 'what it says of the transparency log is not what a log of the trust root says',
  time: () => 'its timestamp is of no authority of the trust root',
  root: () => 'its certificate is of no authority of the trust root, or in none of its logs',
  key: () => 'it is signed by a key, and by no identity',
  unreadable: () => 'what is there in place of a signature cannot be read',
}

/** A statement of who built it may be of several images at once (`actions/attest-build-provenance`). */
const PREDICATES: Predicates = { [COSIGN_SIGN]: 'alone', 'https://slsa.dev/provenance/v1': 'among' }

type Judge = (one: SignatureFound, identity: Identity, digest: string) => Fault | undefined

/** What the trust root names is asked for: with a log, that it is logged, and of the certificate the same. */
async function judgeOf({ material }: TrustRoot): Promise<Judge> {
  const [{ bundleFromJSON }, { toSignedEntity, VerificationError, Verifier }] = await Promise.all([
    import('@sigstore/bundle'),
    import('@sigstore/verify'),
  ])
  const verifier = new Verifier(material, {
    tlogThreshold: Math.min(material.tlogs.length, 1),
    ctlogThreshold: Math.min(material.ctlogs.length, 1),
    timestampThreshold: 1,
  })
  return (one, identity, digest) => {
    let bundle: Bundle
    let signer: Signer
    try {
      if (one.kind === 'simple' && !one.proof) return { kind: 'key' }
      bundle = bundleFromJSON(jsonOf(one))
      const before = faultBefore(bundle, material.tlogs.length > 0)
      if (before) return before
      const artifact = one.kind === 'simple' ? Buffer.from(one.bytes) : undefined
      signer = verifier.verify(toSignedEntity(bundle, artifact))
    } catch (error) {
      return { kind: error instanceof VerificationError ? faultOfError(error) : 'unreadable' }
    }
    const kind = contentFault(one, bundle, digest)
    return faultOfSigner(signer, identity) ?? (kind && { kind })
  }
}

function jsonOf(one: SignatureFound): unknown {
  if (one.kind === 'simple' && one.proof) return simpleBundle(one.bytes, one.signature, one.proof)
  return parsedAs(z.unknown(), one.bytes)
}

/** What is missing altogether, in words of its own. */
function faultBefore({ verificationMaterial, content }: Bundle, isLogged: boolean): Fault | undefined {
  const { tlogEntries, timestampVerificationData } = verificationMaterial
  if (verificationMaterial.content.$case === 'publicKey') return { kind: 'key' }
  if (isLogged && tlogEntries.length === 0) return { kind: 'unlogged' }
  const isDated =
    (timestampVerificationData?.rfc3161Timestamps ?? []).length > 0 ||
    tlogEntries.some(({ inclusionPromise }) => inclusionPromise !== undefined)
  if (!isDated) return { kind: 'undated' }
  return content === undefined ? { kind: 'unreadable' } : undefined
}

/** By the codes of `@sigstore/verify`. */
function faultOfError({ code, cause }: { code: string; cause?: unknown }): FaultKind {
  if (code.startsWith('TLOG_')) return 'log'
  if (code === 'TIMESTAMP_ERROR') return 'time'
  if (code === 'SIGNATURE_ERROR') return 'signature'
  const isExpired = cause instanceof Error && /not valid or expired/.test(cause.message)
  return isExpired ? 'expired' : 'root'
}

/**
 * Compared letter by letter: the library takes a subject for a pattern. It also reads bytes of a certificate as if they were ASCII, so
 * what is compared must stand there byte by byte as well.
 */
function faultOfSigner({ identity }: Signer, { issuer, subject }: Identity): Fault | undefined {
  const extension = (ids: readonly string[]) =>
    (identity?.oids ?? []).filter(({ oid }) => ids.includes(oid?.id.join('.') ?? ''))
  const stands = (ids: readonly string[], text: string) =>
    extension(ids).some(({ value }) => Buffer.from(value).includes(text))
  const { subjectAlternativeName: name = 'nobody', extensions: { issuer: voucher = 'nobody' } = {} } =
    identity ?? {}
  if (voucher !== issuer || !stands(ISSUER, issuer)) return { kind: 'issuer', who: shown(voucher) }
  if (name !== subject || !stands(SUBJECT, subject)) return { kind: 'subject', who: shown(name) }
  return undefined
}

/** Extensions of certificates: Fulcio's two for the issuer (OIDs of Sigstore, 1.3.6.1.4.1.57264.1), and the subject's alternative name. */
const ISSUER = ['1.3.6.1.4.1.57264.1.8', '1.3.6.1.4.1.57264.1.1']
const SUBJECT = ['2.5.29.17']

function shown(text: string): string {
  return shortened(visible(text), 200)
}

function contentFault(one: SignatureFound, { content }: Bundle, digest: string): ContentFault | undefined {
  if (one.kind === 'simple') return faultOfSimple(one.bytes, digest)
  if (content.$case !== 'dsseEnvelope') return 'type'
  return faultOfStatement(content.dsseEnvelope, digest, PREDICATES)
}
