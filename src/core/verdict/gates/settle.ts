import type { Direction } from '../../inputs/evaluation.ts'
import type { Difference } from '../../statistics/estimate.ts'
import { type Evidence, sizeNeeded } from '../../statistics/intervals/power.ts'
import { formatCount, formatNumber } from '../../text/numbers.ts'
import type { RelativeRule } from './judge.ts'
import { orient } from './orient.ts'

/**
 * What a gate that cannot tell would need, to follow its sentence: the difference that this data would show, and how many rows or
 * seeds in all would settle the rule, each with what it assumes of the true difference: that the two are equally good, and
 * that it is the observed one. A number that is there already is none; where no number would do, that is said.
 */
export function settleWords(difference: Difference, direction: Direction, rule: RelativeRule): string {
  const { detectable } = difference
  if (detectable === undefined || !(detectable > 0)) return ''
  const parts = [
    `this data would show a change of ${formatNumber(detectable, difference)} with 80 % power`,
    ...sizeWords(difference, detectable, orient(difference, direction).value, rule),
  ]
  return parts.map(part => `; ${part}`).join('')
}

// --- internal ---

function sizeWords(difference: Difference, detectable: number, change: number, rule: RelativeRule): string[] {
  const there = evidenceOf(difference, detectable)
  if (!there) return []
  const { evidence, unit } = there
  // No more data of one kind makes a rule pass that the truth breaks; "better" is settled by that, "not worse" need not be.
  const isLost = rule.kind === 'not_worse' && change <= -rule.by
  const equal = sizeNeeded(evidence, rule.by)
  const observed = sizeNeeded(
    evidence,
    rule.kind === 'not_worse' ? rule.by + change : Math.abs(change - rule.by),
  )
  const settled = (size: number) => `about ${formatCount(size)} ${unit} in all would settle it`
  if (equal !== undefined && equal === observed && !isLost)
    return [`whether the two are equally good or the difference is the observed one, ${settled(equal)}`]
  return [
    rule.by === 0
      ? `if the two are equally good, no number of ${unit} would settle it`
      : equal !== undefined
        ? `if the two are equally good, ${settled(equal)}`
        : '',
    isLost
      ? `if the difference is the observed one, no number of ${unit} would make it pass`
      : observed !== undefined
        ? `if the difference is the observed one, ${settled(observed)}`
        : '',
  ].filter(part => part !== '')
}

/** Rows or seeds. Folds share their rows: more of them add next to nothing. */
function evidenceOf(
  { rows, counts, method, unseen }: Difference,
  detectable: number,
): { evidence: Evidence; unit: 'rows' | 'seeds' } | undefined {
  if (method === 'seeds-paired-t' && counts?.seeds !== undefined)
    return { evidence: { have: counts.seeds, detectable, student: true }, unit: 'seeds' }
  return rows === undefined ? undefined : { evidence: { have: rows, detectable, unseen }, unit: 'rows' }
}
