import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { begun as beginIn, cookieIn, pageAt, writeFraud } from './page-scene.ts'
import { CLIENT_SECRET, useBot } from './scene.ts'

/** The page, from the sign-in to what somebody sees. */

const scene = useBot({
  env: { ASSAY_BOT_PAGE_URL: 'http://localhost', ASSAY_BOT_CLIENT_SECRET: CLIENT_SECRET },
})

beforeAll(() => writeFraud(scene))

const at = (path: string) => `http://127.0.0.1:${scene.bot.port}${path}`
const get = (path: string, cookie?: string) => pageAt(scene)(path, cookie)

async function begun(login: string, denies = false): Promise<{ back: URL; cookie: string }> {
  const { start, asked, ...rest } = await beginIn(scene, login, denies)
  expect(start.status).toBe(303)
  expect(asked.searchParams.get('code_challenge_method')).toBe('S256')
  return rest
}

async function signIn(login: string): Promise<string> {
  const { back, cookie } = await begun(login)
  const answer = await get(back.pathname + back.search, cookie)
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
  const set = answer.headers.getSetCookie().find(one => one.startsWith('assay-session='))!
  expect(set).toMatch(/; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax$/)
  return set.split(';')[0]!
}

describe('the page', () => {
  it('shows who may read the deploy repository what serves there and what waits', async () => {
    const ada = await signIn('ada')
    const answer = await get('/', ada)
    const html = await answer.text()

    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    )
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(html).toContain('<b>2026-05-01-0000001</b>')
    expect(html).toMatch(
      /<h2>Needs you \(1\)<\/h2>\n<ul>\n<li><a href="http:[^"]*\/acme\/deploy\/pull\/\d+">fraud in production<\/a>: 2026-05-01-0000001 waits for approval/,
    )
    const csv = await (await get('/page.csv', ada)).text()
    expect(csv.split('\r\n').map(line => line.split(',').slice(0, 4).join())).toEqual([
      'repository,model,environment,version',
      'acme/deploy,fraud,staging,2026-05-01-0000001',
      'acme/deploy,fraud,production,',
      '',
    ])
  })

  it('asks the forge once for all who look, and anew when something has happened', async () => {
    const ada = await signIn('ada')
    await get('/', ada)
    const { requests } = scene.github.world
    const before = requests.length
    await Promise.all(Array.from({ length: 5 }, () => get('/', ada)))
    expect(requests.slice(before)).toEqual([])

    await scene.github.control.role('acme/deploy', 'eve', 'read')
    await get('/', await signIn('eve'))
    const asked = requests.slice(before).filter(({ path }) => path.startsWith('/repos/acme/deploy'))
    expect(asked.map(({ path }) => path)).toEqual(['/repos/acme/deploy/collaborators/eve/permission'])
    await scene.github.control.role('acme/deploy', 'eve', 'none')
  })

  it('has a page for each model: where it is, what it waits for, how it came there', async () => {
    const ada = await signIn('ada')
    const answer = await get('/models/fraud?in=acme%2Fdeploy', ada)
    const html = await answer.text()

    expect(answer.status).toBe(200)
    expect(html).toMatch(/\/pull\/\d+">2026-05-01-0000001 into production<\/a><ul>\n<li>.*waits for approval/)
    expect(html).toMatch(/2026-05-01 09:00 UTC <small>60 min later, by ada<\/small>/)
    expect(html).toContain('/assay rollback staging fraud -- REASON')
    const { requests } = scene.github.world
    const before = requests.length
    await get('/models/fraud', ada)
    expect(requests.slice(before)).toEqual([])
  })

  it('has none for a model that is not there, or that somebody may not see: the same answer', async () => {
    const [ada, wim] = [await signIn('ada'), await signIn('wim')]
    const answers = [
      await get('/models/fraud', wim),
      await get('/models/fraud?in=acme%2Fdeploy', wim),
      await get('/models/nothing', wim),
      await get('/models/..%2f', wim),
    ]
    const texts = new Set(await Promise.all(answers.map(answer => answer.text())))

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
    expect(texts.size).toBe(1)
    expect((await get('/models/fraud?in=globex%2Fdeploy', ada)).status).toBe(404)
    expect((await get('/models/fraud')).status).toBe(401)
    expect((await get('/models/', ada)).status).toBe(404)
  })

  it('shows nothing of it to anybody else', async () => {
    const pages = [await get('/', await signIn('wim')), await get('/'), await get('/', 'assay-session=x.y')]
    const texts = await Promise.all(pages.map(page => page.text()))

    expect(pages.map(({ status }) => status)).toEqual([200, 401, 401])
    expect(texts.filter(text => /fraud|acme|deploy\//.test(text))).toEqual([])
    expect(texts[0]).toContain('0 models in 0 deploy repositories')
    const csv = await (await get('/page.csv', await signIn('wim'))).text()
    expect(csv.trim().split('\r\n')).toHaveLength(1)
    expect((await get('/page.csv')).status).toBe(401)
  })

  it('shows nothing to another account that has the login by now', async () => {
    await scene.github.control.role('acme/deploy', 'mia', 'read')
    const mia = await signIn('mia')
    scene.github.control.takeOver('mia')

    expect(await (await get('/', mia)).text()).not.toContain('fraud')
  })
})

describe('signing in', () => {
  beforeEach(() => scene.github.control.browse('ada'))

  it.each<[string, number, (back: URL, cookie: string) => [string, string | undefined]]>([
    ['in another browser', 400, back => [back.search, undefined]],
    ['with a cookie that nobody sealed', 400, (back, cookie) => [back.search, `${cookie}x`]],
    ['with two cookies', 400, (back, cookie) => [back.search, `${cookie}; ${cookie}`]],
    ['with another state', 400, (back, cookie) => [`?code=${back.searchParams.get('code')}&state=x`, cookie]],
    ['with two states', 400, (back, cookie) => [`${back.search}&state=x`, cookie]],
    ['without a code', 403, (back, cookie) => [`?state=${back.searchParams.get('state')}`, cookie]],
    [
      'with a code that is none',
      403,
      (back, cookie) => [`?code=abc&state=${back.searchParams.get('state')}`, cookie],
    ],
    [
      'with a session in its place',
      400,
      (back, cookie) => [back.search, cookie.replace('assay-sign-in', 'assay-session')],
    ],
  ])('is refused %s', async (_, status, change) => {
    const { back, cookie } = await begun('ada')
    const [search, sent] = change(back, cookie)
    const answer = await get(`/sign-in/back${search}`, sent)

    expect(answer.status).toBe(status)
    expect(cookieIn(answer, 'assay-session')).toBeUndefined()
    expect(await answer.text()).toContain('Nothing was changed.')
  })

  it('is refused where the person says no, and for a code that was used', async () => {
    const denied = await begun('ada', true)
    expect((await get(`/sign-in/back${denied.back.search}`, denied.cookie)).status).toBe(403)
    const { back, cookie } = await begun('ada')
    expect((await get(`/sign-in/back${back.search}`, cookie)).status).toBe(303)
    expect((await get(`/sign-in/back${back.search}`, cookie)).status).toBe(403)
  })

  it('takes the start of a sign-in for no session', async () => {
    const { cookie } = await begun('ada')
    expect((await get('/', cookie.replace('assay-sign-in', 'assay-session'))).status).toBe(401)
  })

  it('ends when asked, and writes no code, cookie or token to the log', async () => {
    const { back, cookie } = await begun('ada')
    const answer = await get(`/sign-in/back${back.search}`, cookie)
    const session = cookieIn(answer, 'assay-session')!
    const out = await fetch(at('/sign-out'), {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: session },
    })

    expect([out.status, cookieIn(out, 'assay-session')]).toEqual([303, 'assay-session='])
    const secrets = [
      back.searchParams.get('code')!,
      cookie.split('=')[1]!,
      session.split('=')[1]!,
      CLIENT_SECRET,
    ]
    expect(secrets.filter(secret => scene.log().includes(secret))).toEqual([])
    expect(scene.log()).not.toMatch(/ghu_/)
  })
})
