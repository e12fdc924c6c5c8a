import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { metricsOf, readPipeline } from '../../../../src/core/inputs/dvc/pipeline.ts'
import { cases } from '../../../support/rounds.ts'

const EXAMPLE = new URL('../../../../examples/sklearn-dvc/dvc.yaml', import.meta.url)

describe('dvc.yaml', () => {
  it('of the example names its parameters and its metrics', () => {
    const pipeline = readPipeline(readFileSync(EXAMPLE, 'utf8'))

    expect(pipeline).toEqual({
      stages: ['train', 'evaluate'],
      metrics: [{ file: 'metrics.json', stage: 'evaluate' }],
      params: ['params.yaml'],
    })
  })

  it('has files of parameters, folders, loops and templates', () => {
    const pipeline = readPipeline(`stages:
  train:
    wdir: churn
    cmd: x
    params: [{ conf/train.yaml: [lr] }, lr]
    metrics: [scores.json, { out/more.yaml: { cache: false } }]
  each:
    foreach: [a, b]
    do:
      cmd: x
      metrics: ['m/\${item}.json', all.json]
metrics: [top.json, ../outside.json]
params: [extra.toml]
`)

    expect(pipeline.params).toEqual(['params.yaml', 'churn/conf/train.yaml', 'extra.toml'])
    expect(metricsOf(pipeline, true)).toEqual([
      'churn/scores.json',
      'churn/out/more.yaml',
      'all.json',
      'top.json',
    ])
    expect(metricsOf(pipeline, ['each@a'])).toEqual(['all.json', 'top.json'])
  })

  it('that is none names nothing', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map(json => `{"stages": ${json}}`),
    )
    fc.assert(
      fc.property(text, content => {
        for (const { file } of readPipeline(content).metrics) expect(file).not.toMatch(/^\/|\.\.\//)
      }),
      cases(500),
    )
    expect(readPipeline('stages: [')).toEqual({ stages: [], metrics: [], params: [] })
  })
})
