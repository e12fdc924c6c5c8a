import { type NamedBy, type TokenRun, whyNoToken } from './token-use.ts'
import { PLAIN_ADDRESS, webOrigin } from './web-address.ts'

/** The way to a tracking server: where it is, who says so, and by what it knows us. */
export interface MlflowWay {
  server: string
  /** Where its address is written. */
  setting: string
  token?: string
  login?: { user: string; password: string }
}

/**
 * The way that a run may take to MLflow: the server of the configuration, else that of `MLFLOW_TRACKING_URI`; undefined where
 * neither names one. Both must name the same, since that variable is what training goes by, and what says where its token is for:
 * beside no address a token is sent nowhere. A run for a fork takes no way at all, nor does a pull request to a server that its own
 * configuration names.
 *
 * @param named the server of a configuration, and whose that is
 */
export function mlflowWay(
  run: TokenRun,
  named: { server: string | undefined; namedBy: NamedBy },
  env: Readonly<Record<string, string | undefined>>,
): MlflowWay | { refused: string } | undefined {
  const ofJob = env.MLFLOW_TRACKING_URI?.trim() || undefined
  const server = named.server ?? ofJob
  if (server === undefined) return undefined
  const refused = whyNoToken(run, named.server === undefined ? 'job' : named.namedBy)
  if (refused !== undefined) return { refused }
  if (server.length > 300 || !PLAIN_ADDRESS.test(server) || webOrigin(server) === undefined)
    return {
      refused:
        'MLFLOW_TRACKING_URI is no plain http(s) address: only a server can be asked, and user and password belong in MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD',
    }
  if (ofJob !== undefined && rootOf(ofJob) !== rootOf(server))
    return {
      refused: `\`mlflow.server\` is ${server}, and MLFLOW_TRACKING_URI names ${webOrigin(ofJob) ?? 'no server'}: training would log elsewhere`,
    }
  const known = { server, setting: named.server === undefined ? 'MLFLOW_TRACKING_URI' : '`mlflow.server`' }
  const secrets = secretsIn(env)
  if (Object.keys(secrets).length > 0 && ofJob === undefined)
    return {
      refused: `MLFLOW_TRACKING_URI, which says where its token may go, is not set; if it is for ${server}, set MLFLOW_TRACKING_URI=${server} beside it`,
    }
  return { ...known, ...secrets }
}

// --- internal ---

/** As MLflow's own client takes them: a user and a password come before a token. */
function secretsIn(env: Readonly<Record<string, string | undefined>>): Pick<MlflowWay, 'token' | 'login'> {
  const [user, password, token] = [
    env.MLFLOW_TRACKING_USERNAME?.trim(),
    env.MLFLOW_TRACKING_PASSWORD?.trim(),
    env.MLFLOW_TRACKING_TOKEN?.trim(),
  ]
  if (user && password) return { login: { user, password } }
  return token ? { token } : {}
}

function rootOf(address: string): string | undefined {
  if (webOrigin(address) === undefined) return undefined
  const { origin, pathname } = new URL(address)
  return `${origin}${pathname.replace(/\/+$/, '')}`
}
