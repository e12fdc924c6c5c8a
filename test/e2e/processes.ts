import { spawn } from 'node:child_process'
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Programs that run beside the tests, by name: each has a log and a file with its process id, so that any process may end it. */
export interface Program {
  name: string
  command: string
  parameters: string[]
  env?: Record<string, string>
}

export function start(folder: string, { name, command, parameters, env = {} }: Program): void {
  const log = openSync(join(folder, `${name}.log`), 'a')
  const child = spawn(command, parameters, {
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
    detached: true,
  })
  child.on('error', error => writeFileSync(log, `${error}\n`))
  child.unref()
  writeFileSync(pidFile(folder, name), String(child.pid))
}

/** Ends it at once, as a node that is lost does. */
export async function kill(folder: string, name: string): Promise<void> {
  const file = pidFile(folder, name)
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8'))
  signal(pid, 'SIGKILL')
  while (signal(pid, 0)) await sleep(50)
  rmSync(file)
}

/** Asks until it is answered without an error, and gives that answer. @throws Error after four minutes: nothing here takes one */
export async function until<T>(what: string, ask: () => T | Promise<T>): Promise<T> {
  const end = Date.now() + LONGEST_S * 1000
  for (;;)
    try {
      return await ask()
    } catch (error) {
      if (Date.now() > end) throw new Error(`${what}: not after ${LONGEST_S} s`, { cause: error })
      await sleep(250)
    }
}

// --- internal ---

const LONGEST_S = 240

function pidFile(folder: string, name: string): string {
  return join(folder, `${name}.pid`)
}

/** Whether there is such a process; one that has ended and was not waited for is none. */
function signal(pid: number, what: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, what)
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}
