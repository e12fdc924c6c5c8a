import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { type Json, managed } from './argo-world.ts'
import { argocdAnswerProblems, argocdRequestProblems } from './argocd-openapi.ts'
import { type FaultRule, failWith } from './faults.ts'

/** What the double keeps of an application. Tests move it from state to state by changing it. */
export interface Served {
  application: Json
  live: Json[]
  /** As they are in git, where that is something else. */
  git?: Json[]
  /** Nodes of the resource tree; default none. */
  tree?: Json[]
  windows?: Json
}

export interface ArgoCdDouble {
  readonly url: string
  readonly token: string
  /** `GET /api/v1/applications/churn-staging?project=ml`, in order. */
  requests: string[]
  applications: Map<string, Served>
  /** Of the application controller. Where it is dead nobody looks, and a refresh is never answered. */
  controller: 'alive' | 'dead'
  /** Carried out when a refresh is asked for, before it is answered. */
  onRefresh: (name: string) => void
  /** Carried out before anything about an application is answered; `below` is the part of it that is asked for. */
  onAsked: (name: string, below: string | undefined) => Promise<void>
  fail(rule: FaultRule): void
}

export interface ArgoCdServer extends ArgoCdDouble {
  /** What Argo CD's own description has against what was asked and answered. */
  problems: string[]
  listen(): Promise<void>
  /** Nothing is there and nothing fails any more. */
  clear(): void
  close(): void
}

/** Argo CD's API on loopback for a test file, which may hold nothing against its use. */
export function useArgoCd(): ArgoCdDouble {
  const double = argoCdServer()
  beforeAll(() => double.listen())
  afterEach(() => {
    expect(double.problems.splice(0)).toEqual([])
    double.clear()
  })
  afterAll(() => double.close())
  return double
}

/**
 * Argo CD's API on loopback. Who may see what is decided as in `getAppEnforceRBAC` of its server: the token sees applications of the
 * project `ml`. What is asked and answered is held against Argo CD's own description.
 */
export function argoCdServer(): ArgoCdServer {
  const token = 'eyJhbGciOiJIUzI1NiJ9.assay-test-token.c2lnbmF0dXJl'
  const rules: (FaultRule & { left: number; pass: number })[] = []
  const problems: string[] = []
  const nothing = { controller: 'alive', onRefresh: () => {}, onAsked: async () => {} } as const
  const server = createServer(async (request, response) => {
    double.requests.push(`${request.method} ${request.url}`)
    const { pathname, searchParams } = new URL(request.url!, 'http://argocd')
    problems.push(...argocdRequestProblems(pathname, searchParams))
    const rule = rules.find(one => one.left > 0 && (one.path?.test(pathname) ?? true) && one.pass-- <= 0)
    if (rule) {
      rule.left--
      return failWith(response, rule)
    }
    if (request.headers.authorization !== `Bearer ${token}`)
      return refuse(response, 401, 16, 'invalid session: token signature is invalid')
    const [name = '', below] = pathname.split('/').slice(4)
    const project = searchParams.get('project')
    if (project !== null && project !== 'ml') return refuse(response, 403, 7, 'permission denied')
    await double.onAsked(name, below)
    const served = double.applications.get(name)
    if (served?.application.spec.project !== 'ml')
      return project === null
        ? refuse(response, 403, 7, 'permission denied')
        : refuse(response, 404, 5, `applications.argoproj.io "${name}" not found`)
    if (searchParams.has('refresh')) {
      if (double.controller === 'dead') return
      lookAgain(served.application.status)
      double.onRefresh(name)
    }
    const answer = answerOf(served, below)
    problems.push(...argocdAnswerProblems(pathname, answer))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  const double: ArgoCdServer & { url: string } = {
    url: '',
    token,
    requests: [],
    applications: new Map(),
    ...nothing,
    fail: rule =>
      void rules.push({ ...rule, left: rule.times ?? Number.POSITIVE_INFINITY, pass: rule.after ?? 0 }),
    problems,
    async listen() {
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      double.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    clear() {
      rules.length = 0
      double.requests.length = 0
      double.applications.clear()
      Object.assign(double, nothing)
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  return double
}

// --- internal ---

/** Its clock shows whole seconds. */
function lookAgain(status: Json): void {
  if (!status.reconciledAt) return
  status.reconciledAt = new Date(Date.parse(status.reconciledAt) + 1000).toISOString().replace('.000Z', 'Z')
}

function answerOf({ application, live, git, tree = [], windows }: Served, below: string | undefined): Json {
  if (below === 'managed-resources') return managed(live, git)
  if (below === 'resource-tree') return { nodes: tree }
  if (below === 'syncwindows') return windows ?? { canSync: true }
  return application
}

/** As the gateway in front of gRPC says it. */
function refuse(response: ServerResponse, status: number, code: number, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: message, code, message }))
}
