import { readFile, writeFile } from 'node:fs/promises'
import * as z from 'zod'
import { VARIABLES } from '../bot/settings/variables.ts'
import type { Command, OptionSpecs } from '../src/commands/command/command.ts'
import { type OptionSpec, valueWord } from '../src/commands/command/option-kinds.ts'
import { COMMANDS } from '../src/commands/index.ts'
import { OUTPUTS } from '../src/commands/result/output-names.ts'
import { Config, ModelSchema } from '../src/core/config/config.ts'
import { DeployFile } from '../src/core/deploy-config/deploy-config.ts'
import { ReleaseRecord } from '../src/core/release/record.ts'
import { Result } from '../src/core/verdict/result.ts'
import { TARGETS } from '../src/targets/index.ts'
import { COMPONENT_JOBS, optionsOf } from './component-jobs.ts'
import { componentInputs, componentTemplate } from './component-template.ts'
import { configTable } from './config-table.ts'
import { jenkinsVar } from './jenkins-vars.ts'
import { metricTable } from './metric-table.ts'
import { pinned, pinnedTexts } from './pinned-texts.ts'

/**
 * Writes everything that is derived from one declaration: JSON Schemas, the inputs and outputs of action.yml, the steps of the
 * Jenkins library, the tables in the docs; and the commit of Assay that all texts name.
 * `--check` fails when a committed file is stale.
 */
const check = process.argv.includes('--check')
const stale: string[] = []

await emit('schema/assay.schema.json', () => schemaText(configSchema()))
await emit('schema/result.schema.json', () => schemaText(z.toJSONSchema(Result, { io: 'input' })))
await emit('schema/assay-deploy.schema.json', () =>
  schemaText({ title: 'assay-deploy.yml', ...z.toJSONSchema(DeployFile, { io: 'input' }) }),
)
await emit('schema/model-release.schema.json', () =>
  schemaText({ title: 'model-release.yaml', ...z.toJSONSchema(ReleaseRecord, { io: 'input' }) }),
)
await emit('action.yml', text =>
  between(
    between(text, '  # inputs:start\n', '  # inputs:end\n', actionInputs()),
    '  # outputs:start\n',
    '  # outputs:end\n',
    actionOutputs(),
  ),
)
await emit('docs/action.md', text =>
  between(
    between(text, '<!-- inputs:start -->\n', '<!-- inputs:end -->\n', inputTable()),
    '<!-- outputs:start -->\n',
    '<!-- outputs:end -->\n',
    outputTable(),
  ),
)
await emit('docs/configuration.md', text =>
  between(
    between(text, '<!-- table:start -->\n', '<!-- table:end -->\n', configTable(ModelSchema)),
    '<!-- metrics:start -->\n',
    '<!-- metrics:end -->\n',
    metricTable(),
  ),
)
await emit('docs/deploy-configuration.md', text =>
  between(text, '<!-- table:start -->\n', '<!-- table:end -->\n', configTable(DeployFile)),
)
await emit('docs/release-record.md', text =>
  between(text, '<!-- table:start -->\n', '<!-- table:end -->\n', configTable(ReleaseRecord)),
)
for (const [name, command] of Object.entries(COMMANDS))
  await emit(`docs/commands/${name}.md`, text =>
    between(text, '<!-- flags:start -->\n', '<!-- flags:end -->\n', flagTable(command.options)),
  )
await emit('docs/bot.md', text =>
  between(text, '<!-- settings:start -->\n', '<!-- settings:end -->\n', settingsTable()),
)
await emit('docs/jenkins.md', text =>
  between(text, '<!-- steps:start -->\n', '<!-- steps:end -->\n', stepTable()),
)
for (const [name, command] of jenkinsCommands()) {
  const { file, groovy, help } = jenkinsVar(name, command)
  await emit(`jenkins-shared-lib/vars/${file}.groovy`, () => groovy)
  await emit(`jenkins-shared-lib/vars/${file}.txt`, () => help)
}
for (const [name, { schema }] of Object.entries(TARGETS))
  await emit(`docs/targets/${name}.md`, text =>
    between(text, '<!-- options:start -->\n', '<!-- options:end -->\n', configTable(schema)),
  )
for (const [name, job] of Object.entries(COMPONENT_JOBS)) {
  await emit(`gitlab-component/templates/${name}.yml`, () => componentTemplate(name, optionsOf(name), job))
  await emit('gitlab-component/README.md', text =>
    between(text, `<!-- ${name}:start -->\n`, `<!-- ${name}:end -->\n`, componentTable(name)),
  )
}
for (const file of pinnedTexts()) await emit(file, pinned)

