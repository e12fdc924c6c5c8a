import * as z from 'zod'
import type { YamlEdit, YamlValue } from '../core/yaml/edit/edit.ts'
import { ensureSubset } from './parts/istio-subsets.ts'
import { type Fields, type FoundObject, fields, findObject, list, ObjectName } from './parts/manifest.ts'
import { ManifestPath, manifestPath } from './parts/manifest-path.ts'
import { type OwnItems, ownItemEdits } from './parts/own-items.ts'
import { type Arm, cookieRegex, RELEASE_HEADER, segmentsOf, setCookie } from './parts/pinned.ts'
import { championAlone, ensureNoCookie, lineIn, ruleOf } from './parts/traffic.ts'
import { ARM_RELEASE, armProblems, twoArms } from './parts/two-arms.ts'
import { type Arms, type Manifest, refusal } from './target.ts'

const Destination = z
  .strictObject({
    host: z.string().min(1).describe('`destination.host`, as the manifest writes it.'),
    subset: z.string().min(1).optional().describe('`destination.subset`, where there is one.'),
    ...ARM_RELEASE,
  })
  .superRefine(armProblems)
type Destination = z.infer<typeof Destination>

const Options = z
  .strictObject({
    file: manifestPath('virtual-service.yaml'),
    name: ObjectName,
    route: z
      .union([z.string().min(1), z.int().nonnegative()])
      .optional()
      .describe(
        'Name of the entry in `spec.http`, or its index among those that are not Assay’s. Default: the only one.',
      ),
    destination_rule: ManifestPath.optional().describe(
      'File of the DestinationRule, where it is another: both subsets must be in it.',
    ),
    champion: Destination.describe('Where the champion serves, and what writes its release.'),
    challenger: Destination.describe(
      'Where a challenger serves in a canary. Otherwise it has the champion’s release and no traffic.',
    ),
  })
  .refine(({ champion, challenger }) => nameOf(champion) !== nameOf(challenger), {
    path: ['challenger'],
    message: 'is the same destination as `champion`',
  })
type Options = z.infer<typeof Options>

/** Two workloads behind an Istio VirtualService: the release of each, and the routes to them. */
export const istio = twoArms('istio', Options, {
  reads: ({ destination_rule }) => (destination_rule === undefined ? [] : [destination_rule]),
  sticky: ['cookie', 'none'],
  reason: 'Istio draws a destination before it hashes a header',
  serviceOf: (options, arm) => (options[arm].subset === undefined ? options[arm].host : undefined),
  alone(manifest, { model }, options) {
    const found = routesIn(manifest, options)
    return ownItemEdits(ownIn(found, model), [], found.index)
  },
  split(manifest, arms, options, beside): YamlEdit[] {
    const found = routesIn(manifest, options)
    for (const arm of ['champion', 'challenger'] as const) ensureSubset([manifest, ...beside], options[arm])
    return ownItemEdits(
      ownIn(found, arms.challenger.model),
      routesOf(manifest, arms, options, found),
      found.index,
    )
  },
})

// --- internal ---

interface FoundRoutes extends Pick<FoundObject, 'document'> {
  routes: unknown[]
  /** Of the person's own route. */
  index: number
  rule: Fields
  /** The champion's destination in it. */
  champion: Fields
}

/** Names of Assay's own routes, in their order. */
function ownNames(model: string): [challenger: string, champion: string, split: string] {
  return [`assay-${model}-challenger`, `assay-${model}-champion`, `assay-${model}-split`]
}

/** Whether a route is Assay's, of whichever model. */
function isAssays(route: unknown): boolean {
  return /^assay-.+-(challenger|champion|split)$/.test(String(fields(route).name))
}

function ownIn({ document, routes }: FoundRoutes, model: string): OwnItems {
  const names = ownNames(model)
  return { document, path: PATH, items: routes, isOwn: route => names.includes(String(fields(route).name)) }
}

const PATH = ['spec', 'http']

