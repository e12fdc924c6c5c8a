import { chiSquareUpperQuantile, normalQuantile } from '../../core/statistics/distributions/distributions.ts'
import { LEFT, MORE_MISSING, MORE_NEW, USUALLY_MOST } from '../../core/traffic/drift/breakage.ts'
import { LEAST_UNCOUNTED, MANY_UNCOUNTED, UNCOUNTED } from '../../core/traffic/drift/flow.ts'
import { anyOf } from '../../core/traffic/seen/promql.ts'
import { requestsQuery } from '../../core/traffic/seen/requests-query.ts'
import { alertOf, block, OF_MODEL, type Rule, type RuleGroup, type ServedRelease, selector } from './alert.ts'

/**
 * Rules of Prometheus for teams that want nothing beside it: PSI of each feature against the profile with the PSI that noise reaches,
 * and alerts with the labels that the bot knows (docs/bot.md). They hold what PromQL can: no false discovery rate, but the chance of
 * a look divided by its features.
 */

/** What the rules are for. */
export interface RulesOf extends ServedRelease {
  /** How many features are looked at at once, and how many bins the finest of them has. */
  features: number
  bins: number
  /** Names of those that are numbers. */
  numbers: readonly string[]
  /** PromQL for the requests that the model gets, whoever counts them. */
  requests?: string
}

/** In the order in which they stand in a group each sees what those before it recorded. */
export function ruleGroups(of: RulesOf): RuleGroup[] {
  const { model, environment } = of
  const name = (part: string) => `assay-${environment}-${model}-${part}`
  return [
    {
      name: name('breakage'),
      interval: '1m',
      rules: [...records(of, '1h'), ...breakage(of), ...silence(of)],
    },
    { name: name('shift'), interval: '5m', rules: [...records(of, '1d'), shift(of)] },
  ]
}

/** Series that a group records: one for each bin, and some for each feature. */
export const RECORDED = { bin: 2, feature: 10 }

// --- internal ---

const OF = `${OF_MODEL}, feature`
const OF_BIN = `${OF}, bin`
/** Chance of an alert on shift at a look at all features of a release together. */
const CHANCE = 0.01
/** A PSI below it is of no account, however sure it is. */
const LEAST_PSI = 0.1
const COUNTED = 'result="counted"'
/** How long it may be asked without being counted. */
const UNSEEN_MINUTES = 15
/** Up to so many bins in use their quantile stands there. */
const MOST_KNOWN = 31

function records(of: RulesOf, window: '1h' | '1d'): Rule[] {
  const all = selector(of)
  const profile = `max by (${OF_BIN}) (assay_profile_count${all})`
  const rows = `assay:bin:increase${window}${all}`
  const [n, k, m] = [`n${window}`, `k${window}`, `m${window}`].map(name => `assay:feature:${name}${all}`)
  const share = (counts: string, total: string) =>
    `((${counts} + 0.5) / on(${OF}) group_left() (${total} + 0.5 * ${k}))`
  const [live, then] = [share(rows, n!), share(profile, m!)]
  const used = `((${rows} + on(${OF_BIN}) ${profile}) > 0)`
  const expressions = {
    [`assay:bin:increase${window}`]: `sum by (${OF_BIN}) (increase(assay_feature_total${all}[${window}]))`,
    [`assay:feature:n${window}`]: `sum by (${OF}) (${rows})`,
    [`assay:feature:m${window}`]: `sum by (${OF}) (${profile})`,
    [`assay:feature:k${window}`]: `count by (${OF}) ${used}`,
    // Without rows there is none: it would be 0, and green.
    [`assay:feature:psi${window}`]: `sum by (${OF}) (
  ((${live} - on(${OF_BIN}) ${then})
    * on(${OF_BIN}) ln(${live} / on(${OF_BIN}) ${then}))
  and on(${OF_BIN}) ${used}
) and on(${OF}) (${n} > 0)`,
    [`assay:feature:psi_critical${window}`]: `(
  ${quantiles(of, k!).join('\n  or ')}
) * on(${OF}) (1 / (${n} > 0) + on(${OF}) 1 / ${m})`,
  }
  return Object.entries(expressions).map(([record, expr]) => ({ record, expr: block(expr) }))
}

