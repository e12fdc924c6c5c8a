import { describe, expect, it } from 'vitest'
import type { AssayError } from '../../src/core/errors/errors.ts'
import { renderError } from '../../src/core/text/error-text.ts'
import { ensureComment } from '../../src/forges/ensure/comment.ts'
import { forgeError, withFix } from '../../src/forges/forge-error.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import { githubForge } from '../../src/forges/github/forge.ts'
import { askGraphql } from '../../src/forges/github/graphql.ts'
import { githubPullRequests } from '../../src/forges/github/pull-requests.ts'
import { REPOSITORY, TOKENS, useGithub } from '../support/emulator.ts'
import { useNock } from '../support/use-nock.ts'
import { clientAt, create, list, readme } from './client.ts'

const github = useGithub()
const nock = useNock()
const HOST = 'https://ghe.example'

/** What a person is told where the forge answers so. */
async function told(status: number, body: object, headers: Record<string, string> = {}): Promise<string> {
  nock(HOST).persist().post(/.*/).reply(status, body, headers)
  const error = (await create(clientAt(HOST).rest, 1).catch((thrown: unknown) => thrown)) as AssayError
  nock.cleanAll()
  return renderError(error)
}

describe('what to do after a refusal', () => {
  it.each([
    [403, 'Unable to create comment because issue is locked.', /unlock it/],
    [403, 'Resource not accessible by integration', /permission.*`permissions:` of the job/],
    [403, 'Resource not accessible by personal access token', /permission for this call/],
    [403, 'Repository was archived so is read-only.', /unarchive it/],
    [
      403,
      'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
      /single sign-on/,
    ],
    [
      403,
      'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.',
      /allow list/,
    ],
    [403, 'This installation has been suspended', /suspended/],
    [403, '`acme` forbids access via a personal access token (classic).', /kind of token/],
    [410, 'Issues has been disabled in this repository.', /Turn the feature on/],
    [422, 'No commits between main and assay/promote/production/churn', /nothing to propose/],
    [422, 'Validation Failed: body is too long (maximum is 65536 characters)', /Shorten/],
    [
      422,
      'Reviews may only be requested from collaborators. One or more of the users is not a collaborator.',
      /who may write/,
    ],
    [
      422,
      'Repository rule violations found\n\nChanges must be made through a pull request.',
      /rule of the repository/,
    ],
    [422, 'Protected branch update failed for refs/heads/main.', /branch is protected/],
    [405, 'At least 1 approving review is required by reviewers with write access.', /approved/],
    [405, 'Required status check "build" is expected.', /checks.*have to pass/],
    [409, 'Head branch was modified. Review and try the merge again.', /Somebody was faster/],
    [401, 'Bad credentials', /token is wrong or has expired/],
    [401, 'Token is expired. You can either do re-authorization or token refresh.', /after the training/],
    [404, 'Not Found', /without access to the repository/],
    [403, 'Forbidden', /permission for this call/],
    [422, 'Something that nobody has seen before', /Change what the forge names/],
  ])('goes by the reason, whatever the status: %i %s', async (status, message, advice) => {
    const text = await told(status, { message })

    expect(text).toMatch(advice)
    expect(text).toContain(message.split('\n')[0]!.slice(0, 60))
  })

  it('names the permissions that the forge asks for', async () => {
    const text = await told(
      403,
      { message: 'Resource not accessible by integration' },
      { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' },
    )

    expect(text).toContain('this call needs `issues: write` or `pull_requests: write`')
  })

  it('takes no words for permissions that are none', async () => {
    const headers = { 'x-accepted-github-permissions': 'issues=write`; run `curl evil' }

    expect(await told(403, { message: 'Forbidden' }, headers)).not.toContain('evil')
  })

  it('keeps the reason of the forge before the advice of the call', () => {
    const refused = (said: string) =>
      forgeError({ code: 'FORGE_FORBIDDEN', call: 'POST /x', status: 403, said, fix: 'usual' })
    const fixOf = (said: string) => withFix(refused(said), 'give contents: write').problems[0]!.fix

    expect(fixOf('Repository was archived so is read-only.')).toMatch(/unarchive/)
    expect(fixOf('Resource not accessible by integration')).toBe('give contents: write')
    expect(fixOf('Forbidden')).toBe('give contents: write')
  })

  it.each([
    ['Repository was archived so is read-only.', 'FORGE_REJECTED', /unarchive/],
    ['Something went wrong while executing your query.', 'FORGE_UNAVAILABLE', /run again later/],
  ])('goes by the words of GraphQL too, which names no status: %s', async (message, code, fix) => {
    nock(HOST)
      .post('/graphql')
      .reply(200, { data: null, errors: [{ message }] })
    const { graphql } = githubClient({ token: TOKENS.workflow, apiUrl: HOST })

    await expect(askGraphql(graphql, 'query Any { x }', {})).rejects.toMatchObject({
      code,
      problems: [{ fix: expect.stringMatching(fix) }],
    })
  })

  it('in a locked conversation: the comment is refused with the reason, and the check is told of', async () => {
    const { number } = await github.pullRequest()
    github.fail({ method: 'POST', fault: 403, message: 'Unable to create comment because issue is locked.' })
    const forge = githubForge(clientAt(github.url), REPOSITORY)

    const ensured = await ensureComment(forge, { pullRequest: number, model: 'm', order: '1.1', body: 'x' })

    expect(ensured).toMatchObject({
      action: 'refused',
      reason: expect.stringMatching(/locked.*unlock it.*check/),
    })
    expect(ensured.reason).not.toContain('permission')
  })

  it.each(['You have triggered an abuse detection mechanism.', 'You have exceeded a secondary rate limit'])(
    'after a limit, is to wait: %s',
    async message => {
      nock(HOST)
        .post(/.*/)
        .reply(403, { message })
        .post(/.*/)
        .reply(403, { message })
        .post(/.*/)
        .reply(201, {})
      const { rest, pauses } = clientAt(HOST)

      await create(rest, 1)

      expect(pauses).toEqual([60_000, 60_000])
    },
  )
})

describe('a pull request that the forge does not take', () => {
  const pulls = (rest: ReturnType<typeof clientAt>['rest']) =>
    githubPullRequests({ rest, graphql: undefined as never }, REPOSITORY)

  it.each([
    ['No commits between main and x', /nothing to propose/],
    ['Validation Failed', /Change what the forge names/],
  ])('is sent once: %s', async (message, advice) => {
    const { rest } = clientAt(github.url)
    github.fail({ method: 'POST', path: /\/pulls$/, fault: 422, message })

    const made = pulls(rest).create({ branch: 'x', base: 'main', title: 't', body: 'b' })

    await expect(made).rejects.toMatchObject({ problems: [{ fix: expect.stringMatching(advice) }] })
    expect(github.requests.filter(({ path }) => path.endsWith('/pulls'))).toHaveLength(1)
  })
})

describe('a token that the forge does not know', () => {
  const clientWith = (token: string) => {
    const pauses: number[] = []
    const wait = async (milliseconds: number) => void pauses.push(milliseconds)
    return { rest: githubClient({ token, apiUrl: github.url, safety: { wait } }).rest, pauses }
  }

  it('yet, as an app has just made it: is tried again for a moment', async () => {
    github.fail({ fault: 401, message: 'Bad credentials', times: 2 })
    const { rest, pauses } = clientWith(TOKENS.workflow)

    await readme(rest)

    expect(pauses).toEqual([500, 1000])
  })

  it('for a moment, when something is created: it is created once', async () => {
    const { number } = await github.pullRequest()
    github.fail({ fault: 401, message: 'Bad credentials', times: 1 })

    await create(clientWith(TOKENS.workflow).rest, number)

    expect(await github.comments(number)).toHaveLength(1)
  })

  it('after five seconds, is wrong', async () => {
    github.fail({ fault: 401, message: 'Bad credentials' })
    const { rest, pauses } = clientWith(TOKENS.workflow)

    await expect(list(rest)).rejects.toMatchObject({
      code: 'FORGE_UNAUTHORIZED',
      problems: [{ fix: expect.stringContaining('wrong or has expired') }],
    })
    expect(pauses.reduce((sum, pause) => sum + pause)).toBe(5000)
  })

  it('any more, is not waited for and is said to have expired', async () => {
    const { rest, pauses } = clientWith(TOKENS.workflow)
    await readme(rest)
    github.fail({ fault: 401, message: 'Bad credentials' })

    await expect(list(rest)).rejects.toMatchObject({
      problems: [{ fix: expect.stringContaining('taken before in this run') }],
    })
    expect(pauses).toEqual([])
  })

  it('and that is no token of an app, is wrong at once', async () => {
    github.fail({ fault: 401, message: 'Bad credentials' })
    const { rest, pauses } = clientWith('ghp_personal_0123456789')

    await expect(list(rest)).rejects.toMatchObject({ code: 'FORGE_UNAUTHORIZED' })
    expect(pauses).toEqual([])
  })
})
