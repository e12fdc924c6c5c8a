import { describe, expect, it } from 'vitest'
import { run as check } from '../../../src/commands/check.ts'
import { baseFiles, CONFIG, type Files, useScenes } from '../scene.ts'

const scenes = useScenes()

async function findings(predictionsConfig: string, files: Files): Promise<string[]> {
  const config = CONFIG.replace('predictions: predictions.csv', `predictions: ${predictionsConfig}`)
  const scene = scenes.local(baseFiles({ 'assay.yml': config, '.gitignore': undefined, ...files }), {})
  const { text } = await check(scene.context, { config: 'assay.yml' } as Parameters<typeof check>[1])
  return text.split('\n').filter(line => line.startsWith('! ') && /predictions|masked/.test(line))
}

const people = 'id,label,score,email,contact\nr1,1,0.9,kim@example.com,kim@example.com\nr2,0,0.1,,desk\n'

describe('what assay check says of the predictions', () => {
  it('SE-006: names columns to slice by that look personal, by their names and by the values that lie here', async () => {
    const found = await findings('{ file: predictions.csv, score: score, slices: [email, contact] }', {
      'predictions.csv': people,
    })

    expect(found).toEqual([
      expect.stringMatching(
        /^! assay\.yml:4:\d+: `email` looks personal by its name: .*allow_personal: \[email\]/,
      ),
      expect.stringMatching(/^! churn: `contact` looks personal by its values, which stand masked in slices/),
    ])
    expect(found.join()).not.toContain('kim@')
  })

  it('says nothing of those that may be shown', async () => {
    const allowed =
      '{ file: predictions.csv, score: score, slices: [email, contact], allow_personal: [email, contact] }'

    expect(await findings(allowed, { 'predictions.csv': people })).toEqual([])
  })

  it('says what would keep the file from being read, as a warning', async () => {
    const found = await findings('{ file: predictions.csv, score: points }', { 'predictions.csv': people })

    expect(found).toEqual([
      expect.stringContaining(
        '! churn: predictions.csv, as it lies here, could not be judged: there is no column `points`',
      ),
    ])
  })
})
