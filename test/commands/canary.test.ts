import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { remoteLedger } from '../../src/commands/deploy/ledger/remote.ts'
import { ledgerRows } from '../../src/commands/deploy/ledger/rows.ts'
import { readWatched } from '../../src/commands/deploy/ledger/watched.ts'
import { triedAsker } from '../../src/commands/deploy/live/ask-tried.ts'
import { tellTakenBack } from '../../src/commands/deploy/live/taken-back.ts'
import type { PromoteOptions } from '../../src/commands/deploy/promote/promote-model.ts'
import { wayBackAsker } from '../../src/commands/deploy/promote/way-back.ts'
import type { AskCanary } from '../../src/commands/deploy/read/canaries.ts'
import { rollBack } from '../../src/commands/deploy/write/roll-back.ts'
import { canaryAsker } from '../../src/commands/drift/canary-asker.ts'
import { sourcesOf } from '../../src/commands/drift/sources.ts'
import { watcherOf } from '../../src/commands/watching/watcher.ts'
import { renderTakenBackPage } from '../../src/core/page/canary/taken-back-page.ts'
import { standingWords } from '../../src/core/promotion/plan/standing.ts'
import { parseCanary } from '../../src/core/release/canary-file.ts'
import { type ReleaseRecord, releaseKey } from '../../src/core/release/record.ts'
import { canaryKey } from '../../src/core/traffic/canary/key.ts'
import { readTakenBack, takenBackSaid } from '../../src/core/traffic/watch/taken-back-watching.ts'
import type { Verdict } from '../../src/core/verdict/result.ts'
import { inferenceService, type World, world } from '../support/argo-world.ts'
import { useArgoCd } from '../support/argocd.ts'
import { REPOSITORY, TOKENS, useGithub } from '../support/emulator.ts'
import { useGitlab } from '../support/gitlab.ts'
import { describeOnce, divided, first, some } from '../support/rounds.ts'
import { useNock } from '../support/use-nock.ts'
import { type DeployScene, type OpenScene, USUAL, useDeploys } from './deploys.ts'

const github = useGithub()
const gitlab = useGitlab()
const deploys = useDeploys()
const FORGES = deploys.onForges({ github, gitlab, plainGit: true })

const HOUR = 3_600_000
const [ONE, TWO, THREE] = ['2026-05-01-0000001', '2026-05-02-0000002', '2026-05-03-0000003']

const CANARY = `steps: [5, 25]
      unit: request
      sticky: none
      conversion: { outcome: bought, within: 1h, margin: 0.005 }`

const config = (merge = 'auto', more = '') => `path: apps/{model}/overlays/{environment}
target: kserve
options: { file: inference-service.yaml, mode: Knative }
environments:
  production:
    merge: ${merge}
    drift: { collector: 'http://collector:8080' }
    canary:
      ${CANARY}
${more}`

describe.each(divided(FORGES, USUAL))('a release that enters in steps on %s', (_, open) => {
  it('starts with its first share, gets the next by evidence of its own, and all in the end', async () => {
    const { scene, promote, manifest } = await served(open)
    const untouched = await manifest()

    expect(await promote(2)).toEqual([`production: merged, ${TWO} with 5 % of the traffic was merged`])
    expect(await scene.serving('production')).toBe(ONE)
    expect(await tried(scene)).toMatchObject({ weight: 5, steps: [5, 25], challenger: { version: TWO } })
    expect(await manifest()).toContain('canaryTrafficPercent: 5')
    expect(await manifest()).toContain('s3://models/churn/2')
    expect(await profiles(scene)).toEqual([profileText(1), profileText(2)])

    // Nobody knows anything, and it stays.
    expect(await promote(2)).toEqual([
      'production: waits, gets 5 % of the traffic: no verdict on its traffic is known',
    ])
    expect(await promote(2, { verdict: 'pass', hours: 1 })).toEqual([
      expect.stringMatching(
        /^production: waits, gets 5 % .*: pass: as counted; the step ends no sooner than /,
      ),
    ])
    expect(await promote(2, { verdict: 'pass', hours: 30 })).toEqual([
      `production: merged, ${TWO} with 25 % of the traffic was merged`,
    ])
    expect(await manifest()).toContain('canaryTrafficPercent: 25')
    expect(await scene.serving('production')).toBe(ONE)
    expect(await profiles(scene)).toEqual([profileText(1), profileText(2)])

    expect(await promote(2, { verdict: 'pass', hours: 60 })).toEqual([
      `production: merged, ${TWO} was merged`,
    ])
    expect(await scene.serving('production')).toBe(TWO)
    expect(await tried(scene)).toBeUndefined()
    expect(await profiles(scene)).toEqual([profileText(2), undefined])
    expect(await manifest()).toBe(untouched.replace('churn/1', 'churn/2'))
    expect(await promote(2)).toEqual([`production: nothing, ${TWO} serves`])
  })

  it('is taken back at once where harm is shown, and never tried again, while a newer one is', async () => {
    const { scene, promote, manifest } = await served(open)
    await promote(2)

    expect(await promote(2, { verdict: 'fail', hours: 1 })).toEqual([
      `production: merged, taking ${TWO} back was merged`,
    ])
    expect(await tried(scene)).toBeUndefined()
    expect(await manifest()).toContain('storageUri: s3://models/churn/1   #')
    expect(await manifest()).toContain('canaryTrafficPercent: 0')
    expect(await scene.serving('production')).toBe(ONE)
    expect(await profiles(scene)).toEqual([profileText(1), undefined])

    expect(await promote(2)).toEqual(['production: waits, was tried here and taken back'])
    expect(await promote(3)).toEqual([`production: merged, ${THREE} with 5 % of the traffic was merged`])
  })

  it('is written nowhere a second time, and newer ones wait until it is over', async () => {
    const { scene, promote } = await served(open)
    await promote(2)
    const before = await scene.place.head(scene.place.base)

    expect(await promote(3)).toEqual([
      `production: waits, gets 5 % of the traffic: no verdict on its traffic is known; the newer ${THREE} waits: ${TWO} is tried here with 5 % of the traffic`,
    ])
    expect(await scene.place.head(scene.place.base)).toBe(before)
  })

  it('is taken back by a person, with a hold, while what serves stays', async () => {
    const { scene, promote, manifest, merge } = await served(open)
    await promote(2)

    const asked = { model: scene.model, environment: 'production', dryRun: false }
    const request = { reason: 'Support is flooded', by: 'ada', since: '2026-06-01T12:00:00Z' }
    const done = await rollBack(
      { access: await scene.access(), deploy: WHERE(scene) },
      { ...asked, ...request },
      Date.now(),
    )
    expect(done.words).toMatch(/^back to 2026-05-01-0000001, waits for approval$|waits to be merged$/)
    await merge()

    expect(await tried(scene)).toBeUndefined()
    expect(await manifest()).toContain('storageUri: s3://models/churn/1   #')
    expect(await manifest()).toContain('canaryTrafficPercent: 0')
    expect(await scene.serving('production')).toBe(ONE)
    expect(await profiles(scene)).toEqual([profileText(1), undefined])
    expect((await promote(3))[0]).toMatch(
      /^production: waits, held since a rollback by ada: Support is flooded/,
    )
  })

  it.each(
    some<[string, string, string | undefined]>(
      [
        ['an older release', TWO, ONE],
        ['what serves', ONE, undefined],
      ],
      first,
    ),
  )(
    'is taken back where it harms although a rollback to %s waits, and the hold of that stays',
    async (_to, serves, older) => {
      const { scene, promote, manifest } = await served(open, config(), { made: againstTheLast })
      if (older) for (const hours of [0, 30, 60]) await promote(2, hours ? { verdict: 'pass', hours } : {})
      const number = older ? 3 : 2
      await promote(number, { hours: 61 })
      const asked = { model: scene.model, environment: 'production', dryRun: false }
      const request = { reason: 'Support is flooded', by: 'ada', since: '2026-06-01T12:00:00Z' }
      const all = { ...asked, ...request, ...(older && { version: older }) }
      await rollBack({ access: await scene.access(), deploy: WHERE(scene) }, all, Date.now())

      expect((await promote(number, { verdict: 'pass', hours: 62 }))[0]).toMatch(/waits for approval$/)
      expect(await promote(number, { verdict: 'fail', hours: 63 })).toEqual([
        `production: merged, ${serves} was merged`,
      ])
      expect(await tried(scene)).toBeUndefined()
      expect(await scene.serving('production')).toBe(serves)
      expect(await manifest()).toContain(`storageUri: s3://models/churn/${number - 1}   #`)
      const hold = await scene.read(`apps/${scene.model}/overlays/production/model-hold.yaml`)
      expect(hold).toContain('by: "ada"')
      expect(hold).toContain('since: "2026-06-01T12:00:00Z"')
      const before = await scene.place.head(scene.place.base)
      expect((await promote(number, { verdict: 'fail', hours: 64 }))[0]).toMatch(/^production: waits, /)
      expect(await scene.place.head(scene.place.base)).toBe(before)
    },
  )
})

