#!/usr/bin/env node
import { isAssayError } from '../src/core/errors/errors.ts'
import { renderError } from '../src/core/text/error-text.ts'
import { readSettings } from './settings/settings.ts'

/** `assay-bot`: environment → service, until SIGTERM or SIGINT. */
async function main(): Promise<void> {
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
