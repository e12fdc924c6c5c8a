import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CodedColumn, Direction } from '../../../../src/core/inputs/evaluation.ts'
import type { PairedPredictions } from '../../../../src/core/inputs/predictions/pair.ts'
import type { CompareOptions } from '../../../../src/core/metrics/compare/comparison.ts'
import { hasNoValue, sideOf } from '../../../../src/core/metrics/side.ts'
import { compareOnRows } from '../../../../src/core/metrics/table/compare.ts'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'
import { compareSlices, estimateSlices } from '../../../../src/core/verdict/comparison/slices.ts'
import { askSlice, outcomesOf } from '../../../../src/core/verdict/gates/slice-outcomes.ts'
import type { SliceRow } from '../../../../src/core/verdict/result.ts'
import { rounds } from '../../../support/rounds.ts'
import { column, OPTIONS, pairFrom, samplePair, sideFrom } from '../../metrics/samples.ts'

const SLICES = { ...OPTIONS, minRows: 50, margin: 0.05 }

describe('slices, weighed and judged', () => {
  it('weighs each slice as if it were alone', () => {
    const pair = samplePair({ rows: 600, seed: 1 })
    const origin = cycle('origin', ['ATL', 'JFK', 'SFO'], 600)

    const rows = slices('accuracy', pair, origin)

    expect(rows.map(row => [row.column, row.value, row.rows])).toEqual([
      ['origin', 'ATL', 200],
      ['origin', 'JFK', 200],
      ['origin', 'SFO', 200],
    ])
    const alone = compareOnRows('accuracy', pair, {
      ...SLICES,
      rows: Uint32Array.from({ length: 200 }, (_, i) => 3 * i + 1),
    })
    if (hasNoValue(alone)) throw new Error(alone.undefinedBecause)
    expect(rows[1]).toMatchObject({
      metric: 'accuracy',
      direction: 'higher',
      candidate: alone.candidate.value,
      baseline: alone.baseline.value,
      difference: alone.difference,
    })
  })

  it('says of every slice that is counted what weighing its rows alone says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 80 }), fc.nat(), (rows, seed) => {
        const pair = samplePair({ rows, seed })
        const random = mulberry32(seed)
        const values = Array.from({ length: rows }, () => `v${Math.floor(random() ** 2 * 7)}`)
        const found = compareSlices('accuracy', pair, column('part', values), SLICES)
        if (!Array.isArray(found)) throw new Error(found.problem)
        for (const { value, rows: count, difference } of found) {
          const own = Uint32Array.from(values.flatMap((one, row) => (one === value ? [row] : [])))
          const alone = compareOnRows('accuracy', pair, { ...SLICES, rows: own })
          expect(count).toBe(own.length)
          const isTold = own.length >= 10 && !hasNoValue(alone)
          expect(difference).toEqual(isTold ? alone.difference : undefined)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('fails the slice where the candidate is clearly worse, passes the one where it is clearly not', () => {
    // 200 rows a slice; in "bad" the candidate loses 60 rows it had right, in "good" nothing changes.
    const { pair, origin } = sliceTable({ bad: { rows: 200, lost: 60 }, good: { rows: 200, lost: 0 } })

    const [bad, good] = slices('accuracy', pair, origin)

    expect(bad).toMatchObject({ value: 'bad', outcome: 'fail', candidate: 0.7, baseline: 1 })
    expect(bad!.adjustedP).toBeLessThan(1e-9)
    expect(good).toMatchObject({ value: 'good', outcome: 'pass', adjustedP: 1 })
  })

  it('corrects for the number of slices looked at', () => {
    const one = sliceTable({ bad: { rows: 100, lost: 7 } })
    const noise = Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [`good ${i}`, { rows: 100, lost: 0 }]),
    )
    const ten = sliceTable({ bad: { rows: 100, lost: 7 }, ...noise })

    // 7 of 7 discordant rows: exact p = 2 / 2⁷ = 0.0156, times ten slices 0.156.
    expect(slices('accuracy', one.pair, one.origin)[0]).toMatchObject({
      outcome: 'fail',
      adjustedP: expect.closeTo(2 ** -6, 12),
    })
    expect(slices('accuracy', ten.pair, ten.origin)[0]!.adjustedP).toBeCloseTo(10 * 2 ** -6, 12)
    expect(slices('accuracy', ten.pair, ten.origin)[0]!.outcome).not.toBe('fail')
  })

  it('corrects over all columns of the call', () => {
    const { pair, origin } = sliceTable({ bad: { rows: 100, lost: 7 }, good: { rows: 100, lost: 0 } })
    const hour = { ...origin, name: 'hour' }

    const rows = slices('accuracy', pair, [origin, hour])

    expect(rows).toHaveLength(4)
    expect(rows[0]!.adjustedP).toBeCloseTo(4 * 2 ** -6, 12)
  })

  it('cannot judge a slice under `minRows`, but shows its numbers', () => {
    const { pair, origin } = sliceTable({ small: { rows: 49, lost: 6 }, large: { rows: 100, lost: 0 } })

    const [small] = slices('accuracy', pair, origin)

    expect(small).toMatchObject({ rows: 49, outcome: 'cannot_judge', baseline: 1 })
    expect(small!.difference).toBeDefined()
    expect(small!.adjustedP).toBeUndefined()
  })

  it('SE-007: never shows the numbers of fewer than ten rows', () => {
    const { pair, origin } = sliceTable({ nine: { rows: 9, lost: 9 }, ten: { rows: 10, lost: 1 } })

    const [nine, ten] = slices('accuracy', pair, origin, { minRows: 2 })

    expect(nine).toEqual({
      metric: 'accuracy',
      direction: 'higher',
      column: 'origin',
      value: 'nine',
      rows: 9,
      outcome: 'cannot_judge',
    })
    expect(ten!.candidate).toBe(0.9)
    expect(estimateSlices('accuracy', sideOf(pair, 'candidate'), origin, SLICES)).toMatchObject([
      { value: 'nine', estimate: undefined },
      { value: 'ten', estimate: { value: 0.9 } },
    ])
  })

  it('cannot judge ROC AUC on a slice with one class', () => {
    const label = Array.from({ length: 200 }, (_, row) => (row < 100 ? 1 : row % 2))
    const side = sideFrom('binary', label, { score: label.map((y, row) => (y + (row % 7)) / 8) })
    const origin = column(
      'origin',
      label.map((_, row) => (row < 100 ? 'all positive' : 'mixed')),
    )

    const [one, mixed] = slices('roc_auc', pairFrom(side, side), origin)

    expect(one).toMatchObject({ rows: 100, outcome: 'cannot_judge' })
    expect(one!.difference).toBeUndefined()
    expect(mixed!.outcome).toBe('pass')
  })

  it('cannot judge a slice that could only show differences coarser than the margin', () => {
    const pair = samplePair({ rows: 60, seed: 4 })
    const origin = column('origin', new Array(60).fill('ATL'))

    expect(slices('accuracy', pair, origin, { margin: 0.001 })[0]!.outcome).toBe('cannot_judge')
    expect(slices('accuracy', pair, origin, { margin: undefined })[0]!.outcome).toBe('inconclusive')
  })

  it('does not hide a disaster behind "cannot judge"', () => {
    const { pair, origin } = sliceTable({ bad: { rows: 100, lost: 60 } })

    const [bad] = slices('accuracy', pair, origin, { margin: 0.001 })

    expect(bad!.difference!.detectable).toBeGreaterThan(0.001)
    expect(bad!.outcome).toBe('fail')
  })

  it('accepts a shown loss that is wholly within the margin, as the gate on the whole does', () => {
    const { pair, origin } = sliceTable({ slightly: { rows: 10_000, lost: 40 } })

    const [row] = slices('accuracy', pair, origin, { margin: 0.02 })

    expect(row!.adjustedP).toBeLessThan(0.001)
    expect(row!.outcome).toBe('pass')
  })

  it('turns losses round: more is worse', () => {
    const label = Array.from({ length: 200 }, (_, row) => row % 2)
    const off = (by: number) =>
      sideFrom('binary', label, {
        score: label.map((y, row) => (y === 1 ? 1 - by : by) - (row % 3) / 100 + 0.01),
      })
    const origin = column('origin', new Array(200).fill('ATL'))

    expect(slices('brier', pairFrom(off(0.4), off(0.1)), origin)[0]!.outcome).toBe('fail')
    expect(slices('brier', pairFrom(off(0.1), off(0.4)), origin)[0]!.outcome).toBe('pass')
    expect(slices('brier', pairFrom(off(0.1), off(0.4)), origin, { direction: 'higher' })[0]!.outcome).toBe(
      'fail',
    )
  })

  it('refuses a column that is an id', () => {
    const pair = samplePair({ rows: 1001, seed: 1 })
    const id = column(
      'user_id',
      Array.from({ length: 1001 }, (_, row) => row),
    )

    expect(compareSlices('accuracy', pair, id, SLICES)).toEqual({
      problem: 'column user_id has 1001 values; at most 1000 can be sliced by',
    })
  })

  it('leaves out names of the column that no row carries', () => {
    const pair = samplePair({ rows: 100, seed: 1 })
    const origin = { name: 'origin', values: ['gone', 'here'], codes: new Uint32Array(100).fill(1) }

    expect(slices('accuracy', pair, origin).map(row => row.value)).toEqual(['here'])
  })

  it('resamples within a slice the groups that have rows there', () => {
    const pair = samplePair({ rows: 400, seed: 1 })
    const group = column(
      'user',
      Array.from({ length: 400 }, (_, row) => Math.floor(row / 4)),
    )
    const origin = column(
      'origin',
      Array.from({ length: 400 }, (_, row) => (row < 200 ? 'ATL' : 'JFK')),
    )

    const rows = slices('accuracy', { ...pair, group }, origin)

    for (const row of rows)
      expect(row.difference).toMatchObject({ method: 'cluster-bootstrap', counts: { groups: 50 } })
  })

  it.each([
    ['accuracy', rounds(40, 200)],
    ['f1', rounds(2, 40)],
    ['roc_auc', rounds(10, 200)],
  ])('fails hardly ever on 50 slices without a difference: %s', (metric, simulations) => {
    let failed = 0
    for (let seed = 1; seed <= simulations; seed++) {
      const pair = samplePair({ rows: 4000, seed: seed * 101 })
      const origin = cycle(
        'origin',
        Array.from({ length: 50 }, (_, i) => `airport ${i}`),
        4000,
        mulberry32(seed),
      )
      const options = metric === 'f1' ? { resamples: 1000 } : {}
      if (slices(metric, pair, origin, { ...options, margin: 0.001 }).some(row => row.outcome === 'fail'))
        failed++
    }

    expect(failed / simulations).toBeLessThanOrEqual(0.05)
  })
})

