import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Difference } from '../../../../src/core/statistics/estimate.ts'
import { detectableDifference, sizeNeeded } from '../../../../src/core/statistics/intervals/power.ts'
import { askDifference, judge, type RelativeRule } from '../../../../src/core/verdict/gates/judge.ts'
import { settleWords } from '../../../../src/core/verdict/gates/settle.ts'
import { evaluation, numbers, type Row, weighed } from '../weigh/weigh-inputs.ts'

/** A normal difference over rows, or Student's over seeds, as the methods make them. */
function differenceOf(value: number, se: number, have: number, unit: 'rows' | 'seeds'): Difference {
  const half = unit === 'rows' ? 1.959963985 * se : 2.7764451 * se
  return {
    value,
    interval: { low: value - half, high: value + half, level: 0.95 },
    p: 0.2,
    method: unit === 'rows' ? 'paired-t' : 'seeds-paired-t',
    paired: true,
    ...(unit === 'rows' ? { rows: have } : { counts: { seeds: have } }),
    detectable: detectableDifference(se, 0.8, 0.95, unit === 'rows' ? undefined : have - 1),
  }
}

/** Each number of rows or seeds that a sentence asks for. */
function numbersIn(words: string): number[] {
  return [...words.matchAll(/about ([\d,]+) (?:rows|seeds)/g)].map(([, count]) =>
    Number(count!.replaceAll(',', '')),
  )
}

/** 500 rows of which 69 only the candidate has right and 53 only the champion: +0.032 (−0.012 to +0.075). */
function fiveHundred(): { candidate: Row[]; champion: Row[] } {
  const right = (index: number) =>
    index < 69 ? [true, false] : index < 122 ? [false, true] : [index < 400, index < 400]
  const rows = Array.from({ length: 500 }, (_, index) => right(index))
  const side = (at: 0 | 1) =>
    rows.map((row, index): Row => {
      const label = (index % 2) as 0 | 1
      return { label, score: row[at] === (label === 1) ? 0.9 : 0.1 }
    })
  return { candidate: side(0), champion: side(1) }
}

