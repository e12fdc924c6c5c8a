import { describe, expect, it } from 'vitest'
import { zipOf } from '../../emulator/github/actions/zip.ts'
import type { Result } from '../../src/core/verdict/result.ts'
import { PROJECT, TOKEN, useGitlab } from '../support/gitlab.ts'
import { difference, metric, result } from '../support/results.ts'
import { useGitlabBot } from './gitlab-bot.ts'
import { project } from './gitlab-hooks.ts'

const gitlab = useGitlab()

const CONFIG = `model: late-flights
metrics: metrics.json
directions: { brier: lower }
gates:
  - { metric: roc_auc, at_least: 0.6 }
  - { metric: accuracy, not_worse_than: champion, margin: 0.005 }
`
const METRICS = [
  metric('roc_auc', [0.6196, 0.6429], difference(0.0233, 0.007, 0.0395), {
    gated: true,
    candidate: { value: 0.6429, interval: { low: 0.62, high: 0.663, level: 0.95 } },
  }),
  metric('accuracy', [0.7379, 0.739], difference(0.0011, -0.0045, 0.0068), { gated: true }),
]

const scene = useGitlabBot(gitlab, async () => {
  const git = gitlab.double.git(PROJECT)
  const before = git.resolve('main')!
  const file = { mode: '100644', bytes: Buffer.from(CONFIG) }
  git.move('main', before, git.write(before, 'configure', new Map([['assay.yml', file]])))
  return {}
})

const judgedAt = (commit: string, change: Partial<Result> = {}) =>
  JSON.stringify(result({ metrics: METRICS, candidate: { ...result().candidate, commit }, ...change }))
const state = () => gitlab.double.state()
const known = () => state().projects[PROJECT]!
const path = 'assay-result/late-flights/result.json'

/** A pipeline of a merge request whose job left this, and the hook that tells that it ended. */
async function ran(
  { number, sha }: { number: number; sha: string },
  left: Record<string, string> | Buffer | undefined,
  job = 'assay',
  archive?: string,
): Promise<number> {
  const id = ++state().ids
  const artifacts = left && (Buffer.isBuffer(left) ? left : zipOf(left))
  known().pipelines.push({
    id,
    sha,
    ref: `refs/merge-requests/${number}/head`,
    source: 'merge_request_event',
    status: 'success',
    at: '2026-03-01T12:00:00.000Z',
    variables: [],
    inputs: {},
    jobs: [
      {
        id: ++state().ids,
        name: job,
        status: 'success',
        ...(archive && { archive }),
        ...(artifacts && { artifacts }),
      },
    ],
  })
  await tell(id, number)
  return id
}

async function tell(id: number, number: number): Promise<void> {
  const ref = `refs/merge-requests/${number}/head`
  const payload = {
    object_kind: 'pipeline',
    project: project(PROJECT),
    object_attributes: { id, ref, status: 'success', source: 'merge_request_event' },
  }
  expect(await scene.tell(payload)).toBe(202)
}

async function opened(): Promise<{ number: number; sha: string }> {
  const { number, headSha: sha } = await gitlab.mergeRequest()
  return { number, sha }
}
const statuses = (sha: string) => known().statuses.filter(one => one.sha === sha)

