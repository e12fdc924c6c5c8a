import type { CommitStatus } from '../forge.ts'
import { badAnswer, isForgeError } from '../forge-error.ts'
import type { GitlabClient } from './client.ts'
import { pageOf, STATES } from './convert.ts'

/** A status as it stands on a commit. */
export interface KnownStatus {
  state: CommitStatus['state']
  description: string
  url?: string
  /** When it came to this, in milliseconds. */
  at: number
}

/** The last status of a name on a commit; undefined where there is none, or no such commit. */
export async function lastStatus(
  { api }: Pick<GitlabClient, 'api'>,
  project: string,
  commit: string,
  name: string,
): Promise<KnownStatus | undefined> {
  const call = `GET /projects/${encodeURIComponent(project)}/repository/commits/${commit}/statuses`
  const options = { name, orderBy: 'id', sort: 'desc', perPage: 20, page: 1, showExpanded: true } as const
  try {
    const listed = await api.Commits.allStatuses(project, commit, options as object)
    const [known] = pageOf<StatusAnswer>(listed, call).items
    if (!known) return undefined
    const at = Date.parse(known.finished_at ?? known.created_at)
    if (Number.isNaN(at)) throw badAnswer(call, 'a status without a date')
    return {
      state: OURS[known.status] ?? 'pending',
      description: known.description ?? '',
      at,
      ...(known.target_url && { url: known.target_url }),
    }
  } catch (error) {
    if (isForgeError(error, 'FORGE_NOT_FOUND')) return undefined
    throw error
  }
}

// --- internal ---

interface StatusAnswer {
  status: string
  description: string | null
  target_url?: string | null
  created_at: string
  finished_at?: string | null
}

/** What is not known to be over is pending. */
const OURS: Record<string, CommitStatus['state']> = Object.fromEntries(
  Object.entries(STATES).map(([ours, theirs]) => [theirs, ours as CommitStatus['state']]),
)
