import { basename, dirname } from 'node:path'
import { isAssayError } from '../../core/errors/errors.ts'
import { RECORD_FILE, VERSION_NAME } from '../../core/release/record.ts'
import { parseRelease } from '../../core/release/record-file.ts'
import { visible } from '../../core/text/visible-text.ts'
import type { ReleaseProfile } from '../../core/traffic/counts/traffic.ts'
import { PROFILE_FILE, RELEASED_PROFILE_FILE } from '../../core/traffic/profile/profile.ts'
import { MOST_PROFILE_BYTES, parseProfile } from '../../core/traffic/profile/profile-file.ts'
import { readInside } from '../../services/files/files.ts'
import { findFiles } from '../../services/files/find-files.ts'

/** The profiles in a folder, read again when they change. */
export interface ProfileFolder {
  /**
   * All that can be read now. What cannot is said once, and stays as it was read last.
   *
   * @throws AssayError FILE_NOT_FOUND, FILE_REFUSED, where the folder itself cannot be read
   */
  read(): Promise<ReleaseProfile[]>
}

/**
 * The release of a profile is that of the record beside it, as an environment of a deploy repository has them; where there is none,
 * the folder that it lies in is named for its release.
 *
 * @param warn of what cannot be read
 */
export function profileFolder(folder: string, warn: (text: string) => void): ProfileFolder {
  let known = new Map<string, Known>()
  return {
    async read() {
      const { files, unread } = await findFiles(folder, [...PROFILE_FILES, RECORD_FILE], LIMITS)
      const stamps = new Map(files.map(({ path, stamp }) => [path, stamp]))
      const next = new Map<string, Known>()
      for (const { path, code } of unread) {
        warn(`${visible(path)} cannot be read (${code}): what was read there before is counted by`)
        const isBelow = (one: string) => one === path || one.startsWith(`${path}/`)
        for (const [one, before] of known) if (isBelow(one)) next.set(one, before)
      }
      for (const { path } of files.filter(one => PROFILE_FILES.includes(basename(one.path)))) {
        const record = besideOf(path)
        const stamp = `${stamps.get(path)} ${stamps.get(record)}`
        const before = known.get(path)
        next.set(
          path,
          before?.stamp === stamp
            ? before
            : await readOne(path, stamp, stamps.has(record) ? record : undefined, before),
        )
      }
      known = next
      return distinct([...known].flatMap(([path, { of }]) => (of ? [{ path, ...of }] : [])))
    },
  }

  async function readOne(
    path: string,
    stamp: string,
    record: string | undefined,
    before: Known | undefined,
  ): Promise<Known> {
    try {
      const { bytes } = await readInside(folder, path, { maxBytes: MOST_PROFILE_BYTES, input: 'profile' })
      const profile = parseProfile(bytes, path)
      const release = record === undefined ? folderOf(path) : await versionIn(record)
      if (VERSION_NAME.test(release)) return { stamp, of: { model: profile.model, release, profile } }
      warn(
        `${path} is of no release: a \`${RECORD_FILE}\` beside it names one, or the folder that it lies in`,
      )
    } catch (error) {
      if (!isAssayError(error)) throw error
      warn(
        `${path} is not counted by: ${[error.message, ...error.problems.map(({ what }) => what)].join('; ')}`,
      )
    }
    return { stamp, ...(before?.of && { of: before.of }) }
  }

  async function versionIn(record: string): Promise<string> {
    const { bytes } = await readInside(folder, record, {
      maxBytes: MOST_RECORD_BYTES,
      input: 'release record',
    })
    return parseRelease(Buffer.from(bytes).toString('utf8'), record).version
  }

  /** The same release in two places is counted once. */
  function distinct(all: (ReleaseProfile & { path: string })[]): ReleaseProfile[] {
    const releases = new Map<string, ReleaseProfile>()
    for (const { path: _, ...one } of all) {
      const key = `${one.model} ${one.release}`
      if (!releases.has(key)) releases.set(key, one)
    }
    return [...releases.values()]
  }
}

// --- internal ---

interface Known {
  stamp: string
  /** Absent where it was never readable. */
  of?: ReleaseProfile
}

/** As a run leaves it, and as a deploy repository has it. */
const PROFILE_FILES = [PROFILE_FILE, RELEASED_PROFILE_FILE]
const LIMITS = { depth: 8, most: 50_000 }
const MOST_RECORD_BYTES = 1024 * 1024

function besideOf(path: string): string {
  return path.slice(0, -basename(path).length) + RECORD_FILE
}

function folderOf(path: string): string {
  return dirname(path).split('/').at(-1)!
}
