import { describe } from 'vitest'

/**
 * How often what is left to chance is played: a property its cases, a race or a kill its rounds. `npm test` plays a fifth of the
 * cases, which finds what is known; `npm run mutation` all of them, since there is nothing else to notice by, and
 * `npm run test:long`, which CI runs after `npm test`, twice as many as that. They are the same each time, and what they can find has
 * been found: many more are played where new ones are looked for (`ASSAY_SEED=random`, once a week).
 */

const LONG = process.env.ASSAY_ROUNDS === 'long'
const WHOLE = process.env.ASSAY_ROUNDS === 'whole'
const WEEKLY = LONG && process.env.ASSAY_SEED === 'random'
const FACTOR = WEEKLY ? 5 : WHOLE ? 1 : LONG ? 2 / 5 : 1 / 5

/**
 * Rounds of a race, a kill or a simulation; in the weekly run as many as a promise of the project is about, where CI plays fewer.
 */
export function rounds(usual: number, long: number, weekly: number = long): number {
  return WEEKLY ? weekly : LONG ? long : usual
}

/** The cases of a property, as fast-check takes them. `RUNS=60000 npx vitest run test/core/report` looks as long as you like. */
export function cases(usual: number): { numRuns: number } {
  return { numRuns: Number(process.env.RUNS ?? Math.ceil(usual * FACTOR)) }
}

/**
 * Stories that are alike but for one thing, such as the forge: `npm test` plays those that `usual` picks and the long run the others,
 * so that CI, which runs both, plays each once. All of them for mutants.
 */
export function divided<T>(all: readonly T[], usual: (one: T, index: number) => boolean): T[] {
  return WHOLE ? [...all] : all.filter((one, index) => usual(one, index) !== LONG)
}

/** Of what is divided, the first. */
export function first(_one: unknown, index: number): boolean {
  return index === 0
}

/** All of them in the long run and for mutants, else those that `usual` picks. */
export function some<T>(all: readonly T[], usual: (one: T, index: number) => boolean): T[] {
  return LONG || WHOLE ? [...all] : all.filter(usual)
}

/**
 * A `describe` of stories that are the same each time, in a file that has others: `npm test` plays them, and the long run, which has
 * the file for those others, does not again. Mutants meet them as well.
 */
export function describeOnce(name: string, stories: () => void): void {
  if (!LONG) describe(name, stories)
}

/** A `describe` of stories that take long, beside others in their file: the long run plays them and `npm test` does not. Mutants meet them. */
export function describeLong(name: string, stories: () => void): void {
  if (LONG || WHOLE) describe(name, stories)
}
