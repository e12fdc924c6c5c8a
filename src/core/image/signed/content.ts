import * as z from 'zod'
import { parsedAs } from '../signature.ts'

/** What is said by what was signed. It is believed once its signature is good, and never before. */

/** What is wrong with it. */
export type ContentFault = 'digest' | 'type' | 'payload'

/** Of which subjects a statement of a type must be. `alone`: it names the image and nothing else. `among`: the image is one of them. */
export type Predicates = Readonly<Record<string, 'alone' | 'among'>>

/** That an image is signed, as `cosign sign` says it. */
export const COSIGN_SIGN = 'https://sigstore.dev/cosign/sign/v1'

/** What is wrong with a payload of simple signing, for the image of this digest. */
export function faultOfSimple(payload: Uint8Array, digest: string): ContentFault | undefined {
  const said = parsedAs(Simple, payload)
  if (!said) return 'payload'
  const { type, image } = said.critical
  if (type !== SIMPLE) return 'type'
  return image['docker-manifest-digest'] === digest ? undefined : 'digest'
}

/** What is wrong with what a DSSE envelope holds, for the image of this digest. */
export function faultOfStatement(
  { payloadType, payload }: { payloadType: string; payload: Uint8Array },
  digest: string,
  predicates: Predicates,
): ContentFault | undefined {
  if (payloadType !== PAYLOAD_TYPE) return 'type'
  const statement = parsedAs(Statement, payload)
  if (!statement) return 'payload'
  const { _type, predicateType, subject } = statement
  const which = Object.hasOwn(predicates, predicateType) ? predicates[predicateType] : undefined
  if (!STATEMENTS.includes(_type) || which === undefined) return 'type'
  const hex = digest.replace('sha256:', '')
  const isOf = subject.map(one => one.digest.sha256 === hex)
  return (which === 'among' ? isOf.includes(true) : !isOf.includes(false)) ? undefined : 'digest'
}

// --- internal ---

const PAYLOAD_TYPE = 'application/vnd.in-toto+json'
const STATEMENTS = ['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1']
const SIMPLE = 'cosign container image signature'

const Simple = z.object({
  critical: z.object({
    type: z.string(),
    image: z.object({ 'docker-manifest-digest': z.string() }),
  }),
})

const Statement = z.object({
  _type: z.string(),
  predicateType: z.string(),
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })).min(1),
})
