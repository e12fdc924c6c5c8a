import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseAllDocuments } from 'yaml'
import { DEPLOY_REPO, DEVELOPER, MODEL, OWNER } from '../cast.ts'
import { DemoError } from '../demo-error.ts'
import type { Github } from '../emulator.ts'
import { freePort } from '../free-port.ts'
import type { Programs } from '../live/programs.ts'
import { routesOfVirtualService } from './envoy-routes.ts'
import type { Images } from './images.ts'
import type { Splitter } from './splitter.ts'

/** Both arms, by the subsets of the VirtualService. */
export const CLUSTERS = { champion: `${MODEL}/champion`, challenger: `${MODEL}/challenger` }

/** What stands in for Argo CD and the cluster: what is merged into the deploy repository is so here, a moment later. */
export interface Cluster {
  /** The commit that is live. */
  live(): string
  stop(): Promise<void>
}

export interface ClusterOf {
  github: Github
  programs: Programs
  images: Images
  splitter: Splitter
  /** Where the collector finds what a cluster would mount. */
  profiles: string
  /** Its number is another for other routes, and odd while they change. */
  routes: Int32Array
  /** More variables of each server, and options of its Node. */
  server: { env: Record<string, string>; node: readonly string[] }
}

/** Settles once what is merged now is live. */
export async function startCluster(of: ClusterOf): Promise<Cluster> {
  const pods = new Map<string, Pod>()
  let live = ''
  let fault: unknown
  const follow = async () => {
    const commit = await headOf(of.github)
    if (commit === live) return
    const manifests = await manifestsAt(of.github, commit)
    Atomics.or(of.routes, 0, 1)
    await apply(of, pods, manifests)
    Atomics.add(of.routes, 0, 1)
    live = commit
  }
  await follow()
  let isOver = false
  const following = (async () => {
    for (let failures = 0; !isOver; await sleep(100))
      try {
        await follow()
        failures = 0
      } catch (error) {
        // On a busy machine a connection may be closed just as it is used again; what stays wrong is told.
        if (++failures >= MOST_FAILURES) throw error
      }
  })().catch(error => {
    fault = error
  })
  return {
    live() {
      if (fault) throw fault
      return live
    },
    async stop() {
      isOver = true
      await following
    },
  }
}

// --- internal ---

interface Pod {
  /** All that it was started with. */
  spec: string
  port: number
  stop(): Promise<void>
}

interface KubernetesObject {
  kind: string
  metadata: { name: string }
  data?: Record<string, string>
  spec?: {
    template: {
      metadata: { labels: { arm: string } }
      spec: { containers: { image: string; envFrom: { configMapRef: { name: string } }[] }[] }
    }
  }
}

const FOLDER = `apps/${MODEL}/overlays/production`
/** One after the other, before it is said that nothing becomes live any more. */
const MOST_FAILURES = 10
/** Milliseconds in which requests that are on their way to a server that is to end are answered, and what it counted is told. */
const DRAINED = 1500

async function headOf(github: Github): Promise<string> {
  const { data } = await github
    .as(DEVELOPER)
    .rest.git.getRef({ owner: OWNER, repo: DEPLOY_REPO, ref: 'heads/main' })
  return data.object.sha
}

/** The text of all manifests of the model in production. */
async function manifestsAt(github: Github, ref: string): Promise<string> {
  const api = github.as(DEVELOPER).rest
  const place = { owner: OWNER, repo: DEPLOY_REPO }
  const { data } = await api.git.getTree({ ...place, tree_sha: ref, recursive: 'true' })
  const files = data.tree.filter(
    ({ path, type }) =>
      type === 'blob' && path.startsWith(`${FOLDER}/`) && /(?:service|workloads|watch)\.yaml$/.test(path),
  )
  const texts = await Promise.all(
    files.map(async ({ sha }) => {
      const blob = await api.git.getBlob({ ...place, file_sha: sha })
      return Buffer.from(blob.data.content, 'base64').toString('utf8')
    }),
  )
  return texts.join('\n---\n')
}

/** Pods first: a route never leads to one that is not ready. */
async function apply(of: ClusterOf, pods: Map<string, Pod>, text: string): Promise<void> {
  const objects = parseAllDocuments(text).map(one => one.toJS() as KubernetesObject)
  const mapOf = (name: string) =>
    objects.find(one => one.kind === 'ConfigMap' && one.metadata.name === name)?.data ?? {}
  await mount(join(of.profiles, MODEL), mapOf(`assay-profile-${MODEL}`))
  const gone: Pod[] = []
  for (const { kind, spec } of objects) {
    if (kind !== 'Deployment' || !spec) continue
    const { arm } = spec.template.metadata.labels
    const [{ image, envFrom } = { image: '', envFrom: [] }] = spec.template.spec.containers
    const env = Object.assign({}, ...envFrom.map(({ configMapRef: { name } }) => mapOf(name)))
    const wanted = JSON.stringify([image, env])
    const before = pods.get(arm)
    if (before?.spec === wanted) continue
    pods.set(arm, await startPod(of, { arm, image, env, spec: wanted }))
    if (before) gone.push(before)
  }
  const ports = new Map(
    [...pods].map(([arm, { port }]) => [CLUSTERS[arm as keyof typeof CLUSTERS], port] as const),
  )
  await of.splitter.apply(routesOfVirtualService(text), ports)
  if (gone.length > 0)
    void sleep(DRAINED).then(async () => {
      for (const { stop } of gone) await stop()
    })
}

async function startPod(
  { programs, images, server }: ClusterOf,
  { arm, image, env, spec }: { arm: string; image: string; env: Record<string, string>; spec: string },
): Promise<Pod> {
  const digest = /sha256:[0-9a-f]{64}$/.exec(image)?.[0]
  if (digest === undefined)
    throw new DemoError(`The image ${image} has no digest.`, 'Look at workloads.yaml.')
  const { folder, model } = await images.unpack(digest)
  const port = await freePort()
  const stop = await programs.start({
    name: `server-${arm}`,
    command: process.execPath,
    parameters: [...server.node, 'serve.mjs', '--model', model],
    folder,
    env: { ...env, ...server.env, PORT: String(port) },
    ready: `http://127.0.0.1:${port}/healthz`,
  })
  return { spec, port, stop }
}

/** As a cluster mounts a ConfigMap: each file is there whole, and what is gone from it is gone. */
async function mount(folder: string, files: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, `..${name}`), text)
    await rename(join(folder, `..${name}`), join(folder, name))
  }
  for (const name of await readdir(folder)) if (!(name in files)) await rm(join(folder, name))
}
