import { VARIABLES } from '../../bot/settings/variables.ts'
import { permissionRows } from '../../bot/setup/manifest.ts'
import { SETUP_FLAGS } from '../../bot/setup/options.ts'
import type { OptionSpecs } from '../../src/commands/command/command.ts'
import { valueWord } from '../../src/commands/command/option-kinds.ts'
import { TARGETS } from '../../src/targets/index.ts'
import { RELEASE_TARGETS } from '../../src/targets/release-targets.ts'
import type { Target } from '../../src/targets/target.ts'
import { COMPONENT_JOBS, optionsOf } from './component-jobs.ts'
import { componentInputs } from './component-template.ts'
import { jenkinsCommands, jenkinsVar } from './jenkins-vars.ts'

/** The variables that the bot is set by. */
export function settingsTable(): string {
  const rows = Object.entries(VARIABLES).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`)
  return `| variable | meaning |\n|---|---|\n${rows.join('\n')}\n`
}

/** What the App may, and what for: with the level where a feature does with less. */
export function permissionTable(): string {
  const rows = permissionRows().map(({ permission, level, features }) => {
    const words = (needed: boolean) =>
      features
        .filter(one => one.needed === needed)
        .map(one => (one.level === level ? one.feature : `${one.feature} (${one.level})`))
        .join(', ')
    return `| \`${permission}\` | ${level} | ${words(true)} | ${words(false)} |`
  })
  return `| permission | level | needed for | used for, where it is granted |\n|---|---|---|---|\n${rows.join('\n')}\n`
}

/** The flags of `assay-bot setup`. */
export function setupTable(): string {
  const rows = Object.entries(SETUP_FLAGS).map(
    ([flag, [value, help]]) => `| \`--${flag} <${value}>\` | ${help} |`,
  )
  return `| flag | what it is |\n|---|---|\n${rows.join('\n')}\n`
}

/** The flags of a command. */
export function flagTable(options: OptionSpecs): string {
  const rows = Object.entries(options).map(([name, spec]) => {
    const value = valueWord(spec)?.replaceAll('|', '\\|')
    return `| \`--${name}${value === undefined ? '' : ` <${value}>`}\` | ${spec.help.replaceAll('|', '\\|')} | ${spec.default ? `\`${spec.default}\`` : ''} |`
  })
  return `| flag | what it does | default |\n|---|---|---|\n${rows.join('\n')}\n`
}

/** The targets, each with its page. */
export function targetList(): string {
  const pages = (targets: Target[]) => targets.map(({ name }) => `[${name}](targets/${name}.md)`).join(', ')
  const all = Object.values(TARGETS)
  const routing = all.filter(({ name }) => !Object.hasOwn(RELEASE_TARGETS, name))
  return `These write a release: ${pages(Object.values(RELEASE_TARGETS))}. These write the routes to two workloads, and name one of the former for each: ${pages(routing)}. These can split traffic between two releases: ${pages(all.filter(({ split }) => split))}.\n`
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
