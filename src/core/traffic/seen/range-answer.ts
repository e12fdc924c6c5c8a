import * as z from 'zod'
import { shortened, visible } from '../../text/visible-text.ts'
import type { Labels } from './prometheus-answer.ts'

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
  const read = Answer.safeParse(answer)
  if (!read.success) return { failed: 'it answers what is none of its API' }
  const { status, data, error, warnings } = read.data
  if (status !== 'success')
    return { failed: `it answers: ${said(error ?? 'an error that it does not name')}` }
  if (warnings && warnings.length > 0) return { failed: `it answers in part: ${said(warnings[0]!)}` }
  const result = Matrix.safeParse(data)
  if (!result.success) return { failed: 'it answers something else than a range of series' }
  const series: CounterSeries[] = []
  for (const { metric, values } of result.data.result) {
    const points = values.map(([at, text]) => [Math.round(at * 1000), numberOf(text)] as const)
    const strange = points.findIndex(([, value]) => !(Number.isSafeInteger(value) && value >= 0))
    if (strange >= 0)
      return { failed: `it has ${said(values[strange]![1])} where a counter of requests stands` }
    if (points.some(([at], index) => index > 0 && !(at > points[index - 1]![0])))
      return { failed: 'it answers with times that do not go on' }
    series.push({ labels: metric, points })
  }
  return { series }
}

// --- internal ---

const Answer = z.object({
  status: z.string(),
  data: z.unknown().optional(),
  error: z.string().optional(),
  warnings: z.array(z.string()).nullish(),
})
const Matrix = z.object({
  resultType: z.literal('matrix'),
  result: z.array(
    z.object({
      metric: z.record(z.string(), z.string()),
      values: z.array(z.tuple([z.number(), z.string()])),
    }),
  ),
})

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

function said(text: string): string {
  return shortened(visible(text), 200)
}
