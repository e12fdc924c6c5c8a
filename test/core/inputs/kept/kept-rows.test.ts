import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readEvals } from '../../../../src/core/inputs/evals/read-evals.ts'
import type { Predictions } from '../../../../src/core/inputs/evaluation.ts'
import { keptRows, readKeptRows } from '../../../../src/core/inputs/kept/kept-rows.ts'
import { rowNames } from '../../../../src/core/inputs/kept/row-names.ts'
import { pairPredictions } from '../../../../src/core/inputs/predictions/pair.ts'
import { config, fromCsv } from '../predictions/read.ts'

const names = rowNames('a key of the repository', 'churn')
const other = rowNames('another key of it all', 'churn')

function csvOf(rows: readonly { id: string; label: number; score: number }[]): string {
  const lines = rows.map(({ id, label, score }) => `${id},${label},${score}`)
  return `id,label,score\n${lines.join('\n')}\n`
}

const row = fc.record({
  label: fc.integer({ min: 0, max: 1 }),
  score: fc.double({ min: 0, max: 1, noNaN: true }),
})
const table = fc
  .uniqueArray(fc.stringMatching(/^[a-z0-9@.]{1,12}$/), { minLength: 1, maxLength: 40 })
  .chain(ids => fc.tuple(...ids.map(id => row.map(cells => ({ id, ...cells })))))

const MULTICLASS = 'id,label,prediction\na,dog,cat\nb,ant,ant\nc,cat,cat\n'
const REGRESSION = 'id,label,prediction\na,1.5,2\nb,-3,0.25\n'

describe('kept rows', () => {
  it('are weighed as the rows that they were, whatever their order', () => {
    fc.assert(
      fc.property(table, rows => {
        const champion = fromCsv(csvOf(rows), { score: 'score' })
        const candidate = fromCsv(csvOf([...rows].reverse()), { score: 'score' })

        const kept = readKeptRows(keptRows(champion, names), names, candidate) as Predictions

        expect(pairPredictions(candidate, kept)).toEqual(pairPredictions(candidate, champion))
      }),
    )
  })

  it.each([
    ['classes', MULTICLASS, {}],
    [
      'probabilities of classes',
      'id,label,p_ant,p_cat,p_dog\na,dog,0.2,0.3,0.5\nb,ant,1,0,0\n',
      { probabilities: 'p_*' },
    ],
    ['weights', 'id,label,score,w\na,1,0.7,2.5\nb,0,0.3,0\nc,0,0.1,1\n', { score: 'score', weight: 'w' }],
    ['numbers', REGRESSION, { task: 'regression' as const }],
    ['columns of scores', 'id,ndcg,ms\na,0.5,12\nb,1,-3\n', { values: { ndcg: 'higher', ms: 'lower' } }],
    ['scores that no threshold turns into answers', 'id,label,score\na,1,7\nb,0,-3\n', { score: 'score' }],
  ] as const)('are weighed as they were: %s', (_, text, columns) => {
    const champion = fromCsv(text, columns)

    const kept = readKeptRows(keptRows(champion, names), names, champion) as Predictions

    expect(pairPredictions(champion, kept)).toEqual(pairPredictions(champion, champion))
  })

  it('are weighed as they were: scores that only some rows have', () => {
    const lines = [
      { doc_id: 1, metrics: ['acc', 'f1'], acc: 1, f1: 0.5 },
      { doc_id: 2, metrics: ['acc'], acc: 0 },
    ]
    const text = lines.map(line => JSON.stringify(line)).join('\n')
    const champion = readEvals(text, { ...config(), from: 'lm-eval' })

    const kept = readKeptRows(keptRows(champion, names), names, champion) as Predictions

    expect(kept.values!.map(({ without }) => without)).toEqual([undefined, undefined, 1])
    expect(pairPredictions(champion, kept)).toEqual(pairPredictions(champion, champion))
  })

  it('hold all metrics that the result file of a tool may have', () => {
    const scores = Object.fromEntries(Array.from({ length: 49 }, (_, at) => [`m${at}`, 0.5]))
    const line = JSON.stringify({ doc_id: 1, metrics: ['acc', ...Object.keys(scores)], acc: 1, ...scores })
    const text = Array.from({ length: 100 }, () => line).join('\n')
    const champion = readEvals(text, { ...config(), from: 'lm-eval' })

    const kept = readKeptRows(keptRows(champion, names), names, champion) as Predictions

    expect(champion.values!.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['passed', 'pass@100', 'm48']),
    )
    expect(pairPredictions(champion, kept)).toEqual(pairPredictions(champion, champion))
  })

  it('are the same bytes for the same rows in another order, and tell no id', () => {
    const lines = ['kim@example.com,1,0.75', 'ada@example.com,0,0.25']
    const [one, same] = [lines, [...lines].reverse()].map(rows =>
      keptRows(fromCsv(`id,label,score\n${rows.join('\n')}\n`, { score: 'score' }), names),
    )

    expect(one).toEqual(same)
    expect(one!.toString('latin1')).not.toMatch(/kim|ada/)
  })

  it('of another key, another model or other ids are not taken for these', () => {
    const champion = fromCsv('id,label,score\na,1,0.9\nb,0,0.1\n', { score: 'score' })
    const bytes = keptRows(champion, names)

    expect(readKeptRows(bytes, other, champion)).toEqual({
      problem: 'they were kept with another key than ASSAY_BASELINES_KEY is now',
    })
    expect(readKeptRows(bytes, rowNames('a key of the repository', 'late'), champion)).toHaveProperty(
      'problem',
    )
    const elsewhere = fromCsv('id,label,score\na,1,0.9\nc,0,0.1\n', { score: 'score' })
    expect(pairPredictions(elsewhere, readKeptRows(bytes, names, elsewhere) as Predictions)).toMatchObject({
      notComparable: expect.stringContaining('The rows are not the same: 1 ids are in both'),
    })
  })

  it('whose bytes were changed anywhere are refused, or are other rows, and never end in an error', () => {
    const champion = fromCsv('id,label,score\na,1,0.9\nb,0,0.1\nc,0,0.3\n', { score: 'score' })
    const bytes = keptRows(champion, names)

    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 0x41
      const read = readKeptRows(changed, names, champion)
      if ('problem' in read) continue
      for (const column of [read.label, read.score!]) expect(column.every(Number.isFinite)).toBe(true)
      expect(read.label.every(label => label === 0 || label === 1)).toBe(true)
    }
    for (const length of [0, 10, bytes.length - 1])
      expect(readKeptRows(bytes.subarray(0, length), names, champion)).toHaveProperty('problem')
  })

  it('that name a row twice are refused', () => {
    const champion = fromCsv('id,label,score\na,1,0.9\nb,0,0.1\n', { score: 'score' })
    const bytes = keptRows(champion, names)
    const start = bytes.indexOf('\n') + 1
    bytes.copy(bytes, start + 16, start, start + 16)

    expect(readKeptRows(bytes, names, champion)).toEqual({ problem: 'their names are not in order' })
  })
})
