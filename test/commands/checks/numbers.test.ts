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

  it('says which weights are none', async () => {
    const found = await findings('{ file: predictions.csv, score: score, weight: exposure }', {
      'predictions.csv': 'id,label,score,exposure\nr1,1,0.9,1\nr2,0,0.1,-2\n',
    })

    expect(found).toEqual([
      expect.stringContaining(
        'predictions.csv, as it lies here, could not be judged: row 2: `exposure` is a weight below 0: -2',
      ),
    ])
  })

  it('reads the newest file of a pattern', async () => {
    const rows: Files = {
      'predictions/v1/p.csv': 'id,label,points\nr1,1,0.9\nr2,0,0.1\n',
      'predictions/v2/p.csv': people,
    }
    const found = (pattern: string) => findings(`{ file: ${pattern}, score: points } # predictions`, rows)

    expect(await found('predictions/v*/p.csv')).toEqual([
      expect.stringContaining(
        'predictions/v2/p.csv, as it lies here, could not be judged: there is no column',
      ),
    ])
    expect(await found('other/v*/p.csv')).toEqual([])
    rows['predictions/last/p.csv'] = people
    expect((await found('predictions/*/p.csv')).join()).toMatch(
      /predictions\/\*\/p\.csv, as it lies here, could not be judged: .*no number in the names says which is newer/,
    )
  })
})

describe('what assay check says of gates, by the numbers that lie there', () => {
  const gated = (gate: string, more = '') => `model: churn
evaluate: ./evaluate
${more}
gates: [{ metric: ${gate}, at_least: 0.5 }]
`
  const said = async (config: string, files: Files) => {
    const { text, exitCode } = await check(scenes.local({ 'assay.yml': config, ...files }, {}).context, {
      config: 'assay.yml',
      base: undefined,
    })
    return { exitCode, lines: text.split('\n').filter(line => /^[!✗] churn: .*(gate on|metrics)/.test(line)) }
  }

  it('knows one by the name that a file of before has', async () => {
    const config = gated('top', 'metrics: metrics.json\nrenamed: { lift: top }')

    expect((await said(config, { 'metrics.json': '{"lift": 0.9}' })).lines).toEqual([])
  })

  it('names one that is in no metric file, with the nearest that is', async () => {
    const files = { 'metrics.json': '{"accuracy": 0.9, "f1": 0.5}' }

    expect(await said(gated('acuracy', 'metrics: metrics.json'), files)).toEqual({
      exitCode: 0,
      lines: [
        '! churn: gate on acuracy: no such metric in metrics.json, as it lies here (did you mean `accuracy`?)',
      ],
    })
    expect((await said(gated('f1', 'metrics: metrics.json'), files)).lines).toEqual([])
    // Of a file that is not there nobody knows.
    expect((await said(gated('acuracy', 'metrics: [metrics.json, more.json]'), files)).lines).toEqual([])
  })

  it('is a problem where no command writes the file anew', async () => {
    const config = gated('acuracy', 'metrics: metrics.json').replace('evaluate: ./evaluate\n', '')

    expect(await said(config, { 'metrics.json': '{"f1": 0.5}' })).toEqual({
      exitCode: 2,
      lines: [expect.stringMatching(/^✗ churn: gate on acuracy: .*\(there: f1\)$/)],
    })
  })

  it('says which of the rows gives no value, and why', async () => {
    const rows = 'id,label,pred,score\na,1,1,12\nb,0,0,-3\n'
    const score = 'predictions: { file: predictions.csv, score: score }'
    const answers = 'predictions: { file: predictions.csv, prediction: pred }'
    const lines = async (config: string) => (await said(config, { 'predictions.csv': rows })).lines

    expect(await lines(gated('accuracy', score))).toEqual([
      expect.stringMatching(/^! churn: gate on accuracy: there are scores outside 0 to 1/),
    ])
    expect(await lines(gated('roc_auc', answers))).toEqual([
      '! churn: gate on roc_auc: roc_auc needs a score column',
    ])
    expect(await lines(gated('roc_auc', score))).toEqual([])
  })

  it('names a metric file that cannot be read', async () => {
    const { lines } = await said(gated('f1', 'metrics: metrics.json'), { 'metrics.json': '{"f1": ' })

    expect(lines).toEqual([
      expect.stringMatching(/^! churn: metrics\.json:1:8, as it lies here, cannot be used: /),
    ])
  })
})

describe('what assay check says of the scores of a tool', () => {
  const results = JSON.stringify({
    status: 'success',
    samples: [1, 2, 3].map(id => ({
      id,
      scores: { match: { value: 'C' }, Toxicity: { value: id === 1 ? null : 0.1 } },
    })),
  })
  const says = async (predictions: string, gate: string, more = '') => {
    const config = `model: churn
predictions: { file: log.json, from: inspect${predictions} }
gates:
  - { metric: ${gate} }
${more}`
    const scene = scenes.local({ 'assay.yml': config, 'log.json': results }, {})
    const { exitCode, text } = await check(scene.context, { config: 'assay.yml' } as Parameters<
      typeof check
    >[1])
    const said = text.split('\n').filter(line => /^[!✗] churn/.test(line))
    return { exitCode, said: said.map(line => line.replace('✗ churn: ', '')) }
  }

  it('nothing where they are there', async () => {
    for (const gate of ['match, at_least: 0.5', 'passed, at_least: 0.5', 'broken_items, at_most: 0'])
      expect(await says('', gate)).toMatchObject({ said: [] })
  })

  it.each([
    [
      'mtach, at_least: 0.5',
      'gate on mtach: no such metric in log.json, as it lies here (did you mean `match`?)',
    ],
    [
      'brokn_items, at_most: 0',
      'gate on brokn_items: no such metric in log.json, as it lies here (did you mean `broken_items`?)',
    ],
    ['Toxicity, at_least: 0.5', 'gate on Toxicity: 1 of 3 items have no score of Toxicity'],
  ])('of a gate that no score answers: %s', async (gate, said) => {
    expect(await says('', gate)).toEqual({ exitCode: 2, said: [said] })
  })

  it('why nothing says what passed', async () => {
    const { said } = await says(', passed: { mach: 1 }', 'broken_items, at_most: 0')

    expect(said).toEqual([
      '`predictions.passed` names mach, and log.json has no scores of that name, as it lies here (did you mean `match`?)',
      'gate on broken_items: `predictions.passed` names mach, and there are no scores of that name',
    ])
  })

  it.each([
    [', values: { toxicity: lower }', '', 'predictions.values'],
    ['', 'directions: { toxicity: lower }', 'directions'],
  ])(
    'a direction by a name that no score has, which would turn the verdict around',
    async (own, more, key) => {
      const { exitCode, said } = await says(own, 'match, at_least: 0.5', more)

      expect([exitCode, said]).toEqual([
        2,
        [
          `\`${key}\` names toxicity, and log.json has no scores of that name, as it lies here (did you mean \`Toxicity\`?)`,
        ],
      ])
    },
  )
})
