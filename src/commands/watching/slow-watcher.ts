import type { SlowWatching } from '../../core/traffic/watch/canary-watching.ts'
import type { Watched } from '../deploy/ledger/watched.ts'
import type { Sources } from '../drift/sources.ts'
import { type AskedOf, asked } from './asked.ts'

type Place = Pick<Watched, 'model' | 'environment'>

/** Looks at what a canary that begins would take for slow. */
export interface SlowWatcher {
  /** What there is to look at from now on. */
  keep(known: readonly Watched[]): void
  /** Of a place where no canary would need it, it does nothing. */
  look(of: Watched): Promise<void>
  /** Undefined where none would. */
  of(place: Place): SlowWatching | undefined
}

export function slowWatcherOf({
  now,
  ...of
}: AskedOf<Pick<Sources, 'slow'>> & { now(): number }): SlowWatcher {
  let known = new Map<string, SlowWatching>()
  return {
    keep(all) {
      known = new Map(
        all.flatMap((one): [string, SlowWatching][] => {
          const { release, takesSlow } = one
          if (!takesSlow || release === undefined) return []
          const before = known.get(keyOf(one))
          return [[keyOf(one), before?.release === release ? before : { release }]]
        }),
      )
    },
    async look(one) {
      const waiting = known.get(keyOf(one))
      if (!waiting) return
      const { release } = waiting
      const { model, environment } = one
      const told = await asked(of, one, source => source.slow({ model, environment, release }, now()))
      const slow = 'failed' in told ? { unknown: told.failed } : told
      if (known.get(keyOf(one)) === waiting) known.set(keyOf(one), { release, looked: { slow, at: now() } })
    },
    of: place => known.get(keyOf(place)),
  }
}

// --- internal ---

function keyOf({ model, environment }: Place): string {
  return `${model} ${environment}`
}
