import type { Log } from '../src/commands/context.ts'
import { redactLines } from '../src/core/secrets.ts'
import { safeLogLine } from '../src/core/visible-text.ts'

/** Where a log writes: standard error of the CLI, so that standard output stays the result alone. */
export interface LogTarget {
  write(text: string): void
  /** A terminal: live lines replace themselves. */
  live: boolean
  /** Folds a section in the CI's log; plain titles elsewhere. */
  startGroup?: (title: string) => string
  endGroup?: () => string
}

/** Progress for people, freed of secrets, control characters and workflow commands. */
export function makeLog(target: LogTarget, redact: (text: string) => string): Log {
  let liveShown = false
  const clear = () => {
    if (liveShown) target.write('\r\u001b[2K')
    liveShown = false
  }
  const line = (text: string) => {
    clear()
    for (const part of redact(text).split('\n')) target.write(`${safeLogLine(part)}\n`)
  }
  const stream = redactLines(redact)
  const decoder = new TextDecoder()
  const pass = (chunk: string) => {
    if (chunk === '') return
    clear()
    target.write(chunk)
  }
  return {
    info: line,
    warn: text => line(`warning: ${text}`),
    raw: chunk =>
      pass(stream.push(typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))),
    live(text) {
      if (!target.live) return
      clear()
      target.write(safeLogLine(redact(text)))
      liveShown = true
    },
    async group(title, body) {
      clear()
      const name = safeLogLine(redact(title).split('\n')[0] ?? '')
      target.write(target.startGroup ? target.startGroup(name) : `▸ ${name}\n`)
      try {
        return await body()
      } finally {
        pass(stream.end())
        if (target.endGroup) target.write(target.endGroup())
      }
    },
  }
}
