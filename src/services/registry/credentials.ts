import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { whyNotToRegistry } from '../../core/secrets/token-use.ts'
import type { Environment } from './requests.ts'

/** Who we are to a registry; `note` says what was looked at and `fix` what to do, for the error if it refuses us. */
export type Credentials =
  | { user: string; password: string; note?: undefined; fix?: undefined }
  | { user?: undefined; password?: undefined; note: string; fix?: string }

/**
 * Credentials for a registry: ASSAY_REGISTRY_USER and ASSAY_REGISTRY_PASSWORD where ASSAY_REGISTRY_HOST beside them names it,
 * else those that `docker login` left in config.json (in the folder DOCKER_CONFIG, else ~/.docker). Credential helpers are
 * programs and are not started.
 */
export async function credentialsFor(host: string, env: Environment): Promise<Credentials> {
  const { ASSAY_REGISTRY_USER: user, ASSAY_REGISTRY_PASSWORD: password } = env
  if (user && password) {
    const why = whyNotToRegistry(host, env.ASSAY_REGISTRY_HOST)
    if (!why) return { user, password }
    const docker = await fromDocker(host, env)
    if (docker.user !== undefined) return docker
    return { note: docker.note === NONE ? why.what : `${why.what}; ${docker.note}`, fix: why.fix }
  }
  if (user || password)
    return {
      note: 'only one of ASSAY_REGISTRY_USER and ASSAY_REGISTRY_PASSWORD is set, so neither was used',
    }
  return fromDocker(host, env)
}

// --- internal ---

const MOST_BYTES = 1024 * 1024
const NONE = 'there are no credentials for it'

interface DockerConfig {
  auths?: Record<string, { auth?: unknown; username?: unknown; password?: unknown } | null> | null
  credsStore?: unknown
  credHelpers?: Record<string, unknown> | null
}

async function fromDocker(host: string, env: Environment): Promise<Credentials> {
  const folder = env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker')
  let config: DockerConfig | null
  try {
    const file = join(folder, 'config.json')
    const found = await stat(file)
    if (!found.isFile() || found.size > MOST_BYTES) return { note: "Docker's config.json is no file of JSON" }
    config = JSON.parse(await readFile(file, 'utf8')) as DockerConfig | null
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return { note: isAbsent ? NONE : "Docker's config.json cannot be read" }
  }
  const entry = Object.entries(config?.auths ?? {}).find(([key]) => hostIn(key) === host)?.[1]
  const found = entry ? fromEntry(entry) : undefined
  if (found) return found
  const helped = config?.credsStore !== undefined || Object.hasOwn(config?.credHelpers ?? {}, host)
  return {
    note: helped ? 'Docker keeps its password in a credential helper, which Assay does not start' : NONE,
  }
}

/** Keys are hosts, older ones addresses: `https://index.docker.io/v1/` is Docker Hub. */
function hostIn(key: string): string {
  const host = key.replace(/^https?:\/\//, '').replace(/\/.*$/s, '')
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host
}

function fromEntry({ auth, username, password }: { auth?: unknown; username?: unknown; password?: unknown }) {
  if (typeof username === 'string' && typeof password === 'string' && username !== '')
    return { user: username, password }
  if (typeof auth !== 'string') return undefined
  const text = Buffer.from(auth, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  // Without a password after it, an `identitytoken` stands beside it, which is another way of logging in.
  return colon > 0 && colon < text.length - 1
    ? { user: text.slice(0, colon), password: text.slice(colon + 1) }
    : undefined
}
