/** Reading Kubernetes objects, of which nothing is certain. */

export type Fields = Readonly<Record<string, unknown>>

/** The object, or an empty one. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A whole number, also as text: Argo Rollouts writes `observedGeneration: "7"`. */
export function count(value: unknown): number | undefined {
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value)
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}

/** The condition of that type, its time in milliseconds. */
export function condition(
  status: unknown,
  type: string,
): { status?: string; reason?: string; message?: string; since?: number } | undefined {
  const found = list(fields(status).conditions)
    .map(fields)
    .find(one => one.type === type)
  if (!found) return undefined
  const since = Date.parse(text(found.lastTransitionTime) ?? '')
  return {
    status: text(found.status),
    reason: text(found.reason),
    message: text(found.message),
    since: Number.isNaN(since) ? undefined : since,
  }
}
