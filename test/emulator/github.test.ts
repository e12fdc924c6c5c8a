import { Octokit } from '@octokit/rest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmulatedGithub, startGithub } from '../../emulator/github.ts'

const SEED = {
  users: [{ login: 'ada' }, { login: 'robot' }],
  organisations: [{ login: 'acme', name: 'Acme', members: ['ada', 'robot'] }],
  repositories: ['one', 'two'].map(name => ({ owner: 'acme', name, auto_init: true })),
  tokens: {
    'token-of-ada': { login: 'ada' },
    'token-of-the-app': { login: 'robot', app: 'robot' },
  },
}

describe('the emulated GitHub', () => {
  let github: EmulatedGithub
  const as = (token: keyof typeof SEED.tokens) => new Octokit({ auth: token, baseUrl: github.url })

  beforeAll(async () => {
    github = await startGithub(SEED)
  })
  afterAll(() => github.close())

  it('merges all commits of a branch, and keeps what came to the base meanwhile', async () => {
    const ada = as('token-of-ada').rest
    const place = { owner: 'acme', repo: 'one' }
    const write = (branch: string, path: string) =>
      ada.repos.createOrUpdateFileContents({
        ...place,
        branch,
        path,
        message: path,
        content: Buffer.from(path).toString('base64'),
      })
    const { data: main } = await ada.git.getRef({ ...place, ref: 'heads/main' })
    await ada.git.createRef({ ...place, ref: 'refs/heads/change', sha: main.object.sha })
    await write('change', 'first.txt')
    await write('change', 'second.txt')
    await write('main', 'meanwhile.txt')
    const { data: pull } = await ada.pulls.create({ ...place, title: 'Change', head: 'change', base: 'main' })

    const { data: merged } = await ada.pulls.merge({ ...place, pull_number: pull.number })

    const { data: commit } = await ada.git.getCommit({ ...place, commit_sha: merged.sha })
    const { data: listed } = await ada.git.getTree({ ...place, tree_sha: commit.tree.sha })
    const paths = listed.tree.map(({ path }) => path)
    expect(paths).toEqual(expect.arrayContaining(['first.txt', 'meanwhile.txt', 'second.txt']))
    expect(commit.message).toBe(`Merge pull request #${pull.number} from acme/change\n\nChange`)
    expect((await ada.pulls.get({ ...place, pull_number: pull.number })).data.merged).toBe(true)
  })

  it('has several repositories, and lets only apps write checks', async () => {
    const place = { owner: 'acme', repo: 'two' }
    const { data: main } = await as('token-of-ada').rest.git.getRef({ ...place, ref: 'heads/main' })
    const check = { ...place, name: 'assay', head_sha: main.object.sha }

    await expect(as('token-of-ada').rest.checks.create(check)).rejects.toMatchObject({ status: 403 })
    const { data } = await as('token-of-the-app').rest.checks.create(check)
    expect(data.app?.slug).toBe('robot')
  })
})
