import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/**
 * Registries on loopback, for one test file: the one that Docker made and others build on (Debian's package `docker-registry`,
 * 2.8), the same of today (`registry`, distribution 3), and one that keeps to little of the specification (`crane registry serve`).
 */

export const PASSWORD = 'a-pass:word'
/** bcrypt of the password: the only kind that the registry reads. */
const HTPASSWD = 'ada:$2b$04$.28Hlb1CIkSDYjwCS52Im.wZwVSZq2GRPjfEGj1woRnNxLRzwyyqO\n'

export interface TestRegistry {
  /** `127.0.0.1:40123`. */
  host: string
  /** Pushes a small image under a tag, as a client does: blobs, then the manifest. Returns the digest that the client computed. */
  push(repository: string, tag: string, kind?: Kind): Promise<string>
  /** Puts a signature beside an image: under the tag of its digest, or as an artifact with it as its subject. */
  sign(repository: string, digest: string, signature: PushedSignature): Promise<void>
  stop(): Promise<void>
}

export interface PushedSignature {
  form: 'tag' | 'subject'
  content: string
  annotations?: Record<string, string>
}

export type Kind = 'oci' | 'docker' | 'oci-index' | 'docker-list' | 'modelpack'

/** How each is started, given a file with its configuration and a folder for what is pushed. */
const PROGRAMS = {
  'docker-registry': (config: string, _: string) => ['serve', config],
  registry: (config: string, _: string) => ['serve', config],
  crane: (_: string, data: string) => ['registry', 'serve', '--address', '127.0.0.1:0', '--disk', data],
}
export type RegistryProgram = keyof typeof PROGRAMS

