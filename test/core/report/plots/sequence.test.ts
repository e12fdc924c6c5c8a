import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SequencePoint, sequencePlot } from '../../../../src/core/report/plots/sequence.ts'

/** Conversion over time: what the picture has, and what is said of it. */

const HOUR = 3_600_000
const SINCE = Date.UTC(2026, 4, 20)
const OF = { since: SINCE, horizon: SINCE + 168 * HOUR, margin: 0.005 }

const point = (hour: number, more: Partial<SequencePoint> = {}): SequencePoint => ({
  at: SINCE + hour * HOUR,
  challenger: 0.061,
  champion: 0.06,
  difference: 0.001,
  low: -0.004 - 0.04 / hour,
  high: 0.006 + 0.04 / hour,
  ...more,
})
const POINTS = [1, 2, 4, 8, 16].map(hour => point(hour))

const share = fc.double({ min: 0, max: 1, noNaN: true })
const wild = fc.record({
  challenger: share,
  champion: share,
  difference: fc.double({ min: -1, max: 1, noNaN: true }),
  low: fc.double({ min: -1, max: 0, noNaN: true }),
  high: fc.double({ min: 0, max: 1, noNaN: true }),
})

describe('the picture', () => {
  const { svg, description, table } = sequencePlot(POINTS, OF)!

  it('has both releases, the difference with its band, zero and the margin', () => {
    for (const [name, number] of [
      ['path class="own"', 3],
      ['path class="other"', 2],
      ['path class="band"', 1],
      ['path class="zero"', 1],
      ['path class="margin"', 1],
    ] as const)
      expect([name, svg.split(name).length - 1]).toEqual([name, number])
    expect(svg).toContain('margin −0.005')
  })

  it('draws the margin below zero and the band around the difference', () => {
    const heightOf = (name: string) => Number(new RegExp(`class="${name}" d="M58 ([\\d.]+)H`).exec(svg)![1])
    expect(heightOf('margin')).toBeGreaterThan(heightOf('zero'))
    const band = [.../class="band" d="M([^Z]*)Z/.exec(svg)![1]!.split('L')].map(pair =>
      pair.split(' ').map(Number),
    )
    expect(band).toHaveLength(10)
    expect(band[4]![1]!).toBeLessThan(band[5]![1]!)
  })

  it('says the same in words and in numbers', () => {
    expect(description).toContain(
      '5 looks since 2026-05-20 01:00 UTC. Now the difference is +0.0010 (−0.0065 to +0.0085), the margin is −0.005.',
    )
    expect(description).toContain('promised until 2026-05-27 00:00 UTC')
    expect(table.rows.at(-1)).toEqual(['2026-05-20 16:00', '6.1 %', '6 %', '+0.0010 (−0.0065 to +0.0085)'])
  })

  it('ends at the horizon once half of it is over', () => {
    expect(svg).toContain('>2026-05-21 08:00</text>')
    expect(sequencePlot([...POINTS, point(100)], OF)!.svg).toContain('>horizon 2026-05-27 00:00</text>')
  })

  it('is none before the first look, and its table is short after a thousand', () => {
    expect(sequencePlot([], OF)).toBeUndefined()
    const many = Array.from({ length: 1000 }, (_, at) => point(1 + at / 60))
    const { rows } = sequencePlot(many, OF)!.table
    expect(rows).toHaveLength(12)
    expect(rows[0]![0]).toBe('2026-05-20 01:00')
  })

  it('stays in its frame whatever the numbers are', () => {
    fc.assert(
      fc.property(fc.array(wild, { minLength: 1, maxLength: 20 }), points => {
        const timed = points.map((one, hour) => ({ ...one, at: SINCE + hour * HOUR }))
        const { svg } = sequencePlot(timed, OF)!
        expect(svg).not.toMatch(/NaN|Infinity|undefined/)
        const pairs = [...svg.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)].map(([, x, y]) => [Number(x), Number(y)])
        expect(pairs.every(([x, y]) => x! >= 58 && x! <= 412 && y! >= 12 && y! <= 296)).toBe(true)
      }),
    )
  })
})
