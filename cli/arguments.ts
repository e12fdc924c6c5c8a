import { parseArgs } from 'node:util'
import { COMMANDS, type Command } from '../src/commands/index.ts'
import type { OptionSpec } from '../src/commands/options.ts'
import { AssayError, type Problem } from '../src/core/errors/errors.ts'
import { NEITHER, parseBoolean } from '../src/core/text/boolean.ts'
import { nearest } from '../src/core/text/nearest.ts'

export interface Invocation {
  command: string
  /** The command stands on the line; otherwise it is the default. */
  named: boolean
  options: Record<string, string | boolean | undefined>
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
 * Command line → what to run. Flags may stand before or after the command; `run` is the default command.
 *
 * @throws AssayError `USAGE` with every wrong word at once and the nearest known one.
 */
export function parseInvocation(argv: string[]): Invocation {
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
  const problems = [
    ...(taken ? words : positionals).map((one): Problem => unknownWord(one)),
    ...(twice ? [{ what: `\`${word}\` and \`--${argument}\`: name the ${argument} once` }] : []),
    ...tokens.flatMap(token => (token.kind === 'option' ? flagProblems(token, command) : [])),
  ]
  if (problems.length > 0)
    throw new AssayError({ code: 'USAGE', title: `assay ${name}: wrong command line`, problems })
  const { json, help, version, debug, ...given } = taken ? { ...values, [argument]: word } : values
  const options: Invocation['options'] = {}
  for (const [key, spec] of Object.entries(command.options))
    options[key] = optionValue(spec, given[key] as string | boolean | undefined)
  return {
    command: name,
    options,
    named: at !== undefined,
    json: json === true,
    help: help === true,
    version: version === true,
    debug: debug === true,
  }
}

// --- internal ---

/** `--dry-run` alone says yes; `--dry-run=no` is for callers that always hand over a value. */
function optionValue({ type, default: usual }: OptionSpec, given: string | boolean | undefined) {
  if (type === 'string') return given ?? usual
  return typeof given === 'string' ? parseBoolean(given) : (given ?? false)
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
  for (const [name, spec] of Object.entries(command.options)) flags[name] = { type: spec.type }
  return flags
}

function unknownWord(word: string): Problem {
  const meant = nearest(word, Object.keys(COMMANDS))
  return {
    what: `unknown command \`${word}\``,
    fix: meant ? `did you mean \`${meant}\`?` : `commands: ${Object.keys(COMMANDS).join(', ')}`,
  }
}

function flagProblems(
  token: { name: string; rawName: string; value?: string | undefined },
  command: Command,
): Problem[] {
  if (Object.hasOwn(GLOBAL_FLAGS, token.name))
    return token.value === undefined ? [] : [{ what: `\`${token.rawName}\` takes no value` }]
  const spec = Object.hasOwn(command.options, token.name) ? command.options[token.name] : undefined
  if (!spec) {
    const known = [...Object.keys(command.options), ...Object.keys(GLOBAL_FLAGS)]
    const meant = nearest(token.name, known)
    return [
      {
        what: `unknown flag \`${token.rawName}\``,
        fix: meant ? `did you mean \`--${meant}\`?` : `flags: ${known.map(flag => `--${flag}`).join(' ')}`,
      },
    ]
  }
  if (spec.type === 'string' && token.value === undefined)
    return [{ what: `\`${token.rawName}\` needs a value: --${token.name} <${spec.value}>` }]
  if (spec.type === 'boolean' && token.value !== undefined && parseBoolean(token.value) === undefined)
    return [{ what: `\`${token.rawName}=${token.value}\` is neither true nor false`, fix: NEITHER }]
  return []
}
