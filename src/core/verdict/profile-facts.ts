import * as z from 'zod'

/** What a result says of the profile that was made beside it. It decides nothing. */
export const ProfileFacts = z.object({
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe('sha256 of `model-profile.json`; absent where there is none.'),
  rows: z.int().nonnegative().optional(),
  features: z.int().nonnegative().optional(),
  advice: z
    .array(z.string().max(20_000))
    .describe('What keeps it from being one, or from being better, a sentence each.'),
})
export type ProfileFacts = z.infer<typeof ProfileFacts>
