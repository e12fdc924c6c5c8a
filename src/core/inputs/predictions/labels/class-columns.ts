import { shortened, visible } from '../../../text/visible-text.ts'
import type { ProblemList } from '../../problem-list.ts'
import { canonicalLabel } from '../cells/cell.ts'

/** Which column holds the probability of which class. */

export interface ClassColumn {
  /** In its usual spelling, as labels are. */
  className: string
  column: string
}

/** The key `predictions.probabilities`: `proba_*`, where the sign stands for the class, or class by class. */
export type ProbabilitiesKey = string | Record<string, string>

/**
 * The columns by class, in the order of the file, or of the key where it names them; what is wrong is in `problems`.
 *
 * @param columns the names of the file's columns
 * @param taken columns that have another role, which a pattern leaves out
 */
export function classColumns(
  key: ProbabilitiesKey,
  columns: readonly string[],
  taken: readonly (string | undefined)[],
  problems: ProblemList,
): ClassColumn[] {
  const found =
    typeof key === 'string'
      ? matching(
          key,
          columns.filter(column => !taken.includes(column)),
        )
      : Object.entries(key).map(([name, column]) => ({ className: canonicalLabel(name), column }))
  const twice = found.find(
    ({ className }, index) => found.findIndex(other => other.className === className) < index,
  )
  if (twice)
    problems.add(
      `two columns hold the probabilities of the class "${shortened(visible(twice.className), 40)}"`,
      undefined,
      'Leave one of them out, or name the column of each class: `probabilities: { <class>: <column> }`.',
    )
  else if (found.length < 2)
    problems.add(
      `${found.length === 0 ? 'no column is' : 'only one column is'} like \`${visible(String(key))}\` (\`predictions.probabilities\`)`,
      undefined,
      `The columns are: ${shortened(columns.map(visible).join(', '), 400)}. It takes one for each class.`,
    )
  return found
}

// --- internal ---

function matching(pattern: string, columns: readonly string[]): ClassColumn[] {
  const at = pattern.indexOf('*')
  const [before, after] = [pattern.slice(0, at), pattern.slice(at + 1)]
  return columns.flatMap(column =>
    column.length > before.length + after.length && column.startsWith(before) && column.endsWith(after)
      ? [{ className: canonicalLabel(column.slice(before.length, column.length - after.length)), column }]
      : [],
  )
}
