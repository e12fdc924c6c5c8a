import { beforeEach, describe, expect, it } from 'vitest'
import { lookAt } from '../../../src/commands/bot/looks/look-table.ts'
import { connectRepository } from '../../../src/forges/gitlab/connect.ts'
import { gitlabPlace } from '../../forges/deploy-places.ts'
import { UNTIMED } from '../../support/faults.ts'
import { TOKEN, useGitlab } from '../../support/gitlab.ts'
import { ACCESS_LEVELS, type MergeRequest, type Project } from '../../support/gitlab-state.ts'
import { useDeploys } from '../deploys.ts'

/** Commands in notes below merge requests of a model: what they do is shown on GitHub; here, what GitLab is asked. */

const gitlab = useGitlab()
const deploys = useDeploys()
/** A minute after every note. */
const NOW = Date.parse('2026-03-01T12:01:00Z')
const AUTHOR = { author: 'outsider@x' }

async function model() {
  const place = await gitlabPlace(gitlab, {
    'assay.yml': 'model: fraud\nmetrics: metrics.json\ngates: [{ metric: auc, at_least: 0.5 }]\n',
    '.gitlab-ci.yml': 'include: [{ component: acme/assay/run@v0 }]\n',
    CODEOWNERS: '* @maintainer\n',
  })
  const { project: name } = place
  const sha = await place.push('change', { 'train.py': '' }, { from: place.base })
  const made = await gitlab.double.send({
    method: 'POST',
    target: `/api/v4/projects/${encodeURIComponent(name!)}/merge_requests`,
    headers: { 'private-token': TOKEN.outsider, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ title: 'x', source_branch: 'change', target_branch: place.base })),
  })
  const { iid } = JSON.parse(made.body.toString())
  const project: Project = gitlab.double.state().projects[name!]!
  const request: MergeRequest = project.mergeRequests.find(one => one.iid === iid)!
  gitlab.double.state().commits = { [sha]: AUTHOR }
  const { context } = await deploys.onGitlab(gitlab)
  const world = {
    ...context,
    now: () => NOW,
    open: () =>
      connectRepository({
        repository: name!,
        token: TOKEN.bot,
        apiUrl: gitlab.url,
        env: {},
        safety: UNTIMED,
      }),
  }
  /** What is said to a note that is looked at twice. */
  async function say(body: string, author = 'maintainer'): Promise<string> {
    const note = { id: ++gitlab.double.state().ids, body, author, system: false }
    request.notes.push(note)
    const before = request.notes.length
    const repository = { forge: 'gitlab' as const, name: name! }
    const key = { kind: 'comment', repository, pullRequest: iid, id: note.id, writtenAs: 'comment' } as const
    for (let look = 0; look < 2; look++) expect((await lookAt(world, key)).problems ?? []).toEqual([])
    const said = request.notes.slice(before).map(one => one.body.split('\n').slice(1).join('\n').trim())
    expect(said).toHaveLength(1)
    return said[0]!
  }
  return { place, project, request, sha, say }
}

beforeEach(() => {
  gitlab.double.state().levels = { ...ACCESS_LEVELS }
  gitlab.double.state().emails = { 'outsider@x': 'outsider', 'maintainer@x': 'maintainer' }
})

const WAIVE = '/assay waive auc until 2126-01-01 -- the labels of May are late'

