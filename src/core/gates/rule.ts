import type { Gate } from '../config.ts'
import type { Against } from '../report/result.ts'
import type { RelativeRule } from './judge.ts'

/** The rule as a sentence: `accuracy not worse than champion by more than 0.005`. */
export function ruleInWords(gate: Gate): string {
  const where = gate.slices
    ? ` in every slice of ${gate.slices === 'all' ? 'every column' : gate.slices.join(', ')}`
    : ''
  if (gate.at_least !== undefined) return `${gate.metric} at least ${gate.at_least}${where}`
  if (gate.at_most !== undefined) return `${gate.metric} at most ${gate.at_most}${where}`
  if (gate.not_worse_than)
    return `${gate.metric} not worse than ${gate.not_worse_than} by more than ${gate.margin}${where}`
  return `${gate.metric} better than ${gate.better_than}${gate.by ? ` by more than ${gate.by}` : ''}${where}`
}

/** The relative part of a gate, or undefined for a floor or ceiling. */
export function relativeRule(gate: Gate): (RelativeRule & { against: Against }) | undefined {
  if (gate.not_worse_than) return { kind: 'not_worse', against: gate.not_worse_than, by: gate.margin! }
  if (gate.better_than) return { kind: 'better', against: gate.better_than, by: gate.by ?? 0 }
  return undefined
}
