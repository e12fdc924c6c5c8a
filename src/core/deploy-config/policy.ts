import * as z from 'zod'
import { Answers, neededWords } from './answers/answer.ts'

const File = z
  .string()
  .max(300)
  .regex(
    /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/,
    'a relative path inside the deploy repository: letters, digits, `.`, `_`, `-`, and no part begins with a dot',
  )

/** Exact: whoever writes a pattern would wait for a release that never enters, or let in whom they did not mean. */
const Exact = z
  .string()
  .max(500)
  .regex(
    /^[\x21-\x29\x2b-\x7e]+$/,
    'the whole text as it stands in the certificate, without blanks: no pattern, and no `*`',
  )

const Identity = z.strictObject({
  issuer: Exact.describe(
    'Who vouches for the identity: the whole address of the issuer, as it stands in the certificate.',
  ),
  subject: Exact.describe(
    'Who has signed: the whole address of a workflow with its ref, or of a person, as it stands in the certificate. No pattern.',
  ),
  trust_root: File.optional().describe(
    'File in the deploy repository with the trust root of a Sigstore of your own: `trusted_root.json`. Default: that of the public Sigstore.',
  ),
})

const Signed = z.union([
  z.strictObject({
    key: File.describe(
      'File in the deploy repository with the public key: PEM, ECDSA on P-256 or Ed25519, such as the `cosign.pub` of cosign.',
    ),
  }),
  z.strictObject({
    by: Identity.describe(
      'The identity that has signed, without a key: of a workflow, a service or a person.',
    ),
  }),
])

/** Who must have signed an image. */
export type SignedBy = z.infer<typeof Signed>

/** What must be known of a release before it enters, beside its verdict. What nobody knows is not so. */
export const Policy = z.strictObject({
  scanned: z
    .union([z.boolean(), z.literal('packaged')])
    .optional()
    .describe(
      'Whether its record must say that the files of the model were scanned, and that each may be loaded. `packaged`: also that Assay put them into the image itself (`package.files`), so that they are what was scanned; of what a Dockerfile or a command adds nobody knows.',
    ),
  signed: Signed.optional().describe(
    'Its image must have a signature in its registry: by this key, or by this identity.',
  ),
  answers: Answers.optional().describe(
    'What web services must answer of it, by a name each: a change window, a risk register, a licence check.',
  ),
})
export type Policy = z.infer<typeof Policy>

/** What web services must say of a release, for people. The rest of an address may be nobody's business. */
export function answersToldOf(
  policy: Policy | undefined,
): { name: string; host: string; at: string; needed: string }[] {
  return Object.entries(policy?.answers ?? {}).map(([name, { url, at, ...of }]) => ({
    name,
    host: new URL(url).host,
    at,
    needed: neededWords(of),
  }))
}
