import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { testFolder } from '../support/git-repository.ts'
import { delivery, push, SECRET } from './deliveries.ts'

const { folder, remove } = testFolder()
afterAll(remove)
/** What was compiled of the bot is kept for the run: the next start of it costs half. */
const COMPILED = join(process.env.ASSAY_TESTS_TMP ?? folder, 'compiled')

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const APP = {
  ASSAY_BOT_APP_ID: 'Iv23liAbCdEf0123',
  ASSAY_BOT_PRIVATE_KEY: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  ASSAY_BOT_WEBHOOK_SECRET: SECRET,
  HOST: '127.0.0.1',
  PORT: '0',
}

function start(env: Record<string, string>, ...words: string[]) {
  const child = spawn(process.execPath, ['bot/main.ts', ...words], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: COMPILED, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  let log = ''
  const errors = text(child.stderr)
  const listens = new Promise<number>((resolve, reject) => {
    child.stdout.on('data', piece => {
      log += piece
      const port = /listens","port":(\d+)/.exec(log)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    void ended.then(async code => reject(new Error(`it ended with ${code}:\n${log}${await errors}`)))
  })
  listens.catch(() => {})
  const says = (what: string) =>
    new Promise<void>(resolve =>
      child.stdout.on('data', () => {
        if (log.includes(what)) resolve()
      }),
    )
  return { child, ended, listens, says, log: () => log, errors }
}

describe('assay-bot', () => {
  it('starts with its settings, takes what is signed, and ends at SIGTERM', async () => {
    const github = createServer((_, response) => {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}')
    })
    await new Promise<void>(resolve => github.listen(0, '127.0.0.1', resolve))
    const bot = start({
      ...APP,
      ASSAY_BOT_GITHUB_API_URL: `http://127.0.0.1:${(github.address() as AddressInfo).port}`,
    })
    const url = `http://127.0.0.1:${await bot.listens}`
    const { headers, body } = delivery('push', push())
    const answer = await fetch(`${url}/hooks/github`, { method: 'POST', headers, body: new Uint8Array(body) })
    expect([answer.status, (await fetch(`${url}/readyz`)).status]).toEqual([202, 200])

    bot.child.kill('SIGTERM')
    expect(await bot.ended).toBe(0)
    expect(
      bot
        .log()
        .trim()
        .split('\n')
        .map(line => JSON.parse(line).message),
    ).toContain('ended')
    expect(bot.log()).not.toContain('CANARY')
    expect(await bot.errors).toBe('')
    github.close()
  })

  it('does not start without, and says all that is missing', async () => {
    const bot = start({ ASSAY_BOT_WEBHOOK_SECRET: 'development', PORT: 'http' })

    expect(await bot.ended).toBe(2)
    const said = await bot.errors
    for (const name of ['ASSAY_BOT_APP_ID', 'ASSAY_BOT_PRIVATE_KEY', 'ASSAY_BOT_WEBHOOK_SECRET', 'PORT'])
      expect(said).toContain(`  ${name} `)
  })

  it.each(['METRICS_PORT', 'PORT'])('ends where %s is taken, and serves nothing meanwhile', async name => {
    const other = createServer()
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const bot = start({ ...APP, METRICS_PORT: '0', [name]: `${port}` })
    onTestFinished(() => void bot.child.kill('SIGKILL'))

    expect(await bot.ended).toBe(2)
    expect(await bot.errors).toContain(`${name}: 127.0.0.1:${port} cannot be listened on (EADDRINUSE)`)
    expect(bot.log()).not.toContain('listens')
    other.close()
  })

  it.each(['SIGINT', 'SIGHUP'] as const)(
    'sets nothing up where it is stopped by %s before the browser came back',
    async signal => {
      const output = join(folder, `${signal}.env`)
      const setup = start(
        {},
        'setup',
        '--url',
        'http://127.0.0.1:1',
        '--github',
        'http://127.0.0.1:1',
        '--output',
        output,
      )
      await setup.says('Open http://127.0.0.1:')
      expect(existsSync(output)).toBe(true)

      setup.child.kill(signal)
      expect(await setup.ended).toBe(2)
      expect(await setup.errors).toContain('it was stopped')
      expect(existsSync(output)).toBe(false)
    },
  )
})
