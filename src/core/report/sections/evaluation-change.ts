import { count } from '../../text/numbers.ts'
import type { Result } from '../../verdict/result.ts'

/**
 * That the numbers come from another evaluation than the base's, to stand above the verdict: nobody may read the one without
 * the other. Undefined where the pull request leaves its evaluation as it is.
 */
export function evaluationChange(
  { configuration: { evaluation = [] } }: Result,
  most: number,
): { head: string; effect: string; changes: string[]; more?: string } | undefined {
  if (evaluation.length === 0) return undefined
  const rest = evaluation.length - most
  return {
    head: 'This pull request changes how it is evaluated.',
    effect: 'Its own commands and files are used here; the rules are those of the base.',
    changes: evaluation.slice(0, most),
    ...(rest > 0 && { more: `… ${count(rest, 'more change')}` }),
  }
}
