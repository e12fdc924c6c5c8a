import { createHash, X509Certificate } from 'node:crypto'
import * as z from 'zod'
import { parsedAs, type SimpleProof } from '../signature.ts'

/**
 * A signature of simple signing, with the certificate and the log entry that cosign puts beside it, as the bundle of Sigstore that
 * says the same: JSON of version 0.1, the one that has promises of the log for its proof.
 *
 * @throws Error whatever a part that is none throws
 */
export function simpleBundle(payload: Uint8Array, signature: string, proof: SimpleProof): object {
  const { raw } = new X509Certificate(proof.certificate)
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    verificationMaterial: {
      x509CertificateChain: { certificates: [{ rawBytes: raw.toString('base64') }] },
      tlogEntries: proof.entry === undefined ? [] : [logEntry(proof.entry)],
      ...(proof.timestamp !== undefined && {
        timestampVerificationData: {
          rfc3161Timestamps: [{ signedTimestamp: read(Timestamp, proof.timestamp).SignedRFC3161Timestamp }],
        },
      }),
    },
    messageSignature: {
      messageDigest: {
        algorithm: 'SHA2_256',
        digest: createHash('sha256').update(payload).digest('base64'),
      },
      signature,
    },
  }
}

// --- internal ---

const Entry = z.object({
  SignedEntryTimestamp: z.string(),
  Payload: z.object({
    body: z.string(),
    integratedTime: z.int(),
    logIndex: z.int(),
    logID: z.string().regex(/^[0-9a-f]{64}$/),
  }),
})
const Kind = z.object({ kind: z.string(), apiVersion: z.string() })
const Timestamp = z.object({ SignedRFC3161Timestamp: z.string() })

function logEntry(text: string): object {
  const { SignedEntryTimestamp: promise, Payload: entry } = read(Entry, text)
  const { kind, apiVersion } = read(Kind, Buffer.from(entry.body, 'base64').toString())
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: Buffer.from(entry.logID, 'hex').toString('base64') },
    kindVersion: { kind, version: apiVersion },
    integratedTime: String(entry.integratedTime),
    inclusionPromise: { signedEntryTimestamp: promise },
    canonicalizedBody: entry.body,
  }
}

function read<T>(schema: z.ZodType<T>, text: string): T {
  const value = parsedAs(schema, Buffer.from(text))
  if (value === undefined) throw new Error('not what cosign writes beside a signature')
  return value
}
