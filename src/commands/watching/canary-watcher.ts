import { type CanaryCounts, type CountsProblem, canaryData } from '../../core/traffic/canary/counts.ts'
import { judgeCanary } from '../../core/traffic/canary/judge.ts'
import { countedFrom } from '../../core/traffic/canary/live.ts'
import {
  type CanaryStep,
  type CanaryWatching,
  canaryAfter,
  canaryToWatch,
} from '../../core/traffic/watch/canary-watching.ts'
import type { Log } from '../command/context.ts'
import { canaryNow } from '../deploy/ledger/canary-now.ts'
import type { Watched } from '../deploy/ledger/watched.ts'
import type { Sources } from '../drift/sources.ts'
import { type AskedOf, asked } from './asked.ts'

type Place = Pick<Watched, 'model' | 'environment'>

/** Looks at the canaries in progress. */
export interface CanaryWatcher {
  all(): readonly CanaryWatching[]
  /** What there is to look at from now on; a controller that moves one is asked where it is. */
  keep(known: readonly Watched[]): Promise<void>
  /** Of a place where nothing is tried it does nothing. */
  look(of: Place): Promise<void>
  /** Somebody has been given the page of it. */
  show(of: Place): void
  /**
   * Looks at those whose pages are open, at some of them where there are many: those first that were looked at longest ago. A verdict
   * holds at every look, so that this is one like any other.
   *
   * @returns those whose counts are others than before
   */
  glance(): Promise<Place[]>
}

export function canaryWatcherOf({
  sources,
  now,
  log,
  signal,
}: AskedOf<Pick<Sources, 'canary'>> & { now(): number; log: Pick<Log, 'info'> }): CanaryWatcher {
  let tried = new Map<string, Tried>()

  const counted = (of: Watched, { rules }: CanaryStep): Promise<CanaryCounts | CountsProblem> => {
    const { model, environment } = of
    const at = now()
    return asked({ sources, log, signal }, of, source =>
      source.canary({ model, environment, key: rules.key }, rules, at, countedFrom(of.seen ?? {}, at)),
    )
  }

  /** Whether its counts are others than before. */
  async function lookAt(one: Tried): Promise<boolean> {
    const { step } = one.watching
    if ('failed' in step) return false
    const counts = await counted(one.of, step)
    // A round may have found another step meanwhile, and a glance may have been first.
    if (one.watching.step !== step) return false
    const at = now()
    const before = { ...one.watching, step }
    const verdict = judgeCanary(counts, step.rules, at, one.of.seen)
    const { watching, change } = canaryAfter(before, verdict, at)
    const told = 'failed' in counts ? counts.failed : JSON.stringify({ ...canaryData(counts), asOf: 0 })
    const isOther = told !== one.told
    Object.assign(one, { watching, told })
    if (change !== undefined) log.info(change)
    return isOther
  }

  return {
    all: () => [...tried.values()].map(({ watching }) => watching),
    async keep(known) {
      const files = await Promise.all(known.map(async of => ({ of, file: await canaryNow(of) })))
      tried = new Map(
        files.flatMap(({ of, file }): [string, Tried][] => {
          if (!file) return []
          const { champion } = of
          const before = tried.get(keyOf(of))
          const now = { of, watching: canaryToWatch(of, { champion, file }, before?.watching) }
          // The same one: a look at it may be under way.
          return [[keyOf(of), before ? Object.assign(before, now) : now]]
        }),
      )
    },
    async look(of) {
      const one = tried.get(keyOf(of))
      if (one) await lookAt(one)
    },
    show(of) {
      const one = tried.get(keyOf(of))
      if (one) one.shownAt = now()
    },
    async glance() {
      const at = now()
      const lookedAt = ({ watching }: Tried) => watching.course?.lookedAt ?? 0
      const open = [...tried.values()]
        .filter(({ shownAt = Number.NEGATIVE_INFINITY }) => at - shownAt <= OPEN_MS)
        .sort((a, b) => lookedAt(a) - lookedAt(b))
        .slice(0, AT_A_GLANCE)
      const looks = open.map(async one => ((await lookAt(one)) ? [one.of] : []))
      return (await Promise.all(looks)).flat()
    },
  }
}

// --- internal ---

/** A canary that is looked at, and where its counts are asked for. */
interface Tried {
  of: Watched
  watching: CanaryWatching
  /** What was counted at the last look. */
  told?: string
  /** When its page was given last. */
  shownAt?: number
}

/** A page that is open is asked for anew after each round: one that was not for two of them is shut, or hidden. */
const OPEN_MS = 150_000
const AT_A_GLANCE = 8

function keyOf({ model, environment }: Place): string {
  return `${model} ${environment}`
}
