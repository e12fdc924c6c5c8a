#!/usr/bin/env node
import { relative } from 'node:path'
import { isAssayError } from '../src/core/errors/errors.ts'
import { renderError } from '../src/core/text/error-text.ts'
import { oldNode, VERSION } from '../src/version.ts'
import { BOT_HELP, parseBotArguments } from './arguments.ts'
import { readSettings } from './settings/settings.ts'

/** `assay-bot`: environment → service, until SIGTERM or SIGINT; or what else the command line asks for. */
async function main(): Promise<void> {
  const asked = parseBotArguments(process.argv.slice(2))
  const say = (line: string) => void process.stdout.write(`${line}\n`)
  if (asked.kind === 'help') return say(BOT_HELP)
  if (asked.kind === 'version') return say(VERSION)
  const old = oldNode(process.versions.node)
  if (old !== undefined) {
    process.stderr.write(`${old}\n`)
    process.exitCode = 2
    return
  }
  if (asked.kind === 'setup') {
    const { setUp } = await import('./setup/setup.ts')
    const stop = new AbortController()
    // Not once: a terminal that closes says so twice, and the second must not end what clears up.
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
    const program = relative(process.cwd(), process.argv[1]!)
    return setUp(asked.options, { env: process.env, say, program, signal: stop.signal })
  }
  await serve()
}

async function serve(): Promise<void> {
  const settings = readSettings(process.env)
  // Only then what takes its time to load.
  const { startBot } = await import('./start.ts')
  const bot = await startBot({
    settings,
    env: process.env,
    write: line => void process.stdout.write(line),
    clock: {
      now: Date.now,
      after(milliseconds, call) {
        const timer = setTimeout(call, milliseconds)
        return () => clearTimeout(timer)
      },
    },
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void bot.stop().then(() => process.exit(0)))
}

main().catch((error: unknown) => {
  if (!isAssayError(error)) throw error
  process.stderr.write(`${renderError(error)}\n`)
  process.exitCode = 2
})