describe('what a pipeline of a merge request found', () => {
  it('is one note and one status, with the token of the bot, and written once', async () => {
    const request = await opened()
    const id = await ran(request, { [path]: judgedAt(request.sha), 'assay-result/report.html': '<b>' })

    const [note, ...more] = gitlab.notes(request.number)
    expect(more).toEqual([])
    expect(note).toMatchObject({ author: 'project_1_bot' })
    expect(note!.body).toContain('late-flights')
    expect(statuses(request.sha)).toMatchObject([
      {
        name: 'assay / late-flights',
        state: 'success',
        url: expect.stringMatching(new RegExp(`/pipelines/${id}$`)),
      },
    ])
    const writes = () => gitlab.requests.filter(({ method }) => method !== 'GET').length
    const before = writes()
    await tell(id, request.number)
    expect(writes()).toBe(before)
    expect(scene.log()).not.toContain(TOKEN.bot)
  })

  it('is judged anew by the rules that are merged', async () => {
    const request = await opened()
    const metrics = [METRICS[0]!, metric('accuracy', [0.7379, 0.6], difference(-0.1379, -0.15, -0.12))]
    await ran(request, { [path]: judgedAt(request.sha, { metrics }) })

    expect(statuses(request.sha)).toMatchObject([{ state: 'failed' }])
  })

  it('is judged anew by the rules of the branch that the merge request is for by then', async () => {
    const git = gitlab.double.git(PROJECT)
    const main = git.resolve('main')!
    const lax = { mode: '100644', bytes: Buffer.from(CONFIG.slice(0, CONFIG.lastIndexOf('  -'))) }
    git.move('lax', undefined, git.write(main, 'less', new Map([['assay.yml', lax]])))
    const request = await opened()
    const one = known().mergeRequests.find(({ iid }) => iid === request.number)!
    one.target = 'lax'
    const metrics = [METRICS[0]!, metric('accuracy', [0.7379, 0.6], difference(-0.1379, -0.15, -0.12))]
    await ran(request, { [path]: judgedAt(request.sha, { metrics }) })
    expect(statuses(request.sha)).toMatchObject([{ state: 'success' }])

    one.target = 'main'
    const attributes = {
      action: 'update',
      iid: one.iid,
      source_branch: one.source,
      last_commit: { id: request.sha },
    }
    const changes = { target_branch: { previous: 'lax', current: 'main' } }
    await scene.tell({
      object_kind: 'merge_request',
      project: project(PROJECT),
      object_attributes: attributes,
      changes,
    })
    expect(statuses(request.sha).at(-1)).toMatchObject({ state: 'failed' })
    expect(gitlab.notes(request.number)).toHaveLength(1)
  })

  it('is none for another merge request of its head, from when it is opened, until one of the two is closed', async () => {
    const git = gitlab.double.git(PROJECT)
    if (!git.resolve('lax')) git.move('lax', undefined, git.resolve('main')!)
    const request = await opened()
    const one = known().mergeRequests.find(({ iid }) => iid === request.number)!
    one.target = 'lax'
    await ran(request, { [path]: judgedAt(request.sha) })
    expect(statuses(request.sha).at(-1)).toMatchObject({ state: 'success' })

    const other = {
      ...one,
      id: ++state().ids,
      iid: known().mergeRequests.length + 1,
      target: 'main',
      notes: [],
    }
    known().mergeRequests.push(other)
    const tellOf = ({ iid, source }: typeof one, action: string) =>
      scene.tell({
        object_kind: 'merge_request',
        project: project(PROJECT),
        object_attributes: { action, iid, source_branch: source, last_commit: { id: request.sha } },
      })
    await tellOf(other, 'open')
    expect(statuses(request.sha).at(-1)).toMatchObject({ state: 'canceled' })

    other.state = 'closed'
    await tellOf(other, 'close')
    expect(statuses(request.sha).at(-1)).toMatchObject({ state: 'success' })
    const writes = () => gitlab.requests.filter(({ method }) => method !== 'GET').length
    const before = writes()
    await tellOf(one, 'reopen')
    expect(writes()).toBe(before)

    one.state = 'closed'
    other.state = 'opened'
    await tellOf(one, 'close')
    expect(statuses(request.sha).at(-1)).toMatchObject({ state: 'canceled' })
  })

  it('is taken back where nobody told that the merge request is for another branch, and nothing is left to judge', async () => {
    const request = await opened()
    const one = known().mergeRequests.find(({ iid }) => iid === request.number)!
    one.target = 'lax'
    const id = await ran(request, { [path]: judgedAt(request.sha) })
    expect(statuses(request.sha).at(-1)).toMatchObject({ state: 'success' })

    for (const job of known().pipelines.find(pipeline => pipeline.id === id)!.jobs) delete job.artifacts
    one.target = 'main'
    one.updatedAt = new Date(scene.clock.now()).toISOString()
    known().activeAt = one.updatedAt
    await scene.pass(3_600_000)
    expect(statuses(request.sha).at(-1)).toMatchObject({
      name: 'assay / late-flights',
      state: 'canceled',
      description: 'No verdict any more',
    })
    const [note, ...more] = gitlab.notes(request.number)
    expect(more).toEqual([])
    expect(note!.body).toContain('late-flights: no verdict any more')
    const writes = () => gitlab.requests.filter(({ method }) => method !== 'GET').length
    const before = writes()
    await scene.pass(3_600_000)
    expect(writes()).toBe(before)
  })

  it('is not that of an older pipeline where a newer one has told', async () => {
    const request = await opened()
    const older = await ran(request, undefined)
    await ran(request, { [path]: judgedAt(request.sha) })
    const archive = zipOf({ [path]: judgedAt(request.sha, { verdict: 'fail' }) })
    known().pipelines.find(({ id }) => id === older)!.jobs[0]!.artifacts = archive
    await tell(older, request.number)

    expect(statuses(request.sha)).toMatchObject([{ state: 'success' }])
    expect(gitlab.notes(request.number)).toHaveLength(1)
  })

  it('is never green where the code is a fork’s, which says so', async () => {
    const request = await opened()
    known().mergeRequests.find(({ iid }) => iid === request.number)!.sourceProject = 999_999
    Object.assign(known().mergeRequests.find(({ iid }) => iid === request.number)!, { sha: request.sha })
    await ran(request, { [path]: judgedAt(request.sha) })

    expect(statuses(request.sha)).toMatchObject([{ state: 'pending' }])
    expect(gitlab.notes(request.number)[0]!.body).toMatch(/fork/)
  })

  describe('of a fork, in its own project', () => {
    const MINUTE = 60_000
    let forks = 0

    /** A merge request from a fork, whose commit is on no branch here, and the fork's pipeline. */
    async function forked(
      change: { sha?: string; status?: string; source?: string; of?: number; state?: 'closed' } = {},
    ) {
      const git = gitlab.double.git(PROJECT)
      const main = git.resolve('main')!
      const file = { mode: '100644', bytes: Buffer.from(`${++forks}`) }
      const sha = git.write(main, 'fork', new Map([['fork', file]]))
      const now = new Date(scene.clock.now()).toISOString()
      const id = ++state().ids
      const archive = zipOf({ [path]: judgedAt(sha) })
      state().projects[`eve/model-${forks}`] = {
        id,
        mergeRequests: [],
        statuses: [],
        deployments: [],
        environments: [],
        issues: [],
        pipelines: [
          {
            id: ++state().ids,
            sha: change.sha ?? sha,
            ref: 'main',
            source: 'merge_request_event',
            status: change.status ?? 'success',
            at: now,
            variables: [],
            inputs: {},
            jobs: [{ id: ++state().ids, name: 'assay', status: 'success', artifacts: archive }],
          },
        ],
      }
      const { mergeRequests } = known()
      const one = {
        id: ++state().ids,
        iid: mergeRequests.length + 1,
        title: 'x',
        description: '',
        state: change.state ?? ('opened' as const),
        source: 'main',
        target: 'main',
        sourceProject: change.of ?? id,
        sha,
        labels: [],
        reviewers: [],
        auto: false,
        updatedAt: now,
        notes: [],
      }
      mergeRequests.push(one)
      await scene.pass(5 * MINUTE)
      return { sha, one, pipeline: state().projects[`eve/model-${forks}`]!.pipelines[0]! }
    }

    it('is found though nothing tells of it, says whose word it is, and is never green', async () => {
      const { sha, one } = await forked()
      expect(statuses(sha)).toMatchObject([{ name: 'assay / late-flights', state: 'pending' }])
      expect(one.notes).toHaveLength(1)
      expect((one.notes[0] as unknown as { body: string }).body).toMatch(/fork/)
      await scene.pass(60 * MINUTE)
      expect(one.notes).toHaveLength(1)
    })

    it('is found when it ends, and nothing goes on in the project itself', async () => {
      const { one, pipeline } = await forked({ status: 'running' })
      await scene.pass(2 * 60 * MINUTE)
      expect(one.notes).toEqual([])
      pipeline.status = 'failed'
      await scene.pass(5 * MINUTE)
      expect(one.notes).toHaveLength(1)
    })

    it.each<[string, Parameters<typeof forked>[0]]>([
      ['of another commit', { sha: 'a'.repeat(40) }],
      ['of another project than the one that it comes from', { of: 999_999 }],
      ['of one that is closed', { state: 'closed' }],
    ])('is nothing where it is %s', async (_, change) => {
      const { sha, one } = await forked(change)
      expect(one.notes).toEqual([])
      expect(statuses(sha)).toEqual([])
    })
  })

  it.each<[string, (sha: string) => Record<string, string> | Buffer]>([
    ['of another commit', () => ({ [path]: judgedAt('a'.repeat(40)) })],
    [
      'of a model that nobody knows',
      sha => ({ 'assay-result/x/result.json': judgedAt(sha, { model: 'x' }) }),
    ],
    ['that is no archive', () => Buffer.from('PK\u0003\u0004 and nothing')],
    ['with a path that leads out', sha => ({ '../../result.json': judgedAt(sha) })],
    ['larger than is taken', () => Buffer.alloc(8 * 1024 * 1024 + 1)],
  ])('is never a note for a result %s', async (_, left) => {
    const request = await opened()
    await ran(request, left(request.sha))

    expect(gitlab.notes(request.number)).toEqual([])
    expect(statuses(request.sha).filter(({ state }) => state === 'success')).toEqual([])
  })

  it.each([['out'], ['build/reports/late'], ['late-flights']])(
    'is that of a job of any name, in the folder %s',
    async output => {
      const request = await opened()
      const left = {
        [`${output}/late-flights/result.json`]: judgedAt(request.sha),
        [`${output}/late-flights/cache/other/result.json`]: '{}',
      }
      await ran(request, left, 'weigh the model', 'assay-result')

      expect(statuses(request.sha)).toMatchObject([{ name: 'assay / late-flights', state: 'success' }])
      expect(gitlab.notes(request.number)).toHaveLength(1)
    },
  )

  it('is nobody’s where the job is another, or the merge request has moved on', async () => {
    const request = await opened()
    await ran(request, { [path]: judgedAt(request.sha) }, 'build')
    await ran(
      { ...request, sha: gitlab.double.git(PROJECT).resolve('main')! },
      { [path]: judgedAt(request.sha) },
    )

    expect(gitlab.notes(request.number)).toEqual([])
    expect(statuses(request.sha)).toEqual([])
  })
})
