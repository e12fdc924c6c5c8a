import { describe, expect, it } from 'vitest'
import type { AskCanary } from '../../src/commands/deploy/read/canaries.ts'
import type { ControllerState } from '../../src/core/promotion/canary/controlled.ts'
import { parseCanary } from '../../src/core/release/canary-file.ts'
import { releaseKey } from '../../src/core/release/record.ts'
import { canaryKey } from '../../src/core/traffic/canary/key.ts'
import type { Verdict } from '../../src/core/verdict/result.ts'
import { useGithub } from '../support/emulator.ts'
import { useGitlab } from '../support/gitlab.ts'
import { divided } from '../support/rounds.ts'
import { goldenText } from '../targets/cases.ts'
import { type OpenScene, USUAL, useDeploys } from './deploys.ts'

/** A release that enters by an Argo Rollout, whose controller takes the steps. */

const github = useGithub()
const gitlab = useGitlab()
const deploys = useDeploys()
const FORGES = deploys.onForges({ github, gitlab, plainGit: true })

const HOUR = 3_600_000
const [ONE, TWO, THREE] = ['2026-05-01-0000001', '2026-05-02-0000002', '2026-05-03-0000003']

const CONFIG = `path: apps/{model}/overlays/{environment}
target: argo-rollouts
environments:
  production:
    merge: auto
    argocd: { server: https://argocd.example }
    drift: { collector: 'http://collector:8080' }
    canary:
      steps: [5, 25]
      unit: request
      sticky: none
      conversion: { outcome: bought, within: 1h, margin: 0.005 }
`

describe.each(divided(FORGES, USUAL))('a release whose steps a controller takes, on %s', (_, open) => {
  it('is written once with all of its steps, which nothing touches until it has everything', async () => {
    const { scene, promote, rollout, tried, titles } = await served(open)
    const untouched = await rollout()
    const title = `Try ${scene.model} ${TWO} in production with 5, then 25 % of the traffic`

    expect(await promote(2)).toEqual([`production: merged, ${TWO} with 5 % of the traffic was merged`])
    const begun = await rollout()
    expect(begun).toContain(`assay/canary: ${TWO}`)
    expect(begun.match(/setWeight: \d+/g)).toEqual(['setWeight: 5', 'setWeight: 25'])
    expect(begun).toContain(`value: ${TWO}`)
    expect(await tried()).toMatchObject({ moved_by: 'controller', challenger: { version: TWO } })
    expect(await tried()).not.toHaveProperty('weight')
    expect(await scene.serving('production')).toBe(ONE)
    expect((await titles()) ?? [title]).toContain(title)

    const before = await scene.place.head(scene.place.base)
    expect(await promote(2)).toEqual([
      'production: waits, is tried here: its share of the traffic is not known: its controller was not asked',
    ])
    for (const weight of [5, 25])
      expect(await promote(2, { verdict: 'pass', hours: 50 + weight, at: { at: 'weight', weight } })).toEqual(
        [
          `production: waits, gets ${weight} % of the traffic: pass: as counted; its controller takes the next step`,
        ],
      )
    expect(await promote(3, { hours: 80, at: { at: 'weight', weight: 25 } })).toEqual([
      `production: waits, gets 25 % of the traffic: no verdict on its traffic is known; the newer ${THREE} waits: ${TWO} is tried here with 25 % of the traffic`,
    ])
    expect(await scene.place.head(scene.place.base)).toBe(before)

    expect(await promote(2, { hours: 90, at: { at: 'all' } })).toEqual([
      `production: merged, ${TWO} was merged`,
    ])
    expect(await scene.serving('production')).toBe(TWO)
    expect(await tried()).toBeUndefined()
    expect(await rollout()).toBe(untouched.replace('1'.padStart(64, '0'), '2'.padStart(64, '0')))
    expect(await promote(2)).toEqual([`production: nothing, ${TWO} serves`])
  })

  it.each<[string, Asked]>([
    ['where harm is shown', { verdict: 'fail', hours: 1, at: { at: 'weight', weight: 5 } }],
    ['where its controller gave up on it', { hours: 1, at: { at: 'aborted', why: 'somebody aborted it' } }],
  ])('is taken out of git at once %s', async (_, asked) => {
    const { scene, promote, rollout, tried } = await served(open)
    const untouched = await rollout()
    await promote(2)

    expect(await promote(2, asked)).toEqual([`production: merged, taking ${TWO} back was merged`])
    expect(await rollout()).toBe(untouched)
    expect(await tried()).toBeUndefined()
    expect(await scene.serving('production')).toBe(ONE)
    expect(await promote(2)).toEqual(['production: waits, was tried here and taken back'])
  })
})

describe('a Rollout that cannot', () => {
  it('is refused before anything is written, with what to add', async () => {
    const [[, open]] = divided(FORGES, USUAL) as [[string, OpenScene]]
    const { scene, promote } = await served(open, text => text.slice(0, text.indexOf('---')))
    const before = await scene.place.head(scene.place.base)

    await expect(promote(2)).rejects.toThrow(/rollout.yaml was not changed/)
    expect(await scene.place.head(scene.place.base)).toBe(before)
  })
})

// --- internal ---

interface Asked {
  verdict?: Verdict
  hours?: number
  /** Where its controller says that it is. */
  at?: ControllerState
}

/** A scene in which the first release serves by a Rollout that routes by weights. */
async function served(open: OpenScene, change = (text: string) => text) {
  const scene = await open(CONFIG, [])
  const folder = `apps/${scene.model}/overlays/production`
  const manifest = goldenText({ target: 'argo-rollouts', name: 'controller' }, 'before')
  const text = manifest.replace('ghcr.io/acme/churn', 'registry.example/acme/churn')
  await scene.place.push(scene.place.base, { [`${folder}/rollout.yaml`]: change(text) })
  const begin = Date.now() + 60_000
  const pulls = async () => {
    const { repository } = await scene.access()
    return repository.pullRequests?.ofBranch(`assay/promote/production/${scene.model}`, scene.place.base)
  }
  const promote = async (number: number, { verdict, hours = 0, at }: Asked = {}) => {
    const now = begin + hours * HOUR
    Object.assign(scene.context, { now: () => now })
    const askCanary: AskCanary = {
      slow: async () => undefined,
      verdict: async (_, { champion, canary: { challenger, weight } }) =>
        verdict && {
          ...{ verdict, reason: 'as counted', release: releaseKey(challenger), asOf: now },
          since: now - 30 * HOUR,
          key: canaryKey({ champion, challenger, weight }),
        },
    }
    const lines = await scene.promote([scene.release(number)], {
      askCanary,
      ...(at && { askController: async () => at }),
    })
    return lines.map(line => line.replace(/is on \S+$/, 'was merged'))
  }
  await promote(1)
  return {
    scene,
    promote,
    rollout: async () => (await scene.read(`${folder}/rollout.yaml`))!,
    tried: async () => {
      const file = await scene.read(`${folder}/model-canary.yaml`)
      return file === undefined ? undefined : parseCanary(file, 'model-canary.yaml')
    },
    /** Of its pull requests, where there are any. */
    titles: async () => (await pulls())?.closed.map(({ title }) => title),
  }
}