/** @param tokens where it sends for tokens, and whose signature it takes */
export async function startRegistry({
  login = false,
  tokens,
  program = 'docker-registry',
}: {
  login?: boolean
  tokens?: { realm: string; certificate: string }
  program?: RegistryProgram
} = {}): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-registry-'))
  writeFileSync(join(folder, 'htpasswd'), HTPASSWD)
  const auth = login ? `auth: { htpasswd: { realm: test, path: ${folder}/htpasswd } }\n` : ''
  const token = tokens
    ? `auth: { token: { realm: "${tokens.realm}", service: test, issuer: test, rootcertbundle: ${tokens.certificate} } }\n`
    : ''
  const config = `version: 0.1\nstorage: { filesystem: { rootdirectory: ${folder}/data } }\nhttp: { addr: "127.0.0.1:0" }\n${auth}${token}`
  writeFileSync(join(folder, 'config.yml'), config)
  mkdirSync(join(folder, 'data'))
  const child = spawn(program, PROGRAMS[program](join(folder, 'config.yml'), join(folder, 'data')), {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const host = await addressOf(child)
  const headers = login
    ? { authorization: `Basic ${Buffer.from(`ada:${PASSWORD}`).toString('base64')}` }
    : undefined
  return {
    host,
    push: (repository, tag, kind = 'oci') => push({ host, repository, headers }, tag, kind),
    sign: (repository, digest, signature) => pushSignature({ host, repository, headers }, digest, signature),
    async stop() {
      const ended = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function sha256(bytes: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

// --- internal ---

interface Place {
  host: string
  repository: string
  headers: Record<string, string> | undefined
}

const TYPES = {
  oci: 'application/vnd.oci.image.manifest.v1+json',
  modelpack: 'application/vnd.oci.image.manifest.v1+json',
  docker: 'application/vnd.docker.distribution.manifest.v2+json',
  'oci-index': 'application/vnd.oci.image.index.v1+json',
  'docker-list': 'application/vnd.docker.distribution.manifest.list.v2+json',
}

type Single = 'oci' | 'docker' | 'modelpack'

/** Types of configuration and layer, and what else the manifest says. */
const PARTS: Record<Single, [string, string, object?]> = {
  oci: ['application/vnd.oci.image.config.v1+json', 'application/vnd.oci.image.layer.v1.tar'],
  docker: [
    'application/vnd.docker.container.image.v1+json',
    'application/vnd.docker.image.rootfs.diff.tar.gzip',
  ],
  modelpack: [
    'application/vnd.cncf.model.config.v1+json',
    'application/vnd.cncf.model.weight.v1.tar',
    { artifactType: 'application/vnd.cncf.model.manifest.v1+json' },
  ],
}

/** It chooses the port itself and says which. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = []
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`the registry ended:\n${said.join('\n')}`)))
    createInterface({ input: child.stderr! }).on('line', line => {
      said.push(line)
      const found = /(?:listening on 127\.0\.0\.1:|serving on port )(\d+)/.exec(line)
      if (found) resolve(`127.0.0.1:${found[1]}`)
    })
  })
}

async function push(place: Place, tag: string, kind: Kind): Promise<string> {
  if (kind === 'oci' || kind === 'docker' || kind === 'modelpack') return pushManifest(place, tag, kind)
  const inner = kind === 'oci-index' ? 'oci' : 'docker'
  const manifest = await imageManifest(place, inner)
  const digest = await put(place, sha256(manifest), manifest, TYPES[inner])
  const index = JSON.stringify({
    schemaVersion: 2,
    mediaType: TYPES[kind],
    manifests: [
      {
        mediaType: TYPES[inner],
        size: manifest.length,
        digest,
        platform: { architecture: 'amd64', os: 'linux' },
      },
    ],
  })
  return put(place, tag, index, TYPES[kind])
}

async function pushSignature(
  place: Place,
  image: string,
  { form, content, annotations }: PushedSignature,
): Promise<void> {
  const blob = await pushBlob(place, content)
  const config = await pushBlob(place, '{}')
  const manifest = (mediaType: string, configType: string, more: object) =>
    JSON.stringify({
      schemaVersion: 2,
      mediaType: TYPES.oci,
      config: { mediaType: configType, ...config },
      layers: [{ mediaType, ...blob, ...(annotations && { annotations }) }],
      ...more,
    })
  const tag = image.replace(':', '-')
  if (form === 'tag') {
    const type = 'application/vnd.dev.cosign.simplesigning.v1+json'
    await put(place, `${tag}.sig`, manifest(type, PARTS.oci[0], {}), TYPES.oci)
    return
  }
  const artifactType = 'application/vnd.dev.sigstore.bundle.v0.3+json'
  const subject = { mediaType: TYPES.oci, digest: image, size: 2 }
  const text = manifest(artifactType, 'application/vnd.oci.empty.v1+json', { artifactType, subject })
  const digest = await put(place, sha256(text), text, TYPES.oci)
  const entry = { mediaType: TYPES.oci, digest, size: text.length, artifactType }
  const index = { schemaVersion: 2, mediaType: TYPES['oci-index'], manifests: [entry] }
  await put(place, tag, JSON.stringify(index), TYPES['oci-index'])
}

async function pushManifest(place: Place, tag: string, kind: Single): Promise<string> {
  return put(place, tag, await imageManifest(place, kind), TYPES[kind])
}

async function imageManifest(place: Place, kind: Single): Promise<string> {
  const config = await pushBlob(
    place,
    '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}',
  )
  const layer = await pushBlob(place, `a layer of ${place.repository}`)
  const [configType, layerType, more] = PARTS[kind]
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: TYPES[kind],
    ...more,
    config: { mediaType: configType, ...config },
    layers: [{ mediaType: layerType, ...layer }],
  })
}

async function pushBlob(place: Place, content: string): Promise<{ size: number; digest: string }> {
  const started = await send(place, 'POST', '/blobs/uploads/')
  const upload = new URL(started.headers.get('location')!, `http://${place.host}`)
  const digest = sha256(content)
  upload.searchParams.set('digest', digest)
  await send(place, 'PUT', upload, content, 'application/octet-stream')
  return { size: Buffer.byteLength(content), digest }
}

async function put(place: Place, name: string, manifest: string, type: string): Promise<string> {
  await send(place, 'PUT', `/manifests/${name}`, manifest, type)
  return sha256(manifest)
}

async function send(
  { host, repository, headers }: Place,
  method: string,
  path: string | URL,
  body?: string,
  type?: string,
): Promise<Response> {
  const url = typeof path === 'string' ? `http://${host}/v2/${repository}${path}` : path
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(type !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body }),
  })
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`)
  return response
}
