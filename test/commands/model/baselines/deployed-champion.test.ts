import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deployConnector } from '../../../../cli/connect-deploy.ts'
import { run as check } from '../../../../src/commands/check.ts'
import type { ReleaseRecord } from '../../../../src/core/release/record.ts'
import { renderRelease } from '../../../../src/core/release/record-file.ts'
import { releaseFrom } from '../../../../src/core/release/release-from.ts'
import { githubPlace } from '../../../forges/deploy-places.ts'
import { REPOSITORY, TOKENS, useGithub } from '../../../support/emulator.ts'
import { createRepository, gitEnvironment } from '../../../support/git-repository.ts'
import { kustomizationOf, withManifests } from '../../../support/manifests.ts'
import { DIGEST } from '../../../support/releases.ts'
import { describeLong, describeOnce, divided } from '../../../support/rounds.ts'
import {
  bad,
  baseFiles,
  CONFIG,
  type Files,
  good,
  type Scene,
  slightlyBetter,
  useScenes,
} from '../../scene.ts'

const github = useGithub()
const scenes = useScenes()

const DEPLOY = `path: apps/{model}/{environment}
target: kustomize
options: { image: churn }
environments:
  production: { after: staging }
  staging: {}
`
const AT = (environment: string, model = 'churn') => `apps/${model}/${environment}/model-release.yaml`
/** A commit that no clone has. */
const ELSEWHERE = 'c0ffee'.padEnd(40, '0')
let count = 0

/** A repository with the files, as any git server has it. */
function deployRepository(files: Files): string {
  return deployPlace(files).url
}

function deployPlace(files: Files) {
  const repository = createRepository(join(scenes.folder, `deploy-${++count}`))
  repository.commit('first', withManifests({ 'README.md': '', ...files }, 'churn'))
  return {
    url: repository.url,
    commit: (message: string, more: Files) => repository.commit(message, withManifests(more, 'churn')),
  }
}

const configFor = (deploy: string, more = '') =>
  `${CONFIG.replace('champion: champion\n', '')}deploy: ${deploy}\n${more}`

/** The record that a release of these predictions has, judged by Assay itself. */
async function released(candidate: string, facts: Partial<ReleaseRecord> = {}): Promise<ReleaseRecord> {
  const judged = JUDGED.get(candidate) ?? judge(candidate)
  JUDGED.set(candidate, judged)
  return { ...(await judged), ...facts }
}

const JUDGED = new Map<string, Promise<ReleaseRecord>>()

async function judge(candidate: string): Promise<ReleaseRecord> {
  const scene = scenes.local(baseFiles({ 'candidate.csv': candidate }), {})
  await scene.run({ 'dry-run': true })
  const { champion: _, ...result } = scene.result()
  const record = releaseFrom(result, {
    commit: scene.head,
    committed: '2026-02-01T11:00:00Z',
    repository: 'https://forge.example/acme/churn',
    created: '2026-02-01T12:00:00Z',
    by: 'ada',
    image: { name: 'registry.example/acme/churn', digest: DIGEST },
    uri: 's3://models/churn/1',
  })
  return { ...record, commit: ELSEWHERE }
}

/** A pull request of a repository whose champion serves as the records say. */
function weighedAgainst(
  records: Record<string, ReleaseRecord | string>,
  more = '',
  files: Files = {},
  candidate = slightlyBetter,
): Scene {
  const texts = Object.entries(records).map(([path, record]) => [
    path,
    typeof record === 'string' ? record : renderRelease(record),
  ])
  const deploy = deployRepository({ 'assay-deploy.yml': DEPLOY, ...Object.fromEntries(texts) })
  const base = baseFiles({
    'assay.yml': configFor(deploy, more),
    'champion/predictions.csv': undefined,
    ...files,
  })
  return scenes.pullRequest(base, { 'candidate.csv': candidate })
}

