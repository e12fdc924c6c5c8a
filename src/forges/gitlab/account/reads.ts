import { isCommitSha } from '../../../core/git/names.ts'
import { unless } from '../../expected-failures.ts'
import { badAnswer } from '../../forge-error.ts'
import { readAllPages } from '../../http/all-pages.ts'
import type { SeenPull, SeenWritten } from '../../survey.ts'
import type { GitlabClient } from '../client.ts'
import { PAGE_SIZE, pageOf } from '../convert.ts'

/** A project in which the account may write. */
export interface OwnProject {
  id: number
  name: string
  /** The default branch; absent where nothing is in the project. */
  branch?: string
  /** When something last went on in it, in milliseconds, as the server notes that. */
  activeAt: number
}

export interface ChangedRequest {
  project: number
  pull: SeenPull
}

export interface SeenPipeline {
  id: number
  ref: string
  sha: string
  source: string
  status: string
  /** In milliseconds: when it changed last, which is its end where it has ended. */
  updatedAt: number
}

/** What is asked of many projects of one account, a call each. */
export function accountReads({ api }: Pick<GitlabClient, 'api'>) {
  let me: number | undefined

  /** Those in which the account has at least a role. */
  function memberOf(minAccessLevel: number, asked: object = {}): Promise<ProjectAnswer[]> {
    const call = 'GET /projects'
    const order = { archived: false, simple: true, orderBy: 'id', sort: 'asc' }
    return readAllPages<ProjectAnswer>(
      call,
      ({ id }) => id,
      async page => {
        const paged = { ...order, ...asked, perPage: PAGE_SIZE, page, showExpanded: true }
        return pageOf(await api.Projects.all({ membership: true, minAccessLevel, ...paged } as object), call)
      },
    )
  }

  return {
    /** Names of those that the account maintains, or owns. */
    async maintained(): Promise<string[]> {
      return (await memberOf(MAINTAINER)).map(({ path_with_namespace: name }) => name)
    },

    /** @param activeSince those alone in which something went on since a time in milliseconds: the server notes that once an hour */
    async projects(activeSince?: number): Promise<OwnProject[]> {
      const call = 'GET /projects'
      const asked = activeSince === undefined ? {} : { lastActivityAfter: iso(activeSince) }
      const found = await memberOf(DEVELOPER, asked)
      return found.map(({ id, path_with_namespace: name, default_branch: branch, last_activity_at }) => {
        if (!Number.isSafeInteger(id) || typeof name !== 'string')
          throw badAnswer(call, 'no list of projects')
        const activeAt = Date.parse(last_activity_at ?? '')
        // What does not say when may have been active at any time.
        return { id, name, ...(branch && { branch }), activeAt: Number.isNaN(activeAt) ? Infinity : activeAt }
      })
    },

    /**
     * Merge requests that changed since a time, those that did so first; at most a thousand, and then the rest the next time. Undefined where there is
     * no such place.
     */
    async changedRequests(
      place: { groupId: string } | { projectId: string },
      since: number,
    ): Promise<ChangedRequest[] | undefined> {
      const call =
        'groupId' in place ? `GET /groups/${place.groupId}/merge_requests` : 'GET /projects/…/merge_requests'
      const found = new Map<number, ChangedRequest>()
      // Page by page they would move from one to the other while they are read.
      for (let from = since, round = 0; round < MOST_ROUNDS; round++) {
        const asked = { ...place, scope: 'all', state: 'all', updatedAfter: iso(from) }
        const order = { orderBy: 'updated_at', sort: 'asc', perPage: PAGE_SIZE, page: 1, showExpanded: true }
        const listing = api.MergeRequests.all({ ...asked, ...order } as object)
        const answer = await unless(listing, 'FORGE_NOT_FOUND', 'FORGE_FORBIDDEN')
        if (answer === undefined) return undefined
        const { items } = pageOf<RequestAnswer>(answer, call)
        for (const one of items) {
          const changed = toChanged(one, call)
          if (changed) found.set(one.id, changed)
        }
        const last = Math.max(from, ...items.map(one => Date.parse(one.updated_at)))
        if (items.length < PAGE_SIZE || last <= from) break
        from = last
      }
      return [...found.values()]
    },

    /** The last thirty that people, or the account itself, wrote since a time and everybody may read. */
    async written(project: string, request: number, since: number): Promise<SeenWritten[]> {
      const call = `GET /projects/${encodeURIComponent(project)}/merge_requests/${request}/notes`
      me ??= (await api.Users.showCurrentUser()).id
      const asked = { sort: 'desc', orderBy: 'created_at', activityFilter: 'only_comments' }
      const page = { perPage: 30, page: 1, showExpanded: true }
      const listed = await api.MergeRequestNotes.all(project, request, { ...asked, ...page } as object)
      return pageOf<NoteAnswer>(listed, call).items.flatMap((note): SeenWritten[] => {
        const at = Date.parse(note.created_at)
        if (note.system || note.internal || note.confidential || !note.author || !(at >= since)) return []
        const author = note.author.id === me ? 'own' : 'person'
        return [{ writtenAs: 'comment', id: note.id, at, body: String(note.body ?? ''), author }]
      })
    },

    /** Those that changed since a time, the last hundred, the newest last. */
    async pipelines(project: string, since: number): Promise<SeenPipeline[]> {
      const call = `GET /projects/${encodeURIComponent(project)}/pipelines`
      const asked = { updatedAfter: iso(since), orderBy: 'updated_at', sort: 'desc' }
      const page = { perPage: PAGE_SIZE, page: 1, showExpanded: true }
      const listed = await unless(
        api.Pipelines.all(project, { ...asked, ...page } as object),
        'FORGE_FORBIDDEN',
      )
      // Without CI/CD there are none.
      if (listed === undefined) return []
      const found = pageOf<PipelineAnswer>(listed, call).items.map(one => toPipeline(one, call))
      return found.sort((a, b) => a.id - b.id)
    },

    /** Those of a merge request, where they ran: the last hundred that the account may see. */
    async requestPipelines(
      project: string,
      request: number,
    ): Promise<(SeenPipeline & { project: number })[]> {
      const call = `GET /projects/${encodeURIComponent(project)}/merge_requests/${request}/pipelines`
      const asked = { perPage: PAGE_SIZE, page: 1, showExpanded: true } as object
      const listed = await unless(
        api.MergeRequests.allPipelines(project, request, asked),
        'FORGE_FORBIDDEN',
        'FORGE_NOT_FOUND',
      )
      if (listed === undefined) return []
      return pageOf<PipelineAnswer>(listed, call).items.map(one => ({
        ...toPipeline(one, call),
        project: one.project_id,
      }))
    },

    /** The last commit of a branch. */
    async head(project: string, branch: string): Promise<{ commit: string; at: number } | undefined> {
      const call = `GET /projects/${encodeURIComponent(project)}/repository/branches/${encodeURIComponent(branch)}`
      const shown = await unless(api.Branches.show(project, branch), 'FORGE_NOT_FOUND')
      if (!shown) return undefined
      const { id: commit, committed_date: date } = shown.commit as { id?: unknown; committed_date?: unknown }
      if (typeof commit !== 'string' || !isCommitSha(commit))
        throw badAnswer(call, 'a branch without a commit')
      const at = Date.parse(String(date))
      return { commit, at: Number.isNaN(at) ? 0 : at }
    },
  }
}

