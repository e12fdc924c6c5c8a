import { describe, expect, it } from 'vitest'
import { forward } from '../../emulator/github/front.ts'
import { readRequest } from '../../emulator/github.ts'
import { failWith } from '../support/faults.ts'
import { alert, useAlerts } from './alert-scene.ts'

/** Alerts that were answered 503: whoever told of them believes that nobody knows of them. */

const DAY = 86_400_000
let isDown = false
/** What is to happen while the issue is written, before the forge says that it is. */
let onWrite: (() => Promise<unknown>) | undefined

const scene = useAlerts({
  answer: async (upstream, request, response) => {
    const read = await readRequest(request)
    if (isDown && read.path.startsWith('/repos/acme/model')) return failWith(response, { fault: 503 })
    const given = await forward(upstream, read)
    if (/^(POST|PATCH) .*\/issues(\/\d+)?$/.test(`${read.method} ${read.path}`)) {
      const happens = onWrite
      onWrite = undefined
      await happens?.()
    }
    response.writeHead(given.status, given.headers).end(given.body)
  },
})
const { send, sendOnce, issues, retrainings } = scene

describe('an alert that was not taken', () => {
  // Before any time has passed: the turns that bots take go by the clock of the forge too.
  it('is kept where another bot takes it before the first has taken it back', async () => {
    const other = await scene.another()
    const one = shift({ assay_environment: 'production' })
    let taken: number | undefined
    await tellTooSlowly(one, async () => {
      taken = await sendOnce([one], { port: other.port }).then(({ status }) => status)
    })
    // It stands there at that moment, and is about to be taken back.
    expect(taken).toBe(503)
    expect(await send([one], { port: other.port })).toBe(202)
    await scene.settled()
    expect((await issueOf('production'))?.state).toBe('open')
    expect(await send([{ ...one, status: 'resolved' }])).toBe(202)
    await scene.settled()
    expect((await issueOf('production'))?.state).toBe('closed')
    await other.stop()
  })

  it('is not carried out when the forge answers again: it may be over, and nobody says so', async () => {
    isDown = true
    expect((await sendOnce([shift()])).status).toBe(503)
    isDown = false
    await scene.pass(DAY)
    expect([await issueOf('staging'), await retrainings()]).toEqual([undefined, []])
  })

  it('does not come back by the bot that did not take it, nor does its end', async () => {
    const other = await scene.another()
    const [a, b] = [{ port: scene.bot.port }, { port: other.port }]
    const state = async () => (await issueOf('staging'))?.state
    const one = alert({ assay_kind: 'other' })
    const over = { ...one, status: 'resolved' }
    isDown = true
    expect((await sendOnce([one], a)).status).toBe(503)
    isDown = false
    expect([await send([one], b), await send([over], b)]).toEqual([202, 202])
    await scene.pass(DAY)
    expect(await state()).toBe('closed')

    expect(await send([one], b)).toBe(202)
    isDown = true
    expect((await sendOnce([over], a)).status).toBe(503)
    isDown = false
    expect([await send([over], b), await send([one], b)]).toEqual([202, 202])
    await scene.pass(DAY)
    expect(await state()).toBe('open')
    await other.stop()
  })

  it('is taken back by a look that was writing it, and trains nothing', async () => {
    const before = await retrainings()
    const one = shift({ assay_environment: 'production' })
    await tellTooSlowly(one)
    expect([(await issueOf('production'))?.state, await retrainings()]).toEqual(['closed', before])
    await scene.pass(DAY)
    expect([(await issueOf('production'))?.state, await retrainings()]).toEqual(['closed', before])

    expect(await send([one])).toBe(202)
    await scene.settled()
    expect((await issueOf('production'))?.state).toBe('open')
  })

  it('fires still where that it is over was not taken', async () => {
    const one = shift({ assay_environment: 'production' })
    const other = { ...one, fingerprint: 'b2' }
    await send([other])
    await scene.settled()
    const before = (await issueOf('production'))?.body
    await tellTooSlowly({ ...one, status: 'resolved' })
    expect(await issueOf('production')).toMatchObject({ state: 'open', body: before })
    expect(await send([one, other].map(told => ({ ...told, status: 'resolved' })))).toBe(202)
    await scene.settled()
    expect((await issueOf('production'))?.state).toBe('closed')
  })
})

