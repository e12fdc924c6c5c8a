import * as z from 'zod'
import { answeredData, type Labels, said } from './prometheus-answer.ts'

/** What `/api/v1/query_range` answers, of counters. */

/** A counter over time: whole numbers, the oldest first. Instants in milliseconds. */
export interface CounterSeries {
  labels: Labels
  points: readonly (readonly [at: number, value: number])[]
}

/**
 * The counters of an answer, or in words why there are none to rely on: one in part, with a warning, or with a number that no counter
 * has, makes all of it nothing.
 */
export function readCounters(answer: unknown): { series: CounterSeries[] } | { failed: string } {
  const data = answeredData(answer)
  if ('failed' in data) return data
  const { resultType, result } = data
  if (resultType !== 'matrix' || !Array.isArray(result)) return { failed: OTHER }
  const series: CounterSeries[] = []
  for (const entry of result) {
    const { metric, values } = (entry ?? {}) as { metric?: unknown; values?: unknown }
    const labels = Metric.safeParse(metric)
    if (!labels.success || !Array.isArray(values)) return { failed: OTHER }
    const points = pointsIn(values)
    if ('failed' in points) return points
    series.push({ labels: labels.data, points })
  }
  return { series }
}

// --- internal ---

const Metric = z.record(z.string(), z.string())
const OTHER = 'it answers something else than a range of series'

/** Checked one by one: of a week there are some hundred thousand of them, and a schema takes twice the time. */
function pointsIn(values: readonly unknown[]): CounterSeries['points'] | { failed: string } {
  const points: (readonly [at: number, value: number])[] = []
  let before = Number.NEGATIVE_INFINITY
  for (const pair of values) {
    if (!Array.isArray(pair) || pair.length !== 2) return { failed: OTHER }
    const [seconds, text] = pair as unknown[]
    if (typeof seconds !== 'number' || typeof text !== 'string') return { failed: OTHER }
    const [at, value] = [Math.round(seconds * 1000), numberOf(text)]
    if (!(Number.isSafeInteger(value) && value >= 0))
      return { failed: `it has ${said(text)} where a counter of requests stands` }
    if (!(at > before)) return { failed: 'it answers with times that do not go on' }
    points.push([at, value])
    before = at
  }
  return points
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}
