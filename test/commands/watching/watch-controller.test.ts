import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { servedByDeploy } from '../../../src/commands/collecting/served-deploy.ts'
import type { Context } from '../../../src/commands/command/context.ts'
import { readWatched } from '../../../src/commands/deploy/ledger/watched.ts'
import { watcherOf } from '../../../src/commands/watching/watcher.ts'
import { startOf } from '../../../src/core/promotion/canary/canary-plan.ts'
import { nextFor } from '../../../src/core/promotion/canary/next.ts'
import { renderCanary } from '../../../src/core/release/canary-file.ts'
import { renderRelease } from '../../../src/core/release/record-file.ts'
import { renderProfile } from '../../../src/core/traffic/profile/profile-file.ts'
import { canaryAnswer, canarySaid } from '../../../src/core/traffic/watch/canary-watching.ts'
import { arm, countsOf } from '../../core/traffic/canary/canaries.ts'
import { canaryFile } from '../../support/canaries.ts'
import { testFolder } from '../../support/git-repository.ts'
import { profileOf } from '../../support/profiles.ts'
import { release } from '../../support/releases.ts'
import { NOW } from '../../support/traffic.ts'

/** A canary that Argo Rollouts moves: `assay watch` and the collector ask Argo CD, over its socket, where it is. */

const [champion, challenger] = [release(1), release(2)]
const { folder, remove } = testFolder()
const HOUR = 3_600_000
const image = `${challenger.image!.name}@${challenger.image!.digest}`
/** Of the Rollout in the cluster; undefined: Argo CD is not there. */
let status: object | undefined
let clock = NOW
/** Units of the challenger that converted, of 10,000. */
let converted = 720
const asked: string[] = []

const rollout = () => ({
  ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' },
  metadata: { name: 'churn', namespace: 'ml', generation: 2 },
  spec: { template: { spec: { containers: [{ name: 'server', image }] } } },
  status: { observedGeneration: '2', stableRS: 'a', currentPodHash: 'b', phase: 'Paused', ...status },
})
const at = (weight: number) => ({ canary: { weights: { canary: { weight, podTemplateHash: 'b' } } } })
const argo = createServer((request, response) => {
  asked.push(`${request.url} ${request.headers.authorization}`)
  if (status === undefined) return void response.writeHead(403).end('{}')
  const text = JSON.stringify(rollout())
  const old = JSON.stringify({ ...rollout(), status: {} })
  const isOne = request.url!.includes('/resource?')
  response.setHeader('content-type', 'application/json')
  response.end(
    JSON.stringify(
      isOne
        ? { manifest: text }
        : {
            items: [
              { group: 'argoproj.io', kind: 'Rollout', namespace: 'ml', name: 'churn', liveState: old },
            ],
          },
    ),
  )
})
let context: Context

beforeAll(async () => {
  await new Promise<void>(listening => argo.listen(0, '127.0.0.1', listening))
  const server = `http://127.0.0.1:${(argo.address() as AddressInfo).port}`
  const place = join(folder, 'environments/production/churn')
  mkdirSync(place, { recursive: true })
  writeFileSync(
    join(folder, 'assay-deploy.yml'),
    `path: environments/{environment}/{model}\ntarget: argo-rollouts\nargocd: { server: '${server}' }\nenvironments: { production: {} }\n`,
  )
  writeFileSync(join(place, 'model-release.yaml'), renderRelease(champion))
  writeFileSync(join(place, 'model-profile.json'), renderProfile(profileOf()))
  const { weight: _, ...rules } = canaryFile({ unit: 'request', sticky: 'none', guardrails: [], for: '1h' })
  writeFileSync(join(place, 'model-canary.yaml'), renderCanary(startOf(rules, challenger, 'controller')))
  context = {
    folder,
    env: { HOME: folder, ARGOCD_SERVER: server, ARGOCD_AUTH_TOKEN: 'a-token-of-argo-cd' },
    ci: { name: 'local' },
    signal: new AbortController().signal,
  } as unknown as Context
})
afterAll(() => {
  argo.close()
  remove()
})

