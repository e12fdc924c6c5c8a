import type { SeenPull, SeenRepository, SeenRun } from '../../survey.ts'
import type { OwnProject, SeenPipeline } from './reads.ts'

/** Statuses of pipelines that have ended. */
export const ENDED = new Set(['success', 'failed', 'canceled', 'skipped'])
/** A merge request, and what was read of it. */
export interface KeptPull extends SeenPull {
  /** When its comments were read. */
  readAt?: number
}

/** What is kept of a project from one survey to the next. */
export interface Known extends OwnProject {
  head?: NonNullable<SeenRepository['head']> | undefined
  files: Set<string>
  branches: string[]
  pulls: Map<number, KeptPull>
  /** Those that have ended, of what judges. */
  runs: Map<number, SeenRun>
  /** Pipelines that have not, and when they changed last. */
  running: Map<number, number>
  pipelinesUntil?: number
  /** What of it may have changed since it was looked at. */
  due: 'all' | 'head' | undefined
  lookedAt: number
}

/** Merge requests of forks that have changed within a day, and whose head nothing is known of. */
export function waitingForks({ files, pulls }: Known, now: number): KeptPull[] {
  if (files.size === 0) return []
  const isWaiting = ({ isFork, state, changedAt, runs }: KeptPull) =>
    isFork && state === 'open' && changedAt > now - DAY_MS && runs.length === 0
  return [...pulls.values()].filter(isWaiting)
}

/** What is known of one that was not looked at yet. */
export function unknownProject(): Omit<Known, keyof OwnProject> {
  return {
    files: new Set(),
    branches: [],
    pulls: new Map(),
    runs: new Map(),
    running: new Map(),
    due: 'all',
    lookedAt: 0,
  }
}

/** Notes what a pipeline says: of the head of a merge request, that something still runs, that a model was weighed. */
export function learnPipeline(
  project: Known,
  { id, ref, sha, source, status, updatedAt }: SeenPipeline,
): void {
  project.pipelinesUntil = Math.max(project.pipelinesUntil ?? 0, updatedAt)
  for (const pull of project.pulls.values()) if (pull.head === sha) pull.checks = `${id} ${status}`
  const isOfModel = source === 'merge_request_event' || (source === 'push' && ref === project.branch)
  if (RUNNING.has(status)) project.running.set(id, updatedAt)
  else project.running.delete(id)
  if (ENDED.has(status) && isOfModel) project.runs.set(id, { id, endedAt: updatedAt, isReported: false })
}

/** What nobody waits for any more: so what is kept grows with what goes on, and not with time. */
export function forgetOld({ pulls, runs, running }: Known, endedSince: number): void {
  for (const [number, { changedAt }] of pulls) if (changedAt < endedSince) pulls.delete(number)
  for (const [id, { endedAt }] of runs) if (endedAt < endedSince) runs.delete(id)
  for (const [id, since] of running) if (since < endedSince) running.delete(id)
}

/** The project as surveys show it. */
export function seenIn({ name, head, files, branches, pulls, runs }: Known): SeenRepository {
  return {
    name,
    ...(head && { head }),
    files,
    branches,
    pulls: [...pulls.values()].sort((a, b) => b.changedAt - a.changedAt),
    runs: [...runs.values()],
  }
}

// --- internal ---

const DAY_MS = 86_400_000
/** Those that end by themselves: one that waits for a person is none. */
const RUNNING = new Set(['created', 'waiting_for_resource', 'preparing', 'pending', 'running', 'canceling'])
