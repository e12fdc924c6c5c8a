import { isAssayError } from '../../core/errors/errors.ts'
import { releaseTag, versionFor } from '../../core/mlflow/registration.ts'
import {
  newLoggedModel,
  newModel,
  newVersion,
  readyLoggedModel,
  tagRun,
  versionsOf,
} from '../../core/mlflow/requests.ts'
import { type NotDone, notDoneWords } from '../../core/mlflow/words.ts'
import type { ReleaseRecord } from '../../core/release/record.ts'
import { mlflowWay } from '../../core/secrets/mlflow-way.ts'
import type { ModelWork } from '../project/project.ts'
import { timeoutOf } from '../project/project.ts'
import { type MlflowServer, openMlflow, orNoted } from './server.ts'

export interface Registered {
  record: ReleaseRecord
  /** What could not be done, one sentence each. */
  notes: string[]
}

/**
 * The release as a version of the registered model that the configuration names, and its name on the run that it comes from. A
 * release that has one gets no second. Nothing of it is the end of a release.
 */
export async function registerRelease(work: ModelWork, record: ReleaseRecord): Promise<Registered> {
  const { context, project, config } = work
  const { mlflow } = config
  if (!mlflow || (mlflow.register === undefined && record.mlflow === undefined)) return { record, notes: [] }
  const notDone: NotDone[] = []
  const named = { server: mlflow.server, namedBy: project.configuration.source }
  const way = mlflowWay(context.ci, named, context.env)
  if (!way || 'refused' in way)
    return {
      record,
      notes: inOutput([{ what: NOT_REGISTERED, why: way?.refused ?? 'MLFLOW_TRACKING_URI names no server' }]),
    }
  const at = record.mlflow?.server === way.server ? record.mlflow : { server: way.server }
  const server = openMlflow(context, way, timeoutOf(mlflow) * 1000)
  const version = await orNoted(notDone, NOT_REGISTERED, () =>
    mlflow.register === undefined ? nothing() : versionIn(server, record, mlflow.register, at),
  )
  const { run } = at as { run?: string }
  if (run !== undefined)
    await orNoted(notDone, 'the run does not name the release', () =>
      server.send(tagRun(run, { key: 'assay.release', value: record.version })),
    )
  const registered = version !== undefined && { model: mlflow.register, version }
  return { record: { ...record, mlflow: { ...at, ...registered } }, notes: inOutput(notDone) }
}

// --- internal ---

const NOT_REGISTERED = 'the release is not registered in MLflow'

function inOutput(notDone: readonly NotDone[]): string[] {
  return notDoneWords(notDone).map(words => `MLflow: ${words}`)
}

async function nothing(): Promise<undefined> {}

async function versionIn(
  server: MlflowServer,
  record: ReleaseRecord,
  name: string,
  { run, experiment }: { run?: string | undefined; experiment?: string | undefined },
): Promise<string> {
  const { model_versions: there } = await server.send(versionsOf(name, releaseTag(record)))
  const [known] = there
  if (known) return known.version
  const made = await server.ask(newModel(name))
  if ('refusal' in made && made.refusal.code !== 'RESOURCE_ALREADY_EXISTS') await server.send(newModel(name))
  const isOfRun = run !== undefined && experiment !== undefined
  const loggedModel = isOfRun ? await loggedModelOf(server, record, { run, experiment }) : undefined
  const created = await server.send(newVersion(versionFor(record, name, { run, loggedModel })))
  return created.model_version.version
}

/** One that MLflow 3 shows on the page of the run. An older server answers with the page of a path that is not there. */
async function loggedModelOf(
  server: MlflowServer,
  record: ReleaseRecord,
  { run, experiment }: { run: string; experiment: string },
): Promise<string | undefined> {
  try {
    const made = await server.ask(newLoggedModel(experiment, record.model, run, [releaseTag(record)]))
    if ('refusal' in made) return undefined
    const id = made.answer.model.info.model_id
    await server.send(readyLoggedModel(id))
    return id
  } catch (error) {
    if (isAssayError(error, 'SOURCE_UNREADABLE')) return undefined
    throw error
  }
}
