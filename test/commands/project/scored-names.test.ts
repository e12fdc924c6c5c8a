import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readEvaluation } from '../../../src/commands/project/read-evaluation.ts'
import { Config } from '../../../src/core/config/config.ts'
import type { Side } from '../../../src/core/inputs/evaluation.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-scored-names-'))
afterAll(() => rmSync(folder, { recursive: true }))

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
