import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CiFacts } from '../../src/ci/ci.ts'
import type { Context } from '../../src/commands/command/context.ts'
import type { DeployAddress } from '../../src/core/secrets/deploy-address.ts'
import { connectRepository } from '../../src/forges/gitlab/connect.ts'
import { type DeployPlace, gitlabPlace } from '../forges/deploy-places.ts'
import { UNTIMED } from '../support/faults.ts'
import { TOKEN, useGitlab } from '../support/gitlab.ts'
import { JENKINS, useJenkins } from '../support/jenkins.ts'
import { type DeployScene, useDeploys } from './deploys.ts'
import { retrainContext, runRetrain } from './retrain-runs.ts'

const gitlab = useGitlab()
const deploys = useDeploys()
const jenkins = useJenkins()
let deploy: DeployScene
let model: DeployPlace
let version: string
let branch: string

beforeAll(async () => {
  deploy = await deploys.onGitlab(gitlab)
  const made = deploy.release(1)
  version = made.version
  await deploy.promote([made], { environment: 'staging' })
  branch = `assay/retrain-${deploy.model.replaceAll('-', '%2D')}-${version}`
})

const config = (retrain: string) =>
  `model: ${deploy.model}\nmetrics: metrics.json\npaths: [src]\ndeploy: ${deploy.place.project}\nretrain: ${retrain}\n`

async function modelWith(retrain: string, more: Record<string, string> = { '.gitlab-ci.yml': 'a: {}\n' }) {
  model = await gitlabPlace(gitlab, { 'assay.yml': config(retrain), ...more })
}

function open(address: DeployAddress) {
  const { repository } = address as { repository: string }
  return connectRepository({ repository, token: TOKEN.bot, apiUrl: gitlab.url, env: {}, safety: UNTIMED })
}

let env: Record<string, string> = {}

function context(ci: Partial<CiFacts> = {}): Context {
  const jenkinsEnv = {
    ASSAY_JENKINS_URL: jenkins.url,
    ASSAY_JENKINS_USER: JENKINS.user,
    ASSAY_JENKINS_TOKEN: JENKINS.token,
  }
  return retrainContext({ repository: model.project!, openDeploy: open, env: { ...jenkinsEnv, ...env } }, ci)
}

const retrain = async () => (await runRetrain(context())).text
const inRun = async (claim: string, pipeline: number, job = 1) =>
  runRetrain(context({ runOrder: `${pipeline}.${job}` }), { claim })
const project = () => gitlab.double.state().projects[model.project!]!
const requests = () => project().mergeRequests.filter(({ state }) => state === 'opened')
function deleteBranch() {
  const git = gitlab.double.git(model.project!)
  git.move(branch, git.resolve(branch), undefined)
}
const claimAt = (attempt: number) =>
  gitlab.double.git(model.project!).resolve(`refs/assay/claims/${branch}/${attempt}`)

