import { describe, expect, it } from 'vitest'
import type { Evaluation, Side } from '../../../../src/core/inputs/evaluation.ts'
import { testSetOf } from '../../../../src/core/inputs/predictions/test-set.ts'
import { computeMetric } from '../../../../src/core/metrics/table/compute.ts'
import { mulberry32 } from '../../../../src/core/statistics/random.ts'
import { fromCsv } from '../../inputs/predictions/read.ts'
import { weighed } from './weigh-inputs.ts'

const COLUMNS = { file: 'p.csv', score: 'score' }
const ANSWERS = ['accuracy', 'precision', 'recall', 'f1']

const random = mulberry32(3)
const ROWS = Array.from({ length: 400 }, (_, row) => {
  const label = row % 2
  return {
    label,
    score: Math.min(0.999, Math.max(0.001, 0.5 + (label - 0.5) * 0.4 + (random() - 0.5) * 0.8)),
  }
})

function evaluation(side: Side, scale: (score: number) => number, threshold?: number): Evaluation {
  const lines = ROWS.map(({ label, score }, row) => `r${row},${label},${scale(score)},${row % 2}`)
  const predictions = fromCsv(`id,label,score,half\n${lines.join('\n')}`, {
    score: 'score',
    slices: ['half'],
    ...(threshold === undefined ? {} : { threshold }),
  })
  return {
    side,
    source: side,
    metrics: new Map([['recall', 0.9]]),
    predictions,
    testSet: testSetOf(predictions),
  }
}

const same = (score: number) => score
const percent = (score: number) => 100 * score
const logit = (score: number) => Math.log(score / (1 - score))

function judged(
  gate: Record<string, unknown>,
  candidate: Evaluation,
  champion: Evaluation,
  threshold?: number,
) {
  return weighed(
    { predictions: { ...COLUMNS, slices: ['half'], threshold }, gates: [gate] },
    { candidate, champion },
  )
}

describe('scores outside 0 to 1 without a threshold', () => {
  it.each(ANSWERS)('%s has no value and passes no gate, on whichever side they are', metric => {
    const gates = [
      { metric, at_least: 0.1 },
      { metric, not_worse_than: 'champion', margin: 0.5 },
      { metric, better_than: 'champion' },
      { metric, at_least: 0.1, slices: ['half'] },
      { metric, not_worse_than: 'champion', margin: 0.5, slices: ['half'] },
    ]
    for (const gate of gates)
      for (const scale of [percent, logit]) {
        const other = judged(gate, evaluation('candidate', scale), evaluation('champion', same))
        expect(other.gates[0]!.verdict).toBe('not_comparable')
        expect(other.gates[0]!.reason).toContain('no `predictions.threshold` says which of them are positive')
        const row = other.metrics.find(row => row.metric === metric)!
        expect(row.candidate).toBeUndefined()
        expect(row.note).toContain('no `predictions.threshold`')
        expect(other.confusion).toBeUndefined()
        const both = judged(gate, evaluation('candidate', scale), evaluation('champion', scale))
        expect(both.gates[0]!.verdict).toBe('not_comparable')
        if (gate.at_least !== undefined) continue
        const theirs = judged(gate, evaluation('candidate', same), evaluation('champion', scale))
        expect(theirs.gates[0]!.verdict).toBe('not_comparable')
      }
  })

  it('what the order of the scores says stays, and that the scales differ is said', () => {
    const gate = { metric: 'roc_auc', not_worse_than: 'champion', margin: 0.01 }

    const { gates, metrics, warnings } = judged(
      gate,
      evaluation('candidate', percent),
      evaluation('champion', same),
    )

    expect(gates[0]!.verdict).toBe('pass')
    expect(metrics.find(row => row.metric === 'average_precision')!.differences.champion).toMatchObject({
      value: 0,
    })
    expect(warnings).toEqual([
      expect.stringMatching(/^The candidate's scores reach from .* have no value\.$/),
      expect.stringMatching(
        /^The candidate's scores \(.* to .*\) and the champion's \(.*\) are on different scales/,
      ),
    ])
  })

  it('with a threshold they count as written', () => {
    const gate = { metric: 'recall', not_worse_than: 'champion', margin: 0.01 }
    const plain = judged(gate, evaluation('candidate', same), evaluation('champion', same))
    for (const [scale, threshold] of [
      [percent, 50],
      [logit, 0],
    ] as const) {
      const { gates, metrics, warnings } = judged(
        gate,
        evaluation('candidate', scale, threshold),
        evaluation('champion', scale, threshold),
        threshold,
      )
      expect(gates[0]!.verdict).toBe(plain.gates[0]!.verdict)
      expect(metrics[0]!.candidate).toEqual(plain.metrics[0]!.candidate)
      expect(warnings).toEqual([expect.stringContaining('The metrics file says recall')])
    }
  })

  it('a threshold beyond all scores is said, and what it makes of them', () => {
    const gate = { metric: 'accuracy', at_least: 0.1 }
    const warnings = (threshold: number) =>
      judged(
        gate,
        evaluation('candidate', same, threshold),
        evaluation('champion', same, threshold),
        threshold,
      ).warnings

    expect(warnings(50)[0]).toMatch(
      /^The threshold 50 lies above all scores of the candidate .* counts as negative\.$/,
    )
    expect(warnings(-1)[0]).toMatch(/^The threshold -1 lies at or below all scores .* counts as positive\.$/)
    expect(warnings(0.4).join()).not.toContain('threshold')
  })
})

describe('scores within 0 to 1', () => {
  it('keep 0.5, the ends included', () => {
    const { prediction, undecided } = fromCsv('id,label,score\na,1,1\nb,0,0\nc,1,0.5\n', { score: 'score' })

    expect([...prediction]).toEqual([1, 0, 1])
    expect(undecided).toBeUndefined()
  })

  it('may be beyond them by the rounding of 32 bits', () => {
    const predictions = fromCsv('id,label,score\na,1,1.0000001\nb,0,-0.0000001\nc,0,0.2\n', {
      score: 'score',
    })

    expect(predictions.undecided).toBeUndefined()
    expect(computeMetric('ece', predictions)).toBeCloseTo(0.2 / 3, 6)
    expect(computeMetric('log_loss', predictions)).toBeCloseTo(-Math.log(0.8) / 3, 6)
    expect(fromCsv('id,label,score\na,1,1.001\nb,0,0\n', { score: 'score' }).undecided).toBeDefined()
  })
})
