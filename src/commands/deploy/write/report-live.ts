import { AssayError } from '../../../core/errors/errors.ts'
import type { Liveness } from '../../../core/promotion/live/liveness.ts'
import { LIVE_CONTEXT, liveDescription, statusWords } from '../../../core/promotion/status.ts'
import { type ReleaseRecord, releaseKey } from '../../../core/release/record.ts'
import { code, sentence } from '../../../core/report/words/escape.ts'
import { deployAddress } from '../../../core/secrets/deploy-address.ts'
import { noted } from '../../../forges/ensure/noted.ts'
import { sayOnce } from '../../../forges/ensure/say-once.ts'
import type { Forge } from '../../../forges/forge.ts'
import { isRefusal } from '../../../forges/forge.ts'
import type { Context, DeployAccess } from '../../command/context.ts'
import { maskFor } from '../../command/without-secrets.ts'
import { type KnownStay, mergeOf } from '../read/facts.ts'
import { maskedForge } from '../read/masked-access.ts'
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
  liveness: Pick<Liveness, 'state' | 'reasons'>
}

/**
 * Says what was found where people look: a status on the promotion's commit (which conditions and rollbacks read later), a
 * deployment, and once, when it is live or ill, a comment on the promotion and on the pull request of the model. Nothing of it
 * is the end of the run: what cannot be written is a note.
 */
export async function reportLive(context: Context, access: DeployAccess, found: Found): Promise<string[]> {
  const { state, place, release, commit, from, liveness } = found
  const live = found.live?.health === 'unknown' ? undefined : found.live
  const { forge, deployments } = access
  const environment = place.environment.name
  const notes: string[] = []
  const words = `${release.version} ${liveness.state} in ${environment}`
  const level = LEVELS[liveness.state]
  // What was found out once is not taken back because nobody can tell now: a rollback looks for what was healthy.
  const isSaid =
    live && (level === 'pending' || (live.health === 'healthy' ? 'success' : 'failure') === level)
  if (forge && !isSaid)
    await noted(notes, 'No status', async () => {
      const description = liveDescription(release.version, environment, liveness)
      const refused = await forge.setStatus({ commit, context: LIVE_CONTEXT, state: level, description })
      if (refused && isRefusal(refused)) throw refusal(refused.refused)
    })
  if (deployments && !(isSaid && level === 'pending'))
    await noted(notes, 'No deployment', async () => {
      const refused = await deployments.ensure({
        environment,
        commit,
        branch: state.branch,
        task: `assay:${state.model}`,
        state: level === 'success' ? 'success' : level === 'failure' ? 'failed' : 'running',
        description: statusWords(words),
        ...(context.ci.runUrl !== undefined && { url: context.ci.runUrl }),
      })
      if (refused) throw refusal(refused.refused)
    })
  if (level === 'pending') return notes
  const body = commentOf(state.model, environment, release, liveness)
  const key = `${level === 'success' ? 'live' : 'ill'}-${environment}-${releaseKey(release)}`
  const promotion = mergeOf({ commit, at: from }, release, place.promotion.pulls.closed)
  if (forge && promotion)
    await noted(notes, 'No comment on the promotion', () => sayOnce(forge, promotion.number, key, body))
  await noted(notes, 'No comment on the pull request of the model', () =>
    tellModel(context, release, key, body),
  )
  return notes
}

// --- internal ---

const LEVELS: Record<Liveness['state'], 'success' | 'failure' | 'pending'> = {
  live: 'success',
  degraded: 'failure',
  blocked: 'pending',
  progressing: 'pending',
  unknown: 'pending',
}

function commentOf(
  model: string,
  environment: string,
  release: ReleaseRecord,
  { state, reasons }: Pick<Liveness, 'state' | 'reasons'>,
): string {
  const what = `${code(model)} ${code(release.version)}`
  const why = reasons.map(reason => `\n- ${sentence(reason, 300)}`).join('')
  if (state === 'live') return `✅ ${what} is live and healthy in **${environment}**.${why}`
  return `❌ ${what} is not healthy in **${environment}**.${why}\n\nTo go back: \`assay rollback ${model} --environment ${environment}\``
}

/** The model's own repository may be another one than this run may write to. */
async function tellModel(context: Context, release: ReleaseRecord, key: string, body: string): Promise<void> {
  const forge = await modelForge(context, release)
  const number = await forge?.pullRequestOf(release.commit)
  if (forge && number !== undefined) await sayOnce(forge, number, key, body)
}

async function modelForge(context: Context, release: ReleaseRecord): Promise<Forge | undefined> {
  const address = deployAddress(release.repository, context.ci.serverUrl, 'record')
  if (address.kind !== 'forge') return undefined
  const isOwn = context.forge && context.ci.repository === address.repository
  const forge = isOwn ? context.forge : (await context.openDeploy(address)).forge
  return forge && maskedForge(forge, maskFor(context))
}

function refusal(what: string): AssayError {
  return new AssayError({ code: 'FORGE_FORBIDDEN', title: 'The token may not do this', problems: [{ what }] })
}
