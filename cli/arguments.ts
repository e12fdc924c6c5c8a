import { parseArgs } from 'node:util'
import type { Command, GivenOption, Prepared } from '../src/commands/command/command.ts'
import { valueWord } from '../src/commands/command/option-kinds.ts'
import { COMMANDS } from '../src/commands/index.ts'
import { AssayError, type Problem } from '../src/core/errors/errors.ts'
import { nearest } from '../src/core/text/nearest.ts'

export interface Invocation extends Prepared {
  command: string
  /** The command stands on the line; otherwise it is the default. */
  named: boolean
  json: boolean
  help: boolean
  version: boolean
  debug: boolean
}

/** Flags that every command has. */
export const GLOBAL_FLAGS = {
  json: 'Print the result as JSON and nothing else on standard output.',
  debug: 'Show stack traces.',
  help: 'Show this help.',
  version: 'Show the version.',
}

/**
 * Command line → what to run. Flags may stand before or after the command; `run` is the default command. `now` in milliseconds.
 *
 * @throws AssayError `USAGE` with every wrong word at once and the nearest known one.
 */
export function parseInvocation(argv: string[], now = Date.now()): Invocation {
  const at = commandIndex(argv)
  const name = at === undefined ? 'run' : argv[at]!
  const command = COMMANDS[name]!
  const args = argv.filter((_, index) => index !== at)
  const { values, positionals, tokens } = parseArgs({
    args,
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: flagTypes(command),
  })
  const { argument } = command
  const [word, ...words] = positionals
  const taken = argument !== undefined && at !== undefined && word !== undefined
  const twice = taken && values[argument] !== undefined
  const given: GivenOption[] = taken ? [{ option: argument, text: word, written: word }] : []
  const problems = [
    ...(taken ? words : positionals).map((one): Problem => unknownWord(one)),
    ...(twice ? [{ what: `\`${word}\` and \`--${argument}\`: name the ${argument} once` }] : []),
  ]
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const { problem, given: one } = readFlag(token, command)
    if (problem) problems.push(problem)
    if (one) given.push(one)
  }
  const prepared = command.prepare(given, now)
  if ('problems' in prepared) problems.push(...prepared.problems)
  if (problems.length > 0 || 'problems' in prepared)
    throw new AssayError({ code: 'USAGE', title: `assay ${name}: wrong command line`, problems })
  const { json, help, version, debug } = values
  return {
    ...prepared,
    command: name,
    named: at !== undefined,
    json: json === true,
    help: help === true,
    version: version === true,
    debug: debug === true,
  }
}

// --- internal ---

/** A flag of the command line, as `parseArgs` tells it. */
interface Flag {
  name: string
  rawName: string
  value?: string | undefined
  inlineValue?: boolean | undefined
}

/** Where the command stands: the first word that is no flag and no flag's value. `--output demo` asks for no demo. */
function commandIndex(argv: string[]): number | undefined {
  const all = Object.assign({}, ...Object.values(COMMANDS).map(flagTypes))
  const { tokens } = parseArgs({
    args: argv,
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: all,
  })
  const first = tokens.find(token => token.kind === 'positional')
  return first && Object.hasOwn(COMMANDS, first.value) ? first.index : undefined
}

function flagTypes(command: Command): Record<string, { type: 'string' | 'boolean'; short?: string }> {
  const flags: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    json: { type: 'boolean' },
    debug: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean', short: 'v' },
  }
  for (const [name, { kind }] of Object.entries(command.options))
    flags[name] = { type: kind === 'flag' ? 'boolean' : 'string' }
  return flags
}

function unknownWord(word: string): Problem {
  const meant = nearest(word, Object.keys(COMMANDS))
  return {
    what: `unknown command \`${word}\``,
    fix: meant ? `did you mean \`${meant}\`?` : `commands: ${Object.keys(COMMANDS).join(', ')}`,
  }
}

/** An option as it was given, or what is wrong with it; neither for the flags that every command has. */
function readFlag(
  { name, rawName, value, inlineValue }: Flag,
  { options }: Command,
): { given?: GivenOption; problem?: Problem } {
  if (Object.hasOwn(GLOBAL_FLAGS, name))
    return value === undefined ? {} : { problem: { what: `\`${rawName}\` takes no value` } }
  const spec = Object.hasOwn(options, name) ? options[name] : undefined
  if (!spec) return { problem: unknownFlag(name, rawName, Object.keys(options)) }
  if (value !== undefined)
    return { given: { option: name, text: value, written: `${rawName}${inlineValue ? '=' : ' '}${value}` } }
  // A flag alone says yes; `--dry-run=no` is for callers that always hand over a value.
  if (spec.kind === 'flag') return { given: { option: name, text: 'true', written: rawName } }
  return { problem: { what: `\`${rawName}\` needs a value: --${name} <${valueWord(spec)}>` } }
}

function unknownFlag(name: string, rawName: string, options: string[]): Problem {
  const known = [...options, ...Object.keys(GLOBAL_FLAGS)]
  const meant = nearest(name, known)
  return {
    what: `unknown flag \`${rawName}\``,
    fix: meant ? `did you mean \`--${meant}\`?` : `flags: ${known.map(flag => `--${flag}`).join(' ')}`,
  }
}