function routesIn(manifest: Manifest, options: Options): FoundRoutes {
  const { document, value } = findObject(manifest, {
    kind: 'VirtualService',
    group: 'networking.istio.io',
    name: options.name,
  })
  const routes = list(fields(value.spec).http)
  const label = { document, path: PATH, text: 'spec.http', option: 'route' }
  const { index, rule } = ruleOf(manifest, routes, options.route, label, isAssays)
  const destinations = list(rule.route).map(entry => {
    const { destination, weight } = fields(entry)
    const { host, subset } = fields(destination)
    const name = nameOf({ host: String(host), subset: subset as string | undefined })
    // One alone needs no weight; of several, one without gets nothing.
    return { name, weight, default: list(rule.route).length === 1 ? 100 : 0 }
  })
  const at = { document, path: [...PATH, index, 'route'], label: `\`spec.http[${index}].route\`` }
  const champion = championAlone(manifest, at, destinations, nameOf(options.champion))
  return { document, routes, index, rule, champion: fields(list(rule.route)[champion]) }
}

/** Two routes for those who are kept with an arm, and one that draws: else all as in the person's own route. */
function routesOf(manifest: Manifest, arms: Arms, options: Options, found: FoundRoutes): YamlValue[] {
  const { name: _, match, route: __, ...rest } = found.rule
  if (arms.sticky === 'cookie') {
    const { add } = fields(fields(found.champion.headers).response)
    const at = { document: found.document, path: [...PATH, found.index, 'route'] }
    ensureNoCookie(manifest, at, Object.keys(fields(add)))
  }
  const to = (arm: Arm, more: { weight?: number; cookie?: string } = {}) =>
    destinationOf(options[arm], found.champion, arms[arm].version, more)
  const split = segmentsOf(arms).map(({ arm, percent, upTo }) =>
    to(arm, { weight: percent, ...(upTo !== undefined && { cookie: setCookie(arms, upTo) }) }),
  )
  const [challenger, champion, drawing] = ownNames(arms.challenger.model)
  const kept = (name: string, arm: Arm) => ({
    name,
    match: matchesOf(manifest, found, cookieRegex(arms, arm)),
    route: [to(arm)],
    ...rest,
  })
  const drawn = { name: drawing, ...(match !== undefined && { match }), route: split, ...rest }
  const routes: object[] =
    arms.sticky === 'cookie' ? [kept(challenger, 'challenger'), kept(champion, 'champion'), drawn] : [drawn]
  return routes as YamlValue[]
}

function matchesOf(manifest: Manifest, { document, index, rule }: FoundRoutes, regex: string): object[] {
  const matches = rule.match === undefined ? [{}] : list(rule.match)
  return matches.map((entry, at) => {
    const { headers, withoutHeaders, ...match } = fields(entry)
    if (
      [headers, withoutHeaders].some(names => Object.keys(fields(names)).some(key => /^cookie$/i.test(key)))
    )
      throw refusal({
        what: 'the route matches the header `cookie` itself, and a canary keeps its users by that header',
        where: lineIn(manifest, document, [...PATH, index, 'match', at]),
        fix: 'take that match away, or use `sticky: none` with `unit: request`',
      })
    return {
      ...match,
      headers: { ...fields(headers), cookie: { regex } },
      ...(withoutHeaders !== undefined && { withoutHeaders }),
    }
  })
}

/** As the champion's own destination, with what says of which release the answer is. */
function destinationOf(
  { host, subset }: Destination,
  champion: Fields,
  version: string,
  { weight, cookie }: { weight?: number; cookie?: string },
): object {
  const { destination, weight: _, headers, ...rest } = champion
  const { port } = fields(destination)
  const { response, ...others } = fields(headers)
  const { add, set, ...more } = fields(response)
  return {
    destination: { host, ...(subset !== undefined && { subset }), ...(port !== undefined && { port }) },
    ...(weight !== undefined && { weight }),
    headers: {
      ...others,
      response: {
        ...more,
        ...((cookie ?? add) !== undefined && {
          add: { ...fields(add), ...(cookie !== undefined && { 'set-cookie': cookie }) },
        }),
        set: { ...fields(set), [RELEASE_HEADER]: version },
      },
    },
    ...rest,
  }
}

function nameOf({ host, subset }: { host: string; subset?: string | undefined }): string {
  return subset === undefined ? host : `${host} (${subset})`
}
