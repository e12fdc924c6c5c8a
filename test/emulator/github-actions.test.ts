import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { ASSAY_APP, useAppWorld } from '../support/app-world.ts'
import { openapiResponseProblems } from '../support/openapi.ts'

const world = useAppWorld({
  users: [{ login: 'ada' }, { login: 'eve' }],
  organisations: [{ login: 'acme', name: 'Acme', members: ['ada'] }],
  repositories: [
    { owner: 'acme', name: 'model', auto_init: true },
    { owner: 'eve', name: 'model', auto_init: false, forkOf: 'acme/model' },
  ],
  apps: [{ ...ASSAY_APP, installations: [{ id: 1, account: 'acme' }] }],
})
const MODEL = { owner: 'acme', repo: 'model' }
const FORK = { owner: 'eve', repo: 'model' }
const WORKFLOW = `on:
  pull_request:
  workflow_dispatch:
    inputs:
      claim: { required: true }
`
let main: string

beforeAll(async () => {
  const { data } = await world.person('ada').rest.repos.createOrUpdateFileContents({
    ...MODEL,
    path: '.github/workflows/assay.yml',
    message: 'workflow',
    content: Buffer.from(WORKFLOW).toString('base64'),
  })
  main = data.commit.sha!
})

const runOfFork = () =>
  world.github.actions.start({
    repository: 'acme/model',
    headRepository: 'eve/model',
    headBranch: 'main',
    headSha: main,
    actor: 'eve',
  })

describe('a run', () => {
  it('is told of when it begins and ends, and shown as GitHub shows it', async () => {
    const run = await runOfFork()
    await world.github.actions.finish(run, 'failure')
    await world.github.settled()
    expect(world.told().toSorted()).toEqual([
      'workflow_run.completed',
      'workflow_run.in_progress',
      'workflow_run.requested',
    ])
    const bot = await world.token({ permissions: { actions: 'read' } })
    const { data } = await bot.rest.actions.getWorkflowRun({ ...MODEL, run_id: run.id })
    expect(openapiResponseProblems('GET', `/repos/acme/model/actions/runs/${run.id}`, 200, data)).toEqual([])
    expect(data).toMatchObject({
      event: 'pull_request',
      status: 'completed',
      conclusion: 'failure',
      head_branch: 'main',
      head_sha: main,
      run_attempt: 1,
      pull_requests: [],
      repository: { full_name: 'acme/model' },
      head_repository: { full_name: 'eve/model', fork: true },
    })
    const payload = world.heard.find(one => one.payload.action === 'completed')?.payload
    expect(payload).toMatchObject({
      workflow_run: { id: run.id, conclusion: 'failure' },
      installation: { id: 1 },
    })
  })

  it('is found by head, event and status, and names pull requests of its own repository alone', async () => {
    const ada = world.person('ada').rest
    await ada.git.createRef({ ...MODEL, ref: 'refs/heads/change', sha: main })
    const { data: written } = await ada.repos.createOrUpdateFileContents({
      ...MODEL,
      path: 'change.txt',
      branch: 'change',
      message: 'change',
      content: '',
    })
    const { data: pull } = await ada.pulls.create({ ...MODEL, title: 'A', head: 'change', base: 'main' })
    const sha = written.commit.sha!
    const run = await world.github.actions.start({
      repository: 'acme/model',
      headBranch: 'change',
      headSha: sha,
    })
    const { data } = await ada.actions.listWorkflowRunsForRepo({
      ...MODEL,
      head_sha: sha,
      status: 'in_progress',
    })
    expect(data.workflow_runs.map(({ id }) => id)).toEqual([run.id])
    expect(data.workflow_runs[0]?.pull_requests?.map(({ number }) => number)).toEqual([pull.number])
    expect((await ada.actions.listWorkflowRunsForRepo({ ...MODEL, event: 'push' })).data.total_count).toBe(0)
  })

  it('may be run again: a new attempt, and what the last one left stays', async () => {
    const run = await runOfFork()
    world.github.actions.upload(run, { name: 'assay-result', files: { 'result.json': '{}' } })
    await world.github.actions.finish(run)
    const bot = await world.token()
    await bot.rest.actions.reRunWorkflow({ ...MODEL, run_id: run.id })
    const again = world.github.actions.upload(run, { name: 'assay-result', files: { 'result.json': '[]' } })
    const { data } = await bot.rest.actions.getWorkflowRun({ ...MODEL, run_id: run.id })
    expect(data).toMatchObject({ run_attempt: 2, status: 'in_progress', conclusion: null })
    const { data: left } = await bot.rest.actions.listWorkflowRunArtifacts({
      ...MODEL,
      run_id: run.id,
      name: 'assay-result',
    })
    expect(left.artifacts.map(({ id }) => id)).toEqual([again.id, again.id - 1])
  })

  it('is begun by a dispatch, with inputs that its workflow knows', async () => {
    const bot = (await world.token()).rest.actions
    const dispatch = (more: object = {}) =>
      bot.createWorkflowDispatch({ ...MODEL, workflow_id: 'assay.yml', ref: 'main', ...more })
    await expect(dispatch()).rejects.toMatchObject({ status: 422 })
    await expect(dispatch({ inputs: { claim: 'a', more: 'b' } })).rejects.toMatchObject({ status: 422 })
    await expect(dispatch({ ref: 'nowhere' })).rejects.toMatchObject({ status: 422 })
    await expect(dispatch({ workflow_id: 'other.yml' })).rejects.toMatchObject({ status: 404 })
    await dispatch({ inputs: { claim: 'assay/retrain-a-1' } })
    const run = world.github.world.runs.at(-1)
    expect(run).toMatchObject({
      event: 'workflow_dispatch',
      headSha: main,
      actor: 'assay[bot]',
      inputs: { claim: 'assay/retrain-a-1' },
    })
    await (await world.token()).rest.repos.createDispatchEvent({ ...MODEL, event_type: 'retrain' })
    expect(world.github.world.runs.at(-1)).toMatchObject({ event: 'repository_dispatch' })
    const reader = await world.token({ permissions: { actions: 'read' } })
    await expect(
      reader.rest.actions.createWorkflowDispatch({ ...MODEL, workflow_id: 'assay.yml', ref: 'main' }),
    ).rejects.toMatchObject({ status: 403 })
  })
})

