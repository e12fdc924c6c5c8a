import { takenBackMessage, visitedMessage } from '../../../core/alerts/taken-back.ts'
import { isAssayError } from '../../../core/errors/errors.ts'
import { tellingOf } from '../../../core/promotion/live/telling.ts'
import type { CanaryEnded, PromotionFacts, Stay } from '../../../core/promotion/plan/facts.ts'
import { isRecorded } from '../../../core/promotion/plan/standing.ts'
import { LIVE_CONTEXT } from '../../../core/promotion/status.ts'
import {
  type Gone,
  goneBy,
  goneComment,
  goneStatus,
  type TakenBackText,
  TOLD_AS,
  takenBackComment,
} from '../../../core/promotion/taken-back.ts'
import { parsePromotionMarker } from '../../../core/promotion/text/marker.ts'
import { type ReleaseRecord, releaseKey } from '../../../core/release/record.ts'
import type { AskedComesYet } from '../../../core/traffic/canary/taken-back.ts'
import { noted } from '../../../forges/ensure/noted.ts'
import { sayOnce } from '../../../forges/ensure/say-once.ts'
import { takeTurn } from '../../../forges/ensure/turn.ts'
import type { Forge } from '../../../forges/forge.ts'
import type { DeployAccess, World } from '../../command/context.ts'
import type { DeployBranch } from '../read/deploy-branch.ts'
import type { ModelState, SeenPlace } from '../read/state.ts'
import { asker } from './ask-live.ts'

/** Where it is said beside the deploy repository. */
export interface TellingWay {
  /** The way to the repository that a release was made in; undefined where there is none. */
  modelForge(release: ReleaseRecord): Promise<Forge | undefined>
  slack?: { say(message: object): Promise<unknown> } | undefined
  askComesYet?: AskComesYet
}

/**
 * What still comes to a release that was taken back; undefined where nobody can count it.
 *
 * @param of.live milliseconds: since when the way back is
 */
export type AskComesYet = (
  place: Pick<SeenPlace, 'environment'>,
  of: { release: ReleaseRecord; live: number },
) => Promise<AskedComesYet | undefined>

export interface TakenBackTold {
  /** What was said, for people. */
  did: string[]
  notes: string[]
  /** Milliseconds until the cluster is to be asked again, where it is not known to be rid of one yet. */
  again: number[]
}

/**
 * Says of releases that were taken back lately where people look: on the pull request that brought it, on that of the model and in
 * Slack at once; on the one that took it back once the cluster is rid of it. The status of its commit comes last: what that says has
 * been said, so that each is said once. Nothing of it is the end of a run: what cannot be said is a note.
 */
