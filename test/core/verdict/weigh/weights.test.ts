import { describe, expect, it } from 'vitest'
import type { Evaluation, Side } from '../../../../src/core/inputs/evaluation.ts'
import { testSetOf } from '../../../../src/core/inputs/predictions/test-set.ts'
import { renderHtml } from '../../../../src/core/report/html/html.ts'
import { renderMarkdown } from '../../../../src/core/report/markdown.ts'
import { plotData } from '../../../../src/core/report/plots/data.ts'
import { renderTerminal } from '../../../../src/core/report/terminal.ts'
import { COMMENT } from '../../../support/report-tops.ts'
import { fromCsv } from '../../inputs/predictions/read.ts'
import { weighed } from './weigh-inputs.ts'

/** 300 rows of which the heavy tenth is answered otherwise; `wrong` of them are wrong. */
function version(
  side: Side,
  wrong: number,
  columns: { weight?: string } = { weight: 'exposure' },
): Evaluation {
  const lines = Array.from({ length: 300 }, (_, row) => {
    const isHeavy = row % 10 === 0
    const label = (row >> 1) % 2
    const isWrong = isHeavy ? row / 10 < wrong : row % 7 === 1
    return `r${row},${label},${isWrong ? 1 - label : label},${isHeavy ? 9 : 1},${row % 2 ? 'north' : 'south'}`
  })
  const predictions = fromCsv(`id,label,score,exposure,region\n${lines.join('\n')}`, {
    score: 'score',
    slices: ['region'],
    ...columns,
  })
  return { side, source: side, metrics: new Map(), predictions, testSet: testSetOf(predictions) }
}

const gates = [{ metric: 'accuracy', not_worse_than: 'champion', margin: 0.01 }]

describe('rows with weights', () => {
  it('turn a verdict where the heavy ones are lost, also in a slice, and the report says by what', async () => {
    const result = weighed(
      { gates },
      { candidate: version('candidate', 20), champion: version('champion', 0) },
    )
    const { candidate, differences } = result.metrics.find(row => row.metric === 'accuracy')!

    expect(result.verdict).toBe('fail')
    expect(differences.champion!.method).toBe('weighted-t')
    // Twenty rows of nine, of 30 of nine and 270 of one.
    expect(differences.champion!.value).toBeCloseTo(-(20 * 9) / (30 * 9 + 270), 12)
    expect(candidate!.value).toBeLessThan(0.7)
    expect(result.candidate.testSet!.weighted).toEqual({
      by: 'exposure',
      effective: 540 ** 2 / (30 * 81 + 270),
    })
    const reports = [
      renderMarkdown(result, COMMENT, {}),
      renderTerminal(result, { colour: false, width: 400 }),
    ]
    expect(reports[0]).toContain('the same 300 rows weighted by `exposure`, effective n 108')
    const html = await renderHtml(result, plotData(version('candidate', 20), undefined))
    expect(html).toContain('300 rows weighted by exposure, effective n 108')
    expect(reports[1]).toContain('300 rows weighted by exposure, effective n 108')
    const slices = weighed(
      { gates: [{ ...gates[0], slices: ['region'] }] },
      { candidate: version('candidate', 20), champion: version('champion', 0) },
    ).slices
    const south = slices.find(row => row.value === 'south')!
    expect(south.difference!.value).toBeCloseTo(-(20 * 9) / (30 * 9 + 120), 12)
  })

  it('that only one of the two has are not comparable, never compared as if there were none', () => {
    const bare = version('champion', 0, {})
    const result = weighed({ gates }, { candidate: version('candidate', 0), champion: bare })

    expect(result.verdict).toBe('not_comparable')
    expect(result.warnings[0]).toContain("Only the candidate's rows have weights (`exposure`)")
  })
})
