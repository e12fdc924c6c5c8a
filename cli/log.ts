import type { Log } from '../src/commands/command/context.ts'
import { redactLines } from '../src/core/secrets/secrets.ts'
import { plainLine, plainLogLine } from '../src/core/text/console-output.ts'
import { safeLogLine } from '../src/core/text/visible-text.ts'

/** Where a log writes: standard error of the CLI, so that standard output stays the result alone. */
export interface LogTarget {
  write(text: string): void
  /** A terminal: live lines replace themselves, and commands may colour their output. Everything else is a log. */
  live: boolean
  /** Folds a section in the CI's log; plain titles elsewhere. */
  startGroup?: (title: string) => string
  endGroup?: () => string
  /**
   * On GitHub Actions: a word that nobody can guess, a new one each time. What commands print stands between an order not to
   * take orders and this word, which ends that.
   */
  stopWord?: () => string
}

/** Progress for people, freed of secrets, control characters and workflow commands. */
export function makeLog(target: LogTarget, redact: (text: string) => string): Log {
  let liveShown = false
  const clear = () => {
    if (liveShown) target.write('\r\u001b[2K')
    liveShown = false
  }
  const foreign = foreignOutput(target, redact)
  const line = (text: string) => {
    clear()
    for (const part of redact(text).split('\n')) target.write(`${safeLogLine(part)}\n`)
  }
  return {
    info: line,
    warn: text => line(`warning: ${text}`),
    raw(chunk) {
      clear()
      foreign.push(chunk)
    },
    live(text) {
      if (!target.live) return
      clear()
      target.write(safeLogLine(redact(text)))
      liveShown = true
    },
    async group(title, body) {
      clear()
      foreign.end()
      const name = safeLogLine(redact(title).split('\n')[0] ?? '')
      target.write(target.startGroup ? target.startGroup(name) : `▸ ${name}\n`)
      try {
        return await body()
      } finally {
        clear()
        foreign.end()
        if (target.endGroup) target.write(target.endGroup())
      }
    },
  }
}

// --- internal ---

/** What commands print, line by line, from the first piece to the end of their section. */
function foreignOutput({ write, live, stopWord }: LogTarget, redact: (text: string) => string) {
  const clean = live ? (line: string) => plainLine(line, { colours: true }) : plainLogLine
  const stream = redactLines(line => redact(clean(line)))
  let decoder = new TextDecoder()
  let word: string | undefined
  let isOpen = false
  let atLineStart = true
  const show = (text: string) => {
    if (text === '') return
    if (!isOpen && stopWord) {
      word = stopWord()
      write(`::stop-commands::${word}\n`)
    }
    isOpen = true
    write(text)
    atLineStart = text.endsWith('\n')
  }
  return {
    push: (chunk: Uint8Array | string) =>
      show(stream.push(typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))),
    end() {
      show(stream.push(decoder.decode()))
      show(stream.end())
      if (!isOpen) return
      // Our next word stands on a line of its own, in no colour of theirs.
      if (live) write('\u001b[0m')
      if (!atLineStart) write('\n')
      if (word !== undefined) write(`::${word}::\n`)
      decoder = new TextDecoder()
      word = undefined
      isOpen = false
      atLineStart = true
    },
  }
}
