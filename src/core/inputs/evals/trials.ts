/** What the result files of evaluation tools have in common: each item is tried once or several times, and every trial has scores. */

/** One try of one item. */
export interface Trial {
  /** What the item is, whole: tries with the same are of one item. Never shown. */
  item: string
  /** What the tool, or the team, calls it. Shown where ids may be. */
  name: string
  /** Where in the file it stands, such as `results.results[3]` or `line 4`. */
  place: string
  /** Whether the tool says that it passed. */
  passed?: boolean
  /** By metric, in the words of the tool; what is no finite number is a score that could not be had. */
  scores: ReadonlyMap<string, number>
  /** It ended before it could be scored. */
  died?: true
}
