import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readEvaluation } from '../../../src/commands/project/read-evaluation.ts'
import { Config } from '../../../src/core/config/config.ts'
import type { Side } from '../../../src/core/inputs/evaluation.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-scored-names-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('a share by a name that is nearly one of a metric is refused: without an interval the number would be believed', async () => {
  writeFileSync(join(folder, 'metrics.json'), '{"accuracy": 0.91}')
  const read = (proportions: string[]) => {
    const model = { metrics: 'metrics.json', rows: 50, proportions, gates: [] }
    const config = Config.parse({ models: { bot: model } }).models.bot!
    return readEvaluation(folder, config, { side: 'candidate', source: 'candidate' })
  }

  await expect(read(['acuracy'])).rejects.toMatchObject({
    problems: [
      {
        what: '`proportions` names acuracy, and there is no metric of that name',
        where: { file: 'metrics.json' },
        fix: 'did you mean `accuracy`?',
      },
    ],
  })
  // Of another model, say, that shares the list.
  await expect(read(['accuracy', 'accuracy5', 'completeness'])).resolves.toBeDefined()
})

it('a direction by a name that no score of the candidate has is refused; a champion need not have the score yet', async () => {
  const samples = [{ id: 1, scores: { Toxicity: { value: 0.1 } } }]
  writeFileSync(join(folder, 'log.json'), JSON.stringify({ status: 'success', samples }))
  const read = (side: Side, model: object) => {
    const file = { file: 'log.json', from: 'inspect' }
    const config = Config.parse({ models: { bot: { predictions: file, gates: [], ...model } } }).models.bot!
    return readEvaluation(folder, config, { side, source: side })
  }
  const values = { file: 'log.json', from: 'inspect', values: { toxicity: 'lower' } }

  for (const model of [{ predictions: values }, { directions: { toxicity: 'lower' } }]) {
    await expect(read('candidate', model)).rejects.toMatchObject({
      code: 'EVALUATION_UNREADABLE',
      problems: [
        {
          what: expect.stringContaining('names toxicity, and log.json has no scores of that name'),
          fix: 'did you mean `Toxicity`?',
        },
      ],
    })
    expect((await read('champion', model)).evaluation.predictions!.rows).toBe(1)
  }
})

it('a score that passes below its threshold is refused until somebody has said that lower is better', async () => {
  const cases = [0.1, 0.9].map(score => ({
    input: `${score}`,
    metricsData: [{ name: 'Bias', score, threshold: 0.5, success: score < 0.5 }],
  }))
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ testCases: cases }))
  const read = (model: object, more: object = {}) => {
    const file = { file: 'run.json', from: 'deepeval', ...more }
    const config = Config.parse({ models: { bot: { predictions: file, gates: [], ...model } } }).models.bot!
    return readEvaluation(folder, config, { side: 'candidate', source: 'candidate' })
  }

  await expect(read({})).rejects.toMatchObject({
    problems: [
      {
        what: 'Bias passes below its threshold in run.json, so a lower score is better, and nothing here says so',
        fix: 'Write `values: { Bias: lower }` below `predictions`.',
      },
    ],
  })
  await expect(read({}, { values: { Bias: 'lower' } })).resolves.toBeDefined()
  await expect(read({ directions: { Bias: 'lower' } })).resolves.toBeDefined()
})
