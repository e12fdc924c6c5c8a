/**
 * Whether what is checked out is what a run's verdicts would stand on. The event names a commit, the files come from another
 * place: where the two are not one, a green would be about a commit that nobody judged.
 */

/** What the CI says this run is about. */
export interface EventCommit {
  /** Where verdicts are posted. Undefined where the event names none. */
  headSha?: string
  /** The commit that the CI itself made of the head and the target for this run. */
  mergeSha?: string
  /** A commit that the CI names too, and that is neither checked out nor merged into what is. */
  otherSha?: string
  /** In a pull request a merge of its head with the target stands for it. */
  inPullRequest: boolean
}

/** What is checked out; the parents as the commit itself names them, so that a clone of one commit has them too. */
export interface CheckedOut {
  head?: string
  parents: readonly string[]
}

/** Why the files are not those of the event's commit, in a sentence; undefined where they are. */
export function otherCheckout(event: EventCommit, { head, parents }: CheckedOut): string | undefined {
  const { headSha, mergeSha, otherSha, inPullRequest } = event
  if (headSha === undefined)
    return inPullRequest
      ? 'the event does not say which commit the pull request is at, so nobody can tell whether its files are checked out'
      : undefined
  if (head === undefined) return `nothing is checked out by git, and the event is about ${short(headSha)}`
  if (otherSha !== undefined)
    return `${short(head)} is checked out, and the CI says that this run is about ${short(otherSha)}`
  if (head === headSha || head === mergeSha) return undefined
  if (inPullRequest && parents.length === 2 && parents.includes(headSha)) return undefined
  const merge = parents.length > 1 ? `, a merge of ${parents.map(short).join(' and ')},` : ''
  return `${short(head)}${merge} is checked out, and the event is about ${short(headSha)}`
}

// --- internal ---

function short(commit: string): string {
  return commit.slice(0, 7)
}