describe('a canary that a controller moves, to whoever judges it', () => {
  const watcher = watcherOf({
    readWatched: () => readWatched(context, {}),
    sources: () => ({
      seen: async () => ({ failed: 'not asked here' }),
      requests: async () => undefined,
      slow: async () => ({ unknown: 'not asked here' }),
      comesYet: async () => ({ failed: 'not asked here' }),
      async canary({ key }) {
        const tried = 2000 * Number(key.split('@')[1])
        const [rest, share] = [200_000 - tried, converted / 10_000]
        const [own, other] = [arm(tried, Math.round(tried * share)), arm(rest, Math.round(rest * 0.06))]
        return countsOf(other, own, { key, since: clock - 80 * HOUR, asOf: clock })
      },
    }),
    now: () => clock,
    log: { info() {}, warn() {} },
  })
  const look = async (question: { release?: string; weight?: string } = {}) => {
    clock += 60_000
    await watcher.look()
    const [own] = watcher.canaries()
    const said = canarySaid(own, question, clock)
    return {
      ...(canaryAnswer({ model: 'churn', environment: 'production' }, own, said) as Record<string, unknown>),
      next: nextFor(own, said, clock),
    }
  }

  it('is the step that its status says, by the object as it is now', async () => {
    status = at(5)
    const key = (weight: number) => `${champion.version}/${challenger.version}@${weight}`
    expect(await look({ weight: '5' })).toMatchObject({ verdict: 'pass', next: 'advance', key: key(5) })
    expect(asked.at(-1)).toMatch(/\/resource\?.*resourceName=churn.* Bearer a-token-of-argo-cd$/)

    // It has moved on: what was seen of the step before says nothing of this one.
    expect(await look({ weight: '25' })).toMatchObject({
      verdict: 'inconclusive',
      kind: 'other_weight',
      next: 'hold',
    })
    status = at(25)
    expect(await look({ weight: '25' })).toMatchObject({ verdict: 'pass', weight: 25, key: key(25) })
    expect(await look({ release: 'another' })).toMatchObject({ kind: 'other_release', next: 'hold' })
  })

  it('is told to go back where harm is shown', async () => {
    status = at(5)
    converted = 300
    expect(await look()).toMatchObject({ verdict: 'fail', next: 'take_back' })
    converted = 720
  })

  it.each<[string, object | undefined, RegExp]>([
    ['has everything', { stableRS: 'b', phase: 'Healthy' }, /its controller has given it all of the traffic$/],
    ['was aborted', { abort: true, message: 'somebody did' }, /its controller gave the traffic back: somebody did$/],
    ['is before its first step', at(0), /its share of the traffic is not known: .* gives it 0 % now$/],
    ['is asked for in vain', undefined, /its share of the traffic is not known: /],
  ])('is judged by nothing where it %s', async (_, now, words) => {
    status = now
    expect(await look({ release: challenger.version })).toMatchObject({
      ...{ verdict: 'inconclusive', kind: 'no_step', next: 'hold', reason: expect.stringMatching(words) },
    })
  }) // biome-ignore format: one table
})

describe('a canary that a controller moves, to whoever counts it', () => {
  it('begins anew where its share changes, and stays as it was where nobody can tell', async () => {
    const warned: string[] = []
    const source = servedByDeploy(() => readWatched(context, {}), {
      environment: 'production',
      now: () => clock,
      warn: text => void warned.push(text),
    })
    const keys = async () => {
      clock += 60_000
      return (await source.read()).canaries.map(({ key, isFirst }) => ({ key, isFirst }))
    }
    const key = (weight: number) => `${champion.version}/${challenger.version}@${weight}`

    status = at(5)
    expect(await keys()).toEqual([{ key: key(5), isFirst: true }])
    status = at(25)
    expect(await keys()).toEqual([{ key: key(25), isFirst: false }])
    status = undefined
    expect(await keys()).toEqual([{ key: key(25), isFirst: false }])
    expect(warned.filter(text => text.startsWith('the canary'))).toEqual([
      expect.stringMatching(/is counted as before: its share of the traffic is not known/),
    ])
  })
})
