import { parse } from 'yaml'
import { refPath } from '../../ref-path.ts'
import { json, nothing, page, refuse } from '../answers.ts'
import { askBehind } from '../behind.ts'
import { tell } from '../hooks/deliveries.ts'
import type { Call, Routes } from '../world/call.ts'
import type { Sender } from '../world/people.ts'
import type { Answer } from '../world/requests.ts'
import type { Artifact, Run } from '../world/runs.ts'
import { artifactObject } from './artifacts.ts'
import { finishRun, repeatRun, runObject, startRun, workflowId } from './runs.ts'

const ACTIONS = '/repos/{owner}/{repo}/actions'

/** Runs of workflows and what they left. https://docs.github.com/en/rest/actions */
export const ACTION_ROUTES: Routes = {
  [`GET ${ACTIONS}/runs`]: call => listRuns(call, runsOf(call)),
  [`GET ${ACTIONS}/workflows/{workflow}/runs`]: call =>
    listRuns(
      call,
      runsOf(call).filter(({ path }) => isNamed(path, call.params.workflow!)),
    ),
  [`GET ${ACTIONS}/runs/{id}`]: withRun(async ({ world }, run) => json(200, await runObject(world, run))),
  [`GET ${ACTIONS}/runs/{id}/attempts/{attempt}`]: withRun(async ({ world, params }, run) => {
    const attempt = Number(params.attempt)
    if (attempt > run.attempt) return refuse(404, 'Not Found')
    return json(200, { ...(await runObject(world, run)), run_attempt: attempt })
  }),
  [`GET ${ACTIONS}/runs/{id}/artifacts`]: withRun((call, run) =>
    listArtifacts(
      call,
      call.world.artifacts.filter(one => one.run === run),
    ),
  ),
  [`GET ${ACTIONS}/artifacts`]: call =>
    listArtifacts(
      call,
      call.world.artifacts.filter(({ run }) => run.repository === nameOf(call)),
    ),
  [`GET ${ACTIONS}/artifacts/{id}`]: withArtifact(async ({ world }, artifact) =>
    json(200, await artifactObject(world, artifact)),
  ),
  [`GET ${ACTIONS}/artifacts/{id}/zip`]: withArtifact(({ world, caller }, artifact) => {
    if (caller.kind === 'nobody') return refuse(401, 'You must have the actions scope to download artifacts.')
    if (artifact.expired) return refuse(410, 'Artifact has expired')
    return nothing(302, { location: world.storage.linkTo(artifact) })
  }),
  [`POST ${ACTIONS}/runs/{id}/rerun`]: withRun(async ({ world }, run) => {
    if (run.status !== 'completed') return refuse(403, 'This workflow is already running')
    await repeatRun(world, run)
    return json(201, {})
  }),
  [`POST ${ACTIONS}/runs/{id}/cancel`]: withRun(async ({ world }, run) => {
    if (run.status === 'completed') return refuse(409, 'Cannot cancel a workflow run that is completed.')
    await finishRun(world, run, 'cancelled')
    return json(202, {})
  }),
  [`POST ${ACTIONS}/workflows/{workflow}/dispatches`]: dispatchWorkflow,
  'POST /repos/{owner}/{repo}/dispatches': dispatchRepository,
}

// --- internal ---

function nameOf({ params }: Call): string {
  return `${params.owner}/${params.repo}`
}

function runsOf(call: Call): Run[] {
  return call.world.runs.filter(({ repository }) => repository === nameOf(call)).toReversed()
}

function withRun(route: (call: Call, run: Run) => Answer | Promise<Answer>) {
  return (call: Call) => {
    const run = runsOf(call).find(({ id }) => id === Number(call.params.id))
    return run ? route(call, run) : refuse(404, 'Not Found')
  }
}

function withArtifact(route: (call: Call, artifact: Artifact) => Answer | Promise<Answer>) {
  return (call: Call) => {
    const found = call.world.artifacts.find(
      ({ id, run }) => id === Number(call.params.id) && run.repository === nameOf(call),
    )
    return found ? route(call, found) : refuse(404, 'Not Found')
  }
}

async function listRuns({ world, query, sent }: Call, runs: Run[]): Promise<Answer> {
  const wanted: Record<string, (run: Run, value: string) => boolean> = {
    head_sha: (run, value) => run.headSha === value,
    branch: (run, value) => run.headBranch === value,
    event: (run, value) => run.event === value,
    actor: (run, value) => run.actor === value,
    status: (run, value) => [run.status, run.conclusion].includes(value),
    created: (run, value) => isWithin(run.createdAt, value),
  }
  const found = runs.filter(run =>
    Object.entries(wanted).every(([name, fits]) => !query.has(name) || fits(run, query.get(name)!)),
  )
  const { items, link } = page(found, query, world.url + sent.target)
  const workflow_runs = await Promise.all(items.map(run => runObject(world, run)))
  return json(200, { total_count: found.length, workflow_runs }, link)
}

