import * as z from 'zod'
import { RelativePath } from '../text/relative-path.ts'

/** What live traffic will be held against, in `assay.yml`: the data that is counted, and its columns. */

const bins = z.int().min(2).max(100)
const Column = z.string().min(1).max(200)

const Options = z.strictObject({
  data: RelativePath.optional().describe(
    'CSV or Parquet with a row for each example, such as the training data. Default: the predictions file.',
  ),
  features: z
    .array(
      z.union([
        Column.transform(name => ({ name, type: undefined, bins: undefined })),
        z.strictObject({
          name: Column,
          type: z
            .enum(['number', 'category'])
            .optional()
            .describe('What its values are, where the data does not say: a postcode is a category.'),
          bins: bins.optional().describe('Of a number: at most so many bins.'),
        }),
      ]),
    )
    .min(1)
    .max(2000)
    .optional()
    .describe(
      'The columns that the model is given, in that order. Default: all but ids, truth, predictions and what looks like ids, moments or free text.',
    ),
  bins: bins.default(10).describe('Bins of a number: quantiles of the data.'),
  categories: z
    .int()
    .min(1)
    .max(200)
    .default(30)
    .describe('Categories that are counted each; the most frequent, never of fewer than 10 rows.'),
})

export const Profile = z.union([RelativePath.transform(data => Options.parse({ data })), Options])
export type ProfileConfig = z.infer<typeof Options>
