import { describe, expect, it } from 'vitest'
import { readEvals } from '../../../../src/core/inputs/evals/read-evals.ts'
import type { Evaluation, Side } from '../../../../src/core/inputs/evaluation.ts'
import type { PredictionsConfig } from '../../../../src/core/inputs/file-options.ts'
import { keptRows, readKeptRows } from '../../../../src/core/inputs/kept/kept-rows.ts'
import { rowNames } from '../../../../src/core/inputs/kept/row-names.ts'
import { testSetOf } from '../../../../src/core/inputs/predictions/test-set.ts'
import { renderTerminal } from '../../../../src/core/report/terminal.ts'
import { config as predictions } from '../../inputs/predictions/read.ts'
import { weighed } from './weigh-inputs.ts'

/** By scorer, what each of the items scores in all of three tries. */
type Scores = Record<string, (string | number)[]>

const ITEMS = 30
const all = (value: string | number) => Array.from({ length: ITEMS }, () => value)
/** The first items score something else. */
const begins = (first: (string | number)[], rest: string | number) => [...first, ...all(rest)].slice(0, ITEMS)

function log(scores: Scores): string {
  const samples = Array.from({ length: ITEMS * 3 }, (_, at) => ({
    id: Math.floor(at / 3),
    epoch: (at % 3) + 1,
    input: 'what?',
    scores: Object.fromEntries(
      Object.entries(scores).map(([name, values]) => [name, { value: values[Math.floor(at / 3)] }]),
    ),
  }))
  return JSON.stringify({ status: 'success', samples })
}

function evaluation(side: Side, scores: Scores, more: Partial<PredictionsConfig> = {}): Evaluation {
  const own = readEvals(log(scores), { ...predictions(more), file: 'log.json', from: 'inspect' })
  return ofRows(side, own)
}

function ofRows(side: Side, own: NonNullable<Evaluation['predictions']>): Evaluation {
  const noValue = own.unscored && { noValue: own.unscored }
  return {
    side,
    source: side,
    metrics: new Map(),
    predictions: own,
    predictionsFile: 'log.json',
    testSet: testSetOf(own),
    ...noValue,
  }
}

const MODEL = {
  metrics: [],
  predictions: { file: 'log.json', from: 'inspect' },
  gates: [
    { metric: 'passed', not_worse_than: 'champion', margin: 0.2 },
    { metric: 'broken_items', at_most: 0 },
  ],
}

const RIGHT = { match: all('C'), includes: all('C') }

describe('what passed', () => {
  it.each<[string, Scores, Scores, number]>([
    [
      'a score that is half right in one item',
      RIGHT,
      { match: begins([...all('I').slice(0, 10), 'P'], 'C'), includes: all('C') },
      11,
    ],
    [
      'a scorer that is new and listed first',
      { match: all('C') },
      { format: all('C'), match: begins(all('I').slice(0, 10), 'C') },
      10,
    ],
  ])(
    "is one thing in both versions, the champion's, whatever the candidate has: %s",
    (_, before, now, broken) => {
      const result = weighed(MODEL, {
        candidate: evaluation('candidate', now),
        champion: evaluation('champion', before),
      })

      expect(result.items).toMatchObject({ passedBy: 'match is 1', broken: { count: broken } })
      expect(result.gates.map(({ verdict }) => verdict)).toEqual(['fail', 'fail'])
      expect(result.metrics.find(({ metric }) => metric === 'passed')!.note).toBe(
        'a try passes where match is 1',
      )
      expect(renderTerminal(result, { colour: false, width: 200 })).toContain(
        'a try passes where match is 1.',
      )
    },
  )

  it.each<[string, (string | number)[]]>([
    ['half right', begins(['P'], 'C')],
    ['not scored', begins([Number.NaN], 'C')],
  ])('is never asked of a later score because the first is %s once', (_, match) => {
    const candidate = evaluation('candidate', { match, includes: all('C') })
    const gates = [
      { metric: 'passed', at_least: 0.5 },
      { metric: 'broken_items', at_most: 0 },
    ]

    expect(weighed({ ...MODEL, gates }, { candidate }).gates[0]).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/the first metric, match, has (?:other scores|no score)/),
    })
    const against = weighed(
      { ...MODEL, gates },
      { candidate, champion: ofRows('champion', { ...candidate.predictions! }) },
    )
    expect(against.gates[1]).toMatchObject({ verdict: 'inconclusive' })
  })

  it('has no value where the candidate no longer has the score that the champion passed by', () => {
    const { gates, items } = weighed(MODEL, {
      candidate: evaluation('candidate', { includes: all('C') }),
      champion: evaluation('champion', RIGHT),
    })

    expect(items).toBeUndefined()
    expect(gates.map(({ verdict }) => verdict)).toEqual(['fail', 'inconclusive'])
    for (const { reason } of gates)
      expect(reason).toContain(
        '`passed` is `match is 1` in the champion, which the candidate does not tell of every try, where it is `includes is 1`: name it with `predictions.passed`',
      )
  })

  it('is what kept rows of a champion were made of, and nothing where that is not known', () => {
    const names = rowNames('of-a-test-0123456789', 'churn')
    const before = evaluation('champion', RIGHT).predictions!
    const candidate = evaluation('candidate', {
      format: all('C'),
      match: begins(['I'], 'C'),
    })
    const kept = readKeptRows(keptRows(before, names), names, candidate.predictions!)
    if ('problem' in kept) throw new Error(kept.problem)
    const { passing: _, ...old } = kept

    const known = weighed(MODEL, { candidate, champion: ofRows('champion', kept) })
    const unknown = weighed(MODEL, { candidate, champion: ofRows('champion', old) })

    expect(known.items).toMatchObject({ passedBy: 'match is 1', broken: { count: 1 } })
    expect(unknown.gates.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'inconclusive'])
    expect(unknown.gates[0]!.reason).toContain('nobody knows what `passed` was made of there')
  })

  it('is compared with a limit only where both have the same one', () => {
    const at = (limit: number) => ({ passed: { match: limit } })
    const side = (limit: number) => evaluation('champion', RIGHT, at(limit)).predictions!

    const [same, other] = [1, 0.5].map(limit =>
      weighed(MODEL, {
        candidate: evaluation('candidate', { match: all('C') }, at(1)),
        champion: ofRows('champion', side(limit)),
      }),
    )

    expect(same!.items).toMatchObject({ broken: { count: 0 } })
    expect(other!.items).toBeUndefined()
    expect(other!.gates[1]!.reason).toContain('`passed` is `match ≥ 0.5` in the champion')
  })

  it('says of one score that could not be had why the gate fails, with no other metric too', () => {
    const gates = [{ metric: 'match', not_worse_than: 'champion', margin: 0.2 }]
    const { gates: judged } = weighed(
      { ...MODEL, gates },
      {
        candidate: evaluation('candidate', { match: begins([Number.NaN], 'C') }),
        champion: evaluation('champion', { match: all('C') }),
      },
    )

    expect(judged[0]).toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining('1 of 30 items have no score of match'),
    })
  })
})