/** `>=2026-11-01`, `2026-11-01..2026-11-03`, `*..2026-11-03`. */
function isWithin(time: string, range: string): boolean {
  const at = Date.parse(time)
  const [, sign, bound] = /^(>=|<=|>|<)(.+)$/.exec(range) ?? []
  if (sign !== undefined) return sign.startsWith('>') ? at >= Date.parse(bound!) : at <= Date.parse(bound!)
  const [from = '*', until = '*'] = range.split('..')
  return (from === '*' || at >= Date.parse(from)) && (until === '*' || at <= Date.parse(until))
}

async function listArtifacts({ world, query, sent }: Call, artifacts: Artifact[]): Promise<Answer> {
  const name = query.get('name')
  const found = artifacts.filter(one => name === null || one.name === name).toReversed()
  const { items, link } = page(found, query, world.url + sent.target)
  const shown = await Promise.all(items.map(one => artifactObject(world, one)))
  return json(200, { total_count: found.length, artifacts: shown }, link)
}

async function dispatchWorkflow(call: Call): Promise<Answer> {
  const { world, sent, params } = call
  const at = `/repos/${nameOf(call)}`
  const {
    ref = '',
    inputs = {},
    return_run_details: details,
  } = (sent.body ?? {}) as {
    ref?: string
    inputs?: Record<string, unknown>
    return_run_details?: boolean
  }
  const branch = ref.replace('refs/heads/', '')
  const head = await askBehind(world, 'GET', `${at}/git/ref/heads/${refPath(branch)}`)
  const folder = await askBehind(world, 'GET', `${at}/contents/.github/workflows?ref=${head ? branch : ''}`)
  const file = ((folder ?? []) as { path: string }[]).find(({ path }) => isNamed(path, params.workflow!))
  if (!file) return refuse(404, 'Not Found')
  if (!head) return refuse(422, `No ref found for: ${ref}`)
  const { content } = await askBehind(world, 'GET', `${at}/contents/${file.path}?ref=${branch}`)
  const problem = inputProblem(Buffer.from(content, 'base64').toString(), inputs)
  if (problem !== undefined) return refuse(422, problem)
  const run = await startRun(world, {
    repository: nameOf(call),
    headBranch: branch,
    headSha: head.object.sha,
    event: 'workflow_dispatch',
    path: file.path,
    actor: (await call.sender()).login,
    inputs,
  })
  if (!details) return nothing(204)
  const { id, url, html_url } = await runObject(world, run)
  return json(200, { workflow_run_id: id, run_url: url, html_url })
}

/** What GitHub has against the inputs of a dispatch. */
function inputProblem(workflow: string, inputs: Record<string, unknown>): string | undefined {
  const { on } = parse(workflow) as { on?: unknown }
  const events = (typeof on === 'object' && !Array.isArray(on) ? on : {}) as Record<string, unknown>
  const has = [on].flat().includes('workflow_dispatch') || Object.hasOwn(events, 'workflow_dispatch')
  if (!has) return "Workflow does not have 'workflow_dispatch' trigger"
  const dispatch = events.workflow_dispatch as { inputs?: Record<string, { required?: boolean }> } | null
  const known = dispatch?.inputs ?? {}
  const unexpected = Object.keys(inputs).filter(name => !Object.hasOwn(known, name))
  if (unexpected.length > 0) return `Unexpected inputs provided: ${JSON.stringify(unexpected)}`
  const missing = Object.entries(known).find(
    ([name, { required }]) => required && !Object.hasOwn(inputs, name),
  )
  return missing && `Required input '${missing[0]}' not provided`
}

async function dispatchRepository(call: Call): Promise<Answer> {
  const { world, sent } = call
  const { event_type, client_payload = {} } = (sent.body ?? {}) as {
    event_type?: string
    client_payload?: Record<string, unknown>
  }
  if (!event_type) return refuse(422, 'Invalid request.\n\n"event_type" wasn\'t supplied.')
  if (Object.keys(client_payload).length > 10)
    return refuse(422, 'No more than 10 properties are allowed in client_payload.')
  const repository = await askBehind(world, 'GET', `/repos/${nameOf(call)}`)
  const branch: string = repository.default_branch
  const head = await askBehind(world, 'GET', `/repos/${nameOf(call)}/git/ref/heads/${refPath(branch)}`)
  const sender: Sender = await call.sender()
  const payload = { action: event_type, branch, client_payload, repository, sender }
  tell(world, { event: 'repository_dispatch', repository, payload })
  await startRun(world, {
    repository: nameOf(call),
    headBranch: branch,
    headSha: head.object.sha,
    event: 'repository_dispatch',
    actor: sender.login,
    inputs: { event_type, ...client_payload },
  })
  return nothing(204)
}

/** By path, file name or number. */
function isNamed(path: string, workflow: string): boolean {
  const name = decodeURIComponent(workflow)
  return path === name || path.endsWith(`/${name}`) || String(workflowId(path)) === name
}
