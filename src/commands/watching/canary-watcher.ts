import { isAssayError } from '../../core/errors/errors.ts'
import type { CanaryCounts, CountsProblem } from '../../core/traffic/canary/counts.ts'
import { judgeCanary } from '../../core/traffic/canary/judge.ts'
import {
  type CanaryStep,
  type CanaryWatching,
  canaryAfter,
  canaryToWatch,
} from '../../core/traffic/watch/canary-watching.ts'
import type { Log } from '../command/context.ts'
import type { Watched } from '../deploy/ledger/watched.ts'
import type { Sources } from '../drift/sources.ts'

/** Looks at the canaries in progress. */
export interface CanaryWatcher {
  all(): readonly CanaryWatching[]
  /** What there is to look at from now on. */
  keep(known: readonly Watched[]): void
  /** Of a place where nothing is tried it does nothing. */
  look(of: Watched): Promise<void>
}

export function canaryWatcherOf({
  sources,
  now,
  log,
  signal,
}: {
  /** Throws AssayError where it cannot be asked. */
  sources(of: Watched): Pick<Sources, 'canary'> | undefined
  now(): number
  log: Pick<Log, 'info' | 'warn'>
  signal?: AbortSignal | undefined
}): CanaryWatcher {
  let states = new Map<string, CanaryWatching>()

  async function counted(of: Watched, { rules }: CanaryStep): Promise<CanaryCounts | CountsProblem> {
    const { model, environment } = of
    try {
      const source = sources(of)
      if (!source) return { failed: 'neither a collector nor Prometheus is named' }
      return await source.canary({ model, environment, key: rules.key }, rules.guardrails, now())
    } catch (error) {
      signal?.throwIfAborted()
      if (isAssayError(error)) return { failed: error.problems.map(({ what }) => what).join('; ') }
      const { name = typeof error } = error as { name?: string }
      log.warn(`a fault of Assay at the canary of ${model} in ${environment} (${name})`)
      return { failed: `a fault of Assay (${name})` }
    }
  }

  return {
    all: () => [...states.values()],
    keep(known) {
      states = new Map(
        known.flatMap((one): [string, CanaryWatching][] => {
          if (!one.canary) return []
          const key = keyOf(one)
          const { champion, canary: file } = one
          return [[key, canaryToWatch(one, { champion, file }, states.get(key))]]
        }),
      )
    },
    async look(of) {
      const before = states.get(keyOf(of))
      if (!before || 'failed' in before.step) return
      const { step } = before
      const counts = await counted(of, step)
      const at = now()
      const { watching, change } = canaryAfter({ ...before, step }, judgeCanary(counts, step.rules, at), at)
      states.set(keyOf(of), watching)
      if (change !== undefined) log.info(change)
    },
  }
}

// --- internal ---

function keyOf({ model, environment }: Pick<Watched, 'model' | 'environment'>): string {
  return `${model} ${environment}`
}
