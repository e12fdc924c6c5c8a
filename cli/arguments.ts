import { parseArgs } from 'node:util'
import type { Command, GivenOption, Prepared } from '../src/commands/command/command.ts'
import { FACES, type Face } from '../src/commands/command/faces.ts'
import { NOT_BOOLEAN, valueWord } from '../src/commands/command/option-kinds.ts'
import { COMMANDS } from '../src/commands/table/index.ts'
import { AssayError, type Problem } from '../src/core/errors/errors.ts'
import { parseBoolean } from '../src/core/text/boolean.ts'
import { didYouMean, nearest } from '../src/core/text/nearest.ts'
import { shortened, visible } from '../src/core/text/visible-text.ts'

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
export function parseInvocation(argv: string[], now = Date.now(), face: Face = FACES.cli): Invocation {
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
  const [word] = positionals
  const taken = argument !== undefined && at !== undefined ? word : undefined
  const twice = taken !== undefined && values[argument!] !== undefined
  const given: GivenOption[] = taken === undefined ? [] : [{ option: argument!, text: taken, written: taken }]
  const problems: Problem[] = []
  if (twice) problems.push({ what: `${quoted(taken)} and \`--${argument}\`: name the ${argument} once` })
  const words = tokens.filter(token => token.kind === 'positional').slice(taken === undefined ? 0 : 1)
  const global: Record<string, boolean> = {}
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'option') continue
    // What follows a flag that nobody knows is taken for its value.
    const next = tokens[index + 1]
    if (!isKnown(token.name, command) && token.value === undefined && next === words[0]) words.shift()
    const read = readFlag(token, command, face)
    if ('problem' in read) problems.push(read.problem)
    else if ('given' in read) given.push(read.given)
    else global[token.name] = read.on
  }
  if (words.length > 0)
    problems.unshift(
      ...(at === undefined
        ? words.map(one => unknownWord(one.value))
        : words.map(one => surplusWord(one.value, name, command, taken))),
    )
  const prepared = command.prepare(given, now)
  if ('problems' in prepared) problems.push(...prepared.problems)
  if (problems.length > 0 || 'problems' in prepared)
    throw new AssayError({ code: 'USAGE', title: `assay ${name}: wrong ${face.all}`, problems })
  const { json = false, help = false, version = false, debug = false } = global
  return { ...prepared, command: name, named: at !== undefined, json, help, version, debug }
}

/** Whether a flag that every command has is on, of a command line that may be wrong in other places. The last one counts. */
export function isOn(flag: keyof typeof GLOBAL_FLAGS, argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  const last = (end < 0 ? argv : argv.slice(0, end)).findLast(
    word => word === `--${flag}` || word.startsWith(`--${flag}=`),
  )
  return last !== undefined && (parseBoolean(last.slice(`--${flag}=`.length) || 'true') ?? false)
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

function isKnown(name: string, { options }: Command): boolean {
  return Object.hasOwn(GLOBAL_FLAGS, name) || Object.hasOwn(options, name)
}

function unknownWord(word: string): Problem {
  return {
    what: `unknown command ${quoted(word)}`,
    fix: didYouMean(word, Object.keys(COMMANDS)) ?? `commands: ${Object.keys(COMMANDS).join(', ')}`,
  }
}

/** A word that nothing is left to take. `taken` is the one that the command has already. */
function surplusWord(
  word: string,
  name: string,
  { argument, options }: Command,
  taken: string | undefined,
): Problem {
  const what = `${quoted(word)} is a word too many`
  const perhaps = (option: string) =>
    `is it ${option === 'model' ? 'a' : 'an'} ${option}, write \`--${option} ${word}\``
  if (argument !== undefined) {
    const other = 'environment' in options ? `; ${perhaps('environment')}` : ''
    return {
      what: `${what}: the ${argument} is ${quoted(taken ?? '')} already`,
      fix: `one run takes one ${argument}${other}`,
    }
  }
  const meant = nearest(word, [...Object.keys(options), ...Object.keys(GLOBAL_FLAGS)])
  const rest = 'model' in options ? perhaps('model') : `\`assay ${name} --help\` lists them`
  return {
    what: `${what}: \`assay ${name}\` takes flags alone`,
    fix: meant ? `did you mean \`--${meant}\`?` : rest,
  }
}

/** An option as it was given, whether one that every command has is on, or what is wrong. */
function readFlag(
  { name, rawName, value, inlineValue }: Flag,
  { options }: Command,
  face: Face,
): { given: GivenOption } | { on: boolean } | { problem: Problem } {
  const written = value === undefined ? rawName : `${rawName}${inlineValue ? '=' : ' '}${value}`
  if (Object.hasOwn(GLOBAL_FLAGS, name)) {
    const on = value === undefined ? true : parseBoolean(value)
    return on === undefined
      ? { problem: { what: `${quoted(written)} ${NOT_BOOLEAN.wrong}`, fix: NOT_BOOLEAN.fix } }
      : { on }
  }
  const spec = Object.hasOwn(options, name) ? options[name] : undefined
  if (!spec) return { problem: unknownFlag(name, rawName, Object.keys(options)) }
  if (value !== undefined)
    return {
      given: { option: name, text: value, written: face === FACES.cli ? written : face.given(name, value) },
    }
  // A flag alone says yes; `--dry-run=no` is for callers that always hand over a value.
  if (spec.kind === 'flag') return { given: { option: name, text: 'true', written } }
  return { problem: { what: `\`${rawName}\` needs a value: --${name} <${valueWord(spec)}>` } }
}

function quoted(text: string): string {
  return `\`${shortened(visible(text))}\``
}

function unknownFlag(name: string, rawName: string, options: string[]): Problem {
  const known = [...options, ...Object.keys(GLOBAL_FLAGS)]
  const meant = nearest(name, known)
  return {
    what: `unknown flag ${quoted(rawName)}`,
    fix: meant ? `did you mean \`--${meant}\`?` : `flags: ${known.map(flag => `--${flag}`).join(' ')}`,
  }
}
