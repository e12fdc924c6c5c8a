import * as z from 'zod'
import { starterDeploy } from '../../src/ci/starter-deploy.ts'
import { COMMANDS } from '../../src/commands/table/index.ts'
import { Config, ModelSchema } from '../../src/core/config/config.ts'
import { DeployFile } from '../../src/core/deploy-config/deploy-config.ts'
import { ReleaseRecord } from '../../src/core/release/record.ts'
import { Result } from '../../src/core/verdict/result.ts'
import { TARGETS } from '../../src/targets/index.ts'
import { canaryDashboard } from '../../src/targets/watch/canary-dashboard.ts'
import { actionInputs, actionOutputs, inputTable, outputTable } from './action-inputs.ts'
import { COMPONENT_JOBS, optionsOf } from './component-jobs.ts'
import { componentTemplate } from './component-template.ts'
import { configTable } from './config-table.ts'
import {
  componentTable,
  flagTable,
  permissionTable,
  settingsTable,
  setupTable,
  stepTable,
  targetList,
} from './docs-tables.ts'
import { jenkinsCommands, jenkinsVar } from './jenkins-vars.ts'
import { metricTable } from './metric-table.ts'
import { pinned, pinnedTexts } from './pinned-texts.ts'

/** What `npm run generate` writes. */
export interface Generated {
  /** By path from the root of the repository: what is committed, and what it should be. */
  texts: Map<string, { committed: string; text: string }>
  /** Why a file cannot be written, a sentence each. Nothing is written where there is one. */
  problems: string[]
}

/**
 * Everything that is derived from one declaration: JSON Schemas, the inputs and outputs of action.yml, the steps of the Jenkins
 * library, the tables in the docs; and the commit of Assay that all texts name.
 *
 * @param read what is committed; undefined where the file is not there
 */
export function generated(read: (file: string) => string | undefined): Generated {
  const texts: Generated['texts'] = new Map()
  const problems: string[] = []
  const emit = (file: string, render: (text: string) => string) => {
    const before = texts.get(file)
    const committed = before?.committed ?? read(file)
    try {
      texts.set(file, { committed: committed ?? '', text: render(before?.text ?? committed ?? '') })
    } catch (error) {
      if (!(error instanceof NoMarkers)) throw error
      const { start, end } = error
      problems.push(
        committed === undefined
          ? `${file} is not there: write it first, as its neighbours are, with ${start} and ${end} in it.`
          : `${file} has no ${start} … ${end}: write the rest of the page first, as its neighbours have it.`,
      )
    }
  }

  emit('schema/assay.schema.json', () => schemaText(configSchema()))
  emit('schema/result.schema.json', () => schemaText(z.toJSONSchema(Result, { io: 'input' })))
  emit('schema/assay-deploy.schema.json', () =>
    schemaText({ title: 'assay-deploy.yml', ...z.toJSONSchema(DeployFile, { io: 'input' }) }),
  )
  emit('schema/model-release.schema.json', () =>
    schemaText({ title: 'model-release.yaml', ...z.toJSONSchema(ReleaseRecord, { io: 'input' }) }),
  )
  emit('deploy/grafana/assay-canary.json', () => schemaText(canaryDashboard()))
  emit('action.yml', text =>
    between(
      between(text, '  # inputs:start\n', '  # inputs:end\n', actionInputs()),
      '  # outputs:start\n',
      '  # outputs:end\n',
      actionOutputs(),
    ),
  )
  emit('docs/action.md', text =>
    between(
      between(text, '<!-- inputs:start -->\n', '<!-- inputs:end -->\n', inputTable()),
      '<!-- outputs:start -->\n',
      '<!-- outputs:end -->\n',
      outputTable(),
    ),
  )
  emit('docs/configuration.md', text =>
    between(
      between(text, '<!-- table:start -->\n', '<!-- table:end -->\n', configTable(ModelSchema)),
      '<!-- metrics:start -->\n',
      '<!-- metrics:end -->\n',
      metricTable(),
    ),
  )
  emit('docs/deploy-configuration.md', text =>
    between(text, '<!-- table:start -->\n', '<!-- table:end -->\n', configTable(DeployFile)),
  )
  emit('docs/release-record.md', text =>
    between(text, '<!-- table:start -->\n', '<!-- table:end -->\n', configTable(ReleaseRecord)),
  )
  for (const [name, command] of Object.entries(COMMANDS))
    emit(`docs/commands/${name}.md`, text =>
      between(text, '<!-- flags:start -->\n', '<!-- flags:end -->\n', flagTable(command.options)),
    )
  const botTables = { settings: settingsTable(), permissions: permissionTable(), setup: setupTable() }
  for (const [name, table] of Object.entries(botTables))
    emit('docs/bot.md', text => between(text, `<!-- ${name}:start -->\n`, `<!-- ${name}:end -->\n`, table))
  emit('docs/jenkins.md', text =>
    between(text, '<!-- steps:start -->\n', '<!-- steps:end -->\n', stepTable()),
  )
  for (const [name, command] of jenkinsCommands()) {
    const { file, groovy, help } = jenkinsVar(name, command)
    emit(`jenkins-shared-lib/vars/${file}.groovy`, () => groovy)
    emit(`jenkins-shared-lib/vars/${file}.txt`, () => help)
  }
  emit('docs/deploy-configuration.md', text =>
    between(text, '<!-- targets:start -->\n', '<!-- targets:end -->\n', targetList()),
  )
  for (const [name, { schema }] of Object.entries(TARGETS))
    emit(`docs/targets/${name}.md`, text =>
      between(text, '<!-- options:start -->\n', '<!-- options:end -->\n', configTable(schema)),
    )
  for (const [name, job] of Object.entries(COMPONENT_JOBS)) {
    emit(`gitlab-component/templates/${name}.yml`, () => componentTemplate(name, optionsOf(name), job))
    emit('gitlab-component/README.md', text =>
      between(text, `<!-- ${name}:start -->\n`, `<!-- ${name}:end -->\n`, componentTable(name)),
    )
  }
  for (const { path, text } of [starterDeploy('gitlab'), starterDeploy('jenkins')])
    emit(`examples/deploy-repo/${path}`, () => text)
  for (const file of pinnedTexts()) emit(file, pinned)
  return { texts, problems }
}

// --- internal ---

/** A page without the two lines that a table stands between. */
class NoMarkers extends Error {
  readonly start: string
  readonly end: string

  constructor(start: string, end: string) {
    super(`no ${start} … ${end}`)
    this.start = start
    this.end = end
  }
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

function between(text: string, start: string, end: string, content: string): string {
  const from = text.indexOf(start)
  const to = text.indexOf(end)
  if (from < 0 || to < 0) throw new NoMarkers(start.trim(), end.trim())
  return text.slice(0, from + start.length) + content + text.slice(to)
}
