import * as z from 'zod'
import { Drift } from '../config/drift.ts'

const Address = z
  .string()
  .max(300)
  .regex(/^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[\w.~/-]*)?$/, 'an http(s) address')
const Labels = z.record(
  z
    .string()
    .regex(
      /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/,
      'a key of a label of Kubernetes',
    ),
  z.string().regex(/^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/, 'a value of a label of Kubernetes'),
)
const ObjectName = z.string().regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/, 'a name of Kubernetes')

/**
 * `watch`: what a promotion writes beside a release so that its traffic is watched. Each part stands for itself and is off until it
 * is said; no `watch` at all means that nothing of it is looked at, `{}` that what was written is taken away.
 */
export const Watch = z.strictObject({
  profile: z
    .boolean()
    .default(false)
    .describe('The profile of the release, as a ConfigMap that the collector mounts.'),
  events: Address.optional().describe(
    'Address of the collector that events go to: into the `logger` of an InferenceService; for anything else into a ConfigMap with `ASSAY_EVENTS_URL`, `ASSAY_MODEL` and `ASSAY_RELEASE`.',
  ),
  network_policy: z
    .boolean()
    .default(false)
    .describe(
      'A NetworkPolicy that lets the pods of the InferenceService reach the collector without a token.',
    ),
  rules: z
    .enum(['counts', 'verdicts'])
    .optional()
    .describe(
      'Alerts of Prometheus, as a PrometheusRule: `counts`, on shift, breakage and silence in what the collector counts; `verdicts`, on the alarms of `assay watch`.',
    ),
  requests: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      'PromQL for how many requests the model got within `{quiet}`, with `{model}`, `{environment}` and `{release}`: where there are some and nothing is counted, that is breakage. Default: where `pods` is set, the predictions that the servers of KServe, MLServer or Triton count in those pods; else none.',
    ),
  alerts: z
    .strictObject({
      url: Address.optional().describe('`/alerts` of the bot.'),
      channel: z
        .string()
        .regex(/^[#@]?[\w.-]{1,80}$/, 'a channel of Slack, such as `#ml-alerts`')
        .optional()
        .describe('A channel of Slack in its place, where there is no bot.'),
      secret: ObjectName.describe(
        'Name of the Secret with the key `token`: the token of the bot, or the incoming webhook of Slack.',
      ),
      namespace: ObjectName.describe(
        'The namespace that all this comes into: an Alertmanager takes the alerts of its own alone.',
      ),
    })
    .refine(
      ({ url, channel }) => (url === undefined) !== (channel === undefined),
      'needs `url` or `channel`, and takes one of them',
    )
    .optional()
    .describe('Where the alerts of `rules` are sent, as an AlertmanagerConfig.'),
  dashboard: z
    .boolean()
    .default(false)
    .describe('A dashboard of Grafana, as a ConfigMap with the label `grafana_dashboard`.'),
  pods: z
    .strictObject({
      port: z.int().min(1).max(65_535).describe('The port of their metrics.'),
      path: z
        .string()
        .regex(/^\/[\w./-]{0,200}$/, 'a path such as `/metrics`')
        .default('/metrics'),
      labels: Labels.optional().describe(
        'Labels that the pods are found by. Needed for what is no InferenceService.',
      ),
    })
    .optional()
    .describe("A PodMonitor: Prometheus reads the model's own metrics, such as what `requests` asks for."),
  labels: Labels.default({}).describe(
    'Labels of all that is written, such as those by which a Prometheus finds its rules.',
  ),
  series: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(5000)
    .describe('How many series of Prometheus a release may have; `assay check` holds it to that.'),
})
export type Watch = z.infer<typeof Watch>

/** `drift` in `assay-deploy.yml`: where the live traffic of an environment is counted, and how it is judged by what runs here. */
export const LiveDrift = Drift.omit({ importance: true, requests: true }).extend({
  collector: Address.optional().describe(
    'Address of the collector, which keeps a day by itself. `ASSAY_COLLECTOR_URL` counts before it, and only there a token goes.',
  ),
  prometheus: Address.optional().describe(
    'Address of the Prometheus that reads the collector. `ASSAY_PROMETHEUS_URL` counts before it, and only there a token goes.',
  ),
})
export type LiveDrift = z.infer<typeof LiveDrift>
