import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isOfName, isPattern } from '../../core/inputs/versioned-file.ts'

/**
 * The files in `folder` that a path or a pattern names, as they lie there now, in the order of their names. A path without `*` is
 * there or it is not, whatever lies there.
 */
export function filesOfPattern(folder: string, pattern: string): string[] {
  if (!isPattern(pattern)) return existsSync(join(folder, pattern)) ? [pattern] : []
  let found = ['']
  for (const part of pattern.split('/'))
    found = found
      .flatMap(below => {
        const inside = (name: string) => (below === '' ? name : `${below}/${name}`)
        return isPattern(part) ? namesIn(join(folder, below), part).map(inside) : [inside(part)]
      })
      .slice(0, MOST_FOUND)
  return found.filter(path => statSync(join(folder, path), { throwIfNoEntry: false })?.isFile())
}

// --- internal ---

/** So many are looked at: a pattern that finds more names nothing. */
const MOST_FOUND = 10_000

function namesIn(folder: string, part: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(folder)
    .filter(name => isOfName(part, name))
    .sort()
}
