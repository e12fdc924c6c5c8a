import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { EnvoyRoute } from './envoy-routes.ts'
import type { Splitter } from './splitter.ts'

export type OwnSplitter = Splitter & { stop(): Promise<void> }

/** Stands in where there is no Envoy: the same routes, drawn and matched here. Of the words of Envoy it knows those that the target writes. */
export async function startOwnSplitter(port: number): Promise<OwnSplitter> {
  let now: { routes: readonly EnvoyRoute[]; ports: ReadonlyMap<string, number> } = {
    routes: [],
    ports: new Map(),
  }
  const sent = new Map<string, number>()
  const server = createServer((asked, answer) => {
    const route = now.routes.find(one => matches(one, asked))
    const to = route && drawn(route)
    const at = to && now.ports.get(to.cluster)
    if (!to || at === undefined) return void answer.writeHead(503).end()
    sent.set(to.cluster, (sent.get(to.cluster) ?? 0) + 1)
    pass(asked, answer, at, to.headers)
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const listens = (server.address() as AddressInfo).port
  return {
    words: `Left out: Envoy, not installed here (scripts/install-tools.sh brings it). A splitter of this demo alone at http://127.0.0.1:${listens} draws by the same routes`,
    port: listens,
    async apply(routes, ports) {
      now = { routes, ports }
    },
    sentTo: async cluster => sent.get(cluster) ?? 0,
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

// --- internal ---

type HeaderToAdd = EnvoyRoute['response_headers_to_add'][number]

interface Match {
  prefix?: string
  headers?: { name: string; string_match?: { safe_regex?: { regex: string } } }[]
}

interface Action {
  cluster?: string
  weighted_clusters?: { clusters: { name: string; weight: number; response_headers_to_add: HeaderToAdd[] }[] }
}

function matches({ match }: EnvoyRoute, { url = '/', headers }: IncomingMessage): boolean {
  const { prefix = '/', headers: wanted = [] } = match as Match
  return (
    url.startsWith(prefix) &&
    wanted.every(({ name, string_match }) =>
      new RegExp(`^(?:${string_match?.safe_regex?.regex ?? '(?!)'})$`).test(String(headers[name] ?? '')),
    )
  )
}

function drawn({ route, response_headers_to_add }: EnvoyRoute) {
  const { cluster, weighted_clusters } = route as Action
  if (cluster !== undefined) return { cluster, headers: response_headers_to_add }
  const { clusters = [] } = weighted_clusters ?? {}
  const ends: number[] = []
  for (const { weight } of clusters) ends.push((ends.at(-1) ?? 0) + weight)
  const at = Math.random() * (ends.at(-1) ?? 0)
  const found = clusters[ends.findIndex(end => at < end)]
  return (
    found && { cluster: found.name, headers: [...response_headers_to_add, ...found.response_headers_to_add] }
  )
}

function pass(
  asked: IncomingMessage,
  answer: ServerResponse,
  port: number,
  headers: readonly HeaderToAdd[],
): void {
  const { method, url, headers: given } = asked
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers: given }, told => {
    answer.writeHead(told.statusCode ?? 502, {
      ...told.headers,
      ...Object.fromEntries(headers.map(({ header: { key, value } }) => [key, value])),
    })
    told.pipe(answer)
  })
  onward.on('error', () => answer.writeHead(502).end())
  asked.pipe(onward)
}