/**
 * The quantile of chi-square that a look reaches by chance, by how many bins are in use: a number for each, and beyond those by Wilson
 * and Hilferty, which is within 0.6 % there.
 */
function quantiles({ features, bins }: RulesOf, k: string): string[] {
  const chance = CHANCE / features
  const known = Math.min(bins, MOST_KNOWN)
  const exact = Array.from({ length: Math.max(0, known - 1) }, (_, index) => {
    const quantile = chiSquareUpperQuantile(chance, index + 1).toPrecision(10)
    return `(${k} == ${index + 2}) * 0 + ${quantile}`
  })
  if (bins <= MOST_KNOWN) return exact
  const z = normalQuantile(1 - chance).toPrecision(10)
  const df = `((${k} > ${MOST_KNOWN}) - 1)`
  return [...exact, `${df} * (1 - 2 / (9 * ${df}) + ${z} * sqrt(2 / (9 * ${df}))) ^ 3`]
}

function shift(of: RulesOf): Rule {
  const all = selector(of)
  const psi = `assay:feature:psi1d${all}`
  return alertOf(of, {
    alert: 'AssayShift',
    kind: 'shift',
    severity: 'warning',
    for: '1h',
    expr: `(${psi} > ${LEAST_PSI}) and on(${OF}) (${psi} > on(${OF}) assay:feature:psi_critical1d${all})`,
    summary: 'the values of {{ $labels.feature }} are not those that it was accepted on',
    description: 'PSI {{ $value | printf "%.3f" }} over a day against its profile, more than noise reaches.',
  })
}

const broken = { kind: 'breakage', severity: 'critical', for: '5m' }

/** As `assay drift` has it: an answer that came within the day, and does not come with rows of this hour, is missing there. */
function unanswered(of: RulesOf): Rule {
  const answers = selector(of, 'feature=~"__score__|__prediction__"')
  const rows = `max by (${OF_MODEL}) (assay:feature:n1h${selector(of)})`
  const without = `(1 - assay:feature:n1h${answers} / on(${OF_MODEL}) group_left() (${rows} > 0))`
  return alertOf(of, {
    ...broken,
    alert: 'AssayUnanswered',
    expr: `(${without} >= ${MORE_MISSING}) and on(${OF}) (${without} * on(${OF_MODEL}) group_left() sqrt(${rows}) > 2) and on(${OF}) (assay:feature:n1d${answers} > 0)`,
    summary: '{{ $labels.feature }} does not come with the rows',
    description: 'Not with {{ $value | humanizePercentage }} of the rows of an hour, and it came before.',
  })
}