export async function tellTakenBack(
  world: World,
  access: DeployAccess,
  deploy: DeployBranch,
  { state, facts }: { state: ModelState; facts: PromotionFacts },
  way: TellingWay,
): Promise<TakenBackTold> {
  const told: TakenBackTold = { did: [], notes: [], again: [] }
  const { forge } = access
  if (!forge) return told
  for (const place of state.places) {
    const name = place.environment.name
    const ended = facts.canaries?.find(({ environment }) => environment === name)?.ended
    const stay = facts.stays.findLast(one => one.environment === name && one.until === undefined)
    if (ended && stay && isRecorded(stay.standing)) await tellOne(forge, place, { ended, stay })
  }
  return told

  async function tellOne(
    forge: Forge,
    place: SeenPlace,
    { ended, stay }: { ended: CanaryEnded; stay: Stay },
  ): Promise<void> {
    const now = world.now()
    const { commit, at: from } = ended
    if (now - from > NEWS_MS) return
    const said = (ended.live ?? (await access.repository.readLive?.(commit)))?.health
    if (said === 'healthy') return
    const gone = await goneIn(place, { commit, release: stay.release }, ended.release)
    const { tell, again } = tellingOf({ state: TOLD_AS[gone.state], said, from, now })
    if (again !== undefined) told.again.push(again)
    if (said !== undefined && !tell) return
    const { claims } = access
    const turn =
      claims &&
      (await takeTurn(claims, { name: `back ${place.environment.name} ${state.model}`, commit, now }))
    if (claims && !turn) return void told.again.push(TAKEN_MS)
    try {
      const text = textOf(place, ended, stay.release)
      if (said === undefined) await sayBegin(forge, place, text)
      await sayEnd(forge, text, { commit, gone: tell || TOLD_AS[gone.state] !== 'degraded' ? gone : UNKNOWN })
    } finally {
      await turn?.end()
    }
  }

  async function sayBegin(forge: Forge, { promotion }: SeenPlace, text: TakenBackText): Promise<void> {
    const { model, environment, release } = text
    const key = `taken-back-${environment}-${releaseKey(release)}`
    const body = takenBackComment(text)
    const brought = promotion.pulls.closed.findLast(pull => {
      const marker = pull.state === 'merged' ? parsePromotionMarker(pull.body) : undefined
      return marker?.release === releaseKey(release) && typeof marker.step === 'number'
    })
    if (brought)
      await noted(told.notes, 'No comment on the promotion', () => sayOnce(forge, brought.number, key, body))
    await noted(told.notes, 'No comment on the pull request of the model', async () => {
      const own = await way.modelForge(release)
      const number = await own?.pullRequestOf(release.commit)
      if (own && number !== undefined) await sayOnce(own, number, key, body)
    })
    const { slack } = way
    if (slack) await noted(told.notes, 'Slack was not told', () => slack.say(takenBackMessage(text)))
    told.did.push(`${model} in ${environment}: told that ${release.version} was taken back`)
  }

  async function sayEnd(
    forge: Forge,
    text: TakenBackText,
    { commit, gone }: { commit: string; gone: Gone },
  ): Promise<void> {
    const { model, environment, release, pull } = text
    const body = goneComment(text, gone)
    const key = `gone-${gone.state}-${environment}-${releaseKey(release)}`
    if (pull && body !== undefined)
      await noted(told.notes, 'No comment on the pull request that took it back', () =>
        sayOnce(forge, pull.number, key, body),
      )
    await noted(told.notes, 'No status', () =>
      forge.setStatus({ commit, context: LIVE_CONTEXT, ...goneStatus(text, gone) }),
    )
    const message = visitedMessage(text, gone)
    const { slack } = way
    if (slack && message) await noted(told.notes, 'Slack was not told', () => slack.say(message))
    if (gone.state === 'visited')
      told.did.push(`${model} in ${environment}: told that ${release.version} still gets traffic`)
    if (gone.state === 'live')
      told.did.push(`${model} in ${environment}: told that ${release.version} is gone`)
  }

  /** What serves alone has to be live at the commit that took the other back. */
  async function goneIn(
    place: SeenPlace,
    serving: { release: ReleaseRecord; commit: string },
    old: ReleaseRecord,
  ): Promise<Gone> {
    try {
      const ask = asker(world, access, deploy, place, { ...serving, beside: undefined })
      if (!ask) return { state: 'not_watched', reasons: [] }
      const { state: seen, reasons, healthySince: live } = await ask({ refresh: false })
      if (seen !== 'live') return { state: seen === 'degraded' ? seen : 'unknown', reasons }
      return goneBy(
        reasons,
        live === undefined ? undefined : await way.askComesYet?.(place, { release: old, live }),
      )
    } catch (error) {
      if (!isAssayError(error)) throw error
      return { state: 'unknown', reasons: error.problems.map(({ what }) => what) }
    }
  }
}

// --- internal ---

/** What is older is known to whoever wants to know it. */
const NEWS_MS = 3 * 86_400_000
/** Milliseconds after which a turn that somebody else has is asked for again. */
const TAKEN_MS = 15_000
const UNKNOWN: Gone = { state: 'unknown', reasons: [] }

function textOf(
  { environment, promotion: { pulls } }: SeenPlace,
  { release, weight, number }: CanaryEnded,
  champion: ReleaseRecord,
): TakenBackText {
  const pull = pulls.closed.find(one => one.number === number)
  return {
    ...{ model: release.model, environment: environment.name, release, champion },
    ...(weight !== undefined && { weight }),
    ...(pull && { pull: { number: pull.number, url: pull.url } }),
  }
}
