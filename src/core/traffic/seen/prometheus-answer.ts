import * as z from 'zod'
import { shortened, visible } from '../../text/visible-text.ts'

/** What `/api/v1/query` answers, as samples. Values are texts there, because NaN is one of them. */

export interface Sample {
  labels: ReadonlyMap<string, string>
  value: number
}

/**
 * Samples of an instant query, or in words why there are none to rely on. An answer that warns is one in part: of several servers, one
 * did not answer.
 */
export function readSamples(answer: unknown): { samples: Sample[] } | { failed: string } {
  const read = Answer.safeParse(answer)
  if (!read.success) return { failed: 'it answers what is none of its API' }
  const { status, data, error, warnings } = read.data
  if (status !== 'success')
    return { failed: `it answers: ${said(error ?? 'an error that it does not name')}` }
  if (warnings && warnings.length > 0) return { failed: `it answers in part: ${said(warnings[0]!)}` }
  const { resultType, result } = data ?? {}
  if (resultType === 'scalar') {
    const scalar = Point.safeParse(result)
    if (scalar.success) return { samples: [{ labels: new Map(), value: Number(scalar.data[1]) }] }
  }
  const vector = resultType === 'vector' ? Vector.safeParse(result) : undefined
  if (!vector?.success) return { failed: 'it answers something else than an instant vector' }
  return {
    samples: vector.data.map(({ metric, value }) => ({
      labels: new Map(Object.entries(metric)),
      value: numberOf(value[1]),
    })),
  }
}

// --- internal ---

const Answer = z.object({
  status: z.string(),
  data: z.object({ resultType: z.string(), result: z.unknown() }).optional(),
  error: z.string().optional(),
  warnings: z.array(z.string()).nullish(),
})
const Point = z.tuple([z.number(), z.string()])
const Vector = z.array(z.object({ metric: z.record(z.string(), z.string()), value: Point }))

function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : text.trim() === '' ? Number.NaN : Number(text)
}

function said(text: string): string {
  return shortened(visible(text), 200)
}
