import { beforeAll, describe, expect, it, vi } from 'vitest'
import { difference, metric, result } from '../support/results.ts'
import { SLOW } from '../support/slow.ts'
import { delivery, repository, sendAtOnce } from './deliveries.ts'
import { useBot } from './scene.ts'

// Five hundred deliveries at once.
vi.setConfig({ testTimeout: SLOW })

/** Forty pull requests, whose runs end at once and are told of twelve times each. */

const PULLS = 40
const DELIVERIES = 500
const MODEL = { owner: 'acme', repo: 'model' }

const scene = useBot({
  // What is told is sent by the test.
  deliver: async () => 'unlogged',
})
const pulls: { number: number; sha: string; run: number }[] = []

beforeAll(async () => {
  await scene.write('model', {
    'assay.yml': 'model: fraud\nmetrics: metrics.json\ngates: [{ metric: accuracy, at_least: 0.6 }]\n',
  })
  const rest = scene.ada
  const { data: main } = await rest.git.getRef({ ...MODEL, ref: 'heads/main' })
  for (let at = 0; at < PULLS; at++) {
    const branch = `change-${at}`
    await rest.git.createRef({ ...MODEL, ref: `refs/heads/${branch}`, sha: main.object.sha })
    const file = { ...MODEL, path: 'train.py', branch, message: 'train', content: btoa(`${at}`) }
    const { data: made } = await rest.repos.createOrUpdateFileContents(file)
    const headSha = made.commit.sha!
    const { data: pull } = await rest.pulls.create({ ...MODEL, title: branch, head: branch, base: 'main' })
    const run = await scene.github.actions.start({ repository: 'acme/model', headBranch: branch, headSha })
    const metrics = [metric('accuracy', [0.7, 0.7 + at / 1000], difference(0.001, -0.004, 0.006))]
    const own = result({ model: 'fraud', metrics })
    const json = JSON.stringify({ ...own, candidate: { ...own.candidate, commit: headSha } })
    scene.github.actions.upload(run, { name: 'assay-result', files: { 'result.json': json } })
    await scene.github.actions.finish(run)
    pulls.push({ number: pull.number, sha: headSha, run: run.id })
  }
  await scene.settled()
})

describe('500 deliveries about 40 pull requests at once', () => {
  it('lose none, in 60 looks and 80 writes at most, each verdict where it belongs', async () => {
    const requests = scene.github.world.requests.length
    const looks = () => scene.lines().filter(({ key }) => String(key).startsWith('["run"')).length
    const before = looks()
    const deliveries = Array.from({ length: DELIVERIES }, (_, at) =>
      delivery('workflow_run', {
        action: 'completed',
        repository: repository('acme/model', 2),
        workflow_run: { id: pulls[at % PULLS]!.run, event: 'pull_request' },
      }),
    )
    const answers = await scene.still(() => sendAtOnce(scene.bot.port, deliveries))
    await scene.settled()

    expect(answers).toEqual(Array.from({ length: DELIVERIES }, () => 202))
    const writes = scene.github.world.requests.slice(requests).filter(one => one.writes)
    expect(writes.length).toBeLessThanOrEqual(2 * PULLS)
    expect(looks() - before).toBeLessThanOrEqual(60)
    for (const [at, { number, sha }] of pulls.entries()) {
      const { data: comments } = await scene.ada.issues.listComments({ ...MODEL, issue_number: number })
      expect(comments.map(({ body }) => body)).toEqual([
        expect.stringContaining(`0.7${`${at}`.padStart(2, '0')}`),
      ])
      const { data: checks } = await scene.ada.checks.listForRef({ ...MODEL, ref: sha })
      expect(checks.check_runs.map(({ name }) => name)).toEqual(['assay / fraud'])
    }
  })
})
