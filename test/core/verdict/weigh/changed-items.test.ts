import { describe, expect, it } from 'vitest'
import { Config } from '../../../../src/core/config/config.ts'
import { readEvals } from '../../../../src/core/inputs/evals/read-evals.ts'
import type { Evaluation, Side } from '../../../../src/core/inputs/evaluation.ts'
import type { PredictionsConfig } from '../../../../src/core/inputs/file-options.ts'
import { testSetOf } from '../../../../src/core/inputs/predictions/test-set.ts'
import { renderHtml } from '../../../../src/core/report/html/html.ts'
import { renderMarkdown } from '../../../../src/core/report/markdown.ts'
import { plotData } from '../../../../src/core/report/plots/data.ts'
import { renderTerminal } from '../../../../src/core/report/terminal.ts'
import { parseResult } from '../../../../src/core/verdict/parse-result.ts'
import { judgeAgain } from '../../../../src/core/verdict/weigh/judge-again.ts'
import { githubForge } from '../../../../src/forges/github/forge.ts'
import { config as predictions } from '../../inputs/predictions/read.ts'
import { weighed } from './weigh-inputs.ts'

/** Of each item which of its tries passed: `ooo` all of three, `xxx` none. */
type Tries = Record<string, string>

function evaluation(side: Side, items: Tries, more: Partial<PredictionsConfig> = {}): Evaluation {
  const results = Object.entries(items).flatMap(([description, tries]) =>
    [...tries].map(one => ({
      success: one === 'o',
      score: one === 'o' ? 1 : 0.2,
      vars: { question: `secret of ${description}` },
      testCase: { description },
    })),
  )
  const text = JSON.stringify({ results: { results } })
  const own = readEvals(text, { ...predictions(more), file: 'out/results.json', from: 'promptfoo' })
  return {
    side,
    source: side,
    metrics: new Map(),
    predictions: own,
    predictionsFile: 'out/results.json',
    testSet: testSetOf(own),
  }
}

const BEFORE: Tries = { a: 'ooo', b: 'xxx', c: 'xxx', d: 'oxo', e: 'ooo', f: 'xxx', g: 'ooo', h: 'ooo' }
/** Three mended, one broken: better on average. What passed by luck before is not broken. */
const AFTER: Tries = { ...BEFORE, a: 'xxx', b: 'ooo', c: 'ooo', d: 'xxx', f: 'ooo', h: 'xo' }

const MODEL = {
  metrics: [],
  predictions: { file: 'out/results.json', from: 'promptfoo' },
  gates: [
    { metric: 'passed', not_worse_than: 'champion', margin: 0.9 },
    { metric: 'broken_items', at_most: 0 },
  ],
}

/** Without what keeps a forge from making links of it. */
function asRead(written: string): string {
  const signs = written.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
  return signs.replaceAll('\u200b', '')
}

describe('items', () => {
  it('that broke, were mended or are flaky are told apart, whatever the average is', () => {
    const result = weighed(MODEL, {
      candidate: evaluation('candidate', AFTER),
      champion: evaluation('champion', BEFORE),
    })

    const { broken, mended, flaky, ...rest } = result.items!
    expect(rest).toEqual({ against: 'champion', file: 'out/results.json', all: 8 })
    expect(broken).toEqual({
      count: 1,
      shown: [{ rows: 'results.results[0], results.results[1], results.results[2]' }],
    })
    expect([mended.count, flaky.count]).toEqual([3, 2])
    const passed = result.metrics.find(({ metric }) => metric === 'passed')!
    expect(passed.differences.champion!.value).toBeGreaterThan(0)
    expect(result.gates[1]).toMatchObject({
      verdict: 'fail',
      blocks: true,
      reason: 'broken_items is 1; the ceiling is 0',
    })
    expect(result.verdict).toBe('fail')
    expect(parseResult(Buffer.from(JSON.stringify(result)), 'result.json')).toBeDefined()
  })

  it('pass the gate where none broke, also with another number of tries', () => {
    const { verdict, items } = weighed(MODEL, {
      candidate: evaluation('candidate', { ...AFTER, a: 'o' }),
      champion: evaluation('champion', BEFORE),
    })

    expect(items!.broken).toEqual({ count: 0, shown: [] })
    expect(verdict).toBe('pass')
  })

  it.each([
    ['there is no champion', {}, 'inconclusive'],
    [
      'the champion broke',
      { absent: { champion: { reason: 'it died', broken: true }, base: { reason: 'none', broken: false } } },
      'not_comparable',
    ],
    ['the items are others', { champion: evaluation('champion', { z: 'ooo' }) }, 'not_comparable'],
  ])('are not green where %s', (_, more, verdict) => {
    const { gates } = weighed(
      { ...MODEL, gates: [{ metric: 'broken_items', at_most: 0 }] },
      { candidate: evaluation('candidate', AFTER), ...more },
    )

    expect(gates[0]!.verdict).toBe(verdict)
  })

  it('stand in every report by their rows, by name only where the configuration allows it, and with no content', async () => {
    for (const named of [false, true]) {
      const more = named ? { allow_personal: ['id'] } : {}
      const candidate = evaluation('candidate', AFTER, more)
      const result = weighed(MODEL, { candidate, champion: evaluation('champion', BEFORE, more) })
      const reports = [
        renderMarkdown(result, githubForge({} as never, 'o/r').dialect, {}),
        renderTerminal(result, { colour: false, width: 100 }),
        await renderHtml(result, plotData(candidate, undefined)),
      ]
      for (const written of reports) {
        const report = asRead(written)
        expect(report).toContain('1 broken, 3 mended and 2 flaky of 8 items, against the champion.')
        expect(report).toContain('results.results[0]')
        expect(/a \([0-9a-f]{8}\)/.test(report)).toBe(named)
        expect(report).not.toContain('secret of')
      }
    }
  })

  it('are bounded in the result, and counted in full', () => {
    const many = (tries: string) =>
      Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`i${at}`, tries]))

    const { items } = weighed(MODEL, {
      candidate: evaluation('candidate', many('x'.repeat(40))),
      champion: evaluation('champion', many('o')),
    })

    expect(items!.broken.count).toBe(300)
    expect(items!.broken.shown).toHaveLength(50)
    expect(items!.broken.shown[0]!.rows).toMatch(/results\[4\] and 35 more$/)
  })

  it('are judged anew from a result that other code wrote', () => {
    const result = weighed(MODEL, {
      candidate: evaluation('candidate', AFTER),
      champion: evaluation('champion', BEFORE),
    })
    const config = Config.parse({ models: { churn: MODEL } }).models.churn!
    const greened = {
      ...result,
      verdict: 'pass' as const,
      gates: result.gates.map(gate => ({ ...gate, verdict: 'pass' as const, blocks: false })),
    }

    expect(judgeAgain(greened, config, '2026-06-01')).toMatchObject({
      verdict: 'fail',
      gates: [{ verdict: 'pass' }, { verdict: 'fail', metric: 'broken_items' }],
    })
  })

  it('are counted by no other rule than a ceiling of the whole', () => {
    for (const rule of [
      { at_least: 0 },
      { not_worse_than: 'base', margin: 1 },
      { at_most: 0, slices: 'all' },
    ])
      expect(
        Config.safeParse({ models: { churn: { ...MODEL, gates: [{ metric: 'broken_items', ...rule }] } } })
          .success,
      ).toBe(false)
  })
})
