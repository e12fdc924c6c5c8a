import { OWNER, type Person } from './cast.ts'
import type { Github } from './emulator.ts'

/** A pull request as it stands on the forge, read back through the API. */
export interface PullRequest {
  repository: string
  number: number
  title: string
  body: string
  author: string
  state: 'open' | 'merged' | 'closed'
  branch: string
  base: string
  /** The newest commit of its branch. */
  head: string
  labels: string[]
  comments: { id: number; author: string; body: string; edited: boolean }[]
  /** Check runs and statuses of the head. */
  checks: { name: string; state: string; title: string }[]
}

export async function openPullRequest(
  github: Github,
  repo: string,
  author: Person,
  request: { title: string; body: string; head: string },
): Promise<number> {
  const { data } = await github.as(author).rest.pulls.create({ owner: OWNER, repo, base: 'main', ...request })
  return data.number
}

export async function readPullRequest(
  github: Github,
  repo: string,
  reader: Person,
  number: number,
): Promise<PullRequest> {
  const api = github.as(reader)
  const place = { owner: OWNER, repo }
  const { data } = await api.rest.pulls.get({ ...place, pull_number: number })
  const comments = await api.paginate(api.rest.issues.listComments, { ...place, issue_number: number })
  const checks = await api.rest.checks.listForRef({ ...place, ref: data.head.sha })
  return {
    repository: `${OWNER}/${repo}`,
    number,
    title: data.title,
    body: data.body ?? '',
    author: data.user?.login ?? '',
    state: data.merged ? 'merged' : data.state,
    branch: data.head.ref,
    base: data.base.ref,
    head: data.head.sha,
    labels: data.labels.map(({ name }) => name),
    comments: comments.map(comment => ({
      id: comment.id,
      author: comment.user?.login ?? '',
      body: comment.body ?? '',
      edited: comment.updated_at !== comment.created_at,
    })),
    checks: [
      ...checks.data.check_runs.map(({ name, status, conclusion, output }) => ({
        name,
        state: conclusion ?? status,
        title: output.title ?? '',
      })),
      // Of several statuses of one context, the newest counts.
      ...new Map(
        github
          .statuses(data.head.sha)
          .map(({ context, state, description }) => [context, { name: context, state, title: description }]),
      ).values(),
    ],
  }
}

/** Merges exactly the head that was looked at. Returns the merge commit. */
export async function mergePullRequest(
  github: Github,
  { repository, number, head }: PullRequest,
  person: Person,
): Promise<string> {
  const repo = repository.slice(OWNER.length + 1)
  const { data } = await github
    .as(person)
    .rest.pulls.merge({ owner: OWNER, repo, pull_number: number, sha: head })
  return data.sha
}

/** Numbers of the open pull requests of a repository, oldest first. */
export async function openNumbers(github: Github, repo: string, reader: Person): Promise<number[]> {
  const { data } = await github.as(reader).rest.pulls.list({ owner: OWNER, repo, state: 'open' })
  return data.map(({ number }) => number).sort((a, b) => a - b)
}

/** The message of a commit, with its trailers. */
export async function readMessage(
  github: Github,
  repo: string,
  reader: Person,
  commit: string,
): Promise<string> {
  const { data } = await github.as(reader).rest.git.getCommit({ owner: OWNER, repo, commit_sha: commit })
  return data.message
}
