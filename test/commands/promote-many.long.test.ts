import { describe, expect, it } from 'vitest'
import { graphqlPoints } from '../../emulator/github/graphql-cost.ts'
import type { CommandResult, Context, DeployAccess } from '../../src/commands/command/context.ts'
import { courseOf } from '../../src/commands/deploy/promote/promote-model.ts'
import { type ModelSites, readModel, readModels } from '../../src/commands/deploy/read/model-state.ts'
import { holdModel } from '../../src/commands/deploy/write/hold.ts'
import { run as runPromote } from '../../src/commands/promote.ts'
import { AssayError } from '../../src/core/errors/errors.ts'
import { renderRelease } from '../../src/core/release/record-file.ts'
import type { Files } from '../forges/deploy-places.ts'
import { REPOSITORY, useGithub } from '../support/emulator.ts'
import { withManifests } from '../support/manifests.ts'
import { release } from '../support/releases.ts'
import { DEPLOY, type DeployScene, useDeploys } from './deploys.ts'

/** `assay promote` over a repository with many models: few calls, the same decisions, the oldest first. */

const github = useGithub()
const deploys = useDeploys()

const CONFIG = DEPLOY.replace('{ merge: auto }', '{}')
const ADDRESS = { kind: 'git' as const, url: 'x', namedBy: 'job' as const }
const LINK = { link: '../elsewhere' }
const LFS = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12\n`

const recordOf = (model: string, environment: string) =>
  `apps/${model}/overlays/${environment}/model-release.yaml`
const manifestOf = (model: string, environment: string) =>
  `apps/${model}/overlays/${environment}/kustomization.yaml`

/** Records with their manifests, for `environments`. */
function serving(model: string, number: number, ...environments: string[]): Files {
  const text = renderRelease(release(number, model))
  return withManifests(Object.fromEntries(environments.map(name => [recordOf(model, name), text]))) as Files
}

const idle = (model: string) => serving(model, 1, 'staging', 'production')
/** Serves in staging; production has manifests of something else. */
const ready = (model: string, number = 1): Files => ({
  ...serving(model, number, 'staging'),
  [manifestOf(model, 'production')]: `images:\n  - name: ${model}\n    newTag: '1'\n`,
})

const names = (count: number, letter: string) =>
  Array.from({ length: count }, (_, at) => `${letter}-${String(at).padStart(3, '0')}`)
const filesOf = (models: readonly string[], files: (model: string) => Files): Files =>
  Object.assign({}, ...models.map(files))

function promoteAll(scene: DeployScene, more: Partial<Context> = {}): Promise<CommandResult> {
  github.forget()
  return run(scene, more)
}

function run(scene: DeployScene, more: Partial<Context> = {}): Promise<CommandResult> {
  return runPromote({ ...scene.context, ...more } as Context, {
    config: 'assay.yml',
    model: undefined,
    environment: undefined,
    output: 'assay-result',
    hold: false,
    reason: undefined,
    'release-hold': false,
    'deploy-repo': REPOSITORY,
    'deploy-branch': scene.place.base,
    'dry-run': false,
  })
}

const calls = () =>
  github.requests.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{40}/g, 'N')}`)
const points = () =>
  github.requests.reduce(
    (sum, { path, body }) => sum + (path.startsWith('/graphql') ? graphqlPoints(body) : 0),
    0,
  )

