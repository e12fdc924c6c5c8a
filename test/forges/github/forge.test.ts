import { getOctokit } from '@actions/github'
import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { isRefusal } from '../../../src/forges/forge.ts'
import { githubClient } from '../../../src/forges/github/client.ts'
import { githubForge } from '../../../src/forges/github/forge.ts'
import { safeRequests } from '../../../src/forges/http/safe-requests.ts'
import { BOT, REPOSITORY, TOKENS, useGithub } from '../../support/emulator.ts'
import { UNTIMED } from '../../support/faults.ts'

const github = useGithub()
/** No pauses, so that tests are fast. */
const safety = { wait: async () => {} }
const forgeAs = (token: string) =>
  githubForge(githubClient({ token, apiUrl: github.url, safety }), REPOSITORY)

describe('the account behind a token', () => {
  it('of a workflow is told by the check it makes, without another call', async () => {
    const { headSha } = await github.pullRequest()
    const forge = forgeAs(TOKENS.workflow)
    await forge.createCheck({ name: 'a', commit: headSha, externalId: '1', title: 't', summary: 's' })

    const author = await forge.whoAmI()

    expect(author).toBe(BOT)
    expect(github.requests).toHaveLength(1)
  })

  it('of a person is asked for', async () => {
    expect(await forgeAs(TOKENS.person).whoAmI()).toBe('octo')
  })

  it('of a workflow that made no check stays unknown', async () => {
    expect(await forgeAs(TOKENS.workflow).whoAmI()).toBeUndefined()
  })
})

describe('a token that may not', () => {
  const check = (commit: string) => ({ name: 'a', commit, externalId: '1', title: 't', summary: 's' })

  it('write checks is told which permission to add', async () => {
    const { headSha } = await github.pullRequest()

    const answer = await forgeAs(TOKENS.noChecks).createCheck(check(headSha))

    expect(isRefusal(answer) && answer.refused).toMatch(
      /Resource not accessible by integration.*`permissions: checks: write`/,
    )
  })

  it('write checks because it is a person’s is told so', async () => {
    const { headSha } = await github.pullRequest()

    const answer = await forgeAs(TOKENS.person).createCheck(check(headSha))

    expect(isRefusal(answer) && answer.refused).toMatch(
      /authenticate via a GitHub App.*no personal access token/,
    )
  })

  it('write at all is told about forks', async () => {
    const { number, headSha } = await github.pullRequest()
    const forge = forgeAs(TOKENS.readOnly)

    const status = await forge.setStatus({ commit: headSha, context: 'a', state: 'pending', description: '' })
    const comment = forge.createComment(number, 'hello')

    expect(status?.refused).toMatch(/`permissions: statuses: write`/)
    await expect(comment).rejects.toMatchObject({
      code: 'FORGE_FORBIDDEN',
      problems: [{ fix: expect.stringMatching(/pull-requests: write.*forks.*`workflow_run`/) }],
    })
  })

  it('FF-012: see the repository is told so, and asks once', async () => {
    const forge = githubForge(
      githubClient({ token: TOKENS.workflow, apiUrl: github.url, safety }),
      'octo/private',
    )

    const listing = forge.listComments(1)

    await expect(listing).rejects.toMatchObject({
      code: 'FORGE_NOT_FOUND',
      problems: [
        {
          what: '[GET] /repos/octo/private/issues/1/comments: 404 Not Found',
          fix: expect.stringMatching(/token without access/),
        },
      ],
    })
    expect(github.requests).toHaveLength(1)
  })
})

describe('a check whose creation got no answer', () => {
  it.each([true, false])('is there once (the forge had made it: %s)', async takesEffect => {
    const { headSha } = await github.pullRequest()
    github.fail({ method: 'POST', path: /check-runs$/, fault: 502, times: 1, takesEffect })

    const check = await forgeAs(TOKENS.workflow).createCheck({
      name: 'assay',
      commit: headSha,
      externalId: '7.1/model',
      title: 't',
      summary: 's',
    })

    expect(check).toMatchObject({ id: expect.any(Number) })
    expect(await github.checks(headSha)).toHaveLength(1)
  })

  it('is not taken from another run', async () => {
    const { headSha } = await github.pullRequest()
    const forge = forgeAs(TOKENS.workflow)
    const other = await forge.createCheck({
      name: 'assay',
      commit: headSha,
      externalId: '6.1/model',
      title: 't',
      summary: 's',
    })
    github.fail({ method: 'POST', path: /check-runs$/, fault: 502, times: 1 })

    const check = await forge.createCheck({
      name: 'assay',
      commit: headSha,
      externalId: '7.1/model',
      title: 't',
      summary: 's',
    })

    expect(check).not.toEqual(other)
    expect(await github.checks(headSha)).toHaveLength(2)
  })
})

describe('the listing of comments', () => {
  it.each([
    ['a later page fails', { fault: 500 as const, after: 1 }],
    ['a later page is HTML', { fault: 'html' as const, after: 1 }],
    ['a later page is cut off', { fault: 'truncated' as const, after: 1 }],
    ['the first page has a conflict', { fault: 409 as const }],
  ])('FF-014: is an error when %s', async (_, rule) => {
    const { number } = await github.pullRequest()
    for (let count = 0; count < 150; count++) await github.comment(number, `comment ${count}`)
    github.fail({ method: 'GET', path: /comments$/, ...rule })

    const listing = forgeAs(TOKENS.workflow).listComments(number)

    await expect(listing).rejects.toBeInstanceOf(AssayError)
  })
})

describe('the client', () => {
  it('of the action library works as well', async () => {
    const { number } = await github.pullRequest()
    const octokit = getOctokit(TOKENS.workflow, { baseUrl: github.url, safety }, safeRequests)

    const comment = await githubForge(octokit, REPOSITORY).createComment(number, 'from an action')

    expect(comment.author).toBe(BOT)
  })

  it.each([
    ['hang', 'FORGE_TIMEOUT'],
    [301, 'FORGE_MOVED'],
    ['html', 'FORGE_BAD_ANSWER'],
    ['reset', 'FORGE_UNREACHABLE'],
  ] as const)('of the action library fails as safely (%s)', async (fault, code) => {
    github.fail({ method: 'POST', fault })
    const octokit = getOctokit(TOKENS.workflow, { baseUrl: github.url, safety: UNTIMED }, safeRequests)

    await expect(githubForge(octokit, REPOSITORY).createComment(1, 'x')).rejects.toMatchObject({ code })
    expect(github.requests).toHaveLength(1)
  })

  it('talks to GitHub Enterprise below its path', async () => {
    const client = githubClient({ token: TOKENS.workflow, apiUrl: `${github.url}/api/v3/`, safety })

    expect(await githubForge(client, REPOSITORY).readFile('README.md', 'main')).toBe('# model\n')
  })

  it.each(['octo', 'octo/model/more', '../model', 'octo/..', 'octo/mo del', 'octo/model\n'])(
    'refuses the repository %j',
    repository => {
      const client = githubClient({ token: TOKENS.workflow, apiUrl: github.url })

      expect(() => githubForge(client, repository)).toThrow(AssayError)
    },
  )

  it.each(['ftp://host', 'host', '', 'https://user:secret@host'])(
    'refuses the address %j without repeating it',
    apiUrl => {
      expect(() => githubClient({ token: 't', apiUrl })).toThrow(
        expect.objectContaining({ code: 'FORGE_URL_INVALID' }),
      )
    },
  )
})
