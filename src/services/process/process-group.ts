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

/** The group that a child leads; it must have been started `detached`. On Windows the tree below the child. */
export function processGroup(child: ChildProcess): ProcessGroup {
  let stopping: Promise<void> | undefined
  return {
    stop(killAfterSeconds) {
      stopping ??= stopGroup(child, killAfterSeconds)
    },
    stopped: async () => stopping,
    kill: () => void send(child, 'SIGKILL'),
  }
}

// --- internal ---

const POLL_MS = 50

/** The shell often ends before what it started: a training that still writes its checkpoint is waited for. */
async function stopGroup(child: ChildProcess, killAfterSeconds: number): Promise<void> {
  send(child, 'SIGTERM')
  const deadline = performance.now() + killAfterSeconds * 1000
  while (send(child, 0) && performance.now() < deadline) await sleep(POLL_MS)
  send(child, 'SIGKILL')
}

/** Whether anything of the group was left to get the signal. Signal 0 only asks. */
function send(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (process.platform === 'win32') return sendOnWindows(child, signal)
  try {
    return process.kill(-child.pid!, signal)
  } catch {
    return false
  }
}

/** Windows knows no signals and no groups: the first one asked for ends the whole tree. */
function sendOnWindows(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (signal !== 0) endTree(child)
  return child.exitCode === null && child.signalCode === null
}

function endTree({ pid }: ChildProcess): void {
  const env = childEnvironment('tool', process.env)
  spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { env }).on('error', () => {})
}
