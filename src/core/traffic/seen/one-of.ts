import { isInstant } from '../../text/instant-words.ts'
import { whichWords } from './collector-answer.ts'
import { addSample, noTotals, type Totals } from './counter-totals.ts'
import type { Sample } from './prometheus-answer.ts'
import { AT, type CountsOf, PROFILED, SCRAPED, STARTED } from './prometheus-query.ts'

/** An answer to a query of counts, taken apart. */
export interface Told {
  release?: string
  environment?: string
  /** By the time that it is of: `now`, minutes ago. */
  totals: ReadonlyMap<string, Totals>
  /** Instants in seconds. */
  scraped?: number
  started?: number
  /** The hash of the profile in whose bins it is counted, where that is told. */
  profile?: string
}

/**
 * The counts of one release in one environment. Where none is named, there must be one alone; those of a collector that says no
 * environment count only where there are no others.
 */
export function toldOfOne(samples: readonly Sample[], of: CountsOf): Told | { failed: string } {
  const releaseSet = new Set<string>()
  const environmentSet = new Set<string>()
  for (const { labels } of samples) {
    // What is of no release is of none of its counts either: strays, and when it was read.
    if (labels.release === undefined) continue
    releaseSet.add(labels.release)
    environmentSet.add(labels.environment ?? '')
  }
  const [releases, environments] = [[...releaseSet], [...environmentSet]]
  if (releases.length > 1) return { failed: whichWords(of, releases) }
  const environment =
    environments.length > 1 && of.environment !== undefined ? of.environment : environments[0]
  if (environments.length > 1 && of.environment === undefined)
    return {
      failed: `it has counts of several environments (${environments.map(name => name || 'none').join(', ')}); name one with \`--environment\``,
    }
  const totals = new Map<string, Totals>()
  const ofProcess = new Map<string, number>()
  let profile: string | undefined
  let strangeEvents: number | undefined
  for (const { labels, value } of samples) {
    const at = labels[AT] ?? ''
    if (labels.release === undefined) {
      if (!ofProcess.has(at)) ofProcess.set(at, value)
    } else if ((labels.environment ?? '') === environment) {
      const then = totals.get(at) ?? noTotals()
      totals.set(at, then)
      addSample(then, labels, value)
      if (at === PROFILED) profile ??= labels.profile
      if (labels.result !== undefined && !Number.isFinite(value)) strangeEvents ??= value
    }
  }
  const [scraped, started] = [ofProcess.get(SCRAPED), ofProcess.get(STARTED)]
  const strange = strangeWords([scraped, started], strangeEvents)
  if (strange !== undefined) return { failed: strange }
  const release = releases[0] ?? of.release
  return {
    ...(release !== undefined && { release }),
    ...(environment && { environment }),
    totals,
    ...(scraped !== undefined && { scraped }),
    ...(started !== undefined && { started }),
    ...(profile !== undefined && { profile }),
  }
}

// --- internal ---

/** Bins are told apart one by one; without when they are of, and whether events came at all, nothing can be told of any. */
function strangeWords(
  seconds: readonly (number | undefined)[],
  events: number | undefined,
): string | undefined {
  const time = seconds.find(one => one !== undefined && !isInstant(one * 1000))
  if (time !== undefined) return `it has ${time} where the time stands at which counting began or was read`
  return events === undefined ? undefined : `it has ${events} where the number of events stands`
}