describeOnce('where a person merges', () => {
  const onGithub: OpenScene = given => deploys.onGithub(github, given)

  it('each step is a pull request that says step, weight, rules and evidence', async () => {
    const { scene, promote, merge, pull } = await served(onGithub, config('approval'))

    expect(await promote(2)).toEqual([
      `production: proposed, ${TWO} with 5 % of the traffic waits for approval`,
    ])
    const start = await pull()
    expect(start.title).toBe(`Try ${scene.model} ${TWO} in production with 5 % of the traffic`)
    expect(start.status).toMatchObject({ state: 'success', description: '5 %, pass: s3://models/churn/2' })
    expect(start.body).toContain('- **Steps**: **5 %**, 25 %, all; step 1 of 2 steps, split by request')
    expect(start.body).toContain('`bought` within 1h of the first contact, not worse by more than 0.005')
    expect(start.body).toContain('that is merged without asking anybody')
    expect(start.body).toContain(`Then \`${TWO}\` gets 5 % of the traffic in production`)
    // Asked again, nothing is written.
    scene.forget()
    await promote(2)
    expect(scene.place.writes()).toEqual([])
    await merge()

    await promote(2, { verdict: 'pass', hours: 30 })
    const next = await pull()
    expect(next.title).toBe(`Give ${scene.model} ${TWO} 25 % of the traffic in production`)
    expect(next.body).toContain('gets 25 % in place of 5 %')
    expect(next.body).toContain('- **Evidence**: pass: as counted')
    // The evidence turns before anybody merged it: the same pull request takes the release back, and that waits for nobody.
    expect(await promote(2, { verdict: 'fail', hours: 31 })).toEqual([
      `production: merged, taking ${TWO} back was merged`,
    ])
    expect(await tried(scene)).toBeUndefined()
  })

  it('a step that somebody closes is not proposed again, and harm is taken back all the same', async () => {
    const { scene, promote, merge, pull } = await served(onGithub, config('approval'))
    await promote(2)
    await merge()
    await promote(2, { verdict: 'pass', hours: 30 })
    const { number } = await pull()
    await (await scene.access()).repository.pullRequests!.close(number)

    expect(await promote(2, { verdict: 'pass', hours: 31 })).toEqual([
      `production: waits, its promotion, pull request ${number}, was closed unmerged`,
    ])
    expect((await promote(2, { verdict: 'fail', hours: 32 }))[0]).toContain('was merged')
    expect(await tried(scene)).toBeUndefined()
  })

  it('a step back that is to be proposed alone waits for somebody, and stands while nobody can tell', async () => {
    const proposing = config('auto').replace('unit: request', 'on_harm: propose\n      unit: request')
    const { scene, promote, pull, merge } = await served(onGithub, proposing)
    await promote(2)

    expect(await promote(2, { verdict: 'fail', hours: 1 })).toEqual([
      `production: proposed, taking ${TWO} back waits for approval`,
    ])
    expect((await pull()).body).toContain('is taken back: harm was shown: fail: as counted')
    expect(await promote(2)).toEqual([`production: unchanged, taking ${TWO} back waits for approval`])
    await merge()
    expect(await tried(scene)).toBeUndefined()
  })

  it('goes on without a verdict only where the rules say so, and says that', async () => {
    const promoting = config('approval').replace(
      'unit: request',
      'on_inconclusive: promote\n      unit: request',
    )
    const { promote, pull, merge } = await served(onGithub, promoting)
    await promote(2)
    await merge()

    await promote(2, { verdict: 'inconclusive', hours: 200 })
    expect((await pull()).body).toContain('Promoted without a verdict')
  })

  it('a share that somebody changes by hand is told, and is the way back for nobody', async () => {
    const { scene, promote, manifest } = await served(onGithub)
    await promote(2)
    const path = `apps/${scene.model}/overlays/production/inference-service.yaml`
    await scene.place.push(scene.place.base, {
      [path]: (await manifest()).replace('canaryTrafficPercent: 5', 'canaryTrafficPercent: 50'),
    })

    const { plans } = await planned(scene)
    const commit = await scene.place.head(scene.place.base)
    expect(plans[0]).toMatchObject({ standing: { kind: 'by_hand', by: { commit } } })
    expect((await promote(2, { verdict: 'fail', hours: 1 }))[0]).toContain('was merged')
    expect(await manifest()).toContain('canaryTrafficPercent: 0')
  })
})

