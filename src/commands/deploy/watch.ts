import type { DeployEnvironment } from '../../core/deploy-config.ts'
import { filled } from '../../core/deploy-config.ts'
import { AssayError } from '../../core/errors.ts'
import { healthOf } from '../../core/promotion/liveness.ts'
import type { ReleaseRecord } from '../../core/release/record.ts'
import type { DeployRepository } from '../../forges/deploy-repository.ts'
import { proxyFetch } from '../../forges/proxy.ts'
import { argocd } from '../../services/argocd.ts'
import { askLive } from '../ask-live.ts'
import type { Context, DeployAccess } from '../context.ts'
import type { Watch } from './facts.ts'
import type { DeployPlace } from './place.ts'
import type { EnvironmentPlace } from './state.ts'

type Ask = ReturnType<typeof askLive>

/**
 * Asks Argo CD about what serves in an environment. Undefined where the environment has none.
 *
 * @throws AssayError `ARGOCD_NO_TOKEN`, and those of the client
 */
export function asker(
  context: Context,
  { repository, webUrl }: DeployAccess,
  deploy: DeployPlace,
  { environment, folder }: EnvironmentPlace,
  serving: { release: ReleaseRecord; commit: string },
): Ask | undefined {
  const { argocd: settings } = environment
  if (!settings) return undefined
  const { release, commit } = serving
  const through = proxyFetch(new URL(settings.server), context.env)
  const argo = argocd({
    server: settings.server,
    token: tokenOf(context, environment),
    ...(through && { fetch: through }),
    signal: context.signal,
  })
  return askLive({
    argo,
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
    },
    descends: revisions => descends(repository, commit, revisions),
    now: context.now,
  })
}

/** For the conditions of a promotion: asked once. Where Argo CD does not answer, nobody knows, and nothing is promoted on that. */
export function watchFor(context: Context, access: DeployAccess, deploy: DeployPlace): Watch {
  return async (place, serving) => {
    try {
      const ask = asker(context, access, deploy, place, serving)
      if (!ask) return { health: 'not_watched' }
      const liveness = await ask({ refresh: false })
      const { healthySince } = liveness
      return { health: healthOf(liveness), ...(healthySince !== undefined && { healthySince }) }
    } catch (error) {
      if (!(error instanceof AssayError)) throw error
      context.log.warn(
        `whether ${serving.release.model} is live in ${place.environment.name} is not known: ${error.problems[0]?.what ?? error.message}`,
      )
      return { health: 'unknown' }
    }
  }
}

// --- internal ---

function tokenOf({ env }: Context, { name }: DeployEnvironment): string {
  const token = env.ARGOCD_AUTH_TOKEN
  if (token) return token
  throw new AssayError({
    code: 'ARGOCD_NO_TOKEN',
    title: 'Argo CD cannot be asked',
    problems: [
      {
        what: `there is no token for the Argo CD of ${name}`,
        fix: 'set ARGOCD_AUTH_TOKEN to the token of an account that may `get` applications; docs/argocd.md says which rights it needs',
      },
    ],
  })
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
