import type { ServerResponse } from 'node:http'
import type { Safety } from '../../src/forges/http/safe-calls.ts'

/** Ways in which a forge fails. A number is a status with a JSON error. */
export type Fault =
  | number
  | 'hang'
  | 'drip'
  | 'reset'
  | 'html'
  | 'truncated'
  | 'empty'
  | 'no-id'
  | 'redirect'
  | 'secondary-limit'
  | 'rate-limit'
  | 'stale'

export interface FaultRule {
  method?: string
  path?: RegExp
  /** What the body, as JSON, must hold. */
  body?: RegExp
  /** Whether it is one that is meant. */
  when?: (called: Called) => boolean
  fault: Fault
  /** How many requests it hits; default all. */
  times?: number
  /** How many matching requests pass before it starts. */
  after?: number
  /** Whether the forge does what was asked and only the answer fails. */
  takesEffect?: boolean
  headers?: Record<string, string>
  /** What the error of a number says. */
  message?: string
}

const running = new Set<{ name: string; expire: () => void }>()

/**
 * For clients under test: no pause is made, and a deadline passes as soon as a server here hangs, and never otherwise. So no
 * test waits for one, and none fails on a busy machine.
 */
export const UNTIMED: Safety = {
  wait: async () => {},
  expires(_, { name }) {
    const controller = new AbortController()
    running.add({ name, expire: () => controller.abort(new DOMException('It hangs', 'TimeoutError')) })
    return controller.signal
  },
}

export const isoDate = (milliseconds: number) => new Date(milliseconds).toUTCString()

export interface Called {
  method: string
  path: string
  body: unknown
}

/** Whether it changes something: reads are asked by POST too. */
export function isWrite({ method, path, body }: Called): boolean {
  if (path.endsWith('/git-upload-pack')) return false
  if (path.endsWith('/graphql')) return /mutation/.test(JSON.stringify(body) ?? '')
  return method !== 'GET' && method !== 'HEAD'
}

/** The rule that a request meets, counted down. */
export function takeRule(rules: FaultRule[], { method, path, body }: Called): FaultRule | undefined {
  const rule = rules.find(
    rule =>
      (rule.method ?? method) === method &&
      (rule.path?.test(path) ?? true) &&
      (rule.body?.test(JSON.stringify(body) ?? '') ?? true) &&
      rule.times !== 0 &&
      (rule.when?.({ method, path, body }) ?? true),
  )
  if (!rule) return undefined
  if (rule.after) {
    rule.after--
    return undefined
  }
  if (rule.times !== undefined) rule.times--
  return rule
}

/** Answers a request the way the fault says. */
export function failWith(response: ServerResponse, { fault, headers = {}, message }: FaultRule): void {
  const json = { 'content-type': 'application/json; charset=utf-8', ...headers }
  if (typeof fault === 'number') {
    response.writeHead(fault, json).end(JSON.stringify({ message: message ?? `Simulated ${fault}` }))
    return
  }
  switch (fault) {
    case 'hang':
      expire(response)
      return
    case 'drip':
      response.writeHead(200, json)
      drip(response)
      expire(response)
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>We will be back soon</h1>')
      return
    case 'truncated':
      response.writeHead(201, json).end('{"id": 12, "body": "half a')
      return
    case 'empty':
      response.writeHead(201).end()
      return
    case 'no-id':
      response.writeHead(201, json).end('{"message": "fine, fine"}')
      return
    case 'redirect':
      response.writeHead(301, { location: '/repos/octo/elsewhere', ...headers }).end()
      return
    case 'secondary-limit':
      response
        .writeHead(403, { ...json, 'retry-after': '1', ...headers })
        .end(JSON.stringify({ message: 'You have exceeded a secondary rate limit.' }))
      return
    case 'rate-limit':
      response
        .writeHead(403, { ...json, 'x-ratelimit-remaining': '0', ...headers })
        .end(JSON.stringify({ message: 'API rate limit exceeded' }))
      return
    case 'stale':
      throw new Error('a stale answer is given by the emulator')
  }
}

// --- internal ---

/** The deadlines of requests like this one pass. */
function expire({ req }: ServerResponse): void {
  const [path] = (req.url ?? '').split('?')
  for (const one of running)
    if (one.name.startsWith(`${req.method} ${path}`)) {
      running.delete(one)
      setImmediate(one.expire)
    }
}

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}
