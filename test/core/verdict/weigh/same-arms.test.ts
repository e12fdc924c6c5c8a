import { describe, expect, it } from 'vitest'
import { readEvals } from '../../../../src/core/inputs/evals/read-evals.ts'
import type { Evaluation, Side } from '../../../../src/core/inputs/evaluation.ts'
import { testSetOf } from '../../../../src/core/inputs/predictions/test-set.ts'
import { config as predictions } from '../../inputs/predictions/read.ts'
import { weighed } from './weigh-inputs.ts'

/** Prompts by their labels, each with the tests that it passes. */
type Prompts = [label: string, passes: (test: number) => boolean][]

const TESTS = 30
const GOOD = () => true
const BAD = (test: number) => test < 10

function evaluation(side: Side, prompts: Prompts): Evaluation {
  const results = Array.from({ length: TESTS }, (_, test) =>
    prompts.map(([label, passes], promptIdx) => ({
      promptIdx,
      provider: { id: 'exec:bot' },
      prompt: { raw: `question ${test}`, label },
      success: passes(test),
      score: Number(passes(test)),
      testCase: { vars: { test } },
    })),
  )
  const text = JSON.stringify({ results: { version: 3, results: results.flat() } })
  const own = readEvals(text, { ...predictions(), file: 'results.json', from: 'promptfoo' })
  return {
    side,
    source: side,
    metrics: new Map(),
    predictions: own,
    predictionsFile: 'results.json',
    testSet: testSetOf(own),
  }
}

const judged = (candidate: Prompts, champion: Prompts) =>
  weighed(
    {
      metrics: [],
      predictions: { file: 'results.json', from: 'promptfoo' },
      gates: [{ metric: 'broken_items', at_most: 0 }],
    },
    { candidate: evaluation('candidate', candidate), champion: evaluation('champion', champion) },
  )

describe('several prompts', () => {
  it('are compared by their labels, in whatever order each version has them', () => {
    const { gates, warnings, items } = judged(
      [['terse', BAD], ['kind', GOOD]],
      [['kind', GOOD], ['terse', BAD]],
    ) // biome-ignore format: a version a line

    expect(gates[0]).toMatchObject({ verdict: 'pass' })
    expect(items?.broken.count).toBe(0)
    expect(warnings).toEqual([])
  })

  it('that are called otherwise are compared by their order, and that is told without their text', () => {
    const { gates, warnings, items } = judged(
      [['terse', BAD], ['secret plan v2', BAD]],
      [['secret plan v1', GOOD], ['terse', BAD]],
    ) // biome-ignore format: a version a line

    expect(gates[0]!.verdict).toBe('fail')
    expect(items?.broken.count).toBe(20)
    expect(warnings).toEqual([
      'Of 2 prompts with their providers 1 has another label or text in the champion: it is compared by the order that they are configured in. A `label` of its own keeps a prompt known.',
    ])
  })

  it('of which one side does not say what they are called are told to be compared by their order', () => {
    const champion = evaluation('champion', [['kind', GOOD], ['terse', BAD]]) // biome-ignore format: a line
    const { arms, ...kept } = champion.predictions!
    const { warnings } = weighed(
      { metrics: [], predictions: { file: 'results.json', from: 'promptfoo' }, gates: [] },
      {
        candidate: evaluation('candidate', [['kind', GOOD], ['terse', BAD]]), // biome-ignore format: a line
        champion: { ...champion, predictions: kept },
      },
    )

    expect(warnings).toContain(
      'What the prompts of the champion are called is not known there: they are compared by the order that they are configured in.',
    )
  })

  it('of another number are another test', () => {
    const { gates } = judged(
      [['terse', BAD], ['kind', GOOD], ['new', GOOD]],
      [['kind', GOOD], ['terse', BAD]],
    ) // biome-ignore format: a version a line

    expect(gates[0]!.verdict).toBe('not_comparable')
  })
})
