import { describe, expect, it } from 'vitest'
import { pullCommand, trainingOf, withDvcMetrics } from '../../../src/core/config/dvc.ts'
import { configInForce, describeInForce } from '../../../src/core/config/in-force.ts'
import { parseConfig } from '../../../src/core/config/read-config.ts'
import { isAssayError } from '../../../src/core/errors/errors.ts'

const BASE = 'model: churn\nevaluate: make evaluate\nmetrics: metrics.json\n'

const configOf = (more: string) => parseConfig(`${BASE}${more}`, 'assay.yml').config

function problemsOf(more: string): string[] {
  try {
    configOf(more)
    return []
  } catch (error) {
    if (!isAssayError(error, 'CONFIG_INVALID')) throw error
    return error.problems.map(({ what, where }) => `${where?.line}: ${what}`)
  }
}

describe('dvc in assay.yml', () => {
  it('says what is pulled and which stages train', () => {
    const { dvc } = configOf('dvc: { pull: [data/train.csv, größe/ab=c], remote: storage, repro: [train] }\n')
      .models.churn!

    expect(pullCommand(dvc!.pull!, dvc!.remote)).toBe('dvc pull --remote storage data/train.csv größe/ab=c')
    expect(trainingOf({ dvc: dvc! })).toEqual({ run: 'dvc repro train', timeout: '6h' })
    expect(pullCommand(true, undefined)).toBe('dvc pull')
  })

  it.each([
    ['dvc: {}\n', /^4: .*needs `pull` or `repro`/],
    ['dvc:\n  remote: storage\n  repro: true\n', /^4: .*there is no `pull`/],
    ['dvc:\n  pull: [--force]\n', /^5: .*a path or the name of a stage/],
    ['dvc:\n  pull: [data/a.csv; rm -rf /]\n', /^5: .*a path or the name of a stage/],
    ['dvc:\n  pull: [$(id)]\n', /^5: .*a path or the name of a stage/],
    ['dvc:\n  pull: true\n  remote: -x\n', /^6: .*the name of a remote/],
    ['dvc:\n  pul: true\n', /^5: .*pul/],
    ['train: make\ndvc:\n  repro: true\n', /^6: `dvc\.repro` and `train` are both the training/],
    ['seeds: [1, 2]\ndvc:\n  repro: true\n', /^6: DVC runs a stage again where its files change/],
  ])('%j is refused with its line', (text, problem) => {
    expect(problemsOf(text)).toContainEqual(expect.stringMatching(problem))
  })

  it("is the pull request's own, as commands are, and the report says so", () => {
    const [base, own] = [configOf('dvc: { pull: true }\n'), configOf('dvc: { pull: [data/new.csv] }\n')]

    const inForce = configInForce(base, own)

    expect(inForce.models.churn!.dvc!.pull).toEqual(['data/new.csv'])
    expect(describeInForce(base, inForce).commands).toEqual([
      expect.stringMatching(/^churn: `dvc` is now `\{"pull":\["data\/new\.csv"\]/),
    ])
  })

  it('takes metrics from dvc.yaml where nothing is named to be read', () => {
    const { models } = parseConfig('model: churn\ndvc: { repro: [evaluate] }\n', 'assay.yml').config
    const pipeline = 'stages:\n  evaluate: { metrics: [out/m.json] }\n  other: { metrics: [o.json] }\n'

    expect(withDvcMetrics(models, pipeline, 'assay.yml').churn!.metrics).toEqual([{ file: 'out/m.json' }])
    expect(() => withDvcMetrics(models, undefined, 'assay.yml')).toThrow('assay.yml names nothing to read')
    expect(() => withDvcMetrics(models, 'stages: {}', 'assay.yml')).toThrow()
    const named = configOf('dvc: { repro: true }\n').models
    expect(withDvcMetrics(named, pipeline, 'assay.yml')).toEqual(named)
  })
})
