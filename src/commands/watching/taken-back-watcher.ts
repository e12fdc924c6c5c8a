import type { TakenBackWatching } from '../../core/traffic/watch/taken-back-watching.ts'
import type { Watched } from '../deploy/ledger/watched.ts'
import type { Sources } from '../drift/sources.ts'
import { type AskedOf, asked } from './asked.ts'

type Place = Pick<Watched, 'model' | 'environment'>

/** Looks at what still comes to releases that were taken back. */
export interface TakenBackWatcher {
  /** What there is to look at from now on. */
  keep(known: readonly Watched[]): void
  /** Of a place where nothing was taken back lately, or the way back is not live, it does nothing. */
  look(of: Watched): Promise<void>
  /** Undefined where nothing was. */
  of(place: Place): TakenBackWatching | undefined
}

export function takenBackWatcherOf({
  now,
  ...of
}: AskedOf<Pick<Sources, 'comesYet'>> & { now(): number }): TakenBackWatcher {
  let known = new Map<string, TakenBackWatching>()
  return {
    keep(all) {
      known = new Map(
        all.flatMap((one): [string, TakenBackWatching][] => {
          const { model, environment, champion, takenBack } = one
          if (!champion || !takenBack) return []
          const before = known.get(keyOf(one))
          const looked = before?.release === takenBack.release && before.at === takenBack.at && before.looked
          const row = { model, environment, champion: champion.version, ...takenBack }
          return [[keyOf(one), { ...row, ...(looked && { looked }) }]]
        }),
      )
    },
    async look(one) {
      const row = known.get(keyOf(one))
      if (!row?.live || !('since' in row.live)) return
      const { model, release } = row
      const live = row.live.since
      const comesYet = await asked(of, one, source => source.comesYet({ model, release, live }))
      if (known.get(keyOf(one)) === row) known.set(keyOf(one), { ...row, looked: { comesYet, at: now() } })
    },
    of: place => known.get(keyOf(place)),
  }
}

// --- internal ---

function keyOf({ model, environment }: Place): string {
  return `${model} ${environment}`
}
