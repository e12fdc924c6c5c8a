import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { makeProfile } from '../../../src/commands/model/profile.ts'
import type { ModelWork } from '../../../src/commands/project/project.ts'
import { parseConfig } from '../../../src/core/config/read-config.ts'
import type { Evaluation } from '../../../src/core/inputs/evaluation.ts'
import { ModelProfile } from '../../../src/core/traffic/profile/profile.ts'
import { readPredictions } from '../../../src/services/files/predictions-files.ts'
import { parquetOf } from '../../core/inputs/predictions/read.ts'
import { testFolder } from '../../support/git-repository.ts'

const removals: (() => void)[] = []
afterAll(() => {
  for (const remove of removals) remove()
})

const ROWS = 600
const rows = Array.from({ length: ROWS }, (_, row) => row)
const COLUMNS: Record<string, (row: number) => string | number | null> = {
  customer_id: row => `c-${(row * 7919) % 100_003}`,
  age: row => (row % 50 === 0 ? null : 18 + (row % 60)),
  salary: row => 20_000 + ((row * 7919) % 6007) * 7.13,
  children: row => row % 4,
  plan: row => ['basic', 'pro', 'team'][row % 3]!,
  // Two people have a plan of their own.
  region: row => (row < 2 ? `Ada Lovelace ${row}` : row % 2 ? 'north' : 'south'),
  manager: row => (row % 2 ? 'ada@example.com' : 'desk'),
  comment: row => `the customer said ${row} and then something else that nobody will ever read again`,
  seen: row => `2026-0${1 + (row % 9)}-1${row % 10}`,
  row: row => row,
}
const PERSONAL = /Lovelace|ada@|c-\d|customer said|2026-0/

function csvOf(names: string[], more = ''): string {
  const lines = rows.map(row => names.map(name => COLUMNS[name]!(row) ?? '').join(','))
  return `${names.join(',')}\n${lines.join('\n')}\n${more}`
}

/** The profile of a folder that holds `files`, made as `assay evaluate` makes it. */
async function made(
  files: Record<string, string | Uint8Array>,
  yaml: string,
  env: Record<string, string> = {},
) {
  const { folder, remove } = testFolder()
  removals.push(remove)
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content)
  const { config } = parseConfig(`model: churn\n${yaml}`, 'assay.yml')
  const model = config.models.churn!
  const predictions = model.predictions && (await readPredictions(folder, model.predictions))
  const work = { context: { folder, env }, model: 'churn', config: model } as unknown as ModelWork
  return makeProfile(work, { predictions, predictionsFile: model.predictions?.file } as Evaluation)
}

const names = Object.keys(COLUMNS)
const YAML = 'metrics: metrics.json\nprofile: train.csv\n'

