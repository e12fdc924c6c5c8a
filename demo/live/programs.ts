import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DemoError } from '../demo-error.ts'
import { endsWithUs } from '../ends-with-us.ts'
import { ownEnvironment } from '../run-action.ts'

/** Programs that run beside the story; what they say is kept as `NAME.log`. */
export interface Programs {
  /**
   * Settles once `ready` answers.
   *
   * @returns what ends it, in a few seconds
   * @throws DemoError where it ends before that, with its last words
   */
  start(program: Program): Promise<() => Promise<void>>
  /** All of them, the last one first; each is given a few seconds. */
  stop(): Promise<void>
}

export interface Program {
  name: string
  command: string
  parameters: readonly string[]
  folder: string
  env?: Record<string, string>
  /** Address that answers 200 as soon as it does its work. */
  ready: string
}

export function programs(out: string): Programs {
  const stops: (() => Promise<void>)[] = []
  return {
    async start({ name, command, parameters, folder, env = {}, ready }) {
      const file = join(out, `${name}.log`)
      writeFileSync(file, '')
      const child = endsWithUs(
        spawn(command, parameters, {
          cwd: folder,
          env: { ...ownEnvironment(), ...env },
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      )
      let said = ''
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (piece: string) => {
          appendFileSync(file, piece)
          said = (said + piece).slice(-2000)
        })
      let hasEnded = false
      const ended = new Promise<void>(resolve => {
        child.once('error', () => resolve())
        child.once('close', () => resolve())
      }).then(() => {
        hasEnded = true
      })
      const stop = async () => {
        child.kill('SIGTERM')
        await Promise.race([ended, sleep(STOP_MS, undefined, { ref: false })])
        if (!hasEnded) child.kill('SIGKILL')
      }
      stops.push(stop)
      for (const end = performance.now() + START_MS; !(await answers(ready)); await sleep(100))
        if (hasEnded || performance.now() > end)
          throw new DemoError(
            `${name} (${basename(command)}) did not start:\n\n${said.trim()}`,
            `Where it says that an address is in use, something else has taken that port since: run the demo again. Its log: ${file}`,
          )
      return stop
    },
    async stop() {
      for (const stop of stops.splice(0).reverse()) await stop()
    },
  }
}

/** The first of them that is on the PATH and can tell its version. */
export function installed(...commands: string[]): string | undefined {
  return commands.find(command => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0)
}

// --- internal ---

const START_MS = 60_000
const STOP_MS = 5000

async function answers(address: string): Promise<boolean> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(2000) }).catch(() => undefined)
  await answer?.arrayBuffer()
  return answer?.ok === true
}
