import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binOf } from '../../../../src/core/traffic/profile/bins.ts'
import { CountedColumn } from '../../../../src/core/traffic/profile/counted-column.ts'
import type { Feature } from '../../../../src/core/traffic/profile/feature.ts'
import { KeptNumbers } from '../../../../src/core/traffic/profile/kept-numbers.ts'
import { ModelProfile } from '../../../../src/core/traffic/profile/profile.ts'
import { profileOf } from '../../../support/profiles.ts'
import { cases } from '../../../support/rounds.ts'

const column = { name: 'x', index: 0, isListed: true }
const options = { bins: 10, categories: 30 }

/** Counted as a reader does: once, and again where that is asked for. */
function counted(values: readonly unknown[], limits = { numbers: 1000, texts: 100 }): Feature {
  const one = new CountedColumn(column, options, limits)
  for (const value of values) one.sink.addValue(value)
  if (one.needsAgain()) for (const value of values) one.sink.addValue(value)
  return one.feature()!
}

/** The same in pages that say where in a dictionary each cell stands, as Parquet has them. */
function countedByCodes(values: readonly unknown[], limits: { numbers: number; texts: number }): Feature {
  const one = new CountedColumn(column, options, { ...limits, rows: values.length })
  const pass = () => {
    for (let from = 0; from < values.length; from += 17) {
      const page = values.slice(from, from + 17)
      const dictionary: unknown[] = [...new Set(page)].filter(value => value !== null && value !== undefined)
      one.sink.addCodes(
        Int32Array.from(page, value => dictionary.indexOf(value)),
        dictionary,
      )
    }
  }
  pass()
  if (one.needsAgain()) pass()
  return one.feature()!
}

describe('a column that is counted', () => {
  it('is the same of true and false, whether a file has them as values or as text', () => {
    const values = Array.from({ length: 100 }, (_, row) => row % 3 === 0)
    const ofValues = counted(values)

    expect(ofValues).toMatchObject({ type: 'number', counts: [0, 66, 34, 0] })
    expect(counted(values.map(one => (one ? 'True' : 'False')))).toEqual(ofValues)
    for (const [value, text] of [
      [true, 'True'],
      [false, 'false'],
    ] as const)
      expect(binOf(ofValues, text)).toBe(binOf(ofValues, value))
    expect(counted([...values.map(one => (one ? 'true' : 'no')), 'maybe'])).toMatchObject({
      type: 'category',
      categories: ['1', 'no'],
    })
  })

  it('holds every cell in the bin that a live one would be in, whatever the cells are', () => {
    const cell = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 30 }) },
      { weight: 4, arbitrary: fc.double() },
      fc.constantFrom(
        'a',
        'b',
        'a',
        '',
        ' ',
        'nan',
        'None',
        '1',
        '1.0',
        'True',
        '007',
        'x'.repeat(300),
        '2026-01-01',
      ),
      fc.constantFrom(null, undefined, true, 1n, new Date(0), {}, [1]),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 120 }), fc.boolean(), (cells, few) => {
        const values = few ? cells.map((_, index) => cells[(index % 5) % cells.length]) : cells
        const limits = few ? { numbers: 20, texts: 3 } : { numbers: 1000, texts: 100 }
        const feature = counted(values, limits)
        expect(countedByCodes(values, limits)).toEqual(feature)

        const profile = profileOf({
          rows: values.length,
          features: [feature],
          score: undefined,
          prediction: undefined,
        })
        expect(ModelProfile.safeParse(profile).error).toBeUndefined()
        if (feature.type === 'category' && feature.categories.length === 0) return
        const live = new Array<number>(feature.counts.length + 2).fill(0)
        for (const value of values) live[binOf(feature, value)]!++
        expect([...feature.counts, feature.missing, feature.pooled ?? 0]).toEqual(live)
      }),
      cases(600),
    )
  })

  it('has edges within half a point of the rank, and exact counts, where not all numbers are kept', () => {
    const values = Array.from({ length: 60_000 }, (_, row) => ((row * 7919) % 60_013) + 0.5)
    const feature = counted(values, { numbers: 20_000, texts: 10 })

    expect(feature.counts).toHaveLength(10)
    expect(feature.counts.reduce((all, count) => all + count, 0)).toBe(60_000)
    for (const count of feature.counts) expect(Math.abs(count / 60_000 - 0.1)).toBeLessThan(0.015)
  })

  it('names no rare number by an edge', () => {
    const feature = counted([...new Array(50).fill(1), ...new Array(50).fill(2), 107, -3])

    expect(feature).toMatchObject({ edges: [1, 2], counts: [1, 50, 51] })
  })

  it('counts categories exactly that were known before there were too many', () => {
    const values = Array.from({ length: 3000 }, (_, row) =>
      row % 3 ? ['web', 'app'][row % 2] : `t${row % 900}`,
    )
    const feature = counted(values, { numbers: 10, texts: 20 })

    expect(feature).toMatchObject({ type: 'category' })
    const at = (feature as { categories: string[] }).categories.indexOf('web')
    expect(feature.counts[at]).toBe(values.filter(value => value === 'web').length)
  })
})

describe('numbers that are kept', () => {
  it('are drawn with equal chance', () => {
    const kept = new KeptNumbers(2000)
    for (let value = 0; value < 100_000; value++) kept.add(value)
    const sample = kept.sample()
    const mean = sample.reduce((sum, value) => sum + value, 0) / sample.length

    expect(kept.whole).toBeUndefined()
    expect(sample).toHaveLength(2000)
    // Four standard errors of the mean of 2,000.
    expect(Math.abs(mean - 50_000)).toBeLessThan((4 * 28_868) / Math.sqrt(2000))
  })
})
