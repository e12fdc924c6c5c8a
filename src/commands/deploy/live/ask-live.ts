import { type Application, applicationsOf } from '../../../core/deploy-config/argocd.ts'
import { type AssayError, isAssayError } from '../../../core/errors/errors.ts'
import { isPassing } from '../../../core/errors/outside.ts'
import { togetherIn } from '../../../core/promotion/clusters.ts'
import { healthOf, type Liveness } from '../../../core/promotion/live/liveness.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import type { DeployAccess, World } from '../../command/context.ts'
import type { DeployBranch } from '../read/deploy-branch.ts'
import type { AskLive } from '../read/standing-stays.ts'
import type { EnvironmentPlace } from '../read/state.ts'
import { argoFor } from './argo-client.ts'
import { askLive } from './live-question.ts'

type Ask = ReturnType<typeof askLive>

interface AskerOptions {
  /** Servers that did not look again within their time, which have less of it: one that does not now is added. */
  silent?: Set<string>
  /** It was live by an earlier answer: only what is worse than that is news, and what Argo CD shows is enough. */
  wasLive?: boolean
  /** Servers of clusters that answered nobody, with what was said: where that is known, they are not waited for once more. */
  unanswered?: Map<string, AssayError>
}

/** What serves, and what brought it. */
export interface Serving {
  release: ReleaseRecord
  commit: string
  /** What is tried beside it, whose version may be there too; undefined where nothing is. */
  beside: ReleaseRecord | undefined
  /** What is tried beside it is asked for too. */
  isBesideAwaited?: boolean
}

/**
 * Asks Argo CD about what serves in an environment, in all of its clusters at once. Undefined where the environment has none.
 *
 * @throws AssayError `ARGOCD_NO_TOKEN`, and those of the client, where no cluster can be asked; of several clusters one that cannot
 * is `unknown`
 */
export function asker(
  context: World,
  access: DeployAccess,
  deploy: DeployBranch,
  place: Pick<EnvironmentPlace, 'environment' | 'folder'>,
  serving: Serving,
  options: AskerOptions = {},
): Ask | undefined {
  const applications = applicationsOf(place.environment, serving.release.model)
  const [first] = applications
  if (!first) return undefined
  const askerOf = (application: Application) =>
    askerOfOne(context, access, deploy, place, { application, serving, ...options })
  if (first.cluster === undefined) return askerOf(first)
  const askers = new Map<string, Ask>()
  const { unanswered } = options
  let isFirst = true
  return async how => {
    const known = isFirst ? new Map(unanswered) : new Map<string, AssayError>()
    isFirst = false
    const asked = await Promise.all(
      applications.map(async application => {
        const cluster = application.cluster!
        const name = `${application.server} ${cluster}`
        const before = known.get(name)
        if (before) return { cluster, error: before }
        try {
          const ask = askers.get(cluster) ?? askerOf(application)
          askers.set(cluster, ask)
          return { cluster, liveness: await ask(how) }
        } catch (error) {
          if (!isAssayError(error)) throw error
          if (isOfServer(error)) unanswered?.set(name, error)
          return { cluster, error }
        }
      }),
    )
    const failed = asked.flatMap(({ error }) => error ?? [])
    if (failed.length === asked.length) throw together(failed)
    return togetherIn(
      asked.map(({ cluster, liveness, error }) => ({ cluster, liveness: liveness ?? unknownBy(error!) })),
    )
  }
}

/**
 * For the conditions of a promotion: asked once. Where Argo CD does not answer, nobody knows, and nothing is promoted on that. A
 * server that did not look again within its time has less of it for what is asked next, so that many models are not as
 * many times that long.
 */
