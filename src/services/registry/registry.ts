import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAssayError } from '../../core/errors/errors.ts'
import { type ArtifactKind, artifactKindOf } from '../../core/release/artifact-kind.ts'
import { registryOf } from '../../core/release/image-reference.ts'
import { bytesWithin } from '../../core/text/bytes-within.ts'
import { mayLeadTo, registryOrigin } from './address.ts'
import { registryLogin } from './authorization.ts'
import {
  type Call,
  type Refusal,
  type RegistryOptions,
  type Request,
  registryError,
  requester,
} from './requests.ts'

/** What a tag names now. `artifact`: where it is no image that a container can be started from. */
export interface Named {
  digest: string
  artifact?: ArtifactKind
}

/**
 * What a tag names now, by the OCI distribution protocol. Its digest is the sha256 of the manifest's own bytes, which is what a
 * cluster pulls by. The tag may move a second later; the digest that is returned cannot.
 *
 * Credentials are those of ASSAY_REGISTRY_USER and ASSAY_REGISTRY_PASSWORD where ASSAY_REGISTRY_HOST names the registry, else of
 * Docker's own config.json. They go to the registry, or to the https address that it names for tokens, and nowhere else; a redirect is followed without them.
 *
 * @throws AssayError REGISTRY_NOT_FOUND, REGISTRY_DENIED, REGISTRY_UNREACHABLE, REGISTRY_ANSWER, PROXY_INVALID
 */
export async function lookUpTag(
  image: { name: string; tag: string },
  options: RegistryOptions,
): Promise<Named> {
  const { host, repository } = registryOf(image.name)
  const url = new URL(registryOrigin(host))
  url.pathname = `/v2/${repository}/manifests/${image.tag}`
  const call = { image: `${image.name}:${image.tag}`, host, url }
  const { wait = sleep } = options
  for (let repeat = 0; ; repeat++) {
    const tried = await lookUp(call, repository, options)
    if ('digest' in tried) return tried
    const pause = tried.passing ? PAUSES[repeat] : undefined
    if (pause === undefined || options.signal?.aborted) throw tried.error
    await wait(pause)
  }
}

// --- internal ---

interface Failed {
  error: Error
  /** Another try may do better. */
  passing: boolean
}

const PAUSES = [1_000, 3_000]
const MOST_BYTES = 4 * 1024 * 1024
const MOST_REDIRECTS = 3
const TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

async function lookUp(call: Call, repository: string, options: RegistryOptions): Promise<Named | Failed> {
  const request = requester(options)
  try {
    const login = registryLogin(call.host, options, request)
    const asked = await login.authorized([`repository:${repository}:pull`], async authorization => {
      const response = await request(call.url, { accept: TYPES.join(', '), ...authorization })
      if (response.status === 401) await response.body?.cancel()
      return { response, status: response.status, challenge: response.headers.get('www-authenticate') }
    })
    if ('refusal' in asked) return failedBy(call, asked.refusal, options)
    const followed = await follow(call, asked.answer.response, request)
    if ('error' in followed) return followed
    return await namedBy(call, followed.response)
  } catch (cause) {
    if (isAssayError(cause, 'PROXY_INVALID')) return { error: cause, passing: false }
    return { error: registryError('REGISTRY_UNREACHABLE', call, { cause }), passing: true }
  }
}

function failedBy(call: Call, { code, ...refusal }: Refusal, { refused }: RegistryOptions): Failed {
  const isOurs = code === 'REGISTRY_DENIED' && refused !== undefined
  const said = isOurs ? { ...refusal, fix: 'give the digest itself: `name@sha256:…`' } : refusal
  return { error: registryError(code, call, said), passing: code === 'REGISTRY_UNREACHABLE' }
}

/** Follows redirects without credentials, to https only; from a registry of this machine also within it. */
async function follow(
  call: Call,
  first: Response,
  request: Request,
): Promise<{ response: Response } | Failed> {
  let response = first
  let url = call.url
  for (let count = 0; REDIRECTS.has(response.status); count++) {
    await response.body?.cancel()
    const location = response.headers.get('location')
    const next =
      location !== null && URL.canParse(location, url.href) ? new URL(location, url.href) : undefined
    if (!mayLeadTo(call.host, next) || count >= MOST_REDIRECTS) {
      const what = 'it sends elsewhere, too often or to an address that is not https'
      return { error: registryError('REGISTRY_ANSWER', call, { what }), passing: false }
    }
    next.username = ''
    next.password = ''
    url = next
    response = await request(url, { accept: TYPES.join(', ') })
  }
  return { response }
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])

async function namedBy(call: Call, response: Response): Promise<Named | Failed> {
  if (response.status !== 200) {
    await response.body?.cancel()
    return refusalOf(call, response.status)
  }
  const bad = (what: string): Failed => ({
    error: registryError('REGISTRY_ANSWER', call, { what }),
    passing: false,
  })
  const type = (response.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  if (!TYPES.includes(type)) {
    await response.body?.cancel()
    return bad('the answer is no image manifest of a kind that clusters pull')
  }
  const bytes = await bytesWithin(response.body, MOST_BYTES)
  if (bytes === undefined) return bad('the manifest is larger than 4 MiB')
  const manifest = manifestIn(bytes)
  if (!manifest) return bad('the answer says that it is a manifest, and is none')
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  const said = response.headers.get('docker-content-digest')
  if (said !== null && said !== digest)
    return bad('the manifest was changed on its way: it does not have the digest that the registry says')
  const artifact = artifactKindOf(manifest)
  return { digest, ...(artifact !== undefined && { artifact }) }
}

function refusalOf(call: Call, status: number): Failed {
  if (status === 404) return { error: registryError('REGISTRY_NOT_FOUND', call), passing: false }
  const what = `it answered ${status}`
  if (status === 401 || status === 403)
    return { error: registryError('REGISTRY_DENIED', call, { what }), passing: false }
  const passing = status >= 500 || status === 429
  return {
    error: registryError(passing ? 'REGISTRY_UNREACHABLE' : 'REGISTRY_ANSWER', call, { what }),
    passing,
  }
}

function manifestIn(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const read = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
    const manifest = read as Record<string, unknown> | null
    return manifest?.schemaVersion === 2 ? manifest : undefined
  } catch {
    return undefined
  }
}
