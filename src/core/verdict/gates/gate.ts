import type { Gate, Waiver } from '../../config/config.ts'
import { ruleInWords } from '../../config/gates.ts'
import type { GateResult, SliceRow } from '../result.ts'
import type { GateInputs, Judged } from './inputs.ts'
import { judgeSlices } from './slices.ts'
import { judgeWhole } from './whole.ts'

/** Judges one gate: its verdict, the numbers that decided, and the slices it looked at. */
export function judgeGate(gate: Gate, inputs: GateInputs): { result: GateResult; slices: SliceRow[] } {
  const judged = ofThisRun(
    gate.slices ? judgeSlices(gate, inputs) : { ...judgeWhole(gate, inputs), slices: [], summary: undefined },
    inputs,
  )
  return { result: gateResult(gate, judged, inputs), slices: judged.slices }
}

/** What a verdict on a gate comes to: whether it is waived, and whether it fails the run. */
export function gateResult(
  gate: Gate,
  { verdict, reason, summary }: Judged & { summary?: GateResult['slices'] },
  { waivers, today }: Pick<GateInputs, 'waivers' | 'today'>,
): GateResult {
  const waiver = waivers.find(entry => covers(entry, gate, today))
  const waived =
    waiver && verdict !== 'pass'
      ? { reason: waiver.reason, author: waiver.author, until: waiver.until }
      : undefined
  const blocks =
    !waived &&
    (verdict === 'fail' ||
      verdict === 'not_comparable' ||
      (verdict === 'inconclusive' && gate.if_inconclusive === 'fail'))
  return { name: nameOf(gate), metric: gate.metric, verdict, blocks, reason, waived, slices: summary }
}

/** What fails by what was measured fails; nothing passes while something else was not measured. */
export function ofThisRun<T extends Judged>(judged: T, { unwritten }: Pick<GateInputs, 'unwritten'>): T {
  if (unwritten === undefined || judged.verdict !== 'pass') return judged
  return { ...judged, verdict: 'inconclusive', reason: unwritten }
}

/** What a gate is called in results and waivers. */
export function nameOf(gate: Gate): string {
  return gate.name ?? ruleInWords(gate)
}

/** Waivers whose last day has passed: the reader is told, since their gates block again. */
export function expiredWaivers(waivers: Waiver[], today: string): Waiver[] {
  return waivers.filter(waiver => waiver.until < today)
}

// --- internal ---

function covers(waiver: Waiver, gate: Gate, today: string): boolean {
  if (waiver.metric !== gate.metric || waiver.until < today) return false
  return waiver.gate === undefined || waiver.gate === nameOf(gate)
}
