import { beforeAll, describe, expect, it } from 'vitest'
import { zipOf } from '../../../emulator/github/actions/zip.ts'
import { type DeployScene, useDeploys } from '../../commands/deploys.ts'
import { type DeployPlace, gitlabPlace } from '../../forges/deploy-places.ts'
import { GITLAB_BOT, useGitlab } from '../../support/gitlab.ts'
import { gate, metric, result } from '../../support/results.ts'
import { useGitlabBot } from '../gitlab-bot.ts'

/** What no hook of GitLab tells of is found all the same. */

const MINUTE = 60_000
const gitlab = useGitlab()
const deploys = useDeploys()
let deploy: DeployScene
let model: DeployPlace
let request: { iid: number; sha: string }

const scene = useGitlabBot(gitlab, async () => {
  deploy = await deploys.onGitlab(gitlab)
  model = await gitlabPlace(gitlab, {
    'assay.yml': `model: ${deploy.model}\nmetrics: metrics.json\ndeploy: ${deploy.place.project}\ngates: [{ metric: roc_auc, at_least: 0.5 }]\n`,
  })
  return { METRICS_PORT: '0' }
})

const state = () => gitlab.double.state()
const project = () => state().projects[model.project!]!
const now = () => new Date(scene.clock.now()).toISOString()

/** Something went on in a project; in its merge request, where one is named. */
function moved(path: string, iid?: number): void {
  const one = state().projects[path]!
  one.activeAt = now()
  const changed = one.mergeRequests.find(known => known.iid === iid)
  if (changed) changed.updatedAt = now()
}
function write(body: string, author = 'maintainer', more: object = {}): void {
  const { notes } = project().mergeRequests.find(({ iid }) => iid === request.iid)!
  notes.push({ id: ++state().ids, body, author, system: false, at: now(), ...more })
  moved(model.project!, request.iid)
}
const answers = () =>
  project()
    .mergeRequests.find(({ iid }) => iid === request.iid)!
    .notes.filter(({ author }) => author === GITLAB_BOT)
    .map(({ body }) => body)
const proposed = () =>
  state()
    .projects[deploy.place.project!]!.mergeRequests.filter(one => one.state === 'opened')
    .map(({ title }) => title)
