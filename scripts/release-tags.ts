import { execFileSync } from 'node:child_process'
import { isNewer, majorTag, RELEASE_VERSION } from './release-plan.ts'

/**
 * The tags of a release in the remote repository. Every push says what it expects to find there, so that of two runs one wins;
 * doing it twice changes nothing.
 */

/** A repository and the remote that it is released from. */
export interface Remote {
  folder: string
  remote: string
}

/**
 * The tag of a version at a commit.
 * @throws Error where it is at another commit: a release is never moved
 */
export function ensureVersionTag(at: Remote, version: string, commit: string): string {
  const tag = `v${version}`
  const there = remoteTags(at).get(tag)
  if (there !== undefined && there.commit !== commit)
    throw new Error(
      `${tag} is ${there.commit} already, not ${commit}: what is released stays. Raise the version in package.json and src/version.ts`,
    )
  if (there === undefined) push(at, tag, commit, undefined)
  return tag
}

/**
 * Moves the tag of the major to the commit of a version, unless a newer version of that major is out: a mend of an old version
 * takes nobody back.
 * @returns what was done, for the log
 */
export function moveMajorTag(at: Remote, version: string, commit: string): string {
  const tags = remoteTags(at)
  const major = majorTag(version)
  const newer = [...tags.keys()]
    .map(tag => tag.slice(1))
    .filter(other => RELEASE_VERSION.test(other) && majorTag(other) === major)
    .find(other => isNewer(other, version))
  if (newer !== undefined) return `${major} stays: ${newer} is newer than ${version}`
  const there = tags.get(major)
  if (there?.commit === commit) return `${major} is ${commit} already`
  push(at, major, commit, there)
  return there === undefined ? `${major} is new: ${commit}` : `${major} was ${there.commit}, is ${commit}`
}

// --- internal ---

/** `id` is what a push must expect; of an annotated tag it is not the commit. */
interface Tag {
  id: string
  commit: string
}

function remoteTags(at: Remote): Map<string, Tag> {
  const tags = new Map<string, Tag>()
  // "<id> refs/tags/v1", and for an annotated tag below it "<commit> refs/tags/v1^{}".
  for (const line of git(at, 'ls-remote', '--tags', at.remote).split('\n')) {
    const [, commit, name] = /^([0-9a-f]+)\trefs\/tags\/(.+?)(?:\^\{\})?$/.exec(line) ?? []
    if (commit && name) tags.set(name, { id: tags.get(name)?.id ?? commit, commit })
  }
  return tags
}

function push(at: Remote, tag: string, commit: string, expected: Tag | undefined): void {
  git(
    at,
    'push',
    '--quiet',
    `--force-with-lease=refs/tags/${tag}:${expected?.id ?? ''}`,
    at.remote,
    `${commit}:refs/tags/${tag}`,
  )
}

function git({ folder }: Remote, ...parameters: string[]): string {
  return execFileSync('git', parameters, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}
