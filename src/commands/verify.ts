import { serversOf } from '../core/deploy-config/argocd.ts'
import { AssayError, isAssayError } from '../core/errors/errors.ts'
import { faultAt, isFault } from '../core/errors/fault.ts'
import { isHopeless } from '../core/errors/outside.ts'
import { isRecorded, standingAdvice, standingWords } from '../core/promotion/plan/standing.ts'
import type { ReleaseRecord } from '../core/release/record.ts'
import { parseRelease } from '../core/release/record-file.ts'
import { untilCancelled } from './command/cancelled.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context, DeployAccess } from './command/context.ts'
import { inWordsOf } from './command/faces.ts'
import type { VERIFY_OPTIONS } from './command/options.ts'
import { unknownEnvironment } from './command/unknown-name.ts'
import { asker, isOfServer } from './deploy/live/ask-live.ts'
import { awaitLive } from './deploy/live/await-live.ts'
import { verifySigned } from './deploy/live/signed-release.ts'
import { withUntried } from './deploy/promote/untried.ts'
import { besideIn } from './deploy/read/canaries.ts'
import { type DeployBranch, findDeployBranch, withDeploy } from './deploy/read/deploy-branch.ts'
import { staysOf } from './deploy/read/facts.ts'
import {
  checkSeen,
  eachModel,
  type ModelSite,
  type ModelSites,
  placesIn,
  readModel,
} from './deploy/read/model-state.ts'
import { modelsOf } from './deploy/read/models.ts'
import { checkReached, openSites, unreached } from './deploy/read/sites.ts'
import { standingAt } from './deploy/read/standing.ts'
import type { KnownStay } from './deploy/read/standing-stays.ts'
import type { SeenPlace } from './deploy/read/state.ts'
import { modelForgeOf, reportLive } from './deploy/write/report-live.ts'
import {
  allVerifiedResult,
  type Verified,
  type VerifiedModel,
  verifiedResult,
} from './deploy/write/verified-result.ts'

type Options = OptionValues<typeof VERIFY_OPTIONS>

/**
 * Waits until a release is live and healthy where it serves by the deploy repository, and says so where people look; without a model
 * all that serves there.
 */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const { model, release: version, environment } = options
  if (model === undefined && version !== undefined) throw usage()
  const deploy = await findDeployBranch(context, options)
  return withDeploy(context, deploy, async access => {
    const until = context.now() + options.timeout * 1000
    const verifying = { context, access, deploy, options, until, unanswered: new Map() }
    if (model === undefined) return verifyAll(verifying)
    const sites = await readModel({ access, deploy }, model, { mayLack: 'any' })
    const [{ state }] = sites
    checkReached(state, environment)
    await checkSeen({ access, deploy }, sites)
    if (version !== undefined) return verifySigned(context, sites, { version, environment })
    const names = placesIn(sites).map(({ place }) => place.environment.name)
    if (environment !== undefined && !names.includes(environment))
      throw unknownEnvironment(environment, names)
    const verified = await verifyModel(verifying, sites)
    const problems = unseenBy(context, state, options)
    if (verified.environments.length + problems.length === 0)
      throw nothingServed(model, environment ?? names.join(', '))
    return verifiedResult(verified, problems)
  })
}

// --- internal ---

/** One run of the command. */
interface Verifying {
  context: Context
  access: DeployAccess
  deploy: DeployBranch
  options: Options
  /** Until when it waits, for all that it waits for, in milliseconds since the epoch. */
  until: number
  /** Servers that answer nobody, with what they said: they are asked once. */
  unanswered: Map<string, AssayError>
}

/** One that cannot be asked about keeps no other from it; where the forge itself fails, the rest is not tried. */
async function verifyAll(verifying: Verifying): Promise<CommandResult> {
  const { context, access, deploy, options } = verifying
  const seen = await openSites({ access, deploy }, { mayLack: 'any' })
  const [{ lacking: leaves }] = seen
  checkReached(seen[0], options.environment)
  const names = seen[0].config.environments.map(({ name }) => name)
  if (options.environment !== undefined && !names.includes(options.environment))
    throw unknownEnvironment(options.environment, names)
  const models = await modelsOf(seen)
  const verified: VerifiedModel[] = []
  const problems: AssayError[] = []
  let tried = 0
  try {
    for await (const [model, sites] of eachModel({ access, deploy }, models, { leaves })) {
      tried++
      if (isAssayError(sites)) problems.push(sites)
      else
        await verifyModel(verifying, sites).then(
          one => verified.push(one),
          error => problems.push(problemOf(context, model, error)),
        )
    }
  } catch (error) {
    if (!isAssayError(error)) throw error
    problems.push(withUntried(error, models.slice(tried)))
  }
  return allVerifiedResult(
    deploy,
    verified.filter(({ environments }) => environments.length > 0),
    problems.map(error => inWordsOf(context.face, error)),
    unseenBy(context, seen[0], options),
  )
}

