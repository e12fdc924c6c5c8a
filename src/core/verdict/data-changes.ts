import * as z from 'zod'

/** What is other data within folders of DVC, and other parameters, than the opponent was made with. Names are masked. */

const Name = z.string().max(400)
const Bytes = z.int().nonnegative()

const Change = z.enum(['added', 'changed', 'removed'])

const FolderChanges = z.object({
  path: Name,
  counts: z.record(Change, z.int().nonnegative()),
  files: z
    .array(
      z.object({
        name: Name,
        change: Change,
        before: Bytes.optional().describe('Its size, where DVC has the file here.'),
        now: Bytes.optional(),
      }),
    )
    .max(10)
    .describe('The first of them.'),
})
export type FolderChanges = z.infer<typeof FolderChanges>

export const DataChanges = z.object({
  folders: z.array(FolderChanges).max(5),
  parameters: z
    .array(z.object({ name: Name, before: Name.optional(), now: Name.optional() }))
    .max(20)
    .describe('Of `dvc.lock`, as JSON; without a side where there is none.'),
  moreParameters: z.int().nonnegative().describe('How many others there are.'),
})
export type DataChanges = z.infer<typeof DataChanges>