describe('assay retrain with a pipeline of GitLab', () => {
  beforeEach(() => modelWith('{ pipeline: input }'))

  it('starts one pipeline, and a pipeline that was started twice ends there', async () => {
    expect(await retrain()).toContain(`a pipeline is started on ${branch}`)
    expect(await retrain()).toMatch(/its run is under way\n {4}https:.*\/-\/pipelines\/\d+/)
    expect(project().pipelines).toMatchObject([
      { ref: branch, source: 'api', inputs: { claim: branch }, variables: [] },
    ])

    expect((await inRun(branch, 7)).outputs).toMatchObject({ 'retrain-claimed': 'true' })
    const made = claimAt(1)
    const other = await inRun(branch, 8)
    expect(other.outputs).toMatchObject({ 'retrain-claimed': 'false' })
    expect(other.exitCode).toBe(0)
    // Another job of the same pipeline.
    expect((await inRun(branch, 7, 2)).outputs).toMatchObject({ 'retrain-claimed': 'true' })
    expect(claimAt(1)).toBe(made)
    const { message, parents } = gitlab.double.git(model.project!).commit(made!)
    expect(message).toBe('run 7\n')
    expect(parents).toEqual([gitlab.double.git(model.project!).resolve(branch)])
  })

  it('lets one of many that begin at once have the attempt', async () => {
    await retrain()
    const taken = await Promise.all([1, 2, 3, 4].map(number => inRun(branch, number)))

    expect(taken.map(({ outputs }) => outputs!['retrain-claimed']).sort()).toEqual([
      'false',
      'false',
      'false',
      'true',
    ])
  })

  it.each([
    ['was done and the answer lost', true, 'true'],
    ['was not done', false, 'true'],
  ])('takes the attempt where the push %s', async (_, takesEffect, claimed) => {
    await retrain()
    gitlab.fail({ method: 'POST', path: /git-receive-pack$/, fault: 502, times: 1, takesEffect })

    expect((await inRun(branch, 7)).outputs).toMatchObject({ 'retrain-claimed': claimed })
    expect(claimAt(1)).toBeDefined()
  })

  it('proposes what the pipeline has pushed', async () => {
    await retrain()
    await inRun(branch, 7)
    await model.push(branch, { 'data/rows.csv': '1' }, { message: 'data' })

    expect((await inRun(branch, 7)).text).toMatch(/pull request \d+ proposes it/)
    expect(requests()).toMatchObject([{ source: branch, target: 'main', title: `Retrain ${deploy.model}` }])
    expect(await retrain()).toMatch(/^✅ .*proposes it/)
  })

  it('starts a pipeline that failed anew, three in all, and three more where the branch was deleted', async () => {
    for (const [attempt, status] of [
      [branch, 'failed'],
      [`${branch}/2`, 'canceled'],
      [`${branch}/3`, 'skipped'],
    ] as const) {
      await retrain()
      expect(project().pipelines.at(-1)!.inputs).toEqual({ claim: attempt })
      expect((await inRun(attempt, project().pipelines.length)).outputs).toMatchObject({
        'retrain-claimed': 'true',
      })
      project().pipelines.at(-1)!.status = status
    }

    expect(await retrain()).toContain('3 runs failed; delete the branch')
    expect(project().pipelines).toHaveLength(3)
    expect([1, 2, 3].map(claimAt)).not.toContain(undefined)
    deleteBranch()

    expect(await retrain()).toMatch(/^➕ .*a pipeline is started on assay\/[^,\n]*$/)
    expect(await retrain()).toContain('its run is under way')
    expect(project().pipelines).toHaveLength(4)
    expect(project().pipelines.at(-1)!.inputs).toEqual({ claim: branch })
    expect((await inRun(branch, 9)).outputs).toMatchObject({ 'retrain-claimed': 'true' })
    project().pipelines.at(-1)!.status = 'failed'
    expect(await retrain()).toContain('attempt 2')
  })

  it('does not begin again what a pipeline ended well without a commit', async () => {
    await retrain()
    project().pipelines.at(-1)!.status = 'success'

    expect(await retrain()).toContain('its run ended and left no commit')
    expect(project().pipelines).toHaveLength(1)
    deleteBranch()
    expect(await retrain()).toMatch(/^➕ /)
    expect(project().pipelines).toHaveLength(2)
  })

  it('says what to do where there is nothing that could run', async () => {
    await modelWith('{ pipeline: input }', {})

    await expect(retrain()).rejects.toMatchObject({
      code: 'FORGE_REJECTED',
      problems: [{ what: expect.stringContaining('Missing CI config file') }],
    })
  })
})

describe('assay retrain with a variable for a pipeline', () => {
  beforeEach(() => modelWith('{ pipeline: variable }'))

  it('starts one', async () => {
    await retrain()

    expect(project().pipelines).toMatchObject([
      { ref: branch, variables: [{ key: 'ASSAY_CLAIM', value: branch }], inputs: {} },
    ])
  })

  it('says what to do where the project takes no variables', async () => {
    await open({ kind: 'forge', repository: model.project!, namedBy: 'job' }).then(it => it.defaultBranch())
    project().refusesVariables = true

    await expect(retrain()).rejects.toMatchObject({
      problems: [
        {
          what: expect.stringContaining('Insufficient permissions to set pipeline variables'),
          fix: expect.stringContaining('`pipeline: input`'),
        },
      ],
    })
  })
})

