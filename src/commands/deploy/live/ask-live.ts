import type { DeployEnvironment } from '../../../core/deploy-config/deploy-config.ts'
import { filled } from '../../../core/deploy-config/places/paths.ts'
import { AssayError, isAssayError, type Problem } from '../../../core/errors/errors.ts'
import { healthOf, type Liveness } from '../../../core/promotion/live/liveness.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { whyNoToken, whyNotToArgoCd } from '../../../core/secrets/token-use.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { proxyFetch } from '../../../forges/http/proxy.ts'
import { type ArgoCd, argocd } from '../../../services/argocd/argocd.ts'
import type { DeployAccess, World } from '../../command/context.ts'
import { DEPLOY_FILE, type DeployBranch } from '../read/deploy-branch.ts'
import type { AskLive } from '../read/standing-stays.ts'
import type { EnvironmentPlace } from '../read/state.ts'
import { askLive } from './live-question.ts'

type Ask = ReturnType<typeof askLive>

interface AskerOptions {
  /** Milliseconds that Argo CD has for looking again. */
  refreshDeadline?: number
  /** It did not within that time. */
  onSilence?: () => void
  /** It was live by an earlier answer: only what is worse than that is news, and what Argo CD shows is enough. */
  wasLive?: boolean
}

/**
 * Asks Argo CD about what serves in an environment. Undefined where the environment has none.
 *
 * @throws AssayError `ARGOCD_NO_TOKEN`, and those of the client
 */
export function asker(
  context: World,
  { repository, webUrl }: DeployAccess,
  deploy: DeployBranch,
  { environment, folder }: Pick<EnvironmentPlace, 'environment' | 'folder'>,
  serving: {
    release: ReleaseRecord
    commit: string
    beside?: ReleaseRecord
    /** What is tried beside it is asked for too. */
    isBesideAwaited?: boolean
  },
  { refreshDeadline, onSilence, wasLive }: AskerOptions = {},
): Ask | undefined {
  const { argocd: settings } = environment
  if (!settings) return undefined
  const { release, commit, beside, isBesideAwaited } = serving
  return askLive({
    argo: argoFor(context, { name: environment.name, argocd: settings }, deploy, refreshDeadline),
    application: filled(settings.application, release.model, environment.name),
    project: settings.project,
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
    ...(onSilence && { onSilence }),
    ...(wasLive && { wasLive }),
  })
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
  return async ({ access, deploy }, place, serving) => {
    const server = place.environment.argocd?.server ?? ''
    try {
      const ask = asker(context, access, deploy, place, serving, {
        ...(silent.has(server) && { refreshDeadline: SILENT_DEADLINE }),
        onSilence: () => silent.add(server),
      })
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

/**
 * A client for the Argo CD of an environment.
 *
 * @throws AssayError `ARGOCD_NO_TOKEN`
 */
export function argoFor(
  context: World,
  environment: Required<Pick<DeployEnvironment, 'name' | 'argocd'>>,
  deploy: Pick<DeployBranch, 'address' | 'name' | 'configuredIn'>,
  refreshDeadline?: number,
): ArgoCd {
  const { server } = environment.argocd
  const through = proxyFetch(new URL(server), context.env)
  return argocd({
    server,
    token: tokenOf(context, environment, deploy),
    ...(through && { fetch: through }),
    signal: context.signal,
    ...(refreshDeadline !== undefined && { refreshDeadline }),
  })
}

// --- internal ---

/** Milliseconds. Where a controller is alive, an answer takes less. */
const SILENT_DEADLINE = 3000

/**
 * A file of the deploy repository names the server: who may write there must not choose who gets the token. So the job names
 * it too.
 */
function tokenOf(
  { env, ci }: World,
  { name: environment, argocd: { server } }: Required<Pick<DeployEnvironment, 'name' | 'argocd'>>,
  { address, name, configuredIn: repository = name }: Pick<DeployBranch, 'address' | 'name' | 'configuredIn'>,
): string {
  const refused = whyNoToken(ci, address.namedBy)
  if (refused !== undefined)
    throw noToken({ what: `there is no token for the Argo CD of ${environment}: ${refused}` })
  const token = env.ARGOCD_AUTH_TOKEN
  const elsewhere = whyNotToArgoCd(server, env.ARGOCD_SERVER)
  if (token && !elsewhere) return token
  throw noToken(
    ...(token
      ? []
      : [
          {
            what: `there is no token for the Argo CD of ${environment}`,
            fix: 'set ARGOCD_AUTH_TOKEN to the token of an account that may `get` applications; docs/argocd.md says which rights it needs',
          },
        ]),
    ...(elsewhere
      ? [
          {
            what: `no token is sent to the \`argocd.server\` of ${environment}, in ${DEPLOY_FILE} of ${repository}: ${elsewhere.what}`,
            fix: elsewhere.fix,
          },
        ]
      : []),
  )
}

function noToken(...problems: Problem[]): AssayError {
  return new AssayError({ code: 'ARGOCD_NO_TOKEN', title: 'Argo CD cannot be asked', problems })
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
