import { AssayError } from '../../errors/errors.ts'
import { isNewer, type ReleaseRecord, releaseKey } from '../../release/record.ts'

/** The way back: which release an environment returns to, and which bytes. */

/** One merged promotion (or rollback) of a model in an environment. */
export interface Deployed {
  release: ReleaseRecord
  /** Commit in the deploy repository, and when it was made (milliseconds). */
  commit: string
  at: number
  /** Whether the release was healthy there at some time. Absent: nobody knows. */
  healthy?: boolean
  /** What that commit changed, the record among it. */
  changed: readonly FileDifference[]
}

export interface FileDifference {
  path: string
  /** Absent: the file was not there. */
  before?: string
  /** Absent: the commit removed it. */
  after?: string
}

export interface Rollback {
  from: Pick<ReleaseRecord, 'version'>
  to: ReleaseRecord
  /** Files that get back the very bytes they had; without text they are removed. */
  restore: { path: string; text?: string }[]
  /** Files that somebody changed since: their bytes are not ours to undo, so the target writes the old release into them. */
  edit: string[]
}

/**
 * The last healthy release before the one that serves, or the one of a given version, and how to return to it: the promotions
 * since are undone one by one, newest first, as long as each file still is what the promotion made of it.
 *
 * `history` is newest first and begins with what serves; `current` are the texts of the files now. A version may stand for
 * several releases, of one commit with different images: `key` says which.
 *
 * @throws AssayError `ROLLBACK_IMPOSSIBLE` when there is nothing to return to
 */
export function findRollback(
  history: readonly Deployed[],
  current: ReadonlyMap<string, string>,
  version?: string,
  key?: string,
): Rollback {
  const [serving, ...earlier] = history
  if (!serving) throw impossible('nothing was ever deployed there')
  const wanted = earlier.find(one => isWanted(one, history, serving, { version, key }))
  if (!wanted) throw impossible(...whyNone(earlier, serving, version))
  const undone = history.slice(0, history.indexOf(wanted, 1))
  return { from: serving.release, to: wanted.release, ...undo(undone, current) }
}

/** Where somebody pushed to the branch that the way back needs. */
export function inTheWay({ branch }: { branch: string }, number: number | undefined): AssayError {
  const request = number === undefined ? '' : ` (pull request ${number})`
  return new AssayError({
    code: 'ROLLBACK_IMPOSSIBLE',
    title: 'The rollback cannot be proposed',
    problems: [
      {
        what: `somebody pushed to ${branch}${request}, and Assay writes over nobody's commits`,
        fix: 'merge it, or close it and delete the branch, then run again',
      },
    ],
  })
}

// --- internal ---

function isWanted(
  one: Deployed,
  history: readonly Deployed[],
  serving: Deployed,
  { version, key }: { version: string | undefined; key: string | undefined },
): boolean {
  if (releaseKey(one.release) === releaseKey(serving.release)) return false
  if (key !== undefined) return releaseKey(one.release) === key
  if (version !== undefined) return one.release.version === version
  return one.healthy === true && !wasRolledBack(one.release, history)
}

/** An older release followed it at some time: it was found wanting then. */
function wasRolledBack(release: ReleaseRecord, history: readonly Deployed[]): boolean {
  const key = releaseKey(release)
  return history.some(
    (one, index) =>
      releaseKey(one.release) === key &&
      history.slice(0, index).some(later => isNewer(release, later.release)),
  )
}

function whyNone(earlier: readonly Deployed[], serving: Deployed, version?: string): [string, string?] {
  const others = [...new Set(earlier.map(one => one.release.version))].filter(
    one => one !== serving.release.version,
  )
  const before = others.length === 0 ? [] : [`deployed before: ${others.slice(0, 5).join(', ')}`]
  if (version === serving.release.version)
    return [`${version} serves there already`, ['nothing has to be done', ...before].join('; ')]
  if (others.length === 0) return [`${serving.release.version} is the first release there`]
  const named = others.slice(0, 5).join(', ')
  if (version !== undefined)
    return [`${version} was never deployed there before`, `deployed before: ${named}`]
  return ['no release before it is known to have been healthy', `name one with \`--to\`: ${named}`]
}

function undo(
  undone: readonly Deployed[],
  current: ReadonlyMap<string, string>,
): Pick<Rollback, 'restore' | 'edit'> {
  const texts = new Map<string, string | undefined>()
  const edit = new Set<string>()
  for (const { changed } of undone)
    for (const { path, before, after } of changed) {
      const now = texts.has(path) ? texts.get(path) : current.get(path)
      if (edit.has(path)) continue
      if (now === after) texts.set(path, before)
      else edit.add(path)
    }
  const restore = [...texts]
    .filter(([path, text]) => !edit.has(path) && text !== current.get(path))
    .map(([path, text]) => (text === undefined ? { path } : { path, text }))
  return { restore, edit: [...edit].sort() }
}

function impossible(what: string, fix?: string): AssayError {
  return new AssayError({
    code: 'ROLLBACK_IMPOSSIBLE',
    title: 'There is nothing to return to',
    problems: [{ what, ...(fix === undefined ? {} : { fix }) }],
  })
}
