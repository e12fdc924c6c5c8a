import * as z from 'zod'
import { fields, findObject, list, manifestPath, ObjectName } from './parts/manifest.ts'
import { ruleOf, splitTraffic } from './parts/traffic.ts'
import { type Target, target } from './target.ts'

const Options = z.strictObject({
  file: manifestPath('http-route.yaml'),
  name: ObjectName,
  rule: z
    .union([z.string().min(1), z.int().nonnegative()])
    .optional()
    .describe('Name or index of the entry in `spec.rules`. Default: the only one.'),
  candidate: z.string().min(1).describe('Name of the backend that gets the weight.'),
  champion: z.string().min(1).describe('Name of the backend that gets the rest.'),
})

const weights = target('gateway-api', Options, (manifest, release, options) => {
  const { document, value } = findObject(manifest, {
    kind: 'HTTPRoute',
    group: 'gateway.networking.k8s.io',
    name: options.name,
  })
  const rules = list(fields(value.spec).rules)
  const { index, rule } = ruleOf(manifest, rules, options.rule, { path: 'spec.rules', option: 'rule' })
  const backends = list(rule.backendRefs).map(entry => {
    const { name, weight } = fields(entry)
    return { name: String(name), weight }
  })
  const at = {
    document,
    path: ['spec', 'rules', index, 'backendRefs'],
    label: `\`spec.rules[${index}].backendRefs\``,
  }
  return splitTraffic(manifest, release, at, backends, options)
})

/** Weights of a Gateway API HTTPRoute. They are shares of their sum, so they are kept at a sum of 100. */
export const gatewayApi: Target = { ...weights, writes: 'weights' }
