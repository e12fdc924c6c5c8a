import { createHash } from 'node:crypto'
import type { Origin } from '../image/manifest.ts'
import type { Result } from '../verdict/result.ts'

/**
 * What an image says of where it is from: the commit, and of its result the data and the metrics as hashes. Who ran it, where and
 * when is not in it: the same inputs give the same image.
 */
export function originOf(commit: string, result: Result | undefined): Origin {
  if (!isOfCommit(commit, result)) return { commit }
  const { candidate, metrics } = result
  return {
    commit,
    ...(candidate.data && { data: hashOf(candidate.data) }),
    ...(metrics.length > 0 && {
      metrics: hashOf(metrics.map(row => [row.metric, row.candidate?.value ?? null])),
    }),
  }
}

/** Whether a result is of a commit. */
export function isOfCommit(commit: string, result: Result | undefined): result is Result {
  return result?.candidate.commit !== undefined && commit.startsWith(result.candidate.commit)
}

// --- internal ---

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
