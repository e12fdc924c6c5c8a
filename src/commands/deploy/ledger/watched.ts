import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { dirname } from 'node:path/posix'
import { configFor, type DeployEnvironment } from '../../../core/deploy-config/deploy-config.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import { faultWords, isFault } from '../../../core/errors/fault.ts'
import { takesSlow } from '../../../core/promotion/canary/canary-plan.ts'
import type { ControllerState } from '../../../core/promotion/canary/controlled.ts'
import { historyCauses } from '../../../core/promotion/plan/frozen-rules.ts'
import {
  type CanaryFile,
  parseCanary,
  type RecordBeside,
  TRIED_FILES,
  triedFileOf,
} from '../../../core/release/canary-file.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { parseRelease } from '../../../core/release/record-file.ts'
import { type StepSeen, withCauses } from '../../../core/traffic/canary/live.ts'
import { type ModelProfile, RELEASED_PROFILE_FILE } from '../../../core/traffic/profile/profile.ts'
import { parseProfile } from '../../../core/traffic/profile/profile-file.ts'
import type { NoStep } from '../../../core/traffic/watch/canary-watching.ts'
import { MOST_VERSIONS } from '../../../forges/snapshot.ts'
import { requestsOf } from '../../../targets/watch/requests.ts'
import type { Context } from '../../command/context.ts'
import { controllerAsker } from '../live/ask-controller.ts'
import { type AskTried, aloneAsker, triedAsker } from '../live/ask-tried.ts'
import type { AskController } from '../read/canaries.ts'
import { DEPLOY_FILE, findDeployBranch, withDeploy } from '../read/deploy-branch.ts'
import { manifestPlaces } from '../read/state.ts'
import { cloneLedger } from './clone.ts'
import type { Ledger } from './ledger.ts'
import { remoteLedger } from './remote.ts'
import { type AskedBack, type TakenBackThere, withTakenBack } from './taken-back.ts'

/** A release that serves, and what its traffic is held against. */
export interface Watched {
  model: string
  environment: string
  release?: string
  /** The whole record, where releases enter beside it in steps. */
  champion?: ReleaseRecord
  /** Or in words why there is none to judge by. */
  profile: ModelProfile | { failed: string }
  /** The canary in progress, or in words why its file says nothing. */
  canary?: CanaryFile | NoStep
  /** What is known of the step of it besides its counts, where that was asked for. */
  seen?: StepSeen
  /** What was taken back lately, where none is in progress and that was asked for. */
  takenBack?: TakenBackThere
  /** Where a controller takes the steps of a canary: asks it where it is. */
  askController?: () => Promise<ControllerState>
  /** Where none is, and one that begins takes from the answers of what serves which are slow. */
  takesSlow?: true
  drift?: DeployEnvironment['drift']
  /** PromQL of the second source, as what a promotion writes has it. */
  requests?: string
}

export type KnownProfiles = Map<string, ModelProfile>

interface Options {
  model?: string | undefined
  'deploy-repo'?: string | undefined
  'deploy-branch'?: string | undefined
  config?: string
}

/**
 * What serves by the deploy repository, in the order of environments and models: in a clone on a laptop as it lies there, else at the
 * head of its branch.
 *
 * @param known profiles that were read before, by their hash: one that has not changed is not read again, one that is gone leaves
 * @param asksLive whether Argo CD is asked about canaries in progress, where their environments name one
 * @throws AssayError where the deploy repository is not known, cannot be reached or is not ready
 */
export async function readWatched(
  context: Context,
  options: Options,
  known: KnownProfiles = new Map(),
  asksLive = false,
): Promise<Watched[]> {
  const isNamed = options['deploy-repo'] !== undefined || options['deploy-branch'] !== undefined
  if (!isNamed && context.ci.repository === undefined && existsSync(join(context.folder, DEPLOY_FILE)))
    return watchedIn(await cloneLedger(context, options.model), known, {
      askController: controllerAsker(context, HERE),
      ...(asksLive && { live: { ...NOT_IN_A_CLONE, now: context.now() } }),
    })
  const { 'deploy-repo': repository, 'deploy-branch': branch, config } = options
  const deploy = await findDeployBranch(context, {
    ...(repository !== undefined && { 'deploy-repo': repository }),
    ...(branch !== undefined && { 'deploy-branch': branch }),
    ...(config !== undefined && { config }),
  })
  return withDeploy(context, deploy, async access =>
    watchedIn(await remoteLedger({ access, deploy }, options.model), known, {
      askController: controllerAsker(context, deploy),
      ...(asksLive && {
        live: {
          askTried: triedAsker(context, access, deploy),
          askAlone: aloneAsker(context, access, deploy),
          now: context.now(),
        },
      }),
    }),
  )
}

// --- internal ---

/** A clone on a laptop, which is its user's. */
const HERE = { name: 'this folder', address: { kind: 'git', url: '.', namedBy: 'job' } } as const
const NOT_ASKED = { unknown: 'Argo CD is not asked about a clone: name the repository with `--deploy-repo`' }
const NOT_IN_A_CLONE: Omit<AskedLive, 'now'> = {
  askTried: async ({ environment: { argocd } }) => (argocd ? { live: NOT_ASKED } : {}),
  askAlone: async ({ environment: { argocd } }) => argocd && NOT_ASKED,
}

interface AskedLive extends AskedBack {
  askTried: AskTried
}

