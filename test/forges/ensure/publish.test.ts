import { describe, expect, it } from 'vitest'
import { closeCheck, conclusionOf, openCheck, publishReport } from '../../../src/forges/ensure/publish.ts'
import { TOKENS, useGithub } from '../../support/emulator.ts'
import { marked } from '../comment-job.ts'
import { forgeAs, opening, output, report, resultOf } from '../report-run.ts'

const github = useGithub()

describe('a report', () => {
  it('takes at most 5 requests the first time, and at most 5 the next', async () => {
    const { number, headSha } = await github.pullRequest()

    const first = await report(forgeAs(github, TOKENS.workflow), headSha, resultOf(number))
    const firstCalls = github.requests.map(request => request.method)
    github.forget()
    const next = await report(forgeAs(github, TOKENS.workflow), headSha, resultOf(number, '101.1'))
    const nextCalls = github.requests.map(request => request.method)

    expect(first).toMatchObject({ comment: { action: 'created' }, check: { kind: 'check' }, notes: [] })
    expect(next).toMatchObject({ comment: { action: 'updated' }, check: { kind: 'check' }, notes: [] })
    expect(firstCalls).toEqual(['POST', 'GET', 'POST', 'GET', 'PATCH'])
    expect(nextCalls).toEqual(['POST', 'GET', 'PATCH', 'PATCH'])
  })

  it('opens the check before the work and completes it after', async () => {
    const { number, headSha } = await github.pullRequest()
    const forge = forgeAs(github, TOKENS.workflow)

    const check = await openCheck(forge, opening(headSha))
    const during = await github.checks(headSha)
    await publishReport(forge, { result: resultOf(number), body: 'x', check, output })

    expect(during).toMatchObject([{ name: 'assay / late-flights', status: 'in_progress', conclusion: null }])
    expect(await github.checks(headSha)).toMatchObject([
      { status: 'completed', conclusion: 'success', output: { title: output.title } },
    ])
  })

  it('becomes a commit status where the token may write no checks, and says why', async () => {
    const { number, headSha } = await github.pullRequest()

    const published = await report(forgeAs(github, TOKENS.noChecks), headSha, resultOf(number))

    expect(published.check).toMatchObject({ kind: 'status' })
    expect(published.notes).toEqual([
      expect.stringMatching(/^A commit status instead of a check: .*`permissions: checks: write`/),
    ])
    expect(github.statuses.filter(status => status.sha === headSha).map(status => status.state)).toEqual([
      'pending',
      'success',
    ])
    expect(await github.comments(number)).toHaveLength(1)
  })

  it('of a fork is lost nowhere: the notes say what is missing and how to get it', async () => {
    const { number, headSha } = await github.pullRequest()

    const published = await report(forgeAs(github, TOKENS.readOnly), headSha, resultOf(number))

    expect(published).toMatchObject({ comment: { action: 'refused' }, check: { kind: 'none' } })
    expect(published.notes).toEqual([
      expect.stringMatching(/^No comment: .*Resource not accessible by integration.*`workflow_run` workflow/),
      expect.stringMatching(/^No check: .*Resource not accessible by integration/),
    ])
    expect(await github.comments(number)).toEqual([])
  })

  it('without a forge is lost nowhere either', async () => {
    const check = await openCheck(undefined, opening('0'.repeat(40)), 'there is no token')

    const published = await publishReport(undefined, {
      result: resultOf(7),
      body: 'x',
      check,
      output,
      forgeMissing: 'there is no token',
    })

    expect(published.notes).toEqual(['No comment: there is no token', 'No check: there is no token'])
  })

  it('of a push has a check and no comment', async () => {
    const { headSha } = await github.pullRequest()

    const published = await report(forgeAs(github, TOKENS.workflow), headSha, resultOf(undefined))

    expect(published).toMatchObject({ comment: { action: 'none' }, check: { kind: 'check' } })
    expect(published.notes).toEqual(['No comment: this run belongs to no pull request'])
  })

  it.each([undefined, 'yesterday', '1', '1.1; DROP'])(
    'that does not say how new it is (%s) writes over no other',
    async order => {
      const { number, headSha } = await github.pullRequest()
      await github.comment(number, marked('of CI', '5.1'), TOKENS.workflow)

      const published = await report(forgeAs(github, TOKENS.workflow), headSha, {
        ...resultOf(number),
        run: { order, pullRequest: number },
      })

      expect(published.comment.action).toBe('skipped_older')
    },
  )
})

describe('the check', () => {
  it.each([
    [{ verdict: 'pass', blocks: false }, 'success', 'success'],
    [{ verdict: 'inconclusive', blocks: false }, 'neutral', 'pending'],
    [{ verdict: 'not_comparable', blocks: false }, 'neutral', 'pending'],
    [{ verdict: 'inconclusive', blocks: true }, 'failure', 'failure'],
    [{ verdict: 'fail', blocks: true }, 'failure', 'failure'],
    [{ verdict: 'fail', blocks: false }, 'neutral', 'pending'],
    [{ verdict: 'inconclusive', blocks: false, state: 'training_failed' }, 'failure', 'failure'],
    [{ verdict: 'skipped', blocks: false, state: 'skipped' }, 'skipped', 'success'],
  ] as const)(
    'of %j is %s, as a status %s: "cannot tell" is never green',
    async (changes, conclusion, state) => {
      const { headSha } = await github.pullRequest()
      const result = resultOf(undefined, '1.1', changes)

      await report(forgeAs(github, TOKENS.workflow), headSha, result)
      await report(forgeAs(github, TOKENS.noChecks), headSha, result)

      expect(conclusionOf(result)).toBe(conclusion)
      expect(await github.checks(headSha)).toMatchObject([{ status: 'completed', conclusion }])
      expect(github.statuses.findLast(status => status.sha === headSha)).toMatchObject({ state })
    },
  )

  it('that nothing depends on is opened as skipped at once', async () => {
    const { headSha } = await github.pullRequest()

    await openCheck(forgeAs(github, TOKENS.workflow), { ...opening(headSha), conclusion: 'skipped' })
    await openCheck(forgeAs(github, TOKENS.noChecks), { ...opening(headSha), conclusion: 'skipped' })

    expect(await github.checks(headSha)).toMatchObject([{ status: 'completed', conclusion: 'skipped' }])
    expect(github.statuses.findLast(status => status.sha === headSha)).toMatchObject({ state: 'success' })
  })

  it('that could not be opened is tried once more at the end', async () => {
    const { headSha } = await github.pullRequest()
    const forge = forgeAs(github, TOKENS.workflow)
    github.fail({ path: /check-runs/, fault: 503 })
    const opened = await openCheck(forge, opening(headSha))
    github.forget()

    const closed = await closeCheck(forge, opened, { conclusion: 'success', ...output })

    expect(opened).toMatchObject({ kind: 'none', reason: expect.stringContaining('503') })
    expect(closed).toMatchObject({ kind: 'check', url: expect.stringContaining('http') })
    expect(await github.checks(headSha)).toMatchObject([{ conclusion: 'success' }])
  })

  it('of a cancelled run is cancelled', async () => {
    const { headSha } = await github.pullRequest()
    const forge = forgeAs(github, TOKENS.workflow)

    await closeCheck(forge, await openCheck(forge, opening(headSha)), {
      conclusion: 'cancelled',
      title: 'Cancelled',
      summary: 'stopped',
    })

    expect(await github.checks(headSha)).toMatchObject([{ status: 'completed', conclusion: 'cancelled' }])
  })
})
