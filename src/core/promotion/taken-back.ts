import type { ReleaseRecord } from '../release/record.ts'
import { code, link, sentence } from '../report/words/escape.ts'
import { type AskedComesYet, comesYetWords, type Silence, silenceOf } from '../traffic/canary/taken-back.ts'
import { hadWords } from './canary/words.ts'
import type { LiveState } from './live/liveness.ts'
import { type PromotionStatus, statusWords } from './status.ts'

/** What is said of a release that was tried and was taken back, where people look who are no approvers of it. */
export interface TakenBackText {
  model: string
  environment: string
  release: ReleaseRecord
  /** What serves alone again. */
  champion: ReleaseRecord
  /** Percent of the traffic that it had. */
  weight?: number
  /** The pull request that took it back, which tells why; absent where a commit did without one. */
  pull?: { number: number; url: string }
}

/**
 * Whether the cluster is as the commit says, and as traffic shows; `not_watched`: nobody can be asked, `uncounted`: it is, and too few
 * requests have been counted since, `visited`: it is, and requests go to what was taken back all the same.
 */
export interface Gone {
  state: 'live' | 'degraded' | 'not_watched' | 'unknown' | 'uncounted' | 'visited'
  reasons: readonly string[]
  /** What was counted since it is; absent where nobody counts. */
  comesYet?: AskedComesYet
}

/** What the cluster shows, with what was counted since. Where nobody counts, the word of Argo CD is all there is. */
export function goneBy(reasons: readonly string[], comesYet: AskedComesYet | undefined): Gone {
  if (!comesYet || 'nobody' in comesYet) return { state: 'live', reasons }
  return { state: STATES[silenceOf(comesYet)], reasons, comesYet }
}

/** As what it is told and told again: once there is an answer, and where there is none yet as what is not known. */
export const TOLD_AS: Readonly<Record<Gone['state'], LiveState | 'not_watched'>> = {
  live: 'live',
  degraded: 'degraded',
  not_watched: 'not_watched',
  unknown: 'unknown',
  uncounted: 'unknown',
  visited: 'degraded',
}

/** For the promotion that brought it and for the pull request of the model, in Markdown. */
export function takenBackComment(text: TakenBackText): string {
  const { model, environment, release, champion, weight, pull } = text
  const by = pull ? `; ${link(`pull request ${pull.number}`, pull.url)} says why` : ''
  return `↩️ ${code(model)} ${code(release.version)} was taken back in **${environment}**${by}. It ${hadWords({ weight })}; ${code(champion.version)} gets all of it again. It is not proposed there once more.`
}

/** For the pull request that took it back: what the cluster shows, in Markdown. Undefined while nobody can tell. */
export function goneComment(text: TakenBackText, { state, reasons, comesYet }: Gone): string | undefined {
  const { environment, release, champion } = text
  const why = reasons.map(reason => `\n- ${sentence(reason, 300)}`).join('')
  const [old, serving] = [code(release.version), code(champion.version)]
  switch (state) {
    case 'live': {
      const counted = comesYet
        ? `${sentence(comesYetWords(comesYet), 300)}, those of users who were kept with it among them.`
        : `By that, users who were kept with ${old} are sent to ${serving}; no request was counted.`
      return `✅ ${old} is gone from **${environment}**: Argo CD has synchronised this commit, what the cluster runs and routes to is ${serving} alone, and it is healthy. ${counted}${why}`
    }
    case 'visited':
      return `❌ ${old} is taken back in **${environment}**, and still gets traffic, although what the cluster runs and routes to is ${serving} alone by Argo CD: ${sentence(comesYetWords(comesYet!), 300)}. ${VISITORS}${why}`
    case 'degraded':
      return `❌ ${old} is taken back in **${environment}**, and what serves there is not healthy.${why}`
    case 'not_watched':
    case 'unknown':
    case 'uncounted':
      return undefined
  }
}

/** What the status of the commit says of it. */
export function goneStatus(
  { environment, release }: TakenBackText,
  { state, reasons, comesYet }: Gone,
): PromotionStatus {
  const words = `${release.version} taken back in ${environment}`
  const first = reasons[0] === undefined ? '' : `: ${reasons[0]}`
  const counted = comesYet ? `: ${comesYetWords(comesYet)}` : ''
  switch (state) {
    case 'live':
      return { state: 'success', description: statusWords(`${words}, and gone from the cluster${counted}`) }
    case 'not_watched':
      return { state: 'success', description: statusWords(`${words}: no Argo CD watches it`) }
    case 'visited':
      return { state: 'failure', description: statusWords(`${words}, and still gets traffic${counted}`) }
    case 'degraded':
      return {
        state: 'failure',
        description: statusWords(`${words}, and what serves is not healthy${first}`),
      }
    case 'uncounted':
      return { state: 'pending', description: statusWords(`${words}${counted}`) }
    case 'unknown':
      return { state: 'pending', description: statusWords(`${words}; not known to be gone yet${first}`) }
  }
}

// --- internal ---

const STATES: Readonly<Record<Silence, Gone['state']>> = { none: 'live', some: 'visited', open: 'uncounted' }

/** Where they may come from. */
const VISITORS =
  'Look for callers that do not go through the route, a proxy that was not told, and a server that says a release which is not its own.'
