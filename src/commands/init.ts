import { existsSync } from 'node:fs'
import { mkdir, open, readdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type CiKind, guessCi, starterCi } from '../ci/starter.ts'
import { type DriftSubject, driftSteps, starterDrift } from '../ci/starter-drift.ts'
import { CONFIG_FILE } from '../core/config/config.ts'
import { parseConfig } from '../core/config/read-config.ts'
import {
  metricsFileIn,
  predictionsFileIn,
  type Starter,
  starterConfig,
} from '../core/config/written/starter-config.ts'
import { isAssayError } from '../core/errors/errors.ts'
import { type Pipeline, readPipeline } from '../core/inputs/dvc/pipeline.ts'
import { parseMetricsFile } from '../core/inputs/metrics-file/metrics-file.ts'
import { isOnForge } from '../core/secrets/deploy-address.ts'
import { readInside } from '../services/files/files.ts'
import { openRepository } from '../services/git/git.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import type { INIT_OPTIONS } from './command/options.ts'
import { watchInClone } from './deploy/write/watch-clone.ts'
import { readDvcText } from './project/dvc-text.ts'

/** Writes `assay.yml` and the CI file. Files that exist are left alone unless forced. Or one of its other starts alone. */
export async function run(
  context: Context,
  options: OptionValues<typeof INIT_OPTIONS>,
): Promise<CommandResult> {
  if (options.watch) return watchAll(context, options)
  const files = await listFiles(context.folder)
  const repository = await openRepository(context.folder, { env: context.env })
  const ci = options.ci ?? (options.bot ? 'github' : guessCi(files, await repository?.remoteUrl()))
  if (options.drift) return schedule(context, options, ci)
  const text = await readDvcText(context.folder, 'dvc.yaml')
  const pipeline = text === undefined ? undefined : readPipeline(text)
  const starters = [
    starterConfig({
      name: basename(context.folder),
      files,
      ...(await headOf(context.folder, files)),
      metrics: await metricNamesOf(context.folder, files, pipeline),
      ...(pipeline && { pipeline }),
    }),
    starterCi(ci, { bot: options.bot }),
  ]
  const lines: string[] = []
  for (const starter of starters) lines.push(await writeStarter(context.folder, starter, options))
  lines.push('', 'Next: look at both files, then run `assay check`.')
  return { exitCode: 0, text: lines.join('\n'), json: { ci, files: starters }, outputs: {} }
}

// --- internal ---

/** What watches all that serves, as a promotion of each would write it. */
async function watchAll(
  { folder }: Context,
  options: OptionValues<typeof INIT_OPTIONS>,
): Promise<CommandResult> {
  const dryRun = options['dry-run']
  const places = await watchInClone(folder, { dryRun })
  const lines = places.flatMap(({ model, environment, files, notes }) => [
    `${model} in ${environment}: ${files.length === 0 ? 'as it is asked for' : `${dryRun ? 'would write' : 'wrote'} ${files.join(', ')}`}`,
    ...notes.map(note => `  ! ${note}`),
  ])
  const isChanged = places.some(({ files }) => files.length > 0)
  if (places.length === 0)
    lines.push(
      'Nothing that serves has a `watch` in assay-deploy.yml: docs/watching.md says what may stand there.',
    )
  else if (isChanged && !dryRun)
    lines.push('', 'Next: look at `git diff`, and propose it as one pull request.')
  return { exitCode: 0, text: lines.join('\n'), json: { places }, outputs: {} }
}

/** The schedule alone, beside what there is. */
async function schedule(
  { folder }: Context,
  options: OptionValues<typeof INIT_OPTIONS>,
  ci: CiKind,
): Promise<CommandResult> {
  const subjects = await subjectsOf(folder)
  const starter = starterDrift(ci, subjects)
  const written = await writeStarter(folder, starter, options)
  const steps = driftSteps(ci, subjects.length).map(
    (step, at) => `${at + 1}. ${step[0]!.toUpperCase()}${step.slice(1)}.`,
  )
  const lines = [
    written,
    '',
    'Next:',
    ...steps,
    '',
    'docs/commands/drift.md says what it does, and how it may have the model trained anew.',
  ]
  return { exitCode: 0, text: lines.join('\n'), json: { ci, files: [starter] }, outputs: {} }
}

