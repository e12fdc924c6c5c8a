import { configFor } from '../../../core/deploy-config/deploy-config.ts'
import { AssayError, isAssayError } from '../../../core/errors/errors.ts'
import { MODEL_NAME } from '../../../core/text/names.ts'
import type { AskedBranch, DeployRepository, Question, Snapshot } from '../../../forges/deploy-repository.ts'
import { withLive } from '../../../forges/live-of.ts'
import { takeSnapshot } from '../../../forges/snapshot.ts'
import { unknownModel } from '../../command/unknown-name.ts'
import { DEPLOY_FILE } from './deploy-branch.ts'
import { knownModels } from './models.ts'
import {
  type DeployHead,
  type EnvironmentPlace,
  filesOf,
  holdQuestion,
  type ModelState,
  placesOf,
  promotedFiles,
  readDeploy,
  type SeenPlace,
} from './state.ts'

/** Reads all that concerns a model, at one moment. @throws AssayError also where the branch does not come to rest */
export async function readModelState(
  repository: DeployRepository,
  branch: string,
  model: string,
): Promise<ModelState> {
  if (!MODEL_NAME.test(model)) await refuseModel(repository, branch, model)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const deploy = await readDeploy(repository, branch)
    const { places, question } = askedOf(branch, deploy, model)
    const snapshot = await takeSnapshot(repository, question)
    if (snapshot.base?.commit !== deploy.head.commit) continue
    return stateOf(repository, { branch, deploy, model, places }, snapshot)
  }
  throw restless(branch)
}

/** States of some models, all at one commit, and what keeps one from being read. */
export interface ModelStates {
  deploy: DeployHead
  states: ReadonlyMap<string, ModelState | AssayError>
}

/**
 * The same of some models, in as few calls as the forge takes.
 *
 * @param seen the head as it was seen before: where it is still there, it is not asked for
 */
export async function readModelStates(
  repository: DeployRepository & Required<Pick<DeployRepository, 'snapshots'>>,
  branch: string,
  models: readonly string[],
  seen?: DeployHead,
): Promise<ModelStates> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const deploy = (attempt === 0 && seen) || (await readDeploy(repository, branch))
    const asked = models.map(model => ({ model, ...askedOf(branch, deploy, model) }))
    const snapshots = await repository.snapshots(asked.map(({ question }) => question))
    const hasMoved = snapshots.some(one => !isAssayError(one) && one.base?.commit !== deploy.head.commit)
    if (hasMoved) continue
    const states = asked.map(async ({ model, places }, at): Promise<[string, ModelState | AssayError]> => {
      const snapshot = snapshots[at]!
      if (isAssayError(snapshot)) return [model, snapshot]
      return [model, await stateOf(repository, { branch, deploy, model, places }, snapshot)]
    })
    return { deploy, states: new Map(await Promise.all(states)) }
  }
  throw restless(branch)
}

/**
 * The state of each of some models as it comes to it, or what keeps that from being read: some dozens in a call where the forge
 * can, else one after the other.
 */
export async function* eachState(
  repository: DeployRepository,
  branch: string,
  models: readonly string[],
): AsyncGenerator<[model: string, state: ModelState | AssayError]> {
  const { snapshots } = repository
  if (!snapshots)
    for (const model of models) yield [model, await readModelState(repository, branch, model).catch(orError)]
  else
    for (let at = 0; at < models.length; at += AT_A_LOOK) {
      const some = models.slice(at, at + AT_A_LOOK)
      yield* (await readModelStates({ ...repository, snapshots }, branch, some)).states
    }
}

// --- internal ---

/** States that are held at once. */
const AT_A_LOOK = 60

function orError(error: unknown): AssayError {
  if (isAssayError(error)) return error
  throw error
}

const ATTEMPTS = 8

/** Where a model is by a configuration, and what is asked about it there. */
function askedOf(
  branch: string,
  { head, config }: DeployHead,
  model: string,
): { places: EnvironmentPlace[]; question: Question } {
  const places = placesOf(config, model)
  const branches: AskedBranch[] = [
    ...places.map(place => ({ name: place.branch, file: place.recordFile, before: promotedFiles(place) })),
    ...places.map(holdQuestion(model)),
  ]
  const files = [...new Set(places.flatMap(filesOf))]
  const histories = places.flatMap(({ recordFile, triedFiles, environment }) => [
    recordFile,
    ...(environment.canary ? triedFiles : []),
  ])
  return { places, question: { base: branch, commit: head.commit, branches, files, histories } }
}

async function stateOf(
  repository: DeployRepository,
  given: { branch: string; deploy: DeployHead; model: string; places: readonly EnvironmentPlace[] },
  snapshot: Snapshot,
): Promise<ModelState> {
  const { branch, deploy, model, places } = given
  const seen = places.map(async (place, at): Promise<SeenPlace> => {
    const [promotion, holding] = [snapshot.branches[at]!, snapshot.branches[places.length + at]!]
    const history = await withLive(repository, place, snapshot.histories.get(place.recordFile) ?? [])
    const isAsked = place.environment.canary !== undefined
    return { ...place, promotion, holding, history, ...(isAsked && { triedHistories: snapshot.histories }) }
  })
  return {
    model,
    branch,
    head: deploy.head,
    config: configFor(deploy.config, model),
    places: await Promise.all(seen),
    files: new Map([[DEPLOY_FILE, deploy.text], ...snapshot.files]),
  }
}

/** What is no name of a model is in no repository, and must become no path in one. */
async function refuseModel(repository: DeployRepository, branch: string, model: string): Promise<never> {
  const { head, config } = await readDeploy(repository, branch)
  throw unknownModel(model, await knownModels(repository, { config, commit: head.commit }))
}

function restless(branch: string): AssayError {
  return new AssayError({
    code: 'BRANCH_MOVES',
    title: 'The deploy repository does not come to rest',
    problems: [{ what: `${branch} was moved ${ATTEMPTS} times while it was read`, fix: 'Run again' }],
  })
}
