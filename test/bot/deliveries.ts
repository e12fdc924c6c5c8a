import { createHmac, randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { WebRequest } from '../../src/services/web/server.ts'

export const SECRET = '3f9c0e61b7d24a58'

/** Headers and body of a delivery as GitHub makes it. */
export function delivery(
  event: string,
  payload: unknown,
  { secret = SECRET, id = randomUUID() as string, body = JSON.stringify(payload) as string | Buffer } = {},
): { headers: Record<string, string>; body: Buffer } {
  const bytes = Buffer.from(body)
  return {
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`,
    },
    body: bytes,
  }
}

/** What a route is asked with these headers. */
export function asked(headers: Readonly<Record<string, string | undefined>>, body: Buffer): WebRequest {
  const all = (name: string) => [headers[name]].filter(value => value !== undefined)
  return { header: name => headers[name], headers: all, rest: '', query: new URLSearchParams(), body }
}

export const repository = (name = 'acme/deploy', id = 1) => ({
  id,
  full_name: name,
  default_branch: 'main',
  private: true,
})

export const installation = { id: 9 }

export const push = (name?: string, ref = 'refs/heads/main') => ({
  ref,
  repository: repository(name),
  installation,
  sender: null,
  commits: [{ message: 'CANARY-commit' }],
})

export const pullRequest = (action: string, branch: string, number = 7) => ({
  action,
  number,
  repository: repository(),
  installation,
  pull_request: { number, title: 'CANARY-title', head: { ref: branch, repo: null }, user: null },
})

/** Sends all at once, from a thread of its own: in this one, requests are watched, which costs more than the bot does. */
export function sendAtOnce(port: number, deliveries: ReturnType<typeof delivery>[]): Promise<number[]> {
  const client = `
    const { parentPort, workerData: { url, deliveries } } = require('node:worker_threads')
    const send = ({ headers, body }) =>
      fetch(url, { method: 'POST', headers, body }).then(answer => answer.arrayBuffer().then(() => answer.status))
    Promise.all(deliveries.map(send)).then(answers => parentPort.postMessage(answers))`
  const workerData = {
    url: `http://127.0.0.1:${port}/hooks/github`,
    deliveries: deliveries.map(({ headers, body }) => ({ headers, body: new Uint8Array(body) })),
  }
  const worker = new Worker(client, { eval: true, workerData })
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
}
