import * as z from 'zod'
import { shortened, visible } from '../../text/visible-text.ts'

/** What `/api/v1/query` answers, as samples. Values are texts there, because NaN is one of them. */

export type Labels = Readonly<Partial<Record<string, string>>>

export interface Sample {
  /** As they lie in the answer: of a model of 50 features there are some thousand of them. */
  labels: Labels
  value: number
}

/**
 * Samples of an instant query, or in words why there are none to rely on. An answer that warns is one in part: of several servers, one
 * did not answer.
 */
export function readSamples(answer: unknown): { samples: Sample[] } | { failed: string } {
  const data = answeredData(answer)
  if ('failed' in data) return data
  const { resultType, result } = data
  if (resultType === 'scalar') {
    const scalar = Point.safeParse(result)
    if (scalar.success) return { samples: [{ labels: {}, value: Number(scalar.data[1]) }] }
  }
  const samples = resultType === 'vector' ? samplesIn(result) : undefined
  return samples ? { samples } : { failed: 'it answers something else than an instant vector' }
}

/** What an answer of the API is of, or in words why it cannot be relied on: an error, no answer of the API, or one in part. */
export function answeredData(
  answer: unknown,
): { resultType?: string; result?: unknown } | { failed: string } {
  const read = Answer.safeParse(answer)
  if (!read.success) return { failed: 'it answers what is none of its API' }
  const { status, data, error, warnings } = read.data
  if (status !== 'success')
    return { failed: `it answers: ${said(error ?? 'an error that it does not name')}` }
  if (warnings && warnings.length > 0) return { failed: `it answers in part: ${said(warnings[0]!)}` }
  return data ?? {}
}

/** Foreign text in a sentence of ours. */
export function said(text: string): string {
  return shortened(visible(text), 200)
}

// --- internal ---

const Answer = z.object({
  status: z.string(),
  data: z.object({ resultType: z.string(), result: z.unknown() }).optional(),
  error: z.string().optional(),
  warnings: z.array(z.string()).nullish(),
})
const Point = z.tuple([z.number(), z.string()])

/** Checked without a copy, which a schema would make: half of what a look at a model costs, and of the memory that it takes. */
function samplesIn(vector: unknown): Sample[] | undefined {
  if (!Array.isArray(vector)) return undefined
  const samples: Sample[] = []
  for (const entry of vector) {
    const { metric, value } = (entry ?? {}) as { metric?: unknown; value?: unknown }
    if (!areLabels(metric) || !Array.isArray(value) || value.length !== 2) return undefined
    const [at, text] = value as unknown[]
    if (typeof at !== 'number' || typeof text !== 'string') return undefined
    samples.push({ labels: metric, value: numberOf(text) })
  }
  return samples
}

function areLabels(metric: unknown): metric is Labels {
  if (typeof metric !== 'object' || metric === null || Array.isArray(metric)) return false
  for (const name in metric) if (typeof (metric as Record<string, unknown>)[name] !== 'string') return false
  return true
}

function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : text.trim() === '' ? Number.NaN : Number(text)
}
