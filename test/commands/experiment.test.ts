import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AskCanary } from '../../src/commands/deploy/read/canaries.ts'
import { rollBack } from '../../src/commands/deploy/write/roll-back.ts'
import { canaryAsker } from '../../src/commands/drift/canary-asker.ts'
import { parseCanary } from '../../src/core/release/canary-file.ts'
import { releaseKey } from '../../src/core/release/record.ts'
import { canaryKey } from '../../src/core/traffic/canary/key.ts'
import type { Winner } from '../../src/core/traffic/canary/verdict.ts'
import type { Verdict } from '../../src/core/verdict/result.ts'
import { useGithub } from '../support/emulator.ts'
import { useGitlab } from '../support/gitlab.ts'
import { describeOnce, divided, first, some } from '../support/rounds.ts'
import { useNock } from '../support/use-nock.ts'
import { type DeployScene, type OpenScene, USUAL, useDeploys } from './deploys.ts'

const github = useGithub()
const gitlab = useGitlab()
const deploys = useDeploys()
const FORGES = deploys.onForges({ github, gitlab, plainGit: true })
const onGithub: OpenScene = given => deploys.onGithub(github, given)

const HOUR = 3_600_000
const DAY = 24 * HOUR
const [ONE, TWO, THREE] = ['2026-05-01-0000001', '2026-05-02-0000002', '2026-05-03-0000003']

const config = ({ merge = 'auto', decide = 'winner' } = {}) => `path: apps/{model}/overlays/{environment}
target: kserve
options: { file: inference-service.yaml, mode: Knative }
environments:
  production:
    merge: ${merge}
    drift: { collector: 'http://collector:8080' }
    experiment:
      shares: [50, 50]
      until: 14d
      decide: ${decide}
      unit: request
      sticky: none
      conversion: { outcome: bought, within: 1h, margin: 0.005 }
      guardrails: [errors]
`

const CHALLENGER: Told = { verdict: 'pass', winner: 'challenger' }
const CHAMPION: Told = { verdict: 'fail', winner: 'champion' }
const UNDECIDED: Told = { verdict: 'inconclusive' }
const HARM: Told = { verdict: 'fail' }
const END = 14 * 24 + 1

describe.each(divided(FORGES, USUAL))('an experiment with a release on %s', (_, open) => {
  it('goes on to its end, whoever is ahead, and a challenger that has won gets all of the traffic', async () => {
    const { scene, promote, manifest } = await served(open)
    const untouched = await manifest()

    expect(await promote(2)).toEqual([`production: merged, ${TWO} with 50 % of the traffic was merged`])
    expect(await tried(scene)).toMatchObject({ weight: 50, for: '14d', decide: 'winner' })
    expect(await manifest()).toContain('canaryTrafficPercent: 50')
    expect(await scene.serving('production')).toBe(ONE)

    for (const told of [CHALLENGER, CHAMPION, UNDECIDED])
      expect(await promote(3, { ...told, hours: 24 })).toEqual([
        expect.stringMatching(
          /^production: waits, gets 50 % .*; the experiment goes on until .*; the newer 2026-05-03-0000003 waits/,
        ),
      ])
    expect(await promote(2, { ...CHALLENGER, hours: END })).toEqual([`production: merged, ${TWO} was merged`])
    expect(await scene.serving('production')).toBe(TWO)
    expect(await tried(scene)).toBeUndefined()
    expect(await manifest()).toBe(untouched.replace('churn/1', 'churn/2'))
    expect(await promote(2, { hours: END })).toEqual([`production: nothing, ${TWO} serves`])
  })

  it.each(
    some(
      [
        ['the champion has won', CHAMPION],
        ['the two cannot be compared', { verdict: 'not_comparable' }],
      ] as [string, Told][],
      first,
    ),
  )('leaves the champion where %s, and the next release has one of its own', async (__, told) => {
    const { scene, promote, manifest } = await served(open)
    await promote(2)

    expect(await promote(2, { ...told, hours: END })).toEqual([
      `production: merged, taking ${TWO} back was merged`,
    ])
    expect(await tried(scene)).toBeUndefined()
    expect(await manifest()).toContain('canaryTrafficPercent: 0')
    expect(await scene.serving('production')).toBe(ONE)
    expect(await promote(2, { hours: END })).toEqual(['production: waits, was tried here and taken back'])
    expect(await promote(3, { hours: END })).toEqual([
      `production: merged, ${THREE} with 50 % of the traffic was merged`,
    ])
  })

  it('promotes nobody where nothing is to be decided, and ends early where harm is shown', async () => {
    for (const [told, hours] of [
      [CHALLENGER, END],
      [HARM, 1],
    ] as const) {
      const { scene, promote } = await served(open, config({ decide: 'none' }))
      await promote(2)

      expect(await promote(2, { ...told, hours })).toEqual([
        `production: merged, taking ${TWO} back was merged`,
      ])
      expect(await scene.serving('production')).toBe(ONE)
      expect(await tried(scene)).toBeUndefined()
    }
  })

  it('is ended by a person, and goes on by the rules it began with whatever the configuration says', async () => {
    const { scene, promote, manifest, merge } = await served(open)
    await promote(2)
    const without = config().replace(/ {4}experiment:[\s\S]*$/, '')
    await scene.place.push(scene.place.base, { 'assay-deploy.yml': without })
    expect((await promote(2, { ...CHALLENGER, hours: 24 }))[0]).toContain('the experiment goes on until')

    const asked = { model: scene.model, environment: 'production', dryRun: false }
    const request = { reason: 'Support is flooded', by: 'ada', since: '2026-06-01T12:00:00Z' }
    await rollBack(
      { access: await scene.access(), deploy: WHERE(scene) },
      { ...asked, ...request },
      Date.now(),
    )
    await merge()

    expect(await tried(scene)).toBeUndefined()
    expect(await manifest()).toContain('canaryTrafficPercent: 0')
    expect(await scene.serving('production')).toBe(ONE)
  })
})

