import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderHtml } from '../../../../src/core/report/html/html.ts'
import { renderMarkdown } from '../../../../src/core/report/markdown.ts'
import { headlineOf, headlineText } from '../../../../src/core/report/sections/headline.ts'
import { renderTerminal } from '../../../../src/core/report/terminal.ts'
import { plainPhrase } from '../../../../src/core/report/words/phrase.ts'
import type { GateResult, MetricRow, Result, SliceRow } from '../../../../src/core/verdict/result.ts'
import { COMMENT, tops } from '../../../support/report-tops.ts'
import { difference, gate, metric, result, slice } from '../../../support/results.ts'
import { cases } from '../../../support/rounds.ts'
import { evaluation, type Row, weighed } from '../../verdict/weigh/weigh-inputs.ts'

const LOSS = difference(-0.1, -0.15, -0.05)
const GAIN = difference(0.1, 0.05, 0.15)
const NONE = difference(0, -0.01, 0.01)
const RED = ['accuracy', 'f1', 'recall', 'precision', 'average_precision', 'mcc'].map(name =>
  metric(name, [0.8, 0.7], LOSS),
)
const AUC = metric('roc_auc', [0.8, 0.8], NONE, { gated: true })
const PASSED = gate('roc_auc not worse than champion by more than 0.1', 'pass')
const WAIVED = { reason: 'a reason', author: 'ada', until: '2027-01-01' }

describe('a pass with losses that no gate asks about', () => {
  const shown = result({ metrics: [AUC, ...RED], gates: [PASSED], slices: [] })

  it('speaks for the gated metric and names the rest, on every face', async () => {
    for (const [face, text] of Object.entries(await tops(shown))) {
      expect(text, face).toContain('roc_auc holds; worse without a gate: accuracy, f1, recall and 3 more')
      expect(text, face).not.toMatch(/No difference to the champion is shown\./)
    }
    expect(plainPhrase(headlineOf(shown).why)).toContain('No difference to the champion is shown in roc_auc.')
  })

  it('is not as calm as one without', async () => {
    const calm = result({ metrics: [AUC], gates: [PASSED], slices: [] })
    expect(renderMarkdown(calm, COMMENT, {})).not.toContain('> [!')
    expect(renderMarkdown(shown, COMMENT, {})).toContain('> [!IMPORTANT]')
    expect(await renderHtml(shown, {})).toContain('class="why inconclusive"')
    const colour = (of: Result) => renderTerminal(of, { colour: true, width: 80 }).slice(0, 7)
    expect(colour(shown)).not.toBe(colour(calm))
  })

  it('comes so from the rows: roc_auc as it was, and the threshold of the candidate moved', () => {
    const rows = Array.from({ length: 1000 }, (_, index): Row => {
      const label = (index % 2) as 0 | 1
      return { label, score: label === 1 ? 0.55 + (index % 40) / 100 : 0.45 - (index % 45) / 100 }
    })
    const halved = rows.map(row => ({ ...row, score: row.score / 2 }))
    const weighedPass = weighed(
      { gates: [{ metric: 'roc_auc', not_worse_than: 'champion', margin: 0.01 }] },
      { candidate: evaluation('candidate', halved), champion: evaluation('champion', rows) },
    )
    expect(weighedPass.verdict).toBe('pass')
    expect(headlineText(weighedPass)).toBe(
      'churn: pass — roc_auc holds; worse without a gate: accuracy, recall, f1 and 3 more',
    )
  })
})

