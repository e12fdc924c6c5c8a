import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/**
 * Definitions of the custom resources that targets write, made from the schemas in `test/data/crds` (their README names the
 * projects and versions), so that the API server takes only what those projects take. Their controllers are played by the tests.
 */
export function customResources(): object[] {
  return KINDS.map(({ kind, plural, sha256 }) => {
    const bytes = readFileSync(`test/data/crds/${kind}.json`)
    const found = createHash('sha256').update(bytes).digest('hex')
    if (found !== sha256)
      throw new Error(`test/data/crds/${kind}.json is another file (${found}): write its hash here`)
    const root = JSON.parse(bytes.toString()) as Schema
    const { properties = {}, $defs = {} } = root
    const [group, version] = String(properties.apiVersion!.const).split('/')
    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {
        name: `${plural}.${group}`,
        // The API server lets nobody else define what is below k8s.io.
        annotations: {
          'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/2997',
        },
      },
      spec: {
        group,
        names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
        scope: 'Namespaced',
        versions: [
          {
            name: version,
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: {
                  spec: structural(properties.spec!, $defs),
                  status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
            },
          },
        ],
      },
    }
  })
}

// --- internal ---

const KINDS = [
  {
    kind: 'InferenceService',
    plural: 'inferenceservices',
    sha256: '63963dc1881f3297bccf300d79e5cff1a70c8100d7d7285cbcccb61f708392f3',
  },
  {
    kind: 'Rollout',
    plural: 'rollouts',
    sha256: 'b7752a87aa108c998a8e66931a24a6b68e7674cb83104d50b4bb59d61f86b151',
  },
  {
    kind: 'VirtualService',
    plural: 'virtualservices',
    sha256: 'a649af8b35e3b2f136913f4c4965980e408882ebd759dbe8303a0256673f0203',
  },
  {
    kind: 'HTTPRoute',
    plural: 'httproutes',
    sha256: 'e5ce0c1a3820a08d03467f4b4d31061c05bbaa967a3d2bc4a6bc4e4b3ca6f855',
  },
  {
    kind: 'PrometheusRule',
    plural: 'prometheusrules',
    sha256: 'f944c1d9fb8d1b5e11b90b7dfdf4811660e71d344aadcf07247e821f59d30130',
  },
  {
    kind: 'ServiceMonitor',
    plural: 'servicemonitors',
    sha256: '510c1c1cec38e1de82edb3f8575d21f4b08135a1e2b8742a303a8139e9e224be',
  },
  {
    kind: 'PodMonitor',
    plural: 'podmonitors',
    sha256: 'ee5aaac051f709f304e290336442d5353fe51a3fb49e40497c77e77622c6d7bf',
  },
  {
    kind: 'AlertmanagerConfig',
    plural: 'alertmanagerconfigs',
    sha256: 'fb6443fc478ac07f2527428f1f4aeb79eeaed968d845b379de4f51acdbe40a17',
  },
]

interface Schema {
  type?: string | string[]
  const?: string
  properties?: Record<string, Schema>
  items?: Schema
  additionalProperties?: boolean | Schema
  $ref?: string
  $defs?: Record<string, Schema>
  [more: string]: unknown
}

/** What `make.mjs` wrote shorter, written out again as the API server wants it. */
function structural(schema: Schema, defs: Record<string, Schema>): Schema {
  if (schema.$ref) return structural(defs[schema.$ref.split('/').at(-1)!]!, defs)
  const { properties, items, additionalProperties, type, ...rest } = schema
  if (Array.isArray(type)) return { 'x-kubernetes-int-or-string': true }
  const made: Schema = { ...rest, ...(type !== undefined && { type }) }
  if (properties)
    made.properties = Object.fromEntries(
      Object.entries(properties).map(([name, one]) => [name, structural(one, defs)]),
    )
  if (items) made.items = structural(items, defs)
  if (typeof additionalProperties === 'object')
    made.additionalProperties = structural(additionalProperties, defs)
  if (made.type === undefined && properties) made.type = 'object'
  if (
    (made.type === 'object' && !properties && typeof additionalProperties !== 'object') ||
    made.type === undefined
  )
    made['x-kubernetes-preserve-unknown-fields'] = true
  for (const key of ['oneOf', 'anyOf', 'allOf', 'not', 'required']) if (key !== 'required') delete made[key]
  return made
}
