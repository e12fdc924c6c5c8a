import { MESH_SERIES } from '../../deploy-config/mesh.ts'
import { minuteWords } from '../../text/instant-words.ts'
import type { CountsProblem, MeshArm, MeshCounts } from '../canary/counts.ts'
import { OLDEST_COUNTS } from '../canary/judge.ts'
import type { MeshRules } from '../canary/verdict.ts'
import { ARMS, type ArmName } from '../exposures/tally.ts'
import { ARM, COUNT, countsAsked, type Grid, type MeshCount } from './mesh-query.ts'
import { countedAfter, type Reading } from './positive-steps.ts'
import type { Labels, Sample } from './prometheus-answer.ts'
import type { CounterSeries } from './range-answer.ts'
import { readTwice } from './read-twice.ts'

/** The series of a mesh → what it has counted of the requests to each arm. */

/** No bucket of an arm ends where an answer begins to be slow. */
export interface NoBound {
  noBound: ArmName
}

/**
 * What the series say of both arms since an instant in milliseconds. An arm without series has no requests.
 *
 * @param grid as it was asked for
 */
export function meshCountsOf(
  series: readonly CounterSeries[],
  mesh: MeshRules,
  { since, grid }: { since: number; grid: Grid },
): MeshCounts | CountsProblem | NoBound {
  // What was counted until the first instant that is not before `since` is not of it.
  const base = since + grid.step * 1000 - 1
  const twice = readTwice(series, { base, grid })
  if (twice)
    return {
      failed: `two series are of the same proxy and count the same (${twice}): name a label that one of them has in \`mesh\`, such as \`job\`, or let Prometheus read one of them alone`,
    }
  const counts: Partial<Record<ArmName, MeshArm>> = {}
  for (const arm of ARMS) {
    const of = (count: MeshCount) =>
      series.filter(({ labels }) => labels[ARM] === arm && labels[COUNT] === count)
    const requests = requestsOf(of('requests'), mesh, base)
    const answers = mesh.slow === undefined ? undefined : answersOf(of('buckets'), mesh.slow, base)
    if (answers === 'no bound') return { noBound: arm }
    if (answers && 'failed' in answers) return { failed: `${answers.failed} of the ${arm}` }
    counts[arm] = {
      requests: requests.units,
      errors: requests,
      ...(answers && { latency: answers }),
    }
  }
  return { champion: counts.champion!, challenger: counts.challenger! }
}

/**
 * Why the series do not say how it is now: nobody reads some of them any more, or the clock of Prometheus is another. Undefined: they do;
 * an arm without requests has none to be read.
 *
 * @param samples answer to `meshReadQuery`, at the time of Prometheus itself
 * @param now milliseconds
 */
export function whyNotNow(
  samples: readonly Sample[],
  { mesh, counts }: { mesh: MeshRules; counts: MeshCounts },
  now: number,
): string | undefined {
  for (const arm of ARMS.filter(one => counts[one].requests > 0))
    for (const count of countsAsked({ mesh })) {
      const name = MESH_SERIES[mesh.series][count]
      const found = samples.filter(({ labels }) => labels[ARM] === arm && labels[COUNT] === count)
      const at = (found[0]?.value ?? Number.NaN) * 1000
      if (found.length === 0) return `it has no ${name} of the ${arm} any more`
      if (found.length > 1 || !Number.isFinite(at))
        return `it does not say when ${name} of the ${arm} was read`
      if (now - at > OLDEST_COUNTS)
        return `it has read ${name} of the ${arm} last at ${minuteWords(at)}, by its clock`
      if (at - now > SKEW) return `it has ${name} of ${minuteWords(at)}, a time to come: set the clocks`
    }
  return undefined
}

/** That there is no such bound, with those that there are. @param samples answer to `meshBoundsQuery` */
export function noBoundWords(
  samples: readonly Sample[],
  { noBound }: NoBound,
  { slow = 0 }: MeshRules,
): string {
  const bounds = samples
    .map(({ labels }) => boundOf(labels))
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
  const known = [...new Set(bounds)].slice(0, MOST_BOUNDS)
  return `no bucket of the ${noBound} ends at ${slow} ms; ${known.length > 0 ? `there are ${known.join(', ')}: let \`latency_ms\` be one of them from the next start on` : 'there are none'}`
}

// --- internal ---

/** Clocks of two machines may differ by so much. */
const SKEW = 60_000
const MOST_BOUNDS = 40

interface Rated {
  events: number
  units: number
}

function requestsOf(series: readonly CounterSeries[], mesh: MeshRules, base: number): Rated {
  let [events, units] = [0, 0]
  for (const { labels, points } of series) {
    const [counted = 0] = countedAfter(
      points.map(([at, value]) => ({ at, values: [value] })),
      base,
      1,
    )
    units += counted
    if (MESH_SERIES[mesh.series].isFailed(labels)) events += counted
  }
  return { events, units }
}

/**
 * The two buckets of a proxy began together and begin anew together. By what they are themselves, and not by what lies between them: of a
 * scrape that is not all there yet, one bucket may be newer than the other.
 */
function answersOf(
  series: readonly CounterSeries[],
  slow: number,
  base: number,
): Rated | CountsProblem | 'no bound' {
  const histograms = Map.groupBy(
    series.filter(({ labels }) => [slow, Number.POSITIVE_INFINITY].includes(boundOf(labels))),
    ({ labels }) => identityOf(without(labels, ['le'])),
  )
  let [events, units] = [0, 0]
  for (const buckets of histograms.values()) {
    const [upTo, all] = [pointsAt(buckets, slow), pointsAt(buckets, Number.POSITIVE_INFINITY)]
    if (upTo.size === 0) return 'no bound'
    const readings = [...all].flatMap(([at, value]): Reading[] => {
      const within = upTo.get(at)
      return within === undefined ? [] : [{ at, values: [within, value] }]
    })
    if (readings.length < Math.max(all.size, upTo.size)) return { failed: 'a histogram is there in part' }
    const [quick = 0, answers = 0] = countedAfter(readings, base, 2)
    if (quick > answers || readings.some(({ values: [within = 0, value = 0] }) => within > value))
      return { failed: 'a bucket has more answers than the one above it' }
    events += answers - quick
    units += answers
  }
  return { events, units }
}

/** A bucket over time, however its bound is written: a Prometheus that is replaced may write another. */
function pointsAt(buckets: readonly CounterSeries[], bound: number): Map<number, number> {
  const points = buckets.filter(({ labels }) => boundOf(labels) === bound).flatMap(one => one.points)
  return new Map(points.sort(([a], [b]) => a - b))
}

function boundOf({ le }: Labels): number {
  return le === '+Inf'
    ? Number.POSITIVE_INFINITY
    : le === undefined || le.trim() === ''
      ? Number.NaN
      : Number(le)
}

function without(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)))
}

function identityOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}
