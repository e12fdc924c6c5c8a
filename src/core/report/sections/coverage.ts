import { orient } from '../../verdict/gates/orient.ts'
import type { Against, MetricRow, Result, SliceRow } from '../../verdict/result.ts'
import { ROWS_TO_SHOW } from '../words/words.ts'

/**
 * What the gates that count speak for, and what is shown to be worse beyond them. Every headline is written from this, so
 * that none speaks for more than the gates asked about.
 */
export interface Coverage {
  /** Metrics of gates that count, shown to be better; the largest gain first. */
  better: MetricRow[]
  /** The same, shown to be worse, which those gates allow; the largest loss first. */
  worse: MetricRow[]
  /** Metrics without a gate, shown to be worse. */
  losses: MetricRow[]
  /** Metrics whose gates are all waived, shown to be worse: told with the waiver. */
  waivedLosses: MetricRow[]
  /** Slices that are shown to be worse, though no gate that looked at slices failed by them. */
  lostSlices: SliceRow[]
  /** Whether any number that no gate asks about is shown to differ, for better or worse. */
  othersDiffer: boolean
}

export function coverageOf(result: Result, against: Against): Coverage {
  const gain = (row: MetricRow) => orient(row.differences[against]!, row.direction!).value
  const counting = new Set(result.gates.filter(gate => !gate.waived).map(gate => gate.metric))
  const waived = new Set(result.gates.filter(gate => gate.waived).map(gate => gate.metric))
  const rows = result.metrics.filter(row => row.differences[against] && row.direction)
  const shown = (judgement: MetricRow['judgement'], covered: boolean) =>
    rows.filter(row => row.judgement === judgement && counting.has(row.metric) === covered)
  const lost = shown('worse', false)
  const lostSlices = slicesBeyond(result)
  return {
    better: shown('better', true).sort((a, b) => gain(b) - gain(a)),
    worse: shown('worse', true).sort((a, b) => gain(a) - gain(b)),
    losses: lost.filter(row => !waived.has(row.metric)),
    waivedLosses: lost.filter(row => waived.has(row.metric)),
    lostSlices,
    othersDiffer: lost.length + shown('better', false).length + lostSlices.length > 0,
  }
}

/** Whether anything that no gate asks about is shown to be worse. */
export function isLosing({ losses, lostSlices }: Coverage): boolean {
  return losses.length + lostSlices.length > 0
}

// --- internal ---

function slicesBeyond({ slices, gates }: Result): SliceRow[] {
  const told = new Set(
    gates.flatMap(gate => (gate.slices?.failed ?? []).map(name => JSON.stringify([gate.metric, name]))),
  )
  return slices.filter(
    row =>
      row.outcome === 'fail' &&
      row.rows >= ROWS_TO_SHOW &&
      !told.has(JSON.stringify([row.metric, `${row.column} = ${row.value}`])),
  )
}
