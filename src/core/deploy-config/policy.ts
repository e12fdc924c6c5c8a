import * as z from 'zod'

const Signed = z.strictObject({
  key: z
    .string()
    .max(300)
    .regex(
      /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/,
      'a relative path inside the deploy repository: letters, digits, `.`, `_`, `-`, and no part begins with a dot',
    )
    .describe(
      'File in the deploy repository with the public key: PEM, ECDSA on P-256, such as the `cosign.pub` of cosign.',
    ),
})

/** What must be known of a release before it enters, beside its verdict. What nobody knows is not so. */
export const Policy = z.strictObject({
  scanned: z
    .boolean()
    .optional()
    .describe(
      'Whether its record must say that the files of the model were scanned, and that each may be loaded.',
    ),
  signed: Signed.optional().describe('Its image must have a signature by this key in its registry.'),
})
export type Policy = z.infer<typeof Policy>
