import { scalar } from '../../config/written/lines.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import type { Json } from './carriers/carrier.ts'
import { isSameWay, type Way } from './layout.ts'

/** How a way of writing stands in `assay-deploy.yml`. */

/** The keys of a way, a line each. */
export function wayLines({ path, target, options, also, clusters }: Way): string[] {
  return [
    `path: ${quotedPath(path)}`,
    `target: ${target}`,
    ...(Object.keys(options).length > 0 ? [`options: ${flow(options)}`] : []),
    ...(also.length > 0
      ? ['also:', ...also.map(one => `  - { target: ${one.target}, options: ${flow(one.options)} }`)]
      : []),
    ...(clusters ? [`clusters: ${listed(clusters)}`] : []),
  ]
}

/** Of a place that is written otherwise than those above it: all that differs. */
export function differenceLines(way: Way, from: Way): string[] {
  if (isSameWay({ ...way, path: from.path }, from)) return [`path: ${quotedPath(way.path)}`]
  const lines = wayLines(way)
  const hasOptions = Object.keys(way.options).length > 0
  return [
    ...lines.filter(line => !line.startsWith('path:') || way.path !== from.path),
    ...(hasOptions ? [] : ['options: {}']),
    ...(way.also.length === 0 && from.also.length > 0 ? ['also: []'] : []),
  ]
}

/** What environments have in common: where they differ, nothing is inherited. */
export function inheritedBy(ways: readonly Way[]): Way {
  const [first] = ways
  const same = <T>(of: (way: Way) => T, otherwise: T): T =>
    ways.every(way => JSON.stringify(of(way)) === JSON.stringify(of(first!))) ? of(first!) : otherwise
  const also = ways.find(way => way.also.length > 0)?.also ?? []
  return {
    path: same(way => way.path, ''),
    target: same(way => way.target, ''),
    options: same(way => way.options, { '': '' }),
    also: same(way => way.also, also),
    ...(same<string[] | undefined>(way => way.clusters, undefined) && { clusters: first!.clusters! }),
  }
}

/** What is left out of a release, so that whoever knows better says so. */
export function leftLines(places: readonly { model: string; left: string[] }[]): string[] {
  const all = [...new Set(places.flatMap(({ model, left }) => left.map(one => `${model}: ${one}`)))]
  if (all.length === 0) return []
  return [
    "# Images beside the address of a model that are taken for a server's, and stay as they are. Does a release bring one? Then name it in `set`, with `value: '{image}'`:",
    ...all.map(one => `#   ${shortened(visible(one), 200)}`),
  ]
}

/** What a release could bring besides, for whoever wants it: nothing of it is written until somebody says so. */
export function parameterLines(
  places: readonly { parameters: { [key: string]: Json }[]; besides: { [key: string]: Json }[] }[],
): string[] {
  const linesOf = (all: { [key: string]: Json }[], key: string, before: string) => {
    const [...different] = new Set(all.map(flow))
    if (different.length === 0) return []
    return [
      `# Chosen with the model? Where a training has such a parameter, its release brings the value by one more entry of \`${key}\`:`,
      ...different.slice(0, MOST_PARAMETERS).map(one => `#   ${before}${one}`),
    ]
  }
  return [
    ...linesOf(
      places.flatMap(one => one.parameters),
      'set',
      '',
    ),
    ...linesOf(
      places.flatMap(one => one.besides),
      'also',
      '- ',
    ),
  ]
}

/** A path that does not begin with a placeholder is taken as it stands, outside of braces. */
export function quotedPath(path: string): string {
  return path === '.' || /^[A-Za-z][\w./-]*\{[\w./{}-]*$/.test(path) ? path : quoted(path)
}

export function listed(names: readonly string[]): string {
  return `[${names.map(quoted).join(', ')}]`
}

/** A text as people write it: bare where YAML takes it so, else in single quotes. */
export function quoted(text: string): string {
  const bare = scalar(text)
  return bare.startsWith('"') && /^[^'\\\p{Cc}\p{Cf}\u2028\u2029]*$/u.test(text) ? `'${text}'` : bare
}

// --- internal ---

const MOST_PARAMETERS = 4

/** As YAML on one line. */
function flow(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value === 'object' && Object.keys(value).length === 0) return '{}'
  if (typeof value === 'object')
    return `{ ${Object.entries(value)
      .map(([key, one]) => `${quoted(key)}: ${flow(one)}`)
      .join(', ')} }`
  return typeof value === 'string' ? quoted(value) : String(value)
}
