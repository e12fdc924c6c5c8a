import type { Log } from '../src/commands/command/context.ts'
import { isAssayError } from '../src/core/errors/errors.ts'
import { fewProblems } from '../src/core/errors/few-problems.ts'
import { redactor } from '../src/core/secrets/secrets.ts'

/** What a line of the log may say besides its event. Texts of others are in none of them. */
export interface Fields {
  forge?: string
  event?: string
  id?: string
  action?: string
  repository?: string
  end?: string
  method?: string
  route?: string
  status?: number
  ms?: number
  key?: string
  failures?: number
  pause?: number
  code?: string
  problems?: string[]
  did?: string[]
  why?: string
  /** No event told of it. */
  found?: boolean
  at?: string[]
  port?: number
  count?: number
  left?: number
}

export type Level = 'info' | 'warn' | 'error'

/** One line of JSON for each thing that happened: only fields that are listed, freed of secrets. */
export interface BotLog {
  line(level: Level, message: string, fields?: Fields): void
  /** The same for what the product says while it works. */
  product: Log
}

export function botLog(write: (line: string) => void, now: () => number, secrets: readonly string[]): BotLog {
  const redact = redactor(secrets)
  const line: BotLog['line'] = (level, message, fields = {}) => {
    const time = new Date(now()).toISOString()
    write(`${redact(JSON.stringify({ time, level, message, ...fields }))}\n`)
  }
  return {
    line,
    product: {
      info: text => line('info', text),
      warn: text => line('warn', text),
      group: (_, body) => body(),
      // What programs print: the bot runs none.
      raw() {},
      live() {},
    },
  }
}

/** Why something failed: in its own words where they are ours, else as a fault. */
export function failureFields(error: unknown): Fields {
  return isAssayError(error)
    ? { code: error.code, problems: fewProblems([error])[0]!.problems.map(({ what }) => what) }
    : faultFields(error)
}

/** A fault by what it is and where it arose: its message may hold anything. */
export function faultFields(error: unknown): Fields {
  if (!(error instanceof Error)) return { code: typeof error }
  const { name, stack = '' } = error
  return {
    code: name,
    at: stack
      .split('\n')
      .filter(one => /^\s+at /.test(one))
      .slice(0, 5)
      .map(one => one.trim()),
  }
}