// --- internal ---

/** https://docs.gitlab.com/api/access_requests/#valid-access-levels */
const DEVELOPER = 30
const MAINTAINER = 40
const MOST_ROUNDS = 10
const STATES: Record<string, SeenPull['state']> = { opened: 'open', locked: 'open', merged: 'merged' }

interface ProjectAnswer {
  id: number
  path_with_namespace: string
  default_branch?: string | null
  last_activity_at?: string
}

interface RequestAnswer {
  id: number
  iid: number
  state: string
  updated_at: string
  source_branch: string
  target_branch?: string
  source_project_id: number | null
  target_project_id: number
  sha: string | null
}

interface NoteAnswer {
  id: number
  body?: string
  author: { id: number } | null
  created_at: string
  system: boolean
  internal?: boolean
  confidential?: boolean
}

interface PipelineAnswer {
  id: number
  project_id: number
  ref: string
  sha: string
  source: string
  status: string
  updated_at: string
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

/** Undefined for one without commits: nothing of it is weighed. */
function toChanged(one: RequestAnswer, call: string): ChangedRequest | undefined {
  const { iid: number, state, source_branch: branch, sha: head, target_project_id: project } = one
  const changedAt = Date.parse(one.updated_at)
  if (![one.id, number, project].every(Number.isSafeInteger) || Number.isNaN(changedAt))
    throw badAnswer(call, 'no list of merge requests')
  if (!head) return undefined
  const isFork = one.source_project_id !== project
  return {
    project,
    pull: {
      number,
      state: STATES[state] ?? 'closed',
      branch,
      isFork,
      head,
      ...(one.target_branch && { base: one.target_branch, judgedFor: 'unknown' }),
      changedAt,
      written: [],
      runs: [],
    },
  }
}

function toPipeline(
  { id, ref, sha, source, status, updated_at }: PipelineAnswer,
  call: string,
): SeenPipeline {
  const updatedAt = Date.parse(updated_at)
  if (!Number.isSafeInteger(id) || Number.isNaN(updatedAt)) throw badAnswer(call, 'no list of pipelines')
  return { id, ref: String(ref), sha, source, status, updatedAt }
}
