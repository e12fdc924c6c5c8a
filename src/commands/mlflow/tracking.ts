import { AssayError, isAssayError } from '../../core/errors/errors.ts'
import type { MlflowRun } from '../../core/mlflow/answers.ts'
import { type Judged, onlyRun, runIdIn, whyNotOurs, whyOfAnother } from '../../core/mlflow/find-run.ts'
import { endRun, newRun, type RunStatus, runOf, runsOfCommit } from '../../core/mlflow/requests.ts'
import { type RunData, runData } from '../../core/mlflow/run-data.ts'
import { originTags, type RunOrigin } from '../../core/mlflow/run-log.ts'
import type { NotDone } from '../../core/mlflow/words.ts'
import { type MlflowWay, mlflowWay } from '../../core/secrets/mlflow-way.ts'
import { FORGES } from '../../forges/index.ts'
import { readInside } from '../../services/files/files.ts'
import type { ModelWork } from '../project/project.ts'
import { timeoutOf } from '../project/project.ts'
import { projectAddress } from '../project/project-address.ts'
import { experimentCalled } from './experiment.ts'
import { type MlflowServer, openMlflow, orNoted } from './server.ts'

/** What a training that is tracked has: the way to the server, its run, and what could not be done. */
export interface Tracking {
  way?: MlflowWay
  server?: MlflowServer
  run?: OpenRun
  /** Whether anything is written there. */
  isLogged: boolean
  /** For the commands: which run they log in. */
  env: Record<string, string>
  /** Milliseconds; a run that began before is of another training. Absent: nothing is trained. */
  since?: number
  /** Milliseconds: when this began. */
  asked: number
  notDone: NotDone[]
}

export interface OpenRun {
  id: string
  experiment: string
  artifacts: string
  /** Milliseconds. */
  began: number
  /** We made it, and end it. */
  isOurs: boolean
}

/** What `train` leaves of it for an `evaluate` that comes later. */
export interface KeptTracking {
  run?: string | undefined
  since?: number | undefined
}

/**
 * Makes the run that training logs in, where the configuration asks for one. Nothing of it is the end of a training: what cannot be
 * done is noted. Undefined where the model is not tracked.
 *
 * @param isDry nothing is written: a run is found only
 */
export async function beginTracking(
  work: ModelWork,
  { isDry, isTrained, kept }: { isDry: boolean; isTrained: boolean; kept?: KeptTracking | undefined },
): Promise<Tracking | undefined> {
  const { context, project, config } = work
  const { mlflow } = config
  if (!mlflow) return undefined
  const since = isTrained ? context.now() : kept?.since
  const tracking: Tracking = {
    isLogged: mlflow.log && !isDry,
    env: {},
    ...(since !== undefined && { since }),
    asked: context.now(),
    notDone: [],
  }
  const named = { server: mlflow.server, namedBy: project.configuration.source }
  const way = mlflowWay(context.ci, named, context.env)
  if (!way || 'refused' in way) {
    tracking.notDone.push({ what: NOTHING, why: way?.refused ?? NO_SERVER })
    return tracking
  }
  const server = openMlflow(context, way, timeoutOf(mlflow) * 1000)
  Object.assign(tracking, { way, server } satisfies Partial<Tracking>)
  await orNoted(tracking.notDone, 'no run was made', async () => {
    const run = await runToLogIn(work, tracking, server, kept)
    if (!run) return
    tracking.run = run
    // Each seed is a training of its own, and a parameter can be logged once.
    if (!config.seeds) tracking.env = { MLFLOW_TRACKING_URI: server.address, MLFLOW_RUN_ID: run.id }
  })
  return tracking
}

/** What an evaluation in a later job needs of it; a run that is not ours it finds as this one did. */
export function keptTracking({ run, since }: Tracking): KeptTracking {
  return { run: run?.isOurs ? run.id : undefined, since }
}

/** What training has logged in its run: that of its file, the one it was handed, or the only one of its commit. */
export async function readTracked(work: ModelWork, tracking: Tracking): Promise<RunData | undefined> {
  const { mlflow } = work.config
  const { server } = tracking
  if (!mlflow || !server || (!mlflow.metrics && mlflow.run_id === undefined)) return undefined
  return orNoted(tracking.notDone, 'the run was not read', async () => {
    const run = await findRun(work, tracking, server)
    tracking.run ??= openedRun(run, false)
    return mlflow.metrics ? runData(run) : undefined
  })
}

/** The end of a run that is ours, with time of its own: whatever died, was stopped or hung, no run seems to go on. */
export async function endOwnRun(
  { context }: ModelWork,
  { run, way, isLogged, notDone }: Tracking,
  status: RunStatus,
): Promise<void> {
  if (!run?.isOurs || !way || !isLogged) return
  const server = openMlflow(context, way, context.signal.aborted ? LAST_WORD : TO_END, true)
  await orNoted(notDone, 'its run was not ended', () => server.send(endRun(run.id, status, context.now())))
}

