import type { Exposures } from '../exposures/exposures.ts'
import { ANSWER_RESULTS, CONTACT_RESULTS } from '../exposures/step.ts'
import { ARMS } from '../exposures/tally.ts'
import { seriesLabels } from './series-labels.ts'

/** Name, type, help and lines of some series. */
export type Family = [name: string, type: 'counter' | 'gauge' | 'histogram', help: string, lines: string[]]

/**
 * What is counted of the canaries in progress, each with its step in a label: all of it is there as 0 from the first time on, and
 * gone with its step. A counter begins anew where the step does, and where the first unit meets the challenger.
 */
export function canaryFamilies(canaries: readonly Exposures[], environment: string | undefined): Family[] {
  const lines = (
    name: string,
    of: (one: Exposures) => readonly (readonly [more: Record<string, string>, value: number])[],
  ) =>
    canaries.flatMap(one =>
      of(one).map(([more, value]) => {
        const labels = { model: one.step.model, environment, canary: one.step.key, ...more }
        return `${name}${seriesLabels(labels)}${value}`
      }),
    )
  const byArm =
    (count: 'exposures' | 'crossed' | 'matured' | 'converted') =>
    ({ step, tally }: Exposures) =>
      ARMS.map(arm => [{ release: step[arm], arm }, tally().arms[arm][count]] as const)
  const byGuardrail =
    (count: 'harmed' | 'harmedCrossed') =>
    ({ step, tally }: Exposures) =>
      ARMS.flatMap(arm =>
        step.guardrails.map(
          guardrail => [{ release: step[arm], arm, guardrail }, tally().arms[arm][count][guardrail]] as const,
        ),
      )
  const counter = (name: string, help: string, of: Parameters<typeof lines>[1]): Family => [
    name,
    'counter',
    help,
    lines(name, of),
  ]
  const gauge = (name: string, help: string, of: (one: Exposures) => number): Family => [
    name,
    'gauge',
    help,
    lines(name, one => [[{}, of(one)]]),
  ]
  return [
    counter('assay_exposures_total', 'Units that met an arm of the canary.', byArm('exposures')),
    counter('assay_crossed_total', 'Of these, units that met the other arm as well.', byArm('crossed')),
    counter('assay_matured_total', 'Units whose time for an outcome is over.', byArm('matured')),
    counter('assay_converted_total', 'Of these, units with the outcome.', byArm('converted')),
    counter('assay_harmed_total', 'Units that met the event of a guardrail.', byGuardrail('harmed')),
    counter(
      'assay_harmed_crossed_total',
      'Of these, units that met the other arm later.',
      byGuardrail('harmedCrossed'),
    ),
    counter('assay_met_both_total', 'Units that met both arms.', one => [[{}, one.tally().metBoth]]),
    counter('assay_canary_events_total', 'Events of the canary by what became of them.', ({ tally }) =>
      CONTACT_RESULTS.map(result => [{ result }, tally().contacts[result]]),
    ),
    counter(
      'assay_canary_echoed_total',
      'Events of the challenger that another than its own server told of.',
      one => [[{}, one.tally().echoed]],
    ),
    counter('assay_canary_outcomes_total', 'Outcomes of the canary by what became of them.', ({ tally }) =>
      ANSWER_RESULTS.map(result => [{ result }, tally().outcomes[result]]),
    ),
    gauge('assay_canary_start_time_seconds', 'When counting of the step began.', one => one.since() / 1000),
    gauge('assay_canary_restarted', '1 where the step had begun before counting did.', ({ restarted }) =>
      Number(restarted),
    ),
  ]
}
