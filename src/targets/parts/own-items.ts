import { isDeepStrictEqual } from 'node:util'
import type { YamlEdit, YamlPath, YamlValue } from '../../core/yaml/edit/edit.ts'
import { fields } from './manifest.ts'

/** A list in which Assay has items of its own, among those of others. */
export interface OwnItems {
  document: number
  path: YamlPath
  items: readonly unknown[]
  isOwn: (item: unknown) => boolean
}

/**
 * Edits that make Assay's own items of a list those that are wanted, right before the item at `before`, which is none of them. Where
 * they have the form they had, only what differs in them is written.
 */
export function ownItemEdits(
  { document, path, items, isOwn }: OwnItems,
  wanted: readonly YamlValue[],
  before: number,
): YamlEdit[] {
  const own = [...items.keys()].filter(index => isOwn(items[index]))
  const first = before - wanted.length
  const isInPlace = own.length === wanted.length && own.every((index, at) => index === first + at)
  if (isInPlace && wanted.every((value, at) => isOneForm(items[first + at], value)))
    return wanted.flatMap((value, at) =>
      differences(items[first + at], value).map(leaf => ({
        document,
        path: [...path, first + at, ...leaf.path],
        value: leaf.value,
      })),
    )
  const start = before - own.filter(index => index < before).length
  return [
    ...own.toReversed().map(index => ({ document, path: [...path, index] })),
    ...wanted.map((value, at) => ({
      document,
      path: [...path, start + at],
      value,
      add: 'before' as const,
    })),
  ]
}

// --- internal ---

type Leaf = { path: (string | number)[]; value: YamlValue }

/** Whether two values differ in scalars alone. */
function isOneForm(a: unknown, b: YamlValue): boolean {
  if (typeof b !== 'object') return typeof a !== 'object' || a === null
  if (Array.isArray(a) !== Array.isArray(b) || typeof a !== 'object' || a === null) return false
  return (
    isDeepStrictEqual(Object.keys(a).toSorted(), Object.keys(b).toSorted()) &&
    Object.entries(b).every(([key, inner]) => isOneForm(fields({ ...a })[key], inner))
  )
}

function differences(a: unknown, b: YamlValue): Leaf[] {
  if (typeof b !== 'object') return a === b ? [] : [{ path: [], value: b }]
  return Object.entries(b).flatMap(([key, inner]) =>
    differences(fields({ ...(a as object) })[key], inner).map(({ path, value }) => ({
      path: [Array.isArray(b) ? Number(key) : key, ...path],
      value,
    })),
  )
}
