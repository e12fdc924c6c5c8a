import * as core from '@actions/core'
import { COMMANDS } from '../src/commands/index.ts'
import { AssayError } from '../src/core/errors/errors.ts'
import { readBoolean } from '../src/core/text/boolean.ts'
import { nearest } from '../src/core/text/nearest.ts'

/** The inputs of action.yml, read for the command they ask for. An input that the command does not know is ignored with a note. */
export function readInputs(): { command: string; options: Record<string, string | boolean | undefined> } {
  const command = core.getInput('command') || 'run'
  const known = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined
  if (!known) {
    const meant = nearest(command, Object.keys(COMMANDS))
    throw new AssayError({
      code: 'USAGE',
      title: `There is no command ${command}`,
      problems: [
        {
          what: `\`command: ${command}\``,
          fix: meant ? `did you mean \`${meant}\`?` : `commands: ${Object.keys(COMMANDS).join(', ')}`,
        },
      ],
    })
  }
  const options: Record<string, string | boolean | undefined> = {}
  for (const [name, spec] of Object.entries(known.options)) {
    const given = core.getInput(name)
    if (spec.type === 'string') options[name] = given || spec.default
    else options[name] = given !== '' && readBoolean(`The input ${name}`, given)
  }
  return { command, options }
}
