import { beforeAll, describe, expect, it } from 'vitest'
import type { Result } from '../../../src/core/verdict/result.ts'
import { release } from '../../support/releases.ts'
import { gate, metric, result } from '../../support/results.ts'
import { deployFiles, useBot } from '../scene.ts'

/** What no event tells of is found all the same. */

const MINUTE = 60_000

/** Whether the webhooks of the first attempt reach the bot. */
let reach: 'the bot' | 'nobody' | 'not even the log' = 'the bot'

const scene = useBot({
  async deliver({ redelivery }, send) {
    if (reach === 'the bot' || redelivery) await send()
    return reach === 'not even the log' && !redelivery ? 'unlogged' : undefined
  },
})
const MODEL = { owner: 'acme', repo: 'model' }
const DEPLOY = { owner: 'acme', repo: 'deploy' }

const ASSAY_YML = `model: fraud
metrics: metrics.json
deploy: acme/deploy
gates: [{ metric: roc_auc, at_least: 0.5 }]
`
let pull = { number: 0, sha: '' }

beforeAll(async () => {
  await scene.settled()
  reach = 'not even the log'
  const { 'README.md': _, ...files } = deployFiles('fraud') as Record<string, string>
  await scene.write('deploy', files)
  await scene.write('model', { 'assay.yml': ASSAY_YML })
  const { ada } = scene
  const { data: main } = await ada.git.getRef({ ...MODEL, ref: 'heads/main' })
  await ada.git.createRef({ ...MODEL, ref: 'refs/heads/change', sha: main.object.sha })
  const file = { ...MODEL, path: 'train.py', branch: 'change', message: 'train otherwise', content: '' }
  const { data: commit } = await ada.repos.createOrUpdateFileContents(file)
  const { data } = await ada.pulls.create({ ...MODEL, title: 'Change', head: 'change', base: 'main' })
  pull = { number: data.number, sha: commit.commit.sha! }
  await scene.early(5 * MINUTE)
})

const proposed = async () =>
  (await scene.ada.pulls.list({ ...DEPLOY, state: 'open' })).data.map(one => one.title)
const answers = async () => {
  const { data } = await scene.ada.issues.listComments({ ...MODEL, issue_number: pull.number })
  return data.filter(({ user }) => user?.login === 'assay[bot]').map(({ body = '' }) => body)
}
const found = async () => {
  const text = await (await fetch(`http://127.0.0.1:${scene.bot.metricsPort}/metrics`)).text()
  return Object.fromEntries(
    [...text.matchAll(/^assay_bot_found_total\{kind="(\w+)"\} (\d+)$/gm)].map(([, kind, count]) => [
      kind,
      Number(count),
    ]),
  )
}

describe('what no event told of', () => {
  it('is found within five minutes: a release, a finished run, a command; and counted', async () => {
    await scene.letIn(release(1, 'fraud', { verdict: 'pass' }))
    const run = await scene.github.actions.start({
      repository: 'acme/model',
      headBranch: 'change',
      headSha: pull.sha,
    })
    const gated = metric('roc_auc', [0.6, 0.64], undefined, { gated: true })
    const judged: Partial<Result> = {
      model: 'fraud',
      candidate: { ...result().candidate, commit: pull.sha },
      metrics: [gated],
      gates: [gate('roc_auc ≥ 0.5', 'pass')],
    }
    const text = JSON.stringify(result(judged))
    scene.github.actions.upload(run, { name: 'assay-result', files: { 'result.json': text } })
    await scene.github.actions.finish(run)
    await scene.ada.issues.createComment({ ...MODEL, issue_number: pull.number, body: '/assay help' })
    await scene.settled()
    expect(await proposed()).toEqual([])
    expect(await answers()).toEqual([])
    const before = await found()

    await scene.early(5 * MINUTE)
    expect(await proposed()).toEqual(['Promote fraud 2026-05-01-0000001 to production'])
    const said = (await answers()).join('\n')
    expect(said).toContain('assay:report model=fraud')
    expect(said).toContain('A command merges nothing')
    const now = await found()
    const more = ['promotion', 'run', 'comment'].map(kind => (now[kind] ?? 0) - (before[kind] ?? 0))
    expect(more).toEqual([1, 1, 1])
    expect(scene.lines().filter(line => line.found === true).length).toBeGreaterThanOrEqual(3)
  })

  it('is looked at once: where nothing is new, nothing is', async () => {
    await scene.early(5 * MINUTE)
    const { requests } = scene.github.world
    const before = requests.length
    await scene.early(5 * MINUTE)
    const made = requests.slice(before).map(({ method, path }) => `${method} ${path.split('?')[0]}`)
    expect(made.filter(one => !/ \/(graphql|rate_limit|app\/hook\/deliveries)$/.test(one))).toEqual([])
    // Of two accounts.
    expect(made.filter(one => one.endsWith('/graphql')).length).toBeLessThanOrEqual(4)
  })

  it('is found in the text of a review too', async () => {
    await scene.ada.pulls.createReview({
      ...MODEL,
      pull_number: pull.number,
      event: 'COMMENT',
      body: '/assay status',
    })
    await scene.early(5 * MINUTE)
    expect((await answers()).at(-1)).toContain('`status` of fraud')
  })

  it('is left to the next hour where few calls are left in this one', async () => {
    const { world } = scene.github
    const { hourly } = world
    await scene.ada.issues.createComment({ ...MODEL, issue_number: pull.number, body: '/assay help' })
    const before = (await answers()).length
    world.hourly = 10
    await scene.early(5 * MINUTE)
    world.hourly = hourly
    expect((await answers()).length).toBe(before)
    expect(scene.log()).toContain('few calls are left this hour')
    await scene.early(5 * MINUTE)
    expect((await answers()).length).toBe(before + 1)
  })

  it('is answered, and not carried out, where it is a command that was written more than 15 minutes ago', async () => {
    const { data } = await scene.ada.issues.createComment({
      ...MODEL,
      issue_number: pull.number,
      body: '/assay hold production -- not now',
    })
    // Another look finds it than the one whose turn it was.
    await scene.pass(20 * MINUTE)
    const last = (await answers()).at(-1)!
    expect(last).toContain(`reply-comment-${data.id}-`)
    expect(last).toContain('`hold` was not carried out')
    expect(last).toContain('15 minutes')
    expect(await proposed()).toHaveLength(1)
  })
})

describe('events that nobody took', () => {
  it('are told once more within five minutes, and none that was taken', async () => {
    reach = 'nobody'
    await scene.write('model', { 'second.txt': 'x' })
    await scene.settled()
    reach = 'the bot'
    await scene.write('model', { 'third.txt': 'x' })
    await scene.settled()
    await scene.pass(5 * MINUTE)
    await scene.pass(5 * MINUTE)
    const attempts = Map.groupBy(scene.github.world.deliveries, ({ guid }) => guid)
    for (const [, ofOne] of attempts)
      expect(ofOne.map(({ statusCode }) => statusCode).filter(Boolean)).toEqual([202])
    expect([...attempts.values()].some(ofOne => ofOne.length === 2)).toBe(true)
    expect(scene.log()).toContain('events that nobody took are told once more')
  })
})