describe.each<[string, Partial<Result>, string]>([
  [
    'gains beside them',
    { metrics: [metric('roc_auc', [0.7, 0.8], GAIN, { gated: true }), RED[0]!] },
    'roc_auc better than the champion; worse without a gate: accuracy',
  ],
  [
    'two gates',
    { metrics: [AUC, RED[0]!], gates: [PASSED, gate('brier at most 1', 'pass')] },
    'both gates passed; worse without a gate: accuracy',
  ],
  [
    'a gated loss that is allowed',
    { metrics: [metric('roc_auc', [0.8, 0.7], LOSS, { gated: true }), RED[0]!] },
    'worse than the champion, but within what is allowed; worse without a gate: accuracy',
  ],
  [
    'a slice',
    { metrics: [AUC], slices: [slice('ATL', 800, LOSS)] },
    'not worse than the champion; worse without a gate in 1 slice',
  ],
  [
    'metrics and slices',
    { metrics: [AUC, RED[0]!], slices: [slice('ATL', 800, LOSS), slice('DEN', 90, LOSS)] },
    'roc_auc holds; worse without a gate: accuracy, and in 2 slices',
  ],
  [
    'an open gate',
    { verdict: 'inconclusive', metrics: [AUC, RED[0]!], gates: [{ ...PASSED, verdict: 'inconclusive' }] },
    'cannot tell from these 7,099 rows; worse without a gate: accuracy',
  ],
  [
    'a waived loss',
    {
      metrics: [metric('roc_auc', [0.7, 0.8], GAIN, { gated: true }), { ...RED[0]!, gated: true }],
      gates: [PASSED, gate('accuracy at least 0.9', 'fail', { blocks: false, waived: WAIVED })],
    },
    'roc_auc better than the champion, 1 gate waived',
  ],
])('a headline over %s', (_, change, meaning) => {
  it('says so', () => {
    expect(headlineOf(result({ gates: [PASSED], slices: [], ...change })).meaning).toBe(meaning)
  })
})

describe('property: whatever is gated, waived and shown', () => {
  const row = fc.record({
    name: fc.constantFrom('roc_auc', 'accuracy', 'f1', 'recall', 'brier'),
    change: fc.constantFrom(LOSS, GAIN, NONE, undefined),
    gated: fc.boolean(),
    waived: fc.boolean(),
  })
  const anySlice = fc.record({ value: fc.constantFrom('A', 'B'), change: fc.constantFrom(LOSS, GAIN, NONE) })

  it('no headline claims "better" or "no difference" for a set that has a red row in it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(row, { selector: ({ name }) => name, minLength: 1, maxLength: 5 }),
        fc.uniqueArray(anySlice, { selector: ({ value }) => value, maxLength: 2 }),
        async (rows, cut) => {
          const metrics = rows.map(
            ({ name, change, gated }): MetricRow => metric(name, [0.8, 0.7], change, { gated }),
          )
          const gates = rows
            .filter(({ gated }) => gated)
            .map(
              ({ name, waived }): GateResult =>
                gate(`${name} not worse than champion by more than 1`, waived ? 'fail' : 'pass', {
                  blocks: false,
                  ...(waived && { waived: WAIVED }),
                }),
            )
          const slices = cut.map(({ value, change }): SliceRow => slice(value, 800, change))
          fc.pre(gates.some(one => !one.waived))
          const shown = result({ metrics, gates, slices })
          const red = metrics.filter(one => one.judgement === 'worse')
          const ungated = red.filter(one => !one.gated)
          const lost = slices.filter(one => one.outcome === 'fail')
          for (const [face, text] of Object.entries(await tops(shown))) {
            if (red.length + lost.length > 0)
              expect(text, face).not.toContain('No difference to the champion is shown.')
            // Better than the champion, for everything, or for the metrics that are named before it.
            // In the headline itself: the sentence after it may name one metric as better beside others that are worse.
            const [, named] = /pass — ([^;.]*?)better than the champion/.exec(text) ?? []
            if (named !== undefined && red.length > 0) {
              expect(named, face).not.toBe('')
              for (const { metric: name } of red) expect(named.split(/, | and | /), face).not.toContain(name)
            }
            if (red.length > 0) expect(text, face).not.toContain('pass — not worse than the champion')
            if (ungated.length + lost.length > 0) expect(text, face).toContain('worse without a gate')
            for (const { metric: name } of ungated.slice(0, 3)) expect(text, face).toContain(name)
          }
          expect(headlineOf(shown).tone).toBe(ungated.length + lost.length > 0 ? 'inconclusive' : 'pass')
        },
      ),
      cases(60),
    )
  })
})
