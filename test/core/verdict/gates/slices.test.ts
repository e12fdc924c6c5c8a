import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Evaluation } from '../../../../src/core/inputs/evaluation.ts'
import { tSf } from '../../../../src/core/statistics/distributions/distributions.ts'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'
import { askSlice, outcomesOf } from '../../../../src/core/verdict/gates/slice-outcomes.ts'
import { sortSlices } from '../../../../src/core/verdict/gates/slices.ts'
import type { SliceRow } from '../../../../src/core/verdict/result.ts'
import { difference, slice } from '../../../support/results.ts'
import { cases } from '../../../support/rounds.ts'
import { evaluation, type Row, weighed } from '../weigh/weigh-inputs.ts'

/** Rows of regions; the model is wrong in every n-th row of a region, `wrong[region] = n`. */
function rows(wrong: Record<string, number>, size: Record<string, number> = {}): Row[] {
  return Object.entries(wrong).flatMap(([region, every]) =>
    Array.from({ length: size[region] ?? 400 }, (_, index): Row => {
      const label = (index % 2) as 0 | 1
      const right = index % every !== 0
      return { label, score: (label === 1) === right ? 0.9 : 0.1, region }
    }),
  )
}
const judged = (gate: Record<string, unknown>, candidate: Row[], champion: Row[]) =>
  weighed(
    {
      predictions: { file: 'p.csv', score: 'score', slices: ['region'] },
      gates: [{ metric: 'accuracy', slices: ['region'], ...gate }],
    },
    { candidate: evaluation('candidate', candidate), champion: evaluation('champion', champion) },
  )
const NOT_WORSE = { not_worse_than: 'champion', margin: 0.05 }

/** The same rows with a second column, which says in which half a row is. */
const withHalves = (given: Row[]) => (side: 'candidate' | 'champion') => {
  const { predictions, ...rest } = evaluation(side, given)
  const codes = Uint32Array.from(given, (_, row) => (2 * row < given.length ? 0 : 1))
  const slices = [...predictions!.slices, { name: 'half', values: ['first', 'second'], codes }]
  return { ...rest, predictions: { ...predictions!, slices } }
}

/** `right` of `all` rows are right, all in one region. */
function oneRegion(right: number, all: number): Row[] {
  return Array.from({ length: all }, (_, index): Row => {
    const label = (index % 2) as 0 | 1
    return { label, score: (label === 1) === index < right ? 0.9 : 0.1, region: 'all' }
  })
}

describe('a slice that neither passed nor failed', () => {
  it.each([
    [0.02, 'inconclusive'],
    [0.021, 'cannot_judge'],
    [undefined, 'inconclusive'],
  ])('and shows differences from %s on, where 0.02 is allowed, is %s', (detectable, outcome) => {
    const number = difference(0, -0.05, 0.05, { ...(detectable !== undefined && { detectable }) })
    const asked = askSlice(slice('north', 400, number), number, { kind: 'not_worse', by: 0.02 })

    expect(outcomesOf([asked], { level: 0.95, minRows: 100, margin: 0.02 })[0]!.outcome).toBe(outcome)
  })
})

