import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelConfig } from '../core/config/config.ts'
import { Drift } from '../core/config/drift.ts'
import { AssayError, isAssayError } from '../core/errors/errors.ts'
import { together } from '../core/errors/together.ts'
import type { DriftVerdict } from '../core/traffic/drift/verdict.ts'
import { renderDriftMarkdown } from '../core/traffic/report/markdown.ts'
import { renderDriftTerminal } from '../core/traffic/report/terminal.ts'
import { headlineOf } from '../core/traffic/report/words.ts'
import { judgeSeen, type LookSettings, unseenVerdict } from '../core/traffic/seen/judge-seen.ts'
import { openInside } from '../services/files/files.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import type { DRIFT_OPTIONS } from './command/options.ts'
import { unknownEnvironment, unknownModel } from './command/unknown-name.ts'
import { readWatched, type Watched } from './deploy/ledger/watched.ts'
import { profileIn, profileInOutput } from './drift/accepted-profile.ts'
import { seenInFile } from './drift/file-source.ts'
import { type Telling, type Told, tellOfDrift } from './drift/issue.ts'
import { lookSettings } from './drift/look-settings.ts'
import { ROWS } from './drift/rows.ts'
import { seenBy, sourcesOf } from './drift/sources.ts'
import { writePage, writeVerdict } from './drift/verdict-files.ts'
import { readImportance } from './model/importance.ts'
import { readProject } from './project/project.ts'
import { appendToSummary } from './result/job-summary.ts'
import type { NamedOutputs } from './result/output-names.ts'

type Options = OptionValues<typeof DRIFT_OPTIONS>

/** Holds live traffic against the profile of a release, once: a file of rows, or what a collector or Prometheus counts. */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const judged =
    options.rows === undefined
      ? await ofSource(context, options)
      : await ofRows(context, options, options.rows)
  const { verdict } = judged
  const report = renderDriftMarkdown(verdict)
  const output = join(context.folder, options.output)
  await writeVerdict(output, verdict, report)
  await appendToSummary(context, room => (Buffer.byteLength(report) < room ? report : ''))
  const told = options.issue || options.retrain ? await tell(context, options, judged, report) : undefined
  // Since when is known by the issue alone.
  if (told) await writePage(output, verdict, told.alarms)
  return {
    exitCode: EXIT_CODES[verdict.state],
    text: [renderDriftTerminal(verdict), ...(told ? ['', ...told.lines] : [])].join('\n'),
    json: verdict,
    headline: headlineOf(verdict),
    outputs: { 'drift-state': verdict.state } satisfies NamedOutputs,
  }
}

// --- internal ---

/** What is not known is no success, and no alarm either. */
const EXIT_CODES = { steady: 0, warn: 0, critical: 1, unknown: 3 } as const

interface Judged {
  verdict: DriftVerdict
  minutes: Telling['minutes']
}

async function ofRows(context: Context, options: Options, rows: string): Promise<Judged> {
  const { folder } = context
  if (options.collector !== undefined || options.prometheus !== undefined)
    throw usage('both rows and a source of counts are named', {
      fix: 'name one: `--rows` for a file, `--collector` or `--prometheus` for live traffic',
    })
  const { profile, models } = await together({
    profile:
      options.profile === undefined ? profileInOutput(folder, options) : profileIn(folder, options.profile),
    models: modelsOf(context, options),
    // Counted later, by the profile; that there are none is said together with what else is wrong.
    rows: openInside(folder, rows, ROWS).then(({ handle }) => handle.close()),
  })
  if (options.model !== undefined && options.model !== profile.model)
    throw usage(`the profile is of ${profile.model}, not of ${options.model}`, {
      fix: 'name the profile of that model with `--profile`',
    })
  const config = models && ownOf(models, profile.model, options.config)
  const drift = config?.drift ?? Drift.parse({})
  const settings = lookSettings(drift)
  const roles = config?.predictions ?? {}
  const seen = await seenInFile(folder, rows, profile, { roles, minutes: settings.minutes })
  const importance = drift.importance && (await readImportance(folder, drift.importance))
  const { environment, release } = options
  const place = {
    ...(release !== undefined && { release }),
    ...(environment !== undefined && { environment }),
  }
  const verdict = judgeSeen({
    profile,
    seen,
    settings,
    now: context.now(),
    ...(importance && { importance }),
  })
  return {
    verdict: { ...verdict, ...place },
    minutes: minutesOf({ ...settings.minutes, breakage: settings.minutes.shift }),
  }
}

