import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Context } from '../../src/commands/command/context.ts'
import { run } from '../../src/commands/drift.ts'
import { renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { PROFILE } from '../core/traffic/drift/profiles.ts'
import { DRIFT_DEFAULTS } from '../support/drift-options.ts'
import { testFolder } from '../support/git-repository.ts'

const removals: (() => void)[] = []
afterAll(() => {
  for (const remove of removals) remove()
})

const SCORE = { edges: [0.5], means: [0.25, 0.75], labels: { '0': [4000, 1000], '1': [1000, 4000] } }

/** What the command says of files in a folder beside a profile. */
async function drift(rows: string, files: Record<string, string>) {
  const { folder, remove } = testFolder()
  removals.push(remove)
  writeFileSync(join(folder, 'model-profile.json'), renderProfile({ ...PROFILE, score: SCORE }))
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  mkdirSync(join(folder, 'home'))
  const context = { folder, env: { HOME: join(folder, 'home') }, ci: { name: 'local' }, now: () => 0 }
  const result = await run(context as unknown as Context, { ...DRIFT_DEFAULTS, rows })
  const written = (name: string) => readFileSync(join(folder, 'assay-result', name), 'utf8')
  return {
    ...result,
    json: JSON.parse(written('drift.json')),
    markdown: written('drift.md'),
    html: written('drift.html'),
  }
}

const COLUMNS = {
  age: (row: number) => (row % 100 === 0 ? '' : String((row % 10) + 0.5)),
  income: (row: number) => String((Math.floor(row / 7) % 10) + 0.5),
  plan: (row: number) => (row % 10 < 3 ? 'pro' : 'basic'),
  p: (row: number) => (row % 2 ? '0.8' : '0.2'),
  churned: (row: number) => (row % 2 === (row % 5 === 0 ? 1 : 0) ? '0' : '1'),
}

type Columns = Record<string, (row: number) => string>

function csv(rows: number, columns: Columns = COLUMNS): string {
  const lines = Array.from({ length: rows }, (_, row) =>
    Object.values(columns)
      .map(cell => cell(row))
      .join(','),
  )
  return `${Object.keys(columns).join(',')}\n${lines.join('\n')}\n`
}

const CONFIG = `model: churn
predictions: { file: predictions.csv, score: p, label: churned }
gates: []
`

describe('assay drift', () => {
  it('is steady on rows that are as the profile says, with exit code 0', async () => {
    const { exitCode, text, markdown, json } = await drift('rows.csv', {
      'rows.csv': csv(1400),
      'assay.yml': CONFIG,
    })

    expect(text.split('\n')[0]).toBe('churn: steady over 1,400 rows')
    expect(exitCode).toBe(0)
    expect(markdown).toContain('## 🟢 churn: steady over 1,400 rows')
    expect(markdown).toContain('AUC 0.800 → 0.800')
    expect(json).toMatchObject({ state: 'steady', concept: { state: 'steady', outcomes: 1400 } })
    const [age] = json.features
    expect(age.bins).toHaveLength(12)
    expect(age.bins.slice(1, 2)).toEqual([{ name: '1', words: '1 to 2', profile: 990, live: 140 }])
    expect(age.bins[10]).toEqual({ name: '__missing__', words: 'missing', profile: 100, live: 14 })
  })

  it('reads JSON a line as it reads a table', async () => {
    const lines = Array.from({ length: 1400 }, (_, row) =>
      JSON.stringify(
        Object.fromEntries(Object.entries(COLUMNS).map(([name, cell]) => [name, cell(row) || null])),
      ),
    )
    const files = { 'rows.csv': csv(1400), 'rows.jsonl': `${lines.join('\n')}\n\n`, 'assay.yml': CONFIG }

    expect((await drift('rows.jsonl', files)).json).toEqual((await drift('rows.csv', files)).json)
  })

  it('is critical with exit code 1 where a feature has shifted, and says what next', async () => {
    const income = (row: number) => String((Math.floor(row / 7) % 10) / 2 + 5)
    const { exitCode, text } = await drift('rows.csv', { 'rows.csv': csv(1400, { ...COLUMNS, income }) })

    expect(exitCode).toBe(1)
    expect(text).toContain('critical: shift in 1 of 4 features')
    expect(text).toMatch(/income +critical +shift/)
    expect(text).toContain('assay retrain')
  })

  it('says of a file without rows that it has none, and speaks of nothing else', async () => {
    const empty = drift('rows.csv', { 'rows.csv': '' })
    await expect(empty).rejects.toMatchObject({
      message: expect.stringContaining('The file of rows `rows.csv` cannot be used'),
      problems: [{ what: 'it is empty', fix: expect.not.stringContaining('evaluate') }],
    })
    const { exitCode, text } = await drift('rows.jsonl', { 'rows.jsonl': '\n' })
    expect(exitCode).toBe(3)
    expect(text).toContain('cannot tell: rows.jsonl has no row')
  })

  it('names what an importance does not do', async () => {
    const of = async (importance: object) =>
      drift('rows.csv', {
        'rows.csv': csv(1400),
        'assay.yml': `${CONFIG}drift: { importance: importance.json }\n`,
        'importance.json': JSON.stringify(importance),
      })
    const some = await of({ age: 2, zip: 3, salary: 1 })
    expect(some.json).toMatchObject({
      state: 'steady',
      notes: ['Of the importance: `zip` and 1 other named there are no features of the profile.'],
    })
    expect(some.markdown).toContain('`zip` and 1 other')

    const none = await of({ age: 0, income: 0, plan: 0, __score__: 0, __prediction__: 0 })
    expect(none.exitCode).toBe(3)
    expect(none.text).toContain('every feature has 0, and so nothing is judged by its rows')
  })

  it('trains nothing on what is broken', async () => {
    const { exitCode, text } = await drift('rows.csv', {
      'rows.csv': csv(1400, { ...COLUMNS, age: () => '' }),
    })

    expect(exitCode).toBe(1)
    expect(text).toContain('age: its values are missing more often; missing: 1.0 % → 100 %')
    expect(text).not.toContain('assay retrain')
  })

  it('sees the same scores mean something else', async () => {
    const churned = (row: number) => (row % 5 < 2 ? '1' : '0')
    const files = { 'rows.csv': csv(2000, { ...COLUMNS, churned }), 'assay.yml': CONFIG }

    expect((await drift('rows.csv', files)).json).toMatchObject({ state: 'critical', kind: 'concept' })
  })

  it('cannot tell with exit code 3 by few rows, or without a column, and says what is needed', async () => {
    const few = await drift('rows.csv', { 'rows.csv': csv(60), 'assay.yml': CONFIG })
    const { income: _, ...others } = COLUMNS
    const without = await drift('rows.csv', { 'rows.csv': csv(1400, others), 'assay.yml': CONFIG })

    expect(few.exitCode).toBe(3)
    expect(few.text).toMatch(/age: 60 rows are too few to tell: \d+ are needed/)
    expect(without.exitCode).toBe(3)
    expect(without.text).toContain('income: it was not counted: the rows have no column `income`')
  })

  it('names the column that is missing of what the model answers, the setting, and how to judge without it', async () => {
    const { p: _, churned: __, ...features } = COLUMNS
    const files = { 'rows.csv': csv(1400, features) }
    const unnamed = await drift('rows.csv', files)
    const named = await drift('rows.csv', { ...files, 'assay.yml': CONFIG })
    const importance = { 'importance.json': '{"__score__": 0}' }
    const without = await drift('rows.csv', {
      ...files,
      ...importance,
      'assay.yml': `${CONFIG}drift: { importance: importance.json }\n`,
    })

    expect(unnamed.exitCode).toBe(3)
    expect(unnamed.text).toContain('nothing says which column of the rows has the score')
    expect(unnamed.text).toContain('`predictions: { score }`')
    expect(named.text).toContain(
      'the rows have no column `p`, which `predictions: { score }` in assay.yml names',
    )
    expect(named.html).toContain('the rows have no column <code>p</code>')
    expect(without.exitCode).toBe(0)
  })

  it('reads what the model answers by the words of its two classes, and off its score', async () => {
    const words = {
      labels: { stays: [4000, 1000], leaves: [1000, 4000] },
      positive: 'leaves',
      threshold: 0.5,
    }
    const classes = { categories: ['leaves', 'stays'], counts: [5000, 5000], missing: 0, pooled: 0 }
    const accepted = {
      ...PROFILE,
      score: { ...SCORE, ...words },
      prediction: { type: 'category' as const, ...classes },
    }
    const churned = (row: number) => (COLUMNS.churned(row) === '1' ? 'leaves' : 'stays')
    const { exitCode, json } = await drift('rows.csv', {
      'rows.csv': csv(1400, { ...COLUMNS, churned }),
      'assay.yml': CONFIG,
      'model-profile.json': renderProfile(accepted),
    })

    expect(exitCode).toBe(0)
    expect(json.features.at(-1)).toMatchObject({ name: '__prediction__', state: 'steady', rows: 1400 })
    expect(json.concept).toMatchObject({ state: 'steady', outcomes: 1400, auc: { live: 0.8 } })
  })

  it('takes the profile that was written beside the results, of the model that is named where there are several', async () => {
    const { folder, remove } = testFolder()
    removals.push(remove)
    const context = { folder, env: { HOME: folder }, ci: { name: 'local' }, now: () => 0 }
    const asked = (model?: string) =>
      run(context as unknown as Context, {
        ...DRIFT_DEFAULTS,
        profile: undefined,
        rows: 'rows.csv',
        model,
      })
    const write = (model: string) => {
      mkdirSync(join(folder, 'assay-result', model), { recursive: true })
      const file = join(folder, 'assay-result', model, 'model-profile.json')
      writeFileSync(file, renderProfile({ ...PROFILE, model }))
    }
    writeFileSync(join(folder, 'rows.csv'), csv(1400))

    await expect(asked()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    write('churn')
    expect((await asked()).headline).toContain('churn: steady')
    write('fraud')
    await expect(asked()).rejects.toMatchObject({
      problems: [{ what: '`assay-result` has the profiles of churn, fraud' }],
    })
    expect((await asked('fraud')).headline).toContain('fraud: steady')
  })

  it('goes by the budget, the window and the importance of the configuration', async () => {
    const income = (row: number) => String((Math.floor(row / 7) % 10) / 2 + 5)
    const config = `${CONFIG}drift: { false_alarms: 2/7d, importance: importance.json }\n`
    const files = { 'rows.csv': csv(1400, { ...COLUMNS, income }), 'assay.yml': config }
    const importance = JSON.stringify({ income: 0, age: 0.7 })
    const { exitCode, json } = await drift('rows.csv', { ...files, 'importance.json': importance })

    expect(exitCode).toBe(0)
    expect(json.budget).toEqual({ alarms: 2, days: 7 })
    await expect(drift('rows.csv', { ...files, 'importance.json': '{"income": -1}' })).rejects.toMatchObject({
      code: 'METRICS_INVALID',
    })
  })

  it('refuses a profile of a model that the configuration does not know', async () => {
    const files = { 'rows.csv': csv(60), 'assay.yml': CONFIG.replace('churn', 'fraud') }

    await expect(drift('rows.csv', files)).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' })
  })

  it.each([
    ['rows.csv', 'when,where\n1,2\n', 'none of its columns is a feature of the profile'],
    ['rows.csv', 'age,income,plan\n1,2\n', 'rows.csv'],
    ['rows.csv', '', 'it is empty'],
    ['rows.csv', 'age,income,plan,age\n1,2,basic,3\n', 'there are two columns `age`'],
    ['rows.jsonl', '{"age": 1}\n{"age": secret-of-ada}\n', 'it is not JSON'],
    ['rows.jsonl', '[1, 2]\n', 'it is no JSON object'],
  ])('refuses %s of %j, and repeats nothing of it', async (file, text, what) => {
    const failed = await drift(file, { [file]: text }).then(
      () => undefined,
      error => error,
    )

    expect(failed.message).toBe(`The file of rows \`${file}\` cannot be used`)
    expect(JSON.stringify(failed.problems)).toContain(what)
    expect(JSON.stringify(failed.problems)).not.toContain('evaluate')
    expect(JSON.stringify(failed.problems)).not.toContain('secret-of-ada')
  })

  it('names everything that is not there, at once', async () => {
    const { folder, remove } = testFolder()
    removals.push(remove)
    const context = { folder, env: { HOME: folder }, ci: { name: 'local' }, now: () => 0 }
    const options = { ...DRIFT_DEFAULTS, profile: 'missing.json', rows: 'missing.csv' }

    await expect(run(context as unknown as Context, options)).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringMatching(/missing\.json.+missing\.csv/),
      problems: [{ where: { file: 'missing.json' } }, { where: { file: 'missing.csv' } }],
    })
  })
})
