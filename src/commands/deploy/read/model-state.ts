import { configFor } from '../../../core/deploy-config/deploy-config.ts'
import { AssayError, isAssayError } from '../../../core/errors/errors.ts'
import { MODEL_NAME } from '../../../core/text/names.ts'
import type { AskedBranch, DeployRepository, Question, Snapshot } from '../../../forges/deploy-repository.ts'
import { withLive } from '../../../forges/live-of.ts'
import { takeSnapshot } from '../../../forges/snapshot.ts'
import { unknownModel } from '../../command/unknown-name.ts'
import { DEPLOY_FILE, type DeploySite } from './deploy-branch.ts'
import { checkModel, knownModels } from './models.ts'
import { keyAt, openSites, type SeenSites, type SiteHead, type SitesAsked } from './sites.ts'
import {
  type EnvironmentPlace,
  filesOf,
  holdQuestion,
  type ModelState,
  placesOf,
  promotedFiles,
  type SeenPlace,
} from './state.ts'

/** What a model has on one branch of one repository, and the way there. */
export interface ModelSite extends DeploySite {
  state: ModelState
}

/** All that a model has: that beside the configuration first, also where none of its environments stands there. */
export type ModelSites = readonly [ModelSite, ...ModelSite[]]

/** Where a model is in each environment, in their order, with what is known of the branch that it stands on. */
export function placesIn(sites: ModelSites): (ModelSite & { place: SeenPlace })[] {
  const all = sites.flatMap(site => site.state.places.map(place => ({ ...site, place })))
  const names = sites[0].state.config.environments.map(({ name }) => name)
  const at = ({ place }: { place: SeenPlace }) => names.indexOf(place.environment.name)
  return all.sort((a, b) => at(a) - at(b))
}

/**
 * Reads all that concerns a model, each branch at one moment.
 *
 * @param seen as of `readModels`
 * @throws AssayError also where a branch does not come to rest
 */
export async function readModel(
  home: DeploySite,
  model: string,
  asked?: SitesAsked,
  seen?: SeenSites,
): Promise<ModelSites> {
  if (!MODEL_NAME.test(model)) throw unknownModel(model, await knownModels(await openSites(home)))
  const { models } = await readAtRest(
    home,
    [model],
    // One model is one question of each branch.
    async (repository, questions) => [await takeSnapshot(repository, questions[0]!)],
    { seen, asked },
  )
  const found = models.get(model)!
  if (isAssayError(found)) throw found
  return found
}

/** What some models have, all seen at one moment of each branch, and what keeps one from being read. */
export interface ManyModels {
  sites: SeenSites
  models: ReadonlyMap<string, ModelSites | AssayError>
}

/**
 * The same of some models, in as few calls as the forges take.
 *
 * @param known.seen the branches as they were seen before: where they are still there, they are not asked for
 */
export async function readModels(
  home: DeploySite,
  models: readonly string[],
  known: Known = {},
): Promise<ManyModels> {
  return readAtRest(home, models, (repository, questions) => answersOf(repository, questions), known)
}

/**
 * That a model that was read is one of the deploy repository: there is a record of it, manifests that wait for their first release, a
 * promotion, or a line in the configuration.
 *
 * @throws AssayError `MODEL_UNKNOWN` with the nearest
 */
export async function checkSeen(home: DeploySite, sites: ModelSites): Promise<void> {
  const isThere = sites.some(({ state: { places, files } }) =>
    places.some(
      ({ recordFile, manifests, history, promotion }) =>
        history.length > 0 ||
        promotion.head !== undefined ||
        [recordFile, ...manifests].some(path => files.get(path) !== undefined),
    ),
  )
  if (!isThere) await checkModel(await openSites(home), sites[0].state.model)
}

/** Each of some models as it comes to it, or what keeps it from being read: some dozens in a call where the forge can, else one after the other. */
export async function* eachModel(
  home: DeploySite,
  models: readonly string[],
  asked?: SitesAsked,
): AsyncGenerator<[model: string, sites: ModelSites | AssayError]> {
  if (!home.access.repository.snapshots)
    for (const model of models) yield [model, await readModel(home, model, asked).catch(orError)]
  else
    for (let at = 0; at < models.length; at += AT_A_LOOK)
      yield* (await readModels(home, models.slice(at, at + AT_A_LOOK), { asked })).models
}

// --- internal ---

/** Models that are held at once. */
const AT_A_LOOK = 60

function orError(error: unknown): AssayError {
  if (isAssayError(error)) return error
  throw error
}

const ATTEMPTS = 8

interface Known {
  seen?: SeenSites | undefined
  asked?: SitesAsked | undefined
}

