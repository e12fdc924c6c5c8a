import { valueWord } from '../src/commands/command/option-kinds.ts'
import { COMMANDS } from '../src/commands/table/index.ts'
import { GLOBAL_FLAGS } from './arguments.ts'

/** The first screen: what Assay is, its commands, and how to go on. */
export function renderHelp(): string {
  const names = Object.entries(COMMANDS).map(([name, command]) => `  ${name.padEnd(10)} ${command.summary}`)
  return `assay — weighs a model against its champion and says what the numbers can carry

Usage: assay [command] [flags]

${names.join('\n')}

Start with \`assay demo\` to see a report, \`assay init\` to set up a repository, \`assay check\` to see what will happen.
\`assay <command> --help\` tells more.

Exit codes: 0 pass, 1 a gate failed, 2 something must be fixed first, 70 a bug in Assay.`
}

export function renderCommandHelp(name: string): string {
  const command = COMMANDS[name]!
  const flags = Object.entries(command.options).map(([flag, spec]) => {
    const value = valueWord(spec)
    const usage = `--${flag}${value === undefined ? '' : ` <${value}>`}`
    return `  ${usage}\n      ${spec.help}${spec.default === undefined ? '' : ` Default: ${spec.default}`}`
  })
  const common = Object.entries(GLOBAL_FLAGS).map(([flag, help]) => `  --${flag}\n      ${help}`)
  return `assay ${name} — ${command.summary}

${command.description}

Flags:
${[...flags, ...common].join('\n')}

Examples:
${command.examples.map(example => `  ${example}`).join('\n')}`
}
