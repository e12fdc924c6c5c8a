import * as z from 'zod'
import { Drift } from '../config/drift.ts'

/** `drift` in `assay-deploy.yml`: where the live traffic of an environment is counted, and how it is judged by what runs here. */

const Address = z
  .string()
  .max(300)
  .regex(/^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[\w.~/-]*)?$/, 'an http(s) address')

export const LiveDrift = Drift.omit({ importance: true, requests: true }).extend({
  collector: Address.optional().describe(
    'Address of the collector, which keeps a day by itself. `ASSAY_COLLECTOR_URL` counts before it, and only there a token goes.',
  ),
  prometheus: Address.optional().describe(
    'Address of the Prometheus that reads the collector. `ASSAY_PROMETHEUS_URL` counts before it, and only there a token goes.',
  ),
})
export type LiveDrift = z.infer<typeof LiveDrift>
