import { isUsageMetric } from '../../inputs/usage-metrics.ts'
import type { Matchup } from '../comparison/comparison.ts'
import type { GateInputs } from '../gates/inputs.ts'
import type { Against, MetricRow, Result } from '../result.ts'

/**
 * Why no metric at all was weighed against a champion or base that is there: then "no difference is shown" would say that one was
 * looked for. Time and cost need no test set, and are no answer.
 */
export function notCompared(
  rows: readonly MetricRow[],
  matchups: Partial<Record<Against, Matchup>>,
  compare: GateInputs['compare'],
): Result['notCompared'] {
  const measured = rows.filter(({ metric }) => !isUsageMetric(metric))
  const why = (against: Against) => {
    const matchup = matchups[against]
    if (!matchup || measured.some(({ differences }) => differences[against])) return undefined
    const both = measured.find(row => row.candidate && row[against])
    return sentence(
      matchup.notComparable ??
        (both && (whyNoRows(matchup) ?? compare(both.metric, against).missing)) ??
        'they have no metric in common',
    )
  }
  const [champion, base] = [why('champion'), why('base')]
  return champion || base ? { champion, base } : undefined
}

// --- internal ---

/** Rows of one side compare nothing, and more of its numbers would not help. */
function whyNoRows({ candidate, baseline }: Matchup): string | undefined {
  if (!candidate.predictions || baseline.predictions || baseline.estimates) return undefined
  return `the ${baseline.side} has no rows to compare those of the candidate with`
}

/** To follow a colon. */
function sentence(reason: string): string {
  return `${reason.charAt(0).toLowerCase()}${reason.slice(1)}`.replace(/\.$/, '')
}
