import { describe, expect, it } from 'vitest'
import { renderMarker } from '../../src/core/marker.ts'
import type { Result } from '../../src/core/report/result.ts'
import type { Forge, NewCheck } from '../../src/forges/forge.ts'
import { githubForge } from '../../src/forges/github.ts'
import { githubClient } from '../../src/forges/github-client.ts'
import { closeCheck, conclusionOf, openCheck, publishReport } from '../../src/forges/publish.ts'
import { REPOSITORY, TOKENS, useGithub } from '../support/emulator.ts'
import type { Fault } from '../support/faults.ts'

const github = useGithub()

function forgeAs(token: string, deadline = 1000): Forge {
  const safety = { wait: async () => {}, deadline }
  return githubForge(githubClient({ token, apiUrl: github.url, safety }), REPOSITORY)
}

const opening = (commit: string): NewCheck => ({
  name: 'assay / late-flights',
  commit,
  externalId: '100.1/late-flights',
  detailsUrl: 'https://github.com/octo/model/actions/runs/100',
  title: 'Training',
  summary: 'has begun',
})

const output = { title: 'Pass: better than the champion', summary: 'numbers', text: 'more numbers' }

function resultOf(pullRequest: number | undefined, order = '100.1', changes: Partial<Result> = {}): Result {
  return {
    version: 1,
    model: 'late-flights',
    state: 'judged',
    verdict: 'pass',
    blocks: false,
    candidate: { source: 'this commit' },
    metrics: [],
    gates: [],
    slices: [],
    warnings: [],
    configuration: { source: 'base', changes: [] },
    run: { order, pullRequest },
    ...changes,
  } as Result
}

/** A whole run of one model: check opened, work, report published. */
async function report(forge: Forge | undefined, commit: string, result: Result, body = '**Pass**') {
  const check = await openCheck(forge, opening(commit))
  return publishReport(forge, { result, body, check, output })
}

