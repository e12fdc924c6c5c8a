import { describe, expect, it } from 'vitest'
import { headlineOf, headlineText } from '../../../../src/core/report/sections/headline.ts'
import { plainPhrase } from '../../../../src/core/report/words/phrase.ts'
import { shownWords } from '../../../../src/core/report/words/words.ts'
import type { Result } from '../../../../src/core/verdict/result.ts'
import { difference, failedResult, gate, metric, result } from '../../../support/results.ts'

const BETTER = metric('auc', [0.6, 0.7], difference(0.1, 0.05, 0.15), { gated: true })
const SAME = metric('auc', [0.6, 0.6], difference(0, -0.01, 0.01), { gated: true })
const WORSE = metric('auc', [0.7, 0.6], difference(-0.1, -0.15, -0.05), { gated: true })
const WAIVED = { reason: 'r', author: 'a', until: '2026-12-31' }

function headline(change: Partial<Result>): string {
  return headlineText(result(change))
}

function why(change: Partial<Result>): string {
  return plainPhrase(headlineOf(result(change)).why).trim()
}

describe('the first line', () => {
  it.each<[string, Partial<Result>, string]>([
    [
      'a gate on the champion passed',
      { metrics: [SAME], gates: [gate('auc not worse than champion by more than 0.1', 'pass')] },
      'pass — not worse than the champion',
    ],
    [
      'only a floor passed',
      { metrics: [SAME], gates: [gate('auc at least 0.5', 'pass')] },
      'pass — the gate passed',
    ],
    [
      'slices were too small to judge, those of the same columns counted once',
      {
        metrics: [SAME],
        gates: (['region', 'region', 'age'] as const).map((column, index) =>
          gate('auc not worse than champion by more than 0.1', 'pass', {
            slices: { column, judged: 2, cannotJudge: 2 + (index % 2), failed: [] },
          }),
        ),
      },
      'pass — not worse than the champion, 5 slices too small to judge',
    ],
    [
      'a gain is shown',
      { metrics: [BETTER], gates: [gate('auc at least 0.5', 'pass')] },
      'pass — better than the champion',
    ],
    [
      'a loss is allowed',
      { metrics: [WORSE], gates: [gate('auc at least 0.5', 'pass')] },
      'pass — worse than the champion, but within what is allowed',
    ],
    [
      'the loss is waived',
      {
        metrics: [WORSE],
        gates: [
          gate('f1 at least 0.5', 'pass'),
          gate('auc at least 0.9', 'fail', { blocks: false, waived: WAIVED }),
        ],
      },
      'pass — the gate passed, 1 gate waived',
    ],
    [
      'gates failed',
      { verdict: 'fail', blocks: true, gates: [gate('a', 'fail'), gate('b', 'pass')] },
      'fail — a gate failed',
    ],
    [
      'a gate asked about what got worse',
      { verdict: 'fail', blocks: true, metrics: [WORSE], gates: [gate('auc at least 0.9', 'fail')] },
      'fail — worse than the champion',
    ],
    [
      'slices failed',
      {
        verdict: 'fail',
        blocks: true,
        gates: [
          gate('auc in slices', 'fail', {
            slices: { column: 'c', judged: 4, cannotJudge: 0, failed: ['c = 1', 'c = 2'] },
          }),
        ],
      },
      'fail — fails in 2 slices',
    ],
    [
      'nothing can be told',
      {
        verdict: 'inconclusive',
        metrics: [SAME],
        gates: [gate('auc not worse than champion by more than 0.001', 'inconclusive')],
      },
      'inconclusive — cannot tell from these 7,099 rows',
    ],
    [
      'there is no champion',
      {
        verdict: 'inconclusive',
        champion: undefined,
        gates: [gate('auc better than champion', 'inconclusive')],
      },
      'inconclusive — there is no champion yet',
    ],
    [
      'nobody could find out what serves',
      {
        verdict: 'inconclusive',
        champion: undefined,
        gates: [
          gate('auc better than champion', 'inconclusive', {
            reason: 'the deploy repository does not say what serves: there is no token for acme/deploy',
          }),
        ],
      },
      'inconclusive — cannot tell',
    ],
    [
      'there is nothing at all',
      {
        verdict: 'inconclusive',
        champion: undefined,
        base: undefined,
        gates: [gate('auc better than champion', 'inconclusive')],
      },
      'inconclusive — nothing to compare with yet',
    ],
    [
      'the test sets differ',
      { verdict: 'not_comparable', blocks: true, gates: [gate('a', 'not_comparable')] },
      'not comparable — the numbers do not measure the same thing',
    ],
    [
      'no gate is configured',
      { verdict: 'inconclusive', gates: [] },
      'inconclusive — no gate is configured, so nothing was judged',
    ],
    [
      'every gate is waived',
      { verdict: 'inconclusive', gates: [gate('a', 'fail', { blocks: false, waived: WAIVED })] },
      'inconclusive — every gate is waived',
    ],
  ])('when %s', (_, change, expected) => {
    expect(headline(change)).toBe(`late-flights: ${expected}`)
  })

  it('is never green when nothing could be told', () => {
    for (const verdict of ['inconclusive', 'not_comparable', 'fail'] as const)
      expect(headlineOf(result({ verdict })).sign).not.toMatch(/✅|🟢/u)
  })

  it.each([
    [
      { command: 'python train.py', exitCode: 3, tail: '' },
      'python train.py ended with exit code 3, so nothing was compared. The check fails.',
    ],
    [
      { command: 'x', signal: 'SIGKILL', tail: '' },
      'x was ended by SIGKILL, so nothing was compared. The check fails.',
    ],
    [
      { command: 'x', signal: 'SIGTERM', timedOut: true, tail: '' },
      'x ran into its time limit, so nothing was compared. The check fails.',
    ],
    [{ command: 'x', tail: '' }, 'x could not be carried out, so nothing was compared. The check fails.'],
  ])('says how a command ended: %j', (failure, expected) => {
    const { verdict, why } = headlineOf(failedResult('training_failed', failure))

    expect(verdict).toBe('training failed')
    expect(plainPhrase(why)).toBe(expected)
  })
})

