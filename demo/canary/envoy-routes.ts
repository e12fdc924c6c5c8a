import { parseAllDocuments } from 'yaml'

/**
 * Routes of Envoy's configuration as Istio's pilot makes them of a VirtualService (`pilot/pkg/networking/core/route/route.go`), and as
 * a Gateway API controller makes them of an HTTPRoute: what the targets write, and nothing else.
 */

export interface EnvoyRoute {
  name?: string
  match: object
  route: object
  response_headers_to_add: HeaderToAdd[]
}

interface HeaderToAdd {
  header: { key: string; value: string }
  append_action: 'APPEND_IF_EXISTS_OR_ADD' | 'OVERWRITE_IF_EXISTS_OR_ADD'
}

/** A destination with what its answers get, in the words that both kinds of routes have in common. */
interface Weighted {
  cluster: string
  /** Absent: nothing is said. */
  weight: number | undefined
  headers: HeaderToAdd[]
}

/** `name/subset`, as tests know the clusters. */
export function routesOfVirtualService(text: string): EnvoyRoute[] {
  const { http } = specOf<{ http: IstioRoute[] }>(text, 'VirtualService')
  const routes: EnvoyRoute[] = []
  for (const { name, match, route } of http)
    for (const one of match ?? [{}]) {
      const destinations = route.map(({ destination, weight, headers }) => ({
        cluster: destination.subset ? `${destination.host}/${destination.subset}` : destination.host,
        weight: weight ?? 0,
        headers: [...pairs(headers?.response?.set, false), ...pairs(headers?.response?.add, true)],
      }))
      const headers = Object.entries(one.headers ?? {}).map(([key, value]) => ({
        name: key,
        ...(Object.keys(value).length === 0 ? { present_match: true } : { string_match: stringMatch(value) }),
      }))
      routes.push({
        ...(name && { name }),
        match: { ...pathOf(one.uri), headers },
        ...actionOf(destinations),
      })
      // Nothing is reached behind one that takes everything: pilot leaves it out.
      const isCatchAll = headers.length === 0 && (one.uri === undefined || one.uri.prefix === '/')
      if (isCatchAll) return routes
    }
  return routes
}

/** @param hashed the header that a policy of the route hashes */
export function routesOfHttpRoute(text: string, hashed?: string): EnvoyRoute[] {
  const { rules } = specOf<{ rules: GatewayRule[] }>(text, 'HTTPRoute')
  const all = rules.flatMap(({ matches, backendRefs }) =>
    (matches ?? [{}]).map(match => ({ match, backendRefs })),
  )
  const ordered = all.toSorted((a, b) => precedence(b.match) - precedence(a.match))
  return ordered.map(({ match, backendRefs }) => {
    const destinations = backendRefs.map(({ name, weight, filters }) => ({
      cluster: name,
      weight: weight ?? 1,
      headers: (filters ?? []).flatMap(({ responseHeaderModifier: { set, add } = {} }) => [
        ...pairs(named(set), false),
        ...pairs(named(add), true),
      ]),
    }))
    const headers = (match.headers ?? []).map(({ type, name, value }) => ({
      name,
      string_match: stringMatch(type === 'RegularExpression' ? { regex: value } : { exact: value }),
    }))
    const { type = 'PathPrefix', value = '/' } = match.path ?? {}
    const path =
      type === 'Exact' ? { path: value } : value === '/' ? { prefix: '/' } : { path_separated_prefix: value }
    return { match: { ...path, headers }, ...actionOf(destinations, hashed) }
  })
}

// --- internal ---

type Text = Record<string, string>

interface IstioRoute {
  name?: string
  match?: { uri?: Text; headers?: Record<string, Text> }[]
  route: {
    destination: { host: string; subset?: string }
    weight?: number
    headers?: { response?: { set?: Text; add?: Text } }
  }[]
}

interface GatewayRule {
  matches?: GatewayMatch[]
  backendRefs: {
    name: string
    weight?: number
    filters?: { responseHeaderModifier?: { set?: Named[]; add?: Named[] } }[]
  }[]
}

interface GatewayMatch {
  path?: { type?: string; value?: string }
  headers?: (Named & { type?: string })[]
}

interface Named {
  name: string
  value: string
}

function specOf<T>(text: string, kind: string): T {
  const objects = parseAllDocuments(text).map(document => document.toJS() as { kind?: string; spec: T })
  return objects.find(object => object.kind === kind)!.spec
}

/** An exact path, then the longest prefix, then the most headers; what is alike keeps its order. */
function precedence({ path, headers }: GatewayMatch): number {
  const { type = 'PathPrefix', value = '/' } = path ?? {}
  return (type === 'Exact' ? 1_000_000 : 0) + value.length * 1_000 + (headers?.length ?? 0)
}

function pathOf(uri: Text | undefined): object {
  if (uri?.exact !== undefined) return { path: uri.exact }
  if (uri?.regex !== undefined) return { safe_regex: { regex: uri.regex } }
  return { prefix: uri?.prefix ?? '/' }
}

/** A regular expression must match the whole value. */
function stringMatch({ exact, prefix, regex }: Text): object {
  if (regex !== undefined) return { safe_regex: { regex } }
  return exact === undefined ? { prefix } : { exact }
}

/** One destination has its headers at the route; of several, those without weight are left out. */
function actionOf(
  destinations: Weighted[],
  hashed?: string,
): Pick<EnvoyRoute, 'route' | 'response_headers_to_add'> {
  const [only, ...others] = destinations
  const hash_policy = hashed === undefined ? [] : [{ header: { header_name: hashed } }]
  if (others.length === 0)
    return { route: { cluster: only!.cluster, hash_policy }, response_headers_to_add: only!.headers }
  const clusters = destinations
    .filter(({ weight }) => weight !== 0)
    .map(({ cluster, weight, headers }) => ({ name: cluster, weight, response_headers_to_add: headers }))
  const weighted_clusters = { clusters, ...(hashed !== undefined && { use_hash_policy: true }) }
  return { route: { weighted_clusters, hash_policy }, response_headers_to_add: [] }
}

function named(list: Named[] | undefined): Text {
  return Object.fromEntries((list ?? []).map(({ name, value }) => [name, value]))
}

function pairs(headers: Text | undefined, append: boolean): HeaderToAdd[] {
  return Object.entries(headers ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({
      header: { key, value },
      append_action: append ? 'APPEND_IF_EXISTS_OR_ADD' : 'OVERWRITE_IF_EXISTS_OR_ADD',
    }))
}
