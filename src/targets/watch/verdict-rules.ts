import { alertOf, OF_MODEL, type Rule, type RuleGroup, type ServedRelease, selector } from './alert.ts'

/**
 * Alerts on the alarms of `assay watch`, which judges all features together by a budget of false alarms, and knows how long an alarm
 * holds: nothing is worked out here.
 */
export function verdictGroups(of: ServedRelease): RuleGroup[] {
  const alarms = (...more: string[]) =>
    `max by (${OF_MODEL}, kind, level) (assay_drift_alarm${selector(of, ...more)}) > 0`
  const begun = (kind: keyof typeof SUMMARIES, alert: string, severity: string) =>
    alertOf(of, {
      alert,
      kind,
      severity,
      for: '0s',
      expr: alarms(`kind="${kind}"`, 'level="critical"'),
      summary: SUMMARIES[kind],
      description: 'The page of `assay watch` says which features, from what to what, and since when.',
    })
  const looked = `assay_drift_looked_timestamp_seconds${selector(of)}`
  return [
    {
      name: `assay-${of.environment}-${of.model}`,
      rules: [
        begun('breakage', 'AssayBreakage', 'critical'),
        begun('shift', 'AssayShift', 'warning'),
        begun('concept', 'AssayConcept', 'warning'),
        alertOf(of, {
          alert: 'AssayUnseen',
          kind: 'breakage',
          severity: 'critical',
          for: '0s',
          expr: alarms('kind="silence"', 'level="critical"'),
          summary: 'it is asked, and nothing is counted',
          description: 'Requests go on and none reaches the collector: nothing is known of its drift.',
        }),
        alertOf(of, {
          alert: 'AssayQuiet',
          severity: 'warning',
          for: '0s',
          expr: alarms('kind="silence"', 'level="unknown"'),
          summary: 'nothing is counted',
          description: 'No traffic, or it does not reach the collector: nothing is known of its drift.',
        }),
        canarySplit(of),
        alertOf(of, {
          alert: 'AssayUnwatched',
          severity: 'warning',
          for: '10m',
          expr: `(time() - max by (${OF_MODEL}) (${looked}) > 600) or sum by (${OF_MODEL}) (absent(${looked}))`,
          summary: 'nobody looks at it',
          description: '`assay watch` does not run, does not know the release, or nobody reads it.',
        }),
      ],
    },
  ]
}

// --- internal ---

/**
 * A split that is not what was declared, or arms that are no two: a person is called, since nothing is found out until that is mended.
 * The gauges of a canary are of the release that is tried; its key begins with the one that serves.
 */
function canarySplit(of: ServedRelease): Rule {
  const { model, environment, release } = of
  const own = [`model="${model}"`, `environment="${environment}"`, `canary=~"${promqlEscaped(release)}/.*"`]
  return alertOf(of, {
    alert: 'AssayCanarySplit',
    kind: 'breakage',
    severity: 'critical',
    for: '5m',
    expr: `max by (${OF_MODEL}, canary) (assay_canary_verdict{${own.join(', ')}, verdict="not_comparable"}) > 0`,
    summary: 'what is tried beside it cannot be compared with it',
    description:
      '{{ $labels.release }} does not get the share of the traffic that was declared, or users meet both releases. The page of the canary on `assay watch` names the likely causes. Its weight stays as it is; after one more horizon it is taken back.',
  })
}

/** As a part of a regular expression in a string of PromQL. */
function promqlEscaped(text: string): string {
  return text.replaceAll(/[.+]/g, character => `\\\\${character}`)
}

const SUMMARIES = {
  breakage: 'its traffic is broken',
  shift: 'its traffic is not what it was accepted on',
  concept: 'the same score means another outcome than before',
} as const
