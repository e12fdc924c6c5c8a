import { createHash } from 'node:crypto'

/** What a promotion writes so that its release is watched stands in one file, which is nobody else's. */
export const WATCH_FILE = 'model-watch.yaml'

/**
 * The name of an object of a model: `assay-churn`, `assay-profile-churn`. Kubernetes takes no capitals and no `_`; of a model that is
 * called so, a hash keeps it apart from one that is called nearly the same.
 */
export function objectName(model: string, part?: string): string {
  const isName = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(model) && !/\.[.-]|-\./.test(model)
  const own = model
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  const hash = createHash('sha256').update(model).digest('hex').slice(0, 6)
  return ['assay', part, ...(isName ? [model] : [own, hash])].filter(Boolean).join('-')
}

/** Where events of a release go. The release stands in the address, since nothing in an event of KServe's logger says which answered. */
export function eventsAddress(
  collector: string,
  { model, version }: { model: string; version: string },
): string {
  return `${collector.replace(/\/+$/, '')}/v1/events/${model}/${encodeURIComponent(version)}`
}

/** Whether an address is one that we wrote: of whatever collector, for this model. */
export function isEventsAddress(address: unknown, model: string): boolean {
  return typeof address === 'string' && /^https?:/.test(address) && address.includes(`/v1/events/${model}/`)
}
