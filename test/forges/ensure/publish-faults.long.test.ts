import { describe, expect, it } from 'vitest'
import { TOKENS, useGithub } from '../../support/emulator.ts'
import type { Fault } from '../../support/faults.ts'
import { marked } from '../comment-job.ts'
import { forgeAs, report, resultOf } from '../report-run.ts'

const github = useGithub()

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
      if (/PATCH comment|DELETE|user/.test(call))
        await github.comment(number, marked('before', '90.1'), login)
      if (/DELETE/.test(call)) await github.comment(number, marked('before', '91.1'), login)
      // A POST fails after it took effect: the harder case. A refusal has none.
      const takesEffect = method === 'POST' && ![409, 422, 429, 'secondary-limit', 301].includes(fault)
      github.fail({
        method,
        path,
        fault,
        times: forGood ? undefined : 1,
        takesEffect: takesEffect && !forGood,
      })

      const published = await report(forgeAs(github, token), headSha, resultOf(number))
      const ours = (await github.comments(number)).filter(
        comment => comment.body === marked('**Pass**', '100.1'),
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
