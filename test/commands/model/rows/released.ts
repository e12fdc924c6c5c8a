import { join } from 'node:path'
import { run as runRelease } from '../../../../src/commands/release.ts'
import type { ReleaseRecord } from '../../../../src/core/release/record.ts'
import { parseRelease } from '../../../../src/core/release/record-file.ts'
import { plainPlace } from '../../../forges/deploy-places.ts'
import { deployFiles } from '../../deploys.ts'
import { baseFiles, CONFIG, good, type Scene, type useScenes } from '../../scene.ts'

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

/** A released champion whose rows were kept, and what comes after it. */
export async function released(
  scenes: ReturnType<typeof useScenes>,
  baselines: string,
  {
    config: own = '',
    files = {},
    env = {},
    after = () => {},
  }: {
    config?: string
    /** Of both commits. */
    files?: Record<string, string>
    /** Of both jobs. */
    env?: Record<string, string>
    after?: (folder: string) => void
  } = {},
): Promise<{
  text: string
  record: () => ReleaseRecord
  weigh: (candidate: string, key?: string, change?: (scene: Scene) => void) => Promise<Scene>
}> {
  const place = await plainPlace(undefined, scenes.folder, {
    files: deployFiles('churn', DEPLOY, ['staging']),
  })
  const more = `deploy: file://${join(scenes.folder, place.repository!)}\nbaselines: ${baselines}\n${own}`
  const image = `package: { image: 'registry.example/acme/churn@sha256:${'1f'.repeat(32)}' }\n`
  const config = `${CONFIG.replace('champion: champion\n', '')}${more}${image}`
  const base = baseFiles({ 'assay.yml': config, 'champion/predictions.csv': undefined, ...files })
  // There is no champion yet, and nothing that asks for one.
  const alone = config.replace('not_worse_than: champion, margin: 0.05', 'at_least: 0.8')
  const first = scenes.local({ ...base, 'assay.yml': alone }, { 'candidate.csv': good })
  first.repository.git('remote', 'add', 'origin', 'https://git.example/acme/churn.git')
  first.context.env = {
    ...first.context.env,
    ...env,
    ASSAY_BASELINES_KEY: KEY,
    XDG_CACHE_HOME: join(scenes.folder, 'cache'),
  }
  await first.run({ 'no-release': true })
  after(first.folder)
  const { text } = await runRelease(first.context, RELEASE)
  await place.pushNow!('main', (await place.head('assay/promote/staging/churn'))!)
  return {
    text,
    record: () => parseRelease(first.read('assay-result/churn/model-release.yaml'), 'model-release.yaml'),
    async weigh(candidate, key = KEY, change = () => {}) {
      const scene = scenes.pullRequest(base, { 'candidate.csv': candidate })
      const cache = join(scenes.folder, `cache-${++count}`)
      scene.context.env = { ...scene.context.env, ...env, ASSAY_BASELINES_KEY: key, XDG_CACHE_HOME: cache }
      change(scene)
      await scene.run({ 'dry-run': true })
      return scene
    },
  }
}

/** The comparison of accuracy with the champion, and all that was warned of. */
export function comparedIn(scene: Scene) {
  const { metrics, warnings, verdict } = scene.result()
  const accuracy = metrics.find(({ metric }) => metric === 'accuracy')!
  return {
    paired: accuracy.differences.champion!.paired,
    judged: accuracy.judgement,
    verdict,
    warnings: warnings.join(),
  }
}
