import type { Octokit } from '@octokit/rest'
import { AssayError } from '../../core/errors/errors.ts'
import type { ForgeDialect } from '../../core/report/words/dialect.ts'
import { advised, orRefusal, unless } from '../expected-failures.ts'
import type { Check, Comment, Forge, NewCheck, WrittenCheck } from '../forge.ts'
import { mayHaveHappened } from '../forge-error.ts'
import { linkedPages, readAllPages } from '../http/all-pages.ts'
import {
  checkParameters,
  cut,
  inBatches,
  listOf,
  outputOf,
  textOf,
  toAnnotation,
  toCheck,
  toComment,
  toPullRequest,
  toWrittenCheck,
} from './convert.ts'

/** Octokit of @octokit/rest and that of Probot fit. */
export interface GithubClient {
  rest: Pick<Octokit['rest'], 'checks' | 'issues' | 'pulls' | 'repos' | 'users'>
}

const githubDialect: ForgeDialect = {
  name: 'GitHub',
  maxBody: 60_000,
  alerts: true,
  details: true,
  quickActions: false,
}

/**
 * GitHub and GitHub Enterprise. `repository` is `owner/name`. The client must carry `safeRequests`: deadlines,
 * repeats and the judging of answers happen there. `account` is who writes with it, where that is known.
 */
export function githubForge({ rest }: GithubClient, repository: string, account?: string): Forge {
  const repo = parseRepository(repository)
  /** A check is made by the same account as a comment with the same token, and names it without another call. */
  let author: string | undefined = account

  return {
    name: 'github',
    dialect: githubDialect,
    usualAuthor: 'github-actions[bot]',

    async whoAmI() {
      if (author) return author
      // The workflow's own token may not ask: 403.
      const answer = await unless(rest.users.getAuthenticated(), 'FORGE_FORBIDDEN', 'FORGE_NOT_FOUND')
      author = answer?.data.login
      return author
    },

    async listComments(pullRequest) {
      const call = `GET /repos/${repository}/issues/${pullRequest}/comments`
      const comments = await readAllPages<Comment>(
        call,
        comment => comment.id,
        async page => {
          const parameters = { ...repo, issue_number: pullRequest, per_page: 100, page }
          const { data, headers } = await advised(rest.issues.listComments(parameters), COMMENT_ADVICE)
          return {
            items: listOf(data, call).map(answer => toComment(answer, call)),
            ...linkedPages(headers.link),
          }
        },
      )
      return comments.sort((a, b) => a.id - b.id)
    },

    async createComment(pullRequest, body) {
      const { data } = await advised(
        rest.issues.createComment({ ...repo, issue_number: pullRequest, body }),
        COMMENT_ADVICE,
      )
      return toComment(data, `POST /repos/${repository}/issues/${pullRequest}/comments`)
    },

    async updateComment(id, body) {
      const answer = await unless(
        rest.issues.updateComment({ ...repo, comment_id: id, body }),
        'FORGE_NOT_FOUND',
      )
      return answer && toComment(answer.data, `PATCH /repos/${repository}/issues/comments/${id}`)
    },

    async deleteComment(id) {
      await unless(rest.issues.deleteComment({ ...repo, comment_id: id }), 'FORGE_NOT_FOUND')
    },

    async createCheck(check) {
      const created = await orRefusal(createOnce(check), CHECK_ADVICE)
      if ('author' in created) author = created.author
      return created
    },

    async updateCheck(id, update) {
      const batches = inBatches(update.annotations ?? [])
      for (const annotations of batches)
        await advised(
          rest.checks.update({
            ...repo,
            check_run_id: id,
            status: 'completed',
            ...(update.externalId !== undefined && { external_id: update.externalId }),
            conclusion: update.conclusion,
            output: { ...outputOf(update), annotations: annotations.map(toAnnotation) },
          }),
          CHECK_ADVICE,
        )
    },

    async listChecks(commit, name) {
      const asked = {
        ...repo,
        ref: commit,
        ...(name && { check_name: name }),
        filter: 'all' as const,
        per_page: 100,
      }
      const call = `GET /repos/${repository}/commits/${commit}/check-runs`
      const found = await readAllPages<WrittenCheck>(
        call,
        check => check.id,
        async page => {
          const { data, headers } = await advised(rest.checks.listForRef({ ...asked, page }), CHECK_ADVICE)
          return {
            items: listOf(data.check_runs, call).map(run => toWrittenCheck(run, call)),
            ...linkedPages(headers.link),
          }
        },
      )
      return found.filter(check => author === undefined || check.author === author)
    },

    async setStatus({ commit, context, state, description, url }) {
      const parameters = {
        ...repo,
        sha: commit,
        context,
        state,
        description: cut(description, 140),
        target_url: url,
      }
      const answer = await orRefusal(rest.repos.createCommitStatus(parameters), STATUS_ADVICE)
      return 'refused' in answer ? answer : undefined
    },

    async findPullRequest({ head, headSha }) {
      // One branch has few open pull requests, but GitHub ignores a `head` that it does not understand and lists all.
      const parameters = { ...repo, head, state: 'open' as const, per_page: 100 }
      const call = `GET /repos/${repository}/pulls`
      const { data } = await advised(rest.pulls.list(parameters), PULLS_ADVICE)
      const ours = listOf(data, call)
        .map(answer => toPullRequest(answer, call))
        .filter(pull => pull.headSha === headSha)
      return ours.length === 1 ? { number: ours[0]!.number, base: ours[0]!.base } : undefined
    },

    async pullsAt(headSha) {
      return (await pullsOf(headSha))
        .filter(({ head }) => head?.sha === headSha)
        .flatMap(({ number, state, head, base: { ref: base, repo: into } = {} }) => {
          const fromFork = head?.repo?.id === undefined || head.repo.id !== into?.id
          return number && base !== undefined ? [{ number, base, isOpen: state === 'open', fromFork }] : []
        })
        .sort((a, b) => a.number - b.number)
    },

    async pullRequestOf(commit) {
      const merged = (await pullsOf(commit)).filter(one => one.merged_at && Number.isSafeInteger(one.number))
      return merged.length === 1 ? merged[0]!.number : undefined
    },

    async readFile(path, ref) {
      const answer = await unless(rest.repos.getContent({ ...repo, path, ref }), 'FORGE_NOT_FOUND')
      return answer && textOf(answer.data, `GET /repos/${repository}/contents/${path}`)
    },
  }

  async function pullsOf(commit: string): Promise<PullOfCommit[]> {
    const asked = rest.repos.listPullRequestsAssociatedWithCommit({
      ...repo,
      commit_sha: commit,
      per_page: 100,
    })
    const answer = await unless(asked, 'FORGE_NOT_FOUND', 'FORGE_REJECTED')
    const call = `GET /repos/${repository}/commits/${commit}/pulls`
    return answer ? (listOf(answer.data, call) as PullOfCommit[]) : []
  }

  /** One check a run, even where the answer to its creation was lost: a second would leave the first "in progress". */
  async function createOnce(check: NewCheck): Promise<Check> {
    const create = async () =>
      toCheck(
        (await rest.checks.create({ ...repo, ...checkParameters(check) })).data,
        `POST /repos/${repository}/check-runs`,
      )
    try {
      return await create()
    } catch (error) {
      if (!mayHaveHappened(error)) throw error
      const { data } = await rest.checks.listForRef({
        ...repo,
        ref: check.commit,
        check_name: check.name,
        filter: 'all',
      })
      const found = data.check_runs?.find(run => run.external_id === check.externalId)
      return found ? toCheck(found, `GET /repos/${repository}/check-runs`) : create()
    }
  }
}

