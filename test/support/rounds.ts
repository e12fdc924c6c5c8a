/**
 * How often what is left to chance is played: a property its cases, a race or a kill its rounds. `npm test` plays enough to
 * find what is known, `npm run test:long` many more, `npm run test:fast` a fifth of the cases.
 */

const LONG = process.env.ASSAY_ROUNDS === 'long'
const FACTOR = LONG ? 5 : process.env.ASSAY_ROUNDS === 'fast' ? 1 / 5 : 1

/** Rounds of a race or a kill. */
export function rounds(usual: number, long: number): number {
  return LONG ? long : usual
}

/** The cases of a property, as fast-check takes them. `RUNS=60000 npx vitest run test/core/report` looks as long as you like. */
export function cases(usual: number): { numRuns: number } {
  return { numRuns: Number(process.env.RUNS ?? Math.ceil(usual * FACTOR)) }
}

/** All of them in the long run, else those that `usual` picks. */
export function some<T>(all: T[], usual: (one: T) => boolean): T[] {
  return LONG ? all : all.filter(usual)
}