it('names no command where none left the files that cannot be read', () => {
  const said = (command?: string) =>
    plainPhrase(headlineOf(failedResult('evaluation_failed', { command, tail: 'p.csv: is empty' })).why)

  expect(said('make eval')).toBe(
    'make eval left files that cannot be read, so nothing was compared. The check fails.',
  )
  expect(said()).toBe('The files of the evaluation cannot be read, so nothing was compared. The check fails.')
})

describe('the reason', () => {
  it('names the gates that decided, three of them', () => {
    const gates = ['a', 'b', 'c', 'd'].map(name => gate(name, 'fail'))

    expect(why({ verdict: 'fail', blocks: true, gates })).toBe(
      '4 of 4 gates failed: a, b, c and 1 more. The check fails.',
    )
  })

  it('says whether a verdict that cannot tell stands in the way', () => {
    const gates = [gate('a', 'inconclusive')]

    expect(why({ verdict: 'inconclusive', blocks: false, gates })).toMatch(
      /does not fail, and it is not green/,
    )
    expect(why({ verdict: 'inconclusive', blocks: true, gates })).toMatch(/The check fails\.$/)
  })

  it('says what a pass costs', () => {
    const loss = metric('recall', [0.7, 0.6], difference(-0.1, -0.15, -0.05), { gated: true })
    const gates = [gate('auc better than champion', 'pass'), gate('recall at least 0.5', 'pass')]

    expect(why({ metrics: [BETTER, loss], gates })).toBe(
      "Both gates passed. auc is better than the champion's. recall is worse, within what the gates allow.",
    )
  })
})

describe('what is shown', () => {
  it.each([
    [0.0004, 'worse, p < 0.001'],
    [0.004, 'worse, p 0.004'],
    [0.0449, 'worse, p 0.045'],
  ])('p %d is %s', (p, words) => {
    const row = metric('a', [0.7, 0.6], difference(-0.1, -0.15, -0.05, { p }))

    expect(shownWords(row, 'champion')).toBe(words)
  })

  it('needs no such word for what is known exactly', () => {
    const change = difference(5, 5, 5, { p: 0, method: 'exact' })

    expect(shownWords(metric('cost', [10, 15], change, { direction: 'lower' }), 'champion')).toBe('worse')
  })
})
