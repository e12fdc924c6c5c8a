import type { ModelConfig } from '../../config/config.ts'
import { withMetricNames } from '../../config/gates.ts'
import type { Evaluation } from '../../inputs/evaluation.ts'
import { withNames } from '../../inputs/metric-names.ts'
import { macroNameOf } from '../../metrics/table/macro-names.ts'

/**
 * `f1` of several classes was the name of the mean over the classes once; it is `f1_macro`. What still says the old name of
 * such a model (gates, waivers, directions, metric files, the records of releases) is read as what it always was.
 */

/** Configuration and evaluations with the names of several classes, where the candidate has several. */
export function withMacroNames<E extends { candidate: Evaluation; champion?: Evaluation; base?: Evaluation }>(
  config: ModelConfig,
  evaluations: E,
): { config: ModelConfig; evaluations: E; warnings: string[] } {
  if (evaluations.candidate.predictions?.task !== 'multiclass') return { config, evaluations, warnings: [] }
  const gated = config.gates.map(gate => gate.metric).filter(name => macroNameOf(name) !== undefined)
  const recorded = [evaluations.champion, evaluations.base]
    .flatMap(side => [...(side?.estimates?.keys() ?? [])])
    .filter(name => macroNameOf(name) !== undefined)
  const said = (names: string[], what: string) =>
    [...new Set(names)].map(
      name =>
        `\`${name}\` of several classes is the mean over the classes: ${what} as \`${macro(name)}\`, which is its name now.`,
    )
  return {
    config: withMacroNamesOf(config),
    evaluations: {
      ...evaluations,
      candidate: withNames(evaluations.candidate, macro),
      champion: evaluations.champion && withNames(evaluations.champion, macro),
      base: evaluations.base && withNames(evaluations.base, macro),
    },
    warnings: [
      ...said(gated, 'the gates on it are read'),
      ...said(recorded, 'the value in the record of the release is read'),
    ],
  }
}

/** The configuration of a model of several classes with the names of now. */
export function withMacroNamesOf(config: ModelConfig): ModelConfig {
  return withMetricNames(config, macro)
}

// --- internal ---

const macro = (name: string) => macroNameOf(name) ?? name
