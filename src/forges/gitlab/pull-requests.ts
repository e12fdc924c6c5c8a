import { isAssayError } from '../../core/errors/errors.ts'
import { STATUS_CONTEXT } from '../../core/promotion/status.ts'
import { advised } from '../expected-failures.ts'
import { badAnswer, forgeError, inWords, isForgeError, withFix } from '../forge-error.ts'
import type { BranchPullRequests, MergeReply, PullRequest, PullRequests } from '../pull-requests.ts'
import type { GitlabClient } from './client.ts'
import { PAGE_SIZE, pageOf } from './convert.ts'
import {
  closedOf,
  isOpen,
  isOwn,
  type MergeRequest,
  mergeCommitOf,
  toPullRequest,
  toState,
} from './merge-request.ts'
import { gitlabMergeRules } from './people/merge-rules.ts'
import { mergeRequestsFrom } from './reading/merge-requests.ts'
import { lastStatus } from './statuses.ts'

export interface GitlabPullRequests extends PullRequests {
  /** `ofBranch` of many branches, in as few calls as GitLab takes. */
  ofBranches(branches: readonly string[], base: string): Promise<ReadonlyMap<string, BranchPullRequests>>
}

/** Merge requests as pull requests; `number` is the iid. */
export function gitlabPullRequests(
  { api, graphql }: Pick<GitlabClient, 'api' | 'graphql'>,
  project: string,
): GitlabPullRequests {
  const at = (path: string) => `/projects/${encodeURIComponent(project)}/merge_requests${path}`

  return {
    ofBranch,

    async ofBranches(branches, base) {
      const found = await mergeRequestsFrom(graphql, project, branches, base)
      const read = branches.map(async (branch): Promise<[string, BranchPullRequests]> => {
        const listed = found?.get(branch)
        if (!listed || closedOf(listed).some(({ isUntold }) => isUntold))
          return [branch, await ofBranch(branch, base)]
        const call = 'POST /api/graphql'
        const open = listed.find(isOpen)
        return [
          branch,
          {
            open: open && (await withStatus(toPullRequest(open, call))),
            closed: closedOf(listed).map(one => toPullRequest(one, call)),
          },
        ]
      })
      return new Map(await Promise.all(read))
    },

    async create({ branch, base, title, body }) {
      try {
        const made = api.MergeRequests.create(project, branch, base, title, { description: body })
        return toState(await advised(made, ADVICE), `POST ${at('')}`)
      } catch (error) {
        if (isForgeError(error, 'FORGE_REJECTED') && /already exists/i.test(inWords(error))) return undefined
        throw error
      }
    },

    async update(number, { title, body }) {
      return toState(await edit(number, { title, description: body }), `PUT ${at(`/${number}`)}`)
    },

    async addLabels(number, labels) {
      const { labels: now } = (await edit(number, { addLabels: [...labels] })) as Partial<MergeRequest>
      if (!Array.isArray(now)) throw badAnswer(`PUT ${at(`/${number}`)}`, 'the answer has no labels')
    },

    async requestReviewers(number, reviewers) {
      const people = reviewers.filter(name => !name.includes('/'))
      const users = await Promise.all(people.map(findUser))
      const unknown = people.filter((_, index) => users[index] === undefined)
      const reviewerIds = users.filter(id => id !== undefined)
      const answer = (
        reviewerIds.length > 0 ? await edit(number, { reviewerIds }) : {}
      ) as Partial<MergeRequest>
      const asked = (answer.reviewers ?? []).map(({ username }) => username)
      // Without a paid plan a merge request has one reviewer, and GitLab drops the others without a word.
      const dropped = people.filter(name => !unknown.includes(name) && !asked.includes(name))
      const teams = reviewers.filter(name => name.includes('/'))
      const problems = [
        ...unknown.map(name => `nobody is called ${name}`),
        ...dropped.map(name => `${name} was not taken`),
        ...teams.map(name => `${name} is a group, and GitLab asks only people`),
      ]
      if (problems.length > 0)
        throw forgeError({
          code: 'FORGE_REJECTED',
          call: `PUT ${at(`/${number}`)}`,
          said: problems.join('; '),
          fix: 'Name one person, or let CODEOWNERS ask for approvals',
        })
    },

    async close(number) {
      if (isOpen(await show(number)))
        toState(await edit(number, { stateEvent: 'close' }), `PUT ${at(`/${number}`)}`)
    },

    async merge(number, head, { method = 'merge', whenChecksPass = false } = {}) {
      try {
        // The second name is the one before GitLab 17.11.
        const auto = whenChecksPass && { autoMerge: true, mergeWhenPipelineSucceeds: true }
        const options = { sha: head, squash: method === 'squash', ...auto }
        const answer = await advised(api.MergeRequests.merge(project, number, options as object), ADVICE)
        const merged = answer as unknown as MergeRequest
        if (merged.state === 'merged') return { kind: 'merged', commit: mergeCommitOf(merged) }
        if (merged.merge_when_pipeline_succeeds && merged.sha === head) return { kind: 'scheduled' }
        throw badAnswer(`PUT ${at(`/${number}/merge`)}`, 'the answer does not say that it merged')
      } catch (error) {
        return afterFailure(number, head, error)
      }
    },

    mergeRules: base => gitlabMergeRules({ api }, project, base),
  }

  async function ofBranch(branch: string, base: string): Promise<BranchPullRequests> {
    const call = `GET ${at('')}`
    const asked = { projectId: project, sourceBranch: branch, targetBranch: base, state: 'all' } as const
    const order = {
      orderBy: 'created_at',
      sort: 'desc',
      perPage: PAGE_SIZE,
      page: 1,
      showExpanded: true,
    } as const
    const listed = await advised(api.MergeRequests.all({ ...asked, ...order } as object), ADVICE)
    const own = pageOf<MergeRequest>(listed, call).items.filter(isOwn)
    const open = own.find(isOpen)
    // In a list it does not tell how its pipeline is.
    const shown = open && toPullRequest(await show(open.iid), `GET ${at(`/${open.iid}`)}`)
    return {
      open: shown && (await withStatus(shown)),
      closed: closedOf(own).map(one => toPullRequest(one, call)),
    }
  }

  /** No merge request tells its statuses. */
  async function withStatus(shown: PullRequest): Promise<PullRequest> {
    const known = await lastStatus({ api }, project, shown.head, STATUS_CONTEXT)
    const status = known ? { state: known.state, description: known.description } : ('none' as const)
    return { ...shown, status }
  }

  async function show(number: number): Promise<MergeRequest> {
    return (await api.MergeRequests.show(project, number)) as unknown as MergeRequest
  }

  function edit(number: number, changes: object): Promise<unknown> {
    return advised(api.MergeRequests.edit(project, number, changes), ADVICE)
  }

  async function findUser(username: string): Promise<number | undefined> {
    const found = await api.Users.all({ username })
    const [user] = Array.isArray(found) ? found : []
    return user?.username === username ? Number(user.id) : undefined
  }

  /** A merge whose answer was lost has happened all the same, and GitLab refuses to repeat it. */
  async function afterFailure(number: number, head: string, error: unknown): Promise<MergeReply> {
    const now = await show(number)
    const { head: there } = toState(now, `GET ${at(`/${number}`)}`)
    if (now.state === 'merged' && there === head) return { kind: 'merged', commit: mergeCommitOf(now) }
    if (now.state === 'opened' && now.merge_when_pipeline_succeeds && there === head)
      return { kind: 'scheduled' }
    // GitLab's 401 to a merge means that this account may not merge here, whatever its token.
    if (isAssayError(error, 'FORGE_UNAUTHORIZED')) throw withFix(error, ADVICE)
    if (!isForgeError(error, 'FORGE_REJECTED')) throw error
    const reason = there === head ? inWords(error) : `its head is ${there} by now, not ${head}`
    return { kind: 'refused', reason }
  }
}

// --- internal ---

const ADVICE =
  'Give the token the scope `api` and the role Developer in the deploy repository (to merge: whichever role its protected branch asks for)'