describe('assay retrain with a job of Jenkins', () => {
  const builds = () => jenkins.jobs['team/retrain it']!.builds
  const failed = () => Object.assign(builds().at(-1)!, { building: false, result: 'FAILURE' })
  beforeEach(async () => {
    env = {}
    await modelWith('{ job: team/retrain it }')
  })

  it('starts one build, three in all where they fail, and three more where the branch was deleted', async () => {
    expect(await retrain()).toContain(`the job team/retrain it is started on ${branch}`)
    expect(await retrain()).toMatch(/its run is under way\n {4}http.*\/queue\/item\/1\//)
    jenkins.run()
    expect(await retrain()).toMatch(/its run is under way\n {4}http.*\/job\/team\/job\/retrain%20it\/1\//)
    expect((await inRun(branch, 1)).outputs).toMatchObject({ 'retrain-claimed': 'true' })
    for (const attempt of ['/2', '/3']) {
      failed()
      await retrain()
      jenkins.run()
      expect(builds().at(-1)!.parameters).toEqual({ claim: `${branch}${attempt}` })
    }
    failed()

    expect(await retrain()).toContain('3 runs failed; delete the branch')
    expect(builds()).toHaveLength(3)
    deleteBranch()

    expect(await retrain()).toMatch(/^➕ .*is started on assay\/[^,\n]*$/)
    jenkins.run()
    expect(await retrain()).toContain('its run is under way')
    expect(builds()).toHaveLength(4)
    expect(builds().at(-1)!.parameters).toEqual({ claim: branch })
    expect((await inRun(branch, 9)).outputs).toMatchObject({ 'retrain-claimed': 'true' })
    failed()
    expect(await retrain()).toContain('attempt 2')
  })

  it('takes no build of another repository for its own in a job that is told which', async () => {
    jenkins.jobs['team/retrain it']!.parameters = ['claim', 'repository']
    await retrain()
    jenkins.run()
    const first = model.project!
    await modelWith('{ job: team/retrain it }')

    expect(await retrain()).toMatch(/^➕ .*is started on/)
    jenkins.run()
    expect(builds().map(({ parameters }) => parameters)).toEqual([
      { claim: branch, repository: first },
      { claim: branch, repository: model.project },
    ])
    Object.assign(builds()[0]!, { building: false, result: 'SUCCESS' })
    expect(await retrain()).toMatch(/its run is under way\n {4}http.*\/2\//)
  })

  it('does not begin twice where the answer is lost', async () => {
    jenkins.fail({ method: 'POST', path: /./, fault: 'reset', times: 1, takesEffect: true })
    await expect(retrain()).rejects.toMatchObject({ code: 'JENKINS_UNAVAILABLE' })

    expect(await retrain()).toContain('its run is under way')
    expect(jenkins.queue).toHaveLength(1)
  })

  it('says which settings are missing', async () => {
    env = { ASSAY_JENKINS_USER: '', ASSAY_JENKINS_TOKEN: '' }

    await expect(retrain()).rejects.toMatchObject({
      code: 'RETRAIN_IMPOSSIBLE',
      problems: [
        {
          what: expect.stringContaining('ASSAY_JENKINS_USER, ASSAY_JENKINS_TOKEN are not set'),
          fix: expect.stringContaining('API token'),
        },
      ],
    })
    expect(jenkins.requests).toEqual([])
  })

  it.each(['http://ci.example.com', 'https://assay:secret@ci.example.com', 'ci.example.com'])(
    'sends no token to %s',
    async url => {
      env = { ASSAY_JENKINS_URL: url }

      await expect(retrain()).rejects.toMatchObject({
        code: 'RETRAIN_IMPOSSIBLE',
        problems: [{ what: expect.stringMatching(/^ASSAY_JENKINS_URL is (?:plain http|no web address)/) }],
      })
    },
  )

  it('uses no token in a run for a fork', async () => {
    await expect(runRetrain(context({ fromFork: true }))).rejects.toMatchObject({
      problems: [{ what: expect.stringContaining('fork') }],
    })
    expect(jenkins.requests).toEqual([])
  })
})

describe('assay retrain on GitLab', () => {
  it('begins anew where the branch was deleted for that', async () => {
    await modelWith('{ pipeline: input }')
    await retrain()
    expect(await retrain()).toContain('its run is under way')
    await inRun(branch, 7)
    project().pipelines.at(-1)!.status = 'success'
    deleteBranch()
    await model.push('main', { 'src/more.py': '1' }, { message: 'more' })

    expect(await retrain()).toMatch(/^➕ .* is started on assay/)
    expect(await retrain()).toContain('its run is under way')
    expect((await inRun(branch, 9)).outputs).toMatchObject({ 'retrain-claimed': 'true' })
  })

  it('begins anew where its time is over, and no claim of the last time is in the way', async () => {
    await modelWith('{ pipeline: input, cool_down_days: 0 }')
    await retrain()
    await retrain()
    await inRun(branch, 7)
    await model.push(branch, { 'data/rows.csv': '1' }, { message: 'data' })
    await inRun(branch, 7)
    const [proposal] = requests()
    Object.assign(proposal!, { state: 'closed', sha: gitlab.double.git(model.project!).resolve(branch) })
    // Before the proposal that came of it.
    Object.assign(project().pipelines.at(-1)!, { status: 'success', at: '2026-02-28T12:00:00Z' })

    expect(await retrain()).toMatch(/^➕/)
    expect(claimAt(1)).toBeUndefined()
    expect((await inRun(branch, 9)).outputs).toMatchObject({ 'retrain-claimed': 'true' })
  })

  it('writes the file that names the data', async () => {
    await modelWith("{ file: data/version.txt, value: '{date}' }")

    expect(await retrain()).toMatch(/^➕ .*pull request \d+ proposes it/)
    expect(requests()).toHaveLength(1)
  })

  it('refuses a workflow, which is for another forge', async () => {
    await modelWith('{ workflow: retrain.yml }')

    await expect(retrain()).rejects.toMatchObject({
      code: 'RETRAIN_IMPOSSIBLE',
      problems: [{ what: expect.stringContaining('`workflow` of `retrain` is for GitHub') }],
    })
  })
})
