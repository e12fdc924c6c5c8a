import * as z from 'zod'
import { RelativePath } from '../text/relative-path.ts'

/** Which files are the model, in `assay.yml`, and what a person has let pass in them. */

const why = {
  reason: z.string().min(1).max(500).describe('Why it may pass; it is shown.'),
  until: z.iso.date('a date such as 2026-12-31').describe('Last day it holds.'),
}

const Allowed = z.union([
  z.strictObject({
    import: z
      .string()
      .regex(/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/, 'a whole name such as churn.features.Clean')
      .describe(
        'A class or function of your own that the model brings in: its whole name, such as `churn.features.Clean`.',
      ),
    ...why,
  }),
  z.strictObject({
    file: RelativePath.describe('A file in which nobody can look, such as one that is encrypted.'),
    ...why,
  }),
])

const Options = z.strictObject({
  files: z
    .union([RelativePath.transform(file => [file]), z.array(RelativePath).min(1).max(200)])
    .describe('The files of the model, or folders of them.'),
  allow: z.array(Allowed).max(200).default([]).describe('What may pass all the same.'),
})

export const ScanConfig = z.union([RelativePath.transform(file => Options.parse({ files: file })), Options])
export type ScanConfig = z.infer<typeof Options>
export type AllowedInScan = z.infer<typeof Allowed>