async function watchedIn(
  ledger: Ledger,
  known: KnownProfiles,
  { askController, live }: { askController: AskController; live?: AskedLive },
): Promise<Watched[]> {
  const files = ledger.records.flatMap(({ path }) => [
    beside(path, RELEASED_PROFILE_FILE),
    ...TRIED_FILES.map(file => beside(path, file)),
  ])
  const texts = await ledger.texts(files)
  const all = ledger.records.map(({ environment, model, path, text }): Watched => {
    const own = configFor(ledger.config, model).environments.find(({ name }) => name === environment)
    const requests = own?.watch && requestsOf(own.watch)
    const tried = TRIED_FILES.map(file => beside(path, file)).find(file => texts.get(file) !== undefined)
    const record = typeof text === 'string' ? recordIn(text, path) : { failed: `${path} cannot be read` }
    const serves = { model, ...('version' in record && { version: record.version }) }
    const canary = tried === undefined ? undefined : canaryOf(texts.get(tried), tried, serves)
    const place = {
      model,
      environment,
      ...(canary && { canary }),
      ...(own &&
        canary &&
        !('failed' in canary) && {
          askController: () => askController({ environment: own }, canary.challenger),
        }),
      ...(!canary && own?.canary && takesSlow(own.canary) && { takesSlow: true as const }),
      ...(own?.drift && { drift: own.drift }),
      ...(requests !== undefined && { requests }),
    }
    if ('failed' in record) return { ...place, profile: record }
    const release = record.version
    const profile = beside(path, RELEASED_PROFILE_FILE)
    const champion = canary || own?.canary ? { champion: record } : {}
    return { ...place, release, ...champion, profile: profileOf(record, texts.get(profile), profile, known) }
  })
  const served = new Set<unknown>(all.map(({ profile }) => profile))
  for (const [hash, profile] of known) if (!served.has(profile)) known.delete(hash)
  return live ? withTakenBack(ledger, await withSeen(ledger, all, live.askTried), live) : all
}

/** One call for the versions of the canaries in progress and of the records beside them, and none where there are none. */
async function withSeen(ledger: Ledger, all: Watched[], askTried: AskTried): Promise<Watched[]> {
  const placeOf = manifestPlaces(ledger.config)
  const tried = all.flatMap(one => {
    const { champion, canary } = one
    if (!champion || !canary || 'failed' in canary) return []
    const place = placeOf(one)
    if (!place) return []
    const file = `${place.records}/${triedFileOf(canary)}`
    return [{ one, place, file, champion, canary }]
  })
  if (tried.length === 0) return all
  const files = tried.flatMap(({ file, place }) => [file, place.recordFile])
  const versions = await ledger.past.fileHistory(ledger.commit, files, MOST_VERSIONS)
  const found = new Map<Watched, StepSeen>()
  const ask = async ({ one, place, file, champion, canary }: (typeof tried)[number]) => {
    const { challenger } = canary
    const commit = versions.get(file)?.[0]?.commit
    const of = (path: string) => versions.get(path) ?? []
    const history = { tried: of(file), record: of(place.recordFile) }
    try {
      const asked = await askTried(place, { champion, challenger, commit })
      found.set(one, withCauses(asked, historyCauses(file, history, canary)))
    } catch (error) {
      if (!isFault(error)) throw error
      // The others are looked at, and harm of this one is told by its counts.
      found.set(one, { live: { unknown: faultWords(error) } })
    }
  }
  await Promise.all(tried.map(ask))
  return all.map(one => {
    const seen = found.get(one)
    return seen ? { ...one, seen } : one
  })
}

function beside(record: string, name: string): string {
  return `${dirname(record)}/${name}`
}

function canaryOf(text: unknown, path: string, beside: RecordBeside): Watched['canary'] {
  if (typeof text !== 'string') return { failed: `${path} cannot be read` }
  try {
    return parseCanary(text, path, beside)
  } catch (error) {
    if (!isAssayError(error)) throw error
    return { failed: `${path} cannot be read: ${error.problems[0]?.what ?? error.message}` }
  }
}

function recordIn(text: string, path: string): ReleaseRecord | { failed: string } {
  try {
    return parseRelease(text, path)
  } catch (error) {
    if (!isAssayError(error)) throw error
    return { failed: `${path} cannot be read: ${error.problems[0]?.what ?? error.message}` }
  }
}

function profileOf(
  { model, version, profile }: ReleaseRecord,
  text: unknown,
  path: string,
  known: KnownProfiles,
): ModelProfile | { failed: string } {
  if (!profile)
    return {
      failed: `release ${version} has no profile: it was released before there was one, or it was too large`,
    }
  if (text === undefined) return { failed: `${path}, which the record names, is not there` }
  if (typeof text !== 'string') return { failed: `${path} cannot be read` }
  const bytes = Buffer.from(text, 'utf8')
  if (createHash('sha256').update(bytes).digest('hex') !== profile.hash)
    return { failed: `${path} is not the profile that the record names: it was changed since the release` }
  try {
    const read = known.get(profile.hash) ?? parseProfile(bytes, path)
    known.set(profile.hash, read)
    return read.model === model ? read : { failed: `${path} is the profile of another model` }
  } catch (error) {
    if (!isAssayError(error)) throw error
    return { failed: `${path} cannot be read: ${error.problems[0]?.what ?? error.message}` }
  }
}
