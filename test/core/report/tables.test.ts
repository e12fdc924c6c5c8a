import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderMarkdown } from '../../../src/core/report/markdown.ts'
import { fullMetricTable, metricTable } from '../../../src/core/report/tables/metric-table.ts'
import { sliceTable } from '../../../src/core/report/tables/slice-table.ts'
import { renderTable } from '../../../src/core/report/tables/table.ts'
import { PLAIN_DIALECT } from '../../../src/core/report/words/dialect.ts'
import { anyCharacter } from '../../support/any-character.ts'
import { hostileText } from '../../support/hostile.ts'
import { readRendered } from '../../support/rendered.ts'
import { difference, metric, result, slice } from '../../support/results.ts'
import { cases } from '../../support/rounds.ts'

const LOST = difference(-0.1, -0.2, -0.05)
const read = (text: string) => Number(text.replaceAll(',', '').replace('\u2212', '-'))

/** The rows below the head of the first table, as a forge reads them. */
function rowsOf(markdown: string): string[][] {
  return readRendered(markdown).tables[0]!.slice(1)
}

describe('the table of metrics', () => {
  it('MF-020: a name with a line end and pipes is one row', () => {
    const name = 'x |1|1|0|\n| accuracy | 0.999 | 0.98 | ✅ |'

    const rows = rowsOf(renderTable(metricTable(result(), [metric(name, [0.5, 0.4], LOST)]))!)

    expect(rows).toHaveLength(1)
    expect(rows[0]![0]).toBe(`🔴 ${name.replace('\n', '␊')}`)
  })

  it('MF-042: a metric that the champion does not have is new, without a change', () => {
    const row = metric('f1', [0, 0.9], undefined, { champion: undefined })

    const [cells] = rowsOf(renderTable(fullMetricTable(result({ metrics: [row] })))!)

    expect(cells).toEqual(['f1', '– → 0.9000', '', 'new', ''])
  })

  it('says of a metric that the candidate lost that it is gone', () => {
    const row = metric('f1', [0.9, 0], undefined, { candidate: undefined })

    expect(rowsOf(renderTable(metricTable(result(), [row]))!)[0]).toEqual(['f1', '0.9000 → –', '', 'gone'])
  })

  it('MF-043: from a baseline of zero the change is absolute', () => {
    const row = metric('err', [0, 0.01], difference(0.01, 0.005, 0.015), { direction: 'lower' })

    const [cells] = rowsOf(renderTable(fullMetricTable(result({ metrics: [row], base: undefined })))!)

    expect(cells).toEqual([
      '🔴 err (lower is better)',
      '0.0000 → 0.0100',
      '+0.0100 (+0.0050 to +0.0150)',
      'worse, p 0.004',
      'n/a',
    ])
  })

  it('MF-006, MF-007: no change is nothing, without sign or judgement', () => {
    const rows = [
      metric('zero', [0, -0], difference(-0, -0.01, 0.01)),
      metric('tiny', [0, -1e-9], difference(-1e-9, -0.01, 0.01)),
    ]

    const cells = rowsOf(renderTable(metricTable(result(), rows))!)

    for (const [, values, change, shown] of cells) {
      expect(values).toBe('0.000 → 0.000')
      expect(change).toBe('0.000 (\u22120.010 to +0.010)')
      expect(shown).toBe('no difference shown')
    }
  })

  it('MF-050: any names and numbers give one row each, with all cells, and read back', () => {
    const value = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e14, max: 1e14 })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.oneof(fc.string({ unit: anyCharacter }), hostileText()), value, value), {
          minLength: 1,
          maxLength: 4,
        }),
        entries => {
          const rows = entries.map(([name, before, after]) => metric(name, [before, after]))

          const table = readRendered(`text\n\n${renderTable(metricTable(result(), rows))}\n\ntext\n`).tables

          expect(table).toHaveLength(1)
          expect(table[0]).toHaveLength(entries.length + 1)
          for (const [index, cells] of table[0]!.slice(1).entries()) {
            const [, before, after] = entries[index]!
            expect(cells).toHaveLength(4)
            const shown = cells[1]!.split(' → ').map(read)
            for (const [at, number] of [before, after].entries())
              expect(Math.abs(shown[at]! - number)).toBeLessThanOrEqual(
                Math.max(5.1e-5, Math.abs(number) * 1e-4),
              )
          }
        },
      ),
      cases(1500),
    )
  })

  it('sets numbers to the right', () => {
    expect(renderTable(metricTable(result(), result().metrics))).toContain('| :-- | --: | --: | :-- |')
  })

  it('shows losses first, then what is open, and only what matters', () => {
    const rows = [
      metric('gain', [0.1, 0.2], difference(0.1, 0.05, 0.15)),
      metric('same', [0.1, 0.1], difference(0, -0.1, 0.1), { gated: true }),
      metric('unasked', [0.1, 0.1], difference(0, -0.1, 0.1)),
      metric('loss', [0.2, 0.1], difference(-0.1, -0.15, -0.05)),
    ]

    const text = renderMarkdown(result({ metrics: rows }), PLAIN_DIALECT, {})

    expect(rowsOf(text).map(cells => cells[0])).toEqual(['🔴 loss', '⚪ same', '🟢 gain'])
  })

  it('says how many rows are missing when it is cut', () => {
    const rows = Array.from({ length: 100 }, (_, index) => [`row ${index}`, '1'])
    const table = { head: ['a', 'b'], right: [1], rows }

    const cut = renderTable(table, undefined, 500)!

    expect(cut.length).toBeLessThanOrEqual(500)
    expect(rowsOf(cut).length + Number(/… (\d+) more rows$/.exec(cut)![1])).toBe(100)
    expect(renderTable(table, 2)).toMatch(/row 1 \| 1 \|\n\n… 98 more rows$/)
    expect(renderTable(table, undefined, 30)).toBeUndefined()
  })
})

describe('the table of slices', () => {
  it('counts the slices themselves, and not what the small ones are together', () => {
    const small = ['a', 'b'].map(name => slice(name, 20, LOST, { outcome: 'cannot_judge' }))
    const rest = slice('the rest (2 slices)', 40, LOST, { outcome: 'fail', together: 2 })

    const text = renderMarkdown(
      result({ slices: [rest, slice('north', 90, LOST), ...small] }),
      PLAIN_DIALECT,
      {},
    )

    expect(text).toContain('**Worst slices** of 1 judged slice, by accuracy. 2 slices too small to judge.')
    expect(text).toContain('the rest (2 slices)')
  })

  it('SE-007: of fewer than ten rows no number is shown, even if there is one', () => {
    const small = slice('3 people', 9, LOST, { outcome: 'fail' })

    const [cells] = rowsOf(renderTable(sliceTable([small]))!)

    expect(cells).toEqual(['origin = 3 people (< 10)', '–', '', 'too few rows'])
  })

  it('SE-006: addresses of people are masked', () => {
    const [cells] = rowsOf(renderTable(sliceTable([slice('alice@example.com', 90, LOST)]))!)

    expect(cells![0]).toBe('🔴 origin = [e-mail] (90)')
  })
})
