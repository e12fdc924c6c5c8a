import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { githubActions } from '../../src/ci/github-actions.ts'
import { run as evaluate } from '../../src/commands/evaluate.ts'
import { run as report } from '../../src/commands/report.ts'
import type { Result } from '../../src/core/verdict/result.ts'
import { REPOSITORY, useGithub } from '../support/emulator.ts'
import { baseFiles, RUN_DEFAULTS, type Scene, slightlyBetter, summaryOf, useScenes } from './scene.ts'

const github = useGithub()
const scenes = useScenes()

const REPORT_DEFAULTS = {
  model: undefined,
  output: 'assay-result',
  'pull-request': undefined,
  comment: true,
  'dry-run': false,
}
const post = (scene: Scene, options: Partial<typeof REPORT_DEFAULTS> = {}) =>
  report(scene.context, { ...REPORT_DEFAULTS, ...options } as Parameters<typeof report>[1])

async function judged(change: (result: Result) => void = () => {}) {
  const scene = await scenes.onGithub(github, baseFiles(), { 'candidate.csv': slightlyBetter })
  await evaluate(scene.context, RUN_DEFAULTS)
  const result = scene.result()
  change(result)
  writeFileSync(join(scene.folder, 'assay-result/churn/result.json'), JSON.stringify(result))
  github.forget()
  return scene
}

describe('assay report', () => {
  it('posts a result that exists, in 4 calls, and again with nothing to write in 2', async () => {
    const scene = await judged()

    const { exitCode, text } = await post(scene)
    const first = github.requests.map(request => request.method)
    github.forget()
    const again = await post(scene)

    expect(exitCode).toBe(0)
    expect(text).toContain('Comment created')
    expect(first).toEqual(['POST', 'GET', 'POST', 'GET'])
    expect(again.text).toContain('Comment unchanged')
    expect(github.requests.map(request => request.method)).toEqual(['POST', 'GET'])
    expect(summaryOf(scene)).toContain('churn: pass')
  })

  it('believes no pull request and no run that the result names', async () => {
    const { number: other } = await github.pullRequest()
    const scene = await judged(result => {
      result.run = { url: 'https://evil.example/', order: '999999.1', pullRequest: other }
    })

    await post(scene)

    const [comment] = await github.comments(scene.pullRequest)
    expect(await github.comments(other)).toEqual([])
    expect(comment!.body).not.toContain('evil.example')
    expect(comment!.body).toContain('order=100.1')
  })

  it('without a pull request in the event writes no comment anywhere', async () => {
    const { number: other } = await github.pullRequest()
    const scene = await judged(result => {
      result.run.pullRequest = other
    })
    scene.context.ci.pullRequest = undefined

    const { text } = await post(scene)

    expect(await github.comments(other)).toEqual([])
    expect(text).toContain('this run belongs to no pull request')
  })

  it.each([
    ['another commit', 'a'.repeat(40)],
    ['no commit', undefined],
  ])('refuses the result of %s: a verdict belongs to one', async (_, commit) => {
    const scene = await judged(result => {
      result.candidate.commit = commit
    })

    await expect(post(scene)).rejects.toMatchObject({ code: 'RESULT_STALE' })
    expect(github.requests).toEqual([])
  })

  it.each([
    ['a model of another name', { model: 'price' }, 'it says that it is of the model "price"'],
    ['a state that there is none of', { state: 'excellent' }, 'state'],
  ])('refuses %s', async (_, change, said) => {
    const scene = await judged(result => void Object.assign(result, change))

    const refused = await post(scene).catch(error => error)

    expect(refused.code).toBe('RESULT_INVALID')
    expect(JSON.stringify(refused.problems)).toContain(JSON.stringify(said).slice(1, -1))
    expect(github.requests).toEqual([])
  })

  it('says why where nobody can look: an output folder that cannot be listed is not an empty one', async () => {
    const scene = scenes.pullRequest(baseFiles(), { 'x.txt': 'x' })
    symlinkSync('assay-result', join(scene.folder, 'assay-result'))

    await expect(post(scene)).rejects.toMatchObject({
      code: 'FILE_REFUSED',
      message: 'The output folder `assay-result` was not read',
      problems: [{ what: 'refused: its symbolic links go in circles' }],
    })
  })

  it('says where it looked when there is nothing to post', async () => {
    const scene = scenes.pullRequest(baseFiles(), { 'x.txt': 'x' })

    await expect(post(scene)).rejects.toMatchObject({
      code: 'RESULT_MISSING',
      problems: [{ where: { file: 'assay-result' } }],
    })
  })

  it('a hostile name of a metric becomes no output of the verdict', async () => {
    const scene = await judged(result => {
      result.metrics.push({
        metric: 'verdict',
        candidate: { value: 1 },
        differences: {},
        judgement: 'not_judged',
        gated: true,
      })
    })

    const { outputs } = await post(scene)

    expect(outputs?.verdict).toBe('pass')
  })

  it('--dry-run sends nothing', async () => {
    const scene = await judged()

    await post(scene, { 'dry-run': true } as never)

    expect(github.requests).toEqual([])
  })
})

describe('the report of a fork, in a workflow_run', () => {
  /** The event as GitHub sends it for a fork: `pull_requests` is empty. */
  async function fork() {
    const scene = await judged()
    const branch = `change-${scene.pullRequest}`
    const event = {
      repository: { full_name: REPOSITORY, default_branch: 'main' },
      workflow_run: {
        head_sha: scene.headSha,
        head_branch: branch,
        pull_requests: [],
        head_repository: { full_name: 'octo/fork', owner: { login: 'octo' } },
      },
    }
    const env = {
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_API_URL: github.url,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_RUN_ID: '200',
      GITHUB_EVENT_NAME: 'workflow_run',
    }
    scene.context.ci = githubActions(env, event)
    return { scene, event, env }
  }

  it('finds the pull request by branch and commit, in 5 calls', async () => {
    const { scene } = await fork()

    await post(scene)

    expect(scene.context.ci.pullRequest).toBeUndefined()
    const [comment, ...more] = await github.comments(scene.pullRequest)
    expect(more).toEqual([])
    expect(comment!.body).toContain('**The code of a fork wrote these numbers.**')
    expect(github.requests.map(request => request.method)).toEqual(['GET', 'POST', 'GET', 'POST', 'GET'])
  })

  it('posts no comment where the branch has moved on, and says so', async () => {
    const { scene } = await fork()
    const moved = 'b'.repeat(40)
    scene.context.ci.headSha = moved
    const result = scene.result()
    result.candidate.commit = moved
    writeFileSync(join(scene.folder, 'assay-result/churn/result.json'), JSON.stringify(result))

    await post(scene, { 'dry-run': true } as never)

    expect(scene.log.join()).toMatch(/no open pull request of octo:change-\d+ is at bbbbbbb/)
  })

  it('says in a note when it may not even look', async () => {
    const { scene } = await fork()
    github.fail({ method: 'GET', path: /pulls/, fault: 403 })

    await post(scene)

    expect(scene.log.join()).toContain('could not be found')
  })
})
