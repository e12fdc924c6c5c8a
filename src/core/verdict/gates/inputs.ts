import type { Waiver } from '../../config/config.ts'
import type { Predictions } from '../../inputs/evaluation.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import type { Matchup, MetricComparison } from '../comparison/comparison.ts'
import type { MetricFacts } from '../comparison/own-value.ts'
import type { Against, Verdict } from '../result.ts'

/** Why there is no champion or base, in a sentence for the reader. `broken`: there should be one, so nothing may pass. */
export interface Absence {
  reason: string
  broken: boolean
}

/** Everything the gates of one model are judged from. */
export interface GateInputs {
  /** The candidate's own value of a metric; memoised by the caller. */
  own: (metric: string) => Estimate | undefined
  /** The candidate's rows, for floors and ceilings in slices. */
  predictions?: Predictions
  /** Where and why a metric of the candidate's files has no value, in a sentence. */
  noValue?: ReadonlyMap<string, string>
  /** Which outputs are not of this run, in a sentence: what passes without them cannot tell. */
  unwritten?: string
  /** Why a service that should tell metrics told none, in a sentence: of a metric without a value nobody can tell. */
  untold?: string
  matchups: Partial<
    Record<
      Against,
      Pick<Matchup, 'pair' | 'notComparable' | 'otherTestSet' | 'filesNotComparable'> &
        Partial<Pick<Matchup, 'baseline'>>
    >
  >
  facts: MetricFacts
  /** Why a baseline is absent; used where it is. */
  absent: Record<Against, Absence>
  /** Memoised by the caller, so that two gates on one metric weigh it once. */
  compare: (metric: string, against: Against) => MetricComparison
  waivers: Waiver[]
  /** ISO date, for waivers. */
  today: string
  metricNames: string[]
}

export interface Judged {
  verdict: Verdict
  reason: string
}