// By when each came: on the others the pushes of these tests are of a day before what they change.
describeOnce('what somebody changes while a release is tried, on GitHub', () => {
  const open: OpenScene = given => deploys.onGithub(github, given)

  it('is told with whose it was: of a manifest in a later step, and of the canary itself', async () => {
    const { scene, promote, manifest } = await served(open)
    await promote(2)
    await promote(2, { verdict: 'pass', hours: 30 })
    const folder = `apps/${scene.model}/overlays/production`
    const before = await manifest()
    const standing = async () => {
      const { plans } = await planned(scene)
      return { found: plans[0]!.standing, commit: await scene.place.head(scene.place.base) }
    }
    const push = (files: Record<string, string>) => scene.place.push(scene.place.base, files)

    await push({ [`${folder}/inference-service.yaml`]: before.replace('models/churn/2', 'models/churn/7') })
    const changed = await standing()
    expect(changed.found).toMatchObject({
      ...{ kind: 'by_hand', by: { commit: changed.commit } },
      changes: [{ there: 's3://models/churn/7', recorded: 's3://models/churn/2' }],
    })

    await push({ [`${folder}/inference-service.yaml`]: before })
    expect((await standing()).found).toBeUndefined()
    const { repository } = await scene.access()
    const path = `${folder}/model-canary.yaml`
    const head = (await scene.place.head(scene.place.base))!
    const canary = (await repository.readFiles(head, [path])).get(path)!
    await push({ [path]: canary.replace('weight: 25', 'weight: 5') })
    const inCanary = await standing()
    expect(inCanary.found).toMatchObject({
      ...{ kind: 'by_hand', by: { commit: inCanary.commit } },
      changes: [{ there: '25', recorded: '5' }],
    })
  })
})

describeOnce('rules that somebody changes while a release is tried', () => {
  it('are told on every side, let nothing through without a person, and are written back by nobody', async () => {
    const { scene, promote, pull } = await served(given => deploys.onGithub(github, given))
    await promote(2)
    const path = `apps/${scene.model}/overlays/production/model-canary.yaml`
    const before = (await scene.read(path))!
    await scene.place.push(scene.place.base, { [path]: before.replace('"margin": 0.005', '"margin": 0.5') })
    const head = (await scene.place.head(scene.place.base))!
    const words = new RegExp(
      `^the rules of what is tried were changed by hand .*in ${head.slice(0, 7)}, .*model-canary.yaml:\\d+ conversion.margin is 0.5, recorded is 0.005$`,
    )

    const { standing } = (await planned(scene)).plans[0]!
    expect(standingWords(standing!)).toMatch(words)
    const { repository } = await scene.access()
    const ledger = await remoteLedger(
      { access: { repository, close: async () => {} }, deploy: WHERE(scene) },
      scene.model,
    )
    const { rows } = await ledgerRows(ledger, Date.now())
    expect(rows.map(({ version, manifests }) => [version, manifests && standingWords(manifests)])).toEqual([
      [ONE, expect.stringMatching(words)],
    ])

    expect(await promote(2, { verdict: 'pass', hours: 30 })).toEqual([
      `production: proposed, ${TWO} with 25 % of the traffic waits for approval`,
    ])
    expect((await pull()).body).toContain(
      'The rules of what is tried were changed by hand since it began, by ',
    )
  })
})

describeOnce('what somebody writes over while a release is tried', () => {
  const onGithub: OpenScene = given => deploys.onGithub(github, given)
  const FOLDER = (scene: DeployScene) => `apps/${scene.model}/overlays/production`

  async function overwritten(write: (files: { canary: string; folder: string }) => Record<string, string>) {
    const { scene, promote, merge } = await served(onGithub)
    await promote(2)
    const folder = FOLDER(scene)
    const canary = (await scene.read(`${folder}/model-canary.yaml`))!
    await scene.place.push(scene.place.base, write({ canary, folder }))
    const rows = async () => {
      const { repository } = await scene.access()
      return (
        await ledgerRows(
          await remoteLedger(
            { access: { repository, close: async () => {} }, deploy: WHERE(scene) },
            scene.model,
          ),
          Date.now(),
        )
      ).rows
    }
    const asked = { model: scene.model, environment: 'production', dryRun: false }
    const request = { reason: 'Somebody wrote over it', by: 'ada', since: '2026-06-01T12:00:00Z' }
    const back = async () => {
      const done = await rollBack(
        { access: await scene.access(), deploy: WHERE(scene) },
        { ...asked, ...request },
        Date.now(),
      )
      await merge()
      return done.words
    }
    return { scene, promote, rows, back }
  }

  it('holds it with the reason where its record becomes that of what is tried, and a rollback leads out', async () => {
    const { scene, promote, rows, back } = await overwritten(({ canary, folder }) => ({
      [`${folder}/model-release.yaml`]: canary.split('challenger:\n')[1]!.replace(/^ {2}/gm, ''),
    }))
    const why = `its challenger, ${TWO}, is the release of the record already: that was replaced by hand`

    expect(await scene.serving('production')).toBe(TWO)
    expect(await promote(3, { verdict: 'pass', hours: 60 })).toEqual([expect.stringContaining(why)])
    expect(await rows()).toMatchObject([{ version: TWO, waits: expect.stringContaining(why) }])
    expect(await back()).toMatch(/^back to 2026-05-01-0000001/)
    expect(await scene.serving('production')).toBe(ONE)
    expect(await tried(scene)).toBeUndefined()
  })

  it('holds it with the reason where what is tried is of another model, and a rollback leads out', async () => {
    const { scene, promote, rows, back } = await overwritten(({ canary, folder }) => ({
      [`${folder}/model-canary.yaml`]: canary.replace(/^ {2}model: .*$/m, '  model: fraud'),
    }))
    const why = 'its challenger is a release of another model, fraud'

    expect(await promote(3, { verdict: 'pass', hours: 60 })).toEqual([expect.stringContaining(why)])
    expect(await rows()).toMatchObject([{ version: ONE, waits: expect.stringContaining(why) }])
    expect(await back()).toMatch(/^back to 2026-05-01-0000001/)
    expect(await scene.serving('production')).toBe(ONE)
    expect(await tried(scene)).toBeUndefined()
  })
})

