import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deployConnector, type GivenTokens } from '../../cli/connect-deploy.ts'
import type { CiFacts } from '../../src/ci/ci.ts'

/** What the forge was sent as a token, request by request. */
let sent: (string | undefined)[] = []
let server: Server
let url = ''

beforeAll(async () => {
  server = createServer(({ headers }, response) => {
    sent.push(
      String(headers.authorization ?? headers['private-token'])
        .split(' ')
        .at(-1),
    )
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"default_branch":"main"}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.closeAllConnections())
afterAll(() => void server.close())
beforeEach(() => {
  sent = []
})

async function sentTo(
  env: Record<string, string>,
  given: GivenTokens = {},
  ci: Partial<CiFacts> = {},
  own: { token?: 'run' } = {},
) {
  const open = deployConnector(env, { name: 'local', apiUrl: url, ...ci }, given)
  const access = await open({ kind: 'forge', repository: 'acme/deploy', namedBy: 'job', ...own })
  expect(await access.defaultBranch!()).toBe('main')
  await access.close()
  return sent
}

describe('the token for a deploy repository on a forge', () => {
  const ALL = { ASSAY_DEPLOY_TOKEN: 'deploy', ASSAY_TOKEN: 'assay', GITHUB_TOKEN: 'run', GITLAB_TOKEN: 'lab' }
  const { ASSAY_DEPLOY_TOKEN: _, ...ofTheRun } = ALL
  const app = { clientId: 'Iv1.abc', privateKey: 'no key: whoever uses it fails' }

  it.each<[string, Record<string, string>, GivenTokens, string]>([
    ['the one that the face was given for it', ALL, { deployToken: 'given', token: 'face' }, 'given'],
    ['the one of the environment for it', ALL, { token: 'face' }, 'deploy'],
    ['the one for it, not an app', ALL, { app }, 'deploy'],
    ['the one that the face was given for the run', ofTheRun, { token: 'face' }, 'face'],
    ['the one of the environment for the run', ofTheRun, {}, 'assay'],
    ['that of the forge, where others are empty', { GITHUB_TOKEN: 'run', ASSAY_TOKEN: '', ASSAY_DEPLOY_TOKEN: '' }, { token: '', deployToken: '' }, 'run'],
  ])('is %s', async (_, env, given, token) => {
    expect(await sentTo(env, given)).toEqual([token])
  }) // biome-ignore format: one table

  it("is that of the run for the run's own repository, where it has one that may write", async () => {
    const own = { token: 'run' } as const
    const gitlab = { forge: 'gitlab', apiUrl: `${url}/api/v4` } as const
    const job = { CI_JOB_TOKEN: 'job', ASSAY_DEPLOY_TOKEN: 'deploy' }

    await sentTo(ALL, { token: 'face', deployToken: 'given', app }, {}, own)
    await sentTo(ALL, {}, {}, own)
    await sentTo({ ASSAY_DEPLOY_TOKEN: 'deploy' }, {}, {}, own)
    await sentTo(job, {}, gitlab, own)
    await sentTo({ ...job, ASSAY_TOKEN: 'assay' }, {}, gitlab, own)
    expect(sent).toEqual(['face', 'assay', 'deploy', 'deploy', 'assay'])
  })

  it('is that of the forge which the run is on, and of GitHub where none is known', async () => {
    const tokens = { GITHUB_TOKEN: 'hub', GITLAB_TOKEN: 'lab' }

    expect(await sentTo(tokens, {}, { forge: 'gitlab', apiUrl: `${url}/api/v4` })).toEqual(['lab'])
    expect(await sentTo(tokens)).toEqual(['lab', 'hub'])
  })

  it('is asked for where there is none', async () => {
    await expect(sentTo({})).rejects.toMatchObject({
      code: 'DEPLOY_NO_TOKEN',
      problems: [{ what: 'there is no token for acme/deploy: none is set', fix: expect.any(String) }],
    })
    expect(sent).toEqual([])
  })

  it('goes nowhere where the CI does not say which forge its server is', async () => {
    const env = { ASSAY_DEPLOY_TOKEN: 'deploy', ASSAY_TOKEN: 'assay' }
    const serverUrl = 'https://git.example'

    await expect(sentTo(env, {}, { name: 'Jenkins', serverUrl })).rejects.toMatchObject({
      code: 'DEPLOY_NO_TOKEN',
      problems: [
        {
          what: 'no token is sent anywhere for acme/deploy: Jenkins does not say which forge https://git.example is',
          fix: 'set ASSAY_FORGE to github or gitlab, or name the repository by its git address',
        },
      ],
    })
    await expect(sentTo(env, {}, { name: 'Jenkins' })).rejects.toMatchObject({ code: 'DEPLOY_NO_TOKEN' })
    expect(sent).toEqual([])
  })

  it("is asked for where there is the job's own alone, which the forge would only call wrong", async () => {
    const gitlab = { name: 'GitLab CI', forge: 'gitlab', apiUrl: `${url}/api/v4` } as const

    await expect(sentTo({ CI_JOB_TOKEN: 'job', ASSAY_DEPLOY_TOKEN: '' }, {}, gitlab)).rejects.toMatchObject({
      code: 'DEPLOY_NO_TOKEN',
      problems: [
        {
          what: "there is no token for acme/deploy: none is set but CI_JOB_TOKEN, the job's own, which opens no repository",
          fix: expect.stringMatching(/^set ASSAY_DEPLOY_TOKEN .*: is this branch protected\?$/),
        },
      ],
    })
    expect(sent).toEqual([])
  })

  it.each([
    ['promote', 'may write there'],
    ['collect', 'may read there'],
    ['drift', 'may write issues and begin workflows there'],
  ])('is asked for by %s with no more rights than it needs', async (command, words) => {
    await expect(sentTo({}, { command })).rejects.toMatchObject({
      problems: [{ fix: expect.stringContaining(words) }],
    })
  })
})
