import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { until } from '../live/ask.ts'
import type { Programs } from '../live/programs.ts'
import type { EnvoyRoute } from './envoy-routes.ts'
import type { Splitter } from './splitter.ts'

/**
 * A real Envoy on loopback. Its routes and the places of its clusters are files that it reads anew where another is moved there
 * (xDS by files), so it is never started anew.
 */
export async function startEnvoy(
  programs: Programs,
  of: { command: string; port: number; folder: string; clusters: readonly string[] },
): Promise<Splitter> {
  const { command, port, folder, clusters } = of
  await mkdir(folder, { recursive: true })
  const admin = await freePort()
  const file = (name: string) => join(folder, `${name.replaceAll('/', '-')}.json`)
  const versions = new Map<string, number>()
  const write = async (name: string, resource: object) => {
    const version = (versions.get(name) ?? 0) + 1
    versions.set(name, version)
    await writeFile(
      `${file(name)}.new`,
      JSON.stringify({ version_info: String(version), resources: [resource] }),
    )
    await rename(`${file(name)}.new`, file(name))
  }
  const writeAll = async (routes: readonly EnvoyRoute[], ports: ReadonlyMap<string, number>) => {
    for (const name of clusters) await write(name, endpointOf(name, ports.get(name)))
    await write(ROUTES, routesOf(routes))
  }
  const stats = async (filter: string): Promise<number[]> => {
    const answer = await fetch(
      `http://127.0.0.1:${admin}/stats?format=json&filter=${encodeURIComponent(filter)}`,
    )
    const { stats } = (await answer.json()) as { stats: { name: string; value?: number }[] }
    return stats.flatMap(({ value }) => value ?? [])
  }
  await writeAll([], new Map())
  await writeFile(file('envoy'), JSON.stringify(bootstrap({ port, admin, clusters, file })))
  await programs.start({
    name: 'envoy',
    command,
    parameters: ['-c', file('envoy'), '--concurrency', '1', '--disable-hot-restart', '-l', 'warning'],
    folder,
    ready: `http://127.0.0.1:${admin}/ready`,
  })
  return {
    words: `A real Envoy at http://127.0.0.1:${port}`,
    port,
    async apply(routes, ports) {
      const before = await stats(UPDATED)
      await writeAll(routes, ports)
      await until('an Envoy that has read its routes', 'Look at envoy.log.', async () => {
        const after = await stats(UPDATED)
        return after.every((count, at) => count > (before[at] ?? 0)) || undefined
      })
    },
    async sentTo(cluster) {
      const [sent = 0] = await stats(`^cluster\\.${cluster}\\.upstream_rq_total$`)
      return sent
    },
  }
}

// --- internal ---

const ROUTES = 'routes'
const TYPE = 'type.googleapis.com/envoy'
/** How often each of the files was taken. */
const UPDATED = '^(http\\.to-model\\.rds\\.routes|cluster\\..*)\\.update_success$'

function routesOf(routes: readonly EnvoyRoute[]): object {
  return {
    '@type': `${TYPE}.config.route.v3.RouteConfiguration`,
    name: ROUTES,
    virtual_hosts: [{ name: 'all', domains: ['*'], routes }],
  }
}

function endpointOf(name: string, port: number | undefined): object {
  const lb_endpoints = port === undefined ? [] : [{ endpoint: { address: addressOf(port) } }]
  return {
    '@type': `${TYPE}.config.endpoint.v3.ClusterLoadAssignment`,
    cluster_name: name,
    endpoints: [{ lb_endpoints }],
  }
}

function bootstrap({
  port,
  admin,
  clusters,
  file,
}: {
  port: number
  admin: number
  clusters: readonly string[]
  file(name: string): string
}): object {
  const source = (name: string) => ({
    resource_api_version: 'V3',
    path_config_source: { path: file(name) },
  })
  const manager = {
    '@type': `${TYPE}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: 'to-model',
    rds: { route_config_name: ROUTES, config_source: source(ROUTES) },
    http_filters: [
      {
        name: 'envoy.filters.http.router',
        typed_config: { '@type': `${TYPE}.extensions.filters.http.router.v3.Router` },
      },
    ],
  }
  return {
    node: { id: 'demo', cluster: 'demo' },
    admin: { address: addressOf(admin) },
    static_resources: {
      listeners: [
        {
          name: 'public',
          address: addressOf(port),
          filter_chains: [
            { filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }] },
          ],
        },
      ],
      clusters: clusters.map(name => ({
        name,
        type: 'EDS',
        connect_timeout: '5s',
        eds_cluster_config: { eds_config: source(name) },
      })),
    },
  }
}

function addressOf(port: number): object {
  return { socket_address: { address: '127.0.0.1', port_value: port } }
}
