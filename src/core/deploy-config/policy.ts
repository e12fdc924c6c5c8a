import * as z from 'zod'

/** What must be known of the files of a release before it enters, beside its verdict. What nobody knows is not so. */
export const Policy = z.strictObject({
  scanned: z
    .boolean()
    .optional()
    .describe(
      'Whether its record must say that the files of the model were scanned, and that each may be loaded.',
    ),
})
export type Policy = z.infer<typeof Policy>
