import type { Problem } from '../../core/errors/errors.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'
import type { CommandResult, Context } from './context.ts'
import { type OptionSpec, type OptionValue, readText } from './option-kinds.ts'

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

/** What a command's `run` gets for its options. One that is not given and has no default is undefined; a flag is off. */
export type OptionValues<S extends OptionSpecs> = {
  [K in keyof S]:
    | OptionValue<S[K]>
    | (S[K] extends { kind: 'flag' } | { default: string } ? never : undefined)
}

/** What a face was given for an option. */
export interface GivenOption {
  option: string
  text: string
  /** As its user wrote it, for messages: `--format jsn`, `format: jsn`. */
  written: string
}

/** What a face knows of a command. */
export interface Command {
  summary: string
  /** Shown under the usage line of `--help`. */
  description: string
  examples: string[]
  /** The option that a word without a flag is for: `assay promote churn`. */
  argument?: string
  options: OptionSpecs
  /** Runs until it is stopped: no step of a run in CI. */
  serves?: true
  /**
   * Whether it changes a deploy repository: its token may write there only then. `tells`: it writes issues and begins retrainings, in
   * the repository of a model.
   */
  deploy: 'reads' | 'writes' | 'tells'
  /**
   * Reads all that was given; of an option that is given twice, the last counts. Either everything that is wrong, or the command
   * with its options. `now` in milliseconds.
   */
  prepare(given: readonly GivenOption[], now: number): { problems: Problem[] } | Prepared
}

/** A command that only needs the world. */
export interface Prepared {
  options: Readonly<Record<string, unknown>>
  run(context: Context): Promise<CommandResult>
}

/** A command from its table: `run` gets exactly what its options say, or this does not compile. */
export function command<const S extends OptionSpecs>({
  load,
  ...told
}: Omit<Command, 'prepare' | 'options' | 'argument'> & {
  argument?: keyof S & string
  options: S
  /** Loads the implementation: nothing a command needs costs the start of another. */
  load: () => Promise<(context: Context, options: OptionValues<S>) => Promise<CommandResult>>
}): Command {
  return {
    ...told,
    prepare(given, now) {
      const read = readOptions(told.options, given, now)
      if ('problems' in read) return read
      return { options: read.options, run: async context => (await load())(context, read.options) }
    },
  }
}

// --- internal ---

function readOptions<S extends OptionSpecs>(
  specs: S,
  given: readonly GivenOption[],
  now: number,
): { problems: Problem[] } | { options: OptionValues<S> } {
  const values: Record<string, unknown> = {}
  for (const [name, spec] of Object.entries(specs)) values[name] = usual(spec, now)
  const problems: Problem[] = []
  for (const { option, text, written } of given) {
    const read = readText(specs[option]!, text, now)
    if ('value' in read) values[option] = read.value
    else problems.push({ what: `\`${shortened(visible(written))}\` ${read.wrong}`, fix: read.fix })
  }
  // Each name has been given the value of its own kind.
  return problems.length > 0 ? { problems } : { options: values as OptionValues<S> }
}

function usual(spec: OptionSpec, now: number): unknown {
  if (spec.kind === 'flag') return false
  if (spec.default === undefined) return undefined
  const read = readText(spec, spec.default, now)
  return 'value' in read ? read.value : undefined
}