// --- internal ---

interface PullOfCommit {
  number?: number
  state?: string
  merged_at?: string | null
  head?: { sha?: string; repo?: { id?: number } | null }
  base?: { ref?: string; repo?: { id?: number } }
}

const COMMENT_ADVICE =
  'Add `permissions: pull-requests: write` to the job. Pull requests from forks and from Dependabot get a read-only token whatever the workflow says: post their report from a `workflow_run` workflow'
const CHECK_ADVICE =
  "Only a GitHub App or the workflow's own token may write checks, no personal access token: use `github.token` and add `permissions: checks: write` to the job"
const PULLS_ADVICE = 'Add `permissions: pull-requests: write` to the job'
const STATUS_ADVICE = 'Add `permissions: statuses: write` to the job'
/** `owner/name` in its parts. @throws AssayError FORGE_REPOSITORY_INVALID */
export function parseRepository(repository: string): { owner: string; repo: string } {
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository) ?? []
  if (owner && repo && ![owner, repo].some(name => /^\.+$/.test(name))) return { owner, repo }
  throw new AssayError({
    code: 'FORGE_REPOSITORY_INVALID',
    title: 'The repository has no name',
    problems: [
      { what: `${JSON.stringify(repository)} is not of the form owner/name`, fix: 'Write it as owner/name' },
    ],
  })
}
