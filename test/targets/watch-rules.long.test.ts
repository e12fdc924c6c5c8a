import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { populationStability } from '../../src/core/statistics/traffic/population-stability.ts'
import { binNames, referenceCounts } from '../../src/core/traffic/profile/bins.ts'
import { trafficFeatures } from '../../src/core/traffic/profile/profile.ts'
import { ruleGroups } from '../../src/targets/watch/rules.ts'
import { verdictGroups } from '../../src/targets/watch/verdict-rules.ts'
import { testFolder } from '../support/git-repository.ts'
import { profileOf } from '../support/profiles.ts'
import { missing } from '../support/tools.ts'

/** The rules that a promotion writes, as Prometheus works them out. */

const { folder, remove } = testFolder()
afterAll(remove)
const LACKING = missing('promtool', '--version')

const RELEASE = '2026-05-20-b491386'
const ZIP = {
  name: 'zip',
  type: 'category' as const,
  categories: Array.from({ length: 40 }, (_, index) => `z${index}`),
  counts: new Array<number>(40).fill(20),
  missing: 0,
  pooled: 200,
}
/** Its name is no word, and holds what a matcher and its quotes could take for their own. */
const NET = { ...profileOf().features[0]!, name: 'net "income" (\\d+|€)' }
const features = trafficFeatures(profileOf({ features: [...profileOf().features, ZIP, NET] }))
const OF = { model: 'churn', release: RELEASE, environment: 'production' }
const groups = ruleGroups({
  ...OF,
  features: features.length,
  bins: 42,
  numbers: features.filter(({ type }) => type === 'number').map(({ name }) => name),
  requests: 'rate(mesh_total{model="{model}"}[15m])',
})

const series = (name: string, labels: Record<string, string>) =>
  `${name}{${Object.entries({ ...OF, ...labels })
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')}}`

/** Rows of each bin in five minutes, by feature; what is not named goes on as in the profile. */
type Rates = Record<string, number[]>
const asProfile: Rates = Object.fromEntries(
  features.map(one => [one.name, referenceCounts(one).map(count => count / 4)]),
)
const PODS = ['a', 'b']

/** What the collector shows, of two pods of which the second is restarted after half of the steps. */
function traffic(rates: Rates, steps: number): { series: string; values: string }[] {
  const half = Math.floor(steps / 2)
  return features.flatMap(feature =>
    binNames(feature).flatMap((bin, index) => {
      const rate = (rates[feature.name] ?? asProfile[feature.name]!)[index]!
      const of = { feature: feature.name, bin }
      return [
        { series: series('assay_profile_count', of), values: `${referenceCounts(feature)[index]}x${steps}` },
        ...PODS.map(pod => ({
          series: series('assay_feature_total', { ...of, pod }),
          // Counting from 0 anew is no loss: the first value after it is what came since.
          values:
            pod === 'a' ? `0+${rate}x${steps}` : `0+${rate}x${half} ${rate}+${rate}x${steps - half - 1}`,
        })),
      ]
    }),
  )
}

/** A series that goes on for an hour, and then stays as it is. */
const stopped = (values: string) => {
  const rate = Number(/\+([\d.]+)x/.exec(values)![1])
  return `0+${rate}x12 ${12 * rate}x23`
}

const events = (result: string, rate: number, steps: number) => ({
  series: series('assay_events_total', { result, trust: 'network' }),
  values: `0+${rate}x${steps}`,
})

interface Case {
  input_series: { series: string; values: string }[]
  promql_expr_test?: { expr: string; eval_time: string; exp_samples: { labels: string; value: number }[] }[]
  alert_rule_test?: { eval_time: string; alertname: string; exp_alerts: object[] }[]
}

function promtool(cases: Case[], every = '5m', rules: object = groups): void {
  writeFileSync(join(folder, 'rules.yml'), JSON.stringify({ groups: rules }))
  const tests = cases.map(one => ({ interval: every, ...one }))
  writeFileSync(
    join(folder, 'tests.yml'),
    JSON.stringify({ rule_files: ['rules.yml'], evaluation_interval: every, group_eval_order: [], tests }),
  )
  try {
    execFileSync('promtool', ['test', 'rules', 'tests.yml'], { cwd: folder, stdio: 'pipe' })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: Buffer; stderr: Buffer }
    throw new Error(`${stdout}${stderr}`.slice(0, 3000))
  }
}

