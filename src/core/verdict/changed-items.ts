import * as z from 'zod'

/** Items whose tries say something that a mean hides. */

/** The name of the metric that a gate counts broken items by. */
export const BROKEN_ITEMS = 'broken_items'

/** How an item went over: all of its tries passed before and none does now, the other way around, or one side has both. */
export const ITEM_CHANGES = ['broken', 'mended', 'flaky'] as const

const Count = z.int().nonnegative()
const Changed = z.object({
  count: Count,
  shown: z
    .array(
      z.object({
        item: z
          .string()
          .max(300)
          .optional()
          .describe('Its id, where the configuration says that ids may be shown.'),
        rows: z.string().max(600).describe("Where its tries stand in the candidate's file."),
      }),
    )
    .describe('The first of them.'),
})

export const ChangedItems = z.object({
  against: z.enum(['champion', 'base']),
  file: z.string().max(2000),
  all: Count,
  passedBy: z
    .string()
    .max(2000)
    .optional()
    .describe('What a try passes by, where nobody named it: `match is 1`, of the first score.'),
  broken: Changed.describe('Every try passed before, and none does now.'),
  mended: Changed.describe('No try passed before, and every one does now.'),
  flaky: Changed.describe('Some tries pass and some do not, on either side: nothing is broken for certain.'),
})
export type ChangedItems = z.infer<typeof ChangedItems>
