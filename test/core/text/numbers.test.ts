import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  changeText,
  formatBytes,
  formatChange,
  formatCount,
  formatDuration,
  formatMoney,
  formatNumber,
  formatRelative,
  formatShare,
  formatSigned,
} from '../../../src/core/text/numbers.ts'
import { cases } from '../../support/rounds.ts'

const interval = (low: number, high: number) => ({ interval: { low, high } })

describe('formatNumber', () => {
  it.each([
    [0.87341, undefined, '0.8734'],
    [12.3456789, undefined, '12.346'],
    [1204, undefined, '1,204'],
    [1_234_567.89, undefined, '1,234,568'],
    [-0.0012, undefined, '−0.0012'],
    [1e12, undefined, '1,000,000,000,000'],
    [1e15, undefined, '1.000e+15'],
    [-2.5e20, undefined, '−2.500e+20'],
    [0.000042, undefined, '0.000042'],
    [1e-12, undefined, '0.0000'],
  ])('writes %d as people read it', (value, context, text) => {
    expect(formatNumber(value, context)).toBe(text)
  })

  it.each([
    [0.642923, interval(0.62, 0.663), '0.643'],
    [0.642923, interval(0.6425, 0.6433), '0.64292'],
    [123.456, interval(100, 150), '123'],
    [0.5, interval(0.5, 0.5), '0.5000'],
    [0.123456789, interval(0.123456788, 0.12345679), '0.123457'],
    [0.5, interval(Number.NaN, 1), '0.5000'],
    [0.5, interval(Number.NEGATIVE_INFINITY, 1), '0.5000'],
  ])('gives %d no more decimals than its interval can carry', (value, context, text) => {
    expect(formatNumber(value, context)).toBe(text)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('says n/a of %d', value => {
    expect(formatNumber(value)).toBe('n/a')
    expect(formatSigned(value)).toBe('n/a')
  })

  it('MF-006: shows a negative zero as 0, without a sign', () => {
    expect(formatNumber(-0)).toBe('0')
    expect(formatSigned(-0)).toBe('0')
  })

  it('MF-007: shows a tiny negative number as zero, without a sign', () => {
    expect(formatNumber(-1e-9)).toBe('0.0000')
    expect(formatSigned(-1e-9)).toBe('0.0000')
    expect(changeText({ value: -1e-9, interval: { low: -0.01, high: 0.01 } })).toBe(
      '0.000 (−0.010 to +0.010)',
    )
  })

  it('MF-050: what is shown reads back as the number, to the last decimal shown', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e14, max: 1e14 }), value => {
        const text = formatNumber(value)

        const decimals = text.split('.')[1]?.length ?? 0
        const read = Number(text.replace('−', '-').replaceAll(',', ''))
        expect(Math.abs(read - value)).toBeLessThanOrEqual(0.5001 * 10 ** -decimals + Math.abs(value) * 1e-15)
        expect(text).not.toMatch(/^−0(\.0+)?$/)
      }),
      cases(10_000),
    )
  })
})

describe('changes', () => {
  it('carry a sign, a label and their interval', () => {
    const change = { value: 0.0022, interval: { low: -0.001, high: 0.0054, level: 0.95 } }

    expect(changeText(change)).toBe('+0.0022 (−0.0010 to +0.0054)')
    expect(formatChange(change)).toBe('+0.0022 (95 % interval −0.0010 to +0.0054)')
  })

  it('have no interval where it has no width', () => {
    expect(changeText({ value: 3, interval: { low: 3, high: 3 } })).toBe('+3')
  })

  it('MF-043: are no percentage of nothing', () => {
    expect(formatRelative(0.01, 0)).toBe('n/a')
    expect(formatRelative(0.01, -0)).toBe('n/a')
    expect(formatRelative(1e308, 1e-300)).toBe('n/a')
    expect(formatRelative(-0.5, -2)).toBe('−25.0 %')
  })
})

describe('counts, times, money, shares', () => {
  it.each([
    [0.04, '0 s'],
    [9.96, '10 s'],
    [45, '45 s'],
    [119.6, '2 min'],
    [754, '12 min 34 s'],
    [7199.7, '2 h 00 min'],
    [11_100, '3 h 05 min'],
    [-1, 'n/a'],
    [Number.NaN, 'n/a'],
  ])('a time of %d seconds', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })

  it.each([
    [12.4, 'EUR', '12.40 EUR'],
    [0.0123, 'USD', '0.0123 USD'],
    [-3, undefined, '−3.00'],
    [0, 'EUR', '0.00 EUR'],
    [12_345.6, 'EUR', '12,345.60 EUR'],
    [-0.00001, 'EUR', '0.0000 EUR'],
  ])('money: %d', (amount, currency, text) => {
    expect(formatMoney(amount, currency)).toBe(text)
  })

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [12_345_678, '12.3 MB'],
    [4e9, '4.0 GB'],
    [3e18, '3000.0 PB'],
  ])('a size of %d bytes', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  it('counts have thousands separators, shares no decimals', () => {
    expect(formatCount(7099)).toBe('7,099')
    expect(formatShare(0.734)).toBe('73 %')
  })
})
