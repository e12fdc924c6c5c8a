import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** How a server fails; a number is a status. */
export type MlflowFault = 500 | 503 | 'timeout' | 'reset' | 'html'

const FAULTS: readonly MlflowFault[] = [500, 503, 'timeout', 'reset', 'html']

/** Stands before a server: counts what is asked of it, and fails where it is told to. */
export interface Gate {
  address: string
  /** `POST /api/…` with what was sent, in their order. */
  requests: { call: string; body: string; authorization: string | undefined }[]
  fault: { on: (call: string) => boolean; how: MlflowFault } | undefined
  stop(): Promise<void>
}

/** @param to the address of the server behind it */
export async function startGate(to: string): Promise<Gate> {
  const requests: Gate['requests'] = []
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of incoming) chunks.push(chunk as Uint8Array)
    const body = Buffer.concat(chunks)
    const call = `${incoming.method} ${incoming.url?.split('?')[0]}`
    requests.push({ call, body: body.toString(), authorization: incoming.headers.authorization })
    const { fault } = gate
    if (fault?.on(call)) fail(fault.how, incoming, outgoing)
    else forward(to, incoming, body, outgoing)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const gate: Gate = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fault: undefined,
    async stop() {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
  return gate
}

/** Where scripts/install-tools.sh puts them; a test that runs their client starts its Python. */
export const MLFLOWS = {
  '3.17.2': resolve(import.meta.dirname, '../../.tools/mlflow3'),
  '2.22.5': resolve(import.meta.dirname, '../../.tools/mlflow2'),
}

/** A fault is the gate's, whatever server stands behind it: all of them before the newest one, before the other that there are any. */
export function faultsBefore(version: keyof typeof MLFLOWS): readonly MlflowFault[] {
  return version === '3.17.2' ? FAULTS : [500]
}

/** Why there is none to be started; undefined where there is. */
export function noMlflow(): string | undefined {
  const missing = Object.values(MLFLOWS).find(folder => !existsSync(`${folder}/bin/mlflow`))
  if (missing === undefined) return undefined
  const reason = `${missing} is missing (bash scripts/install-tools.sh)`
  if (process.env.CI) throw new Error(reason)
  console.info(`skipped: ${reason}`)
  return reason
}

/** A real server on loopback, ready to answer. It takes a minute on a busy machine. */
export async function startMlflow(
  version: keyof typeof MLFLOWS,
  folder: string,
): Promise<{ address: string; stop(): Promise<void> }> {
  mkdirSync(folder, { recursive: true })
  const port = await freePort()
  const bin = `${MLFLOWS[version]}/bin`
  const child = spawn(
    `${bin}/mlflow`,
    [
      ...['server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
      ...['--backend-store-uri', `sqlite:///${folder}/runs.sqlite`],
      ...['--artifacts-destination', `${folder}/artifacts`],
    ],
    {
      stdio: 'ignore',
      detached: true,
      cwd: folder,
      env: {
        ...process.env,
        PATH: `${bin}:${process.env.PATH}`,
        // Its jobs, of which nobody here asks for one, are eight more programs that load all of MLflow.
        MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      },
    },
  )
  const address = `http://127.0.0.1:${port}`
  await begun(address)
  return {
    address,
    async stop() {
      const ended = once(child, 'exit')
      // Its workers are children of it.
      process.kill(-child.pid!, 'SIGKILL')
      await ended
    },
  }
}

// --- internal ---

function fail(how: MlflowFault, incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (how === 'timeout') return
  if (how === 'reset') return void incoming.socket.destroy()
  if (how === 'html')
    return void outgoing
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><title>Sign in</title><form></form>')
  outgoing.writeHead(how, { 'content-type': 'application/json' })
  outgoing.end(JSON.stringify({ error_code: 'INTERNAL_ERROR', message: 'the database is away' }))
}

function forward(to: string, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): void {
  const { 'content-length': _, 'transfer-encoding': __, host: ___, ...headers } = incoming.headers
  const sent = request(
    new URL(incoming.url ?? '/', to),
    {
      method: incoming.method,
      headers: { ...headers, ...(body.length > 0 && { 'content-length': String(body.length) }) },
    },
    answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    },
  )
  sent.on('error', () => outgoing.destroy())
  sent.end(body)
}

async function begun(address: string): Promise<void> {
  for (let second = 0; second < 500; second++) {
    if ((await fetch(`${address}/health`).catch(() => undefined))?.ok) return
    await sleep(1000)
  }
  throw new Error('MLflow does not begin')
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise(done => server.close(done))
  return port
}