const holds = (expr: string, eval_time = '60m') => ({
  expr,
  eval_time,
  exp_samples: [{ labels: '{}', value: 1 }],
})
const nothing = (expr: string, eval_time = '60m') => ({ expr, eval_time, exp_samples: [] })
const silent = (alertname: string, eval_time: string) => ({ eval_time, alertname, exp_alerts: [] })
const fires = (alertname: string, eval_time: string, more: object, annotations: object, of: object = OF) => ({
  eval_time,
  alertname,
  exp_alerts: [
    {
      exp_labels: {
        ...of,
        assay_model: OF.model,
        assay_environment: OF.environment,
        assay_release: OF.release,
        ...more,
      },
      exp_annotations: annotations,
    },
  ],
})
const ALERTS = groups.flatMap(({ rules }) => rules.flatMap(rule => ('alert' in rule ? [rule.alert] : [])))
const told = (alert: string, what: string, description: string) => {
  expect(ALERTS).toContain(alert)
  return { summary: `churn ${RELEASE} in production: ${what}`, description }
}

const VERDICT = (what: string) => ({
  summary: `churn ${RELEASE} in production: ${what}`,
  description: 'The page of `assay watch` says which features, from what to what, and since when.',
})

describe.skipIf(LACKING)('the rules of a release', () => {
  it('are rules', () => {
    writeFileSync(join(folder, 'rules.yml'), JSON.stringify({ groups }))
    const said = execFileSync('promtool', ['check', 'rules', 'rules.yml'], { cwd: folder, encoding: 'utf8' })

    expect(said).toContain(`SUCCESS: ${groups.flatMap(({ rules }) => rules).length} rules found`)
  })

  it('have the PSI of `assay drift` to 1e-9, its rows, and its cut-off within 1 %', () => {
    const moved: Rates[] = [
      { age: [20, 30, 30, 19, 1, 0], plan: [40, 55, 1, 4], zip: [...new Array(40).fill(1), 1, 9] },
      {
        age: [0, 0, 99, 0, 0, 1],
        plan: [1, 0, 0, 0],
        __score__: [90, 7, 0, 0],
        __prediction__: [5, 95, 0, 0],
      },
      { age: [0.5, 2, 1.5, 1, 0.5, 0.5], plan: [3, 1, 0.5, 0] },
      {},
    ]
    promtool(
      moved.map(rates => ({
        input_series: traffic(rates, 12),
        promql_expr_test: features.flatMap(feature => {
          const live = (rates[feature.name] ?? asProfile[feature.name]!).map(rate => rate * 12 * PODS.length)
          const n = live.reduce((sum, count) => sum + count, 0)
          const alpha = 0.01 / features.length
          const { psi, critical } = populationStability(referenceCounts(feature), live, { alpha })
          const of = `{feature=${JSON.stringify(feature.name)}}`
          return [
            holds(`sum(abs(assay:feature:psi1h${of} - ${psi}) < bool 1e-9)`),
            holds(`sum(abs(assay:feature:n1h${of} - ${n}) < bool 1e-6)`),
            holds(`sum(abs(assay:feature:psi_critical1h${of} / ${critical} - 1) < bool 0.01)`),
          ]
        }),
      })),
    )
  })

  it('say nothing of traffic that is as it was', () => {
    promtool([
      {
        input_series: [...traffic({}, 36), events('counted', 100, 36), events('mismatch', 1, 36)],
        alert_rule_test: ALERTS.map(alert => silent(alert, '180m')),
      },
    ])
  })

  it('are not green where nothing comes, nobody counts, or it is asked and not counted', () => {
    const none = Object.fromEntries(features.map(one => [one.name, referenceCounts(one).map(() => 0)]))
    const quiet = fires(
      'AssayQuiet',
      '140m',
      { severity: 'warning' },
      told(
        'AssayQuiet',
        'nothing was counted for two hours',
        'No traffic, or it does not reach the collector, or nobody reads that: nothing is known of its drift.',
      ),
    )
    const unseen = fires(
      'AssayUnseen',
      '60m',
      { assay_kind: 'breakage', severity: 'critical' },
      told(
        'AssayUnseen',
        'it is asked, and nothing is counted',
        'Requests go on and none reaches the collector: nothing is known of its drift.',
      ),
      {},
    )
    const asked = { series: 'mesh_total{model="churn"}', values: '0+60x36' }
    promtool([
      {
        input_series: [...traffic(none, 36), events('counted', 0, 36)],
        promql_expr_test: [
          nothing('assay:feature:psi1h'),
          nothing('assay:feature:psi_critical1h'),
          holds('min(assay:feature:n1h == bool 0)'),
        ],
        alert_rule_test: [silent('AssayQuiet', '100m'), quiet, silent('AssayUnseen', '60m')],
      },
      { input_series: [], alert_rule_test: [silent('AssayQuiet', '100m'), quiet] },
      { input_series: [asked, events('counted', 0, 36)], alert_rule_test: [unseen] },
      { input_series: [asked], alert_rule_test: [unseen] },
      { input_series: [asked, events('counted', 1, 36)], alert_rule_test: [silent('AssayUnseen', '60m')] },
    ])
  })

  it('tell what is broken, and of which feature', () => {
    const broken = { assay_kind: 'breakage', severity: 'critical' }
    const more = '% more of the rows of an hour than in its profile.'
    const others = (...alerts: string[]) =>
      ALERTS.filter(alert => ![...alerts, 'AssayShift', 'AssayQuiet'].includes(alert)).map(alert =>
        silent(alert, '90m'),
      )
    promtool([
      {
        input_series: [...traffic({ age: [8, 32, 24, 15, 21.2, 0] }, 18), events('counted', 100, 18)],
        alert_rule_test: [
          fires(
            'AssayMissing',
            '90m',
            { ...broken, feature: 'age', bin: '__missing__' },
            told('AssayMissing', 'age is missing', `In 19.96${more}`),
          ),
          ...others('AssayMissing'),
        ],
      },
      {
        input_series: [...traffic({}, 36), events('counted', 100, 36)].map(one =>
          one.series.includes('feature="__score__"') && one.series.startsWith('assay_feature_total')
            ? { ...one, values: stopped(one.values) }
            : one,
        ),
        alert_rule_test: [
          fires(
            'AssayUnanswered',
            '175m',
            { ...broken, feature: '__score__' },
            told(
              'AssayUnanswered',
              '__score__ does not come with the rows',
              'Not with 100% of the rows of an hour, and it came before.',
            ),
          ),
          ...others('AssayUnanswered'),
        ],
      },
      {
        input_series: [...traffic({ plan: [20, 10, 1, 69] }, 18), events('counted', 100, 18)],
        alert_rule_test: [
          fires(
            'AssayNewCategories',
            '90m',
            { ...broken, feature: 'plan', bin: '__new__' },
            told('AssayNewCategories', 'plan has values that its profile does not know', `In 65.9${more}`),
          ),
          ...others('AssayNewCategories'),
        ],
      },
      {
        input_series: [...traffic({ [NET.name]: [40, 40, 60, 50, 10, 50] }, 18), events('counted', 100, 18)],
        alert_rule_test: [
          fires(
            'AssayNoNumbers',
            '90m',
            { ...broken, feature: NET.name, bin: '__new__' },
            told('AssayNoNumbers', `${NET.name} holds what is no number`, `In 20${more}`),
          ),
          ...others('AssayNoNumbers'),
        ],
      },
      {
        input_series: [...traffic({ age: [1, 97, 1, 0, 1, 0] }, 18), events('counted', 100, 18)],
        alert_rule_test: [
          fires(
            'AssayStuck',
            '90m',
            { ...broken, feature: 'age', bin: '1' },
            told('AssayStuck', 'age is nearly always the same', 'Bin 1 has nearly all rows of an hour.'),
          ),
          ...others('AssayStuck'),
        ],
      },
      {
        input_series: [
          ...traffic({}, 18),
          events('counted', 75, 18),
          events('mismatch', 15, 18),
          events('rejected', 10, 18),
        ],
        alert_rule_test: [
          fires(
            'AssayUncounted',
            '90m',
            broken,
            told(
              'AssayUncounted',
              'events come that cannot be counted',
              '25% of the events of an hour; assay_events_total says by its result why.',
            ),
          ),
          ...others('AssayUncounted'),
        ],
      },
      // Two rows of three are missing: nobody can say yet.
      {
        input_series: [...traffic({ age: [0, 0.005, 0, 0, 0.01, 0] }, 18), events('counted', 1, 18)],
        alert_rule_test: others(),
      },
    ])
  })

  it('say what `assay watch` has found, and that it does not look any more', () => {
    const alarm = (kind: string, level: string) => ({
      series: series('assay_drift_alarm', { kind, level }),
      values: '1x6',
    })
    const looked = { series: series('assay_drift_looked_timestamp_seconds', {}), values: '0+300x6' }
    const of = (kind: string, level: string) => ({ ...OF, kind, level })
    promtool(
      [
        {
          input_series: [
            looked,
            alarm('shift', 'critical'),
            alarm('breakage', 'warn'),
            alarm('silence', 'unknown'),
          ],
          alert_rule_test: [
            fires(
              'AssayShift',
              '30m',
              { ...of('shift', 'critical'), assay_kind: 'shift', severity: 'warning' },
              VERDICT('its traffic is not what it was accepted on'),
            ),
            fires(
              'AssayQuiet',
              '30m',
              { ...of('silence', 'unknown'), severity: 'warning' },
              {
                ...VERDICT('nothing is counted'),
                description: 'No traffic, or it does not reach the collector: nothing is known of its drift.',
              },
            ),
            ...['AssayBreakage', 'AssayUnseen', 'AssayConcept', 'AssayUnwatched'].map(one =>
              silent(one, '30m'),
            ),
          ],
        },
        ...[[], [{ ...looked, values: '0x6' }]].map(input_series => ({
          input_series,
          alert_rule_test: [
            fires(
              'AssayUnwatched',
              '30m',
              { severity: 'warning' },
              {
                ...VERDICT('nobody looks at it'),
                description: '`assay watch` does not run, does not know the release, or nobody reads it.',
              },
            ),
          ],
        })),
      ],
      '5m',
      verdictGroups(OF),
    )
  })

  it('call a person where what is tried cannot be compared, and of another champion not', () => {
    const [release, canary] = ['2026-05-21-1111111', `${RELEASE}/2026-05-21-1111111@5`]
    const verdict = (name: string, of: object, values: string) => ({
      series: series('assay_canary_verdict', { verdict: name, release, canary, ...of }),
      values,
    })
    const begun = {
      ...{ model: OF.model, environment: OF.environment, release, canary },
      ...{ assay_kind: 'breakage', severity: 'critical' },
    }
    promtool(
      [
        {
          input_series: [
            verdict('not_comparable', {}, '0 0 1x10'),
            verdict('pass', {}, '1 1 0x10'),
            verdict('not_comparable', { canary: '2026-05-20-0000000/2026-05-21-1111111@5' }, '1x12'),
          ],
          alert_rule_test: [
            silent('AssayCanarySplit', '1m'),
            fires(
              'AssayCanarySplit',
              '10m',
              begun,
              {
                ...VERDICT('what is tried beside it cannot be compared with it'),
                description: `${release} does not get the share of the traffic that was declared, or users meet both releases. The page of the canary on \`assay watch\` names the likely causes. Its weight stays as it is; after one more horizon it is taken back.`,
              },
              {},
            ),
          ],
        },
      ],
      '1m',
      verdictGroups(OF),
    )
  })

  it('tell of a shift over a day, and not of a few rows', () => {
    const steps = 27 * 2
    const some = (factor: number) => ({ age: [20, 25, 35, 19, 1, 0].map(rate => rate * factor) })
    const { psi } = populationStability(referenceCounts(features[0]!), some(24 * 2 * 2).age)
    promtool(
      [
        {
          input_series: traffic(some(1), steps),
          promql_expr_test: [
            holds(`sum(abs(assay:feature:psi1d{feature="age"} - ${psi}) < bool 1e-9)`, '26h'),
          ],
          alert_rule_test: [
            fires(
              'AssayShift',
              '26h',
              { assay_kind: 'shift', severity: 'warning', feature: 'age' },
              told(
                'AssayShift',
                'the values of age are not those that it was accepted on',
                `PSI ${psi.toFixed(3)} over a day against its profile, more than noise reaches.`,
              ),
            ),
          ],
        },
        {
          input_series: traffic(some(0.0005), steps),
          alert_rule_test: [silent('AssayShift', '26h')],
        },
      ],
      '30m',
    )
  })
})
