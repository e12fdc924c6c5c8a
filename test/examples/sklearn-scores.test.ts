import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/core/config/read-config.ts'
import { takeRowsOfSide } from '../../src/core/metrics/side.ts'
import { computeMetric } from '../../src/core/metrics/table/compute.ts'
import { readPredictions } from '../../src/services/files/predictions-files.ts'

const FOLDER = resolve('test/data/sklearn')
const MODELS = ['logistic', 'forest']

interface Expected {
  rows: number
  models: Record<string, { metrics: Record<string, number>; slices: Record<string, number> }>
}

describe.each(MODELS)('predictions of the %s model, written by pandas', model => {
  test.each(['csv', 'parquet'])('every metric computed from %s equals that of scikit-learn', async ending => {
    const expected = await readExpected()
    const predictions = await read(`${model}.${ending}`)

    expect(predictions.rows).toBe(expected.rows)
    const { metrics } = expected.models[model]!
    expect(Object.keys(metrics)).toHaveLength(8)
    for (const [name, value] of Object.entries(metrics))
      expect(computeMetric(name, predictions), name).toBeCloseTo(value, 12)
  })

  test('CSV and Parquet hold the same', async () => {
    const csv = await read(`${model}.csv`)
    const parquet = await read(`${model}.parquet`)

    expect(parquet).toEqual(csv)
  })

  test('accuracy in every slice equals that of scikit-learn', async () => {
    const expected = (await readExpected()).models[model]!.slices
    const predictions = await read(`${model}.parquet`)
    const { values, codes } = predictions.slices[0]!

    const computed = values.map((value, code) => {
      const rows = Uint32Array.from([...codes.keys()].filter(row => codes[row] === code))
      return [
        value,
        computeMetric('accuracy', takeRowsOfSide(predictions, rows, { score: false, column: '' })),
      ]
    })
    expect(Object.fromEntries(computed)).toEqual(expected)
  })
})

async function readExpected(): Promise<Expected> {
  return JSON.parse(await readFile(`${FOLDER}/expected.json`, 'utf8'))
}

async function read(file: string) {
  const text = `model: cells\npredictions: {file: ${file}, score: score, slices: [size]}`
  const { config } = parseConfig(text, 'assay.yml')
  return readPredictions(FOLDER, config.models.cells!.predictions!)
}
