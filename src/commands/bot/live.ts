import { serversOf } from '../../core/deploy-config/argocd.ts'
import { type AssayError, isAssayError } from '../../core/errors/errors.ts'
import { isPassing } from '../../core/errors/outside.ts'
import type { Liveness } from '../../core/promotion/live/liveness.ts'
import { tellingOf } from '../../core/promotion/live/telling.ts'
import type { PromotionFacts } from '../../core/promotion/plan/facts.ts'
import { isRecorded } from '../../core/promotion/plan/standing.ts'
import { type ReleaseRecord, releaseKey } from '../../core/release/record.ts'
import type { RepositoryConnection } from '../../forges/connection.ts'
import { endLostTurns, takeTurn } from '../../forges/ensure/turn.ts'
import { asker, liveAsker, type Serving } from '../deploy/live/ask-live.ts'
import { tellTakenBack } from '../deploy/live/taken-back.ts'
import { besideIn } from '../deploy/read/canaries.ts'
import type { DeployBranch } from '../deploy/read/deploy-branch.ts'
import { staysOf } from '../deploy/read/facts.ts'
import { type ModelSite, type ModelSites, placesIn } from '../deploy/read/model-state.ts'
import type { AskLive, KnownStay } from '../deploy/read/standing-stays.ts'
import type { EnvironmentPlace, SeenPlace } from '../deploy/read/state.ts'
import { reportLive, type Seen } from '../deploy/write/report-live.ts'
import { aliasTeller } from '../mlflow/aliases.ts'
import type { PromotionKey } from './keys.ts'
import type { LookResult } from './look.ts'
import { modelForges } from './model-forges.ts'
import type { BotWorld } from './world.ts'

/** What the bot finds out about releases that serve, in one look at their deploy repository. */
export interface LiveTeller {
  /** For the conditions of promotions; what it answers is not asked for again. */
  askLive: AskLive
  /** Tells what is news about a model: merged, live, ill. */
  tell(sites: ModelSites, facts: PromotionFacts): Promise<void>
  result: Required<Pick<LookResult, 'did' | 'problems' | 'again'>>
}

/**
 * Whether what was merged is live, by Argo CD as `assay verify` asks it, said where that says it. An environment without Argo CD
 * is told as merged, and no more. Nothing of it keeps a promotion from being made.
 */
