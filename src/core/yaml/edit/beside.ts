import type { Located } from './locate.ts'
import type { YamlPath } from './problem.ts'
import type { Splice } from './set-scalar.ts'

/** Which edits may be planned on one reading of a text, because the one looks at nothing that the other changes. */

/** An edit as bytes, not yet made. */
export interface Planned {
  document: number
  /** The path with every match replaced by its index. */
  path: (string | number)[]
  /** The path as it was asked for. */
  wanted: YamlPath
  /** The path at or below which it changes anything. */
  reach: (string | number)[]
  kind: 'set' | 'insert' | 'before' | 'remove'
  /** None: it is right already. */
  splices: Splice[]
}

/** Where an edit of a kind changes something: items after one that is put in or taken away get other numbers. */
export function reachOf(at: Located, kind: Planned['kind']): (string | number)[] {
  if (kind === 'insert') return at.path.slice(0, at.found + 1)
  const holder = at.entries.at(-1)
  const isInList = (kind === 'remove' || kind === 'before') && holder && !('pair' in holder)
  return isInList ? at.path.slice(0, -1) : at.path
}

/**
 * Whether an edit that was planned on the text as it was before `earlier` would be planned the same after it. In doubt it is
 * not: then it is planned once more.
 */
export function isBeside(edit: Planned, earlier: Planned): boolean {
  const both = [edit, earlier]
  // What is added goes after the last entry and is indented as the first list is: one such change at a time.
  if (both.every(({ kind }) => kind !== 'set')) return false
  if (both.some(({ splices }) => splices.length > 1)) return false
  const [one, other] = [edit.splices[0], earlier.splices[0]]
  if (one && other && one.from <= other.to && other.from <= one.to) return false
  if (edit.document !== earlier.document) return true
  return !isPrefix(edit.reach, earlier.reach) && !isPrefix(earlier.reach, edit.reach) && !chose(edit, earlier)
}

// --- internal ---

function isPrefix(short: readonly unknown[], long: readonly unknown[]): boolean {
  return short.length <= long.length && short.every((step, index) => step === long[index])
}

/** Whether an item of the path of an edit was chosen by something that the earlier one changes. */
function chose({ wanted, path }: Planned, { reach }: Planned): boolean {
  return wanted.some((step, depth) => {
    if (typeof step !== 'object' || !isPrefix(path.slice(0, depth), reach)) return false
    const key = reach[depth + 1]
    return key === undefined || key in step
  })
}