describe('many models where nothing is to be done', () => {
  it('take two calls for sixty, and as many for each sixty more', async () => {
    const scene = await deploys.onGithub(github, CONFIG, [])
    await scene.place.push(scene.place.base, filesOf(names(60, 'm'), idle))

    const { text } = await promoteAll(scene)
    const few = calls()
    await scene.place.push(scene.place.base, filesOf(names(60, 'n'), idle))
    await promoteAll(scene)
    const many = calls()

    expect(text).toBe('120 places are as they should be.')
    expect(few).toEqual([
      'POST /graphql Head',
      'GET /repos/octo/model/git/trees/N?recursive=1',
      expect.stringMatching('GET /repos/octo/model/git/matching-refs/'),
      'POST /graphql Head',
      'POST /graphql Look',
      'POST /graphql Look',
    ])
    expect(many.length - few.length).toBe(2)
    expect(points()).toBeLessThan(25)
    expect(scene.place.writes()).toEqual([])
  })

  it('are asked for in smaller pieces where a call is too much for GitHub', async () => {
    const scene = await deploys.onGithub(github, CONFIG, [])
    await scene.place.push(scene.place.base, filesOf(names(20, 'm'), idle))
    github.forget()
    // What asks for more than five models.
    github.fail({ path: /^\/graphql Look$/, body: /\$h10:/, fault: 502 })

    const deploy = { address: ADDRESS, name: 'd', branch: scene.place.base }
    const { models: states } = await readModels({ access: await scene.access(), deploy }, names(20, 'm'))

    expect([...states.values()].filter(state => state instanceof AssayError)).toEqual([])
    expect([...states.keys()]).toEqual(names(20, 'm'))
    // Each that fails is tried four times: twenty, ten, and then four times five.
    expect(calls().filter(call => call === 'POST /graphql Look')).toHaveLength(4 + 4 + 4)
  })
})

describe('many models that wait', () => {
  it('take five calls each that has something to be written, the oldest first', async () => {
    const scene = await deploys.onGithub(github, CONFIG, [])
    // The first by name are the newest.
    const waiting = names(24, 'w')
    const files = Object.assign({}, ...waiting.map((model, at) => ready(model, 24 - at)))
    await scene.place.push(scene.place.base, { ...files, ...filesOf(names(30, 'm'), idle) })

    const { json } = await promoteAll(scene)

    const { promotions } = json as { promotions: { model: string; environment: string; action: string }[] }
    const proposed = promotions.filter(({ action }) => action === 'proposed')
    expect(proposed.map(({ model }) => model)).toEqual(waiting)
    const branches = github.requests
      .filter(({ method, path }) => method === 'POST' && path.endsWith('/pulls'))
      .map(({ body }) => (body as { head: string }).head)
    expect(branches).toEqual([...waiting].reverse().map(model => `assay/promote/production/${model}`))
    const reading = 9
    expect(calls().length).toBeLessThanOrEqual(5 * waiting.length + reading)
    await scene.place.push(scene.place.base, { 'README.md': 'next\n' })
    await promoteAll(scene)
    expect(scene.place.writes()).toEqual([])
    // Also where all stand on an older commit of the base, they are read together.
    expect(calls().length).toBeLessThanOrEqual(8)
  })

  it('stop while calls are left for verdicts, and say which models nobody came to', async () => {
    const scene = await deploys.onGithub(github, CONFIG, [])
    await scene.place.push(scene.place.base, filesOf(names(4, 's'), ready))
    let left = 52
    const openDeploy = async (): Promise<DeployAccess> => {
      const access = await scene.access()
      const callsLeft = () => ({ left: left--, limit: 1000, until: Date.parse('2026-06-01T12:30:00Z') })
      return { ...access, repository: { ...access.repository, callsLeft } }
    }

    const { exitCode, text } = await promoteAll(scene, { openDeploy })

    expect(exitCode).toBe(2)
    expect(text).toContain('s-000 in production')
    expect(text).toContain('49 of 1000 are left until 12:30 UTC')
    expect(text).toContain('2 more models were not looked at: s-002, s-003')
    expect(text).toContain('Run again after 12:30 UTC')
    expect(await scene.place.branches('assay/promote/production/s-')).toHaveLength(2)
  })
})

