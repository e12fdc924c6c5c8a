import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CanaryFile, renderCanary } from '../../src/core/release/canary-file.ts'
import { releaseKey } from '../../src/core/release/record.ts'
import { renderRelease } from '../../src/core/release/record-file.ts'
import { TARGETS } from '../../src/targets/index.ts'
import { canaryFile } from '../support/canaries.ts'
import { release } from '../support/releases.ts'
import { useBot } from './scene.ts'

/** A canary that the bot carries on by what `assay watch` answers. */

const TOKEN = '9d1f0c77be52a3486e'
const PLACE = 'apps/churn/overlays/production'
const OPTIONS = { file: 'inference-service.yaml', mode: 'Knative' }
const made = (number: number) => {
  const { image: _, ...record } = release(number, 'churn', { uri: `s3://models/churn/${number}` })
  return record
}
const CHAMPION = made(1)
const CANARY: CanaryFile = canaryFile({
  unit: 'request',
  sticky: 'none',
  guardrails: [],
  challenger: made(2),
})
const SERVICE = `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: churn
  annotations: { serving.kserve.io/deploymentMode: Knative }
spec:
  predictor:
    model:
      modelFormat: { name: sklearn }
      storageUri: s3://models/churn/1
`
const CONFIG = `path: apps/{model}/overlays/{environment}
target: kserve
options: { file: inference-service.yaml, mode: Knative }
environments:
  production:
    merge: auto
    drift: { collector: 'http://collector:8080' }
    canary:
      steps: [5, 25]
      unit: request
      sticky: none
      conversion: { outcome: bought, within: 24h, margin: 0.005 }
`
let verdict = 'inconclusive'
const asked: string[] = []
let watch: Server
const env: Record<string, string> = {
  ASSAY_BOT_WATCH_TOKEN: TOKEN,
  ASSAY_BOT_WATCH_REPOSITORY: 'acme/deploy',
}

beforeAll(async () => {
  watch = createServer((request, response) => {
    asked.push(request.url!)
    const answer = {
      verdict,
      kind: verdict === 'fail' ? 'harm' : 'undecided',
      reason: verdict === 'fail' ? 'fewer convert' : 'it cannot be told',
      release: releaseKey(CANARY.challenger),
      key: `${CHAMPION.version}/${CANARY.challenger.version}@5`,
      asOf: new Date(Date.now() + 3 * 60_000).toISOString(),
    }
    const isIts = request.headers.authorization === `Bearer ${TOKEN}`
    response.writeHead(isIts ? 200 : 401).end(JSON.stringify(answer))
  })
  await new Promise<void>(done => watch.listen(0, '127.0.0.1', done))
  env.ASSAY_BOT_WATCH_URL = `http://127.0.0.1:${(watch.address() as AddressInfo).port}`
})
afterAll(() => new Promise(done => watch.close(done)))
const scene = useBot({ env })

async function read(name: string): Promise<string | undefined> {
  return (await scene.deploy().repository.readHead('main', `${PLACE}/${name}`))?.text
}

describe('a canary that the bot carries on', () => {
  it('stays while nothing is shown, and is taken back and merged a minute after harm is', async () => {
    const before = new Map([['inference-service.yaml', SERVICE]])
    const arms = {
      champion: CHAMPION,
      challenger: CANARY.challenger,
      weight: 5,
      steps: [5, 25],
      sticky: 'none' as const,
    }
    const split = TARGETS.kserve!.split!.edit(before, arms, OPTIONS)
    // The configuration last: only then it is a deploy repository.
    await scene.write('deploy', {
      [`${PLACE}/inference-service.yaml`]: split.get('inference-service.yaml')!,
      [`${PLACE}/model-release.yaml`]: renderRelease(CHAMPION),
      [`${PLACE}/model-canary.yaml`]: renderCanary(CANARY),
      'assay-deploy.yml': CONFIG,
    })
    await scene.settled()
    expect(asked.length).toBeGreaterThan(0)
    expect(await read('inference-service.yaml')).toContain('canaryTrafficPercent: 5')

    verdict = 'fail'
    await scene.pass(61_000)
    await scene.pass(61_000)

    expect(await read('model-canary.yaml')).toBeUndefined()
    expect(await read('inference-service.yaml')).toContain('s3://models/churn/1')
    expect(asked.every(url => url.startsWith('/v1/canary?model=churn&environment=production'))).toBe(true)
    expect(scene.log()).not.toContain(TOKEN)
  })
})
