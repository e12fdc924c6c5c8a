import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { renderPromotionBody } from '../../../src/core/promotion/text/body.ts'
import { renderMarkdown } from '../../../src/core/report/markdown.ts'
import { openCheck, publishReport } from '../../../src/forges/ensure/publish.ts'
import { gitlabClient } from '../../../src/forges/gitlab/client.ts'
import { gitlabForge } from '../../../src/forges/gitlab/forge.ts'
import { GITLAB_BOT, PROJECT, TOKEN, useGitlab } from '../../support/gitlab.ts'
import { promotion } from '../../support/promotions.ts'
import { failedResult, result } from '../../support/results.ts'
import { opening, output, report, resultOf } from '../report-run.ts'

const gitlab = useGitlab()
/** No pauses, so that tests are fast. */
const safety = { wait: async () => {} }
const forgeAs = (token: string) => gitlabForge(gitlabClient({ token, apiUrl: gitlab.url, safety }), PROJECT)

const statusOf = (sha: string) =>
  gitlab.double
    .state()
    .projects[PROJECT]!.statuses.filter(status => status.sha === sha)
    .map(({ state, description }) => [state, description])

describe('the status of a report', () => {
  it.each([
    [{ verdict: 'pass', blocks: false }, 'success'],
    [{ verdict: 'inconclusive', blocks: false }, 'pending'],
    [{ verdict: 'not_comparable', blocks: false }, 'pending'],
    [{ verdict: 'inconclusive', blocks: true }, 'failed'],
    [{ verdict: 'fail', blocks: true }, 'failed'],
    [{ verdict: 'fail', blocks: false }, 'pending'],
    [{ verdict: 'inconclusive', blocks: false, state: 'training_failed' }, 'failed'],
    [{ verdict: 'skipped', blocks: false, state: 'skipped' }, 'success'],
  ] as const)('of %j is %s, with its words: "cannot tell" is never green', async (changes, state) => {
    const { headSha } = await gitlab.mergeRequest()

    const published = await report(forgeAs(TOKEN.bot), headSha, resultOf(undefined, '1.1', changes))

    expect(statusOf(headSha).at(-1)).toEqual([state, output.title])
    expect(statusOf(headSha).filter(([one]) => one === 'success')).toHaveLength(state === 'success' ? 1 : 0)
    expect(published).toMatchObject({
      check: { kind: 'status' },
      notes: ['No comment: this run belongs to no pull request'],
    })
  })

  it.each(['success', 'neutral', 'failure'] as const)(
    'of a verdict that is known (%s) takes one call',
    async conclusion => {
      const { number, headSha } = await gitlab.mergeRequest()
      const forge = forgeAs(TOKEN.bot)
      gitlab.forget()

      const check = await openCheck(forge, { ...opening(headSha), ...output, conclusion })
      const published = await publishReport(forge, { result: resultOf(number), body: 'x', check, output })

      expect(published).toMatchObject({ check: { kind: 'status' }, notes: [] })
      expect(statusOf(headSha).at(-1)![1]).toBe(output.title)
      const calls = gitlab.requests.filter(({ path }) => path.includes('statuses'))
      expect(calls.map(({ method }) => method)).toEqual(['POST'])
    },
  )

  it('is the last one after two runs, and written once where it is there already', async () => {
    const { headSha } = await gitlab.mergeRequest()
    const pending = {
      commit: headSha,
      context: 'assay',
      state: 'pending' as const,
      description: 'Inconclusive',
    }
    await forgeAs(TOKEN.bot).setStatus(pending)

    await forgeAs(TOKEN.bot).setStatus(pending)
    const twice = statusOf(headSha)
    await forgeAs(TOKEN.bot).setStatus({ ...pending, state: 'success', description: 'Pass' })

    expect(twice).toEqual([['pending', 'Inconclusive']])
    expect(statusOf(headSha).at(-1)).toEqual(['success', 'Pass'])
  })

  it('whose answer was lost is there all the same', async () => {
    const { headSha } = await gitlab.mergeRequest()
    gitlab.fail({ method: 'POST', path: /statuses/, fault: 502, takesEffect: true, times: 1 })
    const status = { commit: headSha, context: 'assay', state: 'pending' as const, description: 'x' }

    expect(await forgeAs(TOKEN.bot).setStatus(status)).toBeUndefined()
    expect(statusOf(headSha)).toEqual([['pending', 'x']])
  })

  it('is set all the same where another job sets one at the same moment', async () => {
    const { headSha } = await gitlab.mergeRequest()
    const message = 'Another update to this commit status is in progress'
    gitlab.fail({ method: 'POST', path: /statuses/, fault: 409, message, times: 2 })
    const status = { commit: headSha, context: 'assay', state: 'success' as const, description: 'x' }

    expect(await forgeAs(TOKEN.bot).setStatus(status)).toBeUndefined()
    expect(statusOf(headSha)).toEqual([['success', 'x']])
  })

  it('is refused in words to a token that may not', async () => {
    const { headSha } = await gitlab.mergeRequest()
    const status = { commit: headSha, context: 'assay', state: 'pending' as const, description: 'x' }

    const refused = await forgeAs(TOKEN.readOnly).setStatus(status)

    expect(refused?.refused).toMatch(/insufficient_scope.*the scope `api` and the role Developer/)
  })
})

