import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createVitest, type Reporter, type TestModule } from 'vitest/node'
import { type Mutant, mutated } from './mutants.ts'

/** One mutant after the other against the tests of its area, in a process that its parent may have to end. */

export interface Question {
  mutant?: Mutant
  tests: string[]
  /** Of a regular expression: only the tests of such a name. */
  only?: string
  /** The first failure is told, whatever it is: the compiler may say that the mutant is none. */
  first?: boolean
}

/** What became of a mutant: `survived`, or by what it was noticed. */
export interface Answer {
  end: End
  by?: string
  seconds: number
}

export type End = 'assertion' | 'refusal' | 'error' | 'time-out' | 'survived'

let active: Mutant | undefined
const silent: Reporter = {}
const vitest = await createVitest(
  'test',
  {
    watch: false,
    // An area may name a file of the long run.
    exclude: [],
    reporters: [silent],
    fsModuleCache: false,
    // Node would not ask the plugin below.
    experimental: { viteModuleRunner: true },
    maxWorkers: 1,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
  {
    plugins: [
      {
        name: 'mutant',
        enforce: 'pre',
        transform: (code, id) => (active && id === resolve(active.file) ? mutated(code, active) : undefined),
      },
    ],
    logLevel: 'silent',
  },
)
const source = (mutant: Mutant) => readFileSync(mutant.file, 'utf8')

process.on('message', async ({ mutant, tests, only, first = false }: Question) => {
  const begun = performance.now()
  if (mutant && source(mutant).slice(mutant.start, mutant.end) !== mutant.original)
    throw new Error(`${mutant.file} changed while it was mutated`)
  active = mutant
  if (only === undefined) vitest.resetGlobalTestNamePattern()
  else vitest.setGlobalTestNamePattern(new RegExp(only, 'i'))
  if (mutant) vitest.invalidateFile(resolve(mutant.file))
  const noticed = await (first ? firstFailed(tests) : firstNoticed(tests))
  active = undefined
  if (mutant) vitest.invalidateFile(resolve(mutant.file))
  process.send!({ ...noticed, seconds: (performance.now() - begun) / 1000 } satisfies Answer)
})
process.send!('ready')

// --- internal ---

/** The tests in their order, until one notices: what fails before that may be no assertion. */
async function firstNoticed(tests: string[]): Promise<Pick<Answer, 'end' | 'by'>> {
  let other: Pick<Answer, 'end' | 'by'> | undefined
  for (const test of tests) {
    const ends = await endsIn(test, { bail: 0 })
    const noticed = ends.find(({ end }) => end === 'assertion') ?? ends.find(isNoticed)
    if (noticed) return noticed
    other ??= ends[0]
  }
  return other ?? { end: 'survived' }
}

async function firstFailed(tests: string[]): Promise<Pick<Answer, 'end' | 'by'>> {
  for (const test of tests) {
    const ends = await endsIn(test, { bail: 1 })
    if (ends.length > 0) return ends.find(isNoticed) ?? ends[0]!
  }
  return { end: 'survived' }
}

function isNoticed({ end }: Pick<Answer, 'end'>): boolean {
  return end === 'assertion' || end === 'refusal'
}

/** How the tests of a file failed; none: all passed. */
async function endsIn(test: string, { bail }: { bail: 0 | 1 }): Promise<Pick<Answer, 'end' | 'by'>[]> {
  vitest.config.bail = bail
  const specification = vitest.getRootProject().createSpecification(resolve(test))
  const { testModules } = await vitest.runTestSpecifications([specification])
  // Files that ran before are told as well, with what they said of another mutant.
  return testModules.filter(({ moduleId }) => moduleId === specification.moduleId).flatMap(endsOf)
}

function endsOf(module: TestModule): Pick<Answer, 'end' | 'by'>[] {
  const ofTests = [...module.children.allTests('failed')].flatMap(test =>
    (test.result().errors ?? []).map(error => ({
      end: endOf(error),
      by: `${module.relativeModuleId}: ${test.fullName}`,
    })),
  )
  const suites = [module, ...module.children.allSuites()].flatMap(suite => suite.errors())
  return [...ofTests, ...suites.map(error => ({ end: endOf(error), by: module.relativeModuleId }))]
}

/** fast-check wraps what failed in an error of its own; an `AssayError` that reaches a test is the product's own refusal. */
function endOf(error: { name?: string; message: string; cause?: unknown; stack?: string }): End {
  const names = [error, error.cause].map(entry => (entry as { name?: string } | undefined)?.name)
  const text = `${error.message}\n${error.stack ?? ''}`
  if (/Test timed out|Hook timed out/.test(text)) return 'time-out'
  if (names.includes('AssertionError') || /^Got AssertionError|AssertionError: /m.test(text))
    return 'assertion'
  if (/Property failed after/.test(text) && /Property failed by returning false/.test(text))
    return 'assertion'
  if (names.includes('AssayError') || /AssayError/.test(text)) return 'refusal'
  return 'error'
}
