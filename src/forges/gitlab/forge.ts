import { AssayError } from '../../core/errors/errors.ts'
import type { ForgeDialect } from '../../core/report/words/dialect.ts'
import { advised, orRefusal, unless } from '../expected-failures.ts'
import type { CommitStatus, Forge } from '../forge.ts'
import { badAnswer, forgeError, inWords, isForgeError } from '../forge-error.ts'
import { readAllPages } from '../http/all-pages.ts'
import type { GitlabClient } from './client.ts'
import { type NoteAnswer, PAGE_SIZE, pageOf, STATES, toComment } from './convert.ts'
import { lastStatus } from './statuses.ts'

const gitlabDialect: ForgeDialect = {
  name: 'GitLab',
  // A note takes 1,000,000.
  maxBody: 999_000,
  alerts: true,
  details: true,
  quickActions: true,
}

/**
 * GitLab, on gitlab.com or anywhere. `project` is its full path, `group/subgroup/name`. Comments are notes on merge requests;
 * there are no checks, so that a commit status takes their place (`publish.ts`).
 */
export function gitlabForge({ api, isJobToken, webUrl }: GitlabClient, project: string): Forge {
  checkProject(project)
  const at = (path: string) => `/projects/${encodeURIComponent(project)}${path}`
  /** A note is addressed through its merge request. */
  const mergeRequestOf = new Map<number, number>()
  /** Notes do not tell where they are shown. */
  const pageOfRequest = (number: number) => `${webUrl}/${project}/-/merge_requests/${number}`

  return {
    name: 'gitlab',
    dialect: gitlabDialect,

    async whoAmI() {
      // A job's token is nobody's.
      if (isJobToken) return undefined
      const user = await unless(api.Users.showCurrentUser(), 'FORGE_FORBIDDEN', 'FORGE_NOT_FOUND')
      return user?.username
    },

    async listComments(pullRequest) {
      const call = `GET ${at(`/merge_requests/${pullRequest}/notes`)}`
      const options = {
        sort: 'asc',
        orderBy: 'created_at',
        activityFilter: 'only_comments',
        perPage: PAGE_SIZE,
        showExpanded: true,
      } as const
      const notes = await readAllPages<NoteAnswer>(
        call,
        note => note.id,
        async number => {
          const listing = api.MergeRequestNotes.all(project, pullRequest, {
            ...options,
            page: number,
          } as object)
          return pageOf(await advised(listing, READ_ADVICE), call)
        },
      )
      const said = notes.filter(note => note.system !== true).sort((a, b) => a.id - b.id)
      for (const note of said) mergeRequestOf.set(note.id, pullRequest)
      return said.map(note => toComment(note, call, pageOfRequest(pullRequest)))
    },

    async createComment(pullRequest, body) {
      const call = `POST ${at(`/merge_requests/${pullRequest}/notes`)}`
      if (isJobToken) throw jobTokenMayNot(call)
      const note = await advised(api.MergeRequestNotes.create(project, pullRequest, body), WRITE_ADVICE)
      const comment = toComment(note, call, pageOfRequest(pullRequest))
      mergeRequestOf.set(comment.id, pullRequest)
      return comment
    },

    async updateComment(id, body) {
      const pullRequest = mergeRequestOf.get(id)
      const call = `PUT ${at(`/merge_requests/${pullRequest}/notes/${id}`)}`
      if (isJobToken) throw jobTokenMayNot(call)
      if (pullRequest === undefined) return undefined
      const note = await unless(
        api.MergeRequestNotes.edit(project, pullRequest, id, { body }),
        'FORGE_NOT_FOUND',
      )
      return note && toComment(note, call, pageOfRequest(pullRequest))
    },

    async deleteComment(id) {
      const pullRequest = mergeRequestOf.get(id)
      if (pullRequest === undefined) return
      await unless(api.MergeRequestNotes.remove(project, pullRequest, id), 'FORGE_NOT_FOUND')
    },

    async createCheck() {
      return { refused: 'GitLab has no checks', usual: true }
    },

    async updateCheck() {
      throw new RangeError('GitLab has no checks')
    },

    async setStatus(status) {
      const call = `POST ${at(`/statuses/${status.commit}`)}`
      if (isJobToken) return { refused: inWords(jobTokenMayNot(call)) }
      const answer = await orRefusal(writeStatus(status, call), STATUS_ADVICE)
      return answer && 'refused' in answer ? answer : undefined
    },

    async statusAt(commit, context) {
      const known = await lastStatus({ api }, project, commit, context)
      return known && { ...known, commit, context }
    },

    async findPullRequest({ head, headSha }) {
      const sourceBranch = head.slice(head.lastIndexOf(':') + 1)
      const options = { projectId: project, sourceBranch, state: 'opened', perPage: 100, page: 1 } as const
      const call = `GET ${at('/merge_requests')}`
      const listed = await advised(api.MergeRequests.all({ ...options, showExpanded: true }), READ_ADVICE)
      const ours = pageOf<{ iid: number; sha: string; target_branch: string }>(listed, call).items.filter(
        one => one.sha === headSha,
      )
      return ours.length === 1 ? { number: ours[0]!.iid, base: ours[0]!.target_branch } : undefined
    },

    async pullsAt(headSha) {
      return (await requestsOf(headSha))
        .filter(one => one.sha === headSha)
        .map(one => ({
          number: one.iid,
          base: String(one.target_branch),
          isOpen: one.state === 'opened',
          fromFork: one.source_project_id !== one.target_project_id,
        }))
        .sort((a, b) => a.number - b.number)
    },

    async pullRequestOf(commit) {
      const merged = (await requestsOf(commit)).filter(
        one => one.state === 'merged' && Number.isSafeInteger(one.iid),
      )
      return merged.length === 1 ? merged[0]!.iid : undefined
    },

    async readFile(path, ref) {
      const file = await unless(api.RepositoryFiles.show(project, path, ref), 'FORGE_NOT_FOUND')
      if (!file) return undefined
      if (file.encoding !== 'base64' || typeof file.content !== 'string')
        throw badAnswer(`GET ${at(`/repository/files/${path}`)}`, 'the answer is no file')
      return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(file.content, 'base64'))
    },
  }

  async function requestsOf(commit: string) {
    const call = `GET ${at(`/repository/commits/${commit}/merge_requests`)}`
    const listed = await unless(api.Commits.allMergeRequests(project, commit), 'FORGE_NOT_FOUND')
    if (listed !== undefined && !Array.isArray(listed)) throw badAnswer(call, 'the answer is no list')
    return listed ?? []
  }

  /** A commit of a fork is on no branch here: GitLab asks for the ref that it has as the head of a merge request. */
  async function refOfFork(error: unknown, commit: string): Promise<string> {
    if (!isForgeError(error, 'FORGE_NOT_FOUND') || !/references for commit/i.test(inWords(error))) throw error
    const listed = await api.Commits.allMergeRequests(project, commit)
    const heads = Array.isArray(listed)
      ? listed.filter(one => one.state === 'opened' && one.sha === commit)
      : []
    if (heads.length === 0) throw error
    return `refs/merge-requests/${heads[0]!.iid}/head`
  }

  /**
   * GitLab refuses to set a pending status to pending, although the words may have changed. Then the old one is ended without
   * a verdict, and the new one takes its place: at no moment is it green.
   */
  async function writeStatus(status: CommitStatus, call: string): Promise<undefined> {
    const state = STATES[status.state]
    const name = status.context
    const description = status.description.slice(0, 255).toWellFormed()
    let ref: string | undefined
    const set = async (to: typeof state) => {
      const options = { name, description, ...(ref && { ref }), ...(status.url && { targetUrl: status.url }) }
      const made = await api.Commits.editStatus(project, status.commit, to, options)
      if (!Number.isSafeInteger(made?.id)) throw badAnswer(call, 'the answer has no id')
    }
    try {
      await set(state).catch(async error => {
        ref = await refOfFork(error, status.commit)
        await set(state)
      })
    } catch (error) {
      if (!isForgeError(error, 'FORGE_REJECTED') || !/cannot transition/i.test(inWords(error))) throw error
      const known = await lastStatus({ api }, project, status.commit, name)
      if (known?.state === status.state && known.description === description) return
      await set('canceled')
      if (state !== 'canceled') await set(state)
    }
  }
}

