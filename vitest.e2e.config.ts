import { defineConfig } from 'vitest/config'
import { closingLine } from './test/support/closing-line.ts'

// `npm run e2e` starts it: one cluster for all, one test after the other.
export default defineConfig({
  test: {
    include: ['test/e2e/*.e2e.ts'],
    globalSetup: ['test/support/tmp-of-run.ts', 'test/e2e/setup.ts'],
    setupFiles: ['test/support/own-tmp.ts'],
    reporters: ['default', closingLine()],
    fileParallelism: false,
    // What comes after a state that was not reached says nothing.
    bail: 1,
    // It runs beside other tests: ten times what the longest of most files takes by itself.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    teardownTimeout: 20_000,
  },
})
