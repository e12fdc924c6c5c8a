import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { childEnvironment } from './child-environment.ts'

/** A shell with everything it started. */
export interface ProcessGroup {
  /** SIGTERM to all, SIGKILL to what is left of it `killAfterSeconds` later. Asked again, it goes on as it began. */
  stop(killAfterSeconds: number): void
  /** Settles when the stopping that was asked for is over; at once when none was. */
  stopped(): Promise<void>
  /** At once, without waiting: for the end of this program. */
  kill(): void
}

/**
 * The group that a child leads; it must have been started `detached`. On Windows the tree below the child.
 *
 * @param env where the program is found that ends such a tree
 */
export function processGroup(child: ChildProcess, env: Environment): ProcessGroup {
  const send: Send = signal =>
    process.platform === 'win32' ? sendOnWindows(child, signal, env) : sendToGroup(child, signal)
  let stopping: Promise<void> | undefined
  return {
    stop(killAfterSeconds) {
      stopping ??= stopGroup(send, killAfterSeconds)
    },
    stopped: async () => stopping,
    kill: () => void send('SIGKILL'),
  }
}

// --- internal ---

type Environment = Readonly<Record<string, string | undefined>>
/** Whether anything of the group was left to get the signal. Signal 0 only asks. */
type Send = (signal: NodeJS.Signals | 0) => boolean

const POLL_MS = 50

/** The shell often ends before what it started: a training that still writes its checkpoint is waited for. */
async function stopGroup(send: Send, killAfterSeconds: number): Promise<void> {
  send('SIGTERM')
  const deadline = performance.now() + killAfterSeconds * 1000
  while (send(0) && performance.now() < deadline) await sleep(POLL_MS)
  send('SIGKILL')
}

function sendToGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-child.pid!, signal)
  } catch {
    return false
  }
}

/** Windows knows no signals and no groups: the first one asked for ends the whole tree. */
function sendOnWindows(child: ChildProcess, signal: NodeJS.Signals | 0, env: Environment): boolean {
  if (signal !== 0) endTree(child, env)
  return child.exitCode === null && child.signalCode === null
}

function endTree({ pid }: ChildProcess, env: Environment): void {
  spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { env: childEnvironment('tool', env) }).on(
    'error',
    () => {},
  )
}
