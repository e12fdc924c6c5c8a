import * as z from 'zod'
import { isInstant } from '../../text/instant-words.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { type ModelProfile, trafficFeatures } from '../profile/profile.ts'
import { profileHash } from '../profile/profile-file.ts'
import type { CountsOf } from './prometheus-query.ts'
import type { SeenFeature, SeenWindow } from './seen.ts'

/** What `GET /v1/counts` of a collector answers, of one release and one window. */

export interface CollectorWindow {
  window: SeenWindow
  release: string
  environment?: string
  asOf: number
  /** When it began to count this release. */
  began: number
}

export function readCollectorCounts(
  answer: unknown,
  of: CountsOf,
  profile: ModelProfile,
  minutes: number,
): CollectorWindow | { failed: string } {
  const read = Answer.safeParse(answer)
  if (!read.success) return { failed: 'it answers what is none of its API' }
  const mine = read.data.counts.filter(one => one.model === of.model)
  const found = mine.filter(one => of.release === undefined || one.release === of.release)
  if (found.length !== 1)
    return {
      failed: whichWords(
        of,
        mine.map(one => one.release),
      ),
    }
  const [one] = found
  const { release, environment, features, labels, predicted, events, since, until, asOf, began } = one!
  if (of.environment !== undefined && environment !== undefined && environment !== of.environment)
    return { failed: `it counts for ${shown(environment)}, and not for ${of.environment}` }
  const other = otherProfile(profile, one!.profile)
  if (other !== undefined) return { failed: other }
  const counted = new Map(Object.entries(features))
  return {
    release,
    ...(environment !== undefined && { environment }),
    asOf: Date.parse(asOf),
    began: Date.parse(began ?? since),
    window: {
      minutes,
      since: Math.max(Date.parse(since), Date.parse(began ?? since)),
      until: Date.parse(until),
      features: new Map(
        trafficFeatures(profile).flatMap(({ name }): [string, SeenFeature][] => {
          const counts = counted.get(name)
          return counts ? [[name, { counts }]] : []
        }),
      ),
      events: new Map(Object.entries(events)),
      ...(labels && { labels: byLabel(labels) }),
      ...(predicted && { predicted: byLabel(predicted) }),
    },
  }
}

/** Which release is meant where not exactly one is found. */
export function whichWords({ model, release }: CountsOf, known: readonly string[]): string {
  const listed = [...new Set(known)].slice(0, 5).map(shown).join(', ')
  if (known.length === 0) return `it has no counts of ${model}`
  return release === undefined
    ? `it counts several releases of ${model}: ${listed}; name one with \`--release\``
    : `it has no counts of release ${release} of ${model}, and some of ${listed}`
}

/**
 * Why counts of a release say nothing: they are in the bins of another profile, which may have the same names. Undefined where they are in
 * those of this one, or do not say in which.
 */
export function otherProfile(profile: ModelProfile, counted: string | undefined): string | undefined {
  if (counted === undefined) return undefined
  const mine = profileHash(profile)
  if (counted === mine) return undefined
  const [theirs, ours] = [counted, mine].map(hash => shown(hash.slice(0, 12)))
  return `it counts in the bins of another profile (sha256 ${theirs}…) than this one (${ours}…): of another release, or of another run; a release keeps the profile that its counting began with until the collector is started anew`
}

// --- internal ---

const Instant = z.string().refine(text => isInstant(Date.parse(text)))
const Bins = z.array(z.number())
const Answer = z.object({
  counts: z.array(
    z.object({
      model: z.string(),
      release: z.string(),
      environment: z.string().optional(),
      profile: z.string().optional(),
      since: Instant,
      until: Instant,
      asOf: Instant,
      began: Instant.optional(),
      events: z.record(z.string(), z.number()),
      features: z.record(z.string(), Bins),
      labels: z.record(z.string(), Bins).optional(),
      predicted: z.record(z.string(), Bins).optional(),
    }),
  ),
})

function byLabel(counts: Readonly<Record<string, number[]>>): Map<string, Float64Array> {
  return new Map(Object.entries(counts).map(([label, bins]) => [label, Float64Array.from(bins)]))
}

function shown(text: string): string {
  return shortened(visible(text), 80)
}
