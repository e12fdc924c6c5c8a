import { createHash } from 'node:crypto'
import { isAssayError } from '../../core/errors/errors.ts'
import type { ReleaseRecord } from '../../core/release/record.ts'
import { maskPersonalData } from '../../core/secrets/secrets.ts'
import { PROFILE_FILE } from '../../core/traffic/profile/profile.ts'
import { MOST_PROFILE_BYTES, parseProfile } from '../../core/traffic/profile/profile-file.ts'
import type { Result } from '../../core/verdict/result.ts'
import { readInside } from '../../services/files/files.ts'
import { whyTooLarge } from './profile-size.ts'

/** What goes with a release. */
export interface ReleaseProfile {
  /** The text of the file, and what the record says of it. */
  text?: string
  recorded?: ReleaseRecord['profile']
  /** Why none goes with it, where its result speaks of one. */
  note?: string
}

/**
 * The profile that was made with a result. It may lie there from anybody, as the result may: it must be the very file that the
 * result names. A release without one is released all the same.
 */
export async function profileForRelease(
  folder: string,
  output: string,
  { model, profile }: Result,
): Promise<ReleaseProfile> {
  if (!profile) return {}
  if (profile.hash === undefined) return without(profile.advice[0] ?? 'its result has none')
  const file = `${output}/${model}/${PROFILE_FILE}`
  try {
    const { bytes } = await readInside(folder, file, { maxBytes: MOST_PROFILE_BYTES, input: 'profile' })
    const why = whyNotOf(bytes, file, { model, hash: profile.hash })
    if (why !== undefined) return without(why)
    const parsed = parseProfile(bytes, file)
    const large = whyTooLarge(parsed)
    if (large !== undefined) return without(large)
    const recorded = { hash: profile.hash, rows: parsed.rows, features: parsed.features.length }
    return { text: Buffer.from(bytes).toString('utf8'), recorded }
  } catch (error) {
    if (!isAssayError(error, 'FILE_NOT_FOUND', 'FILE_REFUSED', 'FILE_TOO_LARGE', 'PROFILE_INVALID'))
      throw error
    return without(`${file}: ${error.problems[0]?.what ?? error.message}`)
  }
}

/**
 * Why bytes are not the profile that a result speaks of; undefined where they are.
 *
 * @throws AssayError `PROFILE_INVALID`
 */
export function whyNotOf(
  bytes: Uint8Array,
  file: string,
  { model, hash }: { model: string; hash: string },
): string | undefined {
  const profile = parseProfile(bytes, file)
  if (profile.model !== model) return `${file} is of another model, ${profile.model}`
  const own = createHash('sha256').update(bytes).digest('hex')
  return own === hash ? undefined : `${file} is not the file that the result was written with`
}

// --- internal ---

function without(why: string): ReleaseProfile {
  const sentence = maskPersonalData(why.replace(/\.$/, ''))
  return { note: `No profile goes with it, so drift of it will be unknown: ${sentence}.` }
}
