import { AssayError } from '../core/errors/errors.ts'
import { isRecorded, standingWords } from '../core/promotion/plan/standing.ts'
import type { ReleaseRecord } from '../core/release/record.ts'
import { untilCancelled } from './command/cancelled.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context, DeployAccess } from './command/context.ts'
import type { VERIFY_OPTIONS } from './command/options.ts'
import { unknownEnvironment } from './command/unknown-name.ts'
import { asker } from './deploy/live/ask-live.ts'
import { type AwaitedLiveness, awaitLive } from './deploy/live/await-live.ts'
import { verifySigned } from './deploy/live/signed-release.ts'
import { besideIn } from './deploy/read/canaries.ts'
import { checkSeen } from './deploy/read/check-seen.ts'
import { type DeployBranch, findDeployBranch, withDeploy } from './deploy/read/deploy-branch.ts'
import { staysOf } from './deploy/read/facts.ts'
import { readModelState } from './deploy/read/model-state.ts'
import { standingAt } from './deploy/read/standing.ts'
import type { KnownStay } from './deploy/read/standing-stays.ts'
import type { ModelState, SeenPlace } from './deploy/read/state.ts'
import { modelForgeOf, reportLive } from './deploy/write/report-live.ts'
import type { NamedOutputs } from './result/output-names.ts'

type Options = OptionValues<typeof VERIFY_OPTIONS>

/** What serves in one environment, and what Argo CD says of it. */
export interface Verified {
  environment: string
  version: string
  /** `not_watched`: no Argo CD is configured there. `changed_by_hand`: what serves is not what the record says. */
  state: AwaitedLiveness['state'] | 'not_watched' | 'changed_by_hand'
  healthySince?: number
  reasons: string[]
  notes: string[]
}

/** Waits until a release is live and healthy where it serves by the deploy repository, and says so where people look. */
export async function run(context: Context, options: Options): Promise<CommandResult> {
  const { model } = options
  if (model === undefined) throw usage()
  const deploy = await findDeployBranch(context, options)
  return withDeploy(context, deploy, async access => {
    const state = await readModelState(access.repository, deploy.branch, model)
    await checkSeen(access.repository, state)
    const { release: version, environment } = options
    if (version !== undefined) return verifySigned(context, access, state, { version, environment })
    const served = servedIn(state, options.environment)
    const verified: Verified[] = []
    for (const one of served) verified.push(await verifyOne(context, access, deploy, state, one, options))
    return resultOf(model, verified)
  })
}

// --- internal ---

interface Served {
  place: SeenPlace
  release: ReleaseRecord
  commit: string
  from: number
  /** What was said of it before. */
  live?: KnownStay['live']
}

function servedIn(state: ModelState, only: string | undefined): Served[] {
  const names = state.places.map(({ environment }) => environment.name)
  if (only !== undefined && !names.includes(only)) throw unknownEnvironment(only, names)
  const served = state.places.flatMap((place): Served[] => {
    if (only !== undefined && place.environment.name !== only) return []
    const last = staysOf(place, place.history, place.promotion.pulls.closed).at(-1)
    return last && last.until === undefined ? [{ ...last, place }] : []
  })
  if (served.length > 0) return served
  throw new AssayError({
    code: 'NOTHING_SERVED',
    title: `${state.model} serves nowhere`,
    problems: [
      {
        what: `no release record of ${state.model} in ${only ?? names.join(', ')}`,
        fix: 'merge its promotion first; `assay inventory` shows what serves where',
      },
    ],
  })
}

async function verifyOne(
  context: Context,
  access: DeployAccess,
  deploy: DeployBranch,
  state: ModelState,
  served: Served,
  options: Options,
): Promise<Verified> {
  const { place, release } = served
  const environment = place.environment.name
  const about = { environment, version: release.version, notes: [] as string[] }
  const { head, files } = state
  const standing = await standingAt(access.repository, place, release, { commit: head.commit, files })
  if (standing && !isRecorded(standing))
    return {
      ...about,
      state: standing.kind === 'by_hand' ? 'changed_by_hand' : 'unknown',
      reasons: [standingWords(standing)],
    }
  if (standing) about.notes.push(standingWords(standing))
  const beside = besideIn(state, place)
  const ask = asker(context, access, deploy, place, { ...served, ...(beside && { beside }) })
  if (!ask) return { ...about, state: 'not_watched', reasons: ['no `argocd` is configured for it'] }
  const what = `${state.model} ${release.version} in ${environment}`
  const live = await untilCancelled(context, () =>
    awaitLive(ask, {
      what,
      timeoutMs: options.timeout * 1000,
      noWait: options['no-wait'],
      now: context.now,
      log: context.log,
      signal: context.signal,
    }),
  )
  if (!options['dry-run'])
    about.notes.push(
      ...(await reportLive(context, access, { ...served, state, liveness: live }, one =>
        modelForgeOf(context, one),
      )),
    )
  const { healthySince, reasons } = live
  return { ...about, state: live.state, reasons, ...(healthySince !== undefined && { healthySince }) }
}

function resultOf(model: string, verified: Verified[]): CommandResult {
  const lines = verified.map(({ environment, version, state, reasons, notes }) =>
    [
      `${SIGNS[state]} ${model} ${version} in ${environment}: ${state.replaceAll('_', ' ')}${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}`,
      ...notes.map(note => `    ${note}`),
    ].join('\n'),
  )
  const isLive = verified.every(({ state }) => state === 'live')
  const isWell = verified.every(({ state }) => state === 'live' || state === 'not_watched')
  return {
    exitCode: isWell ? 0 : 1,
    text: lines.join('\n'),
    json: { model, environments: verified },
    outputs: { live: String(isLive) } satisfies NamedOutputs,
  }
}

const SIGNS: Record<Verified['state'], string> = {
  live: '✅',
  progressing: '⏳',
  degraded: '❌',
  blocked: '⛔',
  unknown: '❓',
  not_watched: '·',
  changed_by_hand: '✋',
}

function usage(): AssayError {
  return new AssayError({
    code: 'USAGE',
    title: 'The model to verify is not named',
    problems: [{ what: 'a live release is asked for one model at a time', fix: 'assay verify <model>' }],
  })
}
