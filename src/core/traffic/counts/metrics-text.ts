import type { Exposures } from '../exposures/exposures.ts'
import { binNames, referenceCounts } from '../profile/bins.ts'
import { profileHash } from '../profile/profile-file.ts'
import { canaryFamilies, type Family } from './canary-series.ts'
import { latencyUpTo } from './latency.ts'
import type { ReleaseCounter } from './release-counter.ts'
import {
  EVENT_RESULTS,
  OUTCOME_RESULTS,
  OUTCOME_STRAYS,
  type OutcomeStray,
  PROOFS,
  STRAY_RESULTS,
  type StrayResult,
  TRUSTS,
} from './results.ts'
import { seriesLabels } from './series-labels.ts'
import type { Strays } from './strays.ts'

/** What is counted besides the traffic of releases. */
export interface Beside {
  environment?: string
  startedAt: number
  strays: Strays<StrayResult>
  strayOutcomes: Strays<OutcomeStray>
  canaries: readonly Exposures[]
}

/**
 * The counts as Prometheus reads them, format 0.0.4. Every bin is there from the first time on, as 0: one that is first seen with a
 * value would show no increase. All labels are of profiles or our own words; no sender can make a series.
 */
export function metricsText(counters: readonly ReleaseCounter[], beside: Beside): string {
  const { environment, startedAt } = beside
  const known = counters.map(counter => ({ counter, series: seriesOf(counter, environment) }))
  const place = seriesLabels({ environment })
  const models = [
    '',
    ...new Set([...counters.map(({ model }) => model), ...beside.canaries.map(({ step }) => step.model)]),
  ]
  const strayLines = <R extends string>(name: string, results: readonly R[], strays: Strays<R>) =>
    models.flatMap(model =>
      results.map(
        result => `${name}${seriesLabels({ model, environment, result })}${strays.total(result, model)}`,
      ),
    )
  const families: Family[] = [
    [
      'assay_feature_total',
      'counter',
      'Rows of live traffic in each bin of the profile.',
      known.flatMap(({ counter, series }) =>
        series.bins.map((prefix, slot) => `${prefix}${counter.total(slot)}`),
      ),
    ],
    [
      'assay_profile_count',
      'gauge',
      'Rows of the profile in each bin.',
      known.flatMap(({ series }) => series.reference),
    ],
    [
      'assay_profile_info',
      'gauge',
      'The profile whose bins are counted in, by its hash.',
      known.map(({ series }) => series.profile),
    ],
    [
      'assay_events_total',
      'counter',
      'Events by what became of them, and by what vouched for them.',
      [
        ...known.flatMap(({ counter, series }) =>
          series.events.map(({ prefix, result, trust }) => `${prefix}${counter.events(result, trust)}`),
        ),
        ...strayLines('assay_events_total', STRAY_RESULTS, beside.strays),
      ],
    ],
    [
      'assay_outcomes_total',
      'counter',
      'Outcomes by what became of them, and by what says which prediction they are of.',
      [
        ...known.flatMap(outcomeLines('results')),
        ...strayLines('assay_outcomes_total', OUTCOME_STRAYS, beside.strayOutcomes),
      ],
    ],
    [
      'assay_labelled_total',
      'counter',
      'Matured outcomes by the bin of their score.',
      known.flatMap(outcomeLines('labelled')),
    ],
    [
      'assay_predicted_total',
      'counter',
      'Matured outcomes by what was predicted.',
      known.flatMap(outcomeLines('predicted')),
    ],
    [
      LATENCY,
      'histogram',
      'How long answers took, of those that say it.',
      counters.flatMap(counter => latencyLines(counter, environment)),
    ],
    [
      'assay_collector_start_time_seconds',
      'gauge',
      'When this process began to count.',
      [`assay_collector_start_time_seconds${place}${startedAt / 1000}`],
    ],
    [
      'assay_release_start_time_seconds',
      'gauge',
      'When counting of a release began.',
      counters.map(
        ({ model, release, startedAt: at }) =>
          `assay_release_start_time_seconds${seriesLabels({ model, release, environment })}${at / 1000}`,
      ),
    ],
    [
      'assay_collector_releases',
      'gauge',
      'Releases whose profile is read.',
      [`assay_collector_releases${place}${counters.length}`],
    ],
    ...canaryFamilies(beside.canaries, environment),
  ]
  return families
    .filter(([, , , lines]) => lines.length > 0)
    .map(
      ([name, type, help, lines]) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`,
    )
    .join('')
}

// --- internal ---

/** Everything of a line but its value, in the order of the slots: made once a release. */
interface Series {
  bins: string[]
  reference: string[]
  profile: string
  events: { prefix: string; result: (typeof EVENT_RESULTS)[number]; trust: (typeof TRUSTS)[number] }[]
  outcomes: Record<'results' | 'labelled' | 'predicted', Outcome[]>
}

type Outcome = { prefix: string; slot: number }

function outcomeLines(of: keyof Series['outcomes']) {
  return ({ counter, series }: { counter: ReleaseCounter; series: Series }) =>
    series.outcomes[of].map(({ prefix, slot }) => `${prefix}${counter.outcomeTotal(slot)}`)
}

const LATENCY = 'assay_latency_milliseconds'

function latencyLines({ model, release, latencies }: ReleaseCounter, environment: string | undefined) {
  const of = { model, release, environment }
  const { counts, sum } = latencies.total()
  const upTo = latencyUpTo(counts)
  return [
    ...upTo.map(
      ([bound, answers]) =>
        `${LATENCY}_bucket${seriesLabels({ ...of, le: bound === Infinity ? '+Inf' : String(bound) })}${answers}`,
    ),
    `${LATENCY}_sum${seriesLabels(of)}${sum}`,
    `${LATENCY}_count${seriesLabels(of)}${upTo.at(-1)![1]}`,
  ]
}

const MADE = new WeakMap<ReleaseCounter, Series>()

function seriesOf(counter: ReleaseCounter, environment: string | undefined): Series {
  const made = MADE.get(counter) ?? newSeries(counter, environment)
  MADE.set(counter, made)
  return made
}

function newSeries(
  { model, release, profile, features, outcomes }: ReleaseCounter,
  environment: string | undefined,
): Series {
  const of = { model, release, environment }
  const bins = features.flatMap(feature =>
    binNames(feature).map(bin => seriesLabels({ ...of, feature: feature.name, bin })),
  )
  const reference = features.flatMap(referenceCounts)
  return {
    bins: bins.map(one => `assay_feature_total${one}`),
    reference: bins.map((one, slot) => `assay_profile_count${one}${reference[slot]}`),
    profile: `assay_profile_info${seriesLabels({ ...of, profile: profileHash(profile) })}1`,
    events: TRUSTS.flatMap(trust =>
      EVENT_RESULTS.map(result => ({
        prefix: `assay_events_total${seriesLabels({ ...of, result, trust })}`,
        result,
        trust,
      })),
    ),
    outcomes: {
      results: PROOFS.flatMap(proof =>
        OUTCOME_RESULTS.map(result => ({
          prefix: `assay_outcomes_total${seriesLabels({ ...of, result, proof })}`,
          slot: outcomes.slots.result(result, proof),
        })),
      ),
      labelled: outcomes.labels.flatMap((label, index) =>
        Array.from({ length: outcomes.scoreBins }, (_, bin) => ({
          prefix: `assay_labelled_total${seriesLabels({ ...of, score_bin: String(bin), label })}`,
          slot: outcomes.slots.labelled(index, bin),
        })),
      ),
      predicted: outcomes.labels.flatMap((label, index) =>
        outcomes.predictions.map((prediction, bin) => ({
          prefix: `assay_predicted_total${seriesLabels({ ...of, prediction, label })}`,
          slot: outcomes.slots.predicted(index, bin),
        })),
      ),
    },
  }
}
