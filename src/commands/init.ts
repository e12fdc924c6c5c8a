import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type CiKind, guessCi, starterCi } from '../ci/starter.ts'
import { deploySteps, starterDeploy } from '../ci/starter-deploy.ts'
import { type DriftSubject, driftSteps, starterDrift } from '../ci/starter-drift.ts'
import { parseConfig } from '../core/config/read-config.ts'
import { type Starter, starterConfig } from '../core/config/written/starter-config.ts'
import { AssayError, isAssayError } from '../core/errors/errors.ts'
import { isOnForge } from '../core/secrets/deploy-address.ts'
import { CONFIG_FILE } from '../core/text/names.ts'
import { count } from '../core/text/numbers.ts'
import { readInside } from '../services/files/files.ts'
import { openRepository } from '../services/git/git.ts'
import { run as check } from './check.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import type { INIT_OPTIONS } from './command/options.ts'
import { watchInClone } from './deploy/write/watch-clone.ts'
import { deployStart } from './starting/deploy-start.ts'
import { ignoreResult } from './starting/ignore.ts'
import { listFiles, lookAt } from './starting/look.ts'
import { lookAtDeploy } from './starting/look-deploy.ts'

/** Writes `assay.yml` and the CI file. Files that exist are left alone unless forced. Or one of its other starts alone. */
export async function run(
  context: Context,
  options: OptionValues<typeof INIT_OPTIONS>,
): Promise<CommandResult> {
  if (options.watch) return watchAll(context, options)
  const files = await listFiles(context.folder)
  const repository = await openRepository(context.folder, { env: context.env })
  const ci = options.ci ?? (options.bot ? 'github' : guessCi(files, await repository?.remoteUrl()))
  if (options.deploy) return startDeploy(context, options, ci)
  if (options.drift) return schedule(context, options, ci)
  const { repository: found, pipelines } = await lookAt(context.folder, basename(context.folder), files)
  const { questions, environments, ...config } = starterConfig(found, pipelines)
  const starters = [config, starterCi(ci, { bot: options.bot, environments })]
  const isOurs = options.force || !existsSync(join(context.folder, CONFIG_FILE))
  const lines: string[] = []
  for (const starter of starters) lines.push(await writeStarter(context.folder, starter, options))
  const ignored = await ignoreResult(context.folder, options['dry-run']).catch(cause => {
    throw unwritable('.gitignore', cause)
  })
  if (ignored !== undefined) lines.push(ignored)
  lines.push('', ...nextSteps(isOurs ? questions : 0))
  if (!options['dry-run']) lines.push('', await checked(context))
  return {
    exitCode: 0,
    text: lines.join('\n'),
    json: { ci, files: starters, questions: isOurs ? questions : 0 },
    outputs: {},
  }
}

// --- internal ---

function nextSteps(questions: number): string[] {
  if (questions === 0)
    return ['Next: look at the files, then propose them as a pull request: it gets the first verdict.']
  const what =
    questions === 1
      ? 'One question is left in assay.yml, at the line that begins with `# ?`'
      : `${count(questions, 'question')} are left in assay.yml, at the lines that begin with \`# ?\``
  return [`${what}: write the value behind the key below, then run \`assay check\`.`]
}

/** What `assay check` says of what there is now. */
async function checked(context: Context): Promise<string> {
  const { text } = await check(context, { config: CONFIG_FILE, base: undefined })
  return `assay check:\n\n${text}`
}

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

/** A deploy repository's own start. */
async function startDeploy(
  context: Context,
  options: OptionValues<typeof INIT_OPTIONS>,
  ci: CiKind,
): Promise<CommandResult> {
  const start = deployStart(await lookAtDeploy(context), options)
  if ('refused' in start)
    return {
      exitCode: 2,
      text: start.refused,
      json: { ci, files: [], questions: 0, models: [] },
      outputs: {},
    }
  const { path, text, questions, models, next } = start
  const starters = [{ path, text }, starterDeploy(ci)]
  const lines: string[] = []
  for (const starter of starters) lines.push(await writeStarter(context.folder, starter, options))
  lines.push('', ...next, 'To have it run:', ...numbered(deploySteps(ci)))
  if (!options['dry-run']) lines.push('', await checked(context))
  return {
    exitCode: 0,
    text: lines.join('\n'),
    json: { ci, files: starters, questions, models },
    outputs: {},
  }
}

function numbered(steps: readonly string[]): string[] {
  return steps.map((step, at) => `${at + 1}. ${step[0]!.toUpperCase()}${step.slice(1)}.`)
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
  const lines = [
    written,
    '',
    'Next:',
    ...numbered(driftSteps(ci, subjects.length)),
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
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, starter.text)
  } catch (cause) {
    throw unwritable(starter.path, cause)
  }
  return `Wrote ${starter.path}${exists ? ' (it existed)' : ''}`
}

function unwritable(path: string, cause: unknown): AssayError {
  return new AssayError({
    code: 'OUTPUT_UNWRITABLE',
    title: 'A file could not be written',
    problems: [
      {
        what: `the system refused (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`,
        where: { file: path },
        fix: 'look at the permissions of its folder and the space on the disk, and run it again: files that are written by then stay as they are',
      },
    ],
  })
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '    ')
}
