import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type FaultRule, failWith, takeRule } from './faults.ts'

export const JENKINS = {
  user: 'assay',
  token: '11f0e1d2c3b4a5968778695a4b3c2d1e0f',
  password: 'pw-of-assay-0123',
}

interface Build {
  number: number
  timestamp: number
  building: boolean
  result: string | null
  parameters: Record<string, string>
}

interface Job {
  /** Absent: it is not parameterized. */
  parameters?: string[]
  disabled?: boolean
  builds: Build[]
}

export interface JenkinsServer {
  url: string
  jobs: Record<string, Job>
  queue: { id: number; job: string; parameters: Record<string, string> }[]
  requests: { method: string; path: string; headers: IncomingMessage['headers'] }[]
  fail(rule: FaultRule): void
  /** What waits becomes builds. */
  run(): void
}

/**
 * A Jenkins, as far as jobs are started by its remote access API: as https://www.jenkins.io/doc/book/using/remote-access-api/ and
 * https://www.jenkins.io/doc/book/security/csrf-protection/ describe it, and in the answers to `buildWithParameters` as Jenkins' own
 * `ParameterizedJobMixIn` and `ParametersDefinitionProperty` give them: 201 with the place in the queue, 303 where the same waits already,
 * 400 without parameters, 409 where the job is disabled, and parameters that the job does not have are left out without a word.
 */
export function useJenkins(): JenkinsServer {
  const jenkins = { requests: [], jobs: {}, queue: [] } as unknown as JenkinsServer
  const sessions = new Map<string, string>()
  const rules: FaultRule[] = []
  let ids = 0
  const server = createServer((request, response) => {
    void answer(request, response)
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', headers } = request
    const url = new URL(request.url ?? '/', 'http://jenkins')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const form = new URLSearchParams(Buffer.concat(chunks).toString())
    jenkins.requests.push({ method, path: url.pathname, headers })
    const rule = takeRule(rules, { method, path: url.pathname, body: undefined })
    if (rule && !rule.takesEffect) return failWith(response, rule)
    const [status, body, more = {}] = said(method, url.pathname, headers, form)
    if (rule) return failWith(response, rule)
    const isJson = typeof body === 'object'
    response.writeHead(status, {
      'content-type': isJson ? 'application/json;charset=utf-8' : 'text/html;charset=utf-8',
      'x-jenkins': '2.541',
      ...more,
    })
    response.end(isJson ? JSON.stringify(body) : body)
  }

  type Said = [status: number, body: object | string, headers?: Record<string, string>]
  const page = (status: number, title: string): Said => [
    status,
    `<html><head><title>Error ${status} ${title}</title></head></html>`,
  ]

  function said(
    method: string,
    path: string,
    headers: IncomingMessage['headers'],
    form: URLSearchParams,
  ): Said {
    const [, basic = ''] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? []
    const [user, secret] = Buffer.from(basic, 'base64').toString().split(':')
    const byToken = secret === JENKINS.token
    if (user !== JENKINS.user || !(byToken || secret === JENKINS.password)) return page(401, 'Unauthorized')
    if (path === '/crumbIssuer/api/json') {
      const [session, crumb] = [randomUUID(), randomUUID()]
      sessions.set(session, crumb)
      return [
        200,
        { _class: 'hudson.security.csrf.DefaultCrumbIssuer', crumb, crumbRequestField: 'Jenkins-Crumb' },
        { 'set-cookie': `JSESSIONID.0a=${session}; Path=/; HttpOnly` },
      ]
    }
    if (path === '/queue/api/json') return [200, { items: jenkins.queue.map(queued) }]
    const [, folders = '', rest] = /^((?:\/job\/[^/]+)+)\/(.+)$/.exec(path) ?? []
    const name = decodeURIComponent(folders.replaceAll('/job/', '/').slice(1))
    const job = jenkins.jobs[name]
    if (!job) return page(404, 'Not Found')
    if (method === 'GET' && rest === 'api/json') return [200, shown(name, job)]
    if (method !== 'POST' || rest !== 'buildWithParameters') return page(404, 'Not Found')
    const [, session = ''] = /JSESSIONID\.0a=([^;]+)/.exec(headers.cookie ?? '') ?? []
    if (!byToken && (session === '' || sessions.get(session) !== headers['jenkins-crumb']))
      return page(403, 'No valid crumb was included in the request')
    if (job.disabled) return page(409, `${name} is not buildable`)
    if (!job.parameters) return page(400, `${name} is not parameterized`)
    const parameters = Object.fromEntries(job.parameters.map(one => [one, form.get(one) ?? '']))
    const known = jenkins.queue.find(
      one => one.job === name && JSON.stringify(one.parameters) === JSON.stringify(parameters),
    )
    const { id } = known ?? { id: ++ids }
    if (!known) jenkins.queue.push({ id, job: name, parameters })
    return [known ? 303 : 201, '', { location: `${jenkins.url}/queue/item/${id}/` }]
  }

  const addressOf = (name: string) =>
    `${jenkins.url}/${name
      .split('/')
      .map(one => `job/${encodeURIComponent(one)}/`)
      .join('')}`
  const actions = (parameters: Record<string, string>) => [
    {},
    {
      _class: 'hudson.model.ParametersAction',
      parameters: Object.entries(parameters).map(([name, value]) => ({
        _class: 'hudson.model.StringParameterValue',
        name,
        value,
      })),
    },
  ]
  const queued = ({ id, job, parameters }: JenkinsServer['queue'][number]) => ({
    id,
    inQueueSince: Date.now(),
    task: { url: addressOf(job) },
    actions: actions(parameters),
  })
  const shown = (name: string, { parameters, builds }: Job) => ({
    _class: 'org.jenkinsci.plugins.workflow.job.WorkflowJob',
    url: addressOf(name),
    property: [{}, ...(parameters ? [{ parameterDefinitions: parameters.map(one => ({ name: one })) }] : [])],
    builds: builds.toReversed().map(({ number, timestamp, building, result, parameters: given }) => ({
      number,
      timestamp,
      building,
      result,
      actions: actions(given),
    })),
  })

  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    jenkins.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  beforeEach(() => {
    jenkins.jobs = { 'team/retrain it': { parameters: ['claim'], builds: [] } }
    jenkins.queue.length = 0
    jenkins.requests.length = 0
    rules.length = 0
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return Object.assign(jenkins, {
    fail: (rule: FaultRule) => void rules.push({ ...rule }),
    run() {
      for (const { job, parameters } of jenkins.queue.splice(0)) {
        const { builds } = jenkins.jobs[job]!
        builds.push({
          number: builds.length + 1,
          timestamp: Date.now(),
          building: true,
          result: null,
          parameters,
        })
      }
    },
  })
}
