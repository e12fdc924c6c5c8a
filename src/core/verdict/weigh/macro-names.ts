import type { Gate, ModelConfig } from '../../config/config.ts'
import { ruleInWords } from '../../config/gates.ts'
import type { Evaluation } from '../../inputs/evaluation.ts'
import { macroNameOf } from '../../metrics/table/metrics.ts'

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
      candidate: renamed(evaluations.candidate),
      champion: evaluations.champion && renamed(evaluations.champion),
      base: evaluations.base && renamed(evaluations.base),
    },
    warnings: [
      ...said(gated, 'the gates on it are read'),
      ...said(recorded, 'the value in the record of the release is read'),
    ],
  }
}

/** The configuration of a model of several classes with the names of now. */
export function withMacroNamesOf(config: ModelConfig): ModelConfig {
  const rename = (gate: Gate): Gate => ({ ...gate, metric: macro(gate.metric) })
  const rules = new Map(config.gates.map(gate => [ruleInWords(gate), ruleInWords(rename(gate))]))
  return {
    ...config,
    gates: config.gates.map(rename),
    waivers: config.waivers.map(waiver => ({
      ...waiver,
      metric: macro(waiver.metric),
      ...(waiver.gate !== undefined && { gate: rules.get(waiver.gate) ?? waiver.gate }),
    })),
    directions: Object.fromEntries(
      Object.entries(config.directions).map(([name, direction]) => [macro(name), direction]),
    ),
  }
}

// --- internal ---

const macro = (name: string) => macroNameOf(name) ?? name

function renamed(evaluation: Evaluation): Evaluation {
  const { metrics, aggregates, noValue, estimates, seeds, folds } = evaluation
  return {
    ...evaluation,
    metrics: renamedKeys(metrics),
    ...(aggregates && { aggregates: renamedKeys(aggregates) }),
    ...(noValue && { noValue: renamedKeys(noValue) }),
    ...(estimates && { estimates: renamedKeys(estimates) }),
    ...(seeds && { seeds: seeds.map(entry => ({ ...entry, metrics: renamedKeys(entry.metrics) })) }),
    ...(folds && { folds: { ...folds, scores: renamedKeys(folds.scores) } }),
  }
}

/** A file that has both names means two things by them, and keeps both. */
function renamedKeys<V>(values: ReadonlyMap<string, V>): Map<string, V> {
  return new Map([...values].map(([name, value]) => [values.has(macro(name)) ? name : macro(name), value]))
}
