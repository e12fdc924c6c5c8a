import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Readable } from 'node:stream'
import { AssayError } from '../../core/errors/errors.ts'
import { childEnvironment } from './child-environment.ts'
import { type OutputTail, outputTail } from './output-tail.ts'
import { type ProcessGroup, processGroup } from './process-group.ts'
import { settledWithin } from './settled-within.ts'

/**
 * Runs the user's own commands: training, evaluation, the champion's evaluation. What they print is streamed and never
 * collected; what stops them reaches everything that they started.
 */

export interface CommandToRun {
  /** Shell text, as the configuration has it; or a program and its arguments, which no shell reads. */
  run: string | readonly string[]
  folder: string
  env: Readonly<Record<string, string | undefined>>
  timeoutSeconds: number
  /** Aborted: the command is stopped as on a timeout. */
  signal: AbortSignal
  /** Gets every piece of output as it comes. A promise holds the command back until it is settled. */
  onOutput: (chunk: Uint8Array, stream: 'stdout' | 'stderr') => void | Promise<void>
  /** Between SIGTERM and SIGKILL: time to write a checkpoint. */
  killAfterSeconds?: number
}

export interface EndedCommand {
  /** Absent when a signal ended the shell, or when it never started. */
  exitCode?: number
  /** The signal that ended the shell, or the one its exit code stands for (137 is 128 + SIGKILL: often out of memory). */
  signal?: string
  /** Exit code 127: the shell did not find a command. */
  notFound: boolean
  timedOut: boolean
  cancelled: boolean
  seconds: number
  /** The last 8 KiB of standard output and error, as they came. */
  tail: string
}

/**
 * Runs a command, its text in a shell (`bash -e -o pipefail`; `sh -e` without bash; `cmd` on Windows) without input and waits for its
 * end. On a timeout or abort its whole process group gets SIGTERM and, if anything is left of it later, SIGKILL. What it
 * leaves running in the background by itself is left alone, as a CI step would, but is not waited for.
 *
 * @throws AssayError `COMMAND_NOT_STARTED` when there is no such folder or no shell. However a command ends is a result.
 */
export async function runCommand(command: CommandToRun): Promise<EndedCommand> {
  const begun = performance.now()
  const why = { timedOut: false, cancelled: false }
  if (command.signal.aborted) return { ...why, cancelled: true, notFound: false, seconds: 0, tail: '' }
  const child = await start(command)
  const group = processGroup(child, command.env)
  const stopFor = (reason: keyof typeof why) => () => {
    why[reason] = true
    group.stop(command.killAfterSeconds ?? 10)
  }
  const release = listen(command, group, stopFor('cancelled'), stopFor('timedOut'))
  try {
    const tail = outputTail()
    const output = readOutput(child, command.onOutput, tail)
    output.catch(() => group.stop(0))
    const end = await exitOf(child)
    const reasons = { ...why }
    await group.stopped()
    if (!(await settledWithin(output, DRAIN_MS))) closeOutput(child)
    return { ...reasons, ...end, seconds: (performance.now() - begun) / 1000, tail: tail.text() }
  } finally {
    release()
  }
}

/** The environment for the user's commands, with what they are told. */
export function environmentFor(
  env: Readonly<Record<string, string | undefined>>,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return childEnvironment('command', env, extra)
}

// --- internal ---

/** How long output may stay open after the shell has ended: a background process may hold it for ever. */
const DRAIN_MS = 2_000

const SHELLS = [
  ['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail', '-c'],
  ['sh', '-e', '-c'],
]

async function start({ run, folder, env }: CommandToRun): Promise<ChildProcess> {
  const options: SpawnOptions = { cwd: folder, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] }
  const isWindows = process.platform === 'win32'
  if (isWindows && typeof run === 'string') return started(spawn(run, { ...options, shell: true }))
  const ways = typeof run === 'string' ? SHELLS.map(shell => [...shell, run]) : [run]
  let cause: unknown
  for (const [program, ...parameters] of ways)
    try {
      return await started(spawn(program!, parameters, { ...options, detached: !isWindows }))
    } catch (error) {
      cause = error
    }
  throw notStarted(folder, run, cause)
}

function started(child: ChildProcess): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () => {
      child.off('error', reject)
      // A failed kill is an error event, which would end this program if nobody listened.
      child.on('error', () => {})
      resolve(child)
    })
  })
}

function notStarted(folder: string, run: CommandToRun['run'], cause: unknown): AssayError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown'
  const [what, wanted] =
    typeof run === 'string'
      ? ['neither bash nor sh could be started there', 'a shell']
      : [`${run[0]} could not be started there`, run[0]]
  return new AssayError({
    code: 'COMMAND_NOT_STARTED',
    title: 'A command could not be started',
    problems: [
      {
        what: `${what} (${code})`,
        where: { file: folder },
        fix: `Check that the folder exists and that there is ${wanted} on the PATH.`,
      },
    ],
    cause,
  })
}

/** Whatever may end the command early. Returns what takes the listeners away again. */
function listen(
  { signal, timeoutSeconds }: CommandToRun,
  group: ProcessGroup,
  onAbort: () => void,
  onTimeout: () => void,
): () => void {
  // Longer ones overflow Node's timers, which then ring at once.
  const timer = setTimeout(onTimeout, Math.min(timeoutSeconds * 1000, 2 ** 31 - 1))
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  // Whatever ends this program, the command must not go on behind its back.
  process.once('exit', group.kill)
  return () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    process.off('exit', group.kill)
  }
}

function exitOf(child: ChildProcess): Promise<Pick<EndedCommand, 'exitCode' | 'signal' | 'notFound'>> {
  return new Promise(resolve => {
    const end = (code: number | null, signal: NodeJS.Signals | null) => resolve(describeEnd(code, signal))
    if (child.exitCode !== null || child.signalCode !== null) end(child.exitCode, child.signalCode)
    else child.once('exit', end)
  })
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null) {
  if (code === null) return { signal: signal ?? undefined, notFound: false }
  const [name] = Object.entries(constants.signals).find(([, number]) => 128 + number === code) ?? []
  return { exitCode: code, signal: name, notFound: code === 127 }
}

async function readOutput(
  child: ChildProcess,
  onOutput: CommandToRun['onOutput'],
  tail: OutputTail,
): Promise<void> {
  const read = (name: 'stdout' | 'stderr') =>
    pump(child[name]!, chunk => {
      tail.add(chunk)
      return onOutput(chunk, name)
    })
  await Promise.all([read('stdout'), read('stderr')])
}

/** Reads one piece at a time: a reader that is slow slows the command down, and memory does not grow. */
async function pump(stream: Readable, take: (chunk: Uint8Array) => void | Promise<void>): Promise<void> {
  try {
    for await (const chunk of stream) await take(chunk as Uint8Array)
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_STREAM_PREMATURE_CLOSE')
      throw error
  }
}

function closeOutput(child: ChildProcess): void {
  child.stdout!.destroy()
  child.stderr!.destroy()
}
