import { describe, expect, it } from 'vitest'
import { compareWithRecord, reproduceSteps } from '../../../src/core/release/reproduce.ts'
import { resultOf } from '../../../src/core/release/result-of.ts'
import { releaseOf } from '../../support/releases.ts'
import { CHAMPION_COMMIT, metric, result } from '../../support/results.ts'

describe('reproducing a release', () => {
  it('is a clone, the commit, its data, training and evaluation', () => {
    expect(reproduceSteps(releaseOf())).toEqual([
      "git clone 'https://forge.example/acme/late-flights' late-flights-b491386",
      'cd late-flights-b491386',
      'git checkout --detach b491386fdba107330fe1d110ee3f84d84394fbbe',
      'dvc pull',
      'assay train --model late-flights',
      'assay evaluate --model late-flights',
    ])
    expect(reproduceSteps(releaseOf({}, { data: ['params.yaml sha256 1a2b3c4d5e6f'] }))).not.toContain(
      'dvc pull',
    )
  })

  it('leaves a shell nothing to run in an address', () => {
    const [clone] = reproduceSteps(releaseOf({}, { repository: 'https://forge.example/a;b&c' }))

    expect(clone).toBe("git clone 'https://forge.example/a;b&c' late-flights-b491386")
  })

  it('gives the same where nothing changed', () => {
    const { metrics, warnings } = compareWithRecord(releaseOf(), result())

    expect(warnings).toEqual([])
    expect([...new Set(metrics.map(row => row.agreement))]).toEqual(['same'])
    expect(metrics[0]?.metric).toBe('roc_auc')
  })

  it('tells what lies within its interval, what differs and what is missing', () => {
    const record = releaseOf(
      {},
      { metrics: { a: { value: 0.8, interval: [0.7, 0.9] }, b: { value: 0.5 }, c: { value: 1 } } },
    )
    const again = result({ metrics: [metric('a', [0, 0.85]), metric('b', [0, 0.51])] })

    expect(
      compareWithRecord(record, again).metrics.map(({ metric, agreement }) => [metric, agreement]),
    ).toEqual([
      ['a', 'within'],
      ['b', 'differs'],
      ['c', 'missing'],
    ])
  })

  it('says why it may differ', () => {
    const again = result({ candidate: { source: 'this commit', commit: CHAMPION_COMMIT, data: ['other'] } })

    expect(compareWithRecord(releaseOf(), again).warnings).toEqual([
      'the commit is not that of the release',
      'the test set of the release is recorded, that of this result is not known',
      'the data is not that of the release: dvc.lock:data/flights.csv',
    ])
  })
})

describe('the result that a record keeps', () => {
  it('has the numbers of the one it was made from', () => {
    const [kept, whole] = [resultOf(releaseOf()), result()]

    for (const row of whole.metrics.filter(one => one.gated)) {
      const same = kept.metrics.find(one => one.metric === row.metric)
      expect(same?.candidate?.value).toBe(row.candidate?.value)
      expect(same?.champion?.value).toBe(row.champion?.value)
      expect(same?.differences.champion?.interval).toEqual(row.differences.champion?.interval)
      expect(same?.judgement).toBe(row.judgement)
    }
    expect(kept.champion?.commit).toBe(CHAMPION_COMMIT)
  })
})