describe('the profile of a model', () => {
  it('pools addresses of a column that looks personal by its values where it is listed', async () => {
    const { profile } = await made(
      { 'train.csv': csvOf(names) },
      'metrics: metrics.json\nprofile: { data: train.csv, features: [manager] }\n',
    )

    expect(profile!.features).toMatchObject([
      { name: 'manager', categories: ['desk'], counts: [300], pooled: 300 },
    ])
  })

  it('has a feature for each column that tells something, with its bins, and no personal value', async () => {
    const { profile, facts } = await made({ 'train.csv': csvOf(names) }, YAML)

    expect(ModelProfile.safeParse(profile).error).toBeUndefined()
    expect(profile!.features.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'age number',
      'salary number',
      'children number',
      'plan category',
      'region category',
    ])
    const [age, salary, children, plan, region] = profile!.features
    expect(age).toMatchObject({ missing: 12 })
    expect(age!.counts).toHaveLength(10)
    expect(salary!.counts.every(count => Math.abs(count - 60) <= 1)).toBe(true)
    expect(children).toEqual({
      name: 'children',
      type: 'number',
      edges: [0, 1, 2, 3, 4],
      counts: [0, 150, 150, 150, 150, 0],
      missing: 0,
    })
    expect(plan).toMatchObject({ categories: ['basic', 'pro', 'team'], counts: [200, 200, 200], pooled: 0 })
    expect(region).toMatchObject({ categories: ['north', 'south'], counts: [299, 299], pooled: 2 })
    expect(facts).toEqual({
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      rows: ROWS,
      features: 5,
      advice: [
        '`customer_id` is left out: it looks personal by its name; `profile.features` counts it all the same.',
        '`manager` is left out: it looks personal by its values; `profile.features` counts it all the same.',
        '`comment` is left out: it has another text in nearly every row, as ids, names and free text have.',
        '`seen` is left out: it holds days or moments, which never come again.',
        '`row` is left out: it is numbered row by row, as an id is.',
      ],
    })
    expect(JSON.stringify({ profile, facts })).not.toMatch(PERSONAL)
  })

  it('is the same from CSV, packed CSV and Parquet', async () => {
    const csv = csvOf(names)
    const parquet = parquetOf(
      names.map(name => ({ name, data: rows.map(COLUMNS[name]!) })),
      { rowGroupSize: 250 },
    )
    const read = async (file: Uint8Array) => {
      const { profile, facts } = await made({ 'train.csv': file }, YAML)
      return { ...profile, data: undefined, facts: { ...facts, hash: undefined } }
    }

    const expected = await read(Buffer.from(csv))
    expect(await read(gzipSync(csv))).toEqual(expected)
    expect(await read(new Uint8Array(parquet))).toEqual(expected)
  })

  it('has the listed columns in their order, and keeps the place of one that tells nothing', async () => {
    const yaml = `metrics: metrics.json
profile:
  data: train.csv
  features: [plan, customer_id, { name: children, type: category }, { name: age, bins: 4 }]
`
    const { profile, facts } = await made({ 'train.csv': csvOf(names) }, yaml)

    expect(profile!.features).toEqual([
      expect.objectContaining({ name: 'plan' }),
      { name: 'customer_id', type: 'category', categories: [], counts: [], missing: 0, pooled: ROWS },
      expect.objectContaining({ name: 'children', categories: ['0', '1', '2', '3'] }),
      expect.objectContaining({ name: 'age', edges: [33, 48, 63] }),
    ])
    expect(facts!.advice).toEqual([
      '`customer_id` has another text in nearly every row, as ids, names and free text have: of it only missing values are watched. Say `type` where it is a number or a category.',
    ])
    expect(JSON.stringify({ profile, facts })).not.toMatch(PERSONAL)
  })

  it('is of the columns of the predictions where nothing is said, without those of a role', async () => {
    const lines = rows.map(
      row => `r${row},${row % 2},${(row % 97) / 97},${COLUMNS.plan!(row)},${row % 2 ? 'u1' : 'u2'}`,
    )
    const { profile } = await made(
      { 'predictions.csv': `id,label,score,plan,user\n${lines.join('\n')}\n` },
      'predictions: { file: predictions.csv, score: score, group: user }\n',
    )

    expect(profile!.features.map(({ name }) => name)).toEqual(['plan'])
    expect(profile!.rows).toBe(ROWS)
    expect(profile!.score!.means).toHaveLength(20)
    expect(profile!.prediction).toMatchObject({ categories: ['0', '1'] })
  })

  it('of predictions without another column it has score and predictions', async () => {
    const lines = rows.map(row => `r${row},${row % 2},${(row % 97) / 97}`)
    const { profile, facts } = await made(
      { 'predictions.csv': `id,label,score\n${lines.join('\n')}\n` },
      'predictions: predictions.csv\n',
    )

    expect(profile).toMatchObject({ rows: ROWS, features: [] })
    expect(facts).toMatchObject({ features: 0, advice: [] })
  })

  it('is made of a file that is read in several pieces, up to its last row', async () => {
    const many = Array.from(
      { length: 20_000 },
      (_, row) => `${'x'.repeat(59)},${row % 7},${row % 3 ? 'web' : 'app'}`,
    )
    const { profile, facts } = await made({ 'train.csv': `filler,day,channel\n${many.join('\n')}` }, YAML)

    expect(facts).toMatchObject({ rows: 20_000, features: 3, advice: [] })
    expect(profile!.features[2]).toMatchObject({ categories: ['app', 'web'], counts: [6667, 13_333] })
  })

  it('is asked for by a configuration that names what is counted', () => {
    const asked = () => parseConfig('model: churn\nmetrics: m.json\nprofile: { bins: 5 }\n', 'assay.yml')

    expect(asked).toThrow('one problem')
  })

  it('SE-005: has no feature whose name is a secret or an address, and is a profile all the same', async () => {
    const token = `ghp_${'A1b2C3d4E5'.repeat(3)}F6g7H8`
    const header = ['age', `flag_${token}`, `sent_by_${token}`, 'user=ada@example.com', 'my-own-secret-word']
    const lines = rows.map(row => [row % 60, row % 2, row % 3, row % 2, row % 5].join(','))
    const files = { 'train.csv': `${header.join(',')}\n${lines.join('\n')}\n` }
    const env = { DB_PASSWORD: 'my-own-secret-word' }
    const { profile, facts } = await made(files, YAML, env)

    expect(ModelProfile.safeParse(profile).error).toBeUndefined()
    expect(profile!.features.map(({ name }) => name)).toEqual(['age'])
    expect(facts!.advice.filter(one => one.endsWith('holds what looks like a secret.'))).toHaveLength(3)
    expect(facts!.advice).toContain(
      '`user=[e-mail]` is left out: its name holds an e-mail address or an IBAN.',
    )
    const listed = await made(
      files,
      "metrics: metrics.json\nprofile: { data: train.csv, features: [age, 'user=ada@example.com'] }\n",
      env,
    )
    expect(listed.profile).toBeUndefined()
    expect(listed.facts!.advice[0]).toContain('`user=[e-mail]` cannot be a feature: its name holds')
  })

  it('SE-005: has no category that is a secret of the run', async () => {
    const csv = csvOf(['plan', 'age']).replaceAll('team', 'tok-5f5f5f5f5f5f')
    const { profile } = await made({ 'train.csv': csv }, YAML, { API_TOKEN: 'tok-5f5f5f5f5f5f' })

    expect(profile!.features[0]).toMatchObject({
      categories: ['basic', 'pro'],
      counts: [200, 200],
      pooled: 200,
    })
    expect(JSON.stringify(profile)).not.toContain('5f5f5f5f5f5f"')
  })

  it('keeps a number that is none in a few rows a number, and counts them', async () => {
    const csv = `age\n${rows.map(row => (row % 100 === 99 ? 'unknown Ada' : 18 + (row % 60))).join('\n')}\n`
    const { profile, facts } = await made({ 'train.csv': csv }, YAML)

    expect(profile!.features[0]).toMatchObject({ type: 'number', missing: 0, pooled: 6 })
    expect(facts!.advice).toEqual(['`age` holds something that is no number in 6 rows.'])
  })

  it('counts again what looked like numbers at first', async () => {
    const csv = `code,x\n${rows.map(row => `${row < 100 ? '7' : row % 2 ? 'A1' : '007'},${row}.5`).join('\n')}\n`
    const { profile } = await made({ 'train.csv': csv }, YAML)

    expect(profile!.features[0]).toMatchObject({ categories: ['007', '7', 'A1'], counts: [250, 100, 250] })
  })

  it.each([
    ['there is no such file', {}, YAML, ['train.csv: there is no such file.']],
    [
      'a row has another width',
      { 'train.csv': csvOf(['plan', 'age'], 'x,1,Lovelace\n') },
      YAML,
      ['train.csv: 3 cells where the header has 2.'],
    ],
    ['it is empty', { 'train.csv': '' }, YAML, ['train.csv: it is empty.']],
    ['it has no rows', { 'train.csv': 'plan,age\n' }, YAML, ['train.csv: there are no rows.']],
    [
      'listed columns are not there',
      { 'train.csv': csvOf(['plan', 'age']) },
      `metrics: m.json\nprofile: { data: train.csv, features: [plan, aged, zip, plan] }\n`,
      [
        'train.csv: there is no column `aged`, which `profile.features` names: did you mean `age`?',
        'train.csv: there is no column `zip`, which `profile.features` names.',
        'train.csv: `profile.features` names `plan` twice.',
      ],
    ],
  ])('is none where %s, and says so', async (_, files, yaml, advice) => {
    const { profile, facts } = await made(files as Record<string, string>, yaml)

    expect(profile).toBeUndefined()
    expect(facts!.hash).toBeUndefined()
    expect(facts!.advice).toEqual(advice)
  })

  it('carries the importance of its features, and says what else the file names or why it is not read', async () => {
    const yaml = `${YAML}drift: { importance: importance.json }\n`
    const files = { 'train.csv': csvOf(['plan', 'age']) }
    const told = JSON.stringify({ plan: 0.2, agee: 0.7, wage: 1, __score__: 0 })
    const with_ = await made({ ...files, 'importance.json': told }, yaml)
    const without = await made(files, yaml)

    expect(with_.profile!.importance).toEqual({ plan: 0.2, __score__: 0 })
    expect(ModelProfile.parse(with_.profile)).toEqual(with_.profile)
    expect(with_.facts!.advice).toEqual([
      'importance.json: `agee` and 1 other named there are no features of the profile.',
    ])
    expect(without.profile!.importance).toBeUndefined()
    expect(without.facts!.advice).toEqual([
      expect.stringMatching(/^importance.json: .*: every feature counts alike\.$/),
    ])
  })

  it('leaves out columns whose names cannot be told from others, and lists', async () => {
    const csv = `__proto__,constructor,a\u202eb,plan,plan\n${rows.map(row => `${row % 3}.5,${row % 3}.5,${row % 3},x,y`).join('\n')}\n`
    const { profile, facts } = await made({ 'train.csv': csv }, YAML)

    expect(profile!.features.map(({ name }) => name)).toEqual(['constructor'])
    expect(facts!.advice).toHaveLength(3)
  })
})
