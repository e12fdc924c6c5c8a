import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatChange,
  formatCount,
  formatDuration,
  formatMoney,
  formatNumber,
  formatRelative,
  formatShare,
  formatSigned,
} from '../../../src/core/report/numbers.ts'

const read = (text: string) => Number(text.replaceAll(',', '').replace('\u2212', '-').replace('+', ''))

describe('numbers', () => {
  it('MF-006: negative zero is zero', () => {
    expect(formatNumber(-0)).toBe('0')
    expect(formatSigned(-0)).toBe('0')
    expect(formatNumber(-0, { interval: { low: -0.01, high: 0.01 } })).toBe('0.000')
  })

  it('MF-007: what rounds to zero has no sign', () => {
    expect(formatNumber(-1e-9)).toBe('0.0000')
    expect(formatSigned(-1e-9)).toBe('0.0000')
    expect(formatSigned(1e-9)).toBe('0.0000')
  })

  it('MF-043: from a baseline of zero there is no relative change', () => {
    expect(formatRelative(0.01, 0)).toBe('n/a')
    expect(formatRelative(0.01, -0)).toBe('n/a')
    expect(formatRelative(0.012, 0.8)).toBe('+1.5 %')
    expect(formatRelative(-0.012, -0.8)).toBe('\u22121.5 %')
  })

  it('has four decimals, or those that the interval can carry', () => {
    expect(formatNumber(0.87341)).toBe('0.8734')
    expect(formatNumber(1204)).toBe('1,204')
    expect(formatNumber(1204.56789)).toBe('1,204.6')
    expect(formatNumber(0.87341, { interval: { low: 0.8, high: 0.94 } })).toBe('0.873')
    expect(formatNumber(0.87341, { interval: { low: 0.87339, high: 0.87343 } })).toBe('0.873410')
    expect(formatNumber(0.00003)).toBe('0.000030')
    expect(formatNumber(Number.NaN)).toBe('n/a')
  })

  it('signs changes with a plus and a true minus', () => {
    const interval = { low: -0.001, high: 0.0054, level: 0.95 }

    expect(formatChange({ value: 0.0022, interval })).toBe('+0.0022 (95 % interval \u22120.0010 to +0.0054)')
    expect(formatChange({ value: 3, interval: { low: 3, high: 3, level: 1 } })).toBe('+3')
  })

  it('property: reads back as the number, to the last digit shown', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), value => {
        const text = formatNumber(value)

        const decimals = /e/.test(text) ? undefined : (text.split('.')[1]?.length ?? 0)
        const tolerance = decimals === undefined ? Math.abs(value) * 1e-3 : 10 ** -decimals
        expect(text).toMatch(/^\u2212?[\d,]+(\.\d+)?(e[+-]\d+)?$/)
        expect(text).not.toMatch(/^\u22120(\.0*)?$/)
        expect(Math.abs(read(text) - value)).toBeLessThanOrEqual(tolerance)
      }),
      { numRuns: 10_000 },
    )
  })

  it('shows time, money, shares and counts as people say them', () => {
    expect([0.44, 45, 754, 11_100, -1].map(formatDuration)).toEqual([
      '0.4 s',
      '45 s',
      '12 min 34 s',
      '3 h 05 min',
      'n/a',
    ])
    expect(formatMoney(1.239, 'EUR')).toBe('1.24 EUR')
    expect(formatMoney(0.0042, 'USD')).toBe('0.0042 USD')
    expect(formatShare(0.428)).toBe('43 %')
    expect(formatCount(12_400)).toBe('12,400')
  })
})
