import { execFileSync, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { delivery, push, SECRET } from './deliveries.ts'

/** What the machine around the bot does to it. */

describe('assay-bot', () => {
  it('OP-003: outlives a time without a file descriptor left, and serves as before', async () => {
    const github = createServer((_, response) => response.writeHead(404).end('{}'))
    await new Promise<void>(resolve => github.listen(0, '127.0.0.1', resolve))
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const child = spawn('bash', ['-c', 'ulimit -n 64 && exec "$0" bot/main.ts', process.execPath], {
      env: {
        PATH: process.env.PATH,
        ASSAY_BOT_APP_ID: 'Iv23liAbCdEf0123',
        ASSAY_BOT_PRIVATE_KEY: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
        ASSAY_BOT_WEBHOOK_SECRET: SECRET,
        ASSAY_BOT_GITHUB_API_URL: `http://127.0.0.1:${(github.address() as AddressInfo).port}`,
        HOST: '127.0.0.1',
        PORT: '0',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'close')
    let log = ''
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout.on('data', piece => {
        log += piece
        const found = /listens","port":(\d+)/.exec(log)?.[1]
        if (found !== undefined) resolve(Number(found))
      })
      void ended.then(() => reject(new Error(log)))
    })
    const deliver = () => {
      const { headers, body } = delivery('push', push())
      return fetch(`http://127.0.0.1:${port}/hooks/github`, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
      })
    }

    const idle: Socket[] = []
    for (let at = 0; at < 200; at++) idle.push(connect(port, '127.0.0.1').on('error', () => {}))
    await Promise.all(idle.map(socket => Promise.race([once(socket, 'connect'), once(socket, 'close')])))
    const meanwhile = deliver().then(
      answer => answer.status,
      () => 'refused',
    )
    for (const socket of idle) socket.destroy()
    expect([202, 'refused']).toContain(await meanwhile)
    expect((await deliver()).status).toBe(202)
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)

    child.kill('SIGTERM')
    expect((await ended)[0]).toBe(0)
    github.close()
  })
})

it('OP-006: a report and the page are the same bytes in every time zone', () => {
  const script = `
    const { renderMarkdown } = await import('./src/core/report/markdown.ts')
    const { PLAIN_DIALECT } = await import('./src/core/report/words/dialect.ts')
    const { renderOverview } = await import('./src/core/page/page.ts')
    const { parseView } = await import('./src/core/page/view.ts')
    const { renderRelease } = await import('./src/core/release/record-file.ts')
    const { cell, NOW, seenOf } = await import('./test/core/page/overviews.ts')
    const { release } = await import('./test/support/releases.ts')
    const { result } = await import('./test/support/results.ts')
    const soaking = cell('churn', 'staging', { state: 'waits', until: NOW + 3_600_000 })
    const about = { view: parseView(new URLSearchParams()), viewer: { login: 'ada', maySignOut: true } }
    console.log(new Date(1780000000000).getTimezoneOffset())
    console.log(renderMarkdown(result(), PLAIN_DIALECT, {}))
    console.log(renderRelease(release(1)))
    console.log(renderOverview([seenOf([soaking])], { ...about, now: NOW, version: '0' }))
  `
  const [there, here] = ['Pacific/Kiritimati', 'UTC'].map(zone => {
    const env = { PATH: process.env.PATH, TZ: zone }
    const [offset, ...text] = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env,
      encoding: 'utf8',
    }).split('\n')
    return { offset: Number(offset), text: text.join('\n') }
  })

  expect([there!.offset, here!.offset]).toEqual([-840, 0])
  expect(there!.text).toBe(here!.text)
  expect(here!.text.length).toBeGreaterThan(2000)
})
