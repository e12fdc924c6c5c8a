import { createHmac } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type Collector,
  type CollectSettings,
  startCollector,
} from '../../../src/commands/collecting/collector.ts'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { renderCanary } from '../../../src/core/release/canary-file.ts'
import { renderRelease } from '../../../src/core/release/record-file.ts'
import { profileHash, renderProfile } from '../../../src/core/traffic/profile/profile-file.ts'
import { canaryFile } from '../../support/canaries.ts'
import { capturedExchanges } from '../../support/captured.ts'
import { testFolder } from '../../support/git-repository.ts'
import { profileOf } from '../../support/profiles.ts'
import { release } from '../../support/releases.ts'
import { logged, NOW, RELEASE } from '../../support/traffic.ts'

/** The collector over its sockets and files. */

const TOKEN = '9d1f0c77be52a3486e'
const OTHER = '44c0be1f97a2d38e55'
const OF_CHURN = '1f0c77be52a3486e9d'
const OF_PRICE = '0c77be52a3486e9d1f'
const { folder, remove } = testFolder()
const profiles = join(folder, 'profiles')
const settings = {
  profiles,
  tokens: join(folder, 'tokens'),
  host: '127.0.0.1',
  port: 0,
  networkPort: 0,
  environment: 'staging',
  labelTimes: { delay: 0, window: 30 * 86_400_000 },
  canary: { settle: 0, most: 10_000 },
  locks: join(folder, 'locks'),
} satisfies CollectSettings
let said: string[] = []
const log = { info: (text: string) => void said.push(text), warn: (text: string) => void said.push(text) }
const start = (more: Partial<CollectSettings> = {}) =>
  startCollector({ ...settings, ...more }, { now: () => NOW, log })

function addProfile(place: string, model = 'churn', name = 'model-profile.json'): void {
  mkdirSync(join(profiles, place), { recursive: true })
  writeFileSync(join(profiles, place, name), renderProfile(profileOf({ model })))
}

let collector: Collector
beforeAll(async () => {
  writeFileSync(settings.tokens, `${TOKEN}\n${OF_CHURN}\tchurn/staging\n${OF_PRICE} price churn/production\n`)
  addProfile(`churn/${RELEASE}`)
  collector = await start()
})
beforeEach(() => {
  said = []
})
afterAll(async () => {
  await collector.stop()
  remove()
})

