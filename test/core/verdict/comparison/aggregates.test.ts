import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { mergeSeeds } from '../../../../src/commands/project/read-evaluation.ts'
import type { Aggregate, Evaluation, Side } from '../../../../src/core/inputs/evaluation.ts'
import { collectMetrics } from '../../../../src/core/inputs/metrics-file/collected.ts'
import { parseMetricsFile } from '../../../../src/core/inputs/metrics-file/metrics-file.ts'
import { compareMetric, matchUp } from '../../../../src/core/verdict/comparison/comparison.ts'
import { estimate, type MetricFacts } from '../../../../src/core/verdict/comparison/own-value.ts'

const FACTS: MetricFacts = { directions: {}, proportions: [], seedParts: ['a'], level: 0.95 }

const side = (name: Side, value: number, known?: Aggregate): Evaluation => ({
  side: name,
  source: 'file',
  metrics: new Map([['score', value]]),
  ...(known && { aggregates: new Map([['score', known]]) }),
})

const compared = (candidate: Evaluation, champion: Evaluation, facts = FACTS) =>
  compareMetric('score', matchUp(candidate, champion), facts)

describe('numbers with a standard error', () => {
  it('have the interval of the normal law, and Student’s where the rows are known', () => {
    expect(estimate('score', side('candidate', 10, { stderr: 1 }), FACTS)).toEqual({
      value: 10,
      interval: { low: 10 - 1.959963984540054, high: 10 + 1.959963984540054, level: 0.95 },
      method: 'standard error',
    })
    // scipy.stats.t.ppf(0.975, 9)
    const few = estimate('score', side('candidate', 10, { stderr: 1, rows: 10 }), FACTS)
    expect(few!.interval!.high).toBeCloseTo(12.2621571627, 8)
  })

  it('are compared by the root of the sum of their squares', () => {
    const { difference } = compared(
      side('candidate', 10, { stderr: 0.3 }),
      side('champion', 9, { stderr: 0.4 }),
    )

    expect(difference).toMatchObject({ value: 1, method: 'mover', paired: false })
    expect(difference!.interval.low).toBeCloseTo(1 - 1.959963984540054 * 0.5, 9)
    // 2 * scipy.stats.norm.sf(2)
    expect(difference!.p).toBeCloseTo(0.0455002638964, 9)
  })

  it('one side without one has nothing to be compared by', () => {
    expect(compared(side('candidate', 10, { stderr: 0.3 }), side('champion', 9)).missing).toContain(
      '`stderr`',
    )
  })

  it('of 0 has no interval, and proves nothing', () => {
    expect(estimate('score', side('candidate', 1, { stderr: 0 }), FACTS)).toEqual({ value: 1 })
    expect(
      compared(side('candidate', 1, { stderr: 0 }), side('champion', 0.5, { stderr: 0 })).difference,
    ).toBe(undefined)
  })

  it('that is a share of its rows is one: Wilson and Newcombe, also where all rows are right', () => {
    const ofShare = (p: number, n: number) => ({ stderr: Math.sqrt((p * (1 - p)) / (n - 1)), rows: n })
    const all = estimate('score', side('candidate', 1, ofShare(1, 20)), FACTS)!
    expect(all).toMatchObject({ method: 'wilson', interval: { high: 1 } })
    expect(all.interval!.low).toBeCloseTo(0.8388748, 6)

    const { difference } = compared(
      side('candidate', 0.9, ofShare(0.9, 200)),
      side('champion', 0.8, ofShare(0.8, 100)),
    )
    expect(difference).toMatchObject({
      method: 'newcombe',
      counts: { candidate_successes: 180, baseline_successes: 80 },
    })
    expect(difference!.rows).toBe(undefined)
  })
})

describe('a number that a side has no value of', () => {
  it('is told with the place in its file', () => {
    const champion = {
      ...side('champion', 1),
      metrics: new Map(),
      noValue: new Map([['score', 'at m.json:2:1 it is NaN']]),
    }

    expect(compared(side('candidate', 1), champion).missing).toBe(
      'the champion does not have this metric: at m.json:2:1 it is NaN',
    )
  })
})

describe('rows of a file', () => {
  it('make an interval of a declared share, each side by its own', () => {
    const facts = { ...FACTS, proportions: ['score'] }
    const { difference } = compared(
      side('candidate', 0.9, { rows: 1000 }),
      side('champion', 0.8, { rows: 500 }),
      facts,
    )

    expect(difference).toMatchObject({
      method: 'newcombe',
      counts: { candidate_successes: 900, baseline_successes: 400 },
    })
  })
})

