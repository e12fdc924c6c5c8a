import * as core from '@actions/core'
import type { Prepared } from '../src/commands/command/command.ts'
import { FACES } from '../src/commands/command/faces.ts'
import { STEPS } from '../src/commands/table/index.ts'
import { AssayError } from '../src/core/errors/errors.ts'
import { didYouMean } from '../src/core/text/nearest.ts'
import { shortened, visible } from '../src/core/text/visible-text.ts'

/**
 * The inputs of action.yml, read for the command they ask for. One that is empty is not given; one of another command is ignored.
 *
 * @throws AssayError `USAGE` with every wrong input at once
 */
export function readInputs(): Prepared & { command: string } {
  const command = core.getInput('command') || 'run'
  const known = Object.hasOwn(STEPS, command) ? STEPS[command] : undefined
  if (!known) {
    throw new AssayError({
      code: 'USAGE',
      title: `There is no command ${shortened(visible(command))}`,
      problems: [
        {
          what: `\`command: ${shortened(visible(command))}\``,
          fix: didYouMean(command, Object.keys(STEPS)) ?? `commands: ${Object.keys(STEPS).join(', ')}`,
        },
      ],
    })
  }
  const given = Object.keys(known.options)
    .map(option => ({ option, text: core.getInput(option) }))
    .filter(({ text }) => text !== '')
    .map(one => ({ ...one, written: FACES.action.given(one.option, one.text) }))
  const prepared = known.prepare(given, Date.now())
  if ('problems' in prepared)
    throw new AssayError({
      code: 'USAGE',
      title: `assay ${command}: wrong ${FACES.action.all}`,
      problems: prepared.problems,
    })
  return { ...prepared, command }
}
