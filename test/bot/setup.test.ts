import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { get, type RequestOptions } from 'node:http'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseBotArguments } from '../../bot/arguments.ts'
import { readSettings } from '../../bot/settings/settings.ts'
import { type SetupWorld, setUp } from '../../bot/setup/setup.ts'
import { type EmulatedGithub, startGithub } from '../../emulator/github.ts'
import { isAssayError } from '../../src/core/errors/errors.ts'
import { renderError } from '../../src/core/text/error-text.ts'
import { UNTIMED } from '../support/faults.ts'
import { testFolder } from '../support/git-repository.ts'

const { folder, remove } = testFolder()
let github: EmulatedGithub
beforeAll(async () => {
  github = await startGithub({
    users: [{ login: 'ada' }],
    organisations: [{ login: 'acme', name: 'Acme', members: ['ada'] }],
    repositories: [{ owner: 'acme', name: 'deploy', auto_init: true }],
    tokens: {},
    apps: [],
  })
})
afterAll(async () => {
  await github.close()
  remove()
})

let count = 0
/** Starts it, and returns when it has told where to go on. */
async function begin(world: Partial<SetupWorld> = {}, output = join(folder, `secrets-${++count}`)) {
  const said: string[] = []
  const stop = new AbortController()
  const options = { url: 'https://assay.example.org', organization: 'acme', name: `Assay ${count}`, port: 0 }
  const opens = Promise.withResolvers<string>()
  const ended = setUp(
    { ...options, github: github.url, output },
    {
      env: {},
      say(line) {
        said.push(line)
        const address = /^Open (http:\/\/127\.0\.0\.1:\d+\/[\w-]{32})$/.exec(line)?.[1]
        if (address) opens.resolve(address)
      },
      program: 'dist/bot.js',
      signal: stop.signal,
      safety: UNTIMED,
      ...world,
    },
  ).catch((error: unknown) => {
    if (!isAssayError(error)) throw error
    return renderError(error)
  })
  const address = await Promise.race([
    opens.promise,
    ended.then(text => Promise.reject(new Error(text ?? ''))),
  ])
  return { address, output, ended, stop: () => stop.abort(), said: () => said.join('\n') }
}

/** A browser at the page: what the form would send, and where GitHub sends it back to. */
async function makeApp(address: string) {
  const page = await fetch(address)
  const html = (await page.text()).replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
  const action = /<form method="post" action="([^"]+)"/.exec(html)![1]!
  const manifest = /name="manifest" value="(.+)">/.exec(html)![1]!
  const posted = await fetch(action, {
    method: 'POST',
    body: new URLSearchParams({ manifest }),
    redirect: 'manual',
  })
  return { page, action, back: new URL(posted.headers.get('location')!), manifest: JSON.parse(manifest) }
}

/** A browser cannot choose its host header; what resolves names can. */
function statusOf(options: RequestOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(options, response => {
      response.resume()
      resolve(response.statusCode)
    }).once('error', reject)
  })
}

