import { describe, expect, it } from 'vitest'
import { evaluation, type Row, weighed } from './weigh-inputs.ts'

const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, at) => ({ label: at % 2 === 0 ? 1 : 0, score: 0.1 + (at % 9) / 10 }))
const [candidate, champion] = [evaluation('candidate', rows(40)), evaluation('champion', rows(30))]
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
})
