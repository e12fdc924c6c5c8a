import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rowId } from '../../src/core/page/rows.ts'
import { pageAt, signedIn, writeFraud } from './page-scene.ts'
import { CLIENT_SECRET, useBot } from './scene.ts'

/** What somebody who has the page open is told, and what they get for it. */

const scene = useBot({
  env: { ASSAY_BOT_PAGE_URL: 'http://localhost', ASSAY_BOT_CLIENT_SECRET: CLIENT_SECRET },
})
beforeAll(() => writeFraud(scene))
const streams: AbortController[] = []
afterAll(() => {
  for (const stream of streams) stream.abort()
})
const get = (path: string, cookie?: string) => pageAt(scene)(path, cookie)

/** What was told to somebody so far. */
async function told(cookie: string): Promise<string[]> {
  const stream = new AbortController()
  streams.push(stream)
  const url = `http://127.0.0.1:${scene.bot.port}/events`
  const answer = await fetch(url, { headers: { cookie }, signal: stream.signal })
  expect(answer.status).toBe(200)
  const data: string[] = []
  void (async () => {
    for await (const bytes of answer.body!)
      data.push(
        ...[
          ...Buffer.from(bytes)
            .toString()
            .matchAll(/^data: (.*)$/gm),
        ].map(([, one]) => one!),
      )
  })().catch(() => {})
  await once(() => data.length > 0)
  return data
}

async function once(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 5))
}

/** Texts of rows of the page, empty where the row is the one that somebody has. */
function rowsOf(html: string): Record<string, string> {
  return Object.fromEntries(
    [...html.matchAll(/<tr id=(\w+)>(.*?)(?=\n)/g)].map(([, id, text]) => [
      id,
      text!.replace(/<[^>]*>/g, ' '),
    ]),
  )
}
const atOf = (html: string) => /<main id="main" data-at="(\d+)">/.exec(html)![1]!
const FRAUD = rowId('acme/deploy', 'fraud')

describe('an open page', () => {
  it('is told which rows have changed, gets those alone, and nobody else hears that anything happened', async () => {
    const [ada, wim] = [await signedIn(scene, 'ada'), await signedIn(scene, 'wim')]
    const before = await (await get('/', ada)).text()
    expect(rowsOf(before)).toEqual({ [FRAUD]: expect.stringContaining('2026-05-01-0000001') })
    const toAda = await told(ada)
    expect((await get('/events', wim)).status).toBe(404)
    const open = await scene.ada.pulls.list({ owner: 'acme', repo: 'deploy', state: 'open' })
    await scene.ada.pulls.merge({ owner: 'acme', repo: 'deploy', pull_number: open.data[0]!.number })
    await once(() => toAda.includes(FRAUD))

    const since = atOf(before)
    const news = await (await get(`/?since=${since}`, ada)).text()
    expect(rowsOf(news)[FRAUD]).toMatch(/2026-05-01-0000001.*2026-05-01-0000001/)
    expect(news).toContain('<h2>Needs you (0)</h2>')
    await scene.pass(1)
    const known = await (await get(`/?since=${Number(atOf(news)) + 1}`, ada)).text()
    expect(rowsOf(known)).toEqual({ [FRAUD]: '' })
    expect(known).toContain('<h2>Needs you (0)</h2>')
    await scene.settled()
    expect(new Set(toAda)).toEqual(new Set(['*', FRAUD]))
  })

  it('asks who may read it no more often than a page that is not live', async () => {
    await scene.github.control.role('acme/deploy', 'eve', 'read')
    const eve = await signedIn(scene, 'eve')
    expect(await (await get('/', eve)).text()).toContain('fraud')
    const { requests } = scene.github.world
    const before = requests.length
    const toEve = await told(eve)
    await get('/?since=1', eve)
    const asked = requests.slice(before).filter(({ path }) => path.includes('/eve/permission'))

    expect([toEve, asked]).toEqual([['*'], []])
    await scene.github.control.role('acme/deploy', 'eve', 'none')
  })

  it('takes no other word for since when somebody has what they see', async () => {
    const ada = await signedIn(scene, 'ada')
    for (const since of [
      '',
      '-1',
      'x',
      '1e9',
      '99999999999999999',
      '999999999999999',
      `${atOf(await (await get('/', ada)).text())}0`,
    ])
      expect(rowsOf(await (await get(`/?since=${since}`, ada)).text())[FRAUD]).toContain('fraud')
  })

  it('shows somebody whose right was taken away no more than they have, whatever they say that it is', async () => {
    await scene.github.control.role('acme/deploy', 'eve', 'read')
    const eve = await signedIn(scene, 'eve')
    await scene.pass(1000)
    const at = atOf(await (await get('/', eve)).text())
    await scene.github.control.role('acme/deploy', 'eve', 'none')
    await scene.pass(120_000)
    const now = `${Number(at) + 60_000}`
    const asked = [
      ['/?since=999999999999999', '/page.csv?since=999999999999999', `/page.csv?since=${now}`],
      // Within ten minutes they are told that nothing is new: rows without words.
      [`/?since=${now}`],
    ]
    const [all, known] = await Promise.all(
      asked.map(paths => Promise.all(paths.map(async path => (await get(path, eve)).text()))),
    )

    expect(all!.filter(text => /fraud/.test(text))).toEqual([])
    expect(rowsOf(known![0]!)[FRAUD] ?? '').toBe('')
  })

  it('is told nothing without a sign-in, and one person has so many streams', async () => {
    await scene.github.control.role('acme/deploy', 'mia', 'read')
    const mia = await signedIn(scene, 'mia')
    expect((await get('/events')).status).toBe(401)
    for (let open = 0; open < 20; open++) await told(mia)
    const more = await get('/events', mia)

    expect([more.status, more.headers.get('retry-after')]).toEqual([429, '60'])
  })

  it('costs ever fewer calls where its reader may read nothing', async () => {
    const wim = await signedIn(scene, 'wim')
    const asked = () =>
      scene.github.world.requests.filter(({ path }) => path.includes('/wim/permission')).length
    const before = asked()
    for (let minutes = 0; minutes < 60; minutes++) {
      await Promise.all([get('/', wim), get('/events', wim), get('/health', wim)])
      await scene.pass(60_001)
    }
    // After one minute, two, four, eight, and then ten each.
    expect(asked() - before).toBeLessThanOrEqual(9)
  })
})
