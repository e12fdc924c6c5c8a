import type { CountsProblem, MeshCounts } from '../../core/traffic/canary/counts.ts'
import type { MeshRules } from '../../core/traffic/canary/verdict.ts'
import type { CanaryOf } from '../../core/traffic/seen/canary-answer.ts'
import { meshCountsOf, noBoundWords, whyNotNow } from '../../core/traffic/seen/mesh-counts.ts'
import {
  gridOf,
  type MeshOf,
  meshBoundsQuery,
  meshQuery,
  meshReadQuery,
} from '../../core/traffic/seen/mesh-query.ts'
import { readSamples } from '../../core/traffic/seen/prometheus-answer.ts'
import { readCounters } from '../../core/traffic/seen/range-answer.ts'
import type { JsonApi } from '../../services/json-api/json-api.ts'

type AskMesh = (
  of: CanaryOf,
  mesh: MeshRules,
  since: number,
  now: number,
) => Promise<MeshCounts | CountsProblem>

/**
 * The same as `meshInPrometheus`, which reads a step of a week as some megabytes: what it said is kept for a few seconds, in which no proxy
 * is read again. Somebody who has a page open looks every two.
 */
export function meshAsker(prometheus: JsonApi | undefined): AskMesh {
  const kept = new Map<string, { at: number; told: MeshCounts | CountsProblem }>()
  return async (of, mesh, since, now) => {
    const key = JSON.stringify([of, mesh, since])
    for (const [other, { at }] of kept) if (Math.abs(now - at) >= KEPT_MS) kept.delete(other)
    const known = kept.get(key)
    if (known) return known.told
    const told = await meshInPrometheus(prometheus, { of, mesh }, since, now)
    kept.set(key, { at: now, told })
    return told
  }
}

/**
 * What the proxies of a mesh have counted of a canary since an instant: one query of their series over that time, and one of when they
 * were read last, which is at the time of Prometheus itself, so that a clock that is wrong shows.
 *
 * @param prometheus absent: nobody says its address
 * @param since milliseconds, as `now`
 */
export async function meshInPrometheus(
  prometheus: JsonApi | undefined,
  { of, mesh }: { of: CanaryOf; mesh: MeshRules },
  since: number,
  now: number,
): Promise<MeshCounts | CountsProblem> {
  const { model, environment } = of
  if (!prometheus) return { failed: '`drift` names no Prometheus that has the series of the mesh' }
  if (environment === undefined) return { failed: 'nothing says of which environment' }
  const whose: MeshOf = { model, environment, mesh }
  const cannot = (why: string): CountsProblem => ({ failed: `Prometheus cannot tell: ${why}` })
  const instant = async (query: string) =>
    readSamples(await prometheus.ask('/api/v1/query', { form: new URLSearchParams({ query }) }))

  const grid = gridOf(since, now)
  const form = new URLSearchParams({
    query: meshQuery(whose),
    start: String(grid.start / 1000),
    end: String(grid.end / 1000),
    step: String(grid.step),
  })
  const answer = readCounters(await prometheus.ask('/api/v1/query_range', { form, whereTooLarge: TOO_MANY }))
  if ('failed' in answer) return cannot(answer.failed)
  const read = await instant(meshReadQuery(whose))
  if ('failed' in read) return cannot(read.failed)
  const counts = meshCountsOf(answer.series, mesh, { since, grid })
  if ('noBound' in counts) {
    const bounds = await instant(meshBoundsQuery(whose))
    return cannot('failed' in bounds ? bounds.failed : noBoundWords(bounds.samples, counts, mesh))
  }
  if ('failed' in counts) return cannot(counts.failed)
  const notNow = whyNotNow(read.samples, { mesh, counts }, now)
  return notNow === undefined ? counts : cannot(notNow)
}

// --- internal ---

const KEPT_MS = 10_000
const TOO_MANY =
  'Too many series: narrow the labels in `mesh`, or let Prometheus drop labels of them that nobody needs, such as those of the callers'
