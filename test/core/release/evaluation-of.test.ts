import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluationOf } from '../../../src/core/release/evaluation-of.ts'
import type { ReleaseRecord } from '../../../src/core/release/record.ts'
import { parseRelease, renderRelease } from '../../../src/core/release/record-file.ts'
import { releaseFrom } from '../../../src/core/release/release-from.ts'
import { newcombe } from '../../../src/core/statistics/intervals/proportions.ts'
import type { Result } from '../../../src/core/verdict/result.ts'
import { releaseOf } from '../../support/releases.ts'
import { cases } from '../../support/rounds.ts'
import { evaluation, numbers, type Row, weighed } from '../verdict/weigh/weigh-inputs.ts'

const rows = (isRight: (row: number) => boolean, count = 400): Row[] =>
  Array.from({ length: count }, (_, row) => {
    const label = (row % 2) as 0 | 1
    const said = isRight(row) ? label : 1 - label
    return { label, score: said === 1 ? 0.6 + (row % 7) / 100 : 0.2 + (row % 11) / 100 }
  })
const GATE = { metric: 'accuracy', not_worse_than: 'champion', margin: 0.1 }

/** The record of a release of these rows, as Assay makes it. */
function recordOf(of: Row[], more: Partial<ReleaseRecord> = {}): ReleaseRecord {
  return { ...recordFrom(weighed({ gates: [] }, { candidate: evaluation('candidate', of) })), ...more }
}

function recordFrom(result: Result): ReleaseRecord {
  const { metrics, test_set } = releaseFrom(result, {
    commit: 'a'.repeat(40),
    committed: '2026-05-18T09:12:00Z',
    repository: 'https://forge.example/acme/churn',
    created: '2026-05-18T10:00:00Z',
    by: 'ada',
    uri: 's3://models/1',
  })
  const { metric_code: _, cost: __, ...base } = releaseOf()
  return { ...base, metrics, ...(test_set && { test_set }) }
}

const against = (
  record: ReleaseRecord,
  candidate: Row[],
  model: Record<string, unknown> = { gates: [GATE] },
) =>
  weighed(model, {
    candidate: evaluation('candidate', candidate),
    champion: evaluationOf(record, 'champion', 'production: release 1'),
  })