export function liveTeller(
  world: BotWorld,
  access: RepositoryConnection,
  deploy: DeployBranch,
  key: PromotionKey,
): LiveTeller {
  const answers = new Map<string, Liveness | AssayError>()
  /** Servers that gave no answer: nobody waits for them once more. */
  const silent = new Set<string>()
  const unanswered = new Map<string, AssayError>()
  // The records name web addresses.
  const serverUrl = access.webUrl?.slice(0, -key.deploy.name.length - 1)
  const forges = modelForges(world, { ...key.deploy, serverUrl })
  const tellAliases = aliasTeller(world)
  const result: LiveTeller['result'] = { did: [], problems: [], again: [] }
  const note = (place: EnvironmentPlace, release: ReleaseRecord, answer: Liveness | AssayError) => {
    answers.set(nameOf(place, release), answer)
    if (isAssayError(answer)) silent.add(serversOf(place.environment))
  }
  return {
    askLive: liveAsker(world, note),
    result,

    async tell(sites, facts) {
      const [{ state }] = sites
      for (const site of placesIn(sites)) {
        const { place } = site
        const stay = staysOf(place, place.history, place.promotion.pulls.closed).at(-1)
        if (!stay || stay.until !== undefined || stay.release.model !== state.model) continue
        const known = facts.stays.find(one => one.environment === stay.environment && one.until === undefined)
        // What serves is not the release.
        if (!isRecorded(known?.standing)) continue
        await tellOne(site, { ...stay, beside: besideIn(site.state, place) })
      }
      const { did, notes, again } = await tellTakenBack(
        world,
        access,
        deploy,
        { state, facts },
        {
          modelForge: forges,
          slack: world.slack,
          askComesYet: async ({ environment }, { release: { model, version } }) =>
            world.traffic?.comesYet(key.deploy, { model, environment: environment.name, release: version }),
        },
      )
      result.did.push(...did)
      for (const words of notes) world.log.warn(`${state.model}: ${words}`)
      const aliases = await tellAliases(state.model, facts)
      result.did.push(...aliases.did)
      for (const words of aliases.notes) world.log.warn(`${state.model}: MLflow: ${words}`)
      for (const after of again)
        result.again.push({ key: { ...key, model: state.model }, at: world.now() + after })
    },
  }

  async function tellOne(site: TellingSite, stay: ToldStay): Promise<void> {
    const { access, state, place } = site
    const { release, from } = stay
    const answer = await answerFor(site, stay)
    const now = world.now()
    if (answer === undefined) {
      const error = answers.get(nameOf(place, release))
      const mayPass = isAssayError(error) && isPassing(error)
      if (mayPass) result.again.push({ key: { ...key, model: state.model }, at: now + ASK_AGAIN })
      return
    }
    const facts = { state: answer.state, from, now }
    const mayBeNews = tellingOf({ ...facts, said: undefined }).tell
    const live = stay.live ?? (mayBeNews ? await unwatched(site, stay) : undefined)
    const { tell, again } = tellingOf({ ...facts, said: live?.health })
    if (again !== undefined) result.again.push({ key: { ...key, model: state.model }, at: now + again })
    if (!tell) return
    const about = { state, place, release, commit: stay.commit, from, liveness: answer }
    const found = { ...about, ...(live && { live }) }
    // A deployment is made by whoever asks for one: of two bots one at a time.
    const name = `live ${place.environment.name} ${state.model}`
    const { claims } = access
    const turn = claims && (await takeTurn(claims, { name, commit: stay.commit, now }))
    if (claims && !turn) {
      result.again.push({ key: { ...key, model: state.model }, at: now + TAKEN_MS })
      return
    }
    const notes = await reportLive(world, access, found, forges).finally(() => turn?.end())
    // Whoever was killed at this left its turn; to look for those where nothing is told would be a call for nothing.
    if (claims) await endLostTurns(claims, now)
    const where = `${state.model} in ${place.environment.name}`
    const word = answer.state === 'not_watched' ? 'merged' : answer.state
    result.did.push(`${where}: told that ${release.version} is ${word}`)
    for (const words of notes) world.log.warn(`${where}: ${words}`)
  }

  /** On a forge that tells statuses one by one, those of what Argo CD watches were read with the rest. */
  async function unwatched(
    { access, place: { environment } }: TellingSite,
    { commit }: KnownStay,
  ): Promise<KnownStay['live']> {
    return environment.argocd ? undefined : access.repository.readLive?.(commit)
  }

  /** Undefined where nobody can tell, which is a problem of its own. */
  async function answerFor(site: TellingSite, stay: ToldStay): Promise<Seen | undefined> {
    const { place } = site
    const servers = serversOf(place.environment)
    if (servers === '') return { state: 'not_watched', reasons: [] }
    const name = nameOf(place, stay.release)
    if (!answers.has(name)) {
      if (silent.has(servers)) return undefined
      note(place, stay.release, await asked(site, stay))
    }
    const answer = answers.get(name)!
    if (!isAssayError(answer)) return answer
    if (!result.problems.some(one => one.code === answer.code && one.message === answer.message))
      result.problems.push(answer)
    return undefined
  }

  async function asked(
    { access, deploy, place }: TellingSite,
    stay: ToldStay,
  ): Promise<Liveness | AssayError> {
    try {
      const wasLive = stay.live?.health === 'healthy'
      return await asker(world, access, deploy, place, stay, { wasLive, unanswered })!({ refresh: false })
    } catch (error) {
      if (isAssayError(error)) return error
      throw error
    }
  }
}

// --- internal ---

type TellingSite = ModelSite & { place: SeenPlace }

type ToldStay = KnownStay & Serving

/** Milliseconds after which a turn that somebody else has is asked for again. */
const TAKEN_MS = 15_000
/** Milliseconds until a server that did not answer is asked again. */
const ASK_AGAIN = 300_000

function nameOf({ environment }: EnvironmentPlace, release: ReleaseRecord): string {
  return `${environment.name} ${release.model} ${releaseKey(release)}`
}
