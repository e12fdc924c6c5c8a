import * as z from 'zod'
import { fields, findObject, list, manifestPath, ObjectName } from './parts/manifest.ts'
import { ruleOf, splitTraffic } from './parts/traffic.ts'
import { type Target, target } from './target.ts'

const Destination = z.strictObject({
  host: z.string().min(1).describe('`destination.host`, as the manifest writes it.'),
  subset: z.string().min(1).optional().describe('`destination.subset`, where the manifest has one.'),
})

const Options = z.strictObject({
  file: manifestPath('virtual-service.yaml'),
  name: ObjectName,
  route: z
    .union([z.string().min(1), z.int().nonnegative()])
    .optional()
    .describe('Name or index of the entry in `spec.http`. Default: the only one.'),
  candidate: Destination.describe('Host (and subset) of the destination that gets the weight.'),
  champion: Destination.describe('Host (and subset) of the destination that gets the rest.'),
})

const weights = target('istio', Options, (manifest, release, options) => {
  const { document, value } = findObject(manifest, {
    kind: 'VirtualService',
    group: 'networking.istio.io',
    name: options.name,
  })
  const routes = list(fields(value.spec).http)
  const { index, rule } = ruleOf(manifest, routes, options.route, { path: 'spec.http', option: 'route' })
  const destinations = list(rule.route).map(entry => {
    const { destination, weight } = fields(entry)
    const { host, subset } = fields(destination)
    return { name: nameOf({ host: String(host), subset: subset as string | undefined }), weight }
  })
  const at = { document, path: ['spec', 'http', index, 'route'], label: `\`spec.http[${index}].route\`` }
  return splitTraffic(manifest, release, at, destinations, {
    candidate: nameOf(options.candidate),
    champion: nameOf(options.champion),
  })
})

/** Weights of an Istio VirtualService. */
export const istio: Target = { ...weights, writes: 'weights' }

// --- internal ---

function nameOf({ host, subset }: z.infer<typeof Destination>): string {
  return subset === undefined ? host : `${host} (${subset})`
}
