import { isAssayError } from '../../core/errors/errors.ts'
import type { CountsProblem } from '../../core/traffic/canary/counts.ts'
import type { Log } from '../command/context.ts'
import type { Watched } from '../deploy/ledger/watched.ts'
import type { Sources } from '../drift/sources.ts'

/** What is asked of those who count the traffic of a place. */
export interface AskedOf<S extends Partial<Sources>> {
  /** Throws AssayError where it cannot be asked. */
  sources(of: Watched): S | undefined
  log: Pick<Log, 'warn'>
  signal?: AbortSignal | undefined
}

/** The answer, or in words why there is none: what keeps one place from being asked keeps no other. */
export async function asked<S extends Partial<Sources>, T>(
  { sources, log, signal }: AskedOf<S>,
  of: Watched,
  ask: (source: S) => Promise<T>,
): Promise<T | CountsProblem> {
  try {
    const source = sources(of)
    if (!source) return { failed: 'neither a collector nor Prometheus is named' }
    return await ask(source)
  } catch (error) {
    signal?.throwIfAborted()
    if (isAssayError(error)) return { failed: error.problems.map(({ what }) => what).join('; ') }
    const { name = typeof error } = error as { name?: string }
    log.warn(`a fault of Assay at the canary of ${of.model} in ${of.environment} (${name})`)
    return { failed: `a fault of Assay (${name})` }
  }
}
