/** What the result files of evaluation tools have in common: each item is tried once or several times, and every trial has scores. */

/** What a result file says. */
export interface Tried {
  trials: Trial[]
  /** What a reader must know of how it was read, or of what it is a part, in sentences. */
  remarks?: readonly string[]
  /** Several prompts or providers that the same items are put to: what each is called, which never leaves the file. */
  arms?: readonly string[]
  /** Scores of which the file itself shows that a lower one passes, in the words of the tool. */
  lower?: readonly string[]
}

/** One try of one item. */
export interface Trial {
  /** What the item is, whole: tries with the same are of one item. Never shown. */
  item: string
  /** Of which prompt or provider it is, as an index into `arms`. */
  arm?: number
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