describe('the account behind a token', () => {
  it('is asked for, but not for a job’s', async () => {
    expect(await forgeAs(TOKEN.bot).whoAmI()).toBe(GITLAB_BOT)
    gitlab.forget()
    expect(await forgeAs(TOKEN.job).whoAmI()).toBeUndefined()
    expect(gitlab.requests).toEqual([])
  })
})

describe('the listing of comments', () => {
  it('leaves out what GitLab itself noted', async () => {
    const { number } = await gitlab.mergeRequest()
    gitlab.note(number, 'talk')
    gitlab.note(number, 'added 1 commit', 'maintainer', true)

    expect((await forgeAs(TOKEN.bot).listComments(number)).map(({ body }) => body)).toEqual(['talk'])
  })

  it.each([
    ['a later page fails', { fault: 500 as const, after: 1 }],
    ['a later page is HTML', { fault: 'html' as const, after: 1 }],
    ['a later page is cut off', { fault: 'truncated' as const, after: 1 }],
    ['the first page has a conflict', { fault: 409 as const }],
    ['a later page is no list', { fault: 'no-id' as const, after: 1 }],
  ])('is an error when %s', async (_, rule) => {
    const { number } = await gitlab.mergeRequest()
    for (let count = 0; count < 150; count++) gitlab.note(number, `comment ${count}`)
    gitlab.fail({ method: 'GET', path: /notes$/, ...rule })

    await expect(forgeAs(TOKEN.bot).listComments(number)).rejects.toBeInstanceOf(AssayError)
  })
})

describe('the merge request of a branch and a commit', () => {
  it('is the one whose head is exactly that commit', async () => {
    const { number, headSha } = await gitlab.mergeRequest()
    const { source } = gitlab.double.state().projects[PROJECT]!.mergeRequests[number - 1]!
    const forge = forgeAs(TOKEN.bot)

    expect(await forge.findPullRequest({ head: `team:${source}`, headSha })).toEqual({ number, base: 'main' })
    expect(await forge.findPullRequest({ head: `team:${source}`, headSha: 'a'.repeat(40) })).toBeUndefined()
  })
})

describe('text of others', () => {
  const hostile = '/merge\n/close\n\n/approve fast'
  const starts = (body: string) => body.split('\n').filter(line => line.startsWith('/'))

  it('GL-010: in a note runs no quick action', async () => {
    const { number, headSha } = await gitlab.mergeRequest()
    const forge = forgeAs(TOKEN.bot)
    const results = [
      result({ warnings: [hostile, '/close'], model: '/merge' }),
      failedResult('training_failed', { command: hostile, tail: `x\n${hostile}` }),
    ]
    const bodies = results.map(one => renderMarkdown(one, forge.dialect, { head: headSha }))

    for (const body of bodies) await forge.createComment(number, body)

    expect(bodies.flatMap(starts)).toEqual([])
    expect(gitlab.double.state().executed).toEqual([])
    expect(gitlab.notes(number).map(note => note.body)).toEqual(bodies)
  })

  it('GL-010: in the description of a merge request runs none either', async () => {
    const text = promotion({ kind: 'rollback', reason: hostile, rendered: hostile })
    const changes = [{ path: 'a.yaml', before: hostile, after: `${hostile}\n/close` }]

    const body = renderPromotionBody({ ...text, changes }, forgeAs(TOKEN.bot).dialect)

    expect(starts(body)).toEqual([])
  })

  it('is carried out by GitLab where it gets through: the double does so too', async () => {
    const { number } = await gitlab.mergeRequest()

    await forgeAs(TOKEN.bot).createComment(number, `text\n/close`)

    expect(gitlab.double.state().executed.splice(0)).toEqual(['close'])
    expect(gitlab.notes(number).map(note => note.body)).toEqual(['text'])
  })
})

it.each(['model', '../model', 'team/..', 'team/mo del', 'team/model\n', 'team//model', '/team/model'])(
  'refuses the project %j',
  project => {
    expect(() => gitlabForge(gitlabClient({ token: 't', apiUrl: gitlab.url }), project)).toThrow(AssayError)
  },
)
