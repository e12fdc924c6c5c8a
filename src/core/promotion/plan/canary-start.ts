import { type ReleaseRecord, releaseKey } from '../../release/record.ts'
import { type CanaryMove, takesSlow } from '../canary/canary-plan.ts'
import { planStart } from './canary-step.ts'
import type { Question } from './choice.ts'
import type { CanaryInPlace, OpenPromotion } from './facts.ts'
import type { Reason } from './reasons.ts'

/**
 * How a release enters where another serves, or why it cannot: a guardrail whose event nobody knows would guard nothing. Undefined: it
 * gets all of the traffic at once.
 */
export function startOrReason(
  question: Question,
  {
    release,
    serving,
    canary,
    open,
  }: {
    release: ReleaseRecord
    serving: ReleaseRecord
    canary: CanaryInPlace | undefined
    open: OpenPromotion | undefined
  },
): CanaryMove | Reason | undefined {
  const rules = question.environment.canary
  if (!rules || !takesSlow(rules)) return planStart(question, release)
  // What is proposed stays as it is proposed.
  const isOpen =
    open?.release && releaseKey(open.release) === releaseKey(release) && open.champion === releaseKey(serving)
  if (isOpen && open.slow) return planStart(question, release, open.slow)
  const seen = canary?.slow
  if (!seen) return { kind: 'canary_slow', why: 'nobody who counts them was asked' }
  if ('unknown' in seen) return { kind: 'canary_slow', why: seen.unknown }
  return planStart(question, release, { ...seen, release: serving.version })
}