describeOnce('where a person merges an experiment', () => {
  it('its start says what it decides and what it can find, and its end is the decision', async () => {
    const { scene, promote, merge, pull } = await served(onGithub, config({ merge: 'approval' }))

    await promote(2)
    const start = await pull()
    expect(start.title).toBe(`Try ${scene.model} ${TWO} in production with 50 % of the traffic`)
    expect(start.body).toContain(
      `**Experiment**: \`${TWO}\` gets 50 % of the traffic in production beside \`${ONE}\``,
    )
    expect(start.body).toContain('- **Until**: 14d after this is merged')
    expect(start.body).toMatch(
      /- \*\*What it can find\*\*: To find in 80 of 100 .* it takes [\d,]+ requests a day/,
    )
    // Asked again, nothing is written.
    scene.forget()
    await promote(2)
    expect(scene.place.writes()).toEqual([])
    await merge()

    expect(await promote(2, { ...UNDECIDED, hours: END })).toEqual([
      `production: proposed, taking ${TWO} back waits for approval`,
    ])
    const end = await pull()
    expect(end.body).toContain('The experiment is over and undecided: neither is shown to be better.')
    expect(end.body).toContain('- **Result**: inconclusive: as counted')
    expect(end.body).toContain('80 of 100 such experiments find a difference of')
    // What is counted afterwards is no other decision, and silence is none either; harm still is.
    for (const told of [CHALLENGER, CHAMPION, {}])
      expect(await promote(2, { ...told, hours: END + 1 })).toEqual([
        `production: unchanged, taking ${TWO} back waits for approval`,
      ])
    expect((await promote(2, { ...HARM, hours: END + 2 }))[0]).toContain('was merged')
  })

  it('a winner that is proposed stays the winner, and waits for who can tell no longer than a twentieth', async () => {
    const { promote, merge, pull } = await served(onGithub, config({ merge: 'approval' }))
    await promote(2)
    await merge()

    expect(await promote(2, { hours: END })).toEqual([
      'production: waits, gets 50 % of the traffic: no verdict on its traffic is known',
    ])
    await promote(2, { ...CHALLENGER, hours: END + 1 })
    expect((await pull()).body).toContain(`\`${TWO}\` has won against \`${ONE}\``)
    for (const told of [UNDECIDED, CHAMPION, {}])
      expect(await promote(2, { ...told, hours: END + 2 })).toEqual([
        `production: unchanged, ${TWO} waits for approval`,
      ])
  })

  it('where nobody can tell for a twentieth longer, it is undecided', async () => {
    const { promote, merge, pull } = await served(onGithub, config({ merge: 'approval' }))
    await promote(2)
    await merge()

    await promote(2, { hours: 15 * 24 })
    expect((await pull()).body).toContain('undecided: nobody can tell what its traffic showed')
  })
})

