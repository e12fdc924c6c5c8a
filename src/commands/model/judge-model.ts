import type { ModelConfig } from '../../core/config/config.ts'
import { trainingOf } from '../../core/config/dvc.ts'
import { type AssayError, isAssayError } from '../../core/errors/errors.ts'
import { plotData } from '../../core/report/plots/data.ts'
import { maskPersonalData } from '../../core/secrets/secrets.ts'
import { renderError } from '../../core/text/error-text.ts'
import { dayOf } from '../../core/text/instant-words.ts'
import { CONFIG_FILE } from '../../core/text/names.ts'
import type { Absence } from '../../core/verdict/gates/inputs.ts'
import { Result } from '../../core/verdict/result.ts'
import { weigh } from '../../core/verdict/weigh/weigh.ts'
import { readInside } from '../../services/files/files.ts'
import type { Context } from '../command/context.ts'
import { withoutSecrets } from '../command/without-secrets.ts'
import { withTracking } from '../mlflow/log-run.ts'
import { endOwnRun, type Tracking } from '../mlflow/tracking.ts'
import type { ModelWork, Project } from '../project/project.ts'
import { CommandFailed } from '../project/work.ts'
import type { JudgedModel } from '../result/outputs.ts'
import type { Baselines } from './baselines/baseline.ts'
import { isReadingAlone, readBaselines } from './baselines/baselines.ts'
import { dataChangesOf } from './data-changes.ts'
import { type Candidate, makeCandidate } from './make-candidate.ts'
import { makeProfile } from './profile.ts'
import { scannedFiles } from './scanned.ts'

const MAX_NOTES_BYTES = 256 * 1024

export interface JudgeOptions {
  train: boolean
  output: string
  baseline?: string
  pullRequest?: number
  /** Nothing is written outside of the folder: no run of MLflow either. */
  isDry: boolean
}

/** A judged model, and its run where it is tracked. */
export interface Judged extends JudgedModel {
  tracking?: Tracking
}

/**
 * The way of one model from commit to result: train and evaluate (once per seed), read what came out, read the baselines, weigh.
 * A command that dies gives a result that says so; only a cancelled job throws.
 */
export async function judgeModel(work: ModelWork, options: JudgeOptions): Promise<Judged> {
  const { context, project, model, config } = work
  let tracking: Tracking | undefined
  try {
    const { candidate, baselines } = await readCandidate(work, options)
    tracking = candidate.tracking
    const { champion, base } = await baselines()
    const notes =
      config.notes === undefined ? { warnings: [] } : await readNotes(context.folder, config.notes)
    const files = config.scan && (await readable(scannedFiles(context, config.scan), config))
    const { profile, facts } = await makeProfile(work, candidate.evaluation)
    const result = weigh({
      assay: context.version,
      model,
      config,
      candidate: candidate.evaluation,
      champion: champion.evaluation,
      base: base.evaluation,
      absent: { champion: champion.absent ?? NOT_ABSENT, base: base.absent ?? NOT_ABSENT },
      seedParts: [project.base ?? '', project.headSha ?? ''],
      today: dayOf(context.now()),
      warnings: [
        ...project.warnings,
        ...candidate.warnings,
        ...base.warnings,
        ...champion.warnings,
        ...notes.warnings,
      ],
      ...(files && { files }),
      configuration: project.configuration,
      notes: notes.text,
      reproduce: reproduceCommand(project, model, options),
      run: runFacts(context, options),
    })
    const { logged } = candidate
    const mlflow = logged && { parameters: logged.parameters, problems: [] }
    const dataChanges = await dataChangesOf(work, result)
    const whole = {
      ...result,
      ...(dataChanges && { dataChanges }),
      ...(facts && { profile: facts }),
      ...(mlflow && { mlflow }),
    }
    return {
      result: withTracking(work, withoutSecrets(context, Result, whole), tracking),
      plots: plotData(candidate.evaluation, champion.evaluation ?? base.evaluation),
      profile,
      ...(tracking && { tracking }),
    }
  } catch (error) {
    const isResult = error instanceof CommandFailed && !error.cancelled
    if (!isResult && tracking) await endOwnRun(work, tracking, context.signal.aborted ? 'KILLED' : 'FAILED')
    if (!isResult) throw error
    const result = withoutSecrets(context, Result, failedResult(work, error, options))
    return { result: withTracking(work, result, tracking), plots: {}, ...(tracking && { tracking }) }
  }
}

