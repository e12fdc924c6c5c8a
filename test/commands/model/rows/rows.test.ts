import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run as runRelease } from '../../../../src/commands/release.ts'
import { plainPlace } from '../../../forges/deploy-places.ts'
import { startRegistry, type TestRegistry } from '../../../support/registry.ts'
import { deployFiles } from '../../deploys.ts'
import { bad, baseFiles, CONFIG, good, type Scene, slightlyBetter, useScenes } from '../../scene.ts'

const scenes = useScenes()

const KEY = 'a key that nobody guesses'
const DEPLOY = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}' }
environments: { staging: {} }
`
const RELEASE = {
  ...{ config: 'assay.yml', model: undefined, output: 'assay-result', image: undefined, uri: undefined },
  ...{ 'release-version': undefined, 'deploy-repo': undefined, 'deploy-branch': undefined, 'dry-run': false },
}
let count = 0
let registry: TestRegistry

beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.stop())

/** A released champion whose rows were kept, and what comes after it. */
async function released(
  baselines: string,
  { config: own = '', after = () => {} }: { config?: string; after?: (folder: string) => void } = {},
): Promise<{ text: string; weigh: (candidate: string, key?: string) => Promise<Scene> }> {
  const place = await plainPlace(undefined, scenes.folder, {
    files: deployFiles('churn', DEPLOY, ['staging']),
  })
  const more = `deploy: file://${join(scenes.folder, place.repository!)}\nbaselines: ${baselines}\n${own}`
  const image = `package: { image: 'registry.example/acme/churn@sha256:${'1f'.repeat(32)}' }\n`
  const config = `${CONFIG.replace('champion: champion\n', '')}${more}${image}`
  const base = baseFiles({ 'assay.yml': config, 'champion/predictions.csv': undefined })
  // There is no champion yet, and nothing that asks for one.
  const alone = config.replace('not_worse_than: champion, margin: 0.05', 'at_least: 0.8')
  const first = scenes.local({ ...base, 'assay.yml': alone }, { 'candidate.csv': good })
  first.repository.git('remote', 'add', 'origin', 'https://git.example/acme/churn.git')
  first.context.env = {
    ...first.context.env,
    ASSAY_BASELINES_KEY: KEY,
    XDG_CACHE_HOME: join(scenes.folder, 'cache'),
  }
  await first.run({ 'no-release': true })
  after(first.folder)
  const { text } = await runRelease(first.context, RELEASE)
  await place.pushNow!('main', (await place.head('assay/promote/staging/churn'))!)
  return {
    text,
    async weigh(candidate, key = KEY) {
      const scene = scenes.pullRequest(base, { 'candidate.csv': candidate })
      const cache = join(scenes.folder, `cache-${++count}`)
      scene.context.env = { ...scene.context.env, ASSAY_BASELINES_KEY: key, XDG_CACHE_HOME: cache }
      await scene.run({ 'dry-run': true })
      return scene
    },
  }
}

/** The comparison of accuracy with the champion, and all that was warned of. */
function comparedIn(scene: Scene) {
  const { metrics, warnings, verdict } = scene.result()
  const accuracy = metrics.find(({ metric }) => metric === 'accuracy')!
  return {
    paired: accuracy.differences.champion!.paired,
    judged: accuracy.judgement,
    verdict,
    warnings: warnings.join(),
  }
}

describe('rows that are kept in a registry', () => {
  it('are what the next candidate is compared with, and are fetched once', async () => {
    const { text, weigh } = await released(`oci://${registry.host}/acme/rows`)

    expect(text).not.toContain('not kept')
    expect(comparedIn(await weigh(slightlyBetter))).toEqual({
      ...{ paired: true, judged: 'better', verdict: 'pass', warnings: '' },
    })
  })
})

describe('rows that are kept in a folder', () => {
  const folder = () => join(scenes.folder, 'rows')
  let champion: ReturnType<typeof released> | undefined
  const weigh = async (candidate: string, key?: string) => {
    champion ??= released(folder())
    return comparedIn(await (await champion).weigh(candidate, key))
  }

  it('are what the next candidate is compared with, row by row', async () => {
    expect(await weigh(slightlyBetter)).toMatchObject({ paired: true, judged: 'better', warnings: '' })
    expect(await weigh(bad)).toMatchObject({ paired: true, verdict: 'fail' })
  })

  it('are kept only where they are those that were weighed', async () => {
    const kept = await released(join(scenes.folder, 'rows-of-weighed'), {
      // Ids and labels are the same, and all scores another model's.
      after: folder => writeFileSync(join(folder, 'predictions.csv'), bad),
    })
    const ofSeeds = await released(join(scenes.folder, 'rows-of-seeds'), { config: 'seeds: [1, 2]\n' })

    expect(kept.text).toContain(
      'predictions.csv is not what the result was weighed with: accuracy comes to another number',
    )
    expect(ofSeeds.text).toContain('it was trained with several seeds, and the rows of one are not its own')
  })

  it('of another key, or without one, leave the comparison unpaired, and the report says why', async () => {
    expect(await weigh(slightlyBetter, 'another key altogether')).toMatchObject({
      paired: false,
      warnings: expect.stringContaining('they were kept with another key than ASSAY_BASELINES_KEY is now'),
    })
    expect(await weigh(slightlyBetter, '')).toMatchObject({
      paired: false,
      warnings: expect.stringContaining('ASSAY_BASELINES_KEY is not set'),
    })
  })

  it('that somebody changed, or took away, are told', async () => {
    await weigh(slightlyBetter)
    const [name] = readdirSync(folder())
    const path = join(folder(), name!)
    const bytes = readFileSync(path)
    bytes[bytes.length - 3]! ^= 1
    writeFileSync(path, bytes)

    const changed = await weigh(slightlyBetter)
    rmSync(path)
    const gone = await weigh(slightlyBetter)

    expect(changed).toMatchObject({
      paired: false,
      warnings: expect.stringContaining(`what lies in ${folder()} is not what its record names`),
    })
    expect(gone).toMatchObject({
      paired: false,
      warnings: expect.stringContaining(`they are not in ${folder()} any more`),
    })
  })
})
