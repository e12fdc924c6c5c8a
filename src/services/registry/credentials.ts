import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { whyNotToRegistry } from '../../core/secrets/token-use.ts'
import { askHelper } from './credential-helper.ts'
import type { Environment } from './requests.ts'

/** Who we are to a registry; `note` says what was looked at and `fix` what to do, for the error if it refuses us. */
export type Credentials =
  | { kind: 'password'; user: string; password: string; note?: undefined; fix?: undefined }
  /** Goes only where tokens are given out, for one of them. */
  | { kind: 'identity'; token: string; note?: undefined; fix?: undefined }
  | { kind: 'none'; note: string; fix?: string }

/**
 * Credentials for a registry: ASSAY_REGISTRY_USER and ASSAY_REGISTRY_PASSWORD where ASSAY_REGISTRY_HOST beside them names it,
 * else those that `docker login` left in config.json (in the folder DOCKER_CONFIG, else ~/.docker): the helper for this host
 * (`credHelpers`), the helper for all (`credsStore`), what stands in `auths`. A helper is a program: whoever may use no
 * credentials does not ask.
 */
export async function credentialsFor(host: string, options: CredentialOptions): Promise<Credentials> {
  const own = ownPassword(host, options.env)
  if (own) return { kind: 'password', ...own }
  const { ASSAY_REGISTRY_USER: user, ASSAY_REGISTRY_PASSWORD: password } = options.env
  const why = user && password ? whyNotToRegistry(host, options.env.ASSAY_REGISTRY_HOST) : undefined
  if (why) {
    const docker = await fromDocker(host, options)
    if (docker.kind !== 'none') return docker
    const note = docker.note === NONE ? why.what : `${why.what}; ${docker.note}`
    return { kind: 'none', note, fix: why.fix }
  }
  if (user || password)
    return none('only one of ASSAY_REGISTRY_USER and ASSAY_REGISTRY_PASSWORD is set, so neither was used')
  return fromDocker(host, options)
}

/** What ASSAY_REGISTRY_USER and ASSAY_REGISTRY_PASSWORD say, where ASSAY_REGISTRY_HOST beside them names the registry. */
export function ownPassword(host: string, env: Environment): { user: string; password: string } | undefined {
  const { ASSAY_REGISTRY_USER: user, ASSAY_REGISTRY_PASSWORD: password } = env
  if (!user || !password || whyNotToRegistry(host, env.ASSAY_REGISTRY_HOST)) return undefined
  return { user, password }
}

// --- internal ---

interface CredentialOptions {
  env: Environment
  signal?: AbortSignal | undefined
  /** Milliseconds for all of a look-up, of which a helper may take two thirds. Default 30 s. */
  deadline?: number | undefined
}

const MOST_BYTES = 1024 * 1024
const NONE = 'there are no credentials for it'
const none = (note: string): Credentials => ({ kind: 'none', note })

interface Entry {
  auth?: unknown
  username?: unknown
  password?: unknown
  identitytoken?: unknown
}

interface DockerConfig {
  auths?: Record<string, Entry | null> | null
  credsStore?: unknown
  credHelpers?: Record<string, unknown> | null
}

async function fromDocker(
  host: string,
  { env, signal, deadline = 30_000 }: CredentialOptions,
): Promise<Credentials> {
  const folder = env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker')
  let config: DockerConfig | null
  try {
    const file = join(folder, 'config.json')
    const found = await stat(file)
    if (!found.isFile() || found.size > MOST_BYTES) return none("Docker's config.json is no file of JSON")
    config = JSON.parse(await readFile(file, 'utf8')) as DockerConfig | null
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return none(isAbsent ? NONE : "Docker's config.json cannot be read")
  }
  const helper = ofHost(config?.credHelpers, host) ?? config?.credsStore
  const options = { env, folder, signal, deadline: (deadline * 2) / 3 }
  const helped = isNamed(helper) ? await askHelper(helper, host, options) : undefined
  if (helped && 'user' in helped) return { kind: 'password', ...helped }
  if (helped && 'identity' in helped) return { kind: 'identity', token: helped.identity }
  const entry = ofHost(config?.auths, host)
  return (entry && fromEntry(entry)) ?? none(helped?.note ?? NONE)
}

/** An empty name is Docker's way to say that there is none. */
function isNamed(helper: unknown): boolean {
  return helper !== undefined && helper !== null && helper !== ''
}

function ofHost<Value>(values: Record<string, Value> | null | undefined, host: string): Value | undefined {
  return Object.entries(values ?? {}).find(([key]) => hostIn(key) === host)?.[1]
}

/** Keys are hosts, older ones addresses: `https://index.docker.io/v1/` is Docker Hub. */
function hostIn(key: string): string {
  const host = key.replace(/^https?:\/\//, '').replace(/\/.*$/s, '')
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host
}

function fromEntry({ auth, username, password, identitytoken }: Entry): Credentials | undefined {
  // Beside it stands a user of zeros, without a password.
  if (typeof identitytoken === 'string' && identitytoken !== '')
    return { kind: 'identity', token: identitytoken }
  if (typeof username === 'string' && typeof password === 'string' && username !== '')
    return { kind: 'password', user: username, password }
  if (typeof auth !== 'string') return undefined
  const text = Buffer.from(auth, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon > 0 && colon < text.length - 1
    ? { kind: 'password', user: text.slice(0, colon), password: text.slice(colon + 1) }
    : undefined
}
