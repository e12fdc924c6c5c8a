import type { Gate } from '../../config/config.ts'
import type { Against } from '../result.ts'
import type { RelativeRule } from './judge.ts'

/** The relative part of a gate, or undefined for a floor or ceiling. */
export function relativeRule(gate: Gate): (RelativeRule & { against: Against }) | undefined {
  if (gate.not_worse_than) return { kind: 'not_worse', against: gate.not_worse_than, by: gate.margin! }
  if (gate.better_than) return { kind: 'better', against: gate.better_than, by: gate.by ?? 0 }
  return undefined
}