describeOnce('two InferenceServices behind a route of a person', () => {
  const arm = (name: string) =>
    `{ backend: ${name}-predictor, target: kserve, options: { file: serving.yaml, name: ${name} } }`
  const deploy = `path: apps/{model}/overlays/{environment}
target: gateway-api
options: { file: serving.yaml, champion: ${arm('stable')}, challenger: ${arm('trial')} }
environments:
  production:
    merge: auto
    drift: { collector: 'http://collector:8080' }
    canary: { steps: [5, 25], unit: user, sticky: cookie, conversion: { outcome: bought, within: 1h, margin: 0.005 } }
`
  const routed = () =>
    `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: churn }
spec:
  rules:
    - backendRefs: [{ name: stable-predictor, port: 80 }]
${['stable', 'trial'].map(name => `---\n${serviceOf(name).replace('Knative', 'Standard')}`).join('')}`
  const open: OpenScene = given => deploys.onGithub(github, given)
  const world = (more = '') => served(open, deploy + more, { file: 'serving.yaml', text: routed })
  const uris = (text: string) => [...text.matchAll(/churn\/(\d)/g)].map(([, number]) => number).join()

  it('users stay with one of them while it goes on, and then both have the release that serves', async () => {
    const { promote, manifest } = await world()
    const untouched = await manifest()
    expect(uris(untouched)).toBe('1,1')

    await promote(2)
    expect(uris(await manifest())).toBe('1,2')
    expect((await manifest()).match(/value: assay-arm-churn\S*=\S+/g)).toHaveLength(3)
    expect(await manifest()).toMatch(/name: trial-predictor\n +port: 80\n +weight: 5\n/)

    await promote(2, { verdict: 'pass', hours: 30 })
    expect((await manifest()).match(/name: trial-predictor\n +port: 80\n +weight: \d+/g)).toHaveLength(2)
    expect(await promote(2, { verdict: 'pass', hours: 60 })).toEqual([
      `production: merged, ${TWO} was merged`,
    ])
    expect(await manifest()).toBe(untouched.replaceAll('churn/1', 'churn/2'))
  })

  it('each sends what it is asked as its own release, and both as that which serves in the end', async () => {
    const { promote, manifest } = await world('watch: { events: http://events }\n')
    const senders = async () =>
      [...(await manifest()).matchAll(/url: http:\/\/events\/\S+\/(\S+?)\/?$/gm)].map(
        ([, release]) => release,
      )
    expect(await senders()).toEqual([ONE, ONE])

    await promote(2)
    expect(await senders()).toEqual([ONE, TWO])
    await promote(2, { verdict: 'fail', hours: 1 })
    expect(await senders()).toEqual([ONE, ONE])
  })

  it('is taken back out of both, and a service that somebody changes meanwhile is told', async () => {
    const { scene, promote, manifest } = await world()
    const untouched = await manifest()
    await promote(2)
    const changed = (await manifest()).replace('churn/2', 'churn/9')
    await scene.place.push(scene.place.base, {
      [`apps/${scene.model}/overlays/production/serving.yaml`]: changed,
    })

    expect((await planned(scene)).plans[0]).toMatchObject({ standing: { kind: 'by_hand' } })
    expect(await promote(2, { verdict: 'fail', hours: 1 })).toEqual([
      `production: merged, taking ${TWO} back was merged`,
    ])
    expect(await manifest()).toBe(untouched)
  })

  it('starts nothing where a service is in Knative mode', async () => {
    const { scene, promote, manifest } = await world()
    await scene.place.push(scene.place.base, {
      [`apps/${scene.model}/overlays/production/serving.yaml`]: (await manifest()).replace(
        'Standard',
        'Knative',
      ),
    })

    await expect(promote(2)).rejects.toThrow(/serving\.yaml was not changed/)
    expect(uris(await manifest())).toBe('1,1')
  })
})

describe('whether harm is merged by itself', () => {
  const onGithub: OpenScene = given => deploys.onGithub(github, given)
  const known = async (scene: DeployScene) => {
    const { repository } = await scene.access()
    return { askWayBack: wayBackAsker(repository, scene.place.base) }
  }

  const approve = (number: number) =>
    fetch(`${github.upstream}/repos/${REPOSITORY}/pulls/${number}/reviews`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKENS.maintainer}`, 'content-type': 'application/json' },
      body: JSON.stringify({ event: 'APPROVE' }),
    })

  it('is found out by the rules of the branch before a release enters, and promised where they let it', async () => {
    const { scene, promote, pull, merge } = await served(onGithub, config('approval'), { more: known })
    github.merging.asked = { by: 'protection', checks: ['ci/manifests'] }
    await promote(2)
    const { body, status } = await pull()
    expect(body).toContain(
      `that is merged without asking anybody: the rules of \`${scene.place.base}\` let it, once these checks pass: \`ci/manifests\``,
    )
    expect(status).toMatchObject({ description: '5 %, pass: s3://models/churn/2' })
    github.merging.asked = undefined
    await merge()
    // What stays asks nothing of the rules.
    scene.forget()
    await promote(2)
    expect(github.requests.filter(({ path }) => path.includes('MergeRules'))).toEqual([])
  })

  it.each(
    divided(
      [
        ['the protection of the branch', { by: 'protection', reviews: 1 }],
        ['a ruleset', { by: 'ruleset', reviews: 1 }],
      ] as const,
      first,
    ),
  )('is not promised where %s asks for a person, who is told before harm comes', async (_, asked) => {
    const { scene, promote, pull, merge } = await served(onGithub, config('approval'), { more: known })
    github.merging.asked = asked
    const { outcomes } = scene
    const notes: string[] = []
    scene.outcomes = async (...given) => {
      const done = await outcomes(...given)
      notes.push(...done.flatMap(one => one.notes))
      return done
    }
    await promote(2)
    expect(notes).toContain(
      `Harm is only proposed: the rules of ${scene.place.base} ask for 1 approving review`,
    )
    const start = await pull()
    expect(start.body).toContain(
      `Harm is only proposed: the rules of \`${scene.place.base}\` ask for 1 approving review`,
    )
    expect(start.body).not.toContain('without asking anybody')
    expect(start.status).toMatchObject({
      description: '5 %, pass: s3://models/churn/2; harm is only proposed (1 approving review)',
    })
    await approve(start.number)
    await merge()

    expect(await promote(2, { verdict: 'fail', hours: 1 })).toEqual([
      expect.stringMatching(
        new RegExp(`^production: proposed, taking ${TWO} back waits for 1 approving review: `),
      ),
    ])
    const back = await pull()
    expect(back.body).toContain(
      `It is merged once it has what the rules of \`${scene.place.base}\` ask for: 1 approving review.`,
    )
    expect(await tried(scene)).toBeDefined()
    await approve(back.number)
    expect(await promote(2, { verdict: 'fail', hours: 1 })).toEqual([
      `production: merged, taking ${TWO} back was merged`,
    ])
    expect(await tried(scene)).toBeUndefined()
  })

  it('is promised to an account that may bypass the ruleset', async () => {
    const { scene, promote } = await served(onGithub, config(), { more: known })
    github.merging.asked = { by: 'ruleset', reviews: 2, codeOwners: true, bypassed: true }
    expect(await promote(2)).toEqual([`production: merged, ${TWO} with 5 % of the traffic was merged`])
    expect(await promote(2, { verdict: 'fail', hours: 1 })).toEqual([
      `production: merged, taking ${TWO} back was merged`,
    ])
    expect(await tried(scene)).toBeUndefined()
  })

  it('is said not to be known where the rules may not be read, and the release enters all the same', async () => {
    const { promote, pull } = await served(onGithub, config('approval'), { more: known })
    github.fail({ path: /graphql MergeRules/, fault: 403 })
    await promote(2)
    expect((await pull()).body).toMatch(
      /as far as the rules of `[\w-]+` let it\. Whether they do is not known: .*MergeRules/,
    )
  })
})

