import * as z from 'zod'
import { type AssayError, isAssayError } from '../../errors/errors.ts'
import { unknownKeys } from '../../text/newer-file.ts'
import { shortened } from '../../text/visible-text.ts'
import { parseYaml } from '../../yaml/config.ts'
import { editYaml } from '../../yaml/edit/edit.ts'
import { doubleQuoted } from '../../yaml/edit/scalar-text.ts'

/**
 * `model-hold.yaml`, beside the record: as long as the file is there, nothing is promoted automatically. A rollback writes it
 * in its commit, and `promote --hold` proposes it; whoever removes it, by a pull request like any other, releases the hold.
 */

const HoldFile = z.strictObject({
  schema: z.literal(1).optional(),
  reason: z.string().min(1).max(500),
  by: z.string().min(1).max(300),
  since: z.iso.datetime('an instant in UTC'),
  version: z.string().max(80).optional().describe('The release that was taken back; of a rollback alone.'),
})
type HoldFile = z.infer<typeof HoldFile>

/** Same hold, same bytes. */
export function renderHold({ reason, by, since, version }: HoldFile): string {
  const line = (text: string, most: number) => doubleQuoted(shortened(text.toWellFormed(), most))
  return [
    `# Written by Assay${version === undefined ? '' : ' after a rollback'}: nothing is promoted here automatically until this file is removed.`,
    `reason: ${line(reason, 500)}`,
    `by: ${line(by, 300)}`,
    `since: ${line(since, 40)}`,
    ...(version === undefined ? [] : [`version: ${line(version, 80)}`]),
    '',
  ].join('\n')
}

/** A hold as a plan takes it. */
export interface HeldBy {
  /** Whether a rollback left it. */
  rollback: boolean
  reason: string
  by: string
}

/** What the file says, or why it cannot be read: it holds all the same. */
export function heldBy(text: string | AssayError, file: string): HeldBy {
  if (typeof text !== 'string') return unread(text, file)
  try {
    const { reason, by, version } = parseHold(text, file)
    return { rollback: version !== undefined, reason, by }
  } catch (error) {
    if (isAssayError(error, 'HOLD_INVALID')) return unread(error, file)
    throw error
  }
}

/**
 * The hold of a rollback. One of somebody's that is in force (`there`) keeps all that they wrote, and the release that is taken
 * back is added to it.
 */
export function rollbackHold(
  there: string | undefined,
  file: string,
  made: HoldFile & { version: string },
): string {
  const rendered = renderHold(made)
  if (there === undefined) return rendered
  try {
    if (parseHold(there, file).version !== undefined) return rendered
    return editYaml(there, file, [{ path: ['version'], value: shortened(made.version, 80), add: true }]).text
  } catch (error) {
    if (isAssayError(error, 'HOLD_INVALID', 'YAML_UNREADABLE', 'YAML_EDIT_REFUSED')) return rendered
    throw error
  }
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

// --- internal ---

function unread({ problems, message }: AssayError, file: string): HeldBy {
  const why = shortened(problems[0]?.what ?? message, 200)
  return {
    rollback: false,
    reason: `${file} cannot be read (${why}); remove it to release the hold`,
    by: 'somebody',
  }
}
