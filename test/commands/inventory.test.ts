import { execFileSync } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Papa from 'papaparse'
import { beforeAll, describe, expect, it } from 'vitest'
import { deployConnector } from '../../cli/connect-deploy.ts'
import type { Context } from '../../src/commands/command/context.ts'
import { run } from '../../src/commands/inventory.ts'
import { run as promote } from '../../src/commands/promote.ts'
import type { InventoryRow } from '../../src/core/promotion/inventory.ts'
import { renderRelease } from '../../src/core/release/record-file.ts'
import { githubPlace } from '../forges/deploy-places.ts'
import { REPOSITORY, TOKENS, useGithub } from '../support/emulator.ts'
import { cloneRepository, gitEnvironment } from '../support/git-repository.ts'
import { withManifests } from '../support/manifests.ts'
import { release } from '../support/releases.ts'
import { commitAt, DEPLOY_CONFIG, deployHistory, recordOf } from './deploy-history.ts'
import { useScenes } from './scene.ts'

const scenes = useScenes()
const github = useGithub()
const DEFAULTS = {
  config: 'assay.yml',
  model: undefined,
  environment: undefined,
  format: 'table' as const,
  'deploy-repo': undefined,
  'deploy-branch': undefined,
}
const text = (number: number, model: string) => renderRelease(release(number, model))
const MODELS = `models:
  ranking: { skip: [staging] }
`
/** Noon of 1 June: churn is in staging for ten hours, fraud for three days. */
const STEPS = [
  [
    '2026-05-20T00:00:00Z',
    {
      'assay-deploy.yml': DEPLOY_CONFIG + MODELS,
      [recordOf('churn', 'staging')]: text(8, 'churn'),
      [recordOf('churn', 'production')]: text(8, 'churn'),
      [recordOf('fraud', 'production')]: text(9, 'fraud'),
      [recordOf('ranking', 'production')]: text(10, 'ranking'),
      [recordOf('broken', 'staging')]: 'model: [\n',
    },
  ],
  ['2026-05-29T12:00:00Z', { [recordOf('fraud', 'staging')]: text(19, 'fraud') }],
  ['2026-06-01T02:00:00Z', { [recordOf('churn', 'staging')]: text(20, 'churn') }],
] as const

let repository: { clone: string; url: string }
let context: Context
beforeAll(() => {
  repository = deployHistory(join(scenes.folder, 'deploy'), STEPS)
  const base = scenes.local({ 'a.txt': 'a' }, {}).context
  context = { ...base, folder: repository.clone }
})

const TABLE = [
  'MODEL    ENVIRONMENT  VERSION             AGE      VERDICT  OWNER  WAITS',
  'broken   staging      –                                            cannot be read: apps/broken/overlays/staging/model-release.yaml:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
  'broken   production   –',
  'churn    staging      2026-05-20-0000014  12 days  pass     ada',
  'churn    production   2026-05-08-0000008  24 days  pass     ada    2026-05-20-0000014: soak in staging until 2026-06-02 02:00 UTC',
  'fraud    staging      2026-05-19-0000013  13 days  pass     ada',
  'fraud    production   2026-05-09-0000009  23 days  pass     ada    2026-05-19-0000013 is to be proposed',
  'ranking  production   2026-05-10-000000a  22 days  pass     ada',
]
const shown = (result: { text: string }) => result.text.split('\n').map(line => line.slice(0, 120))
const expected = TABLE.map(line => line.slice(0, 120))

