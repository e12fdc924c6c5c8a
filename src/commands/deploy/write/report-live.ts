import { AssayError } from '../../../core/errors/errors.ts'
import type { ClusterLiveness, Liveness } from '../../../core/promotion/live/liveness.ts'
import { LIVE_CONTEXT, liveDescription, statusWords } from '../../../core/promotion/status.ts'
import { type ReleaseRecord, releaseKey } from '../../../core/release/record.ts'
import { code, sentence } from '../../../core/report/words/escape.ts'
import { deployAddress } from '../../../core/secrets/deploy-address.ts'
import { noted } from '../../../forges/ensure/noted.ts'
import { sayOnce } from '../../../forges/ensure/say-once.ts'
import type { Forge } from '../../../forges/forge.ts'
import { isRefusal } from '../../../forges/forge.ts'
import type { Context, DeployAccess, World } from '../../command/context.ts'
import { maskFor } from '../../command/without-secrets.ts'
import { mergeOf } from '../read/canaries.ts'
import { maskedForge } from '../read/masked-access.ts'
import type { KnownStay } from '../read/standing-stays.ts'
import type { ModelState, SeenPlace } from '../read/state.ts'

interface Found {
  state: ModelState
  place: SeenPlace
  release: ReleaseRecord
  /** The promotion's commit in the deploy repository. */
  commit: string
  /** Since when it serves, in milliseconds. */
  from: number
  /** What was said of it before. */
  live?: KnownStay['live']
  /** `not_watched`: no Argo CD is asked there, and the merge counts. */
  liveness: Seen
}

export interface Seen extends Pick<Liveness, 'reasons' | 'clusters'> {
  state: Liveness['state'] | 'not_watched'
}

/**
 * Says what was found where people look: a deployment, once, when it is live or ill, a comment on the promotion and on the pull
 * request of the model, and at last a status on the promotion's commit (which conditions and rollbacks read later): where that is
 * there, all was said. Nothing of it is the end of the run: what cannot be written is a note.
 *
 * @param modelForge the way to the repository that the release was made in; undefined where there is none
 */
export async function reportLive(
  { ci }: Pick<World, 'ci'>,
  access: DeployAccess,
  found: Found,
  modelForge: (release: ReleaseRecord) => Promise<Forge | undefined>,
): Promise<string[]> {
  const { state, place, release, commit, from, liveness } = found
  const { forge, deployments } = access
  const environment = place.environment.name
  const notes: string[] = []
  const level = LEVELS[liveness.state]
  const isSaid = wasSaid(found)
  const description = liveDescription(release.version, environment, liveness)
  if (deployments && !(isSaid && level === 'pending'))
    for (const one of deployedIn(environment, liveness))
      await noted(notes, 'No deployment', async () => {
        const refused = await deployments.ensure({
          environment: one.environment,
          commit,
          branch: state.branch,
          task: `assay:${state.model}`,
          state: DEPLOYED[LEVELS[one.state]],
          description:
            one.state === 'not_watched'
              ? description
              : statusWords(`${release.version} ${one.state} in ${one.environment}`),
          ...(ci.runUrl !== undefined && { url: ci.runUrl }),
        })
        if (refused) throw refusal(refused.refused)
      })
  if (level !== 'pending') {
    const body = commentOf(state.model, environment, release, liveness)
    const key = `${WORDS[liveness.state]}-${environment}-${releaseKey(release)}`
    const promotion = mergeOf({ commit, at: from }, release, place.promotion.pulls.closed)
    // That it was merged, its own pull request says.
    if (forge && promotion && liveness.state !== 'not_watched')
      await noted(notes, 'No comment on the promotion', () => sayOnce(forge, promotion.number, key, body))
    await noted(notes, 'No comment on the pull request of the model', async () => {
      const own = await modelForge(release)
      const number = await own?.pullRequestOf(release.commit)
      if (own && number !== undefined) await sayOnce(own, number, key, body)
    })
  }
  if (forge && !isSaid)
    await noted(notes, 'No status', async () => {
      const refused = await forge.setStatus({ commit, context: LIVE_CONTEXT, state: level, description })
      if (refused && isRefusal(refused)) throw refusal(refused.refused)
    })
  return notes
}

/** The way of a job to the model's repository, which may be another one than it may write to. */
export async function modelForgeOf(context: Context, release: ReleaseRecord): Promise<Forge | undefined> {
  const address = deployAddress(release.repository, context.ci.serverUrl, 'record')
  if (address.kind !== 'forge') return undefined
  const isOwn = context.forge && context.ci.repository === address.repository
  const forge = isOwn ? context.forge : (await context.openDeploy(address)).forge
  return forge && maskedForge(forge, maskFor(context))
}

// --- internal ---

const LEVELS: Record<Seen['state'], 'success' | 'failure' | 'pending'> = {
  not_watched: 'success',
  live: 'success',
  degraded: 'failure',
  blocked: 'pending',
  progressing: 'pending',
  unknown: 'pending',
}

const DEPLOYED = { success: 'success', failure: 'failed', pending: 'running' } as const

/**
 * The environment, whose name rules and people know, is deployed to once it is in all of its clusters; and each of them by itself, so
 * that the one that is ill is seen, with what was there before.
 */
function deployedIn(
  environment: string,
  { state, clusters = [] }: Seen,
): { environment: string; state: Seen['state'] }[] {
  const each = clusters.map(one => ({ environment: `${environment}/${one.cluster}`, state: one.state }))
  return [...each, { environment, state }]
}

/** Of the keys of comments. */
const WORDS: Record<Seen['state'], string> = {
  live: 'live',
  not_watched: 'merged',
  degraded: 'ill',
  blocked: 'blocked',
  progressing: 'progressing',
  unknown: 'unknown',
}

/** What was found out once is not taken back because nobody can tell now: a rollback looks for what was healthy. */
function wasSaid({ live, liveness: { state } }: Found): boolean {
  if (live === undefined || live.health === 'unknown') return false
  if (live.health === 'not_watched') return state === 'not_watched'
  const level = LEVELS[state]
  return level === 'pending' || (live.health === 'healthy' ? 'success' : 'failure') === level
}

function commentOf(
  model: string,
  environment: string,
  release: ReleaseRecord,
  { state, reasons, clusters }: Seen,
): string {
  const what = `${code(model)} ${code(release.version)}`
  const why = clusters
    ? clusters.map(one => `\n- ${clusterLine(one)}`).join('')
    : reasons.map(reason => `\n- ${sentence(reason, 300)}`).join('')
  if (state === 'not_watched')
    return `☑️ ${what} is merged into **${environment}**. No Argo CD is asked there, so the merge is all that is known.`
  if (state === 'live') return `✅ ${what} is live and healthy in **${environment}**.${why}`
  return `❌ ${what} is not healthy in **${environment}**.${why}\n\nTo go back: \`assay rollback ${model} --environment ${environment}\``
}

function clusterLine({ cluster, state, reasons }: ClusterLiveness): string {
  const why = reasons.length > 0 ? `: ${sentence(reasons.join('; '), 300)}` : ''
  return `${state === 'live' ? '✅' : state === 'degraded' ? '❌' : '⏳'} **${cluster}** ${state}${why}`
}

function refusal(what: string): AssayError {
  return new AssayError({ code: 'FORGE_FORBIDDEN', title: 'The token may not do this', problems: [{ what }] })
}