describe('an alert that cannot be read', () => {
  const all = (change: object) => alert({ assay_kind: 'other' }, { fingerprint: 'ff', ...change })
  const delivery = () =>
    scene.lines().findLast(({ message, event }) => message === 'delivery' && event === 'alerts')

  it('costs no other of its group: a long text is cut, the rest is counted in the log', async () => {
    const long = all({
      fingerprint: 'f1',
      startsAt: '2026-11-29T12:58:55.123456789Z',
      annotations: { summary: 'far too long', description: 'x'.repeat(9000), ['n'.repeat(300)]: 'y' },
    })
    const bad = [all({ fingerprint: 'x' }), all({ startsAt: 'yesterday' }), {}, []]
    expect(await send([...bad, long])).toBe(202)
    const { body } = (await issueOf('staging'))!
    expect(body).toContain('far too long')
    expect(delivery()).toMatchObject({ end: 'taken', why: '4 of its alerts are not what Alertmanager sends' })

    expect(await send(bad)).toBe(400)
    expect(delivery()).toMatchObject({ end: 'refused' })
  })
})

describe('an issue that has no more room', () => {
  it('is not over before all are that fire, however many', async () => {
    const many = Array.from({ length: 150 }, (_, at) =>
      alert({ assay_kind: 'other', assay_environment: 'production' }, { fingerprint: `d${at}` }),
    )
    const over = many.map(one => ({ ...one, status: 'resolved' }))
    expect(await send(many)).toBe(202)
    await scene.settled()
    expect((await issueOf('production'))?.body).toContain('- and 130 more')
    expect(await send(over.slice(0, 100))).toBe(202)
    await scene.settled()
    expect(await issueOf('production')).toMatchObject({
      state: 'open',
      body: expect.stringContaining('- and 30 more'),
    })
    expect(await send(over.slice(100))).toBe(202)
    await scene.settled()
    expect((await issueOf('production'))?.state).toBe('closed')
  })

  const title = 'Alert: churn'
  const issue = async () => (await issues()).find(one => one.title === title)
  const texts = { summary: '<&@#'.repeat(500) }
  const all = Array.from({ length: 20 }, (_, at) =>
    alert(
      { alertname: '<'.repeat(300), severity: '&'.repeat(200), assay_kind: 'other', assay_model: 'churn' },
      { fingerprint: `c${at}`, annotations: texts, startsAt: '2026-11-29T01:00:00Z' },
    ),
  )

  it('takes alerts all the same: the report and their texts give way, and they end as others do', async () => {
    const report = '| `feature_of_a_wide_model` | 0.31 | moved |\n'.repeat(1400).trimEnd()
    await scene.ada.issues.create({
      owner: 'acme',
      repo: 'model',
      title,
      body: `<!-- assay-alert:churn/- -->\n<!-- assay:drift v1 -->\n${report}\n<!-- assay:drift end -->\n`,
      labels: ['assay-alert'],
    })
    expect(await send(all)).toBe(202)
    await scene.settled()
    const { body, state } = (await issue())!
    expect([state, body.match(/^- .*since 2026/gm)?.length]).toEqual(['open', 20])
    expect(body.length).toBeLessThan(60_000)
    expect(body).toContain('| `feature_of_a_wide_model` | 0.31 | moved |\n')
    expect(body).toContain('The rest is in the files of the run.')

    expect(await send(all)).toBe(202)
    await scene.settled()
    expect((await issue())!.body === body).toBe(true)
    expect(scene.bot.counts()).toMatchObject({ waiting: 0, running: 0 })
    expect(await send(all.map(one => ({ ...one, status: 'resolved' })))).toBe(202)
    await scene.settled()
    expect((await issue())!.state).toBe('closed')
  })
})

// --- internal ---

async function issueOf(environment: string) {
  return (await issues()).find(({ title }) => title.endsWith(environment))
}

/** Of an alert whose issue is written when the answer is too late. */
async function tellTooSlowly(one: object, meanwhile?: () => Promise<void>): Promise<void> {
  const [writing, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let isWriting = false
  onWrite = async () => {
    isWriting = true
    writing.resolve()
    await answer.promise
    await meanwhile?.()
  }
  // Again where this machine is so busy that the time was over before the issue was written.
  do {
    const told = sendOnce([one])
    await Promise.race([writing.promise, told])
    scene.tooLong()
    expect((await told).status).toBe(503)
  } while (!isWriting)
  answer.resolve()
  await scene.settled()
}

function shift(labels: Record<string, string> = {}) {
  return alert({ assay_kind: 'shift', assay_release: scene.version, ...labels })
}
