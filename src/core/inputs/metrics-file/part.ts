import { mapOfList } from './lists.ts'
import type { MetricNode } from './tree.ts'

/** The part of a tree that `at` names, with the keys that lead to it; numbers that count entries are none. */
export interface Part {
  node: MetricNode
  path: string[]
}

/**
 * The part of a tree at keys joined by `/`, written as they are in the file; a key may hold a `/` itself. A number counts the entries
 * of a list from 0, below zero from its end.
 *
 * @returns the keys that there are as far as the way leads, where there is no such part
 */
export function partAt(root: MetricNode, at: string): Part | { keys: string[] } {
  let end = { left: at.length + 1, keys: [] as string[] }
  let looks = 0
  const look = (node: MetricNode, rest: string, path: string[]): Part | undefined => {
    if (rest === '') return { node, path }
    if (++looks > MOST_LOOKS) return undefined
    const index = /^(-?\d{1,9})(?:\/|$)/.exec(rest)
    const item = node.kind === 'list' && index ? node.items.at(Number(index[1])) : undefined
    const found = item && look(item, rest.slice(index![0].length), path)
    if (found) return found
    const { entries } = mapOf(node)
    const ways = entries.filter(({ key }) => key === rest || (key !== '' && rest.startsWith(`${key}/`)))
    // The longest first, so that `a/b` comes before `a`.
    for (const { key, value } of ways.toSorted((a, b) => b.key.length - a.key.length)) {
      const inside = look(value, rest.slice(key.length + 1), [...path, key])
      if (inside) return inside
    }
    if (rest.length < end.left)
      end = { left: rest.length, keys: entries.slice(0, MOST_KEYS).map(({ key }) => key) }
    return undefined
  }
  return look(root, at, []) ?? { keys: end.keys }
}

// --- internal ---

/** Keys with a `/` in them can be taken apart in many ways. */
const MOST_LOOKS = 1000
const MOST_KEYS = 1000

function mapOf(node: MetricNode): Extract<MetricNode, { kind: 'map' }> {
  const read = node.kind === 'list' ? mapOfList(node.items) : node
  return read?.kind === 'map' ? read : { kind: 'map', entries: [] }
}
