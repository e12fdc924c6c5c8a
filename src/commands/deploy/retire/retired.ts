export interface RetirementAsked {
  model: string
  /** Why, for the pull request. Absent: as the one that is open says. */
  reason?: string
  dryRun: boolean
  /** In milliseconds. */
  now: number
}

/** What became of it on one branch of a deploy repository. */
export interface Retired {
  /** The repository and the branch that it was about. */
  repository: string
  branch: string
  model: string
  action: 'proposed' | 'updated' | 'unchanged' | 'left_alone' | 'waits' | 'swept' | 'nothing'
  /** One sentence for people. */
  words: string
  /** The plan, for people; empty where nothing is left to do. */
  text: string
  /** Files that the change takes away or edits. */
  files: string[]
  pullRequest?: { number: number; url: string }
  notes: string[]
}
