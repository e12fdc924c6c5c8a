import * as z from 'zod'
import { type CanaryGuardrail, type CountedBy, canCount } from './guardrails.ts'

/** `mesh` of a canary: what the proxies count of the requests to each arm, and how the series of an arm are found. */

/** Names of series and of their labels, as a mesh exposes them to Prometheus. */
export interface MeshSeries {
  /** A counter of requests, a series for each way in which they end. */
  requests: string
  /** The cumulative buckets of how long answers took, in milliseconds. */
  buckets: string
  /** Whether the requests of a series failed, by its labels. */
  isFailed(labels: Readonly<Partial<Record<string, string>>>): boolean
  /** Labels that both arms must name, with the same one of these values: otherwise a request is in several series. */
  named: Readonly<Record<string, readonly string[]>>
}

/** Status codes of RPC that are the server's fault, by OpenTelemetry's conventions; the status of HTTP is 200 then. */
const FAILED_GRPC = ['2', '4', '12', '13', '14', '15']

export const MESH_SERIES = {
  istio: {
    requests: 'istio_requests_total',
    buckets: 'istio_request_duration_milliseconds_bucket',
    isFailed: ({ response_code: status = '', grpc_response_status: grpc = '' }) =>
      /^5\d\d$/.test(status) || FAILED_GRPC.includes(grpc),
    named: { reporter: ['source', 'destination', 'waypoint'] },
  },
  envoy: {
    requests: 'envoy_cluster_upstream_rq_xx',
    buckets: 'envoy_cluster_upstream_rq_time_bucket',
    isFailed: ({ envoy_response_code_class: status }) => status === '5',
    named: {},
  },
} as const satisfies Record<string, MeshSeries>
export type MeshName = keyof typeof MESH_SERIES

/** What tells the series of one arm apart: how a request ended, and how long it took, is what is counted. */
const COUNTED = ['__name__', 'le', 'response_code', 'grpc_response_status', 'envoy_response_code_class']

const PLACEHOLDER = /\{([^{}]*)\}?/g
const FILLED = ['model', 'environment', 'version']

const Labels = z
  .record(
    z.string(),
    z
      .string()
      .min(1)
      .max(200)
      .refine(
        text =>
          [...text.matchAll(PLACEHOLDER)].every(
            ([whole, name = '']) => whole === `{${name}}` && FILLED.includes(name),
          ),
        'a text with no other placeholder than `{model}`, `{environment}` and `{version}`',
      ),
  )
  .superRefine((labels, { addIssue }) => {
    const names = Object.keys(labels)
    const refuse = (name: string, message: string) => addIssue({ code: 'custom', path: [name], message })
    for (const name of names.filter(one => !/^[A-Za-z_]\w{0,99}$/.test(one)))
      refuse(name, 'is no name of a label of Prometheus')
    for (const name of names.filter(one => COUNTED.includes(one)))
      refuse(name, 'tells what came of a request, and not to which release it was')
    if (names.length === 0)
      addIssue({ code: 'custom', message: 'needs a label by which its series are found' })
  })
export type MeshLabels = z.infer<typeof Labels>

export const Mesh = z.strictObject({
  series: z
    .enum(Object.keys(MESH_SERIES) as [MeshName, ...MeshName[]])
    .describe('Whose: of the proxies of `istio`, or of an `envoy` by itself.'),
  champion: Labels.describe(
    'Labels of the series of the champion, by name: `{ reporter: source, destination_workload: churn-champion }`. Values may hold `{model}`, `{environment}` and `{version}`.',
  ),
  challenger: Labels.describe('Labels of those of the challenger.'),
})
export type Mesh = z.infer<typeof Mesh>

/** Guardrails by who counts them: what the mesh can, it does where there is one. */
export function countedIn({ guardrails, mesh }: { guardrails: readonly CanaryGuardrail[]; mesh?: unknown }): {
  events: CanaryGuardrail[]
  mesh: CountedBy<'mesh'>[]
} {
  if (mesh === undefined) return { events: [...guardrails], mesh: [] }
  return {
    events: guardrails.filter(one => !canCount('mesh', one)),
    mesh: guardrails.filter(one => canCount('mesh', one)),
  }
}

/** The labels of an arm, with what they are of in place of the placeholders. */
export function filledLabels(
  labels: MeshLabels,
  of: { model: string; environment: string; version: string },
): MeshLabels {
  const values: Readonly<Record<string, string>> = of
  return Object.fromEntries(
    Object.entries(labels).map(([name, text]) => [
      name,
      text.replace(PLACEHOLDER, (whole, key: string) => (Object.hasOwn(values, key) ? values[key]! : whole)),
    ]),
  )
}