// --- internal ---

function slices(
  name: string,
  pair: PairedPredictions,
  columns: CodedColumn | CodedColumn[],
  more: Partial<CompareOptions> & { minRows?: number; direction?: Direction } = {},
): SliceRow[] {
  const options = { ...SLICES, ...more }
  const rows = compareSlices(name, pair, columns, options)
  if (!Array.isArray(rows)) throw new Error(rows.problem)
  const rule = { kind: 'not_worse', by: options.margin ?? 0 } as const
  return outcomesOf(
    rows.map(row => askSlice(row, row.difference, rule)),
    options,
  )
}

function cycle(name: string, values: string[], rows: number, random?: () => number): CodedColumn {
  const codes = Uint32Array.from({ length: rows }, (_, row) =>
    random ? Math.floor(random() * values.length) : row % values.length,
  )
  return { name, values, codes }
}

/** The baseline is always right; the candidate is wrong on the first `lost` rows of each slice. */
function sliceTable(shape: Record<string, { rows: number; lost: number }>): {
  pair: PairedPredictions
  origin: CodedColumn
} {
  const entries = Object.entries(shape)
  const names = entries.flatMap(([name, { rows }]) => new Array<string>(rows).fill(name))
  const right = entries.flatMap(([, { rows, lost }]) =>
    Array.from({ length: rows }, (_, row) => (row < lost ? 0 : 1)),
  )
  const label = names.map(() => 1)
  const pair = pairFrom(
    sideFrom('binary', label, { prediction: right }),
    sideFrom('binary', label, { prediction: label }),
  )
  return { pair, origin: column('origin', names) }
}
