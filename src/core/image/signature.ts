import * as z from 'zod'

/**
 * Where the signatures of an image lie, in both forms that cosign writes them: a payload of "simple signing" with the signature beside
 * it, and a bundle of Sigstore with a statement of in-toto in a DSSE envelope. Anything else is no signature, whoever made it.
 */

export type SignatureFound = SignatureLayer & { bytes: Uint8Array }

/** Where a signature lies. `simple`: the signature itself, in base64, stands beside the payload, with what proves whose it is. */
export type SignatureLayer = { digest: string } & (
  | { kind: 'simple'; signature: string; proof?: SimpleProof }
  | { kind: 'bundle' }
)

/** What stands beside a signature that was made without a key of one's own, as text. */
export interface SimpleProof {
  /** PEM. */
  certificate: string
  /** The entry of the transparency log, as JSON. */
  entry?: string
  /** A timestamp of RFC 3161, as JSON. */
  timestamp?: string
}

/** What was found of an image's signatures. */
export interface FoundSignatures {
  found: readonly SignatureFound[]
  /** Whether there are no more than those. */
  isAll: boolean
}

/** Whether an image is signed as it should be: `unknown` is not signed, and may be with another look. */
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
  return (parsedAs(Manifest, manifest)?.layers ?? []).flatMap(
    ({ mediaType, digest, annotations = {} }): SignatureLayer[] => {
      if (mediaType === SIGNATURE_TYPES.bundle) return [{ kind: 'bundle', digest }]
      const signature = annotations[SIGNATURE]
      if (mediaType !== SIGNATURE_TYPES.simple || signature === undefined) return []
      const proof = proofIn(annotations)
      return [{ kind: 'simple', digest, signature, ...(proof && { proof }) }]
    },
  )
}

/** JSON of a schema; undefined where the bytes are none. */
export function parsedAs<T>(schema: z.ZodType<T>, bytes: Uint8Array): T | undefined {
  try {
    return schema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))).data
  } catch {
    return undefined
  }
}

// --- internal ---

const SIGNATURE = 'dev.cosignproject.cosign/signature'
const CERTIFICATE = 'dev.sigstore.cosign/certificate'
const ENTRY = 'dev.sigstore.cosign/bundle'
const TIMESTAMP = 'dev.sigstore.cosign/rfc3161timestamp'

const Manifest = z.object({
  layers: z.array(
    z.object({
      mediaType: z.string(),
      digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
      annotations: z.record(z.string(), z.string()).optional(),
    }),
  ),
})

function proofIn(annotations: Readonly<Record<string, string>>): SimpleProof | undefined {
  const { [CERTIFICATE]: certificate, [ENTRY]: entry, [TIMESTAMP]: timestamp } = annotations
  if (certificate === undefined) return undefined
  return { certificate, ...(entry !== undefined && { entry }), ...(timestamp !== undefined && { timestamp }) }
}
