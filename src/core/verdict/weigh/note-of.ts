import type { Evaluation } from '../../inputs/evaluation.ts'
import { PASSED } from '../../inputs/predictions/passed.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import { formatNumber } from '../../text/numbers.ts'
import type { MetricComparison } from '../comparison/comparison.ts'

/** What a reader must know of one metric, beside its numbers. */
export function noteOf(
  metric: string,
  candidate: Evaluation,
  compared: MetricComparison | undefined,
): string | undefined {
  if (compared?.otherScale) return compared.missing
  const by = metric === PASSED ? candidate.predictions?.passing?.by : undefined
  if (by !== undefined && compared?.missing === undefined) return `a try passes where ${maskPersonalData(by)}`
  const filed = candidate.metrics.get(metric)
  if (compared?.candidate && !compared.baseline) return 'new: the baseline does not have it'
  if (compared && !compared.candidate && compared.baseline) return 'gone: the candidate does not have it'
  const value = compared?.candidate?.value
  if (filed !== undefined && value !== undefined && Math.abs(filed - value) > 1e-3)
    return `the metrics file says ${formatNumber(filed)}`
  return compared?.missing
}