/** By the marks of `assay drift` (`core/traffic/drift/breakage.ts`), and where the rows are enough: four standard deviations. */
function breakage(of: RulesOf): Rule[] {
  const all = selector(of)
  const n = `assay:feature:n1h${all}`
  const at = (bin: string, ...which: string[]) => {
    const live = `assay:bin:increase1h${selector(of, `bin="${bin}"`, ...which)}`
    const then = `max by (${OF_BIN}) (assay_profile_count${selector(of, `bin="${bin}"`)})`
    const m = `assay:feature:m1h${all}`
    return `(${live} / on(${OF}) group_left() (${n} > 0) - on(${OF_BIN}) ${then} / on(${OF}) group_left() ${m})`
  }
  // The names of many features are long: they stand once.
  const sure = (bin: string, least: number, ...which: string[]) =>
    `(${at(bin, ...which)} >= ${least}) and on(${OF_BIN}) (${at(bin)} * on(${OF}) group_left() sqrt(${n}) > 2)`
  const then = `(max by (${OF_BIN}) (assay_profile_count${all}) / on(${OF}) group_left() assay:feature:m1h${all})`
  const live = `(assay:bin:increase1h${selector(of, 'bin!~"__missing__|__new__"')} / on(${OF}) group_left() (${n} >= 100))`
  const events = (results: string) =>
    `sum by (${OF_MODEL}) (increase(assay_events_total${selector(of, `result=~"${results}"`)}[1h]))`
  const lost = Object.keys(UNCOUNTED).join('|')
  const isNumber = (how: '=~' | '!~') => (of.numbers.length > 0 ? [`feature${how}${anyOf(of.numbers)}`] : [])
  return [
    alertOf(of, {
      ...broken,
      alert: 'AssayMissing',
      expr: sure('__missing__', MORE_MISSING),
      summary: '{{ $labels.feature }} is missing',
      description: 'In {{ $value | humanizePercentage }} more of the rows of an hour than in its profile.',
    }),
    unanswered(of),
    alertOf(of, {
      ...broken,
      alert: 'AssayNewCategories',
      expr: sure('__new__', MORE_NEW.category, ...isNumber('!~')),
      summary: '{{ $labels.feature }} has values that its profile does not know',
      description: 'In {{ $value | humanizePercentage }} more of the rows of an hour than in its profile.',
    }),
    ...isNumber('=~').map(numbers =>
      alertOf(of, {
        ...broken,
        alert: 'AssayNoNumbers',
        expr: sure('__new__', MORE_NEW.number, numbers),
        summary: '{{ $labels.feature }} holds what is no number',
        description: 'In {{ $value | humanizePercentage }} more of the rows of an hour than in its profile.',
      }),
    ),
    alertOf(of, {
      ...broken,
      alert: 'AssayStuck',
      expr: `(1 - ${live} <= on(${OF_BIN}) ${LEFT} * (1 - ${then})) and on(${OF_BIN}) (${then} <= ${USUALLY_MOST})`,
      summary: '{{ $labels.feature }} is nearly always the same',
      description: 'Bin {{ $labels.bin }} has nearly all rows of an hour.',
    }),
    alertOf(of, {
      ...broken,
      alert: 'AssayUncounted',
      expr: `(${events(lost)} >= ${LEAST_UNCOUNTED}) / ${events(`counted|${lost}`)} > ${MANY_UNCOUNTED}`,
      summary: 'events come that cannot be counted',
      description:
        '{{ $value | humanizePercentage }} of the events of an hour; assay_events_total says by its result why.',
    }),
  ]
}

/**
 * Silence is never green. Without a second source nobody can tell no traffic from a broken way to the collector: it is told, and is
 * of no kind that anything is done for.
 */
function silence(of: RulesOf): Rule[] {
  const counted = `sum by (${OF_MODEL}) (increase(assay_events_total${selector(of, COUNTED)}[${UNSEEN_MINUTES}m]))`
  const quiet = alertOf(of, {
    alert: 'AssayQuiet',
    severity: 'warning',
    for: '2h',
    expr: `(${counted} == 0) or sum by (${OF_MODEL}) (absent(assay_events_total${selector(of, COUNTED)}))`,
    summary: 'nothing was counted for two hours',
    description:
      'No traffic, or it does not reach the collector, or nobody reads that: nothing is known of its drift.',
  })
  if (of.requests === undefined) return [quiet]
  const asked = requestsQuery(of.requests, of, UNSEEN_MINUTES)
  const unseen = alertOf(of, {
    alert: 'AssayUnseen',
    kind: 'breakage',
    severity: 'critical',
    for: '15m',
    expr: `(sum(${asked}) > 0) unless on() (sum(${counted}) > 0)`,
    summary: 'it is asked, and nothing is counted',
    description: 'Requests go on and none reaches the collector: nothing is known of its drift.',
  })
  return [quiet, unseen]
}
