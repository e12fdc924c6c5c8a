import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readSettings } from '../../bot/settings/settings.ts'
import { isAssayError } from '../../src/core/errors/errors.ts'
import { renderError } from '../../src/core/text/error-text.ts'
import { testFolder } from '../support/git-repository.ts'
import { KEY, SIGNING_TOKEN } from './gitlab-hooks.ts'

const { folder, remove } = testFolder()
afterAll(remove)
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const SECRET = '3f9c0e61b7d24a58'
const SLACK = 'xoxb-1234567890-abcdefGHIJKL'
const HOOK = 'https://hooks.slack.com/services/T0ASSAY/B0ASSAY/kQ8sVz3rXw5nJd7m'
const ALERTS = 'tZ8q-4kfP-91mx-Qw7c-Lr2v'
const GOOD = { ASSAY_BOT_APP_ID: '12', ASSAY_BOT_PRIVATE_KEY: PEM, ASSAY_BOT_WEBHOOK_SECRET: SECRET }
function refusal(env: Record<string, string | undefined>): string {
  try {
    readSettings(env)
  } catch (error) {
    if (isAssayError(error, 'BOT_SETTINGS')) return renderError(error)
    throw error
  }
  throw new Error('it would have started')
}

describe('the settings of the bot', () => {
  it.each([
    ['WH-001: no secret', { ASSAY_BOT_WEBHOOK_SECRET: undefined }, 'ASSAY_BOT_WEBHOOK_SECRET is not set'],
    ['WH-001: an empty one', { ASSAY_BOT_WEBHOOK_SECRET: '' }, 'ASSAY_BOT_WEBHOOK_SECRET is not set'],
    ['an empty one of blanks', { ASSAY_BOT_WEBHOOK_SECRET: '   ' }, 'ASSAY_BOT_WEBHOOK_SECRET is not set'],
    ['WH-002: the usual one', { ASSAY_BOT_WEBHOOK_SECRET: 'development' }, 'is too short'],
    ['WH-002: 15 bytes', { ASSAY_BOT_WEBHOOK_SECRET: SECRET.slice(1) }, 'it has 15 bytes'],
    [
      'the usual one, longer',
      { ASSAY_BOT_WEBHOOK_SECRET: 'development-secret-1' },
      'anybody would try first',
    ],
    ['one character', { ASSAY_BOT_WEBHOOK_SECRET: 'aaaaaaaaaaaaaaaaaaaaaaaa' }, 'repeats a few characters'],
    ['a placeholder', { ASSAY_BOT_WEBHOOK_SECRET: '<the secret of the webhook>' }, 'anybody would try first'],
    ['a weak second one', { ASSAY_BOT_WEBHOOK_SECRET_2: 'short' }, 'ASSAY_BOT_WEBHOOK_SECRET_2 is too short'],
    ['no key', { ASSAY_BOT_PRIVATE_KEY: undefined }, 'ASSAY_BOT_PRIVATE_KEY is not set'],
    [
      'what is no key',
      { ASSAY_BOT_PRIVATE_KEY: 'CANARY-of-a-key' },
      'ASSAY_BOT_PRIVATE_KEY is no RSA key in PEM',
    ],
    [
      'half a key',
      { ASSAY_BOT_PRIVATE_KEY: PEM.slice(0, 400) },
      'ASSAY_BOT_PRIVATE_KEY is no RSA key in PEM',
    ],
    [
      'a file that is not there',
      { ASSAY_BOT_PRIVATE_KEY: '', ASSAY_BOT_PRIVATE_KEY_FILE: '/nowhere' },
      'cannot be read',
    ],
    ['a key twice', { ASSAY_BOT_PRIVATE_KEY_FILE: '/nowhere' }, 'and so is ASSAY_BOT_PRIVATE_KEY_FILE'],
    ['no app', { ASSAY_BOT_APP_ID: '' }, 'ASSAY_BOT_APP_ID is not set'],
    ['what is no app', { ASSAY_BOT_APP_ID: '7; drop' }, 'is neither an app id nor a client id'],
    ['a port that is none', { PORT: '65536' }, 'PORT is no port'],
    [
      'metrics at the port of the hooks',
      { PORT: '80', METRICS_PORT: '80' },
      'METRICS_PORT is that of the hooks',
    ],
    [
      'an address that is none',
      { ASSAY_BOT_GITHUB_API_URL: 'ftp://x' },
      'ASSAY_BOT_GITHUB_API_URL is no web address',
    ],
    [
      'a proxy that is none',
      { HTTPS_PROXY: 'http://user:canary-7f3k@:3128' },
      'HTTPS_PROXY is no address of an http(s) proxy',
    ],
    ['another', { http_proxy: 'user:canary-7f3k@proxy:port' }, 'http_proxy is no address'],
  ])('%s: refuses to start and names it, without the value', (_, change, said) => {
    const text = refusal({ ...GOOD, ...change })

    expect(text).toContain(said)
    for (const value of Object.values(change).filter(one => one && one.length > 5))
      expect(text.replaceAll(/`[^`]*`/g, '')).not.toContain(value)
    expect(text).not.toContain(SECRET)
    expect(text).not.toContain(PEM.split('\n')[1])
  })

  const GITLAB = {
    ASSAY_BOT_GITLAB_TOKEN: 'glpat-0123456789abcdef',
    ASSAY_BOT_GITLAB_SIGNING_TOKEN: SIGNING_TOKEN,
  }
  it.each([
    ['no token', { ASSAY_BOT_GITLAB_TOKEN: '' }, 'ASSAY_BOT_GITLAB_TOKEN is not set'],
    [
      'nothing that hooks are known by',
      { ASSAY_BOT_GITLAB_SIGNING_TOKEN: '' },
      'ASSAY_BOT_GITLAB_SIGNING_TOKEN is not set',
    ],
    ['what is no signing token', { ASSAY_BOT_GITLAB_SIGNING_TOKEN: 'abc' }, 'is no signing token'],
    ['a short key', { ASSAY_BOT_GITLAB_SIGNING_TOKEN: 'whsec_c2hvcnQ=' }, 'is no signing token'],
    [
      'a weak token of hooks',
      { ASSAY_BOT_GITLAB_SIGNING_TOKEN: '', ASSAY_BOT_GITLAB_HOOK_TOKEN: 'short' },
      'ASSAY_BOT_GITLAB_HOOK_TOKEN is too short',
    ],
  ])('GitLab, %s: refuses to start', (_, change, said) => {
    expect(refusal({ ...GITLAB, ...change })).toContain(said)
  })

  it.each([
    'http://evil.example',
    'http://git.example.org:8080/api/v3',
    'http://10.0.0.7',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
  ])('sends no token to %s, where whoever is on the way reads it', url => {
    const names = ['ASSAY_BOT_GITHUB_API_URL', 'ASSAY_BOT_GITHUB_URL', 'ASSAY_BOT_GITLAB_URL']
    const text = refusal({ ...GOOD, ...GITLAB, ...Object.fromEntries(names.map(name => [name, url])) })

    for (const name of names) expect(text).toContain(`${name} is no https address`)
    expect(text).not.toContain(url)
  })

  it.each([
    'https://git.example.org',
    'http://127.0.0.1:8080',
    'http://localhost',
    'http://[::1]:80/x',
    'http://gitlab.ci.svc',
    'http://gitlab',
  ])('sends tokens to %s', url => {
    const env = { ASSAY_BOT_GITHUB_API_URL: url, ASSAY_BOT_GITHUB_URL: url, ASSAY_BOT_GITLAB_URL: url }
    const { github, gitlab } = readSettings({ ...GOOD, ...GITLAB, ...env })
    const { href } = new URL(url)
    for (const address of [github!.apiUrl, github!.serverUrl, gitlab!.serverUrl])
      expect(new URL(address).href).toBe(href)
  })

  const SIGN_IN = {
    ASSAY_BOT_APP_ID: 'Iv23liAbCdEf0123',
    ASSAY_BOT_PAGE_URL: 'https://assay.example.org',
    ASSAY_BOT_CLIENT_SECRET: '7be1a90c53f24d86e0b12c9a44f7d3586a91c0de',
  }
  const PROXY = { ASSAY_BOT_PAGE_USER_HEADER: 'X-Forwarded-User', ASSAY_BOT_PAGE_PROXY_SECRET: SECRET }
  it.each([
    ['no address', { ...SIGN_IN, ASSAY_BOT_PAGE_URL: '' }, 'ASSAY_BOT_PAGE_URL is not set'],
    [
      'an open address',
      { ...SIGN_IN, ASSAY_BOT_PAGE_URL: 'http://assay.example.org' },
      'is no https address',
    ],
    ['a path', { ...SIGN_IN, ASSAY_BOT_PAGE_URL: 'https://example.org/assay' }, 'is no https address'],
    ['no secret', { ...SIGN_IN, ASSAY_BOT_CLIENT_SECRET: '' }, 'ASSAY_BOT_CLIENT_SECRET is not set'],
    ['a number of an app', { ...SIGN_IN, ASSAY_BOT_APP_ID: '12' }, 'ASSAY_BOT_APP_ID is not the client id'],
    ['both ways', { ...SIGN_IN, ...PROXY }, 'and so is a sign-in with GitHub'],
    [
      'both ways, with an application of GitLab',
      { ...SIGN_IN, ...PROXY, ASSAY_BOT_GITLAB_CLIENT_ID: 'a1' },
      'and so is a sign-in with GitLab',
    ],
    [
      'half an application of GitLab',
      { ...SIGN_IN, ASSAY_BOT_GITLAB_CLIENT_ID: 'a1' },
      'ASSAY_BOT_GITLAB_CLIENT_ID is set, and nothing else of GitLab is',
    ],
    ['no header', { ...PROXY, ASSAY_BOT_PAGE_USER_HEADER: '' }, 'ASSAY_BOT_PAGE_USER_HEADER is not set'],
    [
      'a header of people',
      { ...PROXY, ASSAY_BOT_PAGE_USER_HEADER: 'Cookie' },
      'is no header that can be used',
    ],
    [
      'no proxy secret',
      { ...PROXY, ASSAY_BOT_PAGE_PROXY_SECRET: '' },
      'ASSAY_BOT_PAGE_PROXY_SECRET is not set',
    ],
    [
      'a weak one',
      { ...PROXY, ASSAY_BOT_PAGE_PROXY_SECRET: 'short' },
      'ASSAY_BOT_PAGE_PROXY_SECRET is too short',
    ],
  ])('the page, %s: refuses to start', (_, change, said) => {
    expect(refusal({ ...GOOD, ...change })).toContain(said)
  })

  it.each([
    ['a channel alone', { SLACK_CHANNEL: 'C0ASSAY01' }, 'SLACK_TOKEN is not set'],
    ['a token alone', { SLACK_TOKEN: SLACK }, 'SLACK_CHANNEL is not set'],
    [
      'a token of something else',
      { SLACK_TOKEN: 'ghp_abcdefghijkl', SLACK_CHANNEL: 'C0ASSAY01' },
      'no token of Slack',
    ],
    ['a name of a channel', { SLACK_TOKEN: SLACK, SLACK_CHANNEL: '#alerts' }, 'no id of a channel'],
    [
      'a token that would go in the clear',
      { SLACK_TOKEN: SLACK, SLACK_CHANNEL: 'C0ASSAY01', SLACK_API_URL: 'http://slack.example/api' },
      'SLACK_API_URL is no https address',
    ],
    ['both ways', { SLACK_TOKEN: SLACK, SLACK_CHANNEL: 'C0ASSAY01', SLACK_WEBHOOK: HOOK }, 'choose one'],
    [
      'a webhook in the clear',
      { SLACK_WEBHOOK: 'http://hooks.slack.com/services/T/B/x' },
      'no https address',
    ],
    ['a name to call', { SLACK_WEBHOOK: HOOK, SLACK_ON_CALL: '<!channel>' }, 'SLACK_ON_CALL names nobody'],
    ['somebody to call, and no way', { SLACK_ON_CALL: 'here' }, 'no way to Slack is'],
    ['a token of alerts twice', { ALERT_TOKENS: `${ALERTS}=a/b:m ${ALERTS}=a/b:n` }, 'has one token twice'],
    ['a token of no models', { ALERT_TOKENS: `${ALERTS}=` }, 'does not say which models'],
    ['a guessable token of alerts', { ALERT_TOKENS: 'changeme-changeme-1=a/b:m' }, 'anybody would try first'],
  ])('does not start with %s for alerts', (_, given, what) => {
    const env = Object.fromEntries(Object.entries(given).map(([name, value]) => [`ASSAY_BOT_${name}`, value]))
    const text = refusal({ ...GOOD, ...env })

    expect(text).toContain(what)
    for (const secret of [SLACK, HOOK, ALERTS]) expect(text).not.toContain(secret)
  })

  it('takes a channel or a webhook of Slack, and says where nothing is told there', () => {
    const channel = { ASSAY_BOT_SLACK_TOKEN: SLACK, ASSAY_BOT_SLACK_CHANNEL: 'C0ASSAY01' }
    expect(readSettings({ ...GOOD, ...channel, ASSAY_BOT_ALERT_TOKENS: `${ALERTS}=a/b:m` })).toMatchObject({
      slack: {
        destination: { kind: 'channel', apiUrl: 'https://slack.com/api', token: SLACK, channel: 'C0ASSAY01' },
      },
      warnings: [],
    })
    expect(readSettings({ ...GOOD, ASSAY_BOT_SLACK_WEBHOOK: HOOK })).toMatchObject({
      slack: { destination: { kind: 'webhook', url: HOOK } },
      warnings: [expect.stringContaining('no alerts to tell of')],
    })
  })

  it('takes the verdicts of `assay watch` from one address, to which alone its token goes', () => {
    const watch = {
      ASSAY_BOT_WATCH_URL: 'http://assay-watch.models.svc:8090/',
      ASSAY_BOT_WATCH_TOKEN: ALERTS,
      ASSAY_BOT_WATCH_REPOSITORY: 'acme/deploy',
    }
    expect(readSettings({ ...GOOD, ...SIGN_IN, ...watch })).toMatchObject({
      watch: {
        url: 'http://assay-watch.models.svc:8090',
        token: ALERTS,
        repository: { forge: 'github', name: 'acme/deploy' },
      },
      warnings: [],
    })
    const { ASSAY_BOT_WATCH_URL: _, ...nowhere } = watch
    for (const [env, what] of [
      [nowhere, 'ASSAY_BOT_WATCH_URL is not'],
      [{ ...watch, ASSAY_BOT_WATCH_URL: 'http://watch.example.com' }, 'in the open'],
      [{ ...watch, ASSAY_BOT_WATCH_REPOSITORY: undefined }, 'does not say which deploy repository'],
      [{ ...watch, ASSAY_BOT_WATCH_REPOSITORY: 'deploy' }, 'does not say which deploy repository'],
    ] as const) {
      const text = refusal({ ...GOOD, ...SIGN_IN, ...env })
      expect(text).toContain(what)
      expect(text).not.toContain(ALERTS)
    }
  })

  it('lets people sign in with one forge or with both', () => {
    const own = { ASSAY_BOT_GITLAB_CLIENT_ID: 'a1b2', ASSAY_BOT_GITLAB_CLIENT_SECRET: SECRET }
    const { ASSAY_BOT_PAGE_URL } = SIGN_IN
    expect(readSettings({ ...GITLAB, ...own, ASSAY_BOT_PAGE_URL }).page).toEqual({
      signIn: 'forge',
      url: ASSAY_BOT_PAGE_URL,
      clients: { gitlab: { clientId: 'a1b2', clientSecret: SECRET } },
    })
    expect(readSettings({ ...GOOD, ...GITLAB, ...SIGN_IN, ...own }).page).toMatchObject({
      clients: { github: { clientId: SIGN_IN.ASSAY_BOT_APP_ID }, gitlab: { clientId: 'a1b2' } },
    })
    expect(refusal({ ...GITLAB, ...own, ASSAY_BOT_GITLAB_CLIENT_SECRET: '', ASSAY_BOT_PAGE_URL })).toContain(
      'ASSAY_BOT_GITLAB_CLIENT_SECRET is not set',
    )
  })

  it('names every forge that people are to sign in at and that it does not serve', () => {
    const text = refusal({ ASSAY_BOT_CLIENT_SECRET: SECRET, ASSAY_BOT_GITLAB_CLIENT_SECRET: SECRET })

    expect(text).toContain('ASSAY_BOT_CLIENT_SECRET is set, and nothing of the App is')
    expect(text).toContain('ASSAY_BOT_GITLAB_CLIENT_SECRET is set, and nothing else of GitLab is')
  })

  it('has no page without a way to sign in, and none without the App', () => {
    expect(readSettings(GOOD).page).toBeUndefined()
    expect(readSettings({ ...GOOD, ...SIGN_IN }).page).toMatchObject({ signIn: 'forge' })
    expect(readSettings({ ...GOOD, ...PROXY }).page).toMatchObject({ header: 'x-forwarded-user' })
    expect(refusal({ ...GITLAB, ...PROXY })).toContain('nothing of the App is')
    const address = { ASSAY_BOT_PAGE_URL: SIGN_IN.ASSAY_BOT_PAGE_URL }
    expect(refusal({ ...GITLAB, ...address })).toContain('ASSAY_BOT_PAGE_URL is set, and nothing of the App')
  })

  it('takes GitLab alone, and says that a signing token makes the other useless', () => {
    const settings = readSettings({ ...GITLAB, ASSAY_BOT_GITLAB_HOOK_TOKEN: SECRET })

    expect(settings.github).toBeUndefined()
    expect(settings.gitlab).toMatchObject({ apiUrl: 'https://gitlab.com/api/v4', hooks: { signing: KEY } })
    expect(settings.warnings).toEqual([expect.stringContaining('ASSAY_BOT_GITLAB_HOOK_TOKEN is not used')])
  })

  it('names all that is wrong at once', () => {
    const text = refusal({ ASSAY_BOT_APP_ID: '12', ASSAY_BOT_WEBHOOK_SECRET: 'development', PORT: 'x' })

    for (const name of ['ASSAY_BOT_WEBHOOK_SECRET', 'ASSAY_BOT_PRIVATE_KEY', 'PORT'])
      expect(text).toContain(name)
  })

  it('says of a variable that is none what was meant, and takes no Service of Kubernetes for one', () => {
    const misspelt = { ASSAY_BOT_WEBHOOK_SECERT: 'CANARY-4c1d9a77', ASSAY_BOT_WEBHOOK_SECRET: undefined }
    const text = refusal({ ...GOOD, ...misspelt })
    expect(text).toContain('ASSAY_BOT_WEBHOOK_SECRET is not set')
    expect(text).toContain(
      'ASSAY_BOT_WEBHOOK_SECERT is no setting of the bot\n    fix: did you mean `ASSAY_BOT_WEBHOOK_SECRET`?',
    )
    expect(text).not.toContain('CANARY')

    const ofGithub = { ASSAY_BOT_GITHUB_APP_ID: '12', ASSAY_BOT_GITHUB_WEBHOOK_SECRET: SECRET }
    expect(readSettings({ ...GOOD, ...ofGithub }).warnings).toEqual([
      'ASSAY_BOT_GITHUB_APP_ID is no setting of the bot: did you mean `ASSAY_BOT_APP_ID`?',
      'ASSAY_BOT_GITHUB_WEBHOOK_SECRET is no setting of the bot: did you mean `ASSAY_BOT_WEBHOOK_SECRET`?',
    ])

    const links = {
      ASSAY_BOT_SERVICE_HOST: '10.0.0.1',
      ASSAY_BOT_PORT_80_TCP_ADDR: '10.0.0.1',
      ASSAY_BOT_PORT: 'tcp://x',
    }
    const { warnings } = readSettings({ ...GOOD, ...links, ASSAY_BOT_PAGE_USR_HEADER: 'X-Forwarded-User' })
    expect(warnings).toEqual([
      'ASSAY_BOT_PAGE_USR_HEADER is no setting of the bot: did you mean `ASSAY_BOT_PAGE_USER_HEADER`?',
    ])
  })

  it('serves nothing that is not configured, and says how it would be', () => {
    expect(refusal({})).toContain('nothing is configured that the bot could serve')
    expect(refusal({})).toContain('`assay-bot setup` makes the App')
  })

  it.each(['12', 'Iv23liAbCdEf0123'])('takes %s, a key of one line and what is usual', appId => {
    const settings = readSettings({
      ...GOOD,
      ASSAY_BOT_APP_ID: appId,
      ASSAY_BOT_PRIVATE_KEY: PEM.replaceAll('\n', '\\n'),
    })

    expect(settings).toMatchObject({
      host: '0.0.0.0',
      port: 3000,
      warnings: [],
      github: { appId, secrets: [SECRET] },
    })
    expect(settings.github?.apiUrl).toBe('https://api.github.com')
    expect(settings.github?.serverUrl).toBe('https://github.com')
    expect(settings.metricsPort).toBeUndefined()
  })

  it('knows the pages of a GitHub Enterprise Server by its API', () => {
    const { github } = readSettings({ ...GOOD, ASSAY_BOT_GITHUB_API_URL: 'https://git.acme.example/api/v3/' })

    expect(github).toMatchObject({
      apiUrl: 'https://git.acme.example/api/v3',
      serverUrl: 'https://git.acme.example',
    })
  })

  it('AU-002: reads the key from a file, and says when others may read it', () => {
    const file = join(folder, 'key.pem')
    writeFileSync(file, PEM)
    const env = { ...GOOD, ASSAY_BOT_PRIVATE_KEY: undefined, ASSAY_BOT_PRIVATE_KEY_FILE: file }
    chmodSync(file, 0o600)
    expect(readSettings(env)).toMatchObject({ warnings: [], github: { privateKey: PEM } })

    chmodSync(file, 0o644)
    expect(readSettings(env).warnings).toEqual([expect.stringContaining('mode 0600')])
  })
})
