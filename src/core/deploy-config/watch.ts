import * as z from 'zod'

/**
 * `watch`: what a promotion writes beside a release so that its traffic is watched. Each part stands for itself and is off until it
 * is said; no `watch` at all means that nothing of it is looked at, `{}` that what was written is taken away.
 */
export const Watch = z.strictObject({
  profile: z
    .boolean()
    .default(false)
    .describe('The profile of the release, as a ConfigMap that the collector mounts.'),
  events: z
    .string()
    .max(300)
    .regex(/^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[\w.~/-]*)?$/, 'an http(s) address')
    .optional()
    .describe(
      'Address of the collector that events go to: into the `logger` of an InferenceService; for anything else into a ConfigMap with `ASSAY_EVENTS_URL`, `ASSAY_MODEL` and `ASSAY_RELEASE`.',
    ),
  network_policy: z
    .boolean()
    .default(false)
    .describe(
      'A NetworkPolicy that lets the pods of the InferenceService reach the collector without a token.',
    ),
  rules: z
    .boolean()
    .default(false)
    .describe('Rules and alerts of Prometheus on shift, breakage and silence, as a PrometheusRule.'),
  requests: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      'PromQL for how many requests the model gets, with `{model}`, `{environment}` and `{release}`: where there are some and nothing is counted, the rules call it breakage.',
    ),
  labels: z
    .record(
      z
        .string()
        .regex(/^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/),
      z.string().regex(/^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/, 'a value of a label of Kubernetes'),
    )
    .default({})
    .describe('Labels of all that is written, such as those by which a Prometheus finds its rules.'),
  series: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(5000)
    .describe('How many series of Prometheus a release may have; `assay check` holds it to that.'),
})
export type Watch = z.infer<typeof Watch>
