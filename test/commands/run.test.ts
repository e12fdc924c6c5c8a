import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TOKENS, useGithub } from '../support/emulator.ts'
import { bad, baseFiles, CONFIG, slightlyBetter, summaryOf, useScenes } from './scene.ts'

const github = useGithub()
const scenes = useScenes()

/** Calls that reached GitHub, without what they carried. */
const calls = () => github.requests.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`)

describe('assay run in a pull request', () => {
  it('opens the check before training and completes it, comments, and writes summary, files and outputs', async () => {
    const config = CONFIG.replace('echo training', 'touch trained')
    const scene = await scenes.onGithub(github, baseFiles({ 'assay.yml': config }), {
      'candidate.csv': slightlyBetter,
    })
    const statesWhileTraining: string[] = []
    const { group } = scene.context.log
    scene.context.log.group = async (title, body) => {
      const [check] = await github.checks(scene.headSha)
      statesWhileTraining.push(`${title}: ${check?.status}`)
      return group(title, body)
    }

    const { exitCode, outputs, text } = await scene.run()

    const [check] = await github.checks(scene.headSha)
    const comments = await github.comments(scene.pullRequest)
    expect(statesWhileTraining).toContain('Train churn: touch trained: in_progress')
    expect(check).toMatchObject({ name: 'assay / churn', status: 'completed', conclusion: 'success' })
    expect(comments).toHaveLength(1)
    expect(comments[0]!.body).toContain('churn: pass')
    expect(summaryOf(scene)).toContain('churn: pass')
    expect(text).toContain('Comment created')
    expect(existsSync(join(scene.folder, 'assay-result/churn/report.html'))).toBe(true)
    expect(scene.read('assay-result/churn/report.md')).toContain('churn: pass')
    expect(exitCode).toBe(0)
    expect(outputs).toEqual({
      verdict: 'pass',
      'report-path': 'assay-result/churn/report.md',
      'json-path': 'assay-result/churn/result.json',
      'html-path': 'assay-result/churn/report.html',
      accuracy: '0.925',
      'metric-accuracy': '0.925',
    })
  })

  it('takes 5 calls for a first report and 4 for an update', async () => {
    const scene = await scenes.onGithub(github, baseFiles(), { 'candidate.csv': slightlyBetter })

    await scene.run()
    const first = calls()
    github.forget()
    scene.context.ci.runOrder = '101.1'
    await scene.run()
    const update = calls()

    expect(first.map(call => call.split(' ')[0])).toEqual(['POST', 'GET', 'POST', 'GET', 'PATCH'])
    expect(update.map(call => call.split(' ')[0])).toEqual(['POST', 'GET', 'PATCH', 'PATCH'])
  })

  it('says the same of the same commit when it runs again, but for what the run itself took', async () => {
    const scene = await scenes.onGithub(github, baseFiles(), { 'candidate.csv': slightlyBetter })
    const withoutUsage = () => {
      const result = scene.result()
      return { ...result, candidate: { ...result.candidate, usage: undefined } }
    }

    await scene.run()
    const first = withoutUsage()
    await scene.run()

    expect(withoutUsage()).toEqual(first)
    expect(await github.comments(scene.pullRequest)).toHaveLength(1)
  })

  it('exits 1 and fails the check when a gate fails', async () => {
    const scene = await scenes.onGithub(github, baseFiles(), { 'candidate.csv': bad })

    const { exitCode, outputs } = await scene.run()

    expect(exitCode).toBe(1)
    expect(outputs?.verdict).toBe('fail')
    expect(await github.checks(scene.headSha)).toMatchObject([{ conclusion: 'failure' }])
    expect((await github.comments(scene.pullRequest))[0]!.body).toContain('churn: fail')
  })

  it.each([
    [
      'training',
      CONFIG.replace('echo training', 'echo out of memory; exit 3'),
      'training failed',
      'out of memory',
    ],
    [
      'evaluation',
      CONFIG.replace('cp candidate.csv', 'echo no such model; exit 4; cp x'),
      'evaluation failed',
      'no such model',
    ],
  ])('exits 2 when %s dies, and says so everywhere', async (_, config, words, output) => {
    const scene = await scenes.onGithub(github, baseFiles({ 'assay.yml': config }), {
      'candidate.csv': bad,
    })

    const { exitCode } = await scene.run()

    const [comment] = await github.comments(scene.pullRequest)
    expect(exitCode).toBe(2)
    expect(comment!.body).toContain(words)
    expect(comment!.body).toContain(output)
    expect(summaryOf(scene)).toContain(words)
    expect(await github.checks(scene.headSha)).toMatchObject([{ status: 'completed', conclusion: 'failure' }])
  })

  it('exits 2 when the predictions cannot be read, naming file, row and value', async () => {
    const broken = 'id,label,score\na,1,0.5\nb,0,NaN\n'
    const scene = await scenes.onGithub(github, baseFiles(), { 'candidate.csv': broken })

    const { exitCode } = await scene.run()

    const [comment] = await github.comments(scene.pullRequest)
    expect(exitCode).toBe(2)
    expect(comment!.body).toContain('evaluation failed')
    expect(comment!.body).toContain('predictions.csv: row 2: `score` is not a finite number: "NaN"')
    expect(comment!.body).toContain('fix: Write the score of the positive class of every row into `score`')
  })
})

describe('where the verdict cannot be posted', () => {
  it('a read-only token loses nothing: summary, outputs and a note that says why', async () => {
    const scene = await scenes.onGithub(
      github,
      baseFiles(),
      { 'candidate.csv': slightlyBetter },
      { token: TOKENS.readOnly, ci: { fromFork: true } },
    )

    const { exitCode, text, outputs } = await scene.run()

    expect(exitCode).toBe(0)
    expect(outputs?.verdict).toBe('pass')
    expect(text).toContain('No comment')
    expect(text).toContain('permissions: pull-requests: write')
    expect(text).toContain('docs/forks.md')
    expect(summaryOf(scene)).toContain('churn: pass')
    expect(summaryOf(scene)).toContain('No comment')
    expect(await github.comments(scene.pullRequest)).toEqual([])
  })

  it('a missing token is a note too', async () => {
    const scene = scenes.pullRequest(baseFiles(), { 'candidate.csv': slightlyBetter })

    const { exitCode, text } = await scene.run()

    expect(exitCode).toBe(0)
    expect(text).toContain('there is no token')
    expect(summaryOf(scene)).toContain('churn: pass')
  })

  it('--comment false writes no comment, and still the check', async () => {
    const scene = await scenes.onGithub(github, baseFiles(), { 'candidate.csv': slightlyBetter })

    await scene.run({ comment: false })

    expect(await github.comments(scene.pullRequest)).toEqual([])
    expect(await github.checks(scene.headSha)).toMatchObject([{ conclusion: 'success' }])
  })

  it('--dry-run sends nothing and leaves the report in the output folder', async () => {
    const scene = await scenes.onGithub(github, baseFiles(), { 'candidate.csv': slightlyBetter })

    const { text } = await scene.run({ 'dry-run': true })

    expect(calls()).toEqual([])
    expect(summaryOf(scene)).toBe('')
    expect(text).toContain('Dry run')
    expect(scene.read('assay-result/churn/report.md')).toContain('churn: pass')
  })
})

describe('an output folder that cannot be written to', () => {
  it.each([
    ['outside of the repository', '../elsewhere'],
    ['in the place of a file', 'candidate.csv'],
  ])('is refused before anything is trained: %s', async (_, output) => {
    const scene = scenes.pullRequest(baseFiles(), { 'candidate.csv': slightlyBetter })

    await expect(scene.run({ output })).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' })

    expect(scene.log.join('')).not.toContain('training')
  })
})

describe('SE-001: secrets of the environment', () => {
  it('are in no sink, whatever a dying command prints', async () => {
    const secret = 'canary-5f2c9a71e0'
    const config = CONFIG.replace(
      'echo training',
      'echo $DEPLOY_TOKEN; echo -n $DEPLOY_TOKEN | base64; exit 1',
    )
    const scene = await scenes.onGithub(github, baseFiles({ 'assay.yml': config }), { 'x.txt': 'x' })
    scene.context.env = { ...scene.context.env, DEPLOY_TOKEN: secret }

    const result = await scene.run()

    const sinks = [
      JSON.stringify(result),
      JSON.stringify(github.requests),
      summaryOf(scene),
      ...['result.json', 'report.md', 'report.html'].map(file => scene.read(`assay-result/churn/${file}`)),
    ].join('\n')
    expect(sinks).toContain('***')
    expect(sinks).not.toContain(secret)
    expect(sinks).not.toContain(Buffer.from(secret).toString('base64').slice(0, 20))
  })
})