/** The full path of a project. @throws AssayError FORGE_REPOSITORY_INVALID */
export function checkProject(project: string): void {
  const parts = project.split('/')
  if (parts.length > 1 && parts.every(part => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part))) return
  throw new AssayError({
    code: 'FORGE_REPOSITORY_INVALID',
    title: 'The repository has no name',
    problems: [
      {
        what: `${JSON.stringify(project)} is not of the form group/project`,
        fix: 'Write it as group/project',
      },
    ],
  })
}

/** What a job's own token is told, before GitLab answers with a mere 401. */
export function jobTokenMayNot(call: string): AssayError {
  return forgeError({
    code: 'FORGE_FORBIDDEN',
    call,
    said: 'CI_JOB_TOKEN only reads: it writes no notes, no statuses and no merge requests',
    fix: 'The verdict is in the log of the job and in the output folder. To have it in the merge request, set ASSAY_TOKEN to a project access token with the scope `api` (role Reporter for notes, Developer for statuses)',
  })
}

// --- internal ---

const READ_ADVICE = 'Give the token the scope `read_api` or `api`'
const WRITE_ADVICE =
  'Set ASSAY_TOKEN to a project or group access token with the scope `api` and the role Reporter. Merge requests from forks run in the fork, with its variables: there is no token then, and the verdict is in the log of the job'
const STATUS_ADVICE = 'Set ASSAY_TOKEN to an access token with the scope `api` and the role Developer'
