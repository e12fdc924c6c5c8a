import { Agent, request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * A scheduler and kubelet in one: binds pods to a node that is none, and tells the API server that their containers run. An image
 * whose digest begins with `dead` is never pulled.
 */
export function playPods(api: { url: string; token: string }): () => Promise<void> {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false })
  let isOver = false
  const turning = (async () => {
    for (let turn = 0; !isOver; turn++) {
      try {
        if (turn % 15 === 0) await keepNode(call)
        await keepPods(call)
      } catch (error) {
        if (!isOver) console.error('pods:', String(error))
      }
      await sleep(400)
    }
  })()
  return async () => {
    isOver = true
    await turning
    agent.destroy()
  }

  function call(method: string, path: string, body?: object, type = 'application/json'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${api.token}`, 'content-type': type }
      const sent = request(`${api.url}${path}`, { method, agent, headers }, answer => {
        const chunks: Buffer[] = []
        answer.on('data', chunk => chunks.push(chunk))
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          resolve({ status: answer.statusCode ?? 0, body: text.startsWith('{') ? JSON.parse(text) : {} })
        })
      })
      sent.on('error', reject)
      sent.end(body && JSON.stringify(body))
    })
  }
}

// --- internal ---

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes
type Json = any
interface Answer {
  status: number
  body: Json
}
type Call = (method: string, path: string, body?: object, type?: string) => Promise<Answer>

const NODE = 'e2e-1'
const MERGE = 'application/merge-patch+json'

async function keepNode(call: Call): Promise<void> {
  const path = `/api/v1/nodes/${NODE}`
  if ((await call('GET', path)).status === 404)
    await call('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } })
  const room = { cpu: '64', memory: '256Gi', pods: '500' }
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: now() }
  await call(
    'PATCH',
    `${path}/status`,
    { status: { allocatable: room, capacity: room, conditions: [ready] } },
    MERGE,
  )
}

async function keepPods(call: Call): Promise<void> {
  const { body } = await call('GET', '/api/v1/pods?limit=500')
  for (const pod of body.items ?? []) {
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`
    if (pod.metadata.deletionTimestamp) {
      // In the query: Node sends the body of a DELETE without its length, and the API server reads none.
      await call('DELETE', `${path}?gracePeriodSeconds=0`)
      continue
    }
    if (!pod.spec.nodeName) {
      const target = { kind: 'Node', name: NODE }
      await call('POST', `${path}/binding`, {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: pod.metadata.name },
        target,
      })
    }
    const containerStatuses = pod.spec.containers.map(statusOf)
    if (isTold(pod, containerStatuses)) continue
    await call('PATCH', `${path}/status`, { status: podStatus(pod, containerStatuses) }, MERGE)
  }
}

function statusOf({ name, image }: { name: string; image: string }): Json {
  const about = { name, image, imageID: '', ready: false, restartCount: 0, started: false }
  if (/@sha256:dead/.test(image))
    return {
      ...about,
      state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` } },
    }
  return { ...about, imageID: image, ready: true, started: true, state: { running: { startedAt: now() } } }
}

function isTold(pod: Json, statuses: Json[]): boolean {
  const words = (list: Json[]) => JSON.stringify(list.map(one => [one.image, one.ready]))
  return words(statuses) === words(pod.status.containerStatuses ?? [])
}

function podStatus(pod: Json, containerStatuses: Json[]): object {
  const isReady = containerStatuses.every(one => one.ready)
  const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type, at) => ({
    type,
    status: at < 2 || isReady ? 'True' : 'False',
    lastTransitionTime: now(),
  }))
  const startTime = pod.status.startTime ?? now()
  return {
    phase: isReady ? 'Running' : 'Pending',
    hostIP: '10.0.0.1',
    podIP: '10.244.0.9',
    podIPs: [{ ip: '10.244.0.9' }],
    startTime,
    conditions,
    containerStatuses,
  }
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+Z/, 'Z')
}