describe('a results file of lm-evaluation-harness', () => {
  it('gives its own standard errors and rows, and no metric is made of them', () => {
    const bytes = readFileSync('test/data/tool-files/lm-eval-results.json')
    const read = parseMetricsFile(bytes, 'results.json', { at: 'results/arc_easy', prefix: 'arc' })
    const { metrics, aggregates } = collectMetrics([{ file: 'results.json', ...read }], new Set())

    expect([...metrics]).toEqual([
      ['arc/acc_none', 0.5925925925925926],
      ['arc/acc_norm_none', 0.5202020202020202],
    ])
    expect(aggregates.get('arc/acc_none')).toEqual({
      stderr: 0.010082326627832851,
      rows: 2376,
      part: 'all',
    })
    const whole = parseMetricsFile(bytes, 'results.json').aggregates
    expect(whole.get('results/gsm8k/exact_match_flexible-extract')).toEqual({
      stderr: 0.017144660799776553,
      rows: 101,
      part: '101 of 1,319 documents',
    })
    expect(whole.get('results/wikitext/word_perplexity_none')).toEqual({ rows: 62, part: 'all' })
  })

  it('says of which tasks it is of a part, and of a group what the limit was', () => {
    const text = JSON.stringify({
      results: { a: { 'acc,none': 0.5 }, b: { 'acc,none': 0.5 }, both: { 'acc,none': 0.5 } },
      'n-samples': { a: { original: 1319, effective: 100 }, b: { original: 40, effective: 40 } },
      config: { limit: 100 },
    })
    const read = (at?: string) => parseMetricsFile(Buffer.from(text), 'results.json', { at })

    expect(read().partial).toEqual([
      'it is of a part of its test set, by `--limit`: 100 of 1,319 documents (a), no more documents of a task than `limit: 100` lets it have (both)',
    ])
    expect(read('results/b').partial).toEqual([])
    expect(read('results/a').aggregates.get('acc_none')).toEqual({
      rows: 100,
      part: '100 of 1,319 documents',
    })
  })

  it('is whole where its limit is above the size of every task, also of a group', () => {
    const text = JSON.stringify({
      results: { a: { 'acc,none': 0.5 }, both: { 'acc,none': 0.5 } },
      'n-samples': { a: { original: 40, effective: 40 } },
      config: { limit: 5000 },
    })
    const read = parseMetricsFile(Buffer.from(text), 'results.json')

    expect(read.partial).toEqual([])
  })

  it('of a part is compared with one of the same part, and with no other', () => {
    const of = (name: Side, known: Aggregate) => side(name, 0.6, { stderr: 0.01, ...known })
    const part = { rows: 100, part: '100 of 1,319 documents' }

    expect(compared(of('candidate', part), of('champion', part)).difference).toBeDefined()
    expect(compared(of('candidate', part), of('champion', { rows: 1319, part: 'all' }))).toMatchObject({
      otherPart: true,
      missing:
        'the two are of different parts of the test set: that of the candidate of 100 of 1,319 documents, that of the champion of all 1,319',
    })
    expect(compared(of('candidate', part), of('champion', { rows: 100 })).missing).toContain(
      'that of the champion of one that its file does not name',
    )
    expect(
      compared(of('candidate', { part: 'all' }), of('champion', { rows: 1319 })).difference,
    ).toBeDefined()
  })

  it('of a part is compared with no other by seeds either, whose mean is of that part', () => {
    const seeds = [1, 2, 3, 4, 5].map(seed => ({ seed, metrics: new Map([['score', 0.6 + seed / 100]]) }))
    const of = (name: Side, part: string) =>
      mergeSeeds(side(name, 0.6, { stderr: 0.01, rows: 100, part }), seeds)

    expect(of('candidate', 'all').aggregates).toEqual(new Map([['score', { part: 'all' }]]))
    expect(compared(of('candidate', 'all'), of('champion', 'all')).difference).toBeDefined()
    expect(compared(of('candidate', '100 of 1,319 documents'), of('champion', 'all'))).toMatchObject({
      otherPart: true,
    })
  })
})

describe('keys that the configuration names', () => {
  const text = '{"acc":0.9,"acc_se":0.01,"n":500,"bad":-1,"f1":0.8}'
  const read = (options: object) => parseMetricsFile(Buffer.from(text), 'm.json', options)

  it('hold the standard error and the rows, for all metrics or one by one', () => {
    expect(read({ stderr: { acc: 'acc_se' }, rows: 'n' }).aggregates.get('acc')).toEqual({
      stderr: 0.01,
      rows: 500,
    })
    expect(read({ rows: { f1: 50 } }).aggregates).toEqual(new Map([['f1', { rows: 50 }]]))
  })

  it('hold them by either name of a metric that is called something else, its own first', () => {
    const renamed = { accuracy: 'acc', acc: 'hits', f1: 'f' }
    const of = (stderr: object) => read({ stderr, renamed }).aggregates.get('acc')

    for (const name of ['accuracy', 'hits', 'acc']) expect(of({ [name]: 'acc_se' })).toEqual({ stderr: 0.01 })
    expect(of({ hits: 'gone', acc: 'acc_se', accuracy: 'gone' })).toEqual({ stderr: 0.01 })
    expect(() => of({ f: 'acc_se', other: 'acc_se' })).toThrow(
      expect.objectContaining({
        problems: [expect.objectContaining({ what: expect.stringMatching(/^`other`.* is no key/) })],
      }),
    )
  })

  it.each([
    [{ stderr: { acc: 'acc_std' } }, '`acc_std` is no standard error: there is no such key'],
    [{ stderr: { acc: 'bad' } }, '`bad` is no standard error'],
    [
      { stderr: { acuracy: 'acc_se' } },
      '`acuracy`, of which `stderr` or `rows` say something, is no key of the file',
    ],
    [{ rows: 'acc' }, '`acc` is no number of rows'],
  ])('%j are refused where they hold none', (options, what) => {
    expect(() => read(options)).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ what })] }),
    )
  })
})
