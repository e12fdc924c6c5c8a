import { VARIABLES } from '../bot/settings/variables.ts'
import type { OptionSpecs } from '../src/commands/command/command.ts'
import { valueWord } from '../src/commands/command/option-kinds.ts'
import { COMPONENT_JOBS, optionsOf } from './component-jobs.ts'
import { componentInputs } from './component-template.ts'
import { jenkinsCommands, jenkinsVar } from './jenkins-vars.ts'

/** The variables that the bot is set by. */
export function settingsTable(): string {
  const rows = Object.entries(VARIABLES).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`)
  return `| variable | meaning |\n|---|---|\n${rows.join('\n')}\n`
}

/** The flags of a command. */
export function flagTable(options: OptionSpecs): string {
  const rows = Object.entries(options).map(([name, spec]) => {
    const value = valueWord(spec)?.replaceAll('|', '\\|')
    return `| \`--${name}${value === undefined ? '' : ` <${value}>`}\` | ${spec.help.replaceAll('|', '\\|')} | ${spec.default ? `\`${spec.default}\`` : ''} |`
  })
  return `| flag | what it does | default |\n|---|---|---|\n${rows.join('\n')}\n`
}

/** The steps of the Jenkins library. */
export function stepTable(): string {
  const rows = jenkinsCommands().map(
    ([name, command]) => `| \`${jenkinsVar(name, command).file}\` | ${command.summary} |`,
  )
  return `| step | what it does |\n|---|---|\n${rows.join('\n')}\n`
}

/** The inputs of a template of the component project, by the command that it runs. */
export function componentTable(command: string): string {
  const rows = Object.entries(componentInputs(optionsOf(command), COMPONENT_JOBS[command]!)).map(
    ([name, input]) =>
      `| \`${name}\` | ${input.description.replaceAll('|', '\\|')} | ${input.default === '' ? '' : `\`${JSON.stringify(input.default)}\``} |`,
  )
  return `| input | what it does | default |\n|---|---|---|\n${rows.join('\n')}\n`
}
