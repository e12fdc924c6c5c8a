import { describe, expect, it } from 'vitest'
import { collectMetrics } from '../../../../src/core/inputs/metrics-file/collected.ts'
import { parseMetricsFile } from '../../../../src/core/inputs/metrics-file/metrics-file.ts'

function collected(files: Record<string, string>, ...asked: string[]) {
  const read = Object.entries(files).map(([file, text]) => ({
    file,
    ...parseMetricsFile(Buffer.from(text), file),
  }))
  const { metrics, noValue, remarks } = collectMetrics(read, new Set(asked))
  return { metrics: Object.fromEntries(metrics), noValue: Object.fromEntries(noValue), remarks }
}

describe('collectMetrics', () => {
  it('leaves out what nobody asks for, and says of what is asked for why it has no value', () => {
    const text = '{"acc": 0.9,\n "model": "xgb", "loss": NaN, "best": null, "curve": [1, 2]}'

    expect(collected({ 'out/m.json': text }, 'acc', 'best')).toEqual({
      metrics: { acc: 0.9 },
      noValue: { best: 'at out/m.json:2:31 it is null' },
      remarks: [
        'out/m.json: left out: loss is NaN, model is a text, curve is a list of 2, of which `at` may name one.',
      ],
    })
  })

  it('says of rows that nothing tells apart that the last of them counts, where a gate asks', () => {
    const files = { 'folds.csv': 'fit_time,acc\n0.1,0.9\n0.2,0.8\n' }

    expect(collected(files, 'acc')).toMatchObject({
      metrics: { acc: 0.8 },
      remarks: [
        'folds.csv: of its rows, which no step or time tells apart, the last counts; `row` names another.',
      ],
    })
    expect(collected(files, 'f1').remarks).toEqual([])
    expect(collected({ 'log.csv': 'epoch,acc\n1,0.9\n2,0.8\n' }, 'acc').remarks).toEqual([])
  })

  it('a name in two files counts where both say the same, and has no value where they do not', () => {
    const files = { 'a.json': '{"acc":0.9,"epoch":3,"f1":0.5}', 'b.json': '{"acc":0.9,"epoch":4,"f1":0.6}' }

    expect(collected(files, 'acc', 'f1')).toEqual({
      metrics: { acc: 0.9 },
      noValue: { f1: 'b.json says 0.6, another file 0.5' },
      remarks: ['b.json: left out, for another file says otherwise: epoch. A `prefix` keeps them apart.'],
    })
  })

  it('a value in one file does not hide that another has none', () => {
    const files = { 'a.json': '{"acc":NaN}', 'b.json': '{"acc":0.9}' }

    expect(collected(files, 'acc')).toMatchObject({
      metrics: {},
      noValue: { acc: 'at a.json:1:2 it is NaN' },
    })
  })

  it('keeps what is asked for, wherever it stands among thousands', () => {
    const text = JSON.stringify(Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`k${at}`, at])))
    const { metrics, remarks } = collected({ 'm.json': text }, 'k2999')

    expect(Object.keys(metrics)).toHaveLength(1001)
    expect(metrics.k2999).toBe(2999)
    expect(remarks).toEqual(['Of metrics that no gate names, 1000 are kept: 1999 are left out.'])
  })
})