/** A commit beside the branch of the scene, as one that was released long ago. */
function commitBeside({ repository, head }: Scene, files: Files): string {
  repository.git('checkout', '--quiet', '--orphan', 'beside')
  repository.git('rm', '--quiet', '-rf', '.')
  const commit = repository.commit('released', files)
  repository.git('checkout', '--quiet', '--force', head)
  return commit
}

describeOnce('the champion that serves', () => {
  it('is weighed by what its record keeps, where nothing else of it is at hand: unpaired, of low power', async () => {
    const record = await released(good)
    const scene = weighedAgainst({ [AT('production')]: record })

    const { exitCode } = await scene.run()

    const { champion, metrics, gates } = scene.result()
    expect(exitCode).toBe(0)
    expect(champion).toMatchObject({
      commit: ELSEWHERE,
      source: `production: release ${record.version}`,
      ageDays: 28,
      testSet: { rows: 400 },
    })
    const accuracy = metrics.find(row => row.metric === 'accuracy')!
    expect(accuracy).toMatchObject({
      candidate: { value: 0.925 },
      champion: { value: 0.9 },
      differences: { champion: { method: 'newcombe', paired: false, rows: 400 } },
    })
    expect(metrics.find(row => row.metric === 'roc_auc')!.differences.champion).toMatchObject({
      method: 'mover',
      paired: false,
    })
    expect(gates[0]).toMatchObject({ verdict: 'pass' })
    expect(gates[0]!.reason).toContain('(unpaired: low power)')
  })

  it('is not comparable by its record where that is of another test set', async () => {
    const other = await released(good.replace('r0,0', 'other,0'))
    const scene = weighedAgainst({ [AT('production')]: other })

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(1)
    expect(scene.result().gates[0]).toMatchObject({ verdict: 'not_comparable' })
    expect(scene.result().gates[0]!.reason).toContain('the test sets differ')
  })

  it.each([
    ['row by row', good, 'mcnemar+bonett-price', undefined],
    [
      'not where they are of another test set',
      good.replace('r0,0', 'other,0'),
      'newcombe',
      'another test set',
    ],
  ])(
    'is read from git where its files are there at its commit: %s',
    async (_, committed, method, warning) => {
      const deploy = deployPlace({ 'assay-deploy.yml': DEPLOY })
      const base = baseFiles({ 'assay.yml': configFor(deploy.url), 'champion/predictions.csv': undefined })
      const scene = scenes.pullRequest(base, { 'candidate.csv': slightlyBetter })
      const commit = commitBeside(scene, { 'predictions.csv': committed })
      deploy.commit('release', { [AT('production')]: renderRelease(await released(bad, { commit })) })

      await scene.run()

      expect(scene.result().champion).toMatchObject({ commit })
      expect(scene.result().metrics[0]!.differences.champion).toMatchObject({ method })
      expect(scene.result().metrics[0]!.champion!.value).toBeCloseTo(warning ? 0.665 : 0.9, 3)
      expect(scene.result().warnings.some(text => text.includes(warning ?? 'test set'))).toBe(
        warning !== undefined,
      )
      expect(scene.repository.git('worktree', 'list').split('\n')).toHaveLength(1)
    },
  )

  it.each([
    ['as its own configuration called them', (text: string) => text, 'mcnemar+bonett-price'],
    ['and not by one that nobody can read any more', () => 'modles: [', 'newcombe'],
  ])('is read from git where its files have another name now, %s', async (_, edited, method) => {
    const deploy = deployPlace({ 'assay-deploy.yml': DEPLOY })
    const config = configFor(deploy.url)
    const now = config.replaceAll('predictions.csv', 'scores.csv')
    const base = baseFiles({ 'assay.yml': now, 'champion/predictions.csv': undefined })
    const scene = scenes.pullRequest(base, { 'candidate.csv': slightlyBetter })
    const commit = commitBeside(scene, { 'assay.yml': edited(config), 'predictions.csv': good })
    deploy.commit('release', { [AT('production')]: renderRelease(await released(good, { commit })) })

    await scene.run()

    expect(scene.result().champion).toMatchObject({ commit })
    expect(scene.result().metrics[0]!.differences.champion!.method).toBe(method)
  })

  it('is evaluated by the command, which is told its version, in a clean copy of the base', async () => {
    const command =
      'echo $ASSAY_CHAMPION_COMMIT $ASSAY_CHAMPION_VERSION $ASSAY_CHAMPION_IMAGE $ASSAY_CHAMPION_URI; cp candidate.csv predictions.csv'
    const record = await released(bad)
    const champion = `champion: { environment: staging, run: '${command}' }\n`
    const scene = weighedAgainst({ [AT('staging')]: record }, champion)

    await scene.run()

    expect(scene.log.join('')).toContain(
      `${ELSEWHERE} ${record.version} registry.example/acme/churn@${DIGEST} s3://models/churn/1\n`,
    )
    expect(scene.result().champion).toMatchObject({
      commit: ELSEWHERE,
      source: `staging: release ${record.version}`,
    })
    expect(scene.result().metrics[0]).toMatchObject({
      champion: { value: 0.9 },
      differences: { champion: { paired: true } },
    })
  })

  it('gives way to --baseline', async () => {
    const scene = weighedAgainst({ [AT('production')]: await released(bad) }, '', {
      'mine/predictions.csv': good,
    })

    await scene.run({ baseline: 'mine' })

    expect(scene.result().champion!.source).toBe('folder mine')
  })
})

