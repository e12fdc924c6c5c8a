import { yamlDifferences } from '../../yaml/edit/differences.ts'
import type { FileDifference } from '../places/rollback.ts'

/** One value that a release changes. */
export interface ProvedEdit {
  file: string
  line: number
  /** Absent: the file holds this value alone. */
  key?: string
  /** Absent: nothing stands there yet. */
  from?: string
  /** Absent: it is taken away. */
  to?: string
}

/**
 * The values that changes make another, each with the line that it stands in.
 *
 * @param texts files that hold one value and are no YAML
 * @throws AssayError `YAML_UNREADABLE`
 */
export function editsOf(changes: readonly FileDifference[], texts: readonly string[]): ProvedEdit[] {
  return changes.flatMap(({ path, before = '', after = '' }): ProvedEdit[] => {
    if (before === after) return []
    const line = firstDifference(before, after)
    if (texts.includes(path)) return [{ file: path, line, from: before.trim(), to: after.trim() }]
    return yamlDifferences(before, after, path).flatMap(one => {
      const edit = {
        file: path,
        line: one.line ?? line,
        key: one.key,
        ...(one.before !== undefined && { from: one.before }),
        ...(one.after !== undefined && { to: one.after }),
      }
      return linesOf(edit, before.split('\n'))
    })
  })
}

/** The value that is changed, whatever to. */
export function editKey({ file, key }: ProvedEdit): string {
  return JSON.stringify([file, key])
}

/** A value that several places write: a promotion into one of them is one into all. */
export interface SharedValue<P> {
  edit: ProvedEdit
  places: P[]
}

/** The values that several places write, each once. */
export function sharedValues<P extends { edits: readonly ProvedEdit[] }>(
  places: readonly P[],
): SharedValue<P>[] {
  const found = new Map<string, SharedValue<P>>()
  for (const place of places)
    for (const edit of place.edits) {
      const key = editKey(edit)
      const there = found.get(key)
      if (!there) found.set(key, { edit, places: [place] })
      else if (!there.places.includes(place)) there.places.push(place)
    }
  return [...found.values()].filter(({ places: all }) => all.length > 1)
}

// --- internal ---

/** Of a text of several lines, those that change. */
function linesOf(edit: ProvedEdit, file: readonly string[]): ProvedEdit[] {
  const [old, now] = [edit.from?.split('\n') ?? [], edit.to?.split('\n') ?? []]
  if (old.length < 2 || old.length !== now.length) return [edit]
  const at = (text: string) => file.findIndex((one, index) => index >= edit.line - 1 && one.trim() === text)
  return old.flatMap((text, index) => {
    const to = now[index]!.trim()
    const from = text.trim()
    return from === to ? [] : [{ ...edit, line: Math.max(at(from) + 1, edit.line), from, to }]
  })
}

function firstDifference(before: string, after: string): number {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const at = now.findIndex((line, index) => line !== old[index])
  return (at < 0 ? now.length - 1 : at) + 1
}
