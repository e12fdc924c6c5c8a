import type { Reporter, TestModule } from 'vitest/node'

/** Ends a run with one plain line that any CI can read: `assay: N passed, N failed, N skipped`. */
export function closingLine(): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 }
      for (const module of modules) {
        for (const test of module.children.allTests()) count[test.result().state]++
        if (brokenItself(module)) count.failed++
      }
      // After the other reporters, which print when the run has ended.
      process.once('exit', () =>
        process.stdout.write(
          `assay: ${count.passed} passed, ${count.failed + count.pending} failed, ${count.skipped} skipped\n`,
        ),
      )
    },
  }
}

// --- internal ---

/** A file that could not be loaded, or whose hooks failed, fails no test of its own. */
function brokenItself(module: TestModule): boolean {
  const suites = [...module.children.allSuites()]
  return module.errors().length > 0 || suites.some(suite => suite.errors().length > 0)
}
