import type { Application } from '../../../core/deploy-config/argocd.ts'
import type { DeployEnvironment } from '../../../core/deploy-config/deploy-config.ts'
import { AssayError, type Problem } from '../../../core/errors/errors.ts'
import { whyNoToken, whyNotToArgoCd } from '../../../core/secrets/token-use.ts'
import { proxyFetch } from '../../../forges/http/proxy.ts'
import { type ArgoCd, argocd } from '../../../services/argocd/argocd.ts'
import type { World } from '../../command/context.ts'
import { DEPLOY_FILE, type DeployBranch } from '../read/deploy-branch.ts'

/**
 * A client for the Argo CD that shows an Application of an environment.
 *
 * @throws AssayError `ARGOCD_NO_TOKEN`
 */
export function argoFor(
  context: World,
  environment: Pick<DeployEnvironment, 'name'>,
  application: Application,
  deploy: Pick<DeployBranch, 'address' | 'name' | 'configuredIn'>,
  refreshDeadline?: number,
): ArgoCd {
  const { server } = application
  const through = proxyFetch(new URL(server), context.env)
  return argocd({
    server,
    token: tokenOf(context, environment.name, application, deploy),
    ...(through && { fetch: through }),
    signal: context.signal,
    ...(refreshDeadline !== undefined && { refreshDeadline }),
  })
}

// --- internal ---

/**
 * A file of the deploy repository names the server: who may write there must not choose who gets the token. So the job names
 * it too. A cluster may have a token of its own, with its server beside it.
 */
function tokenOf(
  { env, ci }: World,
  environment: string,
  { server, cluster }: Application,
  { address, name, configuredIn: repository = name }: Pick<DeployBranch, 'address' | 'name' | 'configuredIn'>,
): string {
  const place = cluster === undefined ? environment : `${environment}/${cluster}`
  const refused = whyNoToken(ci, address.namedBy)
  if (refused !== undefined)
    throw noToken({ what: `there is no token for the Argo CD of ${place}: ${refused}` })
  const suffix = cluster === undefined ? '' : `_${cluster.toUpperCase().replaceAll('-', '_')}`
  const own = env[`ARGOCD_AUTH_TOKEN${suffix}`] ? suffix : ''
  const token = env[`ARGOCD_AUTH_TOKEN${own}`]
  const elsewhere = whyNotToArgoCd(server, env[`ARGOCD_SERVER${own}`], own)
  if (token && !elsewhere) return token
  throw noToken(
    ...(token
      ? []
      : [
          {
            what: `there is no token for the Argo CD of ${place}`,
            fix: `set ARGOCD_AUTH_TOKEN${suffix && `, or ARGOCD_AUTH_TOKEN${suffix},`} to the token of an account that may \`get\` applications; docs/argocd.md says which rights it needs`,
          },
        ]),
    ...(elsewhere
      ? [
          {
            what: `no token is sent to the \`argocd.server\` of ${place}, in ${DEPLOY_FILE} of ${repository}: ${elsewhere.what}`,
            fix: elsewhere.fix,
          },
        ]
      : []),
  )
}

function noToken(...problems: Problem[]): AssayError {
  return new AssayError({ code: 'ARGOCD_NO_TOKEN', title: 'Argo CD cannot be asked', problems })
}