type Ask = (
  repository: DeployRepository,
  questions: readonly Question[],
) => Promise<(Snapshot | AssayError)[]>

async function readAtRest(
  home: DeploySite,
  models: readonly string[],
  ask: Ask,
  { seen, asked }: Known,
): Promise<ManyModels> {
  let moving = home
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const sites = (attempt === 0 && seen) || (await openSites(home, asked))
    const read = await readAll(sites, models, ask)
    if (read instanceof Map) return { sites, models: read }
    moving = read
  }
  throw new AssayError({
    code: 'BRANCH_MOVES',
    title: 'The deploy repository does not come to rest',
    problems: [
      { what: `${moving.deploy.branch} was moved ${ATTEMPTS} times while it was read`, fix: 'Run again' },
    ],
  })
}

/** Of each model what it has everywhere; or the site whose branch was moved meanwhile. */
async function readAll(
  sites: SeenSites,
  models: readonly string[],
  ask: Ask,
): Promise<Map<string, ModelSites | AssayError> | SiteHead> {
  const found = new Map<string, ModelSite[] | AssayError>(models.map(model => [model, []]))
  for (const site of sites) {
    const all = models.map(model => ({ model, ...askedOf(sites, site, model) }))
    const asked = all.filter(({ places }) => places.length > 0)
    const answers =
      asked.length === 0
        ? []
        : await ask(
            site.access.repository,
            asked.map(({ question }) => question),
          )
    if (answers.some(one => !isAssayError(one) && one.base?.commit !== site.head.commit)) return site
    for (const { model, places } of all) {
      const before = found.get(model)!
      const at = asked.findIndex(one => one.model === model)
      // That beside the configuration is there in any case.
      if (isAssayError(before) || (at < 0 && site !== sites[0])) continue
      const answer = at < 0 ? NOTHING : answers[at]!
      if (isAssayError(answer)) found.set(model, answer)
      else before.push({ ...site, state: await stateOf(sites, site, { model, places }, answer) })
    }
  }
  return found as Map<string, ModelSites | AssayError>
}

const NOTHING: Snapshot = { base: undefined, branches: [], files: new Map(), histories: new Map() }

/** In one call where the forge can; what keeps one question from being answered keeps no other. */
async function answersOf(
  repository: DeployRepository,
  questions: readonly Question[],
): Promise<(Snapshot | AssayError)[]> {
  if (repository.snapshots) return repository.snapshots(questions)
  const answers: (Snapshot | AssayError)[] = []
  for (const question of questions)
    try {
      answers.push(await takeSnapshot(repository, question))
    } catch (error) {
      if (!isAssayError(error) || !error.code.startsWith('FILE_')) throw error
      answers.push(error)
    }
  return answers
}

/** Where a model is on a branch by the configuration, and what is asked about it there. */
function askedOf(
  [home]: SeenSites,
  { deploy, head, key }: SiteHead,
  model: string,
): { places: EnvironmentPlace[]; question: Question } {
  const places = placesOf(home.config, model).filter(({ environment }) => keyAt(home, environment) === key)
  const branches: AskedBranch[] = [
    ...places.map(place => ({ name: place.branch, file: place.recordFile, before: promotedFiles(place) })),
    ...places.map(holdQuestion(model)),
  ]
  const files = [...new Set(places.flatMap(filesOf))]
  const histories = places.flatMap(({ recordFile, triedFiles, environment }) => [
    recordFile,
    ...(environment.canary ? triedFiles : []),
  ])
  return { places, question: { base: deploy.branch, commit: head.commit, branches, files, histories } }
}

async function stateOf(
  [home]: SeenSites,
  site: SiteHead,
  { model, places }: { model: string; places: readonly EnvironmentPlace[] },
  snapshot: Snapshot,
): Promise<ModelState> {
  const seen = places.map(async (place, at): Promise<SeenPlace> => {
    const [promotion, holding] = [snapshot.branches[at]!, snapshot.branches[places.length + at]!]
    const versions = snapshot.histories.get(place.recordFile) ?? []
    const history = await withLive(site.access.repository, place, versions)
    const isAsked = place.environment.canary !== undefined
    return { ...place, promotion, holding, history, ...(isAsked && { triedHistories: snapshot.histories }) }
  })
  return {
    model,
    branch: site.deploy.branch,
    head: site.head,
    config: configFor(home.config, model),
    lacking: site === home ? home.lacking : [],
    places: await Promise.all(seen),
    files: new Map([...(site === home ? [[DEPLOY_FILE, home.text] as const] : []), ...snapshot.files]),
  }
}
