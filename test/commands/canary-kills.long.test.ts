import { describe, expect, it, vi } from 'vitest'
import type { AskCanary } from '../../src/commands/deploy/read/canaries.ts'
import { parseCanary } from '../../src/core/release/canary-file.ts'
import { releaseKey } from '../../src/core/release/record.ts'
import { canaryKey } from '../../src/core/traffic/canary/key.ts'
import type { Verdict } from '../../src/core/verdict/result.ts'
import { useGithub } from '../support/emulator.ts'
import { isWrite } from '../support/faults.ts'
import { rounds } from '../support/rounds.ts'
import { SLOW } from '../support/slow.ts'
import { type DeployScene, useDeploys } from './deploys.ts'

// A canary a write and more, each from its beginning.
vi.setConfig({ testTimeout: SLOW })

/** Whoever carries on a canary is killed at each of its writes, and two do so at once: the next run puts it right, once. */

const github = useGithub()
const deploys = useDeploys()

const HOUR = 3_600_000
const [ONE, TWO] = ['2026-05-01-0000001', '2026-05-02-0000002']
const CONFIG = `path: apps/{model}/overlays/{environment}
target: kserve
options: { file: inference-service.yaml, mode: Knative }
labels: [canary]
environments:
  production:
    merge: auto
    drift: { collector: 'http://collector:8080' }
    canary:
      steps: [5, 25]
      unit: request
      sticky: none
      conversion: { outcome: bought, within: 1h, margin: 0.005 }
`
const SERVICE = `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: churn
  annotations: { serving.kserve.io/deploymentMode: Knative }
spec:
  predictor:
    model:
      modelFormat: { name: sklearn }
      storageUri: s3://models/churn/0
`

interface Look {
  verdict?: Verdict
  /** The share that the verdict is on: of a step that has only just begun there is none. */
  at?: number
  hours: number
}
/** What leads there, what is done, and what is there then: who serves, with which share of the other. */
const ACTS: {
  name: string
  before: Look[]
  act: Look
  after: [serving: string, share: number | undefined]
}[] = [
  { name: 'start', before: [], act: { hours: 0 }, after: [ONE, 5] },
  { name: 'next step', before: [{ hours: 0 }], act: { verdict: 'pass', at: 5, hours: 30 }, after: [ONE, 25] },
  {
    name: 'way back',
    before: [{ hours: 0 }],
    act: { verdict: 'fail', at: 5, hours: 1 },
    after: [ONE, undefined],
  },
  {
    name: 'promotion',
    before: [{ hours: 0 }, { verdict: 'pass', at: 5, hours: 30 }],
    act: { verdict: 'pass', at: 25, hours: 60 },
    after: [TWO, undefined],
  },
]
/** Rounds at least: what is promised, once a week. */
const LEAST = rounds(0, 0, 20)

describe.each(ACTS)('the $name of a canary', ({ before, act, after }) => {
  it('killed at each of its writes is as it should be after the next run, and written once', async () => {
    const writes = await writesOf(before, act)
    expect(writes.length).toBeGreaterThanOrEqual(5)
    // Where a later one is lost, there is what there is where only the answer of the one before it was.
    const points = [writes[0]!, ...writes].map((after, index) => ({ after, takesEffect: index > 0 }))
    for (let round = 0; round < Math.max(LEAST, points.length); round++) {
      const scene = await led(before)
      github.forget()
      github.fail({ fault: 'reset', times: 1, ...points[round % points.length]! })
      github.fail({ fault: 'reset' })
      await look(scene, act).catch(() => undefined)
      github.forget()
      await look(scene, act)
      await holds(scene, after, before.length + 1)
    }
  })

  it('done by two at once is done once', async () => {
    for (let round = 0; round < rounds(3, 3, 5); round++) {
      const scene = await led(before)
      await Promise.allSettled([look(scene, act), look(scene, act)])
      await look(scene, act)
      await holds(scene, after, before.length + 1)
    }
  })
})

// --- internal ---

/** A place where the first release serves, and what was done since. */
async function led(looks: readonly Look[]): Promise<DeployScene> {
  const scene = await deploys.onGithub(github, CONFIG, [])
  const path = `apps/${scene.model}/overlays/production/inference-service.yaml`
  await scene.place.push(scene.place.base, { [path]: SERVICE })
  await look(scene, { hours: 0 }, 1)
  for (const one of looks) await look(scene, one)
  return scene
}

const BEGIN = Date.now() + 60_000

async function look(scene: DeployScene, { verdict, at, hours }: Look, number = 2): Promise<string[]> {
  const now = BEGIN + hours * HOUR
  Object.assign(scene.context, { now: () => now })
  const askCanary: AskCanary = {
    slow: async () => undefined,
    async verdict(_, { champion, canary: { challenger, weight } }) {
      if (weight !== at) return undefined
      const key = canaryKey({ champion, challenger, weight })
      return verdict && { verdict, reason: 'as counted', release: releaseKey(challenger), key, asOf: now }
    },
  }
  const { image: _, ...record } = scene.release(number, { uri: `s3://models/churn/${number}` })
  return scene.promote([record], { askCanary })
}

/** Where the writes are among the requests of what is done. */
async function writesOf(before: readonly Look[], act: Look): Promise<number[]> {
  const scene = await led(before)
  github.forget()
  await look(scene, act)
  return github.requests.flatMap((request, index) => (isWrite(request) ? [index] : []))
}

async function holds(
  scene: DeployScene,
  [serving, share]: [string, number | undefined],
  merged: number,
): Promise<void> {
  const file = await scene.read(`apps/${scene.model}/overlays/production/model-canary.yaml`)
  expect(await scene.serving('production')).toBe(serving)
  expect(file && parseCanary(file, 'model-canary.yaml').weight).toBe(share)
  const { repository } = await scene.access()
  const { open, closed } = await repository.pullRequests!.ofBranch(
    `assay/promote/production/${scene.model}`,
    scene.place.base,
  )
  // One for the first release, and one for each step since.
  expect([open, closed.map(({ state }) => state)]).toEqual([undefined, Array(merged + 1).fill('merged')])
}