describeLong('the champion that serves', () => {
  it('is of the last environment in the order where none is named, and of the one that is named', async () => {
    const records = {
      [AT('production')]: await released(bad),
      [AT('staging')]: await released(good, { version: 'in-staging' }),
    }
    const last = weighedAgainst(records)
    const named = weighedAgainst(records, 'champion: { environment: staging }\n')

    await last.run()
    await named.run()

    expect(last.result().champion!.source).toContain('production: release')
    expect(named.result().champion!.source).toBe('staging: release in-staging')
  })
})

describe('a champion that cannot be had', () => {
  type Lack = [string, (record: ReleaseRecord) => Record<string, string>, string, string]
  const LACKS: Lack[] = [
    ['nothing serves', () => ({}), 'inconclusive', 'nothing serves in production yet'],
    [
      'its record is broken',
      () => ({ [AT('production')]: 'schema: 1\n' }),
      'not_comparable',
      'what serves in production is not known: apps/churn/production/model-release.yaml cannot be read',
    ],
    [
      'its manifest was changed by hand',
      record => ({
        [AT('production')]: renderRelease(record),
        'apps/churn/production/kustomization.yaml': kustomizationOf(record, 'churn').replace(
          /[0-9a-f]{64}/,
          '9'.repeat(64),
        ),
      }),
      'not_comparable',
      'is recorded, but changed by hand by ',
    ],
    [
      'its manifest is gone',
      record => ({
        [AT('production')]: renderRelease(record),
        'apps/churn/production/kustomization.yaml': 'images: []\n',
      }),
      'not_comparable',
      'is recorded, but what serves is not known',
    ],
    [
      'the record is of another model',
      record => ({ [AT('production')]: renderRelease({ ...record, model: 'price' }) }),
      'not_comparable',
      'is the record of another model',
    ],
  ]
  it.each(divided(LACKS, ([why]) => why.includes('nothing')))(
    'where %s: asked for, and by default',
    async (_, records, verdict, reason) => {
      const files = records(await released(good))
      const asked = weighedAgainst(files, 'champion: { environment: production }\n')
      const byDefault = weighedAgainst(files)

      const exits = [(await asked.run()).exitCode, (await byDefault.run()).exitCode]

      expect(asked.result().gates[0]).toMatchObject({ verdict })
      expect(asked.result().gates[0]!.reason).toContain(reason)
      expect(byDefault.result().gates[0]).toMatchObject({ verdict: 'inconclusive' })
      expect(byDefault.result().gates[0]!.reason).toContain(reason)
      expect(exits).toEqual([verdict === 'inconclusive' ? 0 : 1, 0])
    },
  )
})

