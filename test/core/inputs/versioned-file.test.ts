import fc from 'fast-check'
import picomatch from 'picomatch'
import { describe, expect, it } from 'vitest'
import { isOfName, isOfPattern, newestOf } from '../../../src/core/inputs/versioned-file.ts'
import { cases } from '../../support/rounds.ts'

const newest = (...files: [string, ...string[]]) => newestOf(files)

describe('isOfPattern', () => {
  it.each([
    ['logs/version_*/metrics.csv', 'logs/version_12/metrics.csv', true],
    ['logs/version_*/metrics.csv', 'logs/version_1/deep/metrics.csv', false],
    ['out/*/results_*.json', 'out/pythia__160m/results_2026-01-31T09-15-00.json', true],
    ['*/metrics.json', '.assay-aside-m/metrics.json', false],
    ['metrics.json', 'metrics.json', true],
    ['runs/train*', 'runs/train', true],
  ])('%s and %s: %s', (pattern, path, is) => {
    expect(isOfPattern(pattern, path)).toBe(is)
  })

  it('agrees with picomatch on names', () => {
    const word = fc.array(fc.constantFrom('a', 'b', '*', '.', '1'), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(
        word,
        fc.array(fc.constantFrom('a', 'b', '.', '1'), { minLength: 1, maxLength: 10 }),
        (part, name) => {
          const [pattern, text] = [part.join(''), name.join('')]
          // A pattern of stars alone, and names of dots alone, are more to picomatch.
          fc.pre(/[^*.]/.test(pattern) && /[^.]/.test(text) && !pattern.includes('**'))
          const matches = picomatch.isMatch(text, pattern, { nobrace: true, noextglob: true })
          fc.pre(!pattern.startsWith('.') && !text.startsWith('.'))
          expect(isOfName(pattern, text)).toBe(matches)
        },
      ),
      cases(2000),
    )
  })

  it('is quick with many stars', () => {
    const started = performance.now()
    expect(isOfName(`${'*a'.repeat(500)}*b`, 'a'.repeat(1000))).toBe(false)
    expect(performance.now() - started).toBeLessThan(200)
  })
})

describe('newestOf', () => {
  it('goes by the numbers and times of names', () => {
    expect(newest('v_9/m.csv', 'v_10/m.csv', 'v_2/m.csv')).toEqual({ file: 'v_10/m.csv' })
    expect(newest('detect/train2/r.csv', 'detect/train/r.csv', 'detect/train10/r.csv')).toEqual({
      file: 'detect/train10/r.csv',
    })
    expect(
      newest('results_2026-01-31T09-15-00.123456.json', 'results_2026-01-31T10-01-00.000001.json'),
    ).toEqual({ file: 'results_2026-01-31T10-01-00.000001.json' })
    expect(newest('run-20260131_091500-k3x/s.json', 'run-20260131_091501-a9b/s.json')).toEqual({
      file: 'run-20260131_091501-a9b/s.json',
    })
  })

  it.each([
    ['out/model_a/r.json', 'out/model_b/r.json'],
    ['0/3f2a9c/m.json', '0/41d07e/m.json'],
    ['v_1/a.csv', 'v_1/b.csv'],
    ['results.json', 'results_2.json'],
  ])('%s and %s have no order', (one, other) => {
    expect(newest(one, other)).toEqual({ unordered: [one, other] })
  })

  it('is the same in whatever order they are found', () => {
    const version = fc.integer({ min: 0, max: 300 })
    fc.assert(
      fc.property(fc.uniqueArray(version, { minLength: 1, maxLength: 8 }), versions => {
        const files = versions.map(at => `logs/version_${at}/metrics.csv`) as [string, ...string[]]
        expect(newestOf(files)).toEqual({ file: `logs/version_${Math.max(...versions)}/metrics.csv` })
      }),
      cases(200),
    )
  })
})