if (stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run: npm run generate`)
  process.exit(1)
}

async function emit(file: string, render: (text: string) => string): Promise<void> {
  const committed = await readFile(file, 'utf8').catch(() => '')
  let text: string
  try {
    text = render(committed)
  } catch (error) {
    throw new Error(`${file} cannot be written: ${error instanceof Error ? error.message : error}`)
  }
  if (text === committed) return
  if (check) stale.push(file)
  else await writeFile(file, text)
}

function schemaText(schema: unknown): string {
  return `${JSON.stringify(schema, null, 2)}\n`
}

/** Both forms of assay.yml: `models:` with several, or `model:` and the keys of the one at the top. */
function configSchema(): unknown {
  const full = z.toJSONSchema(Config, { io: 'input' })
  const one = z.toJSONSchema(ModelSchema.extend({ model: z.string().describe('Name of the one model.') }), {
    io: 'input',
  })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'assay.yml',
    anyOf: [withoutSchema(full), withoutSchema(one)],
  }
}

function withoutSchema({ $schema: _, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest
}

function settingsTable(): string {
  const rows = Object.entries(VARIABLES).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`)
  return `| variable | meaning |\n|---|---|\n${rows.join('\n')}\n`
}

function allOptions(): [string, Input][] {
  const options = new Map<string, OptionSpec>()
  for (const command of Object.values(COMMANDS))
    for (const [name, spec] of Object.entries(command.options))
      if (!options.has(name)) options.set(name, spec)
  return [...options]
}

interface Input {
  help: string
  default?: string
  /** The default in words. */
  shown?: string
}

/** Inputs that only the action has: other faces have words and the environment for them. */
function ownInputs(): [string, Input][] {
  const names = Object.keys(COMMANDS).map(name => `\`${name}\``)
  const help = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}.`
  return [
    ['command', { help, default: 'run' }],
    [
      'token',
      {
        help: 'Token for comment and check. Needs `pull-requests: write` and `checks: write`.',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's
        default: '${{ github.token }}',
        shown: 'the token of the workflow',
      },
    ],
    [
      'deploy-token',
      {
        help: 'Token for the deploy repository, where it is another one: that of a GitHub App with `contents: write`, `pull-requests: write` and `statuses: write` there.',
      },
    ],
    [
      'deploy-client-id',
      {
        help: 'Client id of a GitHub App that is installed on the deploy repository. With `deploy-private-key`, instead of `deploy-token`: a token lives for an hour, is made here after the training, and anew where the run takes longer.',
      },
    ],
    [
      'deploy-private-key',
      {
        help: 'A private key of that app. The token that is made reaches the deploy repository alone, and only reads in pull requests.',
      },
    ],
  ]
}

function actionInputs(): string {
  return [...ownInputs(), ...allOptions()]
    .map(([name, spec]) => {
      const fallback = spec.default === undefined ? '' : `    default: ${JSON.stringify(spec.default)}\n`
      return `  ${name}:\n    description: ${JSON.stringify(spec.help)}\n${fallback}`
    })
    .join('')
}

function actionOutputs(): string {
  return Object.entries(OUTPUTS)
    .map(([name, help]) => `  ${name}:\n    description: ${JSON.stringify(help)}\n`)
    .join('')
}

function inputTable(): string {
  const rows = [...ownInputs(), ...allOptions()].map(([name, spec]) => {
    const shown = spec.shown ?? (spec.default && `\`${spec.default}\``)
    return `| \`${name}\` | ${spec.help.replaceAll('|', '\\|')} | ${shown ?? ''} |`
  })
  return `| input | what it does | default |\n|---|---|---|\n${rows.join('\n')}\n`
}

function outputTable(): string {
  const rows = Object.entries(OUTPUTS).map(([name, help]) => `| \`${name}\` | ${help} |`)
  return `| output | |\n|---|---|\n${rows.join('\n')}\n`
}

function flagTable(options: OptionSpecs): string {
  const rows = Object.entries(options).map(([name, spec]) => {
    const value = valueWord(spec)?.replaceAll('|', '\\|')
    return `| \`--${name}${value === undefined ? '' : ` <${value}>`}\` | ${spec.help.replaceAll('|', '\\|')} | ${spec.default ? `\`${spec.default}\`` : ''} |`
  })
  return `| flag | what it does | default |\n|---|---|---|\n${rows.join('\n')}\n`
}

/** A demonstration needs no CI. */
function jenkinsCommands(): [string, Command][] {
  return Object.entries(COMMANDS).filter(([name]) => name !== 'demo')
}

function stepTable(): string {
  const rows = jenkinsCommands().map(
    ([name, command]) => `| \`${jenkinsVar(name, command).file}\` | ${command.summary} |`,
  )
  return `| step | what it does |\n|---|---|\n${rows.join('\n')}\n`
}

function componentTable(command: string): string {
  const rows = Object.entries(componentInputs(optionsOf(command), COMPONENT_JOBS[command]!)).map(
    ([name, input]) =>
      `| \`${name}\` | ${input.description.replaceAll('|', '\\|')} | ${input.default === '' ? '' : `\`${JSON.stringify(input.default)}\``} |`,
  )
  return `| input | what it does | default |\n|---|---|---|\n${rows.join('\n')}\n`
}

function between(text: string, start: string, end: string, content: string): string {
  const from = text.indexOf(start)
  const to = text.indexOf(end)
  if (from < 0 || to < 0)
    throw new Error(
      `no ${start.trim()} … ${end.trim()} in it: write the rest of the page first, as its neighbours have it`,
    )
  return text.slice(0, from + start.length) + content + text.slice(to)
}
