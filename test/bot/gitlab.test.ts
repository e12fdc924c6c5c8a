import { afterAll, describe, expect, it } from 'vitest'
import { readSettings } from '../../bot/settings/settings.ts'
import { startBot } from '../../bot/start.ts'
import { useDeploys } from '../commands/deploys.ts'
import { UNTIMED } from '../support/faults.ts'
import { TOKEN, useGitlab } from '../support/gitlab.ts'
import { handClock, settled } from './clock.ts'
import { hook, pushHook, SIGNING_TOKEN } from './gitlab-hooks.ts'

const gitlab = useGitlab()
const deploys = useDeploys()
const ended: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const stop of ended) await stop()
})

describe('the bot on GitLab', () => {
  it('promotes by itself what has come into an environment, with its own token and no App', async () => {
    const scene = await deploys.onGitlab(gitlab)
    await scene.promote([scene.release(1)], { environment: 'staging' })
    const clock = handClock()
    let log = ''
    const bot = await startBot({
      settings: readSettings({
        ASSAY_BOT_GITLAB_URL: gitlab.url.replace('/api/v4', ''),
        ASSAY_BOT_GITLAB_TOKEN: TOKEN.bot,
        ASSAY_BOT_GITLAB_SIGNING_TOKEN: SIGNING_TOKEN,
        HOST: '127.0.0.1',
        PORT: '0',
      }),
      env: {},
      write: line => {
        log += line
      },
      clock,
      safety: UNTIMED,
    })
    ended.push(bot.stop)
    const { headers, body } = hook(pushHook(scene.place.project), clock.now())
    const url = `http://127.0.0.1:${bot.port}/hooks/gitlab`
    const answer = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) })
    await clock.pass(1000)
    while (bot.counts().running > 0) await settled()

    expect(answer.status).toBe(202)
    const { open } = await (await scene.access()).repository.pullRequests!.ofBranch(
      `assay/promote/production/${scene.model}`,
      scene.place.base,
    )
    expect(open?.title).toBe(`Promote ${scene.model} 2026-05-01-0000001 to production`)
    expect(log).not.toContain(TOKEN.bot)
    expect(log).not.toContain(SIGNING_TOKEN.slice(6))
    expect(await fetch(url.replace('gitlab', 'github'), { method: 'POST' })).toMatchObject({ status: 404 })
  })
})
