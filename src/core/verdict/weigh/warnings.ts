import type { ModelConfig } from '../../config/config.ts'
import type { Evaluation } from '../../inputs/evaluation.ts'
import { metricOfRows } from '../../metrics/table/metrics.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import { count, formatNumber } from '../../text/numbers.ts'
import { shortened } from '../../text/visible-text.ts'
import { unknownParts } from '../comparison/compare-aggregates.ts'
import type { Matchup } from '../comparison/comparison.ts'
import { SEEDS_TO_JUDGE } from '../comparison/repeated-runs.ts'
import { expiredWaivers } from '../gates/gate.ts'
import type { GateInputs } from '../gates/inputs.ts'
import { relativeRule } from '../gates/rule.ts'
import { movedWords } from '../gates/slices.ts'
import type { Against } from '../result.ts'
import { scaleWarnings } from './score-scale.ts'

/** What is said of a column to slice by whose values name people; its name says so in the configuration already. */
export function personalValues(column: string): string {
  const name = maskPersonalData(column)
  return `\`${name}\` looks personal by its values, which stand masked in slices; \`allow_personal: [${name}]\` in \`predictions\` has them shown`
}

/**
 * What a reader must know of the configuration and the numbers before believing a verdict.
 *
 * @param evaluations the candidate first
 */
export function weighWarnings(config: ModelConfig, evaluations: Evaluation[], gates: GateInputs): string[] {
  const [candidate, ...baselines] = evaluations as [Evaluation, ...Evaluation[]]
  const warnings = scaleWarnings(candidate, baselines, config.predictions)
  if (candidate.unwritten !== undefined) warnings.push(`Not everything was measured: ${candidate.unwritten}.`)
  if (candidate.untold !== undefined) warnings.push(`${candidate.untold}.`)
  for (const column of candidate.predictions?.slices ?? [])
    if (column.masked === 'its values') warnings.push(`${personalValues(column.name)}.`)
  if (config.gates.length === 0)
    warnings.push('No gates are configured, so nothing was judged. Add `gates` to the configuration.')
  const seeds = candidate.seeds?.length ?? 0
  if (seeds > 1 && seeds < SEEDS_TO_JUDGE)
    warnings.push(
      `${count(seeds, 'seed')} ${seeds === 1 ? 'is' : 'are'} too few to judge the noise of training, which takes ${SEEDS_TO_JUDGE}: the rows of the first seed are compared (docs/living-with-it.md#two-seeds).`,
    )
  for (const waiver of expiredWaivers(config.waivers, gates.today))
    warnings.push(
      `The waiver for ${maskPersonalData(waiver.metric)} by ${maskPersonalData(waiver.author)} ended on ${waiver.until} and no longer holds (docs/living-with-it.md#a-waiver-and-its-end).`,
    )
  for (const [against, matchup] of Object.entries(gates.matchups)) {
    if (matchup.notComparable)
      warnings.push(`Not comparable with the ${against}: ${matchup.notComparable.replace(/\.$/, '')}.`)
    if (matchup.otherTestSet) warnings.push(wayOn(config))
    for (const { name } of matchup.pair?.slices ?? []) {
      const moved = movedWords(name, matchup.pair!, against as Against)
      if (moved) warnings.push(`${moved}: slices are shown as the candidate's file has them.`)
    }
    const { baseline, notComparable } = matchup
    for (const column of slicesUnseen(config, matchup, against as Against))
      warnings.push(
        `The rows of the ${against} have no \`${maskPersonalData(column)}\`: slices by it are the candidate's, and whether rows have moved from one to another is not known.`,
      )
    const unknown = baseline && notComparable === undefined ? unknownParts({ candidate, baseline }) : []
    if (unknown.length > 0)
      warnings.push(
        `Of which part of the test set the ${against} is, the record of its release does not say: it is compared although these of the candidate are of a part: ${shortened(maskPersonalData(unknown.join(', ')), 400)}.`,
      )
    if (matchup.filesNotComparable)
      warnings.push(`Metric files are not comparable with the ${against}: ${matchup.filesNotComparable}.`)
  }
  for (const baseline of baselines) warnings.push(...otherNames(config, candidate, baseline))
  for (const [metric, filed] of candidate.metrics) {
    if (!candidate.predictions || !metricOfRows(metric, candidate.predictions)) continue
    const own = gates.own(metric)
    if (own && Math.abs(own.value - filed) > 1e-3)
      warnings.push(
        `The metrics file says ${metric} is ${formatNumber(filed)}, its own predictions say ${formatNumber(own.value)}: the predictions are used.`,
      )
  }
  return warnings
}

// --- internal ---

/** A gate has no answer where only one of two versions has its metric: most often it was renamed. */
function otherNames(config: ModelConfig, candidate: Evaluation, baseline: Evaluation): string[] {
  const only = (side: Evaluation, other: Evaluation) =>
    [...side.metrics.keys()].filter(name => !other.metrics.has(name))
  const [ours, theirs] = [only(candidate, baseline), only(baseline, candidate)]
  const asked = config.gates.find(({ metric }) => ours.includes(metric) || theirs.includes(metric))
  if (!asked || ours.length === 0 || theirs.length === 0) return []
  const [has, not] = ours.includes(asked.metric) ? ['candidate', baseline.side] : [baseline.side, 'candidate']
  return [
    `The ${has} has ${maskPersonalData(asked.metric)} and the ${not} has not: where it is called something else now, say so in \`renamed\` (docs/living-with-it.md#renaming-a-metric).`,
  ]
}

/** Columns that gates slice a comparison by, and that only the candidate has: kept rows have none. */
function slicesUnseen(
  { gates }: ModelConfig,
  { pair, baseline }: Partial<Pick<Matchup, 'pair' | 'baseline'>>,
  against: Against,
): string[] {
  const asked = gates.flatMap(gate => (relativeRule(gate)?.against === against ? (gate.slices ?? []) : []))
  const theirs = new Set(baseline?.predictions?.slices.map(({ name }) => name))
  return (pair?.slices ?? [])
    .map(({ name }) => name)
    .filter(name => !theirs.has(name) && (asked.includes('all') || asked.includes(name)))
}

/** How test data that changed is compared all the same. */
function wayOn({ champion }: ModelConfig): string {
  return champion && 'run' in champion && champion.run !== undefined
    ? 'Where the test data is meant to change, let `champion.run` evaluate the champion on the new one: it runs in a copy of the base, and finds what the candidate has below `$ASSAY_WORKSPACE` (docs/living-with-it.md#a-new-test-set).'
    : "Where the test data is meant to change, there is one way on: evaluate the champion's model on the new one, by `champion: { run: … }`, a command that finds it below `$ASSAY_WORKSPACE` (docs/living-with-it.md#a-new-test-set)."
}
