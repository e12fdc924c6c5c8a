import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelConfig } from '../core/config/config.ts'
import { alarmBudget, Drift, minutesOf } from '../core/config/drift.ts'
import { AssayError, isAssayError } from '../core/errors/errors.ts'
import { together } from '../core/errors/together.ts'
import { judgeTraffic } from '../core/traffic/drift/judge.ts'
import type { DriftVerdict } from '../core/traffic/drift/verdict.ts'
import type { ModelProfile } from '../core/traffic/profile/profile.ts'
import { MOST_PROFILE_BYTES, parseProfile } from '../core/traffic/profile/profile-file.ts'
import { renderDriftHtml } from '../core/traffic/report/html.ts'
import { renderDriftMarkdown } from '../core/traffic/report/markdown.ts'
import { renderDriftTerminal } from '../core/traffic/report/terminal.ts'
import { headlineOf } from '../core/traffic/report/words.ts'
import { openInside, readInside } from '../services/files/files.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import type { DRIFT_OPTIONS } from './command/options.ts'
import { unknownModel } from './command/unknown-name.ts'
import { readImportance } from './drift/importance.ts'
import { tellOfDrift } from './drift/issue.ts'
import { countRows, ROWS } from './drift/rows.ts'
import { readProject } from './project/project.ts'

type Options = OptionValues<typeof DRIFT_OPTIONS>

/** Holds a file of recent rows against the profile of a model, once. */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const { folder } = context
  if (options.rows === undefined) throw usage()
  const { profile, models } = await together({
    profile: profileIn(folder, options.profile),
    models: modelsOf(context, options),
    // Counted later, by the profile; that there are none is said together with what else is wrong.
    rows: openInside(folder, options.rows, ROWS).then(({ handle }) => handle.close()),
  })
  const config = models && ownOf(models, profile.model, options.config)
  const drift = config?.drift ?? Drift.parse({})
  const { features, absent, labels } = await countRows(
    folder,
    options.rows,
    profile,
    config?.predictions ?? {},
  )
  const importance = drift.importance && (await readImportance(folder, drift.importance))
  const { environment } = options
  const verdict = judgeTraffic({
    profile,
    ...(environment !== undefined && { environment }),
    shift: { minutes: minutesOf(drift.windows.shift), features },
    concept: { minutes: minutesOf(drift.windows.concept), features, ...(labels && { labels }) },
    budget: alarmBudget(drift.false_alarms),
    absent,
    ...(importance && { importance }),
  })
  const report = renderDriftMarkdown(verdict)
  await writeReports(join(folder, options.output), verdict, report)
  const told =
    options.issue || options.retrain
      ? await tell(context, options, { verdict, report, windows: drift.windows })
      : []
  return {
    exitCode: EXIT_CODES[verdict.state],
    text: [renderDriftTerminal(verdict), ...(told.length > 0 ? ['', ...told] : [])].join('\n'),
    json: verdict,
    headline: headlineOf(verdict),
  }
}

// --- internal ---

/** What is not known is no success, and no alarm either. */
const EXIT_CODES = { steady: 0, warn: 0, critical: 1, unknown: 3 } as const

async function profileIn(folder: string, file: string): Promise<ModelProfile> {
  const { bytes } = await readInside(folder, file, { maxBytes: MOST_PROFILE_BYTES, input: 'profile' })
  return parseProfile(bytes, file)
}

type Models = Readonly<Record<string, ModelConfig>>

/** A profile and rows are enough; what the team has written about the model counts where it is there. */
async function modelsOf(context: Context, options: Options): Promise<Models | undefined> {
  if (!existsSync(join(context.folder, options.config))) return undefined
  return (await readProject(context, options)).config.models
}

function ownOf(models: Models, model: string, file: string): ModelConfig {
  const own = models[model]
  // By the defaults of nobody's choice it would look judged as the team has it.
  if (!own) throw unknownModel(model, Object.keys(models), file)
  return own
}

/** Whatever fails here, the verdict stands in the files. */
async function tell(
  context: Context,
  { config, output, retrain, 'dry-run': dryRun }: Options,
  { verdict, report, windows }: { verdict: DriftVerdict; report: string; windows: Drift['windows'] },
): Promise<string[]> {
  const [shift, concept] = [minutesOf(windows.shift), minutesOf(windows.concept)]
  const minutes = { breakage: shift, shift, concept }
  try {
    return await tellOfDrift(context, { verdict, report, minutes, config, retrain, dryRun })
  } catch (error) {
    if (!isAssayError(error)) throw error
    throw error.with({ worked: `${headlineOf(verdict)}; the report is in ${output}/drift.html` })
  }
}

async function writeReports(folder: string, verdict: DriftVerdict, report: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'drift.json'), `${JSON.stringify(verdict, null, 2)}\n`)
  await writeFile(join(folder, 'drift.md'), report)
  await writeFile(join(folder, 'drift.html'), renderDriftHtml(verdict))
}

function usage(): AssayError {
  return new AssayError({
    code: 'USAGE',
    title: 'no rows to hold against the profile',
    problems: [
      { what: '`--rows` is not given', fix: 'name a file of recent rows: `assay drift --rows recent.csv`' },
    ],
  })
}
