import { trainingOf } from '../../core/config/dvc.ts'
import { isAssayError } from '../../core/errors/errors.ts'
import { isDvcFile } from '../../core/inputs/dvc/dvc-files.ts'
import type { Evaluation, SeedScores, Usage } from '../../core/inputs/evaluation.ts'
import { isOfPattern, isPattern } from '../../core/inputs/versioned-file.ts'
import type { RunData } from '../../core/mlflow/run-data.ts'
import { notDoneWords } from '../../core/mlflow/words.ts'
import { maskPersonalData } from '../../core/secrets/secrets.ts'
import { filesOfPattern } from '../../services/files/pattern-files.ts'
import { type SetAside, setAside } from '../../services/files/set-aside.ts'
import { beginTracking, endOwnRun, keptTracking, readTracked, type Tracking } from '../mlflow/tracking.ts'
import { only, outputsOf } from '../project/model-files.ts'
import type { ModelWork } from '../project/project.ts'
import { mergeSeeds, readEvaluation, seedScores } from '../project/read-evaluation.ts'
import { addUsage, evaluateOnce, trainOnce } from '../project/work.ts'
import { forgetTraining, keepTraining, NOTHING, readKeptTraining, unchanged } from './kept-training.ts'
import { pullForTraining } from './pull-data.ts'

export interface Candidate {
  evaluation: Evaluation
  warnings: string[]
  /** What training has logged with MLflow, where that is read. */
  logged?: RunData
  tracking?: Tracking
}

/**
 * Trains and evaluates, once per seed, and reads what came out. Only what the commands of this run wrote measures the
 * candidate: older files are out of their way meanwhile, and are put back where nothing new was written. Where no command is
 * run, the files are read as they lie.
 *
 * @param options `onReading` is told, where no command is run, that nothing but reading is left
 */
export async function makeCandidate(
  given: ModelWork,
  options: { train: boolean; output: string; isDry: boolean; onReading?: () => void },
): Promise<Candidate> {
  const { context, project, model, config } = given
  const { folder } = context
  const key = { output: options.output, model, commit: project.headSha }
  const kept = options.train ? NOTHING : await readKeptTraining(folder, key)
  // What the training of before left would be in the way of the data; it had its own.
  const pulled = !kept.isOfCommit ? await pullForTraining(given) : []
  const outputs = outputsOf(config)
  // Of several seeds the training kept the files of the first one alone.
  const ofTraining = config.seeds ? [] : await unchanged(folder, kept.written)
  const runs = [
    ...((options.train && trainingOf(config)) || kept.isOfCommit ? ['train'] : []),
    ...(config.evaluate ? ['evaluate'] : []),
  ]
  const isRun = (options.train && trainingOf(config) !== undefined) || config.evaluate !== undefined
  const aside = isRun ? await setAside(folder, model, outputs, ofTraining) : undefined
  const old = aside ? [] : await unchanged(folder, kept.old)
  const lies = async () =>
    aside
      ? new Set([...ofTraining, ...(await aside.written())])
      : new Set(outputs.flatMap(path => lyingAt(folder, path)).filter(path => !old.includes(path)))
  const isTrained = options.train && trainingOf(config) !== undefined
  const asked = { isDry: options.isDry, isTrained, kept: kept.mlflow }
  return withAside(aside, () =>
    tracked(given, asked, async (work, tracking) => {
      if (!aside) options.onReading?.()
      const seeds: SeedScores[] = []
      let first: Evaluation | undefined
      const warnings: string[] = [...pulled]
      const unwritten: string[] = []
      let usage: Usage = kept.usage
      for (const [index, seed] of trainingOrder(config.seeds).entries()) {
        if (index > 0) await aside?.clear()
        if (options.train) usage = addUsage(usage, await trainOnce(work, seed))
        usage = addUsage(usage, { evaluateSeconds: await evaluateOnce(work, seed) })
        const there = await lies()
        const missing = outputs.filter(path => ![...there].some(file => isOfPattern(path, file)))
        if (missing.length > 0) unwritten.push(notWritten(runs, missing, seed, old.length > 0))
        const version = {
          side: 'candidate' as const,
          source: project.source,
          commit: project.headSha,
          madeAt: project.committedAt,
        }
        const files = missing.length > 0 ? only(config, [...there]) : config
        const moved = project.movedCode?.get(model)
        const read = await readEvaluation(folder, files, version, {
          ...(moved && { movedCode: moved }),
          counts: there,
          ...(context.threads && { threads: context.threads }),
        })
        warnings.push(...read.warnings)
        if (seed !== undefined) seeds.push(seedScores(seed, read.evaluation))
        // Only the first seed's rows are kept: all of them would multiply the memory.
        if (seed === config.seeds?.[0]) first = read.evaluation
      }
      const merged = config.seeds ? mergeSeeds(first!, [seeds.at(-1)!, ...seeds.slice(0, -1)]) : first!
      if (isTrained) warnings.push(...(await writtenAnew(work)))
      const logged = tracking && (await readTracked(work, tracking))
      const isUntold = config.mlflow?.metrics === true && !logged
      const evaluation = logged ? withLogged(merged, logged) : merged
      if (logged) warnings.push(...logged.remarks)
      const measured = usage.trainSeconds !== undefined || usage.evaluateSeconds !== undefined
      return {
        evaluation: {
          ...evaluation,
          usage: measured ? usage : undefined,
          ...(unwritten.length > 0 && { unwritten: unwritten.join('; ') }),
          ...(isUntold && { untold: NOT_TOLD }),
        },
        warnings: [...new Set(warnings)],
        ...(logged && { logged }),
        ...(tracking && { tracking }),
      }
    }),
  )
}

