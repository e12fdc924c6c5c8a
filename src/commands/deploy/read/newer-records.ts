import { isAssayError } from '../../../core/errors/errors.ts'
import { newerKeys } from '../../../core/promotion/places/hold-file.ts'
import { ReleaseRecord } from '../../../core/release/record.ts'
import { unknownKeys } from '../../../core/text/newer-file.ts'
import type { World } from '../../command/context.ts'

export interface HoldText {
  path: string
  text: string
}

/**
 * Says once what of these records and holds is not understood here: a newer Assay wrote it. It is kept wherever a record is
 * written again.
 */
export function sayNewer(
  { log, version }: World,
  records: Iterable<ReleaseRecord>,
  holds: readonly HoldText[] = [],
): void {
  for (const { path, text } of holds) {
    const keys = keysOf(path, text)
    if (keys.length > 0)
      log.warn(`${path} says what Assay ${version} does not know: ${shown(keys)}. It holds all the same.`)
  }

  const keys = new Set<string>()
  const writers = new Set<string>()
  for (const record of records)
    for (const key of unknownKeys(ReleaseRecord, record)) {
      keys.add(key)
      writers.add(record.assay)
    }
  if (keys.size === 0) return
  log.warn(
    `Records by Assay ${[...writers].slice(0, MOST_SHOWN).join(', ')} say what ${version} does not know: ${shown([...keys])}. It is kept and counts for nothing; upgrade to use it.`,
  )
}

// --- internal ---

const MOST_SHOWN = 5

function shown(keys: readonly string[]): string {
  const more = keys.length > MOST_SHOWN ? ` and ${keys.length - MOST_SHOWN} more` : ''
  return `${keys
    .slice(0, MOST_SHOWN)
    .map(key => `\`${key}\``)
    .join(', ')}${more}`
}

function keysOf(path: string, text: string): string[] {
  try {
    return newerKeys(text, path)
  } catch (error) {
    if (isAssayError(error, 'RELEASE_INVALID', 'HOLD_INVALID')) return []
    throw error
  }
}