describe('an experiment by what a collector counts', () => {
  const mocked = useNock()

  it.each(
    divided(
      [
        [11_000, 'merged, 2026-05-02-0000002 was merged'],
        [10_050, 'merged, taking 2026-05-02-0000002 back was merged'],
        [9_700, 'merged, taking 2026-05-02-0000002 back was merged'],
      ] as const,
      ([converted]) => converted !== 10_050,
    ),
  )('of 100,000 in each arm 10,000 and %i convert: %s', async (converted, then) => {
    const { scene, promote } = await served(onGithub)
    await promote(2)
    const now = Date.now() + END * HOUR
    Object.assign(scene.context, { now: () => now })
    const arm = (own: number) => ({
      ...{ exposures: 100_000, crossed: 0, matured: 100_000, converted: own, harmed: { errors: 10 } },
    })
    mocked('http://collector:8080')
      .get('/v1/canary-counts')
      .query({ model: scene.model })
      .reply(200, {
        counts: [
          {
            ...{
              model: scene.model,
              environment: 'production',
              key: `${ONE}/${TWO}@50`,
              since: now - 14 * DAY,
            },
            ...{ asOf: now, restarted: false, metBoth: 0, unattributed: 0, full: 0, echoed: 0 },
            arms: { champion: arm(10_000), challenger: arm(converted) },
          },
        ],
      })

    expect(await scene.promote([], { askCanary: canaryAsker(scene.context, async () => ({})) })).toEqual([
      `production: ${then}`,
    ])
  })
})

// --- internal ---

interface Told {
  verdict?: Verdict
  winner?: Winner
}

const WHERE = ({ place }: DeployScene) => ({
  address: { kind: 'git' as const, url: 'x', namedBy: 'job' as const },
  name: 'deploy',
  branch: place.base,
})

const serviceOf = (model: string) => `# What serves
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: ${model}
  annotations: { serving.kserve.io/deploymentMode: Knative }
spec:
  predictor:
    model:
      modelFormat: { name: sklearn }
      storageUri: s3://models/churn/0   # the model
`

/** A scene in which the first release serves, so that the next one enters in steps. */
async function served(open: OpenScene, deploy = config()) {
  const scene = await open(deploy, [])
  const path = `apps/${scene.model}/overlays/production/inference-service.yaml`
  await scene.place.push(scene.place.base, { [path]: serviceOf(scene.model) })
  const begin = Date.now() + 60_000
  const pulls = async () => {
    const { repository } = await scene.access()
    return repository.pullRequests!.ofBranch(`assay/promote/production/${scene.model}`, scene.place.base)
  }
  const merge = async () => {
    const { repository } = await scene.access()
    const branch = `assay/promote/production/${scene.model}`
    if (repository.pullRequests) {
      const { open: pull } = await pulls()
      await repository.pullRequests.merge(pull!.number, pull!.head)
    } else scene.place.pushNow!(scene.place.base, (await scene.place.head(branch))!)
  }
  const promote = async (
    number: number,
    { verdict, winner, hours = 0 }: Told & { hours?: number } = {},
  ): Promise<string[]> => {
    const now = begin + hours * HOUR
    Object.assign(scene.context, { now: () => now })
    const askCanary: AskCanary = {
      slow: async () => undefined,
      async verdict(_, { champion, canary }) {
        const { challenger, weight } = canary
        const key = canaryKey({ champion, challenger, weight })
        const release = releaseKey(challenger)
        const traffic = { perDay: 4000, rate: 0.06 }
        return (
          verdict && {
            verdict,
            reason: 'as counted',
            release,
            key,
            asOf: now,
            traffic,
            ...(winner && { winner }),
          }
        )
      },
    }
    const profile = profileText(number)
    const hash = createHash('sha256').update(profile).digest('hex')
    const { image: _, ...record } = scene.release(number, {
      uri: `s3://models/churn/${number}`,
      profile: { hash, rows: 1000, features: 2 },
    })
    return scene.promote([record], { askCanary, profile })
  }
  const first = await promote(1)
  if (!/was merged|is on /.test(first[0]!)) await merge()
  return {
    scene,
    promote: async (...given: Parameters<typeof promote>) =>
      (await promote(...given)).map(line => line.replace(/is on \S+$/, 'was merged')),
    merge,
    manifest: async () => (await scene.read(path))!,
    pull: async () => (await pulls()).open!,
  }
}

function profileText(number: number): string {
  return `{"of": ${number}}\n`
}

async function tried({ read, model }: DeployScene) {
  const text = await read(`apps/${model}/overlays/production/model-experiment.yaml`)
  return text === undefined ? undefined : parseCanary(text, 'model-experiment.yaml')
}