describeOnce('a release that was taken back', () => {
  const argo = useArgoCd()
  const mocked = useNock()
  const onGithub: OpenScene = given => deploys.onGithub(github, given)
  const watched = () =>
    config().replace('merge: auto', `merge: auto\n    argocd: { server: '${argo.url}', project: ml }`)

  /** Argo CD has the head of the branch, and the service has a version of the model. */
  async function synchronise(scene: DeployScene, version: number) {
    const revision = (await scene.place.head(scene.place.base))!
    const made = world(one => {
      const { metadata, spec, status } = one.application
      metadata.name = `${scene.model}-production`
      spec.source.path = `apps/${scene.model}/overlays/production`
      status.sync.comparedTo.source = { ...spec.source }
      status.sync.revision = revision
      status.operationState.syncResult.revision = revision
      const service = inferenceService(`s3://models/churn/${version}`)
      one.live = [service]
    })
    argo.applications.set(`${scene.model}-production`, { application: made.application, live: made.live })
  }

  it('is told once on its promotion, the pull request of the model and in Slack, and as gone once the cluster is rid of it', async () => {
    const change = await github.pullRequest()
    const merging = await fetch(`${github.upstream}/repos/${REPOSITORY}/pulls/${change.number}/merge`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${TOKENS.person}`, 'content-type': 'application/json' },
      body: '{}',
    })
    const { sha: commit } = (await merging.json()) as { sha: string }
    const said: { text: string }[] = []
    const { scene, promote } = await served(onGithub, watched(), {
      made: number => (number === 2 ? { commit } : {}),
      more: async scene => {
        const access = await scene.access()
        const way = {
          askComesYet: canaryAsker(scene.context, async () => ({})).comesYet,
          modelForge: async () => access.forge,
          slack: { say: async (message: object) => void said.push(message as { text: string }) },
        }
        return {
          onFacts: async ([{ state }], facts) =>
            void (await tellTakenBack(scene.context, access, WHERE(scene), { state, facts }, way)),
        }
      },
    })
    Object.assign(scene.context, { env: { ARGOCD_SERVER: argo.url, ARGOCD_AUTH_TOKEN: argo.token } })
    const start = (await promote(2))[0]
    expect(start).toContain('with 5 % of the traffic was merged')
    await promote(2, { verdict: 'fail', hours: 1 })
    const { closed } = await (await scene.access()).repository.pullRequests!.ofBranch(
      `assay/promote/production/${scene.model}`,
      scene.place.base,
    )
    const [back, brought] = closed
    const told = () =>
      Promise.all(
        [back!, brought!, change].map(async ({ number }) => (await scene.comments(number)).join('|')),
      )

    // Merged, and not known to be gone: the cluster has not synchronised it.
    await promote(2, { hours: 1 })
    const words = `\`${TWO}\` was taken back in **production**; [pull request ${back!.number}]`
    expect(await told()).toEqual(['', expect.stringContaining(words), expect.stringContaining(words)])
    expect(said.map(({ text }) => text)).toEqual([
      `${scene.model} ${TWO} was taken back in production: it had 5 % of the traffic, and ${ONE} gets all of it again`,
    ])
    expect(scene.lastStatus('assay/live')).toMatchObject({ state: 'pending' })

    // Gone by the word of Argo CD, and nobody has seen that of the traffic.
    const since = Date.parse('2026-05-20T10:09:00Z')
    const comes = (own: number, all: number) =>
      mocked('http://collector:8080')
        .post('/v1/taken-back', body => body.release === TWO && body.live === '2026-05-20T10:06:00.000Z')
        .reply(200, () => {
          const asOf = scene.context.now()
          return { counts: [{ model: scene.model, release: TWO, since, asOf, own, all }] }
        })
    await synchronise(scene, 1)
    for (const [own, all] of [
      [0, 0],
      [0, 12],
    ] as const) {
      comes(own, all)
      await promote(2, { hours: 1 })
      expect(scene.lastStatus('assay/live')).toMatchObject({ state: 'pending' })
    }
    comes(3, 5000)
    await promote(2, { hours: 1 })
    const still = 'and still gets traffic: 3 of 5,000 requests since 2026-05-20 10:09 UTC still went to it'
    expect(scene.lastStatus('assay/live')).toMatchObject({
      state: 'failure',
      description: expect.stringContaining(`${TWO} taken back in production, ${still.slice(0, 60)}`),
    })
    expect((await told())[0]).toContain(
      `❌ \`${TWO}\` is taken back in **production**, and still gets traffic`,
    )
    expect(said.at(-1)!.text).toBe(`${scene.model} ${TWO} was taken back in production, ${still}`)

    // `assay watch` finds the same by itself, has a page of it, and tells the bot.
    const { context } = scene
    const watcher = watcherOf({
      readWatched: () =>
        readWatched(
          context,
          { 'deploy-repo': 'acme/deploy', 'deploy-branch': scene.place.base },
          new Map(),
          true,
        ),
      sources: ({ drift }) => sourcesOf(context, { job: {}, file: drift }),
      ...{ now: context.now, log: context.log },
    })
    comes(3, 5000)
    await watcher.look()
    const there = watcher.takenBack({ model: scene.model, environment: 'production' })!
    const page = renderTakenBackPage(there, { now: context.now(), version: '0', script: '' })
    expect(page).toContain('It still gets traffic</strong>: 3 of 5,000 requests since 2026-05-20 10:09 UTC')
    const answer = (later = 0) => ({ takenBack: takenBackSaid(there, context.now() + later) })
    const asOf = context.now()
    expect(readTakenBack(answer(), TWO, asOf)).toEqual({ since, asOf, own: 3, all: 5000 })
    expect(readTakenBack(answer(), TWO, asOf + 10 * 60_000)).toMatchObject({
      failed: expect.stringContaining('its counts are of'),
    })
    expect(readTakenBack(answer(), ONE, asOf)).toEqual({ failed: 'assay watch does not look at it' })
    expect(readTakenBack(answer(10 * 60_000), TWO, asOf)).toEqual({
      failed: expect.stringContaining('what looks has come to a halt'),
    })

    comes(0, 10_000)
    await promote(2, { hours: 2 })
    const [gone] = await told()
    expect(gone).toContain(`✅ \`${TWO}\` is gone from **production**`)
    expect(gone).toContain('0 of 10,000 requests since 2026-05-20 10:09 UTC went to it, those of users')
    expect(scene.lastStatus('assay/live')).toMatchObject({
      state: 'success',
      description: expect.stringContaining(
        `${TWO} taken back in production, and gone from the cluster: 0 of 10,000 requests since`,
      ),
    })

    // All is said.
    const before = await told()
    scene.forget()
    await promote(2, { hours: 2 })
    expect(scene.place.writes()).toEqual([])
    expect(await told()).toEqual(before)
    expect(said).toHaveLength(2)
  })
})

describeOnce('the inventory', () => {
  it('says what is tried, and what is proposed of it', async () => {
    const { scene, promote, merge } = await served(
      given => deploys.onGithub(github, given),
      config('approval'),
    )
    const waits = async () => {
      const { repository } = await scene.access()
      const ledger = await remoteLedger(
        { access: { repository, close: async () => {} }, deploy: WHERE(scene) },
        scene.model,
      )
      const { rows } = await ledgerRows(ledger, Date.now() + HOUR)
      return rows.map(row => `${row.version} ${row.waits}`)
    }
    await promote(2)
    expect(await waits()).toEqual([
      expect.stringMatching(`${ONE} ${TWO} with 5 % of the traffic waits for approval, pull request \\d+`),
    ])
    await merge()
    expect(await waits()).toEqual([
      `${ONE} ${TWO}: gets 5 % of the traffic: \`assay promote\` asks for its traffic`,
    ])
    await promote(2, { verdict: 'pass', hours: 30 })
    expect(await waits()).toEqual([expect.stringMatching(`${ONE} ${TWO}: gets 5 % .*, pull request \\d+`)])
  })
})

describeOnce('by what a collector counts', () => {
  const onGithub: OpenScene = given => deploys.onGithub(github, given)
  const mocked = useNock()

  /** 10,000 requests of two arms; of so many of the challenger a conversion came. */
  function counts(scene: DeployScene, now: number, converted: number) {
    const arm = (exposures: number, own: number) => ({
      ...{ exposures, crossed: 0, matured: exposures, converted: own, harmed: {} },
    })
    return {
      ...{ model: scene.model, environment: 'production', key: `${ONE}/${TWO}@5`, since: now - 30 * HOUR },
      ...{ asOf: now, restarted: false, metBoth: 0, unattributed: 0, full: 0, echoed: 0 },
      arms: { champion: arm(190_000, 11_400), challenger: arm(10_000, converted) },
    }
  }

  it('it is taken back where fewer convert, goes on where they do not, and stays where the collector counts no such canary', async () => {
    for (const [converted, then] of [
      [300, `production: merged, taking ${TWO} back was merged`],
      [720, `production: merged, ${TWO} with 25 % of the traffic was merged`],
      [
        undefined,
        /^production: waits, gets 5 % of the traffic: its traffic is not known: the collector cannot tell: it counts no canary/,
      ],
    ] as const) {
      const { scene, promote } = await served(onGithub)
      await promote(2)
      const now = Date.now() + 40 * HOUR
      Object.assign(scene.context, { now: () => now })
      const asked = mocked('http://collector:8080').get('/v1/canary-counts').query({ model: scene.model })
      asked.reply(200, { counts: converted === undefined ? [] : [counts(scene, now, converted)] })

      const [line] = await scene.promote([], { askCanary: canaryAsker(scene.context, async () => ({})) })

      if (typeof then === 'string') expect(line).toBe(then)
      else expect(line).toMatch(then)
    }
  })
})

describeOnce('by what a mesh counts', () => {
  const onGithub: OpenScene = given => deploys.onGithub(github, given)
  const mocked = useNock()
  const MESHED = config(
    'auto',
    `      guardrails: [errors]
      mesh:
        series: istio
        champion: { reporter: source, destination_version: '{version}' }
        challenger: { reporter: source, destination_version: '{version}' }
`,
  ).replace("8080' }", "8080', prometheus: 'http://prometheus:9090' }")

  type Ends = Record<'champion' | 'challenger', Record<string, number>>
  const GOOD: Ends = { champion: { 200: 190_000, 503: 200 }, challenger: { 200: 10_000, 503: 9 } }

  /** A step whose conversion is as good: the collector knows nothing of errors, and Prometheus has the requests by their ends. */
  async function step() {
    const { scene, promote } = await served(onGithub, MESHED)
    await promote(2)
    const now = Date.now() + 40 * HOUR
    Object.assign(scene.context, { now: () => now })
    const asked = { query: '' }
    const again = async (ends: Ends, status = 200) => {
      const arm = (exposures: number, converted: number) => ({
        ...{ exposures, crossed: 0, matured: exposures, converted, harmed: {} },
      })
      const of = { model: scene.model, environment: 'production', key: `${ONE}/${TWO}@5` }
      const rest = { asOf: now, restarted: false, metBoth: 0, unattributed: 0, full: 0, echoed: 0 }
      const arms = { champion: arm(190_000, 11_400), challenger: arm(10_000, 720) }
      mocked('http://collector:8080')
        .get(/canary-counts/)
        .reply(200, { counts: [{ ...of, since: now - 30 * HOUR, ...rest, arms }] })
      const result = Object.entries(ends).flatMap(([assay_arm, counts]) =>
        Object.entries(counts).map(([response_code, count]) => ({
          metric: { assay_arm, assay_count: 'requests', response_code, pod: 'gateway' },
          values: [
            [(now - 30 * HOUR) / 1000 - 60, '7'],
            [now / 1000, String(7 + count)],
          ],
        })),
      )
      const read = ['champion', 'challenger'].map(assay_arm => ({
        metric: { assay_arm, assay_count: 'requests' },
        value: [now / 1000, String(now / 1000 - 15)],
      }))
      const told = (resultType: string, all: unknown) => ({
        status: 'success',
        data: { resultType, result: all },
      })
      const prometheus = mocked('http://prometheus:9090')
      prometheus
        .post('/api/v1/query_range', (body: { query: string }) => Object.assign(asked, body).query !== '')
        .reply(status, status === 200 ? told('matrix', result) : 'no backend')
      if (status === 200) prometheus.post('/api/v1/query').reply(200, told('vector', read))
      const [line] = await scene.promote([], { askCanary: canaryAsker(scene.context, async () => ({})) })
      return line
    }
    return { scene, asked, again }
  }

  it('it stays while nobody can tell, and is taken back where more requests fail and the mesh alone has seen it', async () => {
    const { scene, asked, again } = await step()

    expect(await again(GOOD, 503)).toContain('Prometheus: it answers 503')
    expect(await again({ ...GOOD, challenger: {} })).toContain(
      'the challenger does not get 5 %: 0 % of 190,200 requests',
    )
    expect(await again({ champion: { 200: 19 }, challenger: { 200: 1 } })).toContain(
      'it has 1 request to the challenger, and events tell of 10,000',
    )
    expect(await again({ ...GOOD, challenger: { 200: 9500, 503: 500 } })).toBe(
      `production: merged, taking ${TWO} back was merged`,
    )
    expect(await tried(scene)).toBeUndefined()
    expect(asked.query).toContain(`istio_requests_total{reporter="source",destination_version="${TWO}"}`)
    const { repository } = await scene.access()
    const branch = `assay/promote/production/${scene.model}`
    const { closed } = await repository.pullRequests!.ofBranch(branch, scene.place.base)
    expect(JSON.stringify(closed[0])).toContain('more meet errors: 5 % (500 of 10,000) of the challenger')
  })

  it('it goes on where they do not, by rules that stand in its file', async () => {
    const { scene, again } = await step()

    expect(await tried(scene)).toMatchObject({ mesh: { series: 'istio' } })
    expect(await again(GOOD)).toBe(`production: merged, ${TWO} with 25 % of the traffic was merged`)
  })
})

describeOnce('by what Argo CD says of the step', () => {
  const onGithub: OpenScene = given => deploys.onGithub(github, given)
  const mocked = useNock()
  const argo = useArgoCd()
  const SINCE = '2026-05-20T10:06:00.000Z'

  /** The step has been merged, and its service is in the cluster, healthy since then. */
  async function stepIn(change: (world: World) => void) {
    const watched = config('auto', `    argocd: { server: '${argo.url}', project: ml }\n`)
    const { scene, promote } = await served(onGithub, watched)
    await promote(2)
    const now = Date.now() + 40 * HOUR
    const env = { ARGOCD_AUTH_TOKEN: argo.token, ARGOCD_SERVER: argo.url }
    Object.assign(scene.context, { now: () => now, env: { ...scene.context.env, ...env } })
    const head = (await scene.place.head(scene.place.base))!
    const name = `${scene.model}-production`
    const { application, live, git } = world(one => {
      const { spec, status } = one.application
      one.application.metadata.name = name
      spec.source.path = `apps/${scene.model}/overlays/production`
      status.sync.comparedTo.source = { ...spec.source }
      status.sync.revision = head
      status.operationState.syncResult.revision = head
      status.history.at(-1).revision = head
      const service = inferenceService('s3://models/churn/2')
      service.spec.predictor.canaryTrafficPercent = 5
      service.status.components.predictor.latestRolledoutRevision = 'churn-predictor-00006'
      one.live = [service]
      change(one)
    })
    argo.applications.set(name, { application, live, ...(git && { git }) })
    const access = await scene.access()
    const askTried = triedAsker(scene.context, access, WHERE(scene))
    const counted = (more: object = {}) => {
      const arm = (exposures: number, converted: number) => ({
        ...{ exposures, crossed: 0, matured: exposures, converted, harmed: {} },
      })
      const of = { model: scene.model, environment: 'production', key: `${ONE}/${TWO}@5` }
      const rest = { asOf: now, restarted: false, metBoth: 0, unattributed: 0, full: 0, echoed: 9 }
      const arms = { champion: arm(190_000, 11_400), challenger: arm(10_000, 720) }
      return { counts: [{ ...of, since: now - 30 * HOUR, ...rest, arms, ...more }] }
    }
    const again = () => scene.promote([], { askCanary: canaryAsker(scene.context, askTried) })
    return { scene, counted, again }
  }

  it('the collector is told since when it is live, and what was counted since then passes', async () => {
    const { scene, counted, again } = await stepIn(() => {})
    const asked = (body: Record<string, string>) =>
      body.model === scene.model && body.key === `${ONE}/${TWO}@5` && body.live === SINCE
    mocked('http://collector:8080').post('/v1/canary-counts', asked).reply(200, counted())

    expect(await again()).toEqual([`production: merged, ${TWO} with 25 % of the traffic was merged`])
  })

  it('nothing passes where something else writes the weights of its service, and that is named', async () => {
    const { counted, again } = await stepIn(one => {
      const [service] = one.live
      one.git = [structuredClone(service)]
      service.spec.predictor.canaryTrafficPercent = 20
      const fieldsV1 = { 'f:spec': { 'f:predictor': { 'f:canaryTrafficPercent': {} } } }
      service.metadata.managedFields = [{ manager: 'ramp-operator', time: '2026-05-20T11:30:00Z', fieldsV1 }]
    })
    mocked('http://collector:8080')
      .post(/canary-counts/)
      .reply(200, counted({ echoed: 0 }))

    expect(await again()).toEqual([
      expect.stringMatching(
        /^production: waits, .*not comparable: the challenger does not get the share of git; InferenceService churn splits 20 % in the cluster, and git says 5 %: a controller fights, ramp-operator wrote it last at 2026-05-20 11:30 UTC, and Argo CD calls that in sync/,
      ),
    ])
  })

  it('evidence begins anew where Argo CD has put its service back, and the step says so', async () => {
    const healed = '2026-05-20T11:15:00Z'
    const { scene, counted, again } = await stepIn(({ application }) => {
      const { operationState } = application.status
      operationState.finishedAt = healed
      const resources = [{ kind: 'InferenceService', name: 'churn' }]
      Object.assign(operationState.operation.sync, { autoHealAttemptsCount: 2, resources })
    })
    const asked = (body: Record<string, string>) =>
      body.model === scene.model && body.live === new Date(healed).toISOString()
    mocked('http://collector:8080').post('/v1/canary-counts', asked).reply(200, counted())

    expect(await again()).toEqual([`production: merged, ${TWO} with 25 % of the traffic was merged`])
    const { repository } = await scene.access()
    const branch = `assay/promote/production/${scene.model}`
    const { closed } = await repository.pullRequests!.ofBranch(branch, scene.place.base)
    const { body } = closed.find(one => one.body.includes('in place of 5 %'))!
    expect(body).toMatch(
      /\*\*Evidence\*\*: .*Argo CD put InferenceService churn back to what git says at 2026-05-20 11:15 UTC, for the 2nd time in a row: .*; two changes fell into one window/,
    )
  })

  it('nothing passes while its pods come up, or where others say what it is and nobody knows', async () => {
    const coming = await stepIn(({ live: [service] }) => {
      service.status.components.predictor.latestReadyRevision = 'churn-predictor-00006'
    })
    mocked('http://collector:8080')
      .get(/canary-counts/)
      .reply(200, coming.counted({ echoed: 0 }))
    expect(await coming.again()).toEqual([
      expect.stringMatching(
        /^production: waits, .*the challenger is not live: .*newest revision is not ready/,
      ),
    ])

    const silent = await stepIn(() => {})
    argo.fail({ fault: 503 })
    mocked('http://collector:8080')
      .get(/canary-counts/)
      .reply(200, silent.counted())
    expect(await silent.again()).toEqual([
      expect.stringMatching(
        /^production: waits, .*whether the challenger is live is not known: 9 events of it/,
      ),
    ])
  })
})

it('slices that cannot be shown are told in the pull request of the step', async () => {
  const { promote, pull } = await served(
    given => deploys.onGithub(github, given),
    config('approval').replace('sticky: none', 'sticky: none\n      slices: carrier'),
  )
  await promote(2)

  expect((await pull()).body).toContain(
    '- **Slices**: none of `carrier` are shown: the profile of what serves cannot be read: ',
  )
})

describeOnce('what is slow', () => {
  const mocked = useNock()

  it('is taken from the answers of what serves when a canary begins, waited for, and frozen', async () => {
    const { scene, promote, pull, merge } = await served(
      given => deploys.onGithub(github, given),
      config('approval').replace('sticky: none', 'sticky: none\n      guardrails: [errors, latency]'),
    )
    expect(await promote(2)).toEqual([
      'production: waits, its canary cannot begin: what the guardrail `latency` calls slow is taken from the answers of what serves, and nobody who counts them was asked; say `latency_ms` in its place, or wait',
    ])
    const ask = async (answer: object) => {
      mocked('http://collector:8080')
        .get('/v1/counts')
        .query({ model: scene.model, window: '1440m' })
        .reply(200, { counts: [{ model: scene.model, release: ONE, latency: answer }] })
      return scene.promote([scene.release(2, URI)], {
        askCanary: canaryAsker(scene.context, async () => ({})),
      })
    }
    expect(await ask({ '100': 5, '+Inf': 20 })).toEqual([
      expect.stringContaining(
        'and the collector cannot tell: 20 answers of a day say how long it took, and 1,000 are needed;',
      ),
    ])

    await ask({ '100': 900, '250': 4980, '+Inf': 5000 })
    const { number, body } = await pull()
    expect(body).toContain(
      `an answer is slow that takes longer than 250 ms: of 5,000 answers of \`${ONE}\` within a day, 99 of 100 took no longer`,
    )
    const { repository } = await scene.access()
    const { head } = await pull()
    const frozen = { latency_ms: 250, latency_from: { release: ONE, answers: 5000 } }
    const path = `apps/${scene.model}/overlays/production/model-canary.yaml`
    const proposed = await repository.readFiles(head, [path])
    expect(parseCanary(proposed.get(path)!, path)).toMatchObject(frozen)

    // What is proposed stays so, whatever the answers are by now, and where nobody can tell any more.
    expect(await ask({ '100': 5, '+Inf': 20 })).toEqual([
      `production: unchanged, ${TWO} with 5 % of the traffic waits for approval`,
    ])
    expect(await pull()).toMatchObject({ number, head })
    const ledger = await remoteLedger(
      { access: { repository, close: async () => {} }, deploy: WHERE(scene) },
      scene.model,
    )
    const { rows } = await ledgerRows(ledger, Date.now() + HOUR)
    expect(rows.map(row => row.waits)).toEqual([
      expect.stringContaining(`${TWO} with 5 % of the traffic waits for approval`),
    ])

    await merge()
    expect(await tried(scene)).toMatchObject(frozen)
    await promote(2, { verdict: 'pass', hours: 30 })
    await merge()
    expect(await tried(scene)).toMatchObject({ weight: 25, ...frozen })
  })
})

// --- internal ---

const URI = { uri: 's3://models/churn/2' }

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
async function served(
  open: OpenScene,
  deploy = config(),
  {
    file = 'inference-service.yaml',
    text = serviceOf,
    made = () => ({}),
    more = async () => ({}),
  }: {
    file?: string
    text?: (model: string) => string
    made?: (number: number) => Partial<ReleaseRecord>
    more?: (scene: DeployScene) => Promise<Partial<PromoteOptions>>
  } = {},
) {
  const scene = await open(deploy, [])
  const path = `apps/${scene.model}/overlays/production/${file}`
  await scene.place.push(scene.place.base, { [path]: text(scene.model) })
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
    { verdict, hours = 0 }: { verdict?: Verdict; hours?: number } = {},
  ): Promise<string[]> => {
    const now = begin + hours * HOUR
    Object.assign(scene.context, { now: () => now })
    const askCanary: AskCanary = {
      async verdict(_, { champion, canary }) {
        const { challenger, weight } = canary
        const key = canaryKey({ champion, challenger, weight })
        const release = releaseKey(challenger)
        return verdict && { verdict, reason: 'as counted', release, key, asOf: now }
      },
      slow: async () => undefined,
    }
    const profile = profileText(number)
    const hash = createHash('sha256').update(profile).digest('hex')
    const { image: _, ...record } = scene.release(number, {
      uri: `s3://models/churn/${number}`,
      profile: { hash, rows: 1000, features: 2 },
      ...made(number),
    })
    return scene.promote([record], { askCanary, profile, ...(await more(scene)) })
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

/** Weighed against the release before it. */
function againstTheLast(number: number): Partial<ReleaseRecord> {
  return { weighed: { against: 'champion', commit: `${number - 1}`.padStart(40, '0') } }
}

/** What stands there of the profiles of releases: of what serves, and of what is tried. */
async function profiles({ read, model }: DeployScene) {
  const folder = `apps/${model}/overlays/production`
  return [await read(`${folder}/model-profile.yaml`), await read(`${folder}/model-canary-profile.yaml`)]
}

function profileText(number: number): string {
  return `{"of": ${number}}\n`
}

async function tried({ read, model }: DeployScene) {
  const text = await read(`apps/${model}/overlays/production/model-canary.yaml`)
  return text === undefined ? undefined : parseCanary(text, 'model-canary.yaml')
}

async function planned(scene: DeployScene) {
  const plans: import('../../src/core/promotion/plan/plan.ts').Plan[] = []
  await scene.promote([], { dryRun: true, onPlan: plan => void plans.push(plan) })
  return { plans }
}
