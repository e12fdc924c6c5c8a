import type { z } from 'zod'

/**
 * What a schema makes of a value once the parts that it refuses are left out: so that rules between the other parts are asked
 * too, and all problems come at once.
 */
export interface ReadablePart<T> {
  value: T
  /** Where a path of `value` stands in what was read: items before it may have been left out. */
  original: (path: readonly PropertyKey[]) => PropertyKey[]
  broken: Broken
}

/** What was left out: what is said of it may be wrong. */
export interface Broken {
  /** Whether anything at a path of the value, below or above it was. */
  at(path: readonly PropertyKey[]): boolean
  /** The keys of a map that were. */
  keysOf(path: readonly PropertyKey[]): string[]
}

/** One thing that a schema refuses; unions unfolded. */
export interface Refusal {
  path: readonly PropertyKey[]
  /** Keys of `path` that the schema does not know, each with the known one that was probably meant. */
  unknown?: { key: string; meant: string | undefined }[]
}

/** Nothing was left out. */
export const WHOLE: Broken = { at: () => false, keysOf: () => [] }

/** undefined: nothing is left, or the parts that are wrong cannot be told from the rest. */
export function readablePart<T>(
  schema: z.ZodType<T>,
  raw: unknown,
  refusals: (issues: readonly z.core.$ZodIssue[]) => Refusal[],
): ReadablePart<T> | undefined {
  const left: Left = { out: new Set(), suspect: [] }
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const kept = new Map<string, number[]>()
    const value = without(raw, [], left.out, kept)
    const original = (path: readonly PropertyKey[]) => originalPath(path, kept)
    const parsed = schema.safeParse(value)
    if (parsed.success) return { value: parsed.data, original, broken: brokenIn(left, original) }
    const before = new Set(left.out)
    for (const { path, unknown } of refusals(parsed.error.issues))
      leaveOut(left, raw, original(path), { unknown, before })
    if (left.out.size === before.size || left.out.has(keyOf([]))) return undefined
  }
  return undefined
}

// --- internal ---

/** Leaving one part out may leave another without what it needs; a file is not deeper than this in rules. */
const MOST_ROUNDS = 8

function brokenIn({ suspect }: Left, original: ReadablePart<unknown>['original']): Broken {
  return {
    at: path => suspect.some(one => touches(one, original(path))),
    keysOf: path =>
      suspect
        .filter(one => one.length === path.length + 1 && touches(one, original(path)))
        .map(one => String(one.at(-1))),
  }
}

interface Left {
  out: Set<string>
  suspect: PropertyKey[][]
}

function leaveOut(
  { out, suspect }: Left,
  raw: unknown,
  path: PropertyKey[],
  { unknown, before }: { unknown: Refusal['unknown']; before: ReadonlySet<string> },
): void {
  if (unknown) {
    for (const { key, meant } of unknown) {
      out.add(keyOf([...path, key]))
      suspect.push([...path, key])
      if (meant !== undefined) suspect.push([...path, meant])
    }
    return
  }
  // What is missing cannot be left out, and what an earlier round left out was not enough: then what it belongs to is.
  let at = path
  while (at.length > 0 && (!isThere(raw, at) || before.has(keyOf(at)))) at = at.slice(0, -1)
  out.add(keyOf(at))
  suspect.push(at)
}

function isThere(raw: unknown, path: readonly PropertyKey[]): boolean {
  let value = raw
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false
    value = (value as Record<PropertyKey, unknown>)[step]
  }
  return true
}

/** A copy without the parts; `kept` says for each list that lost items which those are that stayed. */
function without(
  value: unknown,
  path: readonly PropertyKey[],
  out: ReadonlySet<string>,
  kept: Map<string, number[]>,
): unknown {
  if (typeof value !== 'object' || value === null) return value
  const inner = (entry: unknown, step: PropertyKey) => without(entry, [...path, step], out, kept)
  const stays = (step: PropertyKey) => !out.has(keyOf([...path, step]))
  if (!Array.isArray(value))
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, entry]) => (stays(key) ? [[key, inner(entry, key)]] : [])),
    )
  const indices = [...value.keys()].filter(stays)
  if (indices.length < value.length) kept.set(keyOf(path), indices)
  return indices.map(index => inner(value[index], index))
}

function originalPath(path: readonly PropertyKey[], kept: ReadonlyMap<string, number[]>): PropertyKey[] {
  const found: PropertyKey[] = []
  for (const step of path) found.push(kept.get(keyOf(found))?.[Number(step)] ?? step)
  return found
}

function touches(one: readonly PropertyKey[], other: readonly PropertyKey[]): boolean {
  const shared = Math.min(one.length, other.length)
  for (let at = 0; at < shared; at++) if (String(one[at]) !== String(other[at])) return false
  return true
}

function keyOf(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String))
}
