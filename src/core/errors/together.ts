import { type AssayError, isAssayError } from './errors.ts'

/**
 * Waits for all of them, and throws what is wrong with any in one error: whoever mends one would else meet the next.
 *
 * @param as the error that several become
 * @throws unknown the first that is none of ours, as it is
 */
export async function together<const T extends Readonly<Record<string, Promise<unknown>>>>(
  parts: T,
  as: (errors: readonly AssayError[]) => AssayError = merged,
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  const names = Object.keys(parts)
  const settled = await Promise.allSettled(Object.values(parts))
  const reasons: unknown[] = settled.flatMap(one => (one.status === 'rejected' ? [one.reason] : []))
  const errors = reasons.map(reason => {
    if (isAssayError(reason)) return reason
    throw reason
  })
  if (errors.length > 0) throw as(errors)
  const values = settled.map((one, index) => [names[index], one.status === 'fulfilled' && one.value])
  return Object.fromEntries(values) as { [K in keyof T]: Awaited<T[K]> }
}

// --- internal ---

function merged(errors: readonly AssayError[]): AssayError {
  const [first, ...others] = errors
  if (others.length === 0) return first!
  return first!.with({
    title: errors.map(error => error.message).join('; '),
    problems: errors.flatMap(error => error.problems),
  })
}