describe('the evaluation that a record keeps', () => {
  it('is weighed by Newcombe for shares of all rows: the same numbers as from the counts', () => {
    const champion = rows(row => row % 10 !== 0)
    const result = against(
      recordOf(champion),
      rows(row => row % 20 !== 0),
    )

    const { difference } = { difference: result.metrics[0]!.differences.champion! }
    const expected = newcombe({ successes: 380, n: 400 }, { successes: 360, n: 400 })
    expect(difference).toMatchObject({ method: 'newcombe', paired: false, rows: 400 })
    expect(difference.interval.low).toBeCloseTo(expected.low, 12)
    expect(difference.interval.high).toBeCloseTo(expected.high, 12)
    expect(difference.p).toBeCloseTo(expected.p, 12)
    expect(result.gates[0]!.reason).toContain('(unpaired: low power)')
  })

  it('is never narrower than the rows themselves, whatever they are', () => {
    const bits = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 40, maxLength: 120 })
    fc.assert(
      fc.property(bits, pairs => {
        const candidate = rows(row => pairs[row]![0], pairs.length)
        const champion = rows(row => pairs[row]![1] || pairs[row]![0], pairs.length)
        const gates = { gates: [GATE] }
        const paired = weighed(gates, {
          candidate: evaluation('candidate', candidate),
          champion: evaluation('champion', champion),
        }).metrics[0]!.differences.champion!

        const kept = against(recordOf(champion), candidate).metrics[0]!.differences.champion!

        expect(kept.value).toBeCloseTo(paired.value, 12)
        const width = ({ interval }: typeof kept) => interval.high - interval.low
        // Bonett and Price add two rows; Wilson shrinks a little at the edges.
        expect(width(kept)).toBeGreaterThan(width(paired) * 0.8)
      }),
      cases(60),
    )
  })

  it('gives AUC and losses by their intervals', () => {
    const result = against(
      recordOf(rows(row => row % 10 !== 0)),
      rows(row => row % 20 !== 0),
    )

    const methods = new Map(result.metrics.map(row => [row.metric, row.differences.champion?.method]))
    expect(methods.get('roc_auc')).toBe('mover')
    expect(methods.get('log_loss')).toBe('mover')
    expect(methods.get('precision')).toBe('mover')
  })

  it('of another test set is not comparable', () => {
    const other = recordOf(rows(row => row % 10 !== 0, 402))

    expect(
      against(
        other,
        rows(row => row % 20 !== 0),
      ).gates[0],
    ).toMatchObject({ verdict: 'not_comparable' })
  })

  it('without an interval tells nothing: inconclusive, never a pass', () => {
    const record = recordOf(rows(row => row % 10 !== 0))
    const bare = { ...record, metrics: { accuracy: { value: 0.1 } } }

    expect(
      against(
        bare,
        rows(() => true),
      ).gates[0],
    ).toMatchObject({ verdict: 'inconclusive' })
  })

  it.each([
    ['its interval does not hold its value', { value: 0.5, interval: [0.8, 0.9] as [number, number] }],
    [
      'its interval is of another level',
      { value: 0.5, interval: [0.4, 0.6] as [number, number], level: 0.8 },
    ],
  ])('whose numbers make no sense is inconclusive: %s', (_, metric) => {
    const record = { ...recordOf(rows(row => row % 10 !== 0)), metrics: { accuracy: metric } }

    expect(
      against(
        record,
        rows(() => true),
      ).gates[0],
    ).toMatchObject({ verdict: 'inconclusive' })
  })

  it('weighs metrics of files as far as both have intervals', () => {
    const record = {
      ...recordOf(rows(() => true)),
      metrics: { hit_rate: { value: 0.5, interval: [0.4, 0.6] as [number, number] }, latency: { value: 4 } },
    }
    delete record.test_set
    const { metrics } = weighed(
      { rows: 1000, proportions: ['hit_rate'], directions: { hit_rate: 'higher', latency: 'lower' } },
      {
        candidate: numbers('candidate', { hit_rate: 0.8, latency: 3 }),
        champion: evaluationOf(record, 'champion', 'production'),
      },
    )

    const found = new Map(metrics.map(row => [row.metric, row]))
    expect(found.get('hit_rate')).toMatchObject({
      judgement: 'better',
      differences: { champion: { method: 'mover' } },
    })
    expect(found.get('latency')).toMatchObject({ champion: { value: 4 }, differences: {} })
  })

  it.each([
    ['100 of 1,319 documents', '100 of 1,319 documents', 'pass', false],
    ['all', 'all', 'pass', false],
    ['all', '100 of 1,319 documents', 'not_comparable', false],
    ['100 of 1,319 documents', 'all', 'not_comparable', false],
    [undefined, '100 of 1,319 documents', 'pass', true],
    [undefined, 'all', 'pass', false],
  ])('of the part %s against the candidate of %s is %s', (theirs, ours, verdict, isTold) => {
    const gates = [{ metric: 'acc', not_worse_than: 'champion', margin: 0.2 }]
    const candidate = (part?: string) =>
      numbers(
        'candidate',
        { acc: 0.8 },
        { aggregates: new Map([['acc', { stderr: 0.01, ...(part !== undefined && { part }) }]]) },
      )
    const record = recordFrom(weighed({ gates: [] }, { candidate: candidate(theirs) }))
    const result = weighed(
      { gates, directions: { acc: 'higher' } },
      {
        candidate: candidate(ours),
        champion: evaluationOf(parseRelease(renderRelease(record), 'r.yaml'), 'champion', 'production'),
      },
    )

    expect(result.gates[0]!.verdict).toBe(verdict)
    const told = result.warnings.filter(warning => warning.includes('the record of its release does not say'))
    expect(told).toHaveLength(isTold ? 1 : 0)
  })

  it.each([
    ['computed by another code, which did not compute what comes from rows', 'accuracy', 'pass'],
    ['computed by another code', 'own_metric', 'not_comparable'],
  ])('%s: %s is %s', (_, metric, verdict) => {
    const record = recordOf(
      rows(row => row % 10 !== 0),
      { metric_code: 'b'.repeat(64) },
    )
    record.metrics.own_metric = { value: 0.5, interval: [0.4, 0.6] }
    const { gates } = weighed(
      {
        gates: [{ metric, not_worse_than: 'champion', margin: 0.5 }],
        directions: { own_metric: 'higher' },
      },
      {
        candidate: {
          ...evaluation(
            'candidate',
            rows(row => row % 20 !== 0),
          ),
          metrics: new Map([['own_metric', 0.5]]),
          metricCode: 'c'.repeat(64),
        },
        champion: evaluationOf(record, 'champion', 'production'),
      },
    )

    expect(gates[0]).toMatchObject({ verdict })
  })

  it.each([
    ['EUR', 5, 'pass'],
    ['EUR', 3, 'fail'],
    ['USD', 5, 'inconclusive'],
    ['', 5, 'pass'],
  ])('has the cost, which is compared in one currency: %s %d is %s', (currency, amount, verdict) => {
    const record = recordOf(
      rows(() => true),
      { cost: { amount, currency } },
    )
    const { gates } = weighed(
      { gates: ['champion', 'base'].map(side => ({ metric: 'cost', not_worse_than: side, margin: 1 })) },
      {
        candidate: {
          ...evaluation(
            'candidate',
            rows(() => true),
          ),
          usage: { trainSeconds: 60, cost: 5.5, currency: 'EUR' },
        },
        champion: evaluationOf(record, 'champion', 'production'),
        base: evaluationOf(record, 'base', 'staging'),
      },
    )

    expect(gates.map(gate => gate.verdict)).toEqual([verdict, verdict])
  })
})
