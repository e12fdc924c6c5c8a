import type { NoValues, Rows } from './event.ts'
import { isObject, own } from './json-text.ts'
import { tensorRows } from './tensors.ts'

/** The one row of a plain event: features by name, or in the order of the profile. */
export function plainRow(event: unknown, names: readonly string[]): Rows | NoValues {
  const features = isObject(event) ? own(event, 'features') : undefined
  return features === undefined ? 'rejected' : listed([features], names)
}

/** The rows of a request as a model server gets it: `instances` (V1), or `inputs` (V2, Open Inference Protocol). */
export function requestRows(body: unknown, names: readonly string[]): Rows | NoValues {
  if (!isObject(body)) return 'rejected'
  const inputs = own(body, 'inputs')
  if (Array.isArray(inputs)) return tensorRows(inputs, names)
  const instances = own(body, 'instances')
  return Array.isArray(instances) ? listed(instances, names) : 'rejected'
}

// --- internal ---

/**
 * A row without names has as many values as the profile has features: which is which is never guessed. A row with names may have
 * others beside; one of which the profile knows none is of something else.
 */
function listed(rows: readonly unknown[], names: readonly string[]): Rows | NoValues {
  for (const row of rows) if (!fits(row, names)) return 'mismatch'
  return {
    length: rows.length,
    value(index, feature) {
      const row = rows[index]
      if (Array.isArray(row)) return row[feature]
      return isObject(row) ? named(row, names[feature]!) : row
    },
  }
}

function fits(row: unknown, names: readonly string[]): boolean {
  if (Array.isArray(row)) return row.length === names.length && !row.some(Array.isArray)
  if (isObject(row)) return names.some(name => Object.hasOwn(row, name))
  return names.length === 1
}

/** Of what JSON can say nothing is a function: one was not sent, but is what every object has under that name. */
function named(row: Record<string, unknown>, name: string): unknown {
  const value = row[name]
  return typeof value === 'function' ? undefined : value
}
