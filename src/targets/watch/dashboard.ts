import { createHash } from 'node:crypto'
import type * as grafana from '@grafana/schema'
import type { Options as TimeSeries } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen'
import { type ServedRelease, selector } from './alert.ts'

/** A dashboard of Grafana as it is imported, by Grafana's own schema and with what it takes of that and no more. */
export type Dashboard = Parts<
  grafana.Dashboard,
  'uid' | 'title' | 'tags' | 'schemaVersion' | 'editable' | 'refresh' | 'time' | 'templating'
> & { panels: Panel[] }

export type Panel = Parts<
  grafana.Panel,
  'id' | 'title' | 'description' | 'gridPos' | 'datasource' | 'fieldConfig'
> & {
  type: 'timeseries'
  targets: { refId: string; expr: string; legendFormat: string }[]
  options: AsJson<TimeSeries>
}

/**
 * What a person looks at when an alert has come: rows first, since without them all else says nothing; then each feature against its
 * profile. By what the rules record, where there are some, or by the verdicts.
 */
export function dashboardOf(of: ServedRelease, rules: 'counts' | 'verdicts' | undefined): Dashboard {
  return {
    uid: createHash('sha256').update(`assay ${of.environment} ${of.model}`).digest('hex').slice(0, 16),
    title: `${of.model} in ${of.environment}`,
    tags: ['assay', 'drift'],
    schemaVersion: 39,
    editable: false,
    refresh: '1m',
    time: { from: 'now-2d', to: 'now' },
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', hide: 0 }] },
    panels: panelsOf(
      [...PANELS, ...(rules ? PSI_PANELS[rules] : [])].map(({ queries, ...panel }) => ({
        ...panel,
        queries: queries(of),
      })),
    ),
  }
}

/** What a panel draws. `isSigned`: below 0 too. */
export interface Drawn {
  title: string
  description: string
  unit: string
  isSigned?: boolean
  queries: readonly (readonly [expr: string, legend: string])[]
}

/** Two in a row. */
export function panelsOf(all: readonly Drawn[]): Panel[] {
  return all.map(({ title, description, unit, isSigned, queries }, index) => ({
    id: index + 1,
    type: 'timeseries',
    title,
    description,
    gridPos: { x: (index % 2) * 12, y: Math.floor(index / 2) * 9, w: 12, h: 9 },
    datasource: { type: 'prometheus', uid: '$datasource' },
    targets: queries.map(([expr, legendFormat], at) => ({ refId: 'ABC'[at]!, expr, legendFormat })),
    fieldConfig: { defaults: { unit, ...(!isSigned && { min: 0 }) }, overrides: [] },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  }))
}

// --- internal ---

/** What stands in a file: a member of an enumeration is its text. */
type AsJson<T> = T extends string
  ? `${T}`
  : T extends (infer One)[]
    ? AsJson<One>[]
    : T extends object
      ? { [Key in keyof T]: AsJson<T[Key]> }
      : T
type Parts<T, Key extends keyof T> = Required<AsJson<Pick<T, Key>>>

interface Shown extends Omit<Drawn, 'queries'> {
  queries: (of: ServedRelease) => [expr: string, legend: string][]
}

const share = (of: ServedRelease, bin: string): [string, string][] => [
  [
    `sum by (feature) (increase(assay_feature_total${selector(of, `bin="${bin}"`)}[1h])) / (sum by (feature) (increase(assay_feature_total${selector(of)}[1h])) > 0)`,
    '{{feature}}',
  ],
]

const PANELS: Shown[] = [
  {
    title: 'Events of an hour',
    description:
      'By what became of them. Where nothing is counted, all other panels are empty, and nothing is known.',
    unit: 'short',
    queries: of => [[`sum by (result) (increase(assay_events_total${selector(of)}[1h]))`, '{{result}}']],
  },
  {
    title: 'Rows of the scores',
    description: 'In each bin of the score, in an hour.',
    unit: 'short',
    queries: of => [
      [
        `sum by (bin) (increase(assay_feature_total${selector(of, 'feature="__score__"')}[1h]))`,
        'bin {{bin}}',
      ],
    ],
  },
  {
    title: 'Missing',
    description: 'Share of the rows of an hour.',
    unit: 'percentunit',
    queries: of => share(of, '__missing__'),
  },
  {
    title: 'New to the profile',
    description: 'Share of the rows of an hour.',
    unit: 'percentunit',
    queries: of => share(of, '__new__'),
  },
]

/** PSI never alone: beside it the rows that it is of, and what noise reaches with so many. */
const PSI_PANELS: Record<'counts' | 'verdicts', Shown[]> = {
  counts: [
    {
      title: 'PSI of a day',
      description: 'Of each feature against its profile; none without rows.',
      unit: 'none',
      queries: of => [[`assay:feature:psi1d${selector(of)}`, '{{feature}}']],
    },
    {
      title: 'Rows of a day, and the PSI that noise reaches',
      description: 'Above 0.1 noise alone reaches what is called a shift: too few rows to tell.',
      unit: 'none',
      queries: of => [
        [`assay:feature:n1d${selector(of)}`, 'rows of {{feature}}'],
        [`assay:feature:psi_critical1d${selector(of)}`, 'noise in {{feature}}'],
      ],
    },
  ],
  verdicts: [
    {
      title: 'PSI of the window of shift',
      description:
        'Of each feature against its profile, and what chance reaches within the budget of false alarms.',
      unit: 'none',
      queries: of => [
        [`assay_drift_psi${selector(of, 'window="shift"')}`, '{{feature}}'],
        [`assay_drift_psi_cutoff${selector(of, 'window="shift"')}`, 'chance in {{feature}}'],
      ],
    },
    {
      title: 'Rows, and the verdict',
      description: 'What is not known is not steady.',
      unit: 'none',
      queries: of => [
        [`assay_drift_rows${selector(of, 'window="shift"')}`, 'rows of {{feature}}'],
        [`assay_drift_state${selector(of)} == 1`, '{{state}}'],
      ],
    },
  ],
}
