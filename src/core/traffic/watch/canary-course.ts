import type { SequencePoint } from '../../report/plots/sequence.ts'
import type { CanaryEvidence, CanaryVerdict } from '../canary/verdict.ts'

/** What is known of a step over time. Kept in memory: after a restart nobody knows what was before. Instants in milliseconds. */
export interface CanaryCourse {
  /** Of the last look. */
  verdict: CanaryVerdict
  lookedAt: number
  /** Since when the verdict has been that word, as far as is known. */
  verdictSince: number
  /** What was seen last, and when that was true: a look that sees nothing keeps it. */
  seen?: { evidence: CanaryEvidence; asOf: number }
  /** The comparison of conversion at each look, thinned, in the order of time. */
  points: readonly SequencePoint[]
}

/** More are thinned: one in two stays, so the older they are the further they are apart. */
export const MOST_POINTS = 500

/**
 * What is known after a look. Another step begins anew; counts that began anew in the middle of a step are another piece of evidence,
 * so what lies before them goes.
 */
export function courseAfter(
  before: CanaryCourse | undefined,
  verdict: CanaryVerdict,
  now: number,
): CanaryCourse {
  const known = before?.verdict.key === verdict.key ? before : undefined
  const { evidence, asOf } = verdict
  const seen = evidence && asOf !== undefined ? { evidence, asOf } : known?.seen
  const since = evidence?.since ?? Number.NEGATIVE_INFINITY
  const points = (known?.points ?? []).filter(({ at }) => at >= since)
  const point = pointOf(verdict)
  const isNew = point !== undefined && point.at > (points.at(-1)?.at ?? Number.NEGATIVE_INFINITY)
  return {
    verdict,
    lookedAt: now,
    verdictSince: known?.verdict.verdict === verdict.verdict ? known.verdictSince : now,
    ...(seen && { seen }),
    points: isNew ? thinned(withPoint(points, point)) : points,
  }
}

// --- internal ---

function pointOf({ asOf, evidence }: CanaryVerdict): SequencePoint | undefined {
  const conversion = evidence?.conversion
  if (!conversion || asOf === undefined) return undefined
  const { challenger, champion, difference, low, high } = conversion
  const share = ({ events, units }: { events: number; units: number }) => events / units
  return { at: asOf, challenger: share(challenger), champion: share(champion), difference, low, high }
}

/** Looks at an open page come every few seconds: the newest stands for all since the last round, so that they thin nothing out. */
function withPoint(points: readonly SequencePoint[], point: SequencePoint): readonly SequencePoint[] {
  const [last, before] = points.toReversed()
  const isClose = last !== undefined && before !== undefined && last.at - before.at < ROUND_MS
  return [...(isClose ? points.slice(0, -1) : points), point]
}

/** A little less than from one round to the next. */
const ROUND_MS = 50_000

/** The newest stays, whatever goes. */
function thinned(points: readonly SequencePoint[]): readonly SequencePoint[] {
  if (points.length <= MOST_POINTS) return points
  return points.filter((_, at) => (points.length - 1 - at) % 2 === 0)
}
