/**
 * How often a property is tried. Texts are rendered and read back each time, so by default it is as often as finds the known
 * attacks within seconds; `RUNS=60000 npm test -- test/core/report` looks longer.
 */
export const RUNS = { numRuns: Number(process.env.RUNS ?? 1500) }
