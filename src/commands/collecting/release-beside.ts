import { basename, dirname } from 'node:path'
import { RECORD_FILE } from '../../core/release/record.ts'
import { parseRelease } from '../../core/release/record-file.ts'
import { RELEASE_NAME_FILE } from '../../core/traffic/profile/profile.ts'
import { readInside } from '../../services/files/files.ts'

/** What names the release of a file, the first of them that is beside it. */
export const NAMING_FILES = [RECORD_FILE, RELEASE_NAME_FILE]

/** The file that names the release of one, where there is such. */
export function namingOf(path: string, isThere: (path: string) => boolean): string | undefined {
  return NAMING_FILES.map(name => path.slice(0, -basename(path).length) + name).find(isThere)
}

/**
 * The version of the release that a file is of.
 *
 * @param naming absent: the folder that it lies in is named for it
 * @throws AssayError where what names it cannot be read
 */
export async function releaseOf(path: string, naming: string | undefined, folder: string): Promise<string> {
  if (naming === undefined) return dirname(path).split('/').at(-1)!
  const { bytes } = await readInside(folder, naming, { maxBytes: MOST_BYTES, input: 'release record' })
  const text = Buffer.from(bytes).toString('utf8')
  return basename(naming) === RELEASE_NAME_FILE ? text.trim() : parseRelease(text, naming).version
}

// --- internal ---

const MOST_BYTES = 1024 * 1024
