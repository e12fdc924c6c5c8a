import { describe, expect, it } from 'vitest'
import type { Arms, ReleaseForTarget } from '../../src/targets/target.ts'
import { problemsIn, refusalOf, splitRefusalOf } from './cases.ts'

/** Options of `assay-deploy.yml` that a target refuses, each with all that is said about them. */
export function refusesOptions(
  target: string,
  rows: readonly [name: string, options: string, message: string][],
): void {
  describe(`${target}: options`, () => {
    it.each(rows)('refuses %s', (_, options, message) => {
      expect(problemsIn(target, options)).toBe(message)
    })
  })
}

/** Manifests that a target does not write into, each with all that is said about them. */
export function refusesManifests(
  target: string,
  rows: readonly [
    name: string,
    text: string,
    options: Record<string, unknown>,
    release: Partial<ReleaseForTarget>,
    message: string,
  ][],
): void {
  describe(`${target}: manifests`, () => {
    it.each(rows)('refuses %s', (_, text, options, release, message) => {
      expect(refusalOf(target, text, options, release)).toBe(message)
    })
  })
}

/** Canaries that a target does not write into a manifest, each with all that is said about them. */
export function refusesSplits(
  target: string,
  rows: readonly [
    name: string,
    text: string,
    options: Record<string, unknown>,
    message: string,
    arms?: Partial<Arms>,
  ][],
): void {
  describe(`${target}: canaries`, () => {
    it.each(rows)('refuses %s', (_, text, options, message, arms) => {
      expect(splitRefusalOf(target, text, options, arms)).toBe(message)
    })
  })
}