describe('a gate that cannot tell', () => {
  const { candidate, champion } = fiveHundred()
  const said = (gates: Record<string, unknown>[]) =>
    weighed(
      { gates },
      { candidate: evaluation('candidate', candidate), champion: evaluation('champion', champion) },
    ).gates.map(gate => gate.reason)

  it('says what each number of rows assumes', () => {
    const [reason] = said([{ metric: 'accuracy', not_worse_than: 'champion', margin: 0.01 }])
    expect(reason).toContain('+0.032 (95 % interval −0.012 to +0.075)')
    expect(reason).toContain('would show a change of 0.062 with 80 % power')
    expect(reason).toContain('if the two are equally good, about 19,152 rows in all would settle it')
    expect(reason).toContain('if the difference is the observed one, about 1,086 rows in all would settle it')
  })

  it('says a number once where both assumptions come to the same', () => {
    const same = differenceOf(-0.02, 0.02, 500, 'rows')

    expect(settleWords({ ...same, value: 0 }, 'higher', { kind: 'not_worse', by: 0.01 })).toMatch(
      /; whether the two are equally good or the difference is the observed one, about [\d,]+ rows in all would settle it$/,
    )
  })

  it('answers each gate by its own margin', () => {
    const margins = [0.01, 0.011]
    const reasons = said(margins.map(margin => ({ metric: 'accuracy', not_worse_than: 'champion', margin })))
    expect(reasons.map(numbersIn)).toEqual([
      [19_152, 1086],
      [15_828, 1036],
    ])
  })

  it('says when no number of rows would do: beyond the margin, or with a margin of 0', () => {
    const beyond = differenceOf(-0.02, 0.02, 500, 'rows')
    expect(settleWords(beyond, 'higher', { kind: 'not_worse', by: 0.01 })).toContain(
      'if the difference is the observed one, no number of rows would make it pass',
    )
    expect(numbersIn(settleWords(beyond, 'higher', { kind: 'not_worse', by: 0.01 }))).toEqual([15_698])
    for (const kind of ['not_worse', 'better'] as const)
      expect(settleWords(differenceOf(0.02, 0.02, 500, 'rows'), 'higher', { kind, by: 0 })).toContain(
        'if the two are equally good, no number of rows would settle it; if the difference is the observed one, about 3,925 rows',
      )
  })

  it('on the very limit: more of the same would not make it pass', () => {
    expect(
      settleWords(differenceOf(-0.01, 0.02, 500, 'rows'), 'higher', { kind: 'not_worse', by: 0.01 }),
    ).toContain('if the difference is the observed one, no number of rows would make it pass')
  })

  it('asked to be better by so much, counts from there', () => {
    const words = settleWords(differenceOf(0.03, 0.02, 500, 'rows'), 'higher', { kind: 'better', by: 0.01 })

    // (1.959964 + 0.841621)² × 500 × (0.02 / gap)², with a gap of 0.01, and of 0.03 − 0.01.
    expect(numbersIn(words)).toEqual([15_698, 3925])
  })

  it('names only what would help: no number that is there already, and nothing where all rows say the same', () => {
    expect(settleWords(differenceOf(0.15, 0.02, 500, 'rows'), 'higher', { kind: 'better', by: 0.14 })).toBe(
      '; this data would show a change of 0.056 with 80 % power; if the difference is the observed one, about 15,698 rows in all would settle it',
    )
    expect(settleWords(differenceOf(0, 0, 500, 'rows'), 'higher', { kind: 'better', by: 0 })).toBe('')
  })

  it('of five seeds never asks for five', () => {
    const seeds = (values: number[]) =>
      values.map((loss, seed) => ({ seed, metrics: new Map([['loss', loss]]) }))
    const side = (name: 'candidate' | 'champion', values: number[]) =>
      numbers(name, { loss: values[0]! }, { seeds: seeds(values) })
    const [gate] = weighed(
      {
        directions: { loss: 'lower' },
        gates: [{ metric: 'loss', not_worse_than: 'champion', margin: 0.03 }],
      },
      {
        candidate: side('candidate', [0.31, 0.33, 0.31, 0.35, 0.32]),
        champion: side('champion', [0.31, 0.3, 0.305, 0.31, 0.3]),
      },
    ).gates
    expect(gate!.verdict).toBe('inconclusive')
    expect(gate!.reason).toMatch(/if the difference is the observed one, about \d+ seeds in all/)
    for (const count of numbersIn(gate!.reason)) expect(count).toBeGreaterThan(5)
  })

  it('property: never asks for what is there, and what it asks for settles the rule four times in five', () => {
    const rule = fc.record({
      kind: fc.constantFrom<RelativeRule['kind']>('not_worse', 'better'),
      by: fc.oneof(fc.constant(0), fc.double({ min: 1e-4, max: 0.2, noNaN: true })),
    })
    const unit = fc.constantFrom<'rows' | 'seeds'>('rows', 'seeds')
    const value = fc.double({ min: -0.2, max: 0.2, noNaN: true })
    fc.assert(
      fc.property(
        value,
        fc.double({ min: 1e-4, max: 0.2, noNaN: true }),
        unit,
        rule,
        (change, se, of, asked) => {
          const have = of === 'rows' ? 500 : 5
          const difference = differenceOf(change, se, have, of)
          fc.pre(judge(askDifference(difference, 'higher', asked)) === 'inconclusive')
          const words = settleWords(difference, 'higher', asked)
          for (const count of numbersIn(words)) expect(count).toBeGreaterThan(have)
          // No gap, no number: neither of rows nor of words.
          const gap = asked.kind === 'not_worse' ? change + asked.by : Math.abs(change - asked.by)
          expect(words.includes('no number of')).toBe(
            asked.by === 0 || (asked.kind === 'not_worse' && gap <= 0),
          )
          const size = gap > 0 ? numbersIn(words).at(-1) : undefined
          if (size !== undefined && of === 'rows')
            expect(detectableDifference(se * Math.sqrt(have / size))).toBeLessThanOrEqual(gap * (1 + 1e-9))
        },
      ),
    )
  })
})

describe('sizeNeeded', () => {
  it('counts in the quantiles of its law: of seeds more than of rows', () => {
    const rows = { have: 5, detectable: detectableDifference(0.01) }
    const seeds = { have: 5, detectable: detectableDifference(0.01, 0.8, 0.95, 4), student: true }
    // (1.959964 + 0.841621)² × 5 × (0.01 / 0.01)² = 39.2; by t with 41 degrees of freedom 2.0195 + 0.8505.
    expect(sizeNeeded(rows, 0.01)).toBe(40)
    expect(sizeNeeded(seeds, 0.01)).toBe(42)
    expect(sizeNeeded(rows, 0)).toBeUndefined()
    expect(sizeNeeded(rows, -1)).toBeUndefined()
    expect(sizeNeeded(rows, 1e-12)).toBeUndefined()
  })
})