/** Of a run that is not ours they are written with the rest. */
export async function originOf({ context, project, model }: ModelWork): Promise<RunOrigin> {
  const { ci } = context
  const repository = project.repository && (await projectAddress(context, project.repository))
  const isOnForge = repository !== undefined && ci.forge !== undefined && ci.pullRequest !== undefined
  const given = {
    commit: project.headSha,
    repository,
    branch: ci.headBranch ?? ci.branch,
    actor: ci.actor,
    pullRequest: isOnForge
      ? `${repository}/${FORGES[ci.forge!].pullRequests}/${ci.pullRequest}`
      : ci.pullRequest?.toString(),
    ciRun: ci.runUrl,
  }
  return { model, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }
}

// --- internal ---

const NOTHING = 'nothing was logged'
const NO_SERVER = 'no server is named; set MLFLOW_TRACKING_URI, or `mlflow.server` in the configuration'
/** Milliseconds for the last word of a run that was stopped. */
const LAST_WORD = 3000
/** Milliseconds to end any other. */
const TO_END = 10_000
const ID = /^[\w-]{1,64}$/

/** Undefined: training makes it, or nothing is to be written. */
async function runToLogIn(
  work: ModelWork,
  { isLogged }: Tracking,
  server: MlflowServer,
  kept: KeptTracking | undefined,
): Promise<OpenRun | undefined> {
  const { context, model, config } = work
  const known = kept?.run ?? context.env.MLFLOW_RUN_ID?.trim()
  if (known && ID.test(known)) {
    const { run } = await server.send(runOf(known))
    const why = whyNotOurs(run, { commits: commitsOf(work) })
    if (why !== undefined) throw notFound(why)
    return openedRun(run, kept?.run !== undefined)
  }
  if (!isLogged || config.mlflow?.run_id !== undefined) return undefined
  const experiment = await experimentCalled(server, experimentName(work), true)
  const began = context.now()
  const name = [model, work.project.headSha?.slice(0, 7)].filter(Boolean).join(' ')
  const tags = originTags(await originOf(work))
  const { run } = await server.send(newRun(experiment, name, began, tags)).catch(error => {
    throw isAssayError(error, 'SOURCE_SILENT') ? perhapsMade(error) : error
  })
  return { ...openedRun(run, true), began }
}

/** Nobody knows its id, so nobody can end it. */
function perhapsMade(error: AssayError): AssayError {
  const problems = error.problems.map(problem => ({
    ...problem,
    what: `${problem.what}; if it made a run all the same, that stays as RUNNING there`,
  }))
  return error.with({ problems })
}

function openedRun({ info }: MlflowRun, isOurs: boolean): OpenRun {
  const { run_id: id, experiment_id: experiment, artifact_uri: artifacts, start_time: began = 0 } = info
  return { id, experiment, artifacts, began, isOurs }
}

async function findRun(work: ModelWork, tracking: Tracking, server: MlflowServer): Promise<MlflowRun> {
  const { context, project, config } = work
  const { since, asked } = tracking
  const judged: Judged = { commits: commitsOf(work), since, asked }
  const file = config.mlflow?.run_id
  if (file !== undefined) {
    const { bytes } = await readInside(context.folder, file, { maxBytes: 1000, input: 'file of the run' })
    const id = runIdIn(new TextDecoder().decode(bytes))
    if (id === undefined) throw notFound(`${file} holds no id of a run`)
    const { run } = await server.send(runOf(id))
    const why = whyOfAnother(run, judged)
    if (why !== undefined) throw notFound(`of ${file}, ${why}`)
    return run
  }
  if (tracking.run) return (await server.send(runOf(tracking.run.id))).run
  if (project.headSha === undefined) throw notFound('what is judged is no commit, so no run has its tag')
  const experiment = await experimentCalled(server, experimentName(work), false)
  const { runs } = await server.send(runsOfCommit(experiment, project.headSha, since))
  const only = onlyRun(runs, judged)
  if ('run' in only) return only.run
  throw notFound(only.problem)
}

/** Of a pull request the merge may be checked out, which is then the commit that training sees. */
function commitsOf({ project: { headSha, commit } }: ModelWork): string[] {
  return headSha === undefined ? [] : [headSha, ...(commit === undefined ? [] : [commit])]
}

function experimentName({ config, model }: ModelWork): string {
  return config.mlflow?.experiment ?? model
}

function notFound(what: string): AssayError {
  return new AssayError({
    code: 'MLFLOW_REFUSED',
    title: 'The run in MLflow is none of this training',
    problems: [{ what }],
  })
}