describe('assay inventory', () => {
  it('in a clone reads what lies there and when it came, without a network', async () => {
    const openDeploy = () => Promise.reject(new Error('nothing is to be opened'))

    const result = await run({ ...context, openDeploy }, DEFAULTS)

    expect(shown(result)).toEqual(expected)
    expect(result.exitCode).toBe(0)
  })

  it('says the same of a git server', async () => {
    const result = await run(context, { ...DEFAULTS, 'deploy-repo': repository.url })

    expect(shown(result)).toEqual(expected)
  })

  it('shows a record that nobody committed, and does not say that it has soaked', async () => {
    const { clone } = deployHistory(join(scenes.folder, 'dirty'), STEPS)
    for (const [path, content] of Object.entries(
      withManifests({ [recordOf('fraud', 'staging')]: text(21, 'fraud') }),
    ))
      writeFileSync(join(clone, path), content)

    const { json } = await run({ ...context, folder: clone }, { ...DEFAULTS, model: 'fraud' })

    expect((json as InventoryRow[]).map(({ version, waits }) => [version, waits])).toEqual([
      ['2026-05-21-0000015', undefined],
      [
        '2026-05-09-0000009',
        '2026-05-21-0000015: health not known in staging: no commit has its record, so nobody knows since when it serves',
      ],
    ])
  })

  it.each(['clone', 'server'])('a link in place of a record is a row that says so (%s)', async where => {
    const { clone, url } = deployHistory(join(scenes.folder, `link-${where}`), STEPS)
    execFileSync('rm', [join(clone, recordOf('fraud', 'staging'))])
    symlinkSync('/etc/hostname', join(clone, recordOf('fraud', 'staging')))
    commitAt(clone, '2026-06-01T03:00:00Z', {})

    const options = where === 'clone' ? DEFAULTS : { ...DEFAULTS, 'deploy-repo': url }
    const { json } = await run({ ...context, folder: clone }, options)

    const rows = json as InventoryRow[]
    expect(rows).toHaveLength(7)
    expect(rows.find(row => row.model === 'fraud' && row.environment === 'staging')?.waits).toMatch(
      /^cannot be read: .*a link/,
    )
    expect(rows.find(row => row.model === 'churn' && row.environment === 'staging')?.version).toBeDefined()
  })

  it('tells of a promotion that waits for approval, on the server and in a clone that was fetched', async () => {
    const { url } = deployHistory(join(scenes.folder, 'promoted'), STEPS)
    const promoting = {
      ...DEFAULTS,
      output: 'out',
      hold: false,
      reason: undefined,
      'release-hold': false,
      'dry-run': false,
    }
    await promote(context, { ...promoting, model: 'fraud', 'deploy-repo': url })
    const clone = cloneRepository(url, join(scenes.folder, 'fetched'))

    const results = [
      await run(context, { ...DEFAULTS, model: 'fraud', 'deploy-repo': url }),
      await run({ ...context, folder: clone.folder }, { ...DEFAULTS, model: 'fraud' }),
    ]

    for (const { json } of results)
      expect((json as InventoryRow[])[1]!.waits).toBe(
        '2026-05-19-0000013 waits for approval; not weighed against what serves there',
      )
  })

  it('says of an open promotion that its release was rolled back in the environment before', async () => {
    const { clone, url } = deployHistory(join(scenes.folder, 'rolled-back'), STEPS)
    const promoting = {
      ...DEFAULTS,
      output: 'out',
      hold: false,
      reason: undefined,
      'release-hold': false,
      'dry-run': false,
    }
    await promote(context, { ...promoting, model: 'fraud', 'deploy-repo': url })
    commitAt(clone, '2026-05-31T12:00:00Z', { [recordOf('fraud', 'staging')]: text(9, 'fraud') })

    const { json } = await run(context, { ...DEFAULTS, model: 'fraud', 'deploy-repo': url })

    expect((json as InventoryRow[])[1]!.waits).toBe('2026-05-19-0000013: was rolled back in staging')
  })

  it('keeps what the flags ask for, as JSON and as CSV', async () => {
    const options = { ...DEFAULTS, environment: 'production', model: 'churn' }

    const csv = await run(context, { ...options, format: 'csv' })
    const json = await run(context, { ...options, format: 'json' })

    expect(Papa.parse(`${csv.text}\n`, { header: true, skipEmptyLines: true }).data).toMatchObject([
      { model: 'churn', environment: 'production', version: '2026-05-08-0000008', ageDays: '24.2' },
    ])
    expect(JSON.parse(json.text)).toEqual(json.json)
    expect(json.json).toMatchObject([{ model: 'churn', environment: 'production', verdict: 'pass' }])
  })

  it.each([
    [{ model: 'chrun' }, 'MODEL_UNKNOWN', 'did you mean `churn`?'],
    [{ environment: 'prodction' }, 'ENVIRONMENT_UNKNOWN', 'did you mean `production`?'],
  ])('%j is refused with the nearest name', async (wrong, code, fix) => {
    await expect(run(context, { ...DEFAULTS, ...wrong })).rejects.toMatchObject({
      code,
      problems: [{ fix }],
    })
  })

  it('reads a hundred records of GitHub in a handful of calls, with the pull request that is open', async () => {
    const many = Array.from({ length: 60 }, (_, at) => `model-${at}`)
    const files = {
      'assay-deploy.yml': DEPLOY_CONFIG.replace(', soak: 24h', ''),
      ...Object.fromEntries(many.map(model => [recordOf(model, 'staging'), text(8, model)])),
      ...Object.fromEntries(many.map(model => [recordOf(model, 'production'), text(8, model)])),
    }
    const place = await githubPlace(github, withManifests(files))
    await place.push(place.base, withManifests({ [recordOf('model-7', 'staging')]: text(9, 'model-7') }))
    const ci = {
      name: 'GitHub Actions',
      forge: 'github' as const,
      repository: REPOSITORY,
      apiUrl: github.url,
    }
    const onGithub: Context = {
      ...context,
      folder: scenes.folder,
      ci,
      now: () => Date.now(),
      openDeploy: deployConnector({ ...gitEnvironment(), ASSAY_TOKEN: TOKENS.person }, ci),
    }
    const where = { 'deploy-repo': REPOSITORY, 'deploy-branch': place.base }
    const promoting = {
      ...DEFAULTS,
      ...where,
      output: 'out',
      hold: false,
      reason: undefined,
      'release-hold': false,
      'dry-run': false,
    }
    await promote(onGithub, { ...promoting, model: 'model-7' })
    github.forget()

    const { json } = await run(onGithub, { ...DEFAULTS, ...where })

    const rows = json as InventoryRow[]
    expect(rows).toHaveLength(120)
    expect(rows.filter(({ version }) => version === '2026-05-08-0000008')).toHaveLength(119)
    expect(rows.filter(({ waits }) => waits !== undefined)).toMatchObject([
      {
        model: 'model-7',
        environment: 'production',
        waits: expect.stringMatching(/^2026-05-09-0000009 waits for approval, pull request \d+; not weighed/),
      },
    ])
    expect(github.requests.length).toBeLessThanOrEqual(9)
  })
})
