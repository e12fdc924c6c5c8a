import { count } from '../../text/numbers.ts'
import type { Against, GateResult, Result } from '../../verdict/result.ts'
import { listNames, plainPhrase } from '../words/phrase.ts'
import { opponentOf } from '../words/words.ts'
import { type Coverage, isLosing } from './coverage.ts'

/** What the verdict means, to follow a dash. A sentence of ours, not escaped; personal data in its names is masked. */
export function meaningOf(result: Result, coverage: Coverage | undefined): string {
  const against = opponentOf(result)
  const gates = result.gates.filter(gate => !gate.waived)
  const decisive = gates.filter(gate => gate.verdict === result.verdict)
  if (result.gates.length === 0) return 'no gate is configured, so nothing was judged'
  if (gates.length === 0) return 'every gate is waived'
  if (result.verdict === 'fail') return failMeaning(result, decisive, against)
  if (result.verdict === 'not_comparable') return notComparableMeaning(result)
  const rest = coverage ? lossesWords(coverage) : ''
  if (result.verdict === 'inconclusive') return `${openMeaning(result, decisive, against)}${rest}`
  return `${passMeaning(result, gates, against, coverage)}${rest}`
}

/** `both gates`. */
export function allGates(number: number): string {
  if (number === 1) return 'the gate'
  return number === 2 ? 'both gates' : `all ${number} gates`
}

// --- internal ---

/** What the failed gates found, so that the sentence below can name them without saying it twice. */
function failMeaning(result: Result, failed: GateResult[], against: Against | undefined): string {
  const lost = (gate: GateResult) =>
    !gate.slices && result.metrics.some(row => row.metric === gate.metric && row.judgement === 'worse')
  if (against && failed.some(lost)) return `worse than the ${against}`
  const slices = new Set(failed.flatMap(gate => gate.slices?.failed ?? []))
  if (slices.size > 0 && failed.every(gate => gate.slices)) return `fails in ${count(slices.size, 'slice')}`
  return failed.length === 1 ? 'a gate failed' : `${failed.length} gates failed`
}

/** Says no more than the gates asked: only a gate on the opponent allows "not worse". */
function passMeaning(
  result: Result,
  gates: GateResult[],
  against: Against | undefined,
  coverage: Coverage | undefined,
): string {
  const waived = result.gates.length - gates.length
  const uncompared = against !== undefined && result.notCompared?.[against] !== undefined
  const small = smallSlices(gates)
  return [
    changeMeaning(gates, uncompared, against, coverage),
    ...(small > 0 ? [`${count(small, 'slice')} too small to judge`] : []),
    ...(waived > 0 ? [`${count(waived, 'gate')} waived`] : []),
  ].join(', ')
}

/** Slices that the gates ask of and that none could be told of; those of the same columns are the same. */
function smallSlices(gates: GateResult[]): number {
  const most = new Map<string, number>()
  for (const { slices } of gates)
    if (slices) most.set(slices.column, Math.max(most.get(slices.column) ?? 0, slices.cannotJudge))
  return [...most.values()].reduce((sum, one) => sum + one, 0)
}

/** Speaks for all metrics only where none is shown to be worse; else for those that the gates ask about, by name. */
function changeMeaning(
  gates: GateResult[],
  uncompared: boolean,
  against: Against | undefined,
  coverage: Coverage | undefined,
): string {
  const plain = `${allGates(gates.length)} passed`
  if (against === undefined || coverage === undefined) return plain
  const { better, worse, losses, waivedLosses } = coverage
  if (worse.length > 0 && better.length > 0)
    return `partly better, partly worse than the ${against}, within what is allowed`
  if (worse.length > 0) return `worse than the ${against}, but within what is allowed`
  if (uncompared && better.length === 0) return `${plain}; nothing was compared with the ${against}`
  if (losses.length + waivedLosses.length > 0) {
    const names = [...new Set((better.length > 0 ? better : gates).map(({ metric }) => metric))]
    if (better.length > 0) return `${listed(names)} better than the ${against}`
    return names.length === 1 && losses.length > 0 ? `${listed(names)} holds` : plain
  }
  if (better.length > 0) return `better than the ${against}`
  const compared = gates.some(gate => new RegExp(`not worse than ${against}`).test(gate.name))
  return compared ? `not worse than the ${against}` : plain
}

/** Numbers that could not be had measure nothing at all. */
function notComparableMeaning({ unavailable }: Result): string {
  if (unavailable?.champion !== undefined) return 'the champion could not be evaluated'
  if (unavailable?.base !== undefined) return 'the base could not be read'
  return 'the numbers do not measure the same thing'
}

/** Blames the data only where there was a difference to look at. */
function openMeaning(result: Result, open: GateResult[], against: Against | undefined): string {
  if (result.unmeasured !== undefined || open.some(({ reason }) => reason === result.untold))
    return 'not everything was measured'
  if (against === undefined) return 'nothing to compare with yet'
  // Where nobody could find out what serves, the gates say why.
  const awaited = ({ name, reason }: GateResult) =>
    /champion/.test(name) && !/deploy repository|is not known/.test(reason)
  if (against === 'base' && open.every(awaited)) return 'there is no champion yet'
  const weighed = open.some(gate =>
    result.metrics.some(row => row.metric === gate.metric && row.differences[against] !== undefined),
  )
  const rows = result.candidate.testSet?.rows
  return weighed
    ? `cannot tell from ${rows === undefined ? 'this data' : `these ${count(rows, 'row')}`}`
    : 'cannot tell'
}

/** `; worse without a gate: accuracy, f1`, or nothing. */
function lossesWords(coverage: Coverage): string {
  if (!isLosing(coverage)) return ''
  const { losses, lostSlices } = coverage
  const slices = lostSlices.length > 0 ? `in ${count(lostSlices.length, 'slice')}` : ''
  if (losses.length === 0) return `; worse without a gate ${slices}`
  return `; worse without a gate: ${listed(losses.map(row => row.metric))}${slices && `, and ${slices}`}`
}

function listed(names: string[]): string {
  return plainPhrase(listNames(names))
}
