import { globSync, readFileSync } from 'node:fs'
import { beginningWith } from './test/support/order.ts'
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
    // The longest last would run alone: on a new machine only the sizes of files are known, and stories are small ones.
    sequence: { sequencer: beginningWith(file => file.endsWith('.long.test.ts')) },
    env: { ...usual.test?.env, ASSAY_ROUNDS: 'long' },
    // Ten times what all but a few take (those say SLOW and why), and four times what they took at a load of 20 on two cores: a
    // story that hangs costs four minutes. Hooks begin servers and train models, once a file.
    testTimeout: 240_000,
    hookTimeout: 600_000,
  },
}
