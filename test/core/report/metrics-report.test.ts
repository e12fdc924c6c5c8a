import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderMetricsReport } from '../../../src/core/report/metrics-report.ts'
import { METRIC_NAME } from '../../../src/core/text/names.ts'
import { hostileResult } from '../../support/hostile.ts'
import { STATES } from '../../support/report-states.ts'
import { metric, result } from '../../support/results.ts'
import { cases } from '../../support/rounds.ts'

const RUNS = cases(300)

describe('the metrics file', () => {
  it('has every metric of the candidate as a gauge, and whether the run fails', () => {
    expect(renderMetricsReport([STATES.pass!])).toBe(`# TYPE accuracy gauge
accuracy{model="late-flights"} 0.738977
# TYPE assay_blocks gauge
assay_blocks{model="late-flights"} 0
# TYPE brier gauge
brier{model="late-flights"} 0.15828
# TYPE business_cost_per_flight gauge
business_cost_per_flight{model="late-flights",metric="business/cost_per_flight"} 1.21
# TYPE recall gauge
recall{model="late-flights"} 0.2631
# TYPE roc_auc gauge
roc_auc{model="late-flights"} 0.642923
# EOF
`)
  })

  it('keeps the models of one metric together, and is the same for any order of them', () => {
    const churn = { ...STATES.pass!, model: 'churn' }

    const text = renderMetricsReport([STATES.fail!, churn])

    expect(text).toContain(
      '# TYPE accuracy gauge\naccuracy{model="churn"} 0.738977\naccuracy{model="late-flights"}',
    )
    expect(renderMetricsReport([churn, STATES.fail!])).toBe(text)
    expect(read(text).get('assay_blocks{model="late-flights"}')).toBe(1)
  })

  it('leaves out numbers that are none, and says that a run without numbers fails', () => {
    const odd = [metric('nan', [0, NaN]), metric('infinite', [0, -Infinity]), metric('zero', [0, -0])]

    expect([...read(renderMetricsReport([result({ metrics: odd })]))]).toEqual([
      ['assay_blocks{model="late-flights"}', 0],
      ['zero{model="late-flights"}', 0],
    ])
    expect(renderMetricsReport([STATES['training-failed']!])).toBe(
      '# TYPE assay_blocks gauge\nassay_blocks{model="late-flights"} 1\n# EOF\n',
    )
    expect(renderMetricsReport([STATES.skipped!])).toBe('# EOF\n')
  })

  it('makes every name legal and loses none', () => {
    const names = fc.uniqueArray(
      fc.oneof(
        fc.constantFrom(
          'a/b',
          'a.b',
          'a_b',
          '0',
          '_0',
          '9',
          '-',
          '@',
          'assay_blocks',
          'f1@10',
          'assay/blocks',
        ),
        fc.stringMatching(METRIC_NAME),
      ),
      { maxLength: 20 },
    )

    fc.assert(
      fc.property(names, fc.double({ noNaN: true, noDefaultInfinity: true }), (all, value) => {
        const metrics = all.map(name => metric(name, [0, value]))

        const found = read(renderMetricsReport([result({ metrics })]))

        expect(found.size).toBe(all.length + 1)
        expect(found.get('assay_blocks{model="late-flights"}')).toBe(0)
        found.delete('assay_blocks{model="late-flights"}')
        for (const read of found.values()) expect(read).toBe(value === 0 ? 0 : value)
      }),
      RUNS,
    )
  })

  it('is OpenMetrics whatever names and values hold', () => {
    fc.assert(
      fc.property(fc.array(hostileResult(), { maxLength: 3 }), results => {
        read(renderMetricsReport(results))
      }),
      RUNS,
    )
  })
})

// --- internal ---

/** A strict reader of the part of OpenMetrics that is written. @throws on any other line, a second family or sample of one name */
function read(text: string): Map<string, number> {
  const samples = new Map<string, number>()
  const families = new Set<string>()
  let family: string | undefined
  expect(text.endsWith('\n# EOF\n') || text === '# EOF\n').toBe(true)
  for (const line of text
    .replace(/# EOF\n$/, '')
    .split('\n')
    .slice(0, -1)) {
    const [, begun] = /^# TYPE ([a-zA-Z_][a-zA-Z0-9_]*) gauge$/.exec(line) ?? []
    if (begun) {
      if (families.has(begun)) throw new Error(`two families ${begun}`)
      families.add(begun)
      family = begun
      continue
    }
    const sample =
      /^([a-zA-Z_][a-zA-Z0-9_]*)(\{model="[\w./@:-]*"(?:,metric="[\w./@:-]*")?\}) (-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$/.exec(
        line,
      )
    if (!sample || sample[1] !== family) throw new Error(`no sample of ${family}: ${JSON.stringify(line)}`)
    const key = `${sample[1]}${sample[2]}`
    if (samples.has(key)) throw new Error(`two samples ${key}`)
    samples.set(key, Number(sample[3]))
  }
  return samples
}
