import { parseArgs } from 'node:util'
import { AssayError, type Problem } from '../src/core/errors/errors.ts'
import { didYouMean, nearest } from '../src/core/text/nearest.ts'
import { shortened, visible } from '../src/core/text/visible-text.ts'
import { readSetup, SETUP_FLAGS, type SetupFlag, type SetupOptions } from './setup/options.ts'

/** What the command line asks for. */
export type Asked =
  | { kind: 'serve' }
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'setup'; options: SetupOptions }

/**
 * Command line → what to do. Without any word the bot serves: it is set up by its environment alone.
 *
 * @throws AssayError `USAGE` with every wrong word at once
 */
export function parseBotArguments(argv: string[]): Asked {
  const isSetup = argv[0] === 'setup'
  const { tokens } = parseArgs({
    args: isSetup ? argv.slice(1) : argv,
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
      ...(isSetup && Object.fromEntries(Object.keys(SETUP_FLAGS).map(flag => [flag, { type: 'string' }]))),
    },
  })
  const problems: Problem[] = []
  const given: Partial<Record<SetupFlag, string>> = {}
  const known = [...(isSetup ? Object.keys(SETUP_FLAGS) : []), 'help', 'version']
  let asked: 'help' | 'version' | undefined
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') problems.push(unknownWord(token.value, isSetup))
    else if (token.name === 'help' || token.name === 'version') asked ??= token.name
    else if (!isSetupFlag(token.name) || !isSetup)
      problems.push(unknownFlag(token.name, token.rawName, known))
    else if (token.value === undefined) problems.push({ what: `\`--${token.name}\` needs a value` })
    else if (given[token.name] !== undefined) problems.push({ what: `\`--${token.name}\` stands twice` })
    else given[token.name] = token.value
  }
  if (problems.length === 0 && asked) return { kind: asked }
  const read = isSetup && problems.length === 0 ? readSetup(given) : { problems: [] }
  if ('options' in read) return { kind: 'setup', options: read.options }
  problems.push(...read.problems)
  if (problems.length === 0) return { kind: 'serve' }
  throw new AssayError({ code: 'USAGE', title: `assay-bot${isSetup ? ' setup' : ''}: wrong flags`, problems })
}

export const BOT_HELP = `assay-bot — reports for forks, promotions that move by themselves, commands, alerts, and a page

Usage: assay-bot          serves, until SIGTERM or SIGINT
       assay-bot setup    makes the GitHub App, and writes its secrets into a file once

It is set up by environment variables alone, ASSAY_BOT_APP_ID and others: docs/bot.md lists them. What is missing or wrong is
named, all at once.

Flags of setup:
${Object.entries(SETUP_FLAGS)
  .map(([flag, [value, help]]) => `  --${flag} <${value}>\n      ${help}`)
  .join('\n')}

Flags:
  --help
      Show this help.
  --version
      Show the version.

Exit codes: 0 it ended as it was told to, 2 something must be fixed first.`

// --- internal ---

function isSetupFlag(name: string): name is SetupFlag {
  return Object.hasOwn(SETUP_FLAGS, name)
}

function unknownWord(word: string, isSetup: boolean): Problem {
  if (isSetup)
    return {
      what: `${quoted(word)} is a word too many`,
      fix: '`assay-bot setup` takes flags alone: `assay-bot --help`',
    }
  return {
    what: `unknown command ${quoted(word)}`,
    fix: didYouMean(word, ['setup']) ?? 'the one command is `setup`; without one the bot serves',
  }
}

function unknownFlag(name: string, rawName: string, known: readonly string[]): Problem {
  const meant = nearest(name, known)
  return {
    what: `unknown flag ${quoted(rawName)}`,
    fix: meant ? `did you mean \`--${meant}\`?` : `flags: ${known.map(flag => `--${flag}`).join(' ')}`,
  }
}

function quoted(text: string): string {
  return `\`${shortened(visible(text))}\``
}
