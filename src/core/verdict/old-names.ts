import { macroNameOf } from '../metrics/table/macro-names.ts'
import type { Result } from './result.ts'

/**
 * `f1` of several classes was the name of the mean over the classes once; it is `f1_macro`. A result of then is read as what
 * it always was, and says so. Several classes: the confusion table has more than two.
 */
export function withNamesOfNow(result: Result): Result {
  if ((result.confusion?.classes.length ?? 0) <= 2) return result
  const said = new Set([
    ...result.metrics.map(row => row.metric),
    ...result.gates.map(gate => gate.metric),
    ...result.slices.map(row => row.metric),
    ...(result.seeds ?? []).map(row => row.metric),
  ])
  // A result that has both names means two things by them.
  const renames = new Map(
    [...said].flatMap((name): [string, string][] => {
      const macro = macroNameOf(name)
      return macro === undefined || said.has(macro) ? [] : [[name, macro]]
    }),
  )
  if (renames.size === 0) return result
  const name = (metric: string) => renames.get(metric) ?? metric
  const renamed = <Row extends { metric: string }>(row: Row): Row => ({ ...row, metric: name(row.metric) })
  return {
    ...result,
    metrics: result.metrics.map(renamed),
    gates: result.gates.map(gate => ({
      ...renamed(gate),
      // A name that a person gave is theirs.
      name: RULE.test(gate.name) ? withName(gate.name, gate.metric, name) : gate.name,
      reason: withName(gate.reason, gate.metric, name),
    })),
    slices: result.slices.map(renamed),
    ...(result.seeds && { seeds: result.seeds.map(renamed) }),
    warnings: [
      ...result.warnings,
      ...[...renames].map(
        ([metric, macro]) =>
          `\`${metric}\` of several classes is the mean over the classes: the result of Assay ${result.assay} is read as \`${macro}\`, which is its name now.`,
      ),
    ],
  }
}

// --- internal ---

/** The rule of a gate in words, as `ruleInWords` has it. */
const RULE = /^\w+ (?:at (?:least|most)|not worse than|better than) /

/** The sentence begins with the metric, where it names it. */
function withName(sentence: string, metric: string, name: (metric: string) => string): string {
  return /^\w+/.exec(sentence)?.[0] === metric ? name(metric) + sentence.slice(metric.length) : sentence
}
