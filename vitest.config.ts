import { availableParallelism } from 'node:os'
import { delimiter, resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import { closingLine } from './test/support/closing-line.ts'
import { beginningWith } from './test/support/order.ts'

const tools = ['.tools/bin', '.tools/python/bin', '.tools/dvc/bin'].map(folder =>
  resolve(import.meta.dirname, folder),
)

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Stories in other runners and browsers, kills, races and sweeps of hostile repositories: `npm run test:long`.
    exclude: ['test/**/*.long.test.ts'],
    globalSetup: ['test/support/tmp-of-run.ts', 'test/support/large-pages.ts'],
    setupFiles: ['test/support/no-network.ts', 'test/support/own-tmp.ts', 'test/support/property-seed.ts'],
    reporters: ['default', closingLine()],
    // What scripts/install-tools.sh brought. DVC starts itself once more after each command, to tell its makers of it.
    env: { PATH: [...tools, process.env.PATH].join(delimiter), DVC_NO_ANALYTICS: 'true' },
    // Modules are loaded once a worker, not once a file: a third of the time. No test replaces a module, the clock or the environment.
    isolate: false,
    // By Node itself, as it runs the command line: what Vite makes of a module takes a seventh more of the processors.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // Those that start programs: what that costs grows with what a worker has loaded and left, fivefold up to a gigabyte.
    sequence: {
      sequencer: beginningWith(file => /\/test\/(?:commands|services|cli|action|forges\/git)/.test(file)),
    },
    // Much of the time is waiting: for programs that are run, for answers, for a pause to end. Of more than eight, memory is the limit.
    maxWorkers: Math.min(2 * availableParallelism(), 8),
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