async function ofSource(context: Context, options: Options): Promise<Judged> {
  const { folder } = context
  const job = { collector: options.collector, prometheus: options.prometheus }
  const { watched, models } = await together({
    watched:
      options.profile === undefined ? servingOf(context, options) : byHand(context, options, options.profile),
    models: modelsOf(context, options),
  })
  const { model, release, environment, profile } = watched
  const sources = sourcesOf(context, { job, file: watched.drift })
  if (!sources) throw noSource()
  const drift = models?.[model]?.drift ?? watched.drift ?? Drift.parse({})
  const settings = lookSettings(drift)
  const importance =
    'importance' in drift && drift.importance ? await readImportance(folder, drift.importance) : undefined
  const of = {
    model,
    ...(release !== undefined && { release }),
    ...(environment !== undefined && { environment }),
  }
  const now = context.now()
  const minutes = minutesOf(settings.minutes)
  if ('failed' in profile)
    return { verdict: { ...unseenVerdict(model, profile.failed, settings.budget), ...of }, minutes }
  const requests = models?.[model]?.drift?.requests ?? watched.requests
  const told = await seenBy(sources, { of, profile, ...settings, requests, now })
  const verdict = judgeSeen({ profile, ...told, settings, now, ...(importance && { importance }) })
  return { verdict: { ...verdict, ...of }, minutes }
}

type Subject = Omit<Watched, 'environment'> & { environment?: string }

async function byHand(context: Context, options: Options, file: string): Promise<Subject> {
  const profile = await profileIn(context.folder, file)
  const { release, environment } = options
  return {
    model: profile.model,
    profile,
    ...(release !== undefined && { release }),
    ...(environment !== undefined && { environment }),
  }
}

/** The release that serves, by the deploy repository. */
async function servingOf(context: Context, options: Options): Promise<Subject> {
  const { model, environment, release } = options
  if (model === undefined) throw noModel()
  const all = await readWatched(context, options)
  const own = all.filter(one => one.model === model)
  if (own.length === 0) {
    const others = await readWatched(context, { ...options, model: undefined })
    throw unknownModel(model, [...new Set(others.map(one => one.model))])
  }
  const places = own.map(one => one.environment)
  const found = own.find(one => one.environment === (environment ?? places.at(-1)))
  if (!found || (environment === undefined && places.length > 1)) {
    if (environment !== undefined) throw unknownEnvironment(environment, places)
    throw whichEnvironment(model, places)
  }
  if (release === undefined || release === found.release) return found
  throw usage(`${found.release ?? 'another release'} serves in ${found.environment}, not ${release}`, {
    fix: 'leave `--release` out, or name the profile of that release with `--profile`',
  })
}

/** Alarms of each kind by the window that shows them. */
function minutesOf({ quiet, ...minutes }: LookSettings['minutes']): Telling['minutes'] {
  return { ...minutes, silence: quiet }
}

/** Whatever fails here, the verdict stands in the files. */
async function tell(
  context: Context,
  { config, output, retrain, 'dry-run': dryRun }: Options,
  { verdict, minutes }: Judged,
  report: string,
): Promise<Told> {
  try {
    return await tellOfDrift(context, { verdict, report, minutes, config, retrain, dryRun })
  } catch (error) {
    if (!isAssayError(error)) throw error
    throw error.with({ worked: `${headlineOf(verdict)}; the report is in ${output}/drift.html` })
  }
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

function noSource(): AssayError {
  return usage('neither rows nor a source of counts is named', {
    fix: 'name a file of recent rows, `--rows recent.csv`, or where live traffic is counted, `--collector` or `--prometheus`',
  })
}

function noModel(): AssayError {
  return usage('neither rows nor a model is named', {
    fix: 'name a file of recent rows, `assay drift --rows recent.csv`, or a model that serves, `assay drift churn --environment production --prometheus http://prometheus:9090`',
  })
}

function whichEnvironment(model: string, places: readonly string[]): AssayError {
  return usage(`${model} serves in ${places.join(', ')}`, { fix: 'name one of them with `--environment`' })
}

function usage(what: string, { fix }: { fix: string }): AssayError {
  return new AssayError({
    code: 'USAGE',
    title: 'What is to be held against which profile is not clear',
    problems: [{ what, fix }],
  })
}