describe('assay-bot setup', () => {
  it('has GitHub make the App with the documented permissions, and writes its secrets once', async () => {
    const setup = await begin()
    const { page, action, back, manifest } = await makeApp(setup.address)
    expect(page.headers.get('content-security-policy')).toContain(
      `form-action ${github.url} http://127.0.0.1:`,
    )
    expect(action).toContain('/organizations/acme/settings/apps/new?state=')
    const documented = [
      ...readFileSync('docs/bot.md', 'utf8').matchAll(/^\| `(\w+)` \| (read|write) \| [^|]* \| [^|]* \|$/gm),
    ].map(([, permission, level]) => [permission, level])
    expect(manifest.default_permissions).toEqual(Object.fromEntries(documented))
    expect(manifest).toMatchObject({
      public: false,
      hook_attributes: { url: 'https://assay.example.org/hooks/github' },
      callback_urls: ['https://assay.example.org/sign-in/back'],
    })

    const shown = await fetch(back)
    expect(shown.status).toBe(200)
    expect(await setup.ended).toBeUndefined()
    expect(statSync(setup.output).mode & 0o777).toBe(0o600)
    const env = parseEnv(readFileSync(setup.output, 'utf8'))
    const [app] = github.world.apps
    expect(readSettings(env)).toMatchObject({
      github: { appId: app!.clientId, secrets: [app!.hook!.secret], apiUrl: `${github.url}/api/v3` },
      page: {
        signIn: 'forge',
        url: 'https://assay.example.org',
        clients: { github: { clientSecret: app!.clientSecret } },
      },
      warnings: [],
    })
    expect(app).toMatchObject({ permissions: manifest.default_permissions, events: manifest.default_events })

    expect(setup.said()).toContain(`node --env-file=${setup.output} dist/bot.js`)
    expect(setup.said()).toContain(`/apps/${app!.slug}/installations/new`)
    const outputs = setup.said() + (await shown.text())
    for (const secret of [app!.clientSecret, app!.hook!.secret, app!.privateKey.split('\n')[3]!])
      expect(outputs).not.toContain(secret)
    await expect(fetch(back)).rejects.toThrow()
  })

  it('takes no code without its own state, no other name, no other path, and goes on waiting', async () => {
    const setup = await begin()
    const { back } = await makeApp(setup.address)
    const forged = new URL(back)
    forged.searchParams.set('state', 'of-somebody-else')
    const twice = new URL(back)
    twice.searchParams.append('state', back.searchParams.get('state')!)
    const none = new URL(back)
    none.searchParams.delete('state')
    for (const wrong of [forged, twice, none]) expect((await fetch(wrong)).status).toBe(400)
    expect((await fetch(new URL('/', back))).status).toBe(404)
    expect((await fetch(new URL('/made', back))).status).toBe(404)
    expect(readFileSync(setup.output, 'utf8')).toBe('')

    expect((await fetch(back)).status).toBe(200)
    expect(await setup.ended).toBeUndefined()
  })

  it('is reached by its address alone: a name that leads to loopback is refused', async () => {
    const setup = await begin()
    const { hostname, port, pathname } = new URL(setup.address)
    const status = await statusOf({
      hostname,
      port,
      path: pathname,
      headers: { host: `evil.example:${port}` },
    })
    expect(status).toBe(404)
    setup.stop()
    expect(await setup.ended).toContain('it was stopped')
  })

  it('ends after its time, and leaves nothing', async () => {
    const setup = await begin({ patience: 20 })
    expect(await setup.ended).toContain('nobody came back from GitHub')
    expect(readdirSync(folder)).not.toContain(setup.output.split('/').at(-1))
  })

  it('says what to do where the code buys nothing, and leaves nothing', async () => {
    const setup = await begin()
    const { back } = await makeApp(setup.address)
    back.searchParams.set('code', 'used-up')
    expect((await fetch(back)).status).toBe(502)
    const said = await setup.ended
    expect(said).toContain('The secrets of the App could not be fetched')
    expect(said).toContain('GitHub has made the App. Delete it in its settings, and begin anew.')
    expect(readdirSync(folder)).not.toContain(setup.output.split('/').at(-1))
  })

  it('begins with no proxy that the code could not go through', async () => {
    const env = { HTTP_PROXY: 'ada:x@proxy:port' }
    await expect(begin({ env })).rejects.toThrow('HTTP_PROXY is no address of an http(s) proxy')
  })

  it.each(['a file', 'a link that leads nowhere'])('overwrites nothing: %s', async what => {
    const path = join(folder, `there-${++count}`)
    if (what === 'a file') writeFileSync(path, 'of another App')
    else symlinkSync(join(folder, 'elsewhere'), path)
    await expect(begin({}, path)).rejects.toThrow(`${path} is there already`)
    expect(readdirSync(folder)).not.toContain('elsewhere')
    if (what === 'a file') expect(readFileSync(path, 'utf8')).toBe('of another App')
  })
})

describe('the command line of the bot', () => {
  const refusal = (...words: string[]) => {
    try {
      parseBotArguments(words)
    } catch (error) {
      if (isAssayError(error, 'USAGE')) return renderError(error)
      throw error
    }
    throw new Error('it was taken')
  }

  it('serves without a word, and knows help and version', () => {
    expect(parseBotArguments([])).toEqual({ kind: 'serve' })
    for (const words of [['--help'], ['-h'], ['setup', '--help'], ['setup', '--url', 'x', '-h']])
      expect(parseBotArguments(words)).toEqual({ kind: 'help' })
    expect(parseBotArguments(['--version'])).toEqual({ kind: 'version' })
  })

  it.each([
    [['stup'], 'did you mean `setup`?'],
    [['serve'], 'without one the bot serves'],
    [['--prot', '3000'], 'unknown flag `--prot`'],
    [['--port=3000'], 'unknown flag `--port`'],
    [['setup'], '`--url` is missing'],
    [['setup', '--url'], '`--url` needs a value'],
    [['setup', '--url', 'http://assay.example.org'], 'is no https address'],
    [['setup', '--url', 'https://assay.example.org/bot'], 'without a path'],
    [['setup', '--url', 'https://a:b@assay.example.org'], 'is no https address'],
    [['setup', '--url', 'https://a.example.org', '--url', 'https://b.example.org'], 'stands twice'],
    [['setup', '--url', 'https://a.example.org', '--organization', '../x'], 'is no login'],
    [['setup', '--url', 'https://a.example.org', '--name', 'x'.repeat(35)], 'is no name of an App'],
    [['setup', '--url', 'https://a.example.org', '--github', 'http://git.example.org'], '`--github` is no'],
    [['setup', '--url', 'https://a.example.org', '--port', '70000'], '`--port` is no port'],
    [['setup', 'acme', '--url', 'https://a.example.org'], 'is a word too many'],
    [['setup', '--organisation', 'acme'], 'did you mean `--organization`?'],
  ])('refuses %j', (words, said) => {
    expect(refusal(...words)).toContain(said)
  })

  it('takes an origin with a slash, and names the App after the organisation', () => {
    const words = 'setup --url https://assay.example.org/ --organization acme'
    const asked = parseBotArguments(words.split(' '))
    expect(asked).toEqual({
      kind: 'setup',
      options: {
        url: 'https://assay.example.org',
        organization: 'acme',
        name: 'Assay acme',
        output: 'assay-bot.env',
        github: 'https://github.com',
        port: 0,
      },
    })
  })
})
