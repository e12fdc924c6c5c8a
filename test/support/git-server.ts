import { execFileSync, spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gitEnvironment } from './git-repository.ts'

/** Ways in which a git server fails: `takesEffect` does what was asked and loses the answer. */
export interface GitFault {
  /** `git-upload-pack` (reads) or `git-receive-pack` (pushes); default both. */
  service?: 'git-upload-pack' | 'git-receive-pack'
  kind: 'reset' | 'html' | 'hang' | number
  takesEffect?: boolean
  /** How many requests it hits; default all. */
  times?: number
  /** How many matching requests pass before it starts. */
  after?: number
}

export interface GitServer {
  url(repository: string): string
  /** `POST /deploy.git/git-receive-pack`, in order. */
  requests: string[]
  /** The Authorization headers, in order. */
  credentials: (string | undefined)[]
  fail(fault: GitFault): void
  /** Runs before a push is taken: for somebody who is faster. */
  beforePush(work: () => void): void
  forget(): void
  close(): Promise<void>
}

/** A real git server over http on loopback for the repositories in a folder: git's own `http-backend`. */
export async function startGitServer(folder: string, { token }: { token?: string } = {}): Promise<GitServer> {
  const backend = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend')
  const faults: GitFault[] = []
  const early: (() => void)[] = []
  const requests: string[] = []
  const credentials: (string | undefined)[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    credentials.push(request.headers.authorization)
    if (token !== undefined && !isAuthorized(request, token)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
      return
    }
    const isPush = request.method === 'POST' && request.url!.endsWith('/git-receive-pack')
    if (isPush) for (const work of early.splice(0)) work()
    const fault = takeFault(faults, request.url!)
    if (!fault) return serve(backend, folder, request, response)
    if (fault.takesEffect) serve(backend, folder, request, undefined, () => failWith(response, fault))
    else failWith(response, fault)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    url: repository => `http://127.0.0.1:${port}/${repository}`,
    requests,
    credentials,
    fail: fault => void faults.push({ ...fault }),
    beforePush: work => void early.push(work),
    forget() {
      for (const list of [faults, early, requests, credentials]) list.length = 0
    },
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

// --- internal ---

function isAuthorized({ headers }: IncomingMessage, token: string): boolean {
  const [, encoded = ''] = /^Basic (\S+)$/.exec(headers.authorization ?? '') ?? []
  return Buffer.from(encoded, 'base64').toString().endsWith(`:${token}`)
}

function takeFault(faults: GitFault[], url: string): GitFault | undefined {
  const fault = faults.find(one => url.includes(one.service ?? '') && one.times !== 0)
  if (!fault) return undefined
  if (fault.after) {
    fault.after--
    return undefined
  }
  if (fault.times !== undefined) fault.times--
  return fault
}

function failWith(response: ServerResponse, { kind }: GitFault): void {
  if (kind === 'reset') response.socket?.resetAndDestroy()
  else if (kind === 'html')
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>We will be back soon</h1>')
  else if (kind === 401) response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
  else if (typeof kind === 'number') response.writeHead(kind).end('simulated')
}

/** CGI, RFC 3875. Without a response the request takes effect and the answer is lost. */
function serve(
  backend: string,
  folder: string,
  request: IncomingMessage,
  response: ServerResponse | undefined,
  done: () => void = () => {},
): void {
  const { pathname, search } = new URL(request.url!, 'http://git')
  const child = spawn(backend, [], {
    env: {
      ...gitEnvironment(),
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'tester',
      REQUEST_METHOD: request.method,
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  })
  request.pipe(child.stdin)
  child.stdin.on('error', () => {})
  const chunks: Buffer[] = []
  child.stdout.on('data', chunk => chunks.push(chunk))
  child.on('close', () => {
    done()
    if (response) answer(response, Buffer.concat(chunks))
  })
}

function answer(response: ServerResponse, output: Buffer): void {
  const end = output.indexOf('\r\n\r\n')
  const lines = output.subarray(0, end).toString().split('\r\n')
  const headers = lines.map(line => line.split(/: (.*)/).slice(0, 2) as [string, string])
  const status = Number(headers.find(([name]) => name === 'Status')?.[1].slice(0, 3) ?? 200)
  response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== 'Status')))
  response.end(output.subarray(end + 4))
}