describe('a report', () => {
  it('takes at most 5 requests the first time, and at most 5 the next', async () => {
    const { number, headSha } = await github.pullRequest()

    const first = await report(forgeAs(TOKENS.workflow), headSha, resultOf(number))
    const firstCalls = github.requests.map(request => request.method)
    github.forget()
    const next = await report(forgeAs(TOKENS.workflow), headSha, resultOf(number, '101.1'))
    const nextCalls = github.requests.map(request => request.method)

    expect(first).toMatchObject({ comment: { action: 'created' }, check: { kind: 'check' }, notes: [] })
    expect(next).toMatchObject({ comment: { action: 'updated' }, check: { kind: 'check' }, notes: [] })
    expect(firstCalls).toEqual(['POST', 'GET', 'POST', 'GET', 'PATCH'])
    expect(nextCalls).toEqual(['POST', 'GET', 'PATCH', 'PATCH'])
  })

  it('opens the check before the work and completes it after', async () => {
    const { number, headSha } = await github.pullRequest()
    const forge = forgeAs(TOKENS.workflow)

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

    const published = await report(forgeAs(TOKENS.noChecks), headSha, resultOf(number))

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

    const published = await report(forgeAs(TOKENS.readOnly), headSha, resultOf(number))

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

    const published = await report(forgeAs(TOKENS.workflow), headSha, resultOf(undefined))

    expect(published).toMatchObject({ comment: { action: 'none' }, check: { kind: 'check' } })
    expect(published.notes).toEqual(['No comment: this run belongs to no pull request'])
  })

  it.each([undefined, 'yesterday', '1', '1.1; DROP'])(
    'that does not say how new it is (%s) writes over no other',
    async order => {
      const { number, headSha } = await github.pullRequest()
      await github.comment(
        number,
        `${renderMarker({ model: 'late-flights', order: '5.1' })}\nof CI`,
        TOKENS.workflow,
      )

      const published = await report(forgeAs(TOKENS.workflow), headSha, {
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
    [{ verdict: 'pass', blocks: false, state: 'skipped' }, 'skipped', 'success'],
  ] as const)(
    'of %j is %s, as a status %s: "cannot tell" is never green',
    async (changes, conclusion, state) => {
      const { headSha } = await github.pullRequest()
      const result = resultOf(undefined, '1.1', changes)

      await report(forgeAs(TOKENS.workflow), headSha, result)
      await report(forgeAs(TOKENS.noChecks), headSha, result)

      expect(conclusionOf(result)).toBe(conclusion)
      expect(await github.checks(headSha)).toMatchObject([{ status: 'completed', conclusion }])
      expect(github.statuses.findLast(status => status.sha === headSha)).toMatchObject({ state })
    },
  )

  it('that nothing depends on is opened as skipped at once', async () => {
    const { headSha } = await github.pullRequest()

    await openCheck(forgeAs(TOKENS.workflow), { ...opening(headSha), conclusion: 'skipped' })
    await openCheck(forgeAs(TOKENS.noChecks), { ...opening(headSha), conclusion: 'skipped' })

    expect(await github.checks(headSha)).toMatchObject([{ status: 'completed', conclusion: 'skipped' }])
    expect(github.statuses.findLast(status => status.sha === headSha)).toMatchObject({ state: 'success' })
  })

  it('that could not be opened is tried once more at the end', async () => {
    const { headSha } = await github.pullRequest()
    const forge = forgeAs(TOKENS.workflow)
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
    const forge = forgeAs(TOKENS.workflow)

    await closeCheck(forge, await openCheck(forge, opening(headSha)), {
      conclusion: 'cancelled',
      title: 'Cancelled',
      summary: 'stopped',
    })

    expect(await github.checks(headSha)).toMatchObject([{ status: 'completed', conclusion: 'cancelled' }])
  })
})

/** Every call of a report × every way to fail. Checked is what is on the forge afterwards and what we say about it. */
describe('every call that fails', () => {
  const calls = [
    { call: 'POST check', method: 'POST', path: /check-runs$/, token: TOKENS.workflow },
    { call: 'POST status', method: 'POST', path: /statuses/, token: TOKENS.noChecks },
    { call: 'GET user', method: 'GET', path: /^\/user$/, token: TOKENS.person },
    { call: 'GET comments', method: 'GET', path: /comments$/, token: TOKENS.workflow },
    { call: 'POST comment', method: 'POST', path: /comments$/, token: TOKENS.workflow },
    { call: 'PATCH comment', method: 'PATCH', path: /comments\/\d+$/, token: TOKENS.workflow },
    { call: 'DELETE comment', method: 'DELETE', path: /comments\/\d+$/, token: TOKENS.workflow },
    { call: 'PATCH check', method: 'PATCH', path: /check-runs\/\d+$/, token: TOKENS.workflow },
  ]
  const faults: Fault[] = [
    500,
    502,
    503,
    504,
    409,
    422,
    429,
    'secondary-limit',
    'hang',
    'reset',
    'html',
    'truncated',
    301,
    'empty',
  ]
  const cases = calls.flatMap(call =>
    faults.flatMap(fault => [true, false].map(forGood => ({ ...call, fault, forGood }))),
  )

  it.each(cases)(
    '$call × $fault, for good: $forGood',
    async ({ call, method, path, token, fault, forGood }) => {
      const { number, headSha } = await github.pullRequest()
      const login = token === TOKENS.person ? token : TOKENS.workflow
      if (/PATCH comment|DELETE|user/.test(call)) await github.comment(number, marked('90.1'), login)
      if (/DELETE/.test(call)) await github.comment(number, marked('91.1'), login)
      // A POST fails after it took effect: the harder case. A refusal has none.
      const takesEffect = method === 'POST' && ![409, 422, 429, 'secondary-limit', 301].includes(fault)
      github.fail({
        method,
        path,
        fault,
        times: forGood ? undefined : 1,
        takesEffect: takesEffect && !forGood,
      })

      const published = await report(forgeAs(token, 150), headSha, resultOf(number))
      const ours = (await github.comments(number)).filter(
        comment => comment.body === marked('100.1', '**Pass**'),
      )
      const checks = await github.checks(headSha)

      expect(ours.length).toBeLessThanOrEqual(1)
      expect(checks.length).toBeLessThanOrEqual(1)
      const saysPosted = ['created', 'updated', 'unchanged'].includes(published.comment.action)
      expect(saysPosted).toBe(ours.length === 1)
      const saysChecked = published.check.kind === 'check' && published.check.url !== undefined
      expect(saysChecked).toBe(checks[0]?.status === 'completed')
      if (!saysPosted || !saysChecked) expect(published.notes).not.toEqual([])
      expect(github.requests.length).toBeLessThanOrEqual(20)
    },
  )
})

function marked(order: string, body = 'before'): string {
  return `${renderMarker({ model: 'late-flights', order })}\n${body}`
}
