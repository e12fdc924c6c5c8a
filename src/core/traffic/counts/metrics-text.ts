import { binNames, referenceCounts } from '../profile/bins.ts'
import type { ReleaseCounter } from './release-counter.ts'
import { EVENT_RESULTS, STRAY_RESULTS, type StrayResult, TRUSTS } from './results.ts'

/** What is counted besides the traffic of releases. */
export interface Beside {
  environment?: string
  startedAt: number
  strays: ReadonlyMap<StrayResult, ReadonlyMap<string, number>>
}

/**
 * The counts as Prometheus reads them, format 0.0.4. Every bin is there from the first time on, as 0: one that is first seen with a
 * value would show no increase. All labels are of profiles or our own words; no sender can make a series.
 */
export function metricsText(counters: readonly ReleaseCounter[], beside: Beside): string {
  const { environment, startedAt } = beside
  const known = counters.map(counter => ({ counter, series: seriesOf(counter, environment) }))
  const place = labels({ environment })
  const families: [name: string, type: 'counter' | 'gauge', help: string, lines: string[]][] = [
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
      'assay_events_total',
      'counter',
      'Events by what became of them, and by what vouched for them.',
      [
        ...known.flatMap(({ counter, series }) =>
          series.events.map(({ prefix, result, trust }) => `${prefix}${counter.events(result, trust)}`),
        ),
        ...strayLines(counters, beside),
      ],
    ],
    [
      'assay_collector_start_time_seconds',
      'gauge',
      'When this process began to count.',
      [`assay_collector_start_time_seconds${place}${startedAt / 1000}`],
    ],
    [
      'assay_collector_releases',
      'gauge',
      'Releases whose profile is read.',
      [`assay_collector_releases${place}${counters.length}`],
    ],
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
  events: { prefix: string; result: (typeof EVENT_RESULTS)[number]; trust: (typeof TRUSTS)[number] }[]
}

/** Of no release that has a profile: by the models that there are, and without one. */
function strayLines(counters: readonly ReleaseCounter[], { environment, strays }: Beside): string[] {
  const models = ['', ...new Set(counters.map(({ model }) => model))]
  return models.flatMap(model =>
    STRAY_RESULTS.filter(result => result !== (model === '' ? 'no_profile' : 'unknown_model')).map(result => {
      const count = strays.get(result)?.get(model) ?? 0
      return `assay_events_total${labels({ model, environment, result })}${count}`
    }),
  )
}

const MADE = new WeakMap<ReleaseCounter, Series>()

function seriesOf(counter: ReleaseCounter, environment: string | undefined): Series {
  const made = MADE.get(counter) ?? newSeries(counter, environment)
  MADE.set(counter, made)
  return made
}

function newSeries({ model, release, features }: ReleaseCounter, environment: string | undefined): Series {
  const of = { model, release, environment }
  const bins = features.flatMap(feature =>
    binNames(feature).map(bin => labels({ ...of, feature: feature.name, bin })),
  )
  const reference = features.flatMap(referenceCounts)
  return {
    bins: bins.map(one => `assay_feature_total${one}`),
    reference: bins.map((one, slot) => `assay_profile_count${one}${reference[slot]}`),
    events: TRUSTS.flatMap(trust =>
      EVENT_RESULTS.map(result => ({
        prefix: `assay_events_total${labels({ ...of, result, trust })}`,
        result,
        trust,
      })),
    ),
  }
}

/** With the space before the value. A label without a text is one that is not there. */
function labels(of: Readonly<Record<string, string | undefined>>): string {
  const said = Object.entries(of).flatMap(([name, value]) => (value ? [`${name}="${escaped(value)}"`] : []))
  return said.length === 0 ? ' ' : `{${said.join(',')}} `
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
