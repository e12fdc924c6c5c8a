import { describe, expect, it } from 'vitest'
import type { Access, RepositoryConnection } from '../../src/forges/connection.ts'
import { connectWith } from '../../src/forges/github/connect.ts'
import { connectRepository } from '../../src/forges/gitlab/connect.ts'
import {
  FORGE_NAMES,
  FORGES,
  type ForgeName,
  gitTokenIn,
  PLAIN_GIT,
  tokenIn,
} from '../../src/forges/index.ts'

describe('the token that the environment has for a forge', () => {
  const all = {
    ASSAY_TOKEN: 'of-assay',
    GITHUB_TOKEN: 'of-the-workflow',
    GH_TOKEN: 'of-the-tool',
    GITLAB_TOKEN: 'of-the-project',
    CI_JOB_TOKEN: 'of-the-job',
  }

  it.each<[ForgeName, string[]]>([
    ['github', ['ASSAY_TOKEN', 'GITHUB_TOKEN', 'GH_TOKEN']],
    ['gitlab', ['ASSAY_TOKEN', 'GITLAB_TOKEN', 'CI_JOB_TOKEN']],
  ])('%s: is the first of %j that is set, and no other', (forge, names) => {
    const env: Record<string, string> = { ...all }
    for (const name of names) {
      expect(tokenIn(env, forge)).toBe(all[name as keyof typeof all])
      env[name] = ''
    }
    expect(tokenIn(env, forge)).toBeUndefined()
    expect(gitTokenIn(env, forge)).toBeUndefined()
  })

  it('goes to git with the name that GitLab wants for that of a job, in whatever variable it stands', () => {
    const user = 'gitlab-ci-token'

    expect(gitTokenIn({ CI_JOB_TOKEN: 'j' }, 'gitlab')).toEqual({ token: 'j', user })
    expect(gitTokenIn({ CI_JOB_TOKEN: 'j', ASSAY_TOKEN: 'j' }, 'gitlab')).toEqual({ token: 'j', user })
    expect(gitTokenIn({ CI_JOB_TOKEN: 'j', GITLAB_TOKEN: 'p' }, 'gitlab')).toEqual({ token: 'p' })
    expect(gitTokenIn({ CI_JOB_TOKEN: 'g', GITHUB_TOKEN: 'g' }, 'github')).toEqual({ token: 'g' })
  })
})

describe('the row of a forge', () => {
  it.each(FORGE_NAMES)('%s: leads to what connects it', async name => {
    const { connectForge } = await FORGES[name].load()
    const access = { repository: 'octo/model', token: 'x', apiUrl: FORGES[name].apiUrl(HOST), env: {} }

    expect(connectForge(access).name).toBe(name)
  })

  it('says where the API of a server is', () => {
    const at = (name: ForgeName, server: string) => FORGES[name].apiUrl(new URL(server))

    expect(at('github', 'https://github.com/octo')).toBe('https://api.github.com')
    expect(at('github', 'https://ghe.example:8443/octo')).toBe('https://ghe.example:8443/api/v3')
    expect(at('gitlab', 'https://gitlab.com/octo')).toBe('https://gitlab.com/api/v4')
  })

  it.each(FORGE_NAMES)('%s: shares neither host nor pull requests with another', name => {
    const others = FORGE_NAMES.filter(other => other !== name).map(other => FORGES[other])

    expect(others.map(({ host }) => host)).not.toContain(FORGES[name].host)
    expect(others.map(({ pullRequests }) => pullRequests)).not.toContain(FORGES[name].pullRequests)
  })

  it.each<[ForgeName, string, string]>([
    ['github', 'https://github.com', 'pull'],
    ['gitlab', 'https://gitlab.com', '-/merge_requests'],
  ])('%s: leads to pull requests where people look, not where the API is', async (name, usual, requests) => {
    const access = { repository: 'octo/model', token: 'x', env: {} }
    const apiUrl = FORGES[name].apiUrl(new URL('https://api.example'))
    const own = await CONNECTS[name]({ ...access, apiUrl, serverUrl: 'https://git.example' })
    const hosted = await CONNECTS[name](access)

    expect([own.webUrl, hosted.webUrl]).toEqual(['https://git.example/octo/model', `${usual}/octo/model`])
    expect(own.pullRequestUrl(7)).toBe(`https://git.example/octo/model/${requests}/7`)
  })

  it('of plain git opens any address, with a page to look at where it is one of the web', async () => {
    const { connectDeploy } = await PLAIN_GIT.load()
    const web = await connectDeploy({ url: 'https://git.example/team/deploy.git/', env: {} })
    const folder = await connectDeploy({ url: 'file:///srv/deploy.git', env: {} })
    await Promise.all([web.close(), folder.close()])

    expect([web.webUrl, folder.webUrl]).toEqual(['https://git.example/team/deploy', undefined])
    expect(web.forge).toBeUndefined()
  })
})

const CONNECTS: Record<ForgeName, (access: Access) => Promise<RepositoryConnection>> = {
  github: ({ token, ...access }) => connectWith(token, access),
  gitlab: connectRepository,
}
const HOST = new URL('https://git.example')
