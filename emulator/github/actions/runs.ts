import { askBehind } from '../behind.ts'
import { tell } from '../hooks/deliveries.ts'
import type { Repository } from '../world/repositories.ts'
import type { Run } from '../world/runs.ts'
import type { World } from '../world/world.ts'

export interface RunSeed
  extends Partial<
    Omit<Run, 'id' | 'number' | 'status' | 'conclusion' | 'createdAt' | 'startedAt' | 'updatedAt'>
  > {
  repository: string
  headBranch: string
  headSha: string
}

/** Begins a run and tells of it. */
export async function startRun(world: World, seed: RunSeed): Promise<Run> {
  const now = new Date(world.now()).toISOString()
  const run: Run = {
    headRepository: seed.repository,
    event: 'pull_request',
    path: '.github/workflows/assay.yml',
    attempt: 1,
    actor: actorOfAccount(world, (seed.headRepository ?? seed.repository).split('/')[0]!),
    inputs: {},
    ...seed,
    id: 9_000_000_000 + world.runs.length + 1,
    number: world.runs.length + 1,
    status: 'in_progress',
    conclusion: null,
    createdAt: now,
    startedAt: now,
    updatedAt: now,
  }
  world.runs.push(run)
  await tellRun(world, run, 'requested')
  await tellRun(world, run, 'in_progress')
  return run
}

/** Ends a run. */
export async function finishRun(world: World, run: Run, conclusion: string): Promise<void> {
  Object.assign(run, { status: 'completed', conclusion, updatedAt: new Date(world.now()).toISOString() })
  await tellRun(world, run, 'completed')
}

/** Begins the next attempt of a run. The artifacts of the last one stay. */
export async function repeatRun(world: World, run: Run): Promise<void> {
  const startedAt = new Date(world.now()).toISOString()
  const attempt = run.attempt + 1
  Object.assign(run, { attempt, status: 'in_progress', conclusion: null, startedAt, updatedAt: startedAt })
  await tellRun(world, run, 'in_progress')
}

/** The run as GitHub shows it. https://docs.github.com/en/rest/actions/workflow-runs#get-a-workflow-run */
export async function runObject(world: World, run: Run) {
  const at = `${world.url}/repos/${run.repository}`
  const url = `${at}/actions/runs/${run.id}`
  const name = run.path
    .split('/')
    .at(-1)!
    .replace(/\.ya?ml$/, '')
  const [repository, head, actor, commit, pulls] = await Promise.all([
    askBehind(world, 'GET', `/repos/${run.repository}`),
    askBehind(world, 'GET', `/repos/${run.headRepository}`),
    actorOf(world, run.actor),
    commitOf(world, run),
    pullsOf(world, run),
  ])
  return {
    id: run.id,
    name,
    node_id: `WFR_${run.id}`,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.path,
    display_title: commit?.message.split('\n')[0] ?? name,
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: workflowId(run.path),
    check_suite_id: run.id + 1,
    check_suite_node_id: `CS_${run.id + 1}`,
    url,
    html_url: `${world.url}/${run.repository}/actions/runs/${run.id}`,
    // Empty for what comes from a fork, as on GitHub.
    pull_requests: pulls,
    created_at: seconds(run.createdAt),
    updated_at: seconds(run.updatedAt),
    run_started_at: seconds(run.startedAt),
    actor,
    triggering_actor: actor,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${at}/check-suites/${run.id + 1}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: run.attempt > 1 ? `${url}/attempts/${run.attempt - 1}` : null,
    workflow_url: `${at}/actions/workflows/${workflowId(run.path)}`,
    head_commit: commit
      ? {
          id: commit.sha,
          tree_id: commit.tree.sha,
          message: commit.message,
          timestamp: commit.committer.date,
          author: { name: commit.author.name, email: commit.author.email },
          committer: { name: commit.committer.name, email: commit.committer.email },
        }
      : null,
    repository,
    head_repository: head ?? null,
  }
}

/** The number of the workflow that a file is. */
export function workflowId(path: string): number {
  return [...path].reduce((sum, one) => (sum * 31 + one.codePointAt(0)!) % 1_000_000, 7)
}

/** GitHub's times have no fractions. */
export function seconds(iso: string): string {
  return iso.replace(/\.\d+Z$/, 'Z')
}

// --- internal ---

async function tellRun(world: World, run: Run, action: string): Promise<void> {
  const shown = await runObject(world, run)
  const repository: Repository = shown.repository
  const workflow = {
    id: shown.workflow_id,
    node_id: `W_${shown.workflow_id}`,
    name: shown.name,
    path: run.path,
    state: 'active',
    created_at: shown.repository.created_at,
    updated_at: shown.repository.created_at,
    url: shown.workflow_url,
    html_url: `${world.url}/${run.repository}/blob/main/${run.path}`,
    badge_url: `${world.url}/${run.repository}/workflows/${shown.name}/badge.svg`,
  }
  const payload = { action, workflow_run: shown, workflow, repository, sender: shown.actor }
  tell(world, { event: 'workflow_run', repository, payload })
}

/** An account itself, or somebody of the organisation. */
function actorOfAccount(world: World, login: string): string {
  return world.members.get(login)?.[0] ?? login
}

async function actorOf(world: World, login: string) {
  const user = await askBehind(world, 'GET', `/users/${encodeURIComponent(login)}`)
  return user ?? { login, id: 0, type: 'User' }
}

async function commitOf(world: World, { headRepository, repository, headSha }: Run) {
  const at = (name: string) => askBehind(world, 'GET', `/repos/${name}/git/commits/${headSha}`)
  return (await at(headRepository)) ?? (await at(repository))
}

async function pullsOf(world: World, run: Run) {
  if (run.headRepository !== run.repository) return []
  const head = `${run.repository.split('/')[0]}:${run.headBranch}`
  const listed: { id: number; number: number; url: string; head: Side; base: Side }[] = await askBehind(
    world,
    'GET',
    `/repos/${run.repository}/pulls?state=open&head=${encodeURIComponent(head)}`,
  )
  const side = ({ ref, sha, repo }: Side) => ({
    ref,
    sha,
    repo: { id: repo.id, url: repo.url, name: repo.name },
  })
  return listed.map(pull => ({
    id: pull.id,
    number: pull.number,
    url: pull.url,
    head: side(pull.head),
    base: side(pull.base),
  }))
}

interface Side {
  ref: string
  sha: string
  repo: { id: number; url: string; name: string }
}
