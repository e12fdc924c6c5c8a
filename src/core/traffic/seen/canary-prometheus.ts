import type { CanaryGuardrail } from '../../deploy-config/guardrails.ts'
import { isInstant } from '../../text/instant-words.ts'
import type { Arm, CanaryCounts, CountsProblem } from '../canary/counts.ts'
import { ANSWER_RESULTS, CONTACT_RESULTS } from '../exposures/step.ts'
import { ARMS, type ArmName } from '../exposures/tally.ts'
import { type CanaryOf, whichStep } from './canary-answer.ts'
import type { Sample } from './prometheus-answer.ts'
import { environmentMatchers, labelled, quoted, union } from './promql.ts'

/**
 * What Prometheus is asked of a canary, in one instant query: the counters as they are now. They began at 0 with the step, or with the
 * process that counts, so that they are whole numbers since then; what an earlier process has counted of the same units is not added
 * to them, which would count many of them twice.
 */
export function canaryQuery({ model, environment }: Pick<CanaryOf, 'model' | 'environment'>): string {
  const matchers = [`model=${quoted(model)}`, ...environmentMatchers(environment)].join(',')
  const series = (name: string) => `${name}{${matchers}}`
  // One that has just gone may still be there beside the one that counts: of the two, the younger.
  const youngest = `topk by (environment, canary) (1, ${series(START)})`
  const counts = Object.entries(COUNTERS).map(([name, count]) =>
    labelled(`(${series(name)} and on (job, instance, canary) ${youngest})`, 'count', count),
  )
  const labels = ['count', 'environment', 'canary', 'arm', 'guardrail', 'result']
  return union([
    `max by (${labels.join(', ')}) (${union(counts)})`,
    labelled(`max by (environment, canary) (timestamp(${series(START)}))`, 'count', SCRAPED),
  ])
}

/**
 * The counts of one step out of the answer. What is not there, or is no number of units, makes all of it nothing: a count that is
 * missing looks like none.
 *
 * @param guardrails those of the canary
 */
export function readCanarySamples(
  samples: readonly Sample[],
  of: CanaryOf,
  guardrails: readonly CanaryGuardrail[],
): CanaryCounts | CountsProblem {
  const steps = samples.filter(({ labels }) => labels.canary === of.key)
  if (steps.length === 0)
    return {
      failed: whichStep(
        of,
        samples.flatMap(({ labels }) => labels.canary ?? []),
      ),
    }
  const environments = [...new Set(steps.map(({ labels }) => labels.environment ?? ''))]
  if (environments.length > 1 && of.environment === undefined)
    return {
      failed: `it has counts of several environments (${environments.map(name => name || 'none').join(', ')})`,
    }
  const environment = environments.length > 1 ? of.environment! : environments[0]!
  const values = new Map(
    steps
      .filter(({ labels }) => (labels.environment ?? '') === environment)
      .map(({ labels, value }) => [nameOf(labels), value]),
  )
  const wanted = namesOf(guardrails)
  const missing = wanted.filter(name => !values.has(name))
  if (missing.length > 0)
    return {
      failed: `it answers in part: ${missing.length} of ${wanted.length} counts are missing, such as ${missing[0]}`,
    }
  const get = (name: string) => values.get(name)!
  const strange = wanted.find(name => !(isTime(name) ? isInstant(get(name) * 1000) : isCount(get(name))))
  if (strange !== undefined) return { failed: `it has ${get(strange)} where ${strange} stands` }
  const armOf = (arm: ArmName): Arm => ({
    exposures: get(`exposures ${arm}`),
    crossed: get(`crossed ${arm}`),
    matured: get(`matured ${arm}`),
    converted: get(`converted ${arm}`),
    harmed: new Map(
      guardrails.map(one => [one, get(`harmed ${arm} ${one}`) - get(`harmed_crossed ${arm} ${one}`)]),
    ),
  })
  return {
    model: of.model,
    ...(environment !== '' && { environment }),
    key: of.key,
    since: get(BEGAN) * 1000,
    asOf: get(SCRAPED) * 1000,
    restarted: get('restarted') > 0,
    arms: { champion: armOf('champion'), challenger: armOf('challenger') },
    metBoth: get('met_both'),
    unattributed: get('events no_unit') + get('events late') + get('events other_release'),
    full: get('events full'),
    echoed: get('echoed'),
    outcomes: get('outcomes counted'),
  }
}

// --- internal ---

const START = 'assay_canary_start_time_seconds'
const BEGAN = 'began'
const SCRAPED = 'scraped'
/** What is told of a step by each arm. */
const BY_ARM = ['exposures', 'crossed', 'matured', 'converted']
const BY_GUARDRAIL = ['harmed', 'harmed_crossed']
const COUNTERS = {
  ...Object.fromEntries([...BY_ARM, ...BY_GUARDRAIL].map(count => [`assay_${count}_total`, count])),
  assay_met_both_total: 'met_both',
  assay_canary_events_total: 'events',
  assay_canary_echoed_total: 'echoed',
  assay_canary_outcomes_total: 'outcomes',
  assay_canary_restarted: 'restarted',
  [START]: BEGAN,
}

function nameOf({ count, arm, guardrail, result }: Sample['labels']): string {
  return [count, arm, guardrail, result].filter(Boolean).join(' ')
}

function namesOf(guardrails: readonly CanaryGuardrail[]): string[] {
  return [
    ...ARMS.flatMap(arm => [
      ...BY_ARM.map(count => `${count} ${arm}`),
      ...BY_GUARDRAIL.flatMap(count => guardrails.map(guardrail => `${count} ${arm} ${guardrail}`)),
    ]),
    ...CONTACT_RESULTS.map(result => `events ${result}`),
    ...ANSWER_RESULTS.map(result => `outcomes ${result}`),
    ...['met_both', 'echoed', 'restarted', BEGAN, SCRAPED],
  ]
}

function isTime(name: string): boolean {
  return name === BEGAN || name === SCRAPED
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
