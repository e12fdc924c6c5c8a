import { beforeAll, describe, expect, it } from 'vitest'
import { connectRepository } from '../../../src/forges/gitlab/connect.ts'
import { UNTIMED } from '../../support/faults.ts'
import { PROJECT, TOKEN, useGitlab } from '../../support/gitlab.ts'
import type { MergeRequest, Pipeline, Project } from '../../support/gitlab-state.ts'

const gitlab = useGitlab()
const state = () => gitlab.double.state()
let request: MergeRequest
let fork: Project
let sha: string

beforeAll(async () => {
  const { number, headSha } = await gitlab.mergeRequest()
  sha = headSha
  request = state().projects[PROJECT]!.mergeRequests.find(({ iid }) => iid === number)!
  fork = {
    id: ++state().ids,
    mergeRequests: [],
    statuses: [],
    deployments: [],
    environments: [],
    pipelines: [],
    issues: [],
  }
  state().projects['eve/model'] = fork
  request.sourceProject = fork.id
})

function pipeline(change: Partial<Pipeline> = {}, of: Project = fork): number {
  const id = ++state().ids
  const given = {
    ref: 'main',
    source: 'merge_request_event',
    status: 'success',
    at: '2026-03-01T12:00:00.000Z',
  }
  of.pipelines.push({ id, sha, ...given, variables: [], inputs: {}, jobs: [], ...change })
  return id
}

async function run(id: number, number = request.iid) {
  const { runs } = await connectRepository({
    repository: PROJECT,
    token: TOKEN.bot,
    apiUrl: gitlab.url,
    env: {},
    safety: UNTIMED,
  })
  return runs!.run(id, number)
}

describe('a pipeline that ran in a fork', () => {
  it('is of the head of its merge request, by nobody’s word but GitLab’s', async () => {
    const id = pipeline()
    expect(await run(id)).toMatchObject({
      id,
      event: 'pull_request',
      ended: true,
      headSha: sha,
      head: `${PROJECT}:${request.source}`,
      fromFork: true,
    })
  })

  it.each<[string, () => number]>([
    ['it is of another commit', () => pipeline({ sha: 'a'.repeat(40) })],
    ['it is in no list of the merge request', () => 987_654],
    [
      'it ran in the project itself',
      () => pipeline({ ref: `refs/merge-requests/${request.iid}/head` }, state().projects[PROJECT]!),
    ],
  ])('is none where %s', async (_, made) => {
    expect(await run(made())).toBeUndefined()
  })

  it('is none of a merge request that comes from no fork, or from one that is gone', async () => {
    const id = pipeline()
    request.sourceProject = state().projects[PROJECT]!.id
    expect(await run(id)).toBeUndefined()
    Object.assign(request, { sourceProject: null })
    expect(await run(id)).toBeUndefined()
    request.sourceProject = fork.id
    expect(await run(id, 9999)).toBeUndefined()
    expect(await run(id)).toBeDefined()
  })
})
