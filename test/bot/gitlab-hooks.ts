import { createHmac, randomUUID } from 'node:crypto'

/** Of 32 bytes, as GitLab makes it. */
export const SIGNING_TOKEN = `whsec_${Buffer.from('a key of thirty-two bytes, no less').toString('base64')}`
export const KEY = Buffer.from(SIGNING_TOKEN.slice('whsec_'.length), 'base64')

/** Headers and body of a hook as GitLab signs it. */
export function hook(
  payload: unknown,
  at: number,
  { key = KEY, id = randomUUID() as string, body = JSON.stringify(payload) as string | Buffer } = {},
): { headers: Record<string, string>; body: Buffer } {
  const bytes = Buffer.from(body)
  const timestamp = `${Math.floor(at / 1000)}`
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(bytes).digest('base64')
  return {
    headers: {
      'content-type': 'application/json',
      'x-gitlab-event': 'Push Hook',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body: bytes,
  }
}

export const project = (path = 'acme/platform/deploy') => ({
  id: 1,
  path_with_namespace: path,
  default_branch: 'main',
})

export const pushHook = (path?: string, ref = 'refs/heads/main') => ({
  object_kind: 'push',
  ref,
  project: project(path),
  commits: [{ message: 'CANARY-commit' }],
})
