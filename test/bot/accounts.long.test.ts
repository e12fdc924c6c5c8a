import { expect, it } from 'vitest'
import { readSettings } from '../../bot/settings/settings.ts'
import { startBot } from '../../bot/start.ts'
import { forward } from '../../emulator/github/front.ts'
import { type Answering, readRequest, startGithub } from '../../emulator/github.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import { failWith, UNTIMED } from '../support/faults.ts'
import { difference, metric, result } from '../support/results.ts'
import { appSettings } from './app-settings.ts'
import { SECRET } from './deliveries.ts'
import { PERMISSIONS, PERSON } from './scene.ts'
import { storyClock } from './story/clock.ts'

/** A result for each of eight accounts at once. The pauses are those of the product; nobody here waits for them, they are counted. */

const ACCOUNTS = Array.from({ length: 8 }, (_, at) => `org-${at}`)

it.each([
  ['none', []],
  ['one whose forge hangs', ['org-3']],
])('eight accounts wait for no other, of which %s', async (_, hanging) => {
  let isHanging = false
  const answer: Answering = async (upstream, request, response) => {
    const account = /^\/repos\/([^/]+)/.exec(request.url ?? '')?.[1] ?? ''
    if (isHanging && hanging.includes(account)) return failWith(response, { fault: 'hang' })
    const given = await forward(upstream, await readRequest(request))
    response.writeHead(given.status, given.headers).end(given.body)
  }
  const seed = {
    users: [{ login: 'ada' }],
    organisations: ACCOUNTS.map(login => ({ login, name: login, members: ['ada'] })),
    repositories: ACCOUNTS.map(owner => ({ owner, name: 'model', auto_init: true, private: true })),
    tokens: { [PERSON]: { login: 'ada' } },
    apps: [
      {
        id: 77,
        slug: 'assay',
        permissions: PERMISSIONS,
        events: ['workflow_run'],
        installations: ACCOUNTS.map((account, at) => ({ id: at + 1, account })),
      },
    ],
  }
  const github = await startGithub(seed, answer)
  const { rest } = githubClient({ token: PERSON, apiUrl: github.url, safety: UNTIMED })
  const runs = await Promise.all(ACCOUNTS.map(owner => judged(owner)))
  const pauses: number[] = []
  const time = storyClock(Date.now())
  const _app = github.world.apps[0]!
  const bot = await startBot({
    settings: readSettings({
      ...appSettings(github),
      HOST: '127.0.0.1',
      PORT: '0',
    }),
    env: {},
    write() {},
    clock: time.clock,
    safety: { ...UNTIMED, wait: async pause => void pauses.push(pause) },
  })
  try {
    github.control.hook('assay', { url: `http://127.0.0.1:${bot.port}/hooks/github`, secret: SECRET })
    isHanging = true
    await Promise.all(runs.map(run => github.actions.finish(run)))
    const isDone = async () => (await said()).filter(Boolean).length === ACCOUNTS.length - hanging.length
    await expect.poll(isDone, { timeout: 100_000 }).toBe(true)
    // That of the one that hangs is asked again.
    if (hanging.length === 0) expect(pauses).toEqual([])
  } finally {
    time.stop()
    await bot.stop()
    await github.close()
  }

  /** A pull request whose run left a result. */
  async function judged(owner: string) {
    const model = { owner, repo: 'model' }
    const config = 'model: fraud\nmetrics: metrics.json\ngates: [{ metric: accuracy, at_least: 0.6 }]\n'
    const write = (path: string, branch: string, content: string) =>
      rest.repos.createOrUpdateFileContents({ ...model, path, branch, message: path, content: btoa(content) })
    await write('assay.yml', 'main', config)
    const { data: main } = await rest.git.getRef({ ...model, ref: 'heads/main' })
    await rest.git.createRef({ ...model, ref: 'refs/heads/change', sha: main.object.sha })
    const headSha = (await write('train.py', 'change', owner)).data.commit.sha!
    await rest.pulls.create({ ...model, title: owner, head: 'change', base: 'main' })
    const run = await github.actions.start({ repository: `${owner}/model`, headBranch: 'change', headSha })
    const made = result({
      model: 'fraud',
      metrics: [metric('accuracy', [0.7, 0.71], difference(0.01, -0.004, 0.016))],
    })
    const json = JSON.stringify({ ...made, candidate: { ...made.candidate, commit: headSha } })
    github.actions.upload(run, { name: 'assay-result', files: { 'result.json': json } })
    return run
  }

  function said() {
    return Promise.all(
      ACCOUNTS.filter(owner => !hanging.includes(owner)).map(async owner => {
        const { data } = await rest.issues.listComments({ owner, repo: 'model', issue_number: 1 })
        return data.length > 0
      }),
    )
  }
})
