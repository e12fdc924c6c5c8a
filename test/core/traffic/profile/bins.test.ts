import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binNames, binOf, referenceCounts } from '../../../../src/core/traffic/profile/bins.ts'
import { ModelProfile, trafficFeatures } from '../../../../src/core/traffic/profile/profile.ts'
import { features, profileOf, profiles } from '../../../support/profiles.ts'
import { cases } from '../../../support/rounds.ts'

const [age, plan] = profileOf().features as [ModelProfile['features'][0], ModelProfile['features'][0]]
const nameOf = (feature: typeof age, value: unknown) => binNames(feature)[binOf(feature, value)]

describe('the bins of a feature', () => {
  it('are the ordinary ones, then the missing, then the new, for names and for counts', () => {
    expect(binNames(age)).toEqual(['0', '1', '2', '3', '__missing__', '__new__'])
    expect(referenceCounts(age)).toEqual([100, 400, 300, 188, 12, 0])
    expect(binNames(plan)).toEqual(['basic', 'pro', '__missing__', '__new__'])
    expect(referenceCounts(plan)).toEqual([700, 260, 9, 31])
  })

  it.each([
    [19.999, '0'],
    [20, '1'],
    [39, '1'],
    [40, '2'],
    [60, '3'],
    [1e300, '3'],
    [-1e300, '0'],
    ['40', '2'],
    [' 40.5 ', '2'],
    ['4e1', '2'],
    [41n, '2'],
    [true, '0'],
    ['True', '0'],
    ['FALSE', '0'],
    ['truly', '__new__'],
    [null, '__missing__'],
    [undefined, '__missing__'],
    [Number.NaN, '__missing__'],
    ['', '__missing__'],
    ['  ', '__missing__'],
    ['NaN', '__missing__'],
    ['null', '__missing__'],
    ['None', '__missing__'],
    ['forty', '__new__'],
    ['0x10', '__new__'],
    ['1,5', '__new__'],
    [Number.POSITIVE_INFINITY, '__new__'],
    [Number.NEGATIVE_INFINITY, '__new__'],
    [[40], '__new__'],
    [{ valueOf: () => 40 }, '__new__'],
  ])('put the number %o into %s', (value, name) => expect(nameOf(age, value)).toBe(name))

  it.each([
    ['basic', 'basic'],
    [' pro ', 'pro'],
    ['Basic', '__new__'],
    ['', '__missing__'],
    [null, '__missing__'],
    [Number.NaN, '__missing__'],
    // A country, and a word.
    ['NA', '__new__'],
    ['null', '__new__'],
    ['toString', '__new__'],
    ['__proto__', '__new__'],
    ['__missing__', '__new__'],
    [['basic'], '__new__'],
  ])('put the category %o into %s', (value, name) => expect(nameOf(plan, value)).toBe(name))

  it.each([1, 1.0, 1n, true, '1', '1.0', 'True', 'true'])(
    'take %o for the one category that it is',
    value => {
      const flag = {
        ...plan,
        type: 'category' as const,
        categories: ['0', '1'],
        counts: [600, 360],
        missing: 9,
        pooled: 31,
      }

      expect(nameOf(flag, value)).toBe('1')
    },
  )

  it('take every value, and each of the reference own names into its own bin', () => {
    fc.assert(
      fc.property(features(500), fc.anything(), (all, value) => {
        for (const feature of all) {
          const bins = binNames(feature)
          expect(new Set(bins).size).toBe(bins.length)
          expect(referenceCounts(feature)).toHaveLength(bins.length)
          expect(bins[binOf(feature, value)]).toBeDefined()
          if (feature.type === 'number')
            for (const [index, edge] of feature.edges.entries()) expect(binOf(feature, edge)).toBe(index + 1)
          else
            for (const [index, category] of feature.categories.entries())
              expect(binOf(feature, category)).toBe(index)
        }
      }),
      cases(300),
    )
  })

  it('are there for score and prediction beside the features, in the order of the columns', () => {
    const all = trafficFeatures(profileOf())

    expect(all.map(({ name }) => name)).toEqual(['age', 'plan', '__score__', '__prediction__'])
    expect(referenceCounts(all[2]!)).toEqual([480, 520, 0, 0])
    expect(referenceCounts(all[3]!)).toEqual([480, 520, 0, 0])
    expect(all.flatMap(binNames)).toHaveLength(6 + 4 + 4 + 4)
  })

  it('hold for every profile all rows that it is of', () => {
    fc.assert(
      fc.property(profiles(), profile => {
        expect(ModelProfile.safeParse(profile).error).toBeUndefined()
        for (const feature of profile.features)
          expect(referenceCounts(feature).reduce((sum, count) => sum + count, 0)).toBe(profile.rows)
      }),
      cases(200),
    )
  })
})
