import type { z } from 'zod'
import type { Problem } from '../errors/errors.ts'
import { shortened, visible } from './visible-text.ts'

/**
 * Files of ours that another version of Assay wrote. Within one `schema`, a newer version may say more than is known here: that is
 * kept, and counts for nothing. Another `schema` is refused by its name, for nobody can know what it means.
 */

/**
 * What is wrong with the `schema` of a file, or what it is called there; undefined: it is the one that is read here. A file without
 * one is of the first.
 */
export function schemaProblem(
  raw: unknown,
  reads: number,
  key = 'schema',
): Omit<Problem, 'where'> | undefined {
  if (typeof raw !== 'object' || raw === null || !Object.hasOwn(raw, key)) return undefined
  const schema = (raw as Record<string, unknown>)[key]
  if (typeof schema !== 'number' || !Number.isInteger(schema) || schema === reads) return undefined
  const writer =
    'assay' in raw && typeof raw.assay === 'string' && VERSION.test(raw.assay) ? raw.assay : undefined
  if (schema < reads)
    return {
      what: `it was written by an older Assay${writer ? `, ${writer}` : ''}: \`${key}\` ${schema}, where this one reads ${reads}`,
      fix: 'let the current version write it again',
    }
  return {
    what: `it was written by a newer Assay${writer ? `, ${writer}` : ''}: \`${key}\` ${schema}, where this one reads ${reads}`,
    fix: `upgrade Assay to ${writer ? `${writer} or newer` : 'the version that wrote it'}`,
  }
}

/** A value as a schema took it, and beside it everything of `raw` that the schema does not know. */
export function withUnknown<T>(value: T, raw: unknown): T {
  return merged(value, raw) as T
}

/**
 * The keys of a value that its schema does not know, as `metrics.auc.unit` with `*` for the entries of maps and lists, each once.
 */
export function unknownKeys(schema: z.ZodType, value: unknown): string[] {
  const found = new Set<string>()
  collect(schema, value, [], found)
  return [...found].sort()
}

// --- internal ---

interface Def {
  innerType?: z.core.$ZodType
  shape?: Record<string, z.core.$ZodType>
  element?: z.core.$ZodType
  valueType?: z.core.$ZodType
}

function collect(schema: z.core.$ZodType, value: unknown, path: readonly string[], found: Set<string>): void {
  const { innerType, shape, element, valueType } = schema._zod.def as unknown as Def
  if (innerType) collect(innerType, value, path, found)
  else if (Array.isArray(value)) {
    for (const entry of value) if (element) collect(element, entry, [...path, '*'], found)
  } else if (isMap(value))
    for (const [key, entry] of Object.entries(value)) {
      if (shape && !Object.hasOwn(shape, key)) found.add([...path, visible(shortened(key, 60))].join('.'))
      else if (shape) collect(shape[key]!, entry, [...path, key], found)
      else if (valueType) collect(valueType, entry, [...path, '*'], found)
    }
}

/** No version will ever name a key so. */
const INHERITED = new Set(['__proto__', 'constructor', 'prototype'])
const VERSION = /^[\w.+-]{1,40}$/

function merged(value: unknown, raw: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(raw))
    return value.map((entry, index) => merged(entry, raw[index]))
  if (!isMap(value) || !isMap(raw)) return value
  const known = Object.entries(value).map(([key, entry]) => [
    key,
    Object.hasOwn(raw, key) ? merged(entry, raw[key]) : entry,
  ])
  const more = Object.entries(raw).filter(([key]) => !Object.hasOwn(value, key) && !INHERITED.has(key))
  return Object.fromEntries([...known, ...more])
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
