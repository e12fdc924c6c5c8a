import type { ReleaseRecord } from '../release/record.ts'
import { code, link, sentence } from '../report/words/escape.ts'
import { hadWords } from './canary/words.ts'
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

/** Whether the cluster is as the commit says; `not_watched`: nobody can be asked. */
export interface Gone {
  state: 'live' | 'degraded' | 'not_watched' | 'unknown'
  reasons: readonly string[]
}

/** For the promotion that brought it and for the pull request of the model, in Markdown. */
export function takenBackComment(text: TakenBackText): string {
  const { model, environment, release, champion, weight, pull } = text
  const by = pull ? `; ${link(`pull request ${pull.number}`, pull.url)} says why` : ''
  return `↩️ ${code(model)} ${code(release.version)} was taken back in **${environment}**${by}. It ${hadWords({ weight })}; ${code(champion.version)} gets all of it again. It is not proposed there once more.`
}

/** For the pull request that took it back: what the cluster shows, in Markdown. Undefined while nobody can tell. */
export function goneComment(
  { environment, release, champion }: TakenBackText,
  { state, reasons }: Gone,
): string | undefined {
  const why = reasons.map(reason => `\n- ${sentence(reason, 300)}`).join('')
  if (state === 'live')
    return `✅ ${code(release.version)} is gone from **${environment}**: Argo CD has synchronised this commit, what the cluster runs and routes to is ${code(champion.version)} alone, and it is healthy. By that, users who were kept with ${code(release.version)} are sent to ${code(champion.version)}; no request was counted.${why}`
  if (state === 'degraded')
    return `❌ ${code(release.version)} is taken back in **${environment}**, and what serves there is not healthy.${why}`
  return undefined
}

/** What the status of the commit says of it. */
export function goneStatus(
  { environment, release }: TakenBackText,
  { state, reasons }: Gone,
): PromotionStatus {
  const words = `${release.version} taken back in ${environment}`
  const first = reasons[0] === undefined ? '' : `: ${reasons[0]}`
  switch (state) {
    case 'live':
      return { state: 'success', description: statusWords(`${words}, and gone from the cluster`) }
    case 'not_watched':
      return { state: 'success', description: statusWords(`${words}: no Argo CD watches it`) }
    case 'degraded':
      return {
        state: 'failure',
        description: statusWords(`${words}, and what serves is not healthy${first}`),
      }
    case 'unknown':
      return { state: 'pending', description: statusWords(`${words}; not known to be gone yet${first}`) }
  }
}
