import { globSync, readFileSync } from 'node:fs'
import usual from './vitest.config.ts'

/**
 * `npm run test:long`: the files named for it (`*.long.test.ts`), which `npm test` leaves out, and those that leave something
 * to chance (test/support/rounds.ts), with many more rounds and cases.
 */
const include = globSync('test/**/*.test.ts').filter(
  file => file.endsWith('.long.test.ts') || readFileSync(file, 'utf8').includes("support/rounds.ts'"),
)

export default {
  ...usual,
  test: {
    ...usual.test,
    include,
    exclude: [],
    env: { ...usual.test?.env, ASSAY_ROUNDS: 'long' },
    testTimeout: 600_000,
  },
}