describe('models that are merged at once', () => {
  const AUTO = `${CONFIG.replace('production: { after: staging }', 'production: { merge: auto, after: staging }')}  eu: { after: production }
from: acme/late-flights
`
  const onward = (model: string): Files => ({
    ...ready(model),
    [manifestOf(model, 'eu')]: `images:\n  - name: ${model}\n    newTag: '1'\n`,
  })
  const proposals = (letter: string) =>
    github.requests.filter(
      ({ method, path, body, status }) =>
        method === 'POST' &&
        path.endsWith('/pulls') &&
        status === 201 &&
        (body as { head: string }).head.includes(`/${letter}-`),
    ).length

  async function begin(letter: string, count: number): Promise<{ scene: DeployScene; models: string[] }> {
    const scene = await deploys.onGithub(github, AUTO, [])
    const models = names(count, letter)
    const [{ model }] = [scene]
    const config = AUTO.replace('from: acme/late-flights\n', '')
    const named = `${config}models:\n${[...models, model].map(name => `  ${name}: { from: acme/late-flights }\n`).join('')}`
    await scene.place.push(scene.place.base, { ...filesOf(models, onward), 'assay-deploy.yml': named })
    return { scene, models }
  }

  it('go on to the next environment in the same run, ten of them read in a call', async () => {
    const { scene, models } = await begin('a', 12)

    const { json, exitCode } = await promoteAll(scene)

    const { promotions } = json as { promotions: { model: string; environment: string; action: string }[] }
    const of = (environment: string) =>
      promotions
        .filter(one => one.environment === environment)
        .map(({ model, action }) => `${model} ${action}`)
    expect(exitCode).toBe(0)
    expect(of('production')).toEqual(models.map(model => `${model} merged`))
    expect(of('eu')).toEqual(models.map(model => `${model} proposed`))
    const reading = calls().filter(call => /graphql (Head|Look|Files|History)|git\/trees\/N/.test(call))
    expect(reading.length).toBeLessThanOrEqual(18)
    await promoteAll(scene)
    expect(scene.place.writes()).toEqual([])
  })

  it('are proposed once each by two runs at once', async () => {
    const { scene } = await begin('b', 6)
    github.forget()

    const runs = await Promise.all([run(scene), run(scene)])
    const made = proposals('b')

    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0])
    expect(made).toBe(12)
    await promoteAll(scene)
    expect(scene.place.writes()).toEqual([])
  })

  it('are decided about anew where the forge says that another run has merged them, and twice at most', async () => {
    const { scene, models } = await begin('e', 2)
    github.forget()
    const merged = {
      method: 'POST',
      path: /\/pulls$/,
      fault: 422,
      message: 'No commits between main and x',
    } as const
    github.fail({ ...merged, times: 1 })
    const once = await run(scene)
    await scene.place.push(
      scene.place.base,
      filesOf(models, model => serving(model, 2, 'staging')),
    )
    github.forget()
    github.fail(merged)
    const always = await run(scene)

    expect(once.exitCode).toBe(0)
    expect(always.exitCode).toBe(2)
    expect(always.text).toContain('there is nothing to propose')
    const refused = github.requests.filter(({ path, method }) => method === 'POST' && path.endsWith('/pulls'))
    expect(refused).toHaveLength(3 * models.length)
  })

  it('are read anew where what was read has become old: another run may have come to them', async () => {
    const { scene, models } = await begin('d', 4)
    let now = scene.context.now()

    // Each look at the clock takes three seconds.
    const { exitCode, text } = await promoteAll(scene, { now: () => (now += 3000) })

    expect(exitCode).toBe(0)
    for (const model of models) expect(text).toContain(`${model} in eu`)
    expect(calls().filter(call => call.endsWith('Look')).length).toBeGreaterThan(5)
  })

  it('are finished by the next run where the forge went away in the middle', async () => {
    const { scene, models } = await begin('c', 6)
    github.forget()
    github.fail({ method: 'PUT', path: /\/merge$/, fault: 503, after: 2 })

    const { exitCode, text } = await run(scene)
    const said = /(\d) more models were not looked at: (.*)/.exec(text)
    const { exitCode: healed } = await promoteAll(scene)
    const { text: after } = await promoteAll(scene)

    expect([exitCode, healed]).toEqual([2, 0])
    expect(said?.[1]).toBe('5')
    expect(after).toContain(`Nothing to do in ${models.length * 2} other places.`)
    expect(scene.place.writes()).toEqual([])
  })
})