describeOnce('a champion that cannot be had', () => {
  it('where the environment does not exist: the nearest is named', async () => {
    const scene = weighedAgainst({}, 'champion: { environment: prodution }\n')

    await scene.run()

    expect(scene.result().gates[0]).toMatchObject({ verdict: 'not_comparable' })
    expect(scene.result().gates[0]!.reason).toContain('did you mean `production`?')
  })

  it.each([
    ['has no assay-deploy.yml', () => deployRepository({}), 'there is no assay-deploy.yml'],
    [
      'is not there',
      () => `file://${scenes.folder}/nowhere`,
      'the deploy repository does not say what serves',
    ],
    [
      'has no such branch',
      () => `{ repository: '${deployRepository({})}', branch: live }`,
      'no branch `live`',
    ],
    ['wants a token that nobody gave', () => 'acme/deploy', 'there is no token for acme/deploy'],
  ])('where the deploy repository %s: inconclusive, never a crash', async (_, deploy, reason) => {
    const files = baseFiles({ 'assay.yml': configFor(deploy()), 'champion/predictions.csv': undefined })
    const scene = scenes.pullRequest(files, { 'candidate.csv': slightlyBetter })
    scene.context.openDeploy = deployConnector(withoutTokens(), scene.context.ci)

    const { exitCode } = await scene.run()

    expect(exitCode).toBe(0)
    expect(scene.result().gates[0]).toMatchObject({ verdict: 'inconclusive' })
    expect(scene.result().gates[0]!.reason).toContain(reason)
  })

  it('in a pull request from a fork says so in words', async () => {
    const files = baseFiles({ 'assay.yml': configFor('acme/deploy'), 'champion/predictions.csv': undefined })
    const scene = scenes.pullRequest(files, { 'candidate.csv': slightlyBetter }, { fromFork: true })
    scene.context.openDeploy = deployConnector(withoutTokens(), scene.context.ci)

    await scene.run()

    expect(scene.result().gates[0]!.reason).toContain(
      'comes from a fork, whose runs get no token for the deploy repository',
    )
  })
})

describeOnce('what records know beyond it', () => {
  it('is what champion and base cost, and the base itself where it was released', async () => {
    const deploy = deployPlace({ 'assay-deploy.yml': DEPLOY })
    const base = baseFiles({ 'assay.yml': configFor(deploy.url), 'champion/predictions.csv': undefined })
    const scene = scenes.pullRequest(base, { 'candidate.csv': slightlyBetter })
    const record = await released(good, { cost: { amount: 5, currency: 'EUR', source: 'price list' } })
    deploy.commit('releases', {
      [AT('production')]: renderRelease(record),
      [AT('staging')]: renderRelease({
        ...record,
        commit: scene.base,
        cost: { amount: 7, currency: 'EUR' },
      }),
    })

    await scene.run()

    const { champion, base: ofBase } = scene.result()
    expect(champion!.usage).toEqual({ cost: 5, currency: 'EUR', priceSource: 'price list' })
    expect(ofBase).toMatchObject({
      commit: scene.base,
      source: `staging: release ${record.version}`,
      usage: { cost: 7, currency: 'EUR' },
    })
  })

  it('reads a deploy repository once for all models of the run', async () => {
    const record = await released(good)
    const deploy = deployRepository({
      'assay-deploy.yml': DEPLOY,
      [AT('production')]: renderRelease(record),
      [AT('production', 'price')]: renderRelease({ ...record, model: 'price' }),
    })
    const model = configFor(deploy).replace('model: churn\n', '')
    const indented = model.trimEnd().replaceAll(/^/gm, '    ')
    const config = `models:\n  churn:\n${indented}\n  price:\n${indented}\n`
    const files = baseFiles({ 'assay.yml': config, 'champion/predictions.csv': undefined })
    const scene = scenes.pullRequest(files, { 'candidate.csv': slightlyBetter })
    const open = scene.context.openDeploy
    let opened = 0
    scene.context.openDeploy = address => {
      opened++
      return open(address)
    }

    await scene.run()

    expect(opened).toBe(1)
    expect(scene.result('churn').champion).toMatchObject({ commit: ELSEWHERE })
    expect(scene.result('price').champion).toMatchObject({ commit: ELSEWHERE })
  })

  it('costs two calls of the forge, and tells assay check the same', async () => {
    const served = { [AT('production')]: renderRelease(await released(good)) }
    const place = await githubPlace(github, withManifests({ 'assay-deploy.yml': DEPLOY, ...served }, 'churn'))
    const deploy = `{ repository: ${REPOSITORY}, branch: ${place.base} }`
    const files = baseFiles({ 'assay.yml': configFor(deploy), 'champion/predictions.csv': undefined })
    const scene = scenes.pullRequest(files, { 'candidate.csv': slightlyBetter }, { apiUrl: github.url })
    scene.context.openDeploy = deployConnector(gitEnvironment(), scene.context.ci, {
      deployToken: TOKENS.person,
    })

    github.forget()
    await scene.run()
    const asked = github.requests.length
    const { text } = await check(scene.context, { config: 'assay.yml', base: undefined })

    expect(scene.result().champion).toMatchObject({ commit: ELSEWHERE })
    expect(asked).toBe(2)
    expect(text).toContain(
      `✓ deploy repository ${REPOSITORY}, branch ${place.base}: can be read, assay-deploy.yml is valid: staging, production`,
    )
    expect(text).toContain('with the champion: what serves in production, release 2026-02-01-')
  })
})

