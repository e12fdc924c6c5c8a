import type { Gate } from '../../config/config.ts'
import { togetherOf } from '../comparison/slices.ts'
import type { GateResult, Result, SliceRow } from '../result.ts'

/** The rows of a result that a gate on slices can have asked of, whatever their number. */
export function slicesAskedOf(
  gate: Gate,
  { slices }: Pick<Result, 'slices'>,
  against: SliceRow['against'],
): SliceRow[] {
  return slices.filter(
    row =>
      row.metric === gate.metric &&
      row.against === against &&
      (gate.slices === 'all' || gate.slices?.includes(row.column)),
  )
}

/**
 * Those of a gate with this `min_rows`: each slice, as many as the gate says to have seen, and the ones of few rows together. A result
 * keeps one row a slice and metric, and not all of them; undefined where those of the gate are not all there.
 */
export function slicesOfGate(
  rows: readonly SliceRow[],
  minRows: number,
  claimed: GateResult['slices'],
): SliceRow[] | undefined {
  const single = rows.filter(row => row.together === undefined)
  const seen = claimed === undefined ? single.length : claimed.judged + claimed.cannotJudge
  if (single.length === 0 || single.length !== seen) return undefined
  const rests: SliceRow[] = []
  for (const column of new Set(single.map(row => row.column))) {
    const few = togetherOf(
      single.filter(row => row.column === column).map(row => row.rows),
      minRows,
    )
    if (!few) continue
    const rest = rows.find(
      row => row.column === column && row.together === few.slices && row.rows === few.rows,
    )
    if (!rest) return undefined
    rests.push(rest)
  }
  return [...single, ...rests]
}