describe('a batch', () => {
  it('sees of every model what is seen of it alone, and decides the same', async () => {
    const scene = await deploys.onGithub(github, CONFIG, [])
    const { base } = scene.place
    const open = ['open', 'behind', 'foreign', 'closed', 'merged', 'unfinished'].map(name => `p-${name}`)
    const others: Record<string, Files> = {
      'o-idle': idle('o-idle'),
      'o-ready': ready('o-ready'),
      'o-held': {
        ...ready('o-held'),
        'apps/o-held/overlays/production/model-hold.yaml': 'reason: no\nby: ada\n',
      },
      'o-hold-proposed': ready('o-hold-proposed'),
      'o-by-hand': idle('o-by-hand'),
      'o-garbage': { ...idle('o-garbage'), [recordOf('o-garbage', 'production')]: 'version: [\n' },
      'o-link': { ...idle('o-link'), [recordOf('o-link', 'production')]: LINK },
      'o-lfs': { ...idle('o-lfs'), [manifestOf('o-lfs', 'production')]: LFS },
      'o-bom': { ...idle('o-bom'), [manifestOf('o-bom', 'production')]: '\uFEFFimages: []\r\n' },
    }
    await scene.place.push(base, { ...Object.assign({}, ...Object.values(others)), ...filesOf(open, ready) })
    const access = await scene.access()
    const deploy = { address: ADDRESS, name: 'd', branch: base }
    for (const model of open) await scene.promote([], { model })
    await holdModel(
      { access, deploy },
      {
        model: 'o-hold-proposed',
        environment: 'production',
        dryRun: false,
        reason: 'wait',
        by: 'ada',
        since: '2026-05-30T00:00:00Z',
      },
    )
    const pull = async (model: string) => {
      const { pullRequests } = access.repository
      return (await pullRequests!.ofBranch(`assay/promote/production/${model}`, base)).open!
    }
    await access.repository.pullRequests!.close((await pull('p-closed')).number)
    const { number, head } = await pull('p-merged')
    await access.repository.pullRequests!.merge(number, head)
    await scene.place.push('assay/promote/production/p-foreign', { 'by-hand.txt': 'x' })
    await scene.place.push(base, {
      [manifestOf('p-behind', 'production')]: `images:\n  - name: p-behind\n    newTag: '2'\n`,
      [manifestOf('o-by-hand', 'production')]: `images:\n  - name: o-by-hand\n    newTag: '2'\n`,
    })
    const unfinished = (await pull('p-unfinished')).head
    github.statuses.splice(
      0,
      github.statuses.length,
      ...github.statuses.filter(({ sha }) => sha !== unfinished),
    )
    const models = [...open, ...Object.keys(others)]

    const { models: states } = await readModels({ access: await scene.access(), deploy }, models)

    const plansOf = async (sites: ModelSites) => {
      const { model } = sites[0].state
      const { steps } = await courseOf(scene.context, access, { model, dryRun: false }).decide(sites)
      return steps.map(({ plan }) => plan)
    }
    const actions = new Map<string, string>()
    for (const model of models) {
      const alone = await readModel({ access: await scene.access(), deploy }, model).catch(
        (error: unknown) => error as AssayError,
      )
      const together = states.get(model)!
      if (alone instanceof AssayError || together instanceof AssayError) {
        expect(together, model).toMatchObject({ code: (alone as AssayError).code })
        expect((together as AssayError).problems).toEqual((alone as AssayError).problems)
        actions.set(model, (alone as AssayError).code)
      } else {
        expect(together[0].state, model).toEqual(alone[0].state)
        const plans = await plansOf(together)
        expect(plans).toEqual(await plansOf(alone))
        actions.set(model, plans.at(-1)!.action)
      }
    }
    expect(Object.fromEntries(actions)).toEqual({
      'o-bom': 'nothing',
      'o-by-hand': 'nothing',
      'o-garbage': 'promote',
      'o-held': 'hold',
      'o-hold-proposed': 'hold',
      'o-idle': 'nothing',
      'o-lfs': 'FILE_UNREADABLE',
      'o-link': 'FILE_UNREADABLE',
      'o-ready': 'promote',
      'p-behind': 'update',
      'p-closed': 'hold',
      'p-foreign': 'leave',
      'p-merged': 'nothing',
      'p-open': 'nothing',
      'p-unfinished': 'update',
    })
  })
})