describe('/assay waive on GitLab', () => {
  it('is the merge request that adds it, asked for by an owner who has no hand in what is judged', async () => {
    const { say, project, place } = await model()
    expect(await say(WAIVE)).toMatch(/auc may fail until 2126-01-01 once this is merged \(<http/)
    const made = project.mergeRequests.find(({ source }) => source.startsWith('assay/waive/fraud-'))!
    expect(made.title).toBe('Waive auc of fraud until 2126-01-01')
    const { 'assay.yml': text } = await place.files((await place.head(made.source))!)
    expect(text).toMatch(/until: ['"]?2126-01-01/)
    expect(await say(WAIVE, 'octo')).toMatch(/it takes the right to write/)
  })

  it.each<[string, { author?: string; committer?: string }, RegExp]>([
    ['has written a commit of it', { author: 'maintainer@x' }, /not for those who wrote the pull request/],
    [
      'has committed one',
      { ...AUTHOR, committer: 'maintainer@x' },
      /not for those who wrote the pull request/,
    ],
    ['may have: an author is nobody’s account', { author: 'nobody@x' }, /nobody can tell whose they are/],
    ['may have: a committer is', { ...AUTHOR, committer: 'nobody@x' }, /nobody can tell whose they are/],
  ])('is refused to whoever %s', async (_, of, why) => {
    const { say, sha, project } = await model()
    gitlab.double.state().commits = { [sha]: of }
    expect(await say(WAIVE)).toMatch(why)
    expect(project.mergeRequests).toHaveLength(1)
  })

  it('is refused to whoever opened it, and where GitLab does not answer', async () => {
    const { say, request, project } = await model()
    request.author = 'maintainer'
    expect(await say(WAIVE)).toMatch(/not for those who wrote the pull request/)
    request.author = 'outsider'
    gitlab.fail({ method: 'POST', path: /graphql/, fault: 403, message: '403 Forbidden' })
    expect(await say(WAIVE)).toMatch(/who has a hand in this merge request could not be asked/)
    expect(project.mergeRequests).toHaveLength(1)
  })
})

describe('/assay reweigh on GitLab', () => {
  const pipeline = (id: number, sha: string, iid: number, change: object = {}) => ({
    id,
    sha,
    ref: `refs/merge-requests/${iid}/head`,
    source: 'merge_request_event',
    status: 'success',
    at: '2026-03-01T11:00:00.000Z',
    variables: [],
    inputs: {},
    jobs: [],
    ...change,
  })

  it('begins one new pipeline for the head, and says where it is', async () => {
    const { say, project, request, sha } = await model()
    expect(await say('/assay reweigh')).toMatch(/there is no run of Assay for `\w{7}` that could be/)
    project.pipelines.push(pipeline(++gitlab.double.state().ids, 'a'.repeat(40), request.iid))
    expect(await say('/assay reweigh')).toMatch(/there is no run of Assay/)
    project.pipelines.push(pipeline(++gitlab.double.state().ids, sha, request.iid, { status: 'running' }))
    expect(await say('/assay reweigh')).toMatch(/- .gitlab-ci.yml is under way already/)
    expect(await say('/assay reweigh', 'octo')).toMatch(/it takes the right to write/)
    project.pipelines.at(-1)!.status = 'failed'
    const said = await say('/assay reweigh')
    const made = project.pipelines.at(-1)!
    expect(said).toContain('.gitlab-ci.yml runs once more, attempt 2')
    expect(said).toContain(`/-/pipelines/${made.id}>`)
    expect(made).toMatchObject({ sha, source: 'merge_request_event' })
    expect(project.pipelines).toHaveLength(3)
  })

  it('begins none where the answer was lost and one has begun', async () => {
    const { say, project, request, sha } = await model()
    project.pipelines.push(pipeline(++gitlab.double.state().ids, sha, request.iid))
    gitlab.fail({ method: 'POST', path: /merge_requests\/\d+\/pipelines$/, fault: 502, takesEffect: true })
    expect(await say('/assay reweigh')).toContain('runs once more, attempt 2')
    expect(project.pipelines).toHaveLength(2)
  })

  it.each<[string, Record<string, number>, RegExp]>([
    ['more than its author', { project_1_bot: 40, octo: 30 }, /\(maintain\), and you may less \(write\)/],
    ['everything', { project_1_bot: 50, octo: 40 }, /\(admin\), and you may less \(maintain\)/],
    ['what nobody can tell', { project_1_bot: 20, octo: 30 }, /not known with which rights it would run/],
  ])('begins none with the rights of a bot that may do %s', async (_, levels, why) => {
    const { say, project, request, sha } = await model()
    project.pipelines.push(pipeline(++gitlab.double.state().ids, sha, request.iid))
    Object.assign(gitlab.double.state().levels, levels)
    const said = await say('/assay reweigh', 'octo')
    expect(said).toMatch(why)
    expect(said).toMatch(/by hand, which has your rights \(<http\S+\/merge_requests\/1\/pipelines>\)\.$/)
    expect(project.pipelines).toHaveLength(1)
  })

  it('begins none where the bot is an administrator, or GitLab does not say what it is', async () => {
    const { say, project, request, sha } = await model()
    project.pipelines.push(pipeline(++gitlab.double.state().ids, sha, request.iid))
    gitlab.double.state().administrators = ['project_1_bot']
    expect(await say('/assay reweigh')).toMatch(/\(admin\), and you may less \(maintain\)/)
    gitlab.double.state().administrators = []
    delete gitlab.double.state().levels.project_1_bot
    expect(await say('/assay reweigh')).toMatch(/not known with which rights/)
    expect(project.pipelines).toHaveLength(1)
  })

  it('runs no code of a fork with what the project trusts its own with', async () => {
    const { say, project, request, sha } = await model()
    project.pipelines.push(pipeline(++gitlab.double.state().ids, sha, request.iid))
    request.sourceProject = 999_999
    expect(await say('/assay reweigh')).toMatch(/the pipeline of a fork would run its code/)
    expect(project.pipelines).toHaveLength(1)
  })
})
