import { isInstant } from '../../text/instant-words.ts'
import { whichWords } from './collector-answer.ts'
import { type Totals, totalsOf } from './counter-totals.ts'
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
  // What is of no release is of none of its counts either: strays, and when it was read.
  const counted = samples.filter(({ labels }) => labels.has('release'))
  const releases = [...new Set(counted.map(({ labels }) => labels.get('release')!))]
  if (releases.length > 1) return { failed: whichWords(of, releases) }
  const environments = [...new Set(counted.map(({ labels }) => labels.get('environment') ?? ''))]
  const environment =
    environments.length > 1 && of.environment !== undefined ? of.environment : environments[0]
  if (environments.length > 1 && of.environment === undefined)
    return {
      failed: `it has counts of several environments (${environments.map(name => name || 'none').join(', ')}); name one with \`--environment\``,
    }
  const mine = counted.filter(({ labels }) => (labels.get('environment') ?? '') === environment)
  const times = new Map<string, Sample[]>()
  for (const sample of mine) {
    const at = sample.labels.get(AT) ?? ''
    const some = times.get(at)
    if (some) some.push(sample)
    else times.set(at, [sample])
  }
  const one = (at: string) =>
    samples.find(({ labels }) => labels.get(AT) === at && !labels.has('release'))?.value
  const strange = strangeWords([one(SCRAPED), one(STARTED)], mine)
  if (strange !== undefined) return { failed: strange }
  const profile = mine.find(({ labels }) => labels.get(AT) === PROFILED)?.labels.get('profile')
  const [scraped, started] = [one(SCRAPED), one(STARTED)]
  const release = releases[0] ?? of.release
  return {
    ...(release !== undefined && { release }),
    ...(environment && { environment }),
    totals: new Map([...times].map(([at, some]) => [at, totalsOf(some)])),
    ...(scraped !== undefined && { scraped }),
    ...(started !== undefined && { started }),
    ...(profile !== undefined && { profile }),
  }
}

// --- internal ---

/** Bins are told apart one by one; without when they are of, and whether events came at all, nothing can be told of any. */
function strangeWords(seconds: readonly (number | undefined)[], mine: readonly Sample[]): string | undefined {
  const time = seconds.find(one => one !== undefined && !isInstant(one * 1000))
  if (time !== undefined) return `it has ${time} where the time stands at which counting began or was read`
  const events = mine.find(({ labels, value }) => labels.has('result') && !Number.isFinite(value))
  return events && `it has ${events.value} where the number of events stands`
}