async function found(): Promise<Record<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${scene.bot.metricsPort}/metrics`)).text()
  const counts = [...text.matchAll(/^assay_bot_found_total\{kind="(\w+)"\} (\d+)$/gm)]
  return Object.fromEntries(counts.map(([, kind, count]) => [kind, Number(count)]))
}
/** What a round asks, without its queries. */
async function asked(): Promise<string[]> {
  gitlab.requests.length = 0
  await scene.pass(5 * MINUTE)
  return gitlab.requests.map(({ method, path }) => `${method} ${decodeURIComponent(path.split('?')[0]!)}`)
}

beforeAll(async () => {
  const sha = await model.push('change', { 'train.py': '' }, { from: model.base })
  const { headers } = {
    headers: { 'private-token': 'glpat-maintainer_012345678', 'content-type': 'application/json' },
  }
  const made = await gitlab.double.send({
    method: 'POST',
    target: `/api/v4/projects/${encodeURIComponent(model.project!)}/merge_requests`,
    headers,
    body: Buffer.from(JSON.stringify({ title: 'x', source_branch: 'change', target_branch: 'main' })),
  })
  request = { iid: JSON.parse(made.body.toString()).iid, sha }
  await scene.pass(5 * MINUTE)
})

describe('what no hook told of', () => {
  it('is found within five minutes: a release, a finished pipeline, a command; and counted', async () => {
    const before = await found()
    await deploy.promote([deploy.release(1)], { environment: 'staging' })
    moved(deploy.place.project!)
    const judged = result({
      model: deploy.model,
      candidate: { ...result().candidate, commit: request.sha },
      metrics: [metric('roc_auc', [0.6, 0.64], undefined, { gated: true })],
      gates: [gate('roc_auc ≥ 0.5', 'pass')],
    })
    const artifacts = zipOf({ [`assay-result/${deploy.model}/result.json`]: JSON.stringify(judged) })
    project().pipelines.push({
      id: ++state().ids,
      sha: request.sha,
      ref: `refs/merge-requests/${request.iid}/head`,
      source: 'merge_request_event',
      status: 'success',
      at: now(),
      variables: [],
      inputs: {},
      jobs: [{ id: ++state().ids, name: 'assay', status: 'success', artifacts }],
    })
    write('/assay help')
    expect(proposed()).toEqual([])

    await scene.pass(5 * MINUTE)
    expect(proposed()).toEqual([`Promote ${deploy.model} 2026-05-01-0000001 to production`])
    const said = answers().join('\n')
    expect(said).toContain(`assay:report model=${deploy.model}`)
    expect(said).toContain('A command merges nothing')
    const after = await found()
    const more = ['promotion', 'run', 'comment'].map(kind => (after[kind] ?? 0) - (before[kind] ?? 0))
    expect(more).toEqual([1, 1, 1])
  })

  it('is asked for in two calls where nothing goes on', async () => {
    await scene.pass(90 * MINUTE)
    expect(await asked()).toEqual([
      'GET /api/v4/projects',
      expect.stringMatching(/^GET \/api\/v4\/groups\/[^/]+\/merge_requests$/),
    ])
  })

  it('takes few calls in an hour: one a project, one for its hooks, and the looks at deploy projects', async () => {
    // Nothing is new any more; what is under way meanwhile is not waited for.
    await scene.clock.pass(4 * 24 * 60 * MINUTE)
    await scene.pass(60 * MINUTE)
    gitlab.requests.length = 0
    await scene.pass(60 * MINUTE)
    const made = gitlab.requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`)
    const count = (pattern: RegExp) => made.filter(one => pattern.test(one)).length
    const projects = 2
    // One more: those that it maintains.
    expect(count(/\/projects$/)).toBe(13)
    expect(count(/\/groups\/[^/]+\/merge_requests$/)).toBe(12)
    expect(count(/\/hooks$/)).toBeLessThanOrEqual(2 + projects)
    const ofModel = encodeURIComponent(model.project!)
    expect(made.filter(one => one.includes(ofModel) && !one.endsWith('/hooks'))).toEqual([
      `GET /api/v4/projects/${ofModel}/repository/branches/main`,
    ])
  })

  it('is no command of the bot itself, of an internal note, or in a project of no model', async () => {
    const before = answers().length
    write('/assay help', GITLAB_BOT)
    write('/assay help', 'maintainer', { internal: true })
    await scene.pass(5 * MINUTE)
    expect(answers().length).toBe(before + 1)
  })

  it('is found where the time of the merge request has not moved for it', async () => {
    write('just words')
    await scene.pass(5 * MINUTE)
    const before = answers().length
    const { updatedAt } = project().mergeRequests.find(({ iid }) => iid === request.iid)!
    write('/assay help')
    Object.assign(project().mergeRequests.find(({ iid }) => iid === request.iid)!, { updatedAt })
    const [note] = project()
      .mergeRequests.find(({ iid }) => iid === request.iid)!
      .notes.slice(-1)
    note!.at = new Date(Date.parse(updatedAt!) + 30_000).toISOString()
    await scene.pass(5 * MINUTE)
    expect(answers().length).toBe(before + 1)
  })

  it('is left to a later round where few calls are left', async () => {
    write('/assay help')
    const before = answers().length
    state().callsLeft = 15
    await scene.pass(5 * MINUTE)
    expect(answers().length).toBe(before)
    expect(scene.log()).toContain('few calls are left this hour')
    delete state().callsLeft
    // The server says how many there are with the next answer.
    state().callsLeft = 100
    await scene.pass(5 * MINUTE)
    expect(answers().length).toBe(before + 1)
    delete state().callsLeft
  })

  it('is found in a namespace that is no group', async () => {
    const before = answers().length
    write('/assay help')
    gitlab.fail({ method: 'GET', path: /\/groups\/team\/merge_requests$/, fault: 404, times: 3 })
    await scene.pass(5 * MINUTE)
    expect(answers().length).toBe(before + 1)
    const own = `/api/v4/projects/${encodeURIComponent(model.project!)}/merge_requests?`
    expect(gitlab.requests.some(({ path }) => path.startsWith(own) && path.includes('updated_after'))).toBe(
      true,
    )
  })

  it('keeps no other project from being seen where one cannot be', async () => {
    write('/assay help')
    const before = answers().length
    moved(deploy.place.project!)
    const path = new RegExp(`${encodeURIComponent(deploy.place.project!)}/repository/branches/main$`)
    gitlab.fail({ method: 'GET', path, fault: 403, message: '403 Forbidden' })
    await scene.pass(5 * MINUTE)
    expect(answers().length).toBe(before + 1)
    expect(scene.log()).toContain('repositories could not be seen')
  })
})
