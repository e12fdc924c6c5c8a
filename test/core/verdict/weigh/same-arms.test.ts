import { describe, expect, it, test } from 'vitest'
import { readEvals } from '../../../../src/core/inputs/evals/read-evals.ts'
import type { Evaluation, Side } from '../../../../src/core/inputs/evaluation.ts'
import { keptRows, readKeptRows } from '../../../../src/core/inputs/kept/kept-rows.ts'
import { rowNames } from '../../../../src/core/inputs/kept/row-names.ts'
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
  weighedAgainst(evaluation('candidate', candidate), evaluation('champion', champion))

const weighedAgainst = (candidate: Evaluation, champion: Evaluation) =>
  weighed(
    {
      metrics: [],
      predictions: { file: 'results.json', from: 'promptfoo' },
      gates: [{ metric: 'broken_items', at_most: 0 }],
    },
    { candidate, champion },
  )

/** Against the rows of the champion as they were kept. */
function judgedByKept(candidate: Prompts, champion: Prompts) {
  const names = rowNames('of-a-test-0123456789', 'churn')
  const ours = evaluation('candidate', candidate)
  const theirs = evaluation('champion', champion)
  const bytes = keptRows(theirs.predictions!, names)
  const kept = readKeptRows(bytes, names, ours.predictions!)
  if ('problem' in kept) throw new Error(kept.problem)
  expect(bytes.toString('latin1')).not.toMatch(/kind|terse|secret/)
  return weighedAgainst(ours, { ...theirs, predictions: kept })
}

describe.each([
  ['files', judged],
  ['kept rows', judgedByKept],
])('several prompts against %s', (_, judged) => {
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

  it('of another number are another test', () => {
    const { gates } = judged(
      [['terse', BAD], ['kind', GOOD], ['new', GOOD]],
      [['kind', GOOD], ['terse', BAD]],
    ) // biome-ignore format: a version a line

    expect(gates[0]!.verdict).toBe('not_comparable')
  })
})

test('several prompts beside a single one, which has no number, are another test', () => {
  const { gates, warnings } = judged([['kind', GOOD], ['terse', BAD]], [['kind', GOOD]]) // biome-ignore format: a line

  expect(gates[0]!.verdict).toBe('not_comparable')
  expect(warnings.join()).not.toContain('compared by the order')
})

test('rows that were kept without the names of their prompts are none that a candidate with several is compared with', () => {
  const names = rowNames('of-a-test-0123456789', 'churn')
  const prompts: Prompts = [
    ['kind', GOOD],
    ['terse', BAD],
  ]
  const { arms: _, ...old } = evaluation('champion', prompts).predictions!

  expect(readKeptRows(keptRows(old, names), names, evaluation('candidate', prompts).predictions!)).toEqual({
    problem: 'they were kept without the names of prompts, so which one each row is of is not known',
  })
})