describe('an artifact', () => {
  it('lies behind a link to another host, which takes no token', async () => {
    const run = await runOfFork()
    const left = world.github.actions.upload(run, {
      name: 'assay-result',
      files: { 'result.json': '{"a": 1}' },
    })
    const bot = await world.token({ permissions: { actions: 'read' } })
    const { data } = await bot.rest.actions.getArtifact({ ...MODEL, artifact_id: left.id })
    const path = `/repos/acme/model/actions/artifacts/${left.id}`
    expect(openapiResponseProblems('GET', path, 200, data)).toEqual([])
    expect(data).toMatchObject({
      digest: `sha256:${createHash('sha256').update(left.bytes).digest('hex')}`,
      size_in_bytes: left.bytes.length,
      expired: false,
      workflow_run: { id: run.id, head_sha: main, head_branch: 'main' },
    })
    expect(data.workflow_run!.head_repository_id).not.toBe(data.workflow_run!.repository_id)

    const { token } = (await bot.auth()) as { token: string }
    const headers = { authorization: `token ${token}` }
    const asked = await fetch(`${world.github.url}${path}/zip`, { headers, redirect: 'manual' })
    expect(asked.status).toBe(302)
    const there = asked.headers.get('location')!
    expect(new URL(there).host).not.toBe(new URL(world.github.url).host)
    const given = await fetch(there)
    expect(given.headers.get('content-type')).toBe('application/zip')
    expect(Buffer.from(await given.arrayBuffer())).toEqual(left.bytes)
    expect((await fetch(there, { headers })).status).toBe(403)
    expect(world.github.world.storage.requests.map(({ authorization }) => authorization)).toEqual([
      undefined,
      `token ${token}`,
    ])
  })

  it('may be a file as it is, a hostile answer, or gone', async () => {
    const run = await runOfFork()
    const bot = await world.token({ permissions: { actions: 'read' } })
    const download = async (id: number) => {
      const { url, headers } = await bot.rest.actions.downloadArtifact({
        ...MODEL,
        artifact_id: id,
        archive_format: 'zip',
        request: { redirect: 'manual' },
      })
      return fetch(headers.location ?? url)
    }
    const raw = world.github.actions.upload(run, {
      name: 'result.json',
      files: { 'result.json': '{"a": 1}' },
      archive: false,
    })
    const given = await download(raw.id)
    expect(given.headers.get('content-type')).toBe('application/octet-stream')
    expect(await given.text()).toBe('{"a": 1}')
    const cut = world.github.actions.upload(run, {
      name: 'cut',
      serve: response =>
        response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy()),
    })
    await expect(download(cut.id).then(answer => answer.text())).rejects.toThrow()
    world.github.actions.expire(raw)
    await expect(download(raw.id)).rejects.toMatchObject({ status: 410 })
    world.github.world.storage.linkLife = -1
    expect((await download(cut.id)).status).toBe(403)
  })

  it("is nobody else's: neither of another repository nor of another run", async () => {
    const run = await runOfFork()
    const left = world.github.actions.upload(run, { name: 'assay-result', files: {} })
    const ada = world.person('ada').rest.actions
    await expect(ada.getArtifact({ ...FORK, artifact_id: left.id })).rejects.toMatchObject({ status: 404 })
    const other = await runOfFork()
    const { data } = await ada.listWorkflowRunArtifacts({ ...MODEL, run_id: other.id })
    expect(data).toEqual({ total_count: 0, artifacts: [] })
  })
})
