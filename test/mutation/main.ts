import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { AREAS, type Area } from './areas.ts'
import { openCompiler } from './compiles.ts'
import { type Mutant, mutantsOf } from './mutants.ts'
import { reasonFor, staleReasons } from './survivors.ts'
import type { Answer, End, Question } from './worker.ts'

/**
 * `npm run mutation -- [--area NAME] [--file PART] [--every N]`: changes what decides, one place at a time, and sees whether a
 * test notices. Counted as noticed is only what an assertion noticed, or a refusal of Assay's own that reached a test; a type
 * error or a time-out is not. What the compiler refuses is no mutant. Ends with code 1 below 90 %, or where a survivor has no reason in survivors.ts.
 */

const BAR = 0.9
/** A mutant may make a loop endless: then its process is ended. Far above what the slowest tests take. */
const PATIENCE_MS = 180_000

const NOTICED: readonly End[] = ['assertion', 'refusal']

const { values } = parseArgs({
  options: {
    area: { type: 'string' },
    file: { type: 'string' },
    every: { type: 'string', default: '1' },
    workers: { type: 'string' },
  },
})
const tasks = AREAS.filter(area => values.area === undefined || area.name.includes(values.area)).flatMap(
  tasksOf,
)
console.log(`${tasks.length} mutants`)
const outcomes: { task: Task; answer: Answer }[] = []
const queue = [...tasks]
const compiler = openCompiler()
await Promise.all(
  Array.from({ length: Math.min(Number(values.workers ?? availableParallelism()), queue.length) }, work),
)
compiler.close()
process.exitCode = report()

// --- internal ---

interface Task {
  area: Area
  mutant: Mutant
}

function tasksOf(area: Area): Task[] {
  const mutants = area.files
    .filter(file => values.file === undefined || file.includes(values.file))
    .flatMap(file => mutantsOf(file, readFileSync(file, 'utf8')))
  return mutants.filter((_, at) => at % Number(values.every) === 0).map(mutant => ({ area, mutant }))
}

async function work(): Promise<void> {
  let worker = await startWorker()
  const whole = new Set<string>()
  for (let task = queue.shift(); task; task = queue.shift()) {
    const { area, mutant } = task
    if (!whole.has(area.name)) {
      const question = { tests: area.tests, only: area.only?.source }
      const { end, by = end } = await ask(worker, question, 5 * PATIENCE_MS)
      if (end !== 'survived') throw new Error(`without any mutant a test of ${area.name} fails: ${by}`)
      whole.add(area.name)
    }
    const question = { mutant, tests: area.tests, only: area.only?.source }
    let answer = await ask(worker, { ...question, first: true })
    const isEndless = worker.killed
    if (isEndless) worker = await startWorker()
    if (!NOTICED.includes(answer.end) && !(await compiler.compiles(mutant))) continue
    // A later test may notice by an assertion.
    if (!isEndless && (answer.end === 'error' || answer.end === 'time-out')) {
      answer = await ask(worker, question)
      if (worker.killed) worker = await startWorker()
    }
    outcomes.push({ task, answer })
    const told = answer.by ? `${answer.end}, ${answer.by}` : answer.end
    if (answer.end !== 'assertion') console.log(`${describe(mutant)}: ${told}`)
    else if (outcomes.length % 25 === 0) console.log(`${outcomes.length} of ${tasks.length}`)
  }
  worker.kill('SIGKILL')
}

async function startWorker(): Promise<ChildProcess> {
  const worker = fork(fileURLToPath(new URL('worker.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ASSAY_ROUNDS: 'whole' },
  })
  await new Promise(resolve => worker.once('message', resolve))
  return worker
}

function ask(worker: ChildProcess, question: Question, patience = PATIENCE_MS): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      clearTimeout(timer)
      worker.removeAllListeners()
      then()
    }
    const timer = setTimeout(() => {
      worker.kill('SIGKILL')
      settle(() => resolve({ end: 'time-out', seconds: patience / 1000 }))
    }, patience)
    worker.once('message', answer => settle(() => resolve(answer as Answer)))
    worker.once('exit', code => settle(() => reject(new Error(`the worker ended with code ${code}`))))
    worker.send(question)
  })
}

function describe({ file, line, operator, original, replacement }: Mutant): string {
  const short = (text: string) => text.replace(/\s+/g, ' ').slice(0, 70)
  return `${file}:${line} ${operator}: ${short(original)} → ${short(replacement)}`
}

function report(): number {
  const noticed = (all: typeof outcomes) => all.filter(({ answer }) => NOTICED.includes(answer.end)).length
  console.log('')
  for (const area of AREAS) {
    const all = outcomes.filter(({ task }) => task.area === area)
    if (all.length === 0) continue
    const by = Object.entries(Object.groupBy(all, ({ answer }) => answer.end))
    const minutes = all.reduce((sum, { answer }) => sum + answer.seconds, 0) / 60
    console.log(
      `${area.name}: ${share(noticed(all), all.length)} noticed; ${by.map(([end, some]) => `${end} ${some.length}`).join(', ')}; ${minutes.toFixed(1)} minutes of tests`,
    )
  }
  const unexplained = outcomes.filter(
    ({ task, answer }) => !NOTICED.includes(answer.end) && reasonFor(task.mutant) === undefined,
  )
  for (const { task, answer } of unexplained)
    console.log(`no reason: ${describe(task.mutant)} (${answer.end})`)
  const stale =
    values.area || values.file || values.every !== '1'
      ? []
      : staleReasons(
          outcomes.filter(({ answer }) => !NOTICED.includes(answer.end)).map(({ task }) => task.mutant),
        )
  for (const reason of stale) console.log(`a reason for nothing that survives: ${reason}`)
  const score = noticed(outcomes) / outcomes.length
  console.log(`mutation score: ${share(noticed(outcomes), outcomes.length)} of ${outcomes.length} mutants`)
  return score >= BAR && unexplained.length === 0 && stale.length === 0 ? 0 : 1
}

function share(some: number, all: number): string {
  return `${((100 * some) / all).toFixed(1)} %`
}