export function liveAsker(
  context: World,
  onAnswer?: (place: EnvironmentPlace, release: ReleaseRecord, answer: Liveness | AssayError) => void,
): AskLive {
  const silent = new Set<string>()
  const unanswered = new Map<string, AssayError>()
  return async ({ access, deploy }, place, serving) => {
    try {
      const ask = asker(context, access, deploy, place, serving, { silent, unanswered })
      if (!ask) return { health: 'not_watched' }
      const liveness = await ask({ refresh: false })
      onAnswer?.(place, serving.release, liveness)
      const { healthySince, reasons } = liveness
      const why = reasons.length > 0 ? { why: reasons.join('; ') } : {}
      return { health: healthOf(liveness), ...(healthySince !== undefined && { healthySince }), ...why }
    } catch (error) {
      if (!isAssayError(error)) throw error
      onAnswer?.(place, serving.release, error)
      const why = error.problems.map(({ what }) => what).join('; ') || error.message
      const words = [why, ...error.problems.flatMap(({ fix }) => fix ?? [])].join('. ')
      context.log.warn(
        `whether ${serving.release.model} is live in ${place.environment.name} is not known: ${words}`,
      )
      return { health: 'unknown', why }
    }
  }
}

/** Whether another application of the same server would be answered the same. */
export function isOfServer(error: unknown): error is AssayError {
  return isAssayError(error, ...OF_SERVER)
}

// --- internal ---

const OF_SERVER = [
  'ARGOCD_NO_TOKEN',
  'ARGOCD_URL_INVALID',
  'ARGOCD_UNAUTHORIZED',
  'ARGOCD_UNREACHABLE',
  'ARGOCD_TIMEOUT',
  'ARGOCD_UNAVAILABLE',
]

/** Milliseconds. Where a controller is alive, an answer takes less. */
const SILENT_DEADLINE = 3000

function askerOfOne(
  context: World,
  { repository, webUrl }: DeployAccess,
  deploy: DeployBranch,
  { environment, folder }: Pick<EnvironmentPlace, 'environment' | 'folder'>,
  {
    application,
    serving: { release, commit, beside, isBesideAwaited },
    silent,
    wasLive,
  }: AskerOptions & { application: Application; serving: Serving },
): Ask {
  const { server, name, project } = application
  const deadline = silent?.has(server) ? SILENT_DEADLINE : undefined
  return askLive({
    argo: argoFor(context, environment, application, deploy, deadline),
    application: name,
    project,
    release: {
      commit,
      repository: [webUrl, deploy.address.kind === 'git' ? deploy.address.url : undefined].filter(
        url => url !== undefined,
      ),
      path: folder,
      ...(release.image && { image: release.image }),
      ...(release.uri !== undefined && { uri: release.uri }),
      ...(beside && {
        beside: {
          ...(beside.image && { image: beside.image }),
          ...(beside.uri !== undefined && { uri: beside.uri }),
          ...(isBesideAwaited && { isAwaited: true }),
        },
      }),
    },
    descends: revisions => descends(repository, commit, revisions),
    now: context.now,
    ...(silent && { onSilence: () => silent.add(server) }),
    ...(wasLive && { wasLive }),
  })
}

/** What nobody can tell of one cluster; where that is no matter of time, waiting is of no use. */
function unknownBy(error: AssayError): Liveness {
  const mayPass = isPassing(error) || isAssayError(error, 'ARGOCD_NOT_FOUND')
  const reasons = error.problems.map(({ what, fix }) => (fix === undefined ? what : `${what}. ${fix}`))
  return { state: 'unknown', reasons, ...(!mayPass && { stuck: true }) }
}

/** Where none of the clusters can be asked: what is the same of all is told once. */
function together(errors: readonly AssayError[]): AssayError {
  const [first] = errors
  const problems = new Map(errors.flatMap(error => error.problems).map(one => [JSON.stringify(one), one]))
  return first!.with({ problems: [...problems.values()] })
}

async function descends(
  repository: DeployRepository,
  commit: string,
  revisions: readonly string[],
): Promise<ReadonlyMap<string, boolean | undefined>> {
  const answers = new Map<string, boolean | undefined>()
  for (const revision of revisions) answers.set(revision, await repository.contains(revision, commit))
  return answers
}
