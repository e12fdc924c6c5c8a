import { basename, dirname } from 'node:path'
import { isAssayError } from '../../core/errors/errors.ts'
import { RECORD_FILE, VERSION_NAME } from '../../core/release/record.ts'
import { parseRelease } from '../../core/release/record-file.ts'
import { visible } from '../../core/text/visible-text.ts'
import type { ReleaseProfile } from '../../core/traffic/counts/traffic.ts'
import {
  PACKED_PROFILE_FILE,
  PROFILE_FILE,
  RELEASE_NAME_FILE,
  RELEASED_PROFILE_FILE,
} from '../../core/traffic/profile/profile.ts'
import { MOST_PROFILE_BYTES, parseProfile } from '../../core/traffic/profile/profile-file.ts'
import { readInside } from '../../services/files/files.ts'
import { findFiles } from '../../services/files/find-files.ts'
import { unpackGzip } from '../../services/files/unpack.ts'

/** Profiles that are read again when they change. */
export interface ProfileSource {
  /**
   * All that can be read now. What cannot is said once, and stays as it was read last.
   *
   * @throws AssayError where the source itself cannot be read: of a folder FILE_NOT_FOUND, FILE_REFUSED
   */
  read(): Promise<ReleaseProfile[]>
}

/**
 * The profiles in a folder. The release of one is that of the record beside it, as an environment of a deploy repository has them, or stands in a file
 * beside it, as in a ConfigMap; where there is neither, the folder that it lies in is named for its release.
 *
 * @param warn of what cannot be read
 */
export function profileFolder(folder: string, warn: (text: string) => void): ProfileSource {
  let known = new Map<string, Known>()
  return {
    async read() {
      const { files, unread } = await findFiles(folder, name => WANTED.has(name), LIMITS)
      const stamps = new Map(files.map(({ path, stamp }) => [path, stamp]))
      const next = new Map<string, Known>()
      for (const { path, code } of unread) {
        warn(`${visible(path)} cannot be read (${code}): what was read there before is counted by`)
        const isBelow = (one: string) => one === path || one.startsWith(`${path}/`)
        for (const [one, before] of known) if (isBelow(one)) next.set(one, before)
      }
      for (const { path } of files.filter(one => PROFILE_FILES.includes(basename(one.path)))) {
        const naming = NAMING_FILES.map(name => besideOf(path, name)).find(one => stamps.has(one))
        const stamp = `${stamps.get(path)} ${naming && stamps.get(naming)}`
        const before = known.get(path)
        next.set(path, before?.stamp === stamp ? before : await readOne(path, stamp, naming, before))
      }
      known = next
      return distinct([...known].flatMap(([path, { of }]) => (of ? [{ path, ...of }] : [])))
    },
  }

  async function readOne(
    path: string,
    stamp: string,
    naming: string | undefined,
    before: Known | undefined,
  ): Promise<Known> {
    try {
      const { bytes } = await readInside(folder, path, { maxBytes: MOST_PROFILE_BYTES, input: 'profile' })
      const profile = parseProfile(path.endsWith('.gz') ? unpacked(bytes) : bytes, path)
      const release = naming === undefined ? folderOf(path) : await versionIn(naming)
      if (VERSION_NAME.test(release)) return { stamp, of: { model: profile.model, release, profile } }
      warn(
        `${path} is of no release: a \`${RECORD_FILE}\` or \`${RELEASE_NAME_FILE}\` beside it names one, or the folder that it lies in`,
      )
    } catch (error) {
      if (!isAssayError(error)) throw error
      warn(
        `${path} is not counted by: ${[error.message, ...error.problems.map(({ what }) => what)].join('; ')}`,
      )
    }
    return { stamp, ...(before?.of && { of: before.of }) }
  }

  async function versionIn(naming: string): Promise<string> {
    const { bytes } = await readInside(folder, naming, {
      maxBytes: MOST_RECORD_BYTES,
      input: 'release record',
    })
    const text = Buffer.from(bytes).toString('utf8')
    return basename(naming) === RELEASE_NAME_FILE ? text.trim() : parseRelease(text, naming).version
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

/** As a run leaves it, as a deploy repository has it, and as a ConfigMap has a large one. */
const PROFILE_FILES = [PROFILE_FILE, RELEASED_PROFILE_FILE, PACKED_PROFILE_FILE]
/** What names the release of a profile, the first of them that is there. */
const NAMING_FILES = [RECORD_FILE, RELEASE_NAME_FILE]
const WANTED = new Set([...PROFILE_FILES, ...NAMING_FILES])
const LIMITS = { depth: 8, most: 50_000 }
const MOST_RECORD_BYTES = 1024 * 1024

function besideOf(path: string, name: string): string {
  return path.slice(0, -basename(path).length) + name
}

/** What cannot be unpacked, or becomes too much, is no profile, and is said to be none. */
function unpacked(bytes: Uint8Array): Uint8Array {
  return unpackGzip(bytes, MOST_PROFILE_BYTES) ?? new Uint8Array()
}

function folderOf(path: string): string {
  return dirname(path).split('/').at(-1)!
}
