import { describe, expect, it } from 'vitest'
import type { Evaluation } from '../../../../src/core/inputs/evaluation.ts'
import { headlineOf } from '../../../../src/core/report/sections/headline.ts'
import { plainPhrase } from '../../../../src/core/report/words/phrase.ts'
import { tops } from '../../../support/report-tops.ts'
import { evaluation, type Row, weighed } from './weigh-inputs.ts'

const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, at) => ({ label: at % 2 === 0 ? 1 : 0, score: 0.1 + (at % 9) / 10 }))
const [candidate, champion] = [evaluation('candidate', rows(40)), evaluation('champion', rows(30))]
candidate.metrics.set('lift', 2)
const gates = [{ metric: 'accuracy', not_worse_than: 'champion', margin: 0.1 }]

describe('test data that changed', () => {
  it.each<[Record<string, unknown> | undefined, RegExp]>([
    [undefined, /one way on: .* by `champion: \{ run: … \}`/],
    [{ environment: 'production' }, /one way on: .* by `champion: \{ run: … \}`/],
    [{ run: 'make champion' }, /let `champion\.run` evaluate .* below `\$ASSAY_WORKSPACE`/],
  ])('is not comparable, and the message names the one way on: champion %j', (configured, words) => {
    const result = weighed({ gates, ...(configured && { champion: configured }) }, { candidate, champion })

    expect(result.verdict).toBe('not_comparable')
    expect(result.warnings).toEqual([
      expect.stringMatching(/^Not comparable with the champion: .*10 only in the candidate's.*[^.]\.$/),
      expect.stringMatching(words),
    ])
  })

  it('is told of nothing else that cannot be compared', () => {
    const other = { ...champion, predictions: { ...champion.predictions!, task: 'regression' as const } }

    expect(weighed({ gates }, { candidate, champion: other }).warnings.join()).not.toContain('way on')
  })

  it.each<[string, Evaluation, RegExp]>([
    [
      'other test sets',
      champion,
      /Nothing was compared with the champion: the rows are not the same: .*\d only/,
    ],
    [
      'no metric in common',
      { ...champion, predictions: undefined, testSet: undefined, metrics: new Map([['ndcg', 0.4]]) },
      /: they have no metric in common\./,
    ],
    [
      'numbers of a file, and no rows',
      { ...champion, predictions: undefined, testSet: undefined, metrics: new Map([['lift', 2]]) },
      /: the champion has no rows to compare those of the candidate with\./,
    ],
  ])(
    'with no gate on the champion passes by its gates, and every face says that nothing was compared: %s',
    async (_, other, words) => {
      const floor = [{ metric: 'accuracy', at_least: 0 }]
      const result = weighed({ gates: floor }, { candidate, champion: other })

      expect(result.verdict).toBe('pass')
      for (const [face, text] of Object.entries(await tops(result))) {
        expect(text, face).not.toContain('No difference')
        expect(text, face).toContain('nothing was compared with the champion')
      }
      expect(plainPhrase(headlineOf(result).why)).toMatch(words)
    },
  )

  it('is compared where anything is', () => {
    const result = weighed({ gates }, { candidate, champion: evaluation('champion', rows(40)) })

    expect(result.notCompared).toBeUndefined()
    expect(plainPhrase(headlineOf(result).why)).toContain('No difference to the champion is shown.')
  })
})
