import { describe, expect, it } from 'vitest'
import { originOf } from '../../../src/core/release/origin.ts'
import { BASE_COMMIT, CANDIDATE_COMMIT, result } from '../../support/results.ts'

describe('the origin of an image', () => {
  const judged = result()

  it('is the same whoever ran it, where and when', () => {
    const origin = originOf(CANDIDATE_COMMIT, judged)

    expect(origin).toMatchObject({
      commit: CANDIDATE_COMMIT,
      metrics: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(
      originOf(CANDIDATE_COMMIT, result({ run: { url: 'https://ci.example/2' }, warnings: ['late'] })),
    ).toEqual(origin)
  })

  it('is another one with other metrics or data', () => {
    const [first, ...rest] = judged.metrics
    const better = { ...first!, candidate: { ...first!.candidate!, value: 0.123 } }
    const others = [
      judged,
      result({ metrics: [better, ...rest] }),
      result({ candidate: { ...judged.candidate, data: ['data.csv 1234'] } }),
    ].map(one => JSON.stringify(originOf(CANDIDATE_COMMIT, one)))

    expect(new Set(others).size).toBe(3)
  })

  it('is the commit alone where nothing was judged, or another commit', () => {
    expect(originOf(BASE_COMMIT, judged)).toEqual({ commit: BASE_COMMIT })
    expect(originOf(BASE_COMMIT, undefined)).toEqual({ commit: BASE_COMMIT })
  })
})
