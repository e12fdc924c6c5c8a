import { access, constants, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AssayError } from '../../core/errors/errors.ts'
import { renderCodeQuality } from '../../core/report/codequality.ts'
import { renderJunit } from '../../core/report/junit.ts'
import { renderMarkdown } from '../../core/report/markdown.ts'
import { renderMetricsReport } from '../../core/report/metrics-report.ts'
import type { PlotData } from '../../core/report/plots/data.ts'
import { PLAIN_DIALECT } from '../../core/report/words/dialect.ts'
import { RelativePath } from '../../core/text/relative-path.ts'
import { type ModelProfile, PROFILE_FILE } from '../../core/traffic/profile/profile.ts'
import { renderProfile } from '../../core/traffic/profile/profile-file.ts'
import type { Result } from '../../core/verdict/result.ts'
import type { Context } from '../command/context.ts'

/** What judging one model gives: the result, the points of its plots, and what live traffic will be held against. */
export interface JudgedModel {
  result: Result
  plots: PlotData
  profile?: ModelProfile
}

/** Paths of what was written for one model, relative to the repository. */
export interface WrittenReport {
  result: string
  markdown: string
  html: string
}

/**
 * Writes result.json, report.md and report.html of a model into the output folder, its profile where there is one, and beside them
 * what CI systems read.
 * `configFile` is where a finding is shown.
 */
export async function writeReport(
  context: Context,
  output: string,
  judged: JudgedModel,
  configFile: string,
): Promise<WrittenReport> {
  const { renderHtml } = await import('../../core/report/html/html.ts')
  const { result, plots, profile } = judged
  const folder = `${output}/${result.model}`
  const written = {
    result: resultFile(output, result),
    markdown: `${folder}/report.md`,
    html: `${folder}/report.html`,
  }
  const html = await renderHtml(result, plots)
  await writeResult(context, output, result)
  await writeOutput(
    context.folder,
    written.markdown,
    renderMarkdown(result, context.forge?.dialect ?? PLAIN_DIALECT, {}),
  )
  await writeOutput(context.folder, written.html, html)
  if (profile) await writeOutput(context.folder, `${folder}/${PROFILE_FILE}`, renderProfile(profile))
  await writeCiReports(context, folder, [result], configFile, 'codequality.json')
  return written
}

/** Writes result.json of a model alone: of one that was skipped there is nothing to read. */
export async function writeResult(context: Context, output: string, result: Result): Promise<void> {
  await writeOutput(context.folder, resultFile(output, result), `${JSON.stringify(result, null, 2)}\n`)
}

/**
 * Writes the reports of all models in one file a kind: a CI template names one path, however many models there are. Written
 * before the first model and after every one, so that a run that is killed leaves what it knew, and says what it did not.
 */
export async function writeMergedReports(
  context: Context,
  output: string,
  merged: { results: Result[]; pending: string[] },
  configFile: string,
): Promise<void> {
  const { results, pending } = merged
  await writeCiReports(context, output, results, configFile, 'gl-code-quality.json', pending)
}

/** Writes one of our files, with the folders above it. @throws AssayError `OUTPUT_UNWRITABLE` */
export async function writeOutput(folder: string, path: string, text: string): Promise<void> {
  if (!RelativePath.safeParse(path).success) throw unwritable(path, OUTSIDE)
  try {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  } catch (cause) {
    throw refused(path, cause)
  }
}

/**
 * Makes the output folder before anything is trained: hours of work must not end at a folder that cannot be written to. Reports
 * of the models from an earlier run go: should this one be killed, nobody is to take them for its own.
 *
 * @throws AssayError `OUTPUT_UNWRITABLE`
 */
export async function prepareOutput(
  folder: string,
  output: string,
  models: readonly string[],
): Promise<void> {
  if (!RelativePath.safeParse(output).success) throw unwritable(output, OUTSIDE)
  try {
    await mkdir(join(folder, output), { recursive: true })
    await access(join(folder, output), constants.W_OK)
    for (const model of models)
      for (const file of REPORTS) await rm(join(folder, output, model, file), { force: true })
  } catch (cause) {
    throw refused(output, cause)
  }
}

// --- internal ---

const REPORTS = [
  'result.json',
  'report.md',
  'report.html',
  PROFILE_FILE,
  'junit.xml',
  'codequality.json',
  'metrics.txt',
]

function resultFile(output: string, { model }: Result): string {
  return `${output}/${model}/result.json`
}

const OUTSIDE = 'the folder must lie in the repository'

function refused(path: string, cause: unknown): AssayError {
  return unwritable(path, `the system refused (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`)
}

async function writeCiReports(
  context: Context,
  folder: string,
  results: Result[],
  configFile: string,
  findings: string,
  pending: string[] = [],
): Promise<void> {
  await writeOutput(context.folder, `${folder}/junit.xml`, renderJunit(results, pending))
  await writeOutput(context.folder, `${folder}/${findings}`, renderCodeQuality(results, configFile))
  await writeOutput(context.folder, `${folder}/metrics.txt`, renderMetricsReport(results))
}

function unwritable(path: string, what: string): AssayError {
  const fix = 'name another folder with --output, or look at its permissions and the space on the disk'
  return new AssayError({
    code: 'OUTPUT_UNWRITABLE',
    title: 'The report could not be written',
    problems: [{ what, where: { file: path }, fix }],
  })
}
