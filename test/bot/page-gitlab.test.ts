import { beforeAll, describe, expect, it } from 'vitest'
import { useDeploys } from '../commands/deploys.ts'
import { gitlabPlace } from '../forges/deploy-places.ts'
import { useGitlab } from '../support/gitlab.ts'
import { APPLICATION } from '../support/gitlab-oauth.ts'
import { useGitlabBot } from './gitlab-bot.ts'
import { pushHook } from './gitlab-hooks.ts'
import { cookieIn } from './page-scene.ts'

/** The page for people on GitLab, from the sign-in on. */

const HOUR = 3_600_000
const gitlab = useGitlab()
const deploys = useDeploys()
let model: string
let project: string
const bot = useGitlabBot(gitlab, async () => {
  const scene = await deploys.onGitlab(gitlab)
  await scene.promote([scene.release(1)], { environment: 'staging' })
  model = scene.model
  project = scene.place.project!
  return {
    ASSAY_BOT_PAGE_URL: 'http://localhost',
    ASSAY_BOT_GITLAB_CLIENT_ID: APPLICATION.id,
    ASSAY_BOT_GITLAB_CLIENT_SECRET: APPLICATION.secret,
  }
})
beforeAll(async () => {
  await bot.tell(pushHook(project))
})

const get = (path: string, cookie?: string) =>
  fetch(bot.at(path), { redirect: 'manual', headers: cookie === undefined ? {} : { cookie } })

async function begun(user: string): Promise<{ back: URL; cookie: string }> {
  gitlab.browse(user)
  const start = await get('/sign-in/gitlab')
  const there = await fetch(start.headers.get('location')!, { redirect: 'manual' })
  expect(there.status).toBe(302)
  return { back: new URL(there.headers.get('location')!), cookie: cookieIn(start, 'assay-sign-in')! }
}

async function signIn(user: string): Promise<string> {
  const { back, cookie } = await begun(user)
  const answer = await get(back.pathname + back.search, cookie)
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
  return cookieIn(answer, 'assay-session')!
}

describe('the page on GitLab', () => {
  it('names the way to sign in, and shows a member what serves and whether it needs them', async () => {
    expect(await (await get('/')).text()).toContain('<a href="/sign-in/gitlab">Sign in with GitLab</a>')
    const [maintainer, reporter] = [await signIn('maintainer'), await signIn('octo')]
    const [all, read] = await Promise.all(
      [maintainer, reporter].map(async one => await (await get('/', one)).text()),
    )

    expect(all).toContain('<b>2026-05-01-0000001</b>')
    expect(all).toContain('<h2>Needs you (1)</h2>')
    expect(all).toMatch(new RegExp(`/merge_requests/\\d+">${model} in production</a>`))
    expect(read).toContain('<h2>Needs you (0)</h2>')
    expect(read).toContain('<b>2026-05-01-0000001</b>')
    expect((await get(`/models/${model}`, reporter)).status).toBe(200)
  })

  it('shows nothing to somebody who is no member, in whatever way they ask', async () => {
    const outsider = await signIn('outsider')
    const page = await (await get('/', outsider)).text()

    expect(page).toContain('0 models in 0 deploy repositories')
    expect(page).not.toContain(project)
    expect((await get(`/models/${model}`, outsider)).status).toBe(404)
    expect((await (await get('/page.csv', outsider)).text()).trim().split('\r\n')).toHaveLength(1)
    gitlab.double.state().projects[project]!.visibility = 'public'
    await bot.pass(61_000)
    expect(await (await get('/', outsider)).text()).toContain('1 model in 1 deploy repository')
  })

  it('says to those who may read it which hooks are not there, and of how many nobody can tell', async () => {
    const state = gitlab.double.state()
    state.projects[project]!.visibility = 'private'
    const wrong = await (await get('/health', await signIn('maintainer'))).text()
    expect(wrong).toContain(`<strong>No hook tells of ${project}</strong>: add one that calls /hooks/gitlab`)
    state.hidesHooks = [project]
    await bot.pass(HOUR)
    expect((await get('/health', await signIn('outsider'))).status).toBe(404)
    const unseen = await (await get('/health', await signIn('maintainer'))).text()
    expect(unseen).toContain('Wrong now (0)')
    expect(unseen).toContain('those of 1 cannot be looked at: the bot has no role there that may')
  })

  it('says of a project with models that the bot may do more there than it needs', async () => {
    const state = gitlab.double.state()
    const trained = await gitlabPlace(gitlab, { 'assay.yml': 'model: fraud\nmetrics: metrics.json\n' })
    await bot.tell(pushHook(trained.project!))
    state.hidesHooks = [project, trained.project!]
    await bot.pass(HOUR)
    expect(await (await get('/health', await signIn('maintainer'))).text()).toContain('Wrong now (0)')
    state.levels.project_1_bot = 40
    await bot.pass(HOUR)
    const wrong = await (await get('/health', await signIn('maintainer'))).text()
    expect(wrong).toContain(`<strong>The bot maintains ${trained.project}, where a developer`)
    // In the one that is deployed from, it may be that it has to merge.
    expect(wrong).toContain('Wrong now (1)')
    state.levels.project_1_bot = 30
  })

  it('signs in nobody with a used code, a bot, or a sign-in that was begun at the other forge', async () => {
    const { back, cookie } = await begun('maintainer')
    expect((await get(back.pathname + back.search, cookie)).status).toBe(303)
    expect((await get(back.pathname + back.search, cookie)).status).toBe(403)
    const robot = await begun('project_1_bot')
    expect((await get(robot.back.pathname + robot.back.search, robot.cookie)).status).toBe(403)
    expect((await get(`/sign-in/back${robot.back.search}`, robot.cookie)).status).toBe(404)
    expect((await get('/sign-in')).status).toBe(404)
  })

  it('writes no code and no secret to its log', async () => {
    const { back, cookie } = await begun('maintainer')
    await get(back.pathname + back.search, cookie)
    const secrets = [back.searchParams.get('code')!, cookie.split('=')[1]!, APPLICATION.secret]
    expect(secrets.filter(secret => bot.log().includes(secret))).toEqual([])
  })
})
