import type { Octokit } from '@octokit/rest'
import { advised, unless } from '../expected-failures.ts'
import { badAnswer, isForgeError } from '../forge-error.ts'
import type { Claims, StartedRun, Workflows } from '../workflows.ts'
import { listOf } from './convert.ts'
import { parseRepository } from './forge.ts'

interface WorkflowsClient {
  rest: Pick<Octokit['rest'], 'actions' | 'git'>
}

/** Workflows of GitHub Actions, and the refs by which their runs take what is theirs. */
export function githubWorkflows({ rest }: WorkflowsClient, repository: string): Workflows & Claims {
  const repo = parseRepository(repository)
  const { actions, git } = rest

  return {
    async runsOn(workflow, branch) {
      const asked = { ...repo, workflow_id: workflow, branch, event: 'workflow_dispatch', per_page: 100 }
      const call = `GET /repos/${repository}/actions/workflows/${workflow}/runs`
      const { data } = await advised(actions.listWorkflowRuns(asked), READ_ADVICE)
      return listOf(data.workflow_runs, call).map(run => toRun(run as ShownRun, call))
    },

    async start(workflow, branch, inputs) {
      const asked = { ...repo, workflow_id: workflow, ref: branch, inputs: { ...inputs } }
      await advised(actions.createWorkflowDispatch(asked), START_ADVICE)
    },

    async claim(ref, commit, note) {
      const there = await claimed(ref)
      if (there) return there.note === note
      const { data: parent } = await git.getCommit({ ...repo, commit_sha: commit })
      const made = { ...repo, message: note, tree: parent.tree.sha, parents: [commit] }
      const { data } = await advised(git.createCommit(made), CONTENTS_ADVICE)
      try {
        await git.createRef({ ...repo, ref, sha: data.sha })
        return true
      } catch (error) {
        // Refused since it is there, or done and the answer lost: the ref itself knows.
        const now = await claimed(ref)
        if (!now) throw error
        return now.note === note
      }
    },

    claimed,

    async claimsBelow(prefix) {
      const { data } = await git.listMatchingRefs({ ...repo, ref: prefix.slice('refs/'.length) })
      const call = `GET /repos/${repository}/git/matching-refs`
      return (listOf(data, call) as { ref: string }[]).map(({ ref }) => ref)
    },

    async forget(ref) {
      await unless(
        git.deleteRef({ ...repo, ref: ref.slice('refs/'.length) }),
        'FORGE_NOT_FOUND',
        'FORGE_REJECTED',
      )
    },
  }

  async function claimed(ref: string): ReturnType<Claims['claimed']> {
    try {
      const { data } = await git.getRef({ ...repo, ref: ref.slice('refs/'.length) })
      const commit = await git.getCommit({ ...repo, commit_sha: data.object.sha })
      return { note: commit.data.message.trimEnd(), at: Date.parse(commit.data.committer.date) }
    } catch (error) {
      if (isForgeError(error, 'FORGE_NOT_FOUND')) return undefined
      throw error
    }
  }
}

// --- internal ---

const READ_ADVICE = 'Give the token `actions: read`'
const START_ADVICE = 'Give the token `actions: write`: without it no workflow can be started'
const CONTENTS_ADVICE = 'Give the token `contents: write`'

interface ShownRun {
  id: number
  html_url: string
  status: string | null
  conclusion: string | null
  head_sha: string
  created_at: string
}

function toRun({ id, html_url: url, status, conclusion, ...run }: ShownRun, call: string): StartedRun {
  const at = Date.parse(run.created_at)
  if (!Number.isSafeInteger(id) || typeof status !== 'string' || Number.isNaN(at))
    throw badAnswer(call, 'a run without id or status')
  const state = status !== 'completed' ? 'running' : conclusion === 'success' ? 'passed' : 'failed'
  return { id, url, state, at, headSha: run.head_sha }
}