// --- internal ---

/** The candidate. What it is weighed against is read beside it where only files are left to be read, else when it is asked for. */
async function readCandidate(
  work: ModelWork,
  options: JudgeOptions,
): Promise<{ candidate: Candidate; baselines: () => Promise<Baselines> }> {
  let beside: Promise<[PromiseSettledResult<Baselines>]> | undefined
  const onReading = () => {
    if (isReadingAlone(work, options.baseline))
      beside = Promise.allSettled([readBaselines(work, options.baseline)])
  }
  const [made] = await Promise.allSettled([
    readable(makeCandidate(work, { ...options, onReading }), work.config),
  ])
  // Whatever is wrong with the candidate, nothing goes on when that is told.
  const read = await beside
  const candidate = outcomeOf(made)
  const rows = candidate.evaluation.predictions
  return {
    candidate,
    baselines: async () => (read ? outcomeOf(read[0]) : readBaselines(work, options.baseline, rows)),
  }
}

function outcomeOf<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason
  return settled.value
}

const NOT_ABSENT: Absence = { reason: 'it is there', broken: false }

/** Notes that cannot be read are no reason to lose the verdict. */
async function readNotes(folder: string, file: string): Promise<{ text?: string; warnings: string[] }> {
  try {
    const { bytes } = await readInside(folder, file, { maxBytes: MAX_NOTES_BYTES, input: 'file of notes' })
    return { text: maskPersonalData(new TextDecoder().decode(bytes)), warnings: [] }
  } catch (error) {
    if (!isAssayError(error)) throw error
    return {
      warnings: [
        `The notes were left out: ${maskPersonalData(`${file}: ${error.problems[0]?.what ?? error.message}`)}.`,
      ],
    }
  }
}

function reproduceCommand(project: Project, name: string, options: JudgeOptions): string | undefined {
  // A commit that does not hold what was judged reproduces something else.
  if (project.headSha === undefined || project.uncommitted.length > 0) return undefined
  const flags = [
    ['model', name],
    ['config', project.configFile === CONFIG_FILE ? undefined : project.configFile],
    ['base', project.base],
    ['baseline', options.baseline],
  ].flatMap(([flag, value]) => (value === undefined ? [] : ` --${flag} ${inShell(value)}`))
  return `git checkout ${project.headSha} && assay run${flags.join('')} --dry-run`
}

function inShell(value: string): string {
  return /^[\w./@:-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
}

function runFacts(context: Context, options: JudgeOptions): Result['run'] {
  return {
    url: context.ci.runUrl,
    order: context.ci.runOrder,
    pullRequest: options.pullRequest ?? context.ci.pullRequest,
  }
}

/** Files that cannot be read are the evaluation's failure: the pull request shows which and why. */
async function readable<T>(reading: Promise<T>, config: ModelConfig): Promise<T> {
  try {
    return await reading
  } catch (error) {
    throw isAssayError(error) ? unreadable(error, config) : error
  }
}

function unreadable(error: AssayError, config: ModelConfig): CommandFailed {
  const command = config.evaluate?.run ?? trainingOf(config)?.run
  return new CommandFailed('evaluation_failed', { command, tail: renderError(error) }, false)
}

function failedResult(
  { context, project, model }: ModelWork,
  error: CommandFailed,
  options: JudgeOptions,
): Result {
  return {
    schema: 1,
    assay: context.version,
    model,
    state: error.state,
    verdict: 'fail',
    blocks: true,
    failure: error.failure,
    candidate: { source: project.source, commit: project.headSha },
    metrics: [],
    gates: [],
    slices: [],
    warnings: project.warnings,
    configuration: project.configuration,
    reproduce: reproduceCommand(project, model, options),
    run: runFacts(context, options),
  }
}
