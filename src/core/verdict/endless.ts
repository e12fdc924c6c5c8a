import type { z } from 'zod'

/**
 * What would keep a process busy that reads results of anybody: a schema names every fault of a value, and a megabyte of zeros where
 * rows should be are half a million of them.
 */

/** Whether a schema would find more faults in a value than anybody reads. It is looked at no further than that. */
export function isEndless(schema: z.ZodType, value: unknown, most = 2000): boolean {
  return faultsIn(schema, value, most) > most
}

/**
 * How many values bytes of JSON have at most, counted before anything is made of them: to parse a megabyte of keys takes longer than
 * to refuse it.
 */
export function valuesIn(bytes: Uint8Array): number {
  let count = 1
  let isText = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (isText) {
      if (byte === BACKSLASH) at++
      else if (byte === QUOTE) isText = false
    } else if (byte === QUOTE) isText = true
    else if (byte === COMMA || byte === LIST || byte === MAP) count++
  }
  return count
}

/** Whether a value of JSON nests deeper than so many levels. It is walked without recursion, for it may be deeper than a stack. */
export function isDeeper(value: unknown, levels: number): boolean {
  let level = [value].filter(isContainer)
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true
    level = level.flatMap(one => (Array.isArray(one) ? one : Object.values(one)).filter(isContainer))
  }
  return false
}

// --- internal ---

const [QUOTE, BACKSLASH, COMMA, LIST, MAP] = [0x22, 0x5c, 0x2c, 0x5b, 0x7b]

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

interface Def {
  innerType?: z.core.$ZodType
  shape?: Record<string, z.core.$ZodType>
  element?: z.core.$ZodType
  valueType?: z.core.$ZodType
}

/** How many faults there are, counted up to one more than `most`. */
function faultsIn(schema: z.core.$ZodType, value: unknown, most: number): number {
  const { innerType } = schema._zod.def as unknown as Def
  if (innerType) return value === undefined ? 0 : faultsIn(innerType, value, most)
  const parts = partsOf(schema, value)
  if (!parts) return (schema as z.ZodType).safeParse(value).success ? 0 : 1
  let faults = 0
  for (const [part, entry] of parts) {
    faults += faultsIn(part, entry, most - faults)
    if (faults > most) break
  }
  return faults
}

/** Undefined for what is no list and no map, or not where one should be. */
function partsOf(
  schema: z.core.$ZodType,
  value: unknown,
): (readonly [z.core.$ZodType, unknown])[] | undefined {
  const { shape, element, valueType } = schema._zod.def as unknown as Def
  if (Array.isArray(value)) return element && value.map(entry => [element, entry])
  if (typeof value !== 'object' || value === null) return undefined
  const entries = value as Record<string, unknown>
  if (shape) return Object.entries(shape).map(([key, part]) => [part, entries[key]])
  return valueType && Object.values(entries).map(entry => [valueType, entry])
}