/** The models of the configuration, and where they are deployed; of one that cannot be read `check` says what is wrong. */
async function subjectsOf(folder: string): Promise<DriftSubject[]> {
  if (!existsSync(join(folder, CONFIG_FILE))) return []
  try {
    const { bytes } = await readInside(folder, CONFIG_FILE, { maxBytes: MAX_CONFIG_BYTES })
    const { models } = parseConfig(new TextDecoder().decode(bytes), CONFIG_FILE).config
    return Object.entries(models).map(([model, { deploy }]) => ({
      model,
      deploy: deploy && isOnForge(deploy.repository) ? deploy.repository : undefined,
    }))
  } catch (error) {
    if (isAssayError(error, 'CONFIG_INVALID', 'FILE_REFUSED', 'FILE_TOO_LARGE')) return []
    throw error
  }
}

const MAX_CONFIG_BYTES = 1024 * 1024
const MAX_METRICS_BYTES = 1024 * 1024

async function listFiles(folder: string): Promise<string[]> {
  const found: string[] = []
  const skip = new Set(['node_modules', '.git', '.venv', 'venv', '__pycache__'])
  const visit = async (path: string, depth: number): Promise<void> => {
    for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
      if (skip.has(entry.name) || found.length > 5000) continue
      const name = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.isDirectory() && depth < 2) await visit(name, depth + 1)
      else if (entry.isFile()) found.push(name)
    }
  }
  await visit('', 0)
  return found
}

/** The first lines of a CSV or TSV predictions file, split: enough to name the columns in the configuration. */
async function headOf(folder: string, files: string[]): Promise<{ columns?: string[]; rows?: string[][] }> {
  const file = predictionsFileIn(files)
  if (!file || file.endsWith('.parquet')) return {}
  const handle = await open(join(folder, file))
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0)
    const lines = new TextDecoder().decode(buffer.subarray(0, bytesRead)).split(/\r?\n/)
    const split = (line: string) =>
      line.split(file.endsWith('.tsv') ? '\t' : ',').map(cell => cell.replace(/^"|"$/g, ''))
    // The last line may be cut off.
    return { columns: split(lines[0] ?? ''), rows: lines.slice(1, -1).map(split) }
  } finally {
    await handle.close()
  }
}

/** The names in a metrics file; one that cannot be read is as good as none, and `check` will say what is wrong with it. */
async function metricNamesOf(
  folder: string,
  files: string[],
  pipeline: Pipeline | undefined,
): Promise<string[] | undefined> {
  const file = metricsFileIn(files, pipeline)
  if (!file) return undefined
  try {
    const { bytes } = await readInside(folder, file, { maxBytes: MAX_METRICS_BYTES })
    return [...parseMetricsFile(bytes, file).metrics.keys()]
  } catch (error) {
    if (isAssayError(error, 'METRICS_INVALID', 'FILE_NOT_FOUND', 'FILE_REFUSED', 'FILE_TOO_LARGE'))
      return undefined
    throw error
  }
}

async function writeStarter(
  folder: string,
  starter: Starter,
  options: OptionValues<typeof INIT_OPTIONS>,
): Promise<string> {
  const path = join(folder, starter.path)
  const exists = existsSync(path)
  if (exists && !options.force)
    return `${starter.path} exists and was left as it is.${starter.path === CONFIG_FILE ? '' : ` To add by hand:\n\n${indent(starter.text)}`}`
  if (options['dry-run']) return `Would write ${starter.path}:\n\n${indent(starter.text)}`
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, starter.text)
  return `Wrote ${starter.path}${exists ? ' (it existed)' : ''}`
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '    ')
}
