import { createHash } from 'node:crypto'
import type { Octokit } from '@octokit/rest'
import { artifactAltered, artifactGone, artifactTooLarge } from '../artifact-errors.ts'
import type { Artifact, CiRun, CiRuns, HeadRun, Reruns } from '../ci-runs.ts'
import { advised, unless } from '../expected-failures.ts'
import { badAnswer, inWords, isForgeError } from '../forge-error.ts'
import { type DownloadOptions, downloadFrom } from '../http/download.ts'
import { listOf } from './convert.ts'
import { parseRepository } from './forge.ts'

export interface GithubRunsClient {
  rest: Pick<Octokit['rest'], 'actions'>
}

/** Runs of GitHub Actions and their artifacts. https://docs.github.com/en/rest/actions */
export function githubRuns(
  { rest: { actions } }: GithubRunsClient,
  repository: string,
  options: Pick<DownloadOptions, 'env' | 'safety' | 'api'>,
): CiRuns {
  const repo = parseRepository(repository)
  const at = `GET /repos/${repository}/actions`

  return {
    async run(id) {
      const answer = await unless(
        advised(actions.getWorkflowRun({ ...repo, run_id: id }), ADVICE),
        'FORGE_NOT_FOUND',
      )
      return answer && toRun(answer.data, `${at}/runs/${id}`)
    },

    async ended(since) {
      const created = `>=${new Date(since).toISOString().replace(/\.\d+Z$/, 'Z')}`
      const asked = {
        ...repo,
        status: 'completed' as const,
        created,
        exclude_pull_requests: true,
        per_page: 100,
      }
      const { data } = await advised(actions.listWorkflowRunsForRepo(asked), ADVICE)
      const call = `${at}/runs`
      return listOf(data.workflow_runs, call).map(one => toRun(one as Answered, call))
    },

    async ofHead(headSha) {
      const asked = { ...repo, head_sha: headSha, event: 'pull_request', status: 'completed' as const }
      const { data } = await advised(actions.listWorkflowRunsForRepo({ ...asked, per_page: 30 }), ADVICE)
      const call = `${at}/runs`
      return listOf(data.workflow_runs, call).map(one => toRun(one as Answered, call))
    },

    async artifacts(run, name) {
      const asked = { ...repo, run_id: run, name, per_page: 100 }
      const { data } = await advised(actions.listWorkflowRunArtifacts(asked), ADVICE)
      const call = `${at}/runs/${run}/artifacts`
      return listOf(data.artifacts, call)
        .map(one => toArtifact(one, call))
        .filter(one => one.name === name && one.run === run)
        .sort((a, b) => b.id - a.id)
    },

    async download({ id, bytes, digest }, maxBytes) {
      if (bytes > maxBytes) throw artifactTooLarge(maxBytes)
      const call = `${at}/artifacts/${id}/zip`
      const asked = {
        ...repo,
        artifact_id: id,
        archive_format: 'zip',
        request: { redirect: 'manual' as const },
      }
      try {
        const { headers } = await advised(actions.downloadArtifact(asked), ADVICE)
        const content = await downloadFrom(headers.location!, { ...options, call, maxBytes })
        if (!content) throw artifactTooLarge(maxBytes)
        if (digest !== undefined && digest !== digestOf(content)) throw artifactAltered(digest)
        return content
      } catch (error) {
        throw isForgeError(error, 'FORGE_NOT_FOUND') ? artifactGone(inWords(error)) : error
      }
    },
  }
}

/** The same runs, for whoever may have one done once more. */
export function githubReruns({ rest: { actions } }: GithubRunsClient, repository: string): Reruns {
  const repo = parseRepository(repository)

  return {
    async ofHead(headSha) {
      const asked = { ...repo, head_sha: headSha, event: 'pull_request', per_page: 100 }
      const { data } = await advised(actions.listWorkflowRunsForRepo(asked), ADVICE)
      const call = `GET /repos/${repository}/actions/runs`
      return listOf(data.workflow_runs, call).map(one => toHeadRun(one as Answered, call))
    },

    async again(id) {
      await advised(actions.reRunWorkflow({ ...repo, run_id: id }), START_ADVICE)
      // It has the page of the run.
      return undefined
    },
  }
}

// --- internal ---

const START_ADVICE = 'Give the App the permission `actions: write`: without it no run can be started'
const ADVICE = 'Give the App the permission `actions: read`'

function digestOf(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}

const EVENTS = { pull_request: 'pull_request', push: 'push' } as const

type Answered = Awaited<ReturnType<Octokit['rest']['actions']['getWorkflowRun']>>['data']

function toRun(run: Answered, call: string): CiRun {
  const { id, head_repository: from, head_branch: branch, head_sha: headSha } = run
  const startedAt = Date.parse(run.run_started_at ?? '')
  const isRun = [id, run.run_attempt, run.repository?.id].every(Number.isSafeInteger)
  if (!isRun || !COMMIT.test(headSha) || Number.isNaN(startedAt))
    throw badAnswer(call, 'the answer is no run')
  return {
    id,
    attempt: run.run_attempt!,
    url: run.html_url,
    attemptUrl: `${run.html_url}/attempts/${run.run_attempt}`,
    ended: run.status === 'completed',
    event: Object.hasOwn(EVENTS, run.event) ? EVENTS[run.event as keyof typeof EVENTS] : 'other',
    headSha,
    // The types say that it is there; it is none where a fork was deleted.
    head: (from as typeof from | null) && branch ? `${from.owner.login}:${branch}` : undefined,
    branch: branch ?? '',
    fromFork: (from as typeof from | null)?.id !== run.repository.id,
    startedAt,
  }
}

function toHeadRun(run: Answered, call: string): HeadRun {
  const createdAt = Date.parse(run.created_at)
  if (Number.isNaN(createdAt)) throw badAnswer(call, 'a run does not say when it was made')
  return { ...toRun(run, call), workflow: run.path, createdAt }
}

interface Listed {
  id: number
  name: string
  size_in_bytes: number
  expired: boolean
  digest?: string | null
  created_at: string | null
  workflow_run?: { id?: number; head_sha?: string } | null
}

function toArtifact(listed: unknown, call: string): Artifact {
  const { id, name, size_in_bytes: bytes, expired, digest, created_at, workflow_run: run } = listed as Listed
  const createdAt = Date.parse(created_at ?? '')
  if (![id, bytes, run?.id].every(Number.isSafeInteger) || Number.isNaN(createdAt))
    throw badAnswer(call, 'the answer is no list of artifacts')
  return {
    id,
    name,
    bytes,
    expired,
    ...(digest && { digest }),
    createdAt,
    run: run!.id!,
    headSha: run!.head_sha ?? '',
  }
}

const COMMIT = /^[0-9a-f]{40}$/
