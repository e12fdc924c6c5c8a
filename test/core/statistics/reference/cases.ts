import { readFileSync } from 'node:fs'
import { expect } from 'vitest'

// biome-ignore lint/suspicious/noExplicitAny: inputs differ from family to family; each adapter knows its own
export type Inputs = Record<string, any>

/** From the inputs of a case to everything its family can have in `outputs`. */
export type Adapter = (inputs: Inputs, outputs: Inputs) => Record<string, unknown>

export interface ReferenceCase {
  id: string
  family: string
  inputs: Inputs
  outputs: Inputs
  tolerance: number
}

const file = new URL('../../../data/stats-reference.json', import.meta.url)

export const referenceCases: ReferenceCase[] = JSON.parse(readFileSync(file, 'utf8')).cases

/** Every output of the case that is not null must be there and equal within the tolerance. */
export function expectOutputs(example: ReferenceCase, computed: Record<string, unknown>): void {
  for (const [key, expected] of Object.entries(example.outputs))
    expectClose(computed[key], expected, example.tolerance, key)
}

function expectClose(actual: unknown, expected: unknown, tolerance: number, place: string): void {
  if (expected === null) return
  if (typeof expected === 'number') expectNumber(actual, expected, tolerance, place)
  else if (typeof expected === 'object') expectEntries(actual, Object.entries(expected), tolerance, place)
  else expect(actual, place).toBe(expected)
}

function expectEntries(
  actual: unknown,
  expected: [string, unknown][],
  tolerance: number,
  place: string,
): void {
  expect(actual, place).toBeTypeOf('object')
  expect(Object.keys(actual as object), place).toHaveLength(expected.length)
  for (const [key, value] of expected)
    expectClose((actual as Record<string, unknown>)[key], value, tolerance, `${place}.${key}`)
}

/** Absolute up to 1, relative beyond; tiny tails must agree in six digits. */
function expectNumber(actual: unknown, expected: number, tolerance: number, place: string): void {
  expect(actual, place).toBeTypeOf('number')
  const off = Math.abs((actual as number) - expected)
  const tail = /^(p|.*_p|midp|sf)(_|$)/.test(place) && expected !== 0 && Math.abs(expected) < 1e-6
  const allowed = tail ? 1e-6 * Math.abs(expected) : tolerance * Math.max(1, Math.abs(expected))
  expect(off, `${place}: ${actual}, expected ${expected}`).toBeLessThanOrEqual(allowed)
}