const EVENT = { features: { age: 41, plan: 'pro' }, prediction: 1, score: 0.9 }
const url = (path: string, port = collector.port) => `http://127.0.0.1:${port}${path}`
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` }

async function send(
  body: unknown,
  path = `/v1/events/churn/${RELEASE}`,
  init: RequestInit = {},
): Promise<number> {
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  const { status } = await fetch(url(path), {
    method: 'POST',
    body: text as string,
    headers: AUTHORIZED,
    ...init,
  })
  return status
}

/** One number of what Prometheus reads. */
async function metric(part: string): Promise<number> {
  const text = await (await fetch(url('/metrics'), { headers: AUTHORIZED })).text()
  return Number(
    text
      .split('\n')
      .find(line => line.includes(part))
      ?.split(' ')
      .at(-1),
  )
}

describe('assay collect', () => {
  it('counts an event that has a token, by its address or by itself', async () => {
    expect(await send(EVENT)).toBe(202)
    expect(await send({ ...EVENT, model: 'churn', release: RELEASE }, '/v1/events')).toBe(202)
    expect(await send(gzipSync(JSON.stringify(EVENT)))).toBe(202)

    await vi.waitFor(async () => expect(await metric('feature="age",bin="2"')).toBe(3))
    const answer = await fetch(url('/v1/counts?window=15m&model=churn'), { headers: AUTHORIZED })
    const { counts } = (await answer.json()) as { counts: { features: Record<string, number[]> }[] }
    expect(counts).toHaveLength(1)
    expect(counts[0]).toMatchObject({
      model: 'churn',
      release: RELEASE,
      environment: 'staging',
      restarted: true,
      events: { counted: 3 },
      features: { age: [0, 0, 3, 0, 0, 0] },
    })
  })

  it.each([
    ['POST', '/v1/events'],
    ['POST', `/v1/events/churn/${RELEASE}`],
    ['GET', '/v1/counts'],
    ['GET', '/metrics'],
  ])('answers %s %s to nobody without a token', async (method, path) => {
    for (const authorization of [
      undefined,
      '',
      'Bearer',
      `Bearer ${OTHER}`,
      `Bearer ${TOKEN}x`,
      `Basic ${TOKEN}`,
    ]) {
      const headers = authorization === undefined ? {} : { authorization }
      const answer = await fetch(url(path), { method, headers, ...(method === 'POST' && { body: '{}' }) })
      expect(answer.status).toBe(401)
      expect(await answer.text()).toBe('Unauthorized\n')
    }
  })

  it('lets a token of some models read and send what is of them, and knows nothing of others', async () => {
    const [own, others] = [OF_CHURN, OF_PRICE].map(token => ({ authorization: `Bearer ${token}` }))
    const read = async (path: string, headers: Record<string, string> | undefined) => {
      const answer = await fetch(url(path), { headers: headers! })
      return [answer.status, await answer.text()] as const
    }
    for (const path of ['/v1/counts', '/v1/canary-counts']) {
      expect((await read(`${path}?model=churn`, own))[0]).toBe(200)
      // Of the same model in another environment as well, which is not this one.
      expect(await read(`${path}?model=churn`, others)).toEqual(await read(`${path}?model=nothing`, others))
      expect((await read(`${path}?model=churn`, others))[0]).toBe(404)
      expect(JSON.parse((await read(path, others))[1])).toEqual({ counts: [] })
    }
    expect(JSON.parse((await read('/v1/counts', own))[1]).counts).toHaveLength(1)
    expect((await read('/metrics', own))[0]).toBe(403)

    const before = await metric('assay_events_total{model="churn"')
    expect(await send(EVENT, undefined, { headers: own! })).toBe(202)
    expect(await send(EVENT, undefined, { headers: others! })).toBe(404)
    await vi.waitFor(async () => expect(await metric('assay_events_total{model="churn"')).toBe(before + 1))
    for (const path of ['/v1/events', '/v1/outcomes'])
      expect(await send({ ...EVENT, model: 'churn', release: RELEASE }, path, { headers: own! })).toBe(403)
    const live = new URLSearchParams({ model: 'churn', key: 'a/b@5', live: '2020-01-01T00:00:00Z' })
    const post = (headers: Record<string, string> | undefined) =>
      fetch(url('/v1/canary-counts'), { method: 'POST', body: live, headers: headers! })
    expect([(await post(own)).status, (await post(others)).status]).toEqual([200, 404])
    live.set('release', RELEASE)
    const back = (headers: Record<string, string> | undefined) =>
      fetch(url('/v1/taken-back'), { method: 'POST', body: live, headers: headers! })
    expect([(await back(own)).status, (await back(others)).status]).toEqual([200, 404])
  })

  it('takes events of those who can send no header at the port for them, and nothing else', async () => {
    const post = (path: string, body: object, headers = {}) =>
      fetch(url(path, collector.networkPort), { method: 'POST', body: JSON.stringify(body), headers })
    const path = `/v1/events/churn/${RELEASE}`

    const statuses = [
      await post(path, { instances: [[10, 'basic']] }, logged('request', 'n')),
      await post(path, { predictions: [0] }, logged('response', 'n')),
      await post('/v1/events', EVENT),
      await post('/v1/events/churn', EVENT),
      await post(`${path}/more`, EVENT),
      await fetch(url('/metrics', collector.networkPort), { headers: AUTHORIZED }),
      await fetch(url('/v1/counts', collector.networkPort), { headers: AUTHORIZED }),
    ].map(({ status }) => status)

    expect(statuses).toEqual([202, 202, 404, 404, 404, 404, 404])
    await vi.waitFor(async () => expect(await metric('result="counted",trust="network"')).toBe(1))
  })

  it('takes what real servers were sent and answered, binary or packed, from a logger', async () => {
    const place = url(`/v1/events/churn/${RELEASE}`, collector.networkPort)
    const before = await metric('result="counted",trust="network"')
    const exchanges = [...capturedExchanges('kserve'), ...capturedExchanges('mlserver')].filter(
      ({ rows, request }) =>
        rows === 'wide' || (rows === 'mixed' && request.headers['content-type']!.includes('octet')),
    )

    for (const { name, request, response } of exchanges)
      for (const [part, { bytes }] of Object.entries({ request, response })) {
        const type = { 'content-type': request.headers['content-type'] }
        const headers = logged(part as 'request', name, type)
        await fetch(place, { method: 'POST', body: bytes as unknown as string, headers })
      }

    expect(exchanges).toHaveLength(2)
    await vi.waitFor(async () => expect(await metric('result="counted",trust="network"')).toBe(before + 2))
  })

  it.each(['0m', '-1h', '25h', '2d', '90s', 'x', '1441m', ''])(
    'says what a window may be for %s',
    async window => {
      const answer = await fetch(url(`/v1/counts?window=${window}`), { headers: AUTHORIZED })

      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain('`15m`, `1h` or `1d`')
    },
  )

  it('knows no counts of a model without a profile', async () => {
    for (const model of ['fraud', '__proto__', ''])
      expect((await fetch(url(`/v1/counts?model=${model}`), { headers: AUTHORIZED })).status).toBe(404)
  })

  it('counts what it does not read: too large a body, under its name', async () => {
    const before = await metric('result="rejected",trust="token"')

    expect(await send('x'.repeat(4 * 1024 * 1024 + 1)).catch(() => 413)).toBe(413)

    await vi.waitFor(async () => expect(await metric('result="rejected",trust="token"')).toBe(before + 1))
  })

  it('says no value of a row in any log, whatever comes', async () => {
    const secret = 'alice@example.com'
    for (const body of [
      `{"features": {"age": "${secret}"`,
      { features: { age: secret } },
      { features: [secret] },
      secret,
    ])
      await send(body)
    await send({ ...EVENT, model: secret, release: secret }, '/v1/events')
    await collector.reread()

    expect(said.join('\n')).not.toContain(secret)
  })

  it('takes outcomes with receipts of any key that lies in its folder, and keeps the keys it has where one is none', async () => {
    const keys = join(folder, 'keys')
    mkdirSync(keys, { recursive: true })
    const [first, second] = ['8a61d09be7f2c4355d', 'c70be1f9a2d3584e61']
    writeFileSync(join(keys, 'k1'), `${first}\n`)
    const other = await start({ receiptKeys: keys, locks: join(folder, 'outcomes') })
    const told = async (id: string, name: string, key: string) => {
      const signed = `${RELEASE}|${NOW / 1000}|1|1|${id}|${name}`
      const mac = createHmac('sha256', key).update(`churn|${signed}`).digest().subarray(0, 16)
      const body = JSON.stringify({
        model: 'churn',
        receipt: `${signed}.${mac.toString('base64url')}`,
        label: 1,
      })
      const init = { method: 'POST', body, headers: AUTHORIZED }
      expect((await fetch(url('/v1/outcomes', other.port), init)).status).toBe(202)
    }
    const labelled = () => other.traffic.counts({ minutes: 1 }, NOW)[0]!.labels!.get('1')![1]

    await told('a', 'k1', first!)
    writeFileSync(join(keys, 'k2'), second!)
    await other.reread()
    await told('b', 'k2', second!)
    await told('c', 'k2', first!)
    writeFileSync(join(keys, 'k3'), 'changeme')
    await other.reread()
    await told('d', 'k1', first!)

    await vi.waitFor(() => expect(labelled()).toBe(3))
    expect(said.join('\n')).toContain('the keys for receipts stay as they were: the key k3 is too short')
    await other.stop()
    expect((await fetch(url('/v1/outcomes'), { method: 'POST', body: '{}' })).status).toBe(401)
    await expect(start({ receiptKeys: keys, locks: join(folder, 'outcomes') })).rejects.toThrow()
  })

  it('reads tokens again, several at a time, and keeps those that it has where none can be read', async () => {
    const status = async (token: string) =>
      (await fetch(url('/metrics'), { headers: { authorization: `Bearer ${token}` } })).status

    writeFileSync(settings.tokens, `${TOKEN}\n\n  ${OTHER}  \n`)
    await collector.reread()
    expect([await status(TOKEN), await status(OTHER)]).toEqual([200, 200])

    for (const wrong of ['', 'short\n', 'changeme-changeme-changeme\n']) {
      writeFileSync(settings.tokens, wrong)
      await collector.reread()
    }
    expect([await status(TOKEN), await status(OTHER)]).toEqual([200, 200])
    expect(said.join('\n')).toContain('the tokens stay as they were')
    expect(said.join('\n')).not.toContain('changeme')

    writeFileSync(settings.tokens, `${TOKEN}\n`)
    await collector.reread()
    expect([await status(TOKEN), await status(OTHER)]).toEqual([200, 401])
  })

  it('reads profiles again: those of a mount, of a folder with its record, and those that are gone', async () => {
    const releases = () =>
      collector.traffic.counts({ minutes: 1 }, NOW).map(one => `${one.model} ${one.release}`)
    await send(EVENT)
    // What a cluster mounts: links to a hidden folder, which is replaced as a whole.
    mkdirSync(join(profiles, '..2026/price/v1'), { recursive: true })
    writeFileSync(
      join(profiles, '..2026/price/v1/model-profile.json'),
      renderProfile(profileOf({ model: 'price' })),
    )
    symlinkSync('..2026', join(profiles, '..data'))
    symlinkSync('..data/price', join(profiles, 'price'))
    // As a clone of a deploy repository has it.
    addProfile('fraud', 'fraud', 'model-profile.yaml')
    writeFileSync(
      join(profiles, 'fraud', 'model-release.yaml'),
      renderRelease(release(7, 'fraud', { version: 'v7' })),
    )
    // As a promotion has the ConfigMap of a large one: packed, and its release beside it.
    mkdirSync(join(profiles, 'wide'))
    writeFileSync(
      join(profiles, 'wide/model-profile.json.gz'),
      gzipSync(renderProfile(profileOf({ model: 'wide' }))),
    )
    writeFileSync(join(profiles, 'wide/release'), 'v3+1\n')
    await collector.reread()
    expect(releases()).toEqual([`churn ${RELEASE}`, 'fraud v7', 'price v1', 'wide v3+1'])
    writeFileSync(join(profiles, 'wide/release'), 'v4')
    await collector.reread()
    expect(releases()).toContain('wide v4')

    for (const name of ['price', '..data', '..2026', 'fraud', 'wide'])
      rmSync(join(profiles, name), { recursive: true })
    await collector.reread()
    expect(releases()).toEqual([`churn ${RELEASE}`])
    expect(await metric(`release="${RELEASE}",environment="staging",feature="age",bin="2"`)).toBeGreaterThan(
      0,
    )
  })

  it('goes on with the profile that it has where the file breaks, and says so once', async () => {
    const file = join(profiles, `churn/${RELEASE}/model-profile.json`)
    renameSync(file, `${file}.kept`)
    writeFileSync(file, '{"version": 1, "model": "alice@example.com"')
    await collector.reread()
    await collector.reread()

    expect(collector.traffic.knows('churn', RELEASE)).toBe(true)
    expect(said.filter(text => text.includes('not counted by'))).toHaveLength(1)
    expect(said.join('\n')).not.toContain('alice')
    renameSync(`${file}.kept`, file)
    await collector.reread()
  })

  it('counts on in the bins that it began with where the release has another profile, and says so once', async () => {
    const place = join(profiles, 'again/v1/model-profile.json')
    addProfile('again/v1', 'again')
    await collector.reread()
    writeFileSync(place, renderProfile(profileOf({ model: 'again', data: { hash: '1'.repeat(64) } })))
    await collector.reread()
    await collector.reread()

    const told = said.filter(text => text.includes('another profile'))
    expect(told).toEqual([
      'again v1 has another profile now, and is counted in the bins of the one before: start this anew, or give the release a name of its own',
    ])
    expect(collector.traffic.counts({ model: 'again', minutes: 1 }, NOW)[0]!.profile).toBe(
      profileHash(profileOf({ model: 'again' })),
    )
    rmSync(join(profiles, 'again'), { recursive: true })
    await collector.reread()
  })

  it('is one process for a model: a second one does not start, and one for another model does', async () => {
    const others = join(folder, 'others')
    mkdirSync(join(others, 'fraud/v1'), { recursive: true })
    writeFileSync(join(others, 'fraud/v1/model-profile.json'), renderProfile(profileOf({ model: 'fraud' })))
    writeFileSync(
      join(settings.locks, 'assay-other.lock'),
      JSON.stringify({ host: 'another-machine', pid: 7, since: NOW }),
    )

    // The lock of this very process is that of an earlier life, as far as it can tell; so the holder is another machine.
    mkdirSync(join(others, 'other/v1'), { recursive: true })
    writeFileSync(join(others, 'other/v1/model-profile.json'), renderProfile(profileOf({ model: 'other' })))
    await expect(
      startCollector({ ...settings, profiles: others }, { now: Date.now, log }),
    ).rejects.toMatchObject({
      code: 'COLLECT_SETTINGS',
      problems: [{ what: 'other is counted by process 7 on another-machine' }],
    })

    rmSync(join(others, 'other'), { recursive: true })
    const second = await start({ profiles: others })
    await second.stop()
  })

  it.each([
    ['no token', '\n'],
    ['a token that anybody would try', 'password-password-password'],
    ['no file', undefined],
  ])('does not start with %s', async (_, text) => {
    const tokens = join(folder, 'others-tokens')
    rmSync(tokens, { force: true })
    if (text !== undefined) writeFileSync(tokens, text)

    await expect(start({ tokens })).rejects.toThrow()
  })

  it('says which port it cannot have', async () => {
    await expect(start({ port: collector.port, locks: join(folder, 'free') })).rejects.toMatchObject({
      problems: [{ fix: 'choose another with `--port`' }],
    })
  })
})

describe('a collector that is told to stop', () => {
  it('counts what it has taken, and takes no more', async () => {
    const last = await start({ locks: join(folder, 'last') })
    const path = `/v1/events/churn/${RELEASE}`
    const statuses = await Promise.all(
      Array.from({ length: 50 }, () =>
        fetch(url(path, last.port), { method: 'POST', body: JSON.stringify(EVENT), headers: AUTHORIZED }),
      ),
    )
    await last.stop()

    expect(statuses.every(({ status }) => status === 202)).toBe(true)
    expect(last.traffic.counts({ minutes: 1 }, NOW)[0]!.events.counted).toBe(50)
    await expect(fetch(url(path, last.port), { method: 'POST', body: '{}' })).rejects.toThrow()
  })

  it('cuts who does not come to an end, so that it stops in time', async () => {
    const last = await start({ locks: join(folder, 'slow') })
    const slow = request({
      port: last.port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/v1/events',
      headers: { ...AUTHORIZED, 'content-length': 100 },
    }).on('error', () => {})
    slow.write('{')
    await new Promise<void>(connected => slow.once('socket', socket => socket.once('connect', connected)))

    await last.stop()
    slow.destroy()
  })

  it('names everything that it was given and cannot use, at once, with the option that names another', async () => {
    writeFileSync(join(folder, 'a-file'), '')
    const wrong = {
      profiles: join(folder, 'nowhere'),
      tokens: join(folder, 'no-tokens'),
      receiptKeys: join(folder, 'a-file'),
      locks: join(folder, 'a-file/locks'),
      environment: 'Not One',
    }
    const at = (name: string) => ({ where: { file: join(folder, name) } })

    await expect(start(wrong)).rejects.toMatchObject({
      code: 'COLLECT_SETTINGS',
      problems: [
        { what: '`--profiles`: there is no such folder', ...at('nowhere') },
        { what: '`--tokens`: there is no such file', ...at('no-tokens') },
        { what: '`--receipt-keys`: it is no folder', ...at('a-file') },
        { what: expect.stringContaining('no name of an environment') },
        { what: '`--locks`: the folder cannot be written in (ENOTDIR)', ...at('a-file/locks') },
      ],
    })
    await expect(
      start({ ...wrong, profiles: join(folder, 'a-file'), tokens: undefined }),
    ).rejects.toMatchObject({
      problems: expect.arrayContaining([
        expect.objectContaining({ what: '`--profiles`: it is no folder' }),
        expect.objectContaining({ fix: 'name a file of tokens with `--tokens`' }),
      ]),
    })
  })

  it('counts what serves by the deploy repository, and on by that where it cannot be reached', async () => {
    let isThere = true
    const readWatched = async () => {
      const problem = { code: 'FORGE_UNAVAILABLE', title: 'no answer', problems: [{ what: 'no answer' }] }
      if (!isThere) throw new AssayError(problem)
      return [{ model: 'churn', environment: 'staging', release: 'v1', profile: profileOf() }]
    }
    let time = NOW
    const own = { ...settings, profiles: undefined, readWatched, locks: join(folder, 'deploy-locks') }
    const other = await startCollector(own, { now: () => time, log })

    isThere = false
    time += 60_000
    await other.reread()

    expect(other.traffic.counts({ minutes: 1 }, time).map(one => one.release)).toEqual(['v1'])
    expect(said).toContain('the profiles stay as they were: no answer')
    await other.stop()
  })

  it('counts a canary by the file beside the record, from its first unit to its end, and names no unit', async () => {
    const own = { profiles: join(folder, 'canaries'), locks: join(folder, 'canary-locks') }
    const place = join(own.profiles, 'environments/staging/churn')
    mkdirSync(place, { recursive: true })
    const champion = release(1)
    const { challenger } = canaryFile()
    writeFileSync(join(place, 'model-release.yaml'), renderRelease(champion))
    writeFileSync(join(place, 'model-profile.json'), renderProfile(profileOf()))
    let time = NOW
    const other = await startCollector({ ...settings, ...own }, { now: () => time, log })
    const ask = async (query: string, headers: Record<string, string> = AUTHORIZED) => {
      const answer = await fetch(url(`/v1/canary-counts${query}`, other.port), { headers })
      return { status: answer.status, body: answer.status === 200 ? await answer.json() : undefined }
    }
    const canary = (weight: number) => renderCanary(canaryFile({ weight }))
    const meet = (unit: string, version: string) =>
      fetch(url(`/v1/events/churn/${version}`, other.port), {
        method: 'POST',
        headers: AUTHORIZED,
        body: JSON.stringify({ ...EVENT, unit }),
      })
    const counts = (champion: number, challenger: number) =>
      vi.waitFor(async () => {
        const { counts } = (await ask('?model=churn')).body as { counts: object[] }
        expect(counts).toMatchObject([
          { arms: { champion: { exposures: champion }, challenger: { exposures: challenger } } },
        ])
        return counts[0]
      })
    expect(await ask('')).toEqual({ status: 200, body: { counts: [] } })

    writeFileSync(join(place, 'model-canary.yaml'), canary(5))
    await other.reread()
    for (const [unit, version] of [
      ['sesame-0', challenger.version],
      ['sesame-1', champion.version],
      ['sesame-1', champion.version],
      ['sesame-2', challenger.version],
    ] as const)
      await meet(unit, version)
    expect(await counts(1, 1)).toMatchObject({
      key: `${champion.version}/${challenger.version}@5`,
      environment: 'staging',
      restarted: false,
      arms: { champion: { harmed: { errors: 0 } } },
    })
    expect((await ask('?model=fraud')).status).toBe(404)
    expect((await ask('', {})).status).toBe(401)

    const key = `${champion.version}/${challenger.version}@5`
    const setLive = async (form: Record<string, string>, headers: Record<string, string> = AUTHORIZED) => {
      const body = new URLSearchParams({ model: 'churn', key, ...form })
      const answer = await fetch(url('/v1/canary-counts', other.port), { method: 'POST', headers, body })
      return { status: answer.status, body: answer.status === 200 ? await answer.json() : undefined }
    }
    const instant = (seconds: number) => new Date(time + seconds * 1000).toISOString()
    expect((await setLive({ live: instant(0) }, {})).status).toBe(401)
    for (const wrong of ['', 'yesterday', instant(3600)])
      expect((await setLive({ live: wrong })).status).toBe(400)
    await setLive({ live: instant(-3600) })
    await setLive({ live: instant(1), key: `${champion.version}/${challenger.version}@25` })
    await counts(1, 1)
    expect(await setLive({ live: instant(1) })).toMatchObject({
      status: 200,
      body: { counts: [{ since: time + 1000, arms: { challenger: { exposures: 0 } } }] },
    })
    time += 2000
    for (const version of [challenger.version, champion.version]) await meet(`sesame ${version}`, version)
    await counts(1, 1)

    writeFileSync(join(place, 'model-canary.yaml'), 'weight: 25\n')
    await other.reread()
    await counts(1, 1)
    expect(said.filter(text => text.includes('model-canary.yaml is not counted by'))).toHaveLength(1)

    writeFileSync(join(place, 'model-canary.yaml'), canary(25))
    await other.reread()
    await counts(0, 0)
    rmSync(join(place, 'model-canary.yaml'))
    await other.reread()
    expect((await ask('')).body).toEqual({ counts: [] })

    // What still comes to it: from the minute after the two in which requests are under way.
    const back = time
    const comesYet = async (form: Record<string, string>, headers: Record<string, string> = AUTHORIZED) => {
      const body = new URLSearchParams({ model: 'churn', release: challenger.version, ...form })
      const answer = await fetch(url('/v1/taken-back', other.port), { method: 'POST', headers, body })
      return answer.status === 200 ? ((await answer.json()) as { counts: object[] }).counts[0] : answer.status
    }
    const live = new Date(back).toISOString()
    time += 180_000
    await meet('sesame-4', champion.version)
    await vi.waitFor(async () =>
      expect(await comesYet({ live })).toEqual({
        ...{
          model: 'churn',
          release: challenger.version,
          since: Math.ceil((back + 120_000) / 60_000) * 60_000,
        },
        ...{ asOf: time, own: 0, all: 1 },
      }),
    )
    await meet('sesame-4', challenger.version)
    await vi.waitFor(async () => expect(await comesYet({ live })).toMatchObject({ own: 1, all: 2 }))
    expect(await comesYet({ live }, {})).toBe(401)
    expect(await comesYet({ live: 'yesterday' })).toBe(400)
    expect(await comesYet({ live, model: 'fraud' })).toBe(404)
    expect(JSON.stringify([said, other.traffic.metrics()])).not.toContain('sesame')
    await other.stop()
  })

  it('counts neither of two canaries of one model, and says so', async () => {
    const own = { profiles: join(folder, 'two'), locks: join(folder, 'two-locks') }
    for (const [environment, weight] of [
      ['staging', 5],
      ['production', 25],
    ] as const) {
      const place = join(own.profiles, environment)
      mkdirSync(place, { recursive: true })
      writeFileSync(join(place, 'release'), '2026-05-20-b491386\n')
      writeFileSync(join(place, 'model-canary.yaml'), renderCanary(canaryFile({ weight })))
    }
    const other = await start(own)

    expect(other.traffic.canaries({}, NOW)).toEqual([])
    expect(said.join()).toContain('churn has 2 canaries at once')
    await other.stop()
  })

  it('counts on by what it has read where its folders vanish, says so once, and reads them when they are back', async () => {
    const own = { profiles: join(folder, 'own'), locks: join(folder, 'own-locks') }
    const add = (release: string) => {
      mkdirSync(join(own.profiles, 'below', release), { recursive: true })
      writeFileSync(join(own.profiles, 'below', release, 'model-profile.json'), renderProfile(profileOf()))
    }
    add('v1')
    const other = await start(own)
    const releases = () => other.traffic.counts({ minutes: 1 }, NOW).map(one => one.release)

    for (const vanished of [own.profiles, own.locks]) rmSync(vanished, { recursive: true })
    await other.reread()
    await other.reread()
    expect(releases()).toEqual(['v1'])
    expect(said.filter(text => text.includes('the profiles stay as they were'))).toHaveLength(1)

    add('v1')
    renameSync(join(own.profiles, 'below'), join(own.profiles, 'kept'))
    symlinkSync('below', join(own.profiles, 'below'))
    await other.reread()
    expect(releases()).toEqual(['v1'])
    expect(said.filter(text => text.includes('below cannot be read (ELOOP)'))).toHaveLength(1)

    rmSync(join(own.profiles, 'below'))
    add('v2')
    await other.reread()
    expect(releases().sort()).toEqual(['v1', 'v2'])
    await other.stop()
  })
})