/** Why environments were not looked at. Whoever asks about one alone is told of that. */
function unseenBy(
  { face }: Context,
  home: Parameters<typeof unreached>[0],
  { environment }: Options,
): AssayError[] {
  return environment === undefined ? unreached(home).map(error => inWordsOf(face, error)) : []
}

/** @throws what is no problem of this model alone */
function problemOf({ signal }: Context, model: string, given: unknown): AssayError {
  signal.throwIfAborted()
  const error = isFault(given) ? faultAt(model, given) : given
  if (!isAssayError(error) || isHopeless(error)) throw error
  return error
}

async function verifyModel(verifying: Verifying, sites: ModelSites): Promise<VerifiedModel> {
  const environments: Verified[] = []
  for (const one of servedIn(sites, verifying.options.environment))
    environments.push(await verifyOne(verifying, one))
  return { model: sites[0].state.model, environments }
}

interface Served extends ModelSite {
  place: SeenPlace
  release: ReleaseRecord
  commit: string
  from: number
  /** What was said of it before. */
  live?: KnownStay['live']
}

/** @throws AssayError `RELEASE_INVALID` where there is a record that cannot be read: something serves, and nobody knows what */
function servedIn(sites: ModelSites, only: string | undefined): Served[] {
  return placesIn(sites).flatMap((site): Served[] => {
    const { place, state } = site
    if (only !== undefined && place.environment.name !== only) return []
    const last = staysOf(place, place.history, place.promotion.pulls.closed).at(-1)
    if (last && last.until === undefined) return [{ ...last, ...site }]
    const record = state.files.get(place.recordFile)
    if (record !== undefined) parseRelease(record, place.recordFile)
    return []
  })
}

async function verifyOne(
  { context, options, until, unanswered }: Verifying,
  served: Served,
): Promise<Verified> {
  const { access, deploy, state, place, release } = served
  const environment = place.environment.name
  const about = { environment, version: release.version, notes: [] as string[] }
  const { head, files } = state
  const standing = await standingAt(access.repository, place, release, { commit: head.commit, files })
  if (standing && !isRecorded(standing))
    return {
      ...about,
      notes: standingAdvice(standing),
      state: standing.kind === 'by_hand' ? 'changed_by_hand' : 'unknown',
      reasons: [standingWords(standing)],
    }
  if (standing) about.notes.push(standingWords(standing))
  const serving = { ...served, beside: besideIn(state, place) }
  const ask = asker(context, access, deploy, place, serving, { unanswered })
  if (!ask) return { ...about, state: 'not_watched', reasons: ['no `argocd` is configured for it'] }
  const servers = serversOf(place.environment)
  const before = unanswered.get(servers)
  if (before) throw before
  const what = `${state.model} ${release.version} in ${environment}`
  const live = await untilCancelled(context, () =>
    awaitLive(ask, {
      what,
      timeoutMs: Math.max(until - context.now(), 0),
      noWait: options['no-wait'],
      now: context.now,
      log: context.log,
      signal: context.signal,
    }).catch(error => {
      if (isOfServer(error)) unanswered.set(servers, error)
      throw error
    }),
  )
  if (!options['dry-run'])
    about.notes.push(
      ...(await reportLive(context, access, { ...served, state, liveness: live }, one =>
        modelForgeOf(context, one),
      )),
    )
  const { state: found, healthySince, reasons, clusters } = live
  const more = { ...(healthySince !== undefined && { healthySince }), ...(clusters && { clusters }) }
  return { ...about, state: found, reasons, ...more }
}

function nothingServed(model: string, where: string): AssayError {
  return new AssayError({
    code: 'NOTHING_SERVED',
    title: `${model} serves nowhere`,
    problems: [
      {
        what: `no release record of ${model} in ${where}`,
        fix: 'merge its promotion first; `assay inventory` shows what serves where',
      },
    ],
  })
}

function usage(): AssayError {
  return new AssayError({
    code: 'USAGE',
    title: 'The model of the release is not named',
    problems: [
      { what: 'a signature is asked for of one release', fix: 'assay verify <model> --release <version>' },
    ],
  })
}
