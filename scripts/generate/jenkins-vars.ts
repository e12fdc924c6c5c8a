import type { Command, OptionSpecs } from '../../src/commands/command/command.ts'
import { parameterOf } from '../../src/commands/command/faces.ts'
import type { OptionSpec } from '../../src/commands/command/option-kinds.ts'
import { STEPS } from '../../src/commands/table/index.ts'

/** One step of the Jenkins library for one command: the Groovy and the help that Jenkins shows, both from the command's options. */
export function jenkinsVar(name: string, command: Command): { file: string; groovy: string; help: string } {
  return {
    file: `assay${name[0]!.toUpperCase()}${name.slice(1)}`,
    groovy: groovyOf(name, command.options),
    help: helpOf(name, command),
  }
}

/** The commands that are steps: a demonstration needs no CI. */
export function jenkinsCommands(): [string, Command][] {
  return Object.entries(STEPS).filter(([name]) => name !== 'demo')
}

// --- internal ---

const WIDTH = 140

/** Options that every step of the library has beside those of its command. */
const COMMON: [string, string][] = [
  [
    'credentialsId',
    'Credentials with the token that Assay posts with. Not given to pull requests from forks. Default: none.',
  ],
  [
    'credentialsKind',
    'What they are: `text`, a secret text, or `password`, whose password is the token; a GitHub App of Jenkins is of the second kind. Default: `text`.',
  ],
  [
    'cli',
    'Path of an installed `assay`, e.g. in a container image. Default: the CLI that travels with this library; the agent needs Node 22 or newer.',
  ],
]

function groovyOf(name: string, options: OptionSpecs): string {
  const entries = Object.entries(options)
  const defaults = entries.map(([option, spec]) => `    ${parameterOf(option)}: ${defaultOf(spec)},`)
  return `// Written by \`npm run generate\` from the options of \`assay ${name}\`.
def call(Map given = [:]) {
  assayCommand('${name}', given, [
${defaults.join('\n')}
  ], '''${script(name, entries)}''')
}
`
}

function defaultOf({ kind, default: value = '' }: OptionSpec): string {
  return kind === 'flag' ? 'false' : `'${value.replaceAll(/[\\']/g, '\\$&')}'`
}

/** A constant for \`sh\`: values come from the environment, quoted; an option without a value is left out. */
function script(name: string, options: [string, OptionSpec][]): string {
  const flags = options.map(([option]) => {
    const variable = `ASSAY_OPTION_${option.replaceAll('-', '_').toUpperCase()}`
    return `\${${variable}:+"--${option}=$${variable}"}`
  })
  const lines = [`$ASSAY_NODE "$ASSAY_CLI" ${name}`]
  for (const flag of flags) {
    const line = `${lines.at(-1)} ${flag}`
    if (line.length <= WIDTH) lines[lines.length - 1] = line
    else lines.push(`    ${flag}`)
  }
  // Groovy takes the backslash and the end of the line away: the shell sees one line.
  return lines.join(' \\\n')
}

function helpOf(name: string, { summary, description, options }: Command): string {
  const entries: [string, string][] = Object.entries(options).map(([option, spec]) => [
    parameterOf(option),
    spec.default === undefined ? spec.help : `${spec.help} Default: \`${spec.default}\`.`,
  ])
  const list = [...entries, ...COMMON].map(
    ([parameter, help]) => `  <dt><code>${parameter}</code></dt>\n  <dd>${html(help)}</dd>\n`,
  )
  return `<!-- Written by \`npm run generate\` from the options of \`assay ${name}\`. -->
<p><code>assay ${name}</code>: ${html(summary)}.</p>
<p>${html(description).replaceAll('\n', '<br>\n')}</p>
<dl>
${list.join('')}</dl>
`
}

function html(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}