describeOnce('assay check', () => {
  it.each([
    ['', '! churn: nothing serves in production yet: gates on the champion will be inconclusive', 0],
    ['champion: { environment: prodution }\n', '✗ churn: file://', 2],
  ])('says which champion there will be: %j', async (more, line, exitCode) => {
    const scene = weighedAgainst({}, more)

    const checked = await check(scene.context, { config: 'assay.yml', base: undefined })

    expect(checked.text).toContain(line)
    expect(checked.exitCode).toBe(exitCode)
  })

  it.each([
    ['what serves is from elsewhere', '', 'into staging, production', 'what serves is from there'],
    [
      '`from` names another',
      'from: acme/{model}-train\n',
      'into staging, production',
      'only acme/churn-train may',
    ],
    ['it may', 'from: octo/model\n', undefined, ''],
  ])('says that releases of this repository would be refused: %s', async (_, from, where, why) => {
    const files = {
      'assay-deploy.yml': `${from}${DEPLOY}`,
      [AT('production')]: renderRelease(await released(good)),
    }
    const scene = scenes.local(baseFiles({ 'assay.yml': configFor(deployRepository(files)) }), {})
    scene.repository.git('remote', 'add', 'origin', 'https://forge.example/octo/model.git')

    const { text } = await check(scene.context, { config: 'assay.yml', base: undefined })

    const line = text.split('\n').find(one => one.includes('a release of this repository'))
    if (where === undefined) expect(line).toBeUndefined()
    else {
      expect(line).toContain(
        `! churn: a release of this repository ${where} would be refused: released by https://forge.example/octo/model`,
      )
      expect(line).toContain(why)
    }
  })

  it.each([
    ['a repository without the file', () => deployRepository({}), '✗ deploy repository file://', 2],
    ['no token on a laptop', () => 'acme/deploy', '! deploy repository acme/deploy: there is no token', 0],
  ])('finds %s', async (_, deploy, line, exitCode) => {
    const scene = scenes.local(baseFiles({ 'assay.yml': configFor(deploy()) }), {})
    scene.context.openDeploy = deployConnector(withoutTokens(), scene.context.ci)

    const checked = await check(scene.context, { config: 'assay.yml', base: undefined })

    expect(checked.text).toContain(line)
    expect(checked.exitCode).toBe(exitCode)
  })
})

function withoutTokens(): Record<string, string> {
  return Object.fromEntries(Object.entries(gitEnvironment()).filter(([name]) => !/TOKEN/.test(name)))
}