describe('a gate on slices', () => {
  it('is not comparable where the candidate puts rows into other slices, which would hide the one that it lost', () => {
    const champion = rows({ north: 40, south: 40 })
    const lost = rows({ north: 3, south: 1000 })
    const scrambled = lost.map((row, index) => ({ ...row, region: index % 2 ? 'north' : 'south' }))

    expect(judged(NOT_WORSE, lost, champion).gates[0]!.verdict).toBe('fail')
    const { gates, verdict, warnings } = judged(NOT_WORSE, scrambled, champion)
    expect(gates[0]).toMatchObject({
      verdict: 'not_comparable',
      reason: "`region` puts 400 of 800 rows into another slice than the champion's file does",
    })
    expect(verdict).toBe('not_comparable')
    expect(warnings).toContainEqual(
      expect.stringContaining("slices are shown as the candidate's file has them"),
    )
    expect(judged({ at_least: 0.1 }, scrambled, champion).gates[0]!.verdict).toBe('pass')
  })

  it('is told of a champion whose rows are in no slices, as kept ones are: nobody sees which have moved', () => {
    const both = rows({ north: 40, south: 40 })
    const kept = both.map(({ region: _, ...row }) => row)
    const told =
      "The rows of the champion have no `region`: slices by it are the candidate's, and whether rows have moved from one to another is not known."

    expect(judged(NOT_WORSE, both, kept).warnings).toContain(told)
    expect(judged(NOT_WORSE, both, both).warnings).not.toContain(told)
    expect(judged({ at_least: 0.1 }, both, kept).warnings).not.toContain(told)
  })

  it('cannot tell 305 right of 400 from a floor of 0.8 in a column of one value, as it cannot on the whole', () => {
    const candidate = oneRegion(305, 400)
    const [sliced, whole] = [{}, { slices: undefined }].map(
      more => judged({ at_least: 0.8, ...more }, candidate, candidate).gates[0]!,
    )

    expect(whole!.verdict).toBe('inconclusive')
    expect(sliced!.verdict).toBe('inconclusive')
  })

  it('says what a slice misses: a floor, a ceiling or the champion', () => {
    const champion = rows({ north: 10, south: 10 })
    const candidate = rows({ north: 10, south: 3 })
    const reason = (gate: Record<string, unknown>) => judged(gate, candidate, champion).gates[0]!.reason

    expect(reason({ at_least: 0.8 })).toBe('accuracy is below the floor of 0.8 in region = south: 0.6650')
    expect(reason({ metric: 'brier', at_most: 0.2 })).toContain(
      'brier is above the ceiling of 0.2 in region = south',
    )
    expect(reason(NOT_WORSE)).toBe(
      "accuracy is significantly worse than the champion's in region = south: 0.665 against 0.900",
    )
    expect(reason({ better_than: 'champion', by: 0.01 })).toContain(
      "accuracy is not better than the champion's by 0.01 in region =",
    )
  })

  it('says how many pass, and how many were too small', () => {
    const both = rows({ north: 10, south: 10, east: 10 }, { east: 20 })

    expect(judged({ at_least: 0.8 }, both, both).gates[0]!.reason).toBe(
      'accuracy: 2 of 2 judged slices of region pass; 1 too small to judge',
    )
  })

  it('does not pass over a slice that is lost for certain, however few rows it has', () => {
    const champion = rows({ north: 10, south: 1000 }, { south: 41 })
    const candidate = rows({ north: 10, south: 1 }, { south: 41 })
    const { gates, slices } = judged(NOT_WORSE, candidate, champion)

    expect(gates[0]).toMatchObject({
      verdict: 'fail',
      reason: "accuracy is significantly worse than the champion's in region = south: 0.000 against 0.976",
      slices: { judged: 2, cannotJudge: 0, failed: ['region = south'] },
    })
    expect(slices.find(({ value }) => value === 'south')).toMatchObject({ outcome: 'fail' })
    expect(judged({ at_least: 0.5 }, candidate, champion).gates[0]!.verdict).toBe('fail')
    expect(judged({ metric: 'brier', at_most: 0.6 }, candidate, champion).gates[0]!.verdict).toBe('fail')
  })

  it('fails a slice of few rows by nothing less than an interval beyond the margin', () => {
    const outcome = (low: number, high: number, rows: number, p: number) => {
      const number = difference((low + high) / 2, low, high, { p })
      const asked = askSlice(slice('north', rows, number), number, { kind: 'not_worse', by: 0.05 })
      return outcomesOf([asked], { level: 0.95, minRows: 50 })[0]!.outcome
    }

    expect(outcome(-0.9, -0.4, 49, 1e-9)).toBe('fail')
    expect(outcome(-0.9, -0.04, 50, 1e-9)).toBe('fail')
    expect(outcome(-0.9, -0.04, 49, 1e-9)).toBe('cannot_judge')
    expect(outcome(-0.9, -0.4, 49, 0.011)).toBe('cannot_judge')
    expect(outcome(0.4, 0.9, 49, 1e-9)).toBe('cannot_judge')
  })

  it('calls one of a hundred small slices of two equal models lost in hardly any of many tests', () => {
    const random = mulberry32(7)
    const tests = 100
    const found = Array.from({ length: tests }, () => {
      const asked = Array.from({ length: 100 }, () => {
        // Thirty rows, three in ten of which either side has right by chance alone; the interval is that of the paired t.
        const lost = Array.from({ length: 30 }, () =>
          random() < 0.3 ? Number(random() < 0.5) - Number(random() < 0.5) : 0,
        )
        const mean = lost.reduce((sum, one) => sum + one, 0) / 30
        const error = Math.sqrt(lost.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 29 / 30)
        const p = error === 0 ? 1 : 2 * tSf(Math.abs(mean) / error, 29)
        const number = difference(mean, mean - 2.045 * error, mean + 2.045 * error, { p })
        return askSlice(slice('one', 30, number), number, { kind: 'better', by: 0 })
      })
      return outcomesOf(asked, { level: 0.95, minRows: 50 }).some(({ outcome }) => outcome === 'fail')
    })

    expect(found.filter(Boolean).length / tests).toBeLessThan(0.02)
  })

  it('names the worst of those that fail, and counts the others', () => {
    const candidate = rows({ north: 10, south: 3, east: 4, west: 2 })

    expect(
      judged(NOT_WORSE, candidate, rows({ north: 10, south: 10, east: 10, west: 10 })).gates[0]!.reason,
    ).toBe(
      "accuracy is significantly worse than the champion's in region = west: 0.500 against 0.900 and 2 more",
    )
  })

  it('asks only of the columns that it names, or of all', () => {
    const candidate = withHalves(rows({ north: 10, south: 3 }))
    const champion = withHalves(rows({ north: 10, south: 10 }))
    const failed = (slices: string | string[]) =>
      weighed(
        {
          predictions: { file: 'p.csv', score: 'score', slices: ['region', 'half'] },
          gates: [{ metric: 'accuracy', ...NOT_WORSE, slices }],
        },
        { candidate: candidate('candidate'), champion: champion('champion') },
      ).gates[0]!.slices

    expect(failed('all')).toMatchObject({
      column: 'region, half',
      failed: ['region = south', 'half = second'],
    })
    expect(failed(['half'])).toMatchObject({ column: 'half', judged: 2, failed: ['half = second'] })
  })

  it('keeps with each slice how many rows would settle its margin, where it has one', () => {
    const both = rows({ north: 10, south: 10 })
    const needed = (gate: Record<string, unknown>) =>
      judged(gate, rows({ north: 9, south: 9 }), both).slices.map(
        ({ difference }) => difference?.needed?.unit,
      )

    expect(needed({ not_worse_than: 'champion', margin: 0.001 })).toEqual(['rows', 'rows'])
    expect(needed({ better_than: 'champion' })).toEqual([undefined, undefined])
  })

  it('holds every slice to a floor only after the correction for all of them', () => {
    const one = oneRegion(300, 400)
    const eight = Array.from({ length: 8 }, (_, region) =>
      oneRegion(region === 0 ? 300 : 390, 400).map(row => ({ ...row, region: `r${region}` })),
    ).flat()

    expect(judged({ at_least: 0.8 }, one, one).gates[0]!.verdict).toBe('fail')
    expect(judged({ at_least: 0.8 }, eight, eight).gates[0]!.verdict).toBe('inconclusive')
  })

  it('of which one holds every row is judged as the whole is, however few they are; a part that is too small is not', () => {
    for (const count of [4, 12, 40]) {
      const verdict = (rows: Row[], slices: string[] | undefined) =>
        judged({ metric: 'accuracy', at_least: 0.4, slices }, rows, rows).gates[0]!.verdict
      const one = oneRegion(count, count)
      const two = one.map((row, index) => ({ ...row, region: index % 2 === 0 ? 'a' : 'b' }))

      expect(verdict(one, ['region'])).toBe(verdict(one, undefined))
      expect(verdict(one, ['region'])).toBe('pass')
      expect(verdict(two, ['region'])).toBe('inconclusive')
    }
  })

  it('of a metric that the rows do not give is judged as it is on the whole: it fails', () => {
    const candidate = oneRegion(305, 400)
    const gate = { metric: 'rmse', at_most: 1 }

    expect(judged(gate, candidate, candidate).gates[0]!.verdict).toBe('fail')
    expect(judged({ ...gate, slices: undefined }, candidate, candidate).gates[0]!.verdict).toBe('fail')
  })

  it('on a column of one value has the verdict of the same gate without slices, whatever the rule and the metric', () => {
    const metric = fc.constantFrom(
      'average_precision',
      'accuracy',
      'precision',
      'recall',
      'f1',
      'roc_auc',
      'log_loss',
      'brier',
      'ece',
    )
    const rule = fc.oneof(
      fc.record({ at_least: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.record({ at_most: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.record({ not_worse_than: fc.constant('champion'), margin: fc.constantFrom(0.001, 0.01, 0.1) }),
      fc.record({ better_than: fc.constant('champion'), by: fc.constantFrom(0, 0.01, 0.1) }),
    )
    const skill = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(
        metric,
        rule,
        skill,
        skill,
        fc.integer({ min: 2, max: 160 }),
        fc.integer(),
        (name, asked, ours, theirs, count, seed) => {
          const random = mulberry32(seed)
          const labels = Array.from({ length: count }, () => (random() < 0.4 ? 1 : 0) as 0 | 1)
          const side = (right: number) =>
            labels.map((label): Row => {
              const lean = random() < right ? 0.35 : -0.15
              return { label, score: 0.5 + (label === 1 ? lean : -lean) * random(), region: 'all' }
            })
          const [candidate, champion] = [side(ours), side(theirs)]
          const verdict = (slices: string[] | undefined) =>
            judged({ metric: name, ...asked, slices }, candidate, champion).gates[0]!.verdict

          expect(verdict(['region'])).toBe(verdict(undefined))
        },
      ),
      cases(60),
    )
  }, 120_000)

  it('fails for the one slice that is worse, and names it first', () => {
    const champion = rows({ north: 10, south: 10, east: 10 })

    const { gates, slices } = judged(NOT_WORSE, rows({ north: 10, south: 3, east: 10 }), champion)

    expect(gates[0]).toMatchObject({ verdict: 'fail', slices: { failed: ['region = south'], judged: 3 } })
    expect(slices[0]).toMatchObject({ value: 'south', outcome: 'fail' })
  })

  it('passes where no slice is worse, and counts the small ones that it cannot judge', () => {
    const size = { east: 20 }
    const champion = rows({ north: 10, south: 10, east: 10 }, size)

    const { gates } = judged(NOT_WORSE, rows({ north: 11, south: 10, east: 2 }, size), champion)

    expect(gates[0]).toMatchObject({ verdict: 'pass', slices: { judged: 2, cannotJudge: 1 } })
  })

  describe('of many slices that are too small each', () => {
    const small = Array.from({ length: 20 }, (_, index) => `s${index}`)
    const size = Object.fromEntries(small.map(name => [name, 25]))
    const tail = (every: number) =>
      rows({ north: 10, ...Object.fromEntries(small.map(name => [name, every])) }, size)
    const [champion, lost] = [tail(10), tail(2)]

    it('fails by what they lose together, and names them as the rest', () => {
      const { gates, slices } = judged(NOT_WORSE, lost, champion)

      expect(gates[0]).toMatchObject({
        verdict: 'fail',
        reason:
          "accuracy is significantly worse than the champion's in region = the rest (20 slices): 0.480 against 0.880; 20 too small to judge alone",
        slices: { judged: 1, cannotJudge: 20, failed: ['region = the rest (20 slices)'] },
      })
      expect(slices[0]).toMatchObject({ rows: 500, together: 20, outcome: 'fail' })
      expect(judged({ at_least: 0.8 }, lost, champion).gates[0]!.verdict).toBe('fail')
    })

    it('weighs the rest as all rows are weighed, whatever the metric, and as a slice among the others', () => {
      for (const metric of ['accuracy', 'f1', 'brier', 'roc_auc']) {
        const rest = tail(3).slice(400)
        const both = [rest, champion.slice(400)] as const
        const { slices, metrics } = judged({ ...NOT_WORSE, metric }, ...both)
        const together = slices.find(row => row.together !== undefined)!
        const among = judged({ ...NOT_WORSE, metric }, tail(3), champion).slices

        const { needed, ...difference } = together.difference!
        expect(metrics.find(row => row.metric === metric)!.differences.champion).toEqual(difference)
        const alone = among.find(row => row.together !== undefined)!
        expect(alone.difference).toEqual(together.difference)
        expect(alone.adjustedP).toBeGreaterThanOrEqual(together.adjustedP!)
      }
    })

    it('passes where they do together, and never by them alone', () => {
      const pass = judged({ ...NOT_WORSE, margin: 0.1 }, champion, champion)
      const alone = judged({ ...NOT_WORSE, margin: 0.1 }, champion.slice(400), champion.slice(400))

      expect(pass.gates[0]).toMatchObject({
        verdict: 'pass',
        reason:
          'accuracy: 1 of 1 judged slices of region pass; 20 too small to judge alone, and together they pass',
      })
      expect(alone.gates[0]).toMatchObject({
        verdict: 'inconclusive',
        slices: { judged: 0, cannotJudge: 20 },
      })
    })

    it('cannot tell where they cannot together', () => {
      const doubtful = tail(10).map((row, index) =>
        index % 25 === 24 ? { ...row, score: 1 - row.score } : row,
      )

      const [gate] = judged({ at_least: 0.85 }, doubtful, champion).gates

      expect(gate).toMatchObject({ verdict: 'inconclusive' })
      expect(gate!.reason).toMatch(/; 20 too small to judge alone, and together they cannot tell$/)
    })

    it('takes no rest where they are too few rows together, or one slice, or none', () => {
      const rests = (sizes: Record<string, number>) => {
        const both = rows(Object.fromEntries(Object.keys(sizes).map(name => [name, 10])), sizes)
        return judged(NOT_WORSE, both, both).slices.flatMap(row => row.together ?? [])
      }

      expect(rests({ north: 400, a: 24, b: 25 })).toEqual([])
      expect(rests({ north: 400, a: 25, b: 25 })).toEqual([2])
      expect(rests({ north: 400, a: 49 })).toEqual([])
      expect(rests({ north: 400, south: 50 })).toEqual([])
      expect(rests({ north: 400, a: 5, b: 5, c: 45 })).toEqual([3])
    })

    it('shows and judges no rest of a handful of rows, as no slice of so few', () => {
      // The second row of each pair: the first is wrong in any case.
      const handful = (every: number, of: number) => {
        const pairs = Array.from({ length: of }, (_, index) => `one${index}`)
        const wrong = Object.fromEntries(pairs.map(name => [name, every]))
        return rows({ north: 10, ...wrong }, Object.fromEntries(pairs.map(name => [name, 2]))).filter(
          (_, index) => index < 400 || index % 2 === 1,
        )
      }
      const among = (of: number) => {
        const { gates, slices } = judged({ ...NOT_WORSE, min_rows: 2 }, handful(1, of), handful(10, of))
        return [gates[0]!.verdict, slices.find(row => row.together !== undefined)] as const
      }

      expect(among(9)).toEqual(['pass', expect.objectContaining({ rows: 9, outcome: 'cannot_judge' })])
      expect(among(9)[1]).not.toHaveProperty('difference')
      expect(among(10)).toEqual(['fail', expect.objectContaining({ rows: 10, outcome: 'fail' })])
    })

    it('does not take a slice that is called like the rest for it', () => {
      const named = (given: Row[]) =>
        given.map(row => (row.region === 'north' ? { ...row, region: 'the rest (20 slices)' } : row))

      const { slices } = judged(NOT_WORSE, named(lost), named(champion))

      const rest = slices.filter(({ value }) => value === 'the rest (20 slices)')
      expect(rest.map(row => [row.rows, row.outcome])).toEqual([
        [500, 'fail'],
        [400, 'pass'],
      ])
    })
  })

  it('does not pass what is lost over all rows, in slices that are too small together too', () => {
    const size = { north: 100, s1: 24, s2: 24 }
    const champion = rows({ north: 100, s1: 100, s2: 100 }, size)
    const candidate = rows({ north: 100, s1: 3, s2: 3 }, size)

    const { gates, slices } = judged(NOT_WORSE, candidate, champion)

    expect(gates[0]).toMatchObject({ verdict: 'inconclusive', slices: { judged: 1, cannotJudge: 2 } })
    expect(gates[0]!.reason).toMatch(
      /^accuracy: 1 of 1 judged slices of region pass; 2 too small to judge; but over all rows accuracy 0\.\d+ against the champion's 0\.\d+: .*up to 0\.05 worse is accepted$/,
    )
    expect(slices.some(row => row.together)).toBe(false)
  })

  it('is inconclusive, never green, where every slice is too small', () => {
    const size = { north: 20, south: 20 }
    const both = rows({ north: 10, south: 10 }, size)

    const { gates, verdict } = judged(NOT_WORSE, both, both)

    expect(gates[0]).toMatchObject({ verdict: 'inconclusive', blocks: false })
    expect(verdict).toBe('inconclusive')
  })

  it('judges floors in every slice with its own interval', () => {
    const candidate = rows({ north: 10, south: 3 })

    const { gates } = judged({ at_least: 0.8 }, candidate, candidate)

    expect(gates[0]).toMatchObject({ verdict: 'fail', slices: { failed: ['region = south'] } })
  })

  it('asked to be better is not satisfied by being the same', () => {
    const both = rows({ north: 10, south: 10 })

    expect(judged({ better_than: 'champion' }, both, both).gates[0]!.verdict).toBe('inconclusive')
  })
})

describe('slices in the result', () => {
  const change = (value: number) => difference(value, value - 0.01, value + 0.01)
  const order = (given: SliceRow[]) => sortSlices(given).map(({ value }) => value)

  it('stand worst first: by outcome, then by loss, then by rows, those without a difference last', () => {
    const failed = { outcome: 'fail' as const }
    const worst = [
      slice('a', 50, change(-0.3), failed),
      slice('b', 900, change(-0.2), failed),
      slice('c', 50, change(-0.2), failed),
      slice('d', 900, undefined, failed),
      slice('e', 50, change(-0.9), { outcome: 'inconclusive' }),
      slice('f', 50, change(-0.05), { outcome: 'pass' }),
      slice('g', 50, change(0.5), { outcome: 'pass' }),
      slice('h', 9, undefined, { outcome: 'cannot_judge' }),
    ]

    expect(order(worst)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
    expect(order(worst.toReversed())).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
  })

  it('of a metric that is better lower, the largest rise is the worst', () => {
    const rose = [0.1, 0.3].map(value => slice(`+${value}`, 50, change(value), { direction: 'lower' }))

    expect(order(rose)).toEqual(['+0.3', '+0.1'])
  })

  it('stand once for a metric, whoever asks', () => {
    const asked = [
      slice('a', 50, change(-0.1)),
      slice('a', 50, change(-0.1)),
      slice('a', 50, undefined, { metric: 'f1' }),
    ]

    expect(sortSlices(asked).map(({ metric }) => metric)).toEqual(['accuracy', 'f1'])
  })

  it('are there though no gate asks: of the metric of the first gate that rows give, else of the first there is', () => {
    const both = rows({ north: 10, south: 10 })
    const explored = (gates: object[]) =>
      weighed(
        { predictions: { file: 'p.csv', score: 'score', slices: ['region'] }, gates },
        { candidate: evaluation('candidate', both), champion: evaluation('champion', both) },
      ).slices.map(({ metric, value }) => `${metric} ${value}`)

    expect(
      explored([
        { metric: 'lift', at_least: 1 },
        { metric: 'brier', at_most: 1 },
      ]),
    ).toEqual(['brier north', 'brier south'])
    expect(explored([])).toEqual(['accuracy north', 'accuracy south'])
  })
})

describe('the law of one value for other tasks, and for rows that come in groups', () => {
  const names = (values: number[]) => Float64Array.from(values)

  /** Both sides over the same rows, every row in one slice, three rows a group where wanted. */
  function sides(task: 'multiclass' | 'regression', seed: number, grouped: boolean) {
    const random = mulberry32(seed)
    const rows = 60 + Math.floor(random() * 90)
    const label = Array.from({ length: rows }, () =>
      task === 'regression' ? random() * 5 : Math.floor(random() * 4),
    )
    const group = { name: 'user', values: Array.from({ length: rows }, (_, user) => `u${user}`) }
    const answer = (skill: number) =>
      label.map(truth => {
        if (task === 'regression') return truth + (random() - 0.5) * (4 - 3 * skill)
        return random() < skill ? truth : Math.floor(random() * 5)
      })
    const side = (name: 'candidate' | 'champion'): Evaluation => ({
      side: name,
      source: name,
      metrics: new Map(),
      predictions: {
        task,
        rows,
        ids: label.map((_, row) => `r${row}`),
        label: names(label),
        prediction: names(answer(random())),
        ...(task === 'multiclass' && { classes: ['a', 'b', 'c', 'd', 'stray'] }),
        slices: [{ name: 'region', values: ['all'], codes: new Uint32Array(rows) }],
        ...(grouped && {
          group: { ...group, codes: Uint32Array.from(label, (_, row) => Math.floor(row / 3)) },
        }),
      },
    })
    return { candidate: side('candidate'), champion: side('champion') }
  }

  it('holds for every rule', () => {
    const metric = fc.oneof(
      fc.record({
        task: fc.constant('multiclass' as const),
        name: fc.constantFrom('accuracy', 'f1_macro', 'recall_macro'),
      }),
      fc.record({ task: fc.constant('regression' as const), name: fc.constantFrom('rmse', 'mae', 'r2') }),
    )
    const rule = fc.oneof(
      fc.record({ at_least: fc.double({ min: 0, max: 1.5, noNaN: true }) }),
      fc.record({ at_most: fc.double({ min: 0, max: 1.5, noNaN: true }) }),
      fc.record({ not_worse_than: fc.constant('champion'), margin: fc.constantFrom(0.01, 0.1) }),
      fc.record({ better_than: fc.constant('champion'), by: fc.constantFrom(0, 0.05) }),
    )
    fc.assert(
      fc.property(metric, rule, fc.integer(), fc.boolean(), ({ task, name }, asked, seed, grouped) => {
        const both = sides(task, seed, grouped)
        const verdict = (slices: string[] | undefined) =>
          weighed(
            {
              predictions: { file: 'p.csv', prediction: 'prediction', task, slices: ['region'] },
              gates: [{ metric: name, ...asked, slices }],
            },
            both,
          ).gates[0]!.verdict

        expect(verdict(['region'])).toBe(verdict(undefined))
      }),
      cases(40),
    )
  }, 120_000)
})
