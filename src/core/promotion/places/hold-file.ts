import * as z from 'zod'
import { unknownKeys } from '../../text/newer-file.ts'
import { shortened } from '../../text/visible-text.ts'
import { parseYaml } from '../../yaml/config.ts'

/**
 * `model-hold.yaml`, beside the record: as long as the file is there, nothing is promoted automatically. A rollback writes it
 * in its commit; whoever removes it, by a pull request like any other, releases the hold.
 */

const HoldFile = z.strictObject({
  schema: z.literal(1).optional(),
  reason: z.string().min(1).max(500),
  by: z.string().min(1).max(300),
  since: z.iso.datetime('an instant in UTC'),
  version: z.string().max(80).optional().describe('The release that was taken back.'),
})
type HoldFile = z.infer<typeof HoldFile>

/** Same hold, same bytes. */
export function renderHold({ reason, by, since, version }: HoldFile): string {
  const line = (text: string, most: number) => JSON.stringify(shortened(text.toWellFormed(), most))
  return [
    '# Written by Assay after a rollback: nothing is promoted here automatically until this file is removed.',
    `reason: ${line(reason, 500)}`,
    `by: ${line(by, 300)}`,
    `since: ${line(since, 40)}`,
    ...(version === undefined ? [] : [`version: ${line(version, 80)}`]),
    '',
  ].join('\n')
}

/** The keys of a hold that a newer Assay wrote: it holds all the same. */
export function newerKeys(text: string, file: string): string[] {
  return unknownKeys(HoldFile, parseHold(text, file))
}

/**
 * A file that cannot be read holds all the same: the error says why it cannot.
 *
 * @throws AssayError `HOLD_INVALID`
 */
export function parseHold(text: string, file: string): HoldFile {
  const whenEmpty = 'remove it to release the hold'
  return parseYaml({ schema: HoldFile, whenEmpty, code: 'HOLD_INVALID', most: 8192, reads: 1 }, text, file)
    .value
}
