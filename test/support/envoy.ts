import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { EnvoyRoute } from '../../demo/canary/envoy-routes.ts'
import { waitUntil } from './alertmanager.ts'

/**
 * A real Envoy on loopback with these routes. Each cluster answers with its own name, and with 503 to what has the header `x-fail`.
 *
 * @param folder where its configuration is written
 * @returns with the port of `/stats/prometheus`
 */
export async function startEnvoy(
  routes: readonly EnvoyRoute[],
  clusters: readonly string[],
  folder: string,
): Promise<{ port: number; admin: number; stop(): Promise<void> }> {
  const [port, admin, ...ports] = await freePorts(clusters.length + 2)
  const config = {
    admin: { address: addressOf(admin!) },
    stats_flush_interval: '1s',
    static_resources: {
      listeners: [
        listener(port!, routes),
        ...clusters.map((name, at) => listener(ports[at]!, [FAILING, answerWith(name)])),
      ],
      clusters: clusters.map((name, at) => ({
        name,
        type: 'STATIC',
        load_assignment: {
          cluster_name: name,
          endpoints: [{ lb_endpoints: [{ endpoint: { address: addressOf(ports[at]!) } }] }],
        },
      })),
    },
  }
  const file = join(folder, `envoy-${port}.json`)
  writeFileSync(file, JSON.stringify(config))
  const child = spawn('envoy', ['-c', file, '--concurrency', '1', '--disable-hot-restart', '-l', 'error'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  await waitUntil(
    async () => (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)) !== undefined,
    async () => said,
  )
  return {
    port: port!,
    admin: admin!,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

// --- internal ---

function listener(port: number, routes: readonly object[]): object {
  const manager = {
    '@type': `${TYPE}.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: `to-${port}`,
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
    http_filters: [
      { name: 'envoy.filters.http.router', typed_config: { '@type': `${TYPE}.http.router.v3.Router` } },
    ],
  }
  const filters = [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }]
  return { name: `on-${port}`, address: addressOf(port), filter_chains: [{ filters }] }
}

const TYPE = 'type.googleapis.com/envoy.extensions.filters'

const FAILING = {
  match: { prefix: '/', headers: [{ name: 'x-fail', present_match: true }] },
  direct_response: { status: 503 },
}

function answerWith(text: string): object {
  return { match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: text } } }
}

function addressOf(port: number): object {
  return { socket_address: { address: '127.0.0.1', port_value: port } }
}

/** All taken before the first is given back, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  await Promise.all(
    servers.map(server => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))),
  )
  const ports = servers.map(server => (server.address() as { port: number }).port)
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  return ports
}