/** Trains one model without evaluating it, and keeps for a later `evaluate` what it took and which outputs are its own. */
export async function trainModel(given: ModelWork, output: string): Promise<Usage> {
  const { context, project, model, config } = given
  const { folder } = context
  const key = { output, model, commit: project.headSha }
  await forgetTraining(folder, key)
  for (const remark of await pullForTraining(given)) context.log.warn(remark)
  const outputs = outputsOf(config)
  const aside = await setAside(folder, model, outputs)
  const { usage, written, mlflow } = await withAside(aside, () =>
    tracked(given, { isDry: false, isTrained: true }, async (work, tracking) => {
      let usage: Usage = {}
      for (const [index, seed] of trainingOrder(config.seeds).entries()) {
        if (index > 0) await aside.clear()
        usage = addUsage(usage, await trainOnce(work, seed))
      }
      for (const words of notDoneWords(tracking?.notDone ?? []))
        context.log.warn(`${model}: MLflow: ${words}`)
      return { usage, written: await aside.written(), mlflow: tracking && keptTracking(tracking) }
    }),
  )
  await keepTraining(folder, key, {
    usage,
    written: [...written],
    old: [...aside.had].filter(path => !written.has(path)),
    mlflow,
  })
  return usage
}

// --- internal ---

const NOT_TOLD = 'MLflow did not tell what training has logged: metrics that nothing else tells are not known'

/**
 * The first seed comes last: its rows are the candidate's, and so whatever lies there afterwards (weights that are scanned, packaged
 * and kept, outputs) is of the model that was judged.
 */
function trainingOrder(seeds: readonly number[] | undefined): readonly (number | undefined)[] {
  return seeds ? [...seeds.slice(1), ...seeds.slice(0, 1)] : [undefined]
}

/** With a run of MLflow where there is one; it is ended where the training dies, or is stopped. */
async function tracked<T>(
  given: ModelWork,
  asked: Parameters<typeof beginTracking>[1],
  body: (work: ModelWork, tracking: Tracking | undefined) => Promise<T>,
): Promise<T> {
  const tracking = await beginTracking(given, asked)
  try {
    return await body({ ...given, ...(tracking && { env: tracking.env }) }, tracking)
  } catch (error) {
    if (tracking) await endOwnRun(given, tracking, given.context.signal.aborted ? 'KILLED' : 'FAILED')
    throw error
  }
}

/** A metric that a file has too is the file's, also one that it has without a value. */
function withLogged(evaluation: Evaluation, { metrics, data }: RunData): Evaluation {
  return {
    ...evaluation,
    metrics: new Map([
      ...[...metrics].filter(([name]) => !evaluation.noValue?.has(name)),
      ...evaluation.metrics,
    ]),
    ...(data.length > 0 && { data: [...(evaluation.data ?? []), ...data] }),
  }
}

/** Files that cannot be read were written all the same: they stay to be looked at. */
async function withAside<T>(aside: SetAside | undefined, work: () => Promise<T>): Promise<T> {
  try {
    const made = await work()
    await aside?.end('done')
    return made
  } catch (error) {
    await aside?.end(isAssayError(error) ? 'done' : 'failed')
    throw error
  }
}

/** `dvc repro` writes the hashes of what it read and made: with what was trained, and in no commit yet. */
async function writtenAnew({ project, config }: ModelWork): Promise<string[]> {
  if (!project.repository || project.commit === undefined) return []
  const found = await project.repository.uncommitted([])
  const anew = found.filter(
    path => isDvcFile(path) && config.data.includes(path) && !project.uncommitted.includes(path),
  )
  return anew.map(
    path =>
      `The training wrote ${maskPersonalData(path)} anew, so the data that is named here is in no commit: commit it to have a result that can be made again.`,
  )
}

/** What a pattern stands for; a plain path is itself, and reading it says where nothing is. */
function lyingAt(folder: string, path: string): string[] {
  return isPattern(path) ? filesOfPattern(folder, path) : [path]
}

function notWritten(
  runs: readonly string[],
  files: readonly string[],
  seed: number | undefined,
  hasOld: boolean,
): string {
  const list = files.map(maskPersonalData).join(', ')
  const [only, other] = runs
  if (only === undefined)
    return hasOld
      ? `${list} is of a training of another commit: \`assay train\` makes it anew`
      : `there is no ${list}, and no command ran that could write it`
  const what = other
    ? `neither \`${only}\` nor \`${other}\` wrote ${list}`
    : `\`${only}\` did not write ${list}`
  return `${what}${seed === undefined ? '' : ` with seed ${seed}`}, and a file of before is no measurement of this candidate`
}
