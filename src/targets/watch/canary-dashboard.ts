import { type Dashboard, type Drawn, panelsOf } from './dashboard.ts'

/**
 * All canaries as a dashboard of Grafana, one at a time: by the gauges of `assay watch`, which are what its page shows. Shares are of
 * all units since the step began, and intervals those that hold at every look: a rate over minutes has neither.
 */
export function canaryDashboard(): Dashboard {
  const variable = (name: string, query: string) => ({
    name,
    type: 'query' as const,
    query,
    datasource: { type: 'prometheus', uid: '$datasource' },
    // With the dashboard, and with its times: a canary that has begun is there.
    refresh: 2,
    hide: 0 as const,
  })
  return {
    uid: 'assay-canary',
    title: 'Canaries',
    tags: ['assay', 'canary'],
    schemaVersion: 39,
    editable: false,
    refresh: '1m',
    time: { from: 'now-2d', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus', hide: 0 },
        variable('model', 'label_values(assay_canary_verdict, model)'),
        variable('environment', 'label_values(assay_canary_verdict{model="$model"}, environment)'),
      ],
    },
    panels: panelsOf(PANELS),
  }
}

// --- internal ---

/** Of two that watch the same, one: they say the same. A step is told from the one before it by the label `canary`. */
function gauge(name: string, by: string, ...more: string[]): string {
  const matchers = ['model="$model"', 'environment="$environment"', ...more]
  return `max by (${by}) (assay_canary_${name}{${matchers.join(', ')}})`
}

function share(by: string, metric: string): string {
  return `${gauge('events', by, metric)} / (${gauge('units', by, metric)} > 0)`
}

const PANELS: Drawn[] = [
  {
    title: 'Verdict',
    description: 'Which it is: 1. Where nothing is drawn nobody looks, and nothing is known.',
    unit: 'none',
    queries: [[`${gauge('verdict', 'verdict, canary')} == 1`, '{{verdict}}, {{canary}}']],
  },
  {
    title: 'Age of the counts',
    description: 'From three minutes on they say nothing of now, and the verdict is inconclusive.',
    unit: 's',
    queries: [
      [gauge('age_seconds', 'canary'), 'age, {{canary}}'],
      ['vector(180)', 'from here on nothing is known'],
    ],
  },
  {
    title: 'Split',
    description: 'Share of the units in the challenger: declared, seen, and what holds at every look.',
    unit: 'percentunit',
    queries: [[gauge('share', 'bound, canary'), '{{bound}}, {{canary}}']],
  },
  {
    title: 'Evidence against the split',
    description: 'Logarithm of e. From ln(1000) on it is not what was declared, and no verdict is given.',
    unit: 'none',
    isSigned: true,
    queries: [
      [gauge('split_log_e', 'canary'), '{{canary}}'],
      ['ln(vector(1000))', 'broken from here on'],
    ],
  },
  {
    title: 'Conversion',
    description: 'Of all units since the step began whose time is over.',
    unit: 'percentunit',
    queries: [[share('arm, canary', 'metric="conversion"'), '{{arm}}, {{canary}}']],
  },
  {
    title: 'Difference of conversion',
    description:
      'Challenger less champion, with what holds at every look. All of it above the margin is a pass, all of it below a fail.',
    unit: 'percentunit',
    isSigned: true,
    queries: [
      [gauge('difference', 'bound, canary'), '{{bound}}, {{canary}}'],
      [`-${gauge('margin', 'canary')}`, 'margin, {{canary}}'],
    ],
  },
  {
    title: 'Evidence of harm',
    description: 'Logarithm of e, of conversion and each guardrail: harm from its limit on.',
    unit: 'none',
    isSigned: true,
    queries: [
      [gauge('log_e', 'metric, canary'), '{{metric}}, {{canary}}'],
      [gauge('log_e_limit', 'metric, canary'), 'limit of {{metric}}, {{canary}}'],
    ],
  },
  {
    title: 'Guardrails',
    description: 'Share of the units of each release that met their event, since the step began.',
    unit: 'percentunit',
    queries: [[share('metric, arm, canary', 'metric!="conversion"'), '{{metric}}: {{arm}}, {{canary}}']],
  },
  {
    title: 'Units',
    description: 'How many all of this is of.',
    unit: 'short',
    queries: [[gauge('units', 'metric, arm, canary'), '{{metric}}: {{arm}}, {{canary}}']],
  },
  {
    title: 'Until it passes',
    description: 'At the traffic that there is. None where no time would do, and where it is not known.',
    unit: 's',
    queries: [[gauge('needs_seconds', 'canary'), '{{canary}}']],
  },
]
