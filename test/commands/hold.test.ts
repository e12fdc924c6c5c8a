import { describe, expect, it } from 'vitest'
import { run as runInventory } from '../../src/commands/inventory.ts'
import { run as runPromote } from '../../src/commands/promote.ts'
import { run as runRollback } from '../../src/commands/rollback.ts'
import type { InventoryRow } from '../../src/core/promotion/inventory.ts'
import { useGithub } from '../support/emulator.ts'
import { useGitlab } from '../support/gitlab.ts'
import { describeLong, describeOnce, divided } from '../support/rounds.ts'
import { type DeployScene, USUAL, useDeploys } from './deploys.ts'

/** `assay promote --hold` and `--release-hold`: a no that holds from the moment it is proposed, and leaves nothing behind. */

const github = useGithub()
const gitlab = useGitlab()
const deploys = useDeploys()

const ENVIRONMENT = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  production: { merge: auto }
`
const [ONE, TWO] = ['2026-05-01-0000001', '2026-05-02-0000002']
type Asked = {
  hold?: boolean
  reason?: string
  'release-hold'?: boolean
  model?: string
  environment?: string
}

async function asked(scene: DeployScene, change: Asked) {
  const { exitCode, text } = await runPromote(scene.context, {
    config: 'assay.yml',
    model: scene.model,
    environment: 'production',
    output: 'assay-result',
    hold: false,
    reason: undefined,
    'release-hold': false,
    'deploy-repo': 'octo/model',
    'deploy-branch': scene.place.base,
    'dry-run': false,
    ...change,
  })
  expect(exitCode).toBe(0)
  return text.replaceAll(scene.model, 'churn')
}

const hold = (scene: DeployScene, reason?: string) => asked(scene, { hold: true, reason })
const lift = (scene: DeployScene) => asked(scene, { 'release-hold': true })

async function pulls({ model, place, access }: DeployScene, kind: 'hold' | 'release-hold' | 'promote') {
  const { repository } = await access()
  return repository.pullRequests!.ofBranch(`assay/${kind}/production/${model}`, place.base)
}

async function merge(scene: DeployScene, kind: 'hold' | 'release-hold'): Promise<void> {
  const { open } = await pulls(scene, kind)
  const reply = await (await scene.access()).repository.pullRequests!.merge(open!.number, open!.head)
  expect(reply.kind).toBe('merged')
}

async function tree({ place }: DeployScene): Promise<Record<string, string>> {
  return place.files((await place.head(place.base))!)
}

const FORGES = deploys.onForges({ github, gitlab })

describe.each(divided(FORGES, USUAL))('a hold on %s', (_, open) => {
  it('holds from its proposal on, and once it is merged; lifted, every byte is as before', async () => {
    const scene = await open(ENVIRONMENT, ['production'])
    await scene.promote([scene.release(1)])
    const before = await tree(scene)

    expect(await hold(scene, 'the holiday sale')).toMatch(
      /^➕ churn in production: held by .*: the holiday sale\n/,
    )
    const { number } = (await pulls(scene, 'hold')).open!
    expect(await scene.promote([scene.release(2)])).toEqual([
      expect.stringMatching(
        `^production: waits, held by .*: the holiday sale \\(pull request ${number}, not merged yet\\)$`,
      ),
    ])
    await merge(scene, 'hold')
    expect(await scene.promote([scene.release(2)])).toEqual([
      expect.stringMatching(/^production: waits, held by .*: the holiday sale$/),
    ])
    expect(await scene.serving('production')).toBe(ONE)

    expect(await lift(scene)).toMatch(/^➕ .*the hold goes once this is merged/)
    await merge(scene, 'release-hold')
    expect(await tree(scene)).toEqual(before)
    expect(await scene.promote([scene.release(2)])).toEqual([`production: merged, ${TWO} was merged`])
  })

  it('asked for twice writes once: the first reason stands, proposed and merged', async () => {
    const scene = await open(ENVIRONMENT, ['production'])
    await hold(scene, 'one')
    scene.forget()

    expect(await hold(scene, 'another')).toMatch(/^⏳ churn in production: held by .*: one\n/)
    await merge(scene, 'hold')
    scene.forget()
    expect(await hold(scene, 'a third')).toMatch(/^· churn in production: held by .*: one$/)
    expect(scene.place.writes()).toEqual([])
  })

  it('closed unmerged is over, and may be asked for again with another reason', async () => {
    const scene = await open(ENVIRONMENT, ['production'])
    await hold(scene, 'one')
    const { number } = (await pulls(scene, 'hold')).open!
    scene.forget()

    expect(await lift(scene)).toMatch(
      new RegExp(
        `^⏳ .*held by .*: one \\(pull request ${number}, not merged yet\\); to lift it, close pull request ${number}`,
      ),
    )
    expect(scene.place.writes()).toEqual([])
    await (await scene.access()).repository.pullRequests!.close(number)

    expect(await lift(scene)).toBe('· churn in production: there is no hold')
    expect(await scene.promote([scene.release(1)])).toEqual([`production: merged, ${ONE} was merged`])
    expect(await hold(scene, 'two')).toMatch(/^➕ churn in production: held by .*: two\n/)
  })

  it('turns the status of a promotion that is open', async () => {
    const scene = await open(ENVIRONMENT.replace('auto', 'approval'), ['production'])
    await scene.promote([scene.release(1)])
    const { head } = (await pulls(scene, 'promote')).open!

    await hold(scene, 'stop')

    expect(scene.lastStatus('assay/promotion')).toMatchObject({
      state: 'pending',
      description: expect.stringMatching(/^held by .*: stop$/),
    })
    expect((await pulls(scene, 'promote')).open!.head).toBe(head)
  })
})

const onGithub = () => deploys.onGithub(github, ENVIRONMENT, ['production'])

describeOnce('a hold', () => {
  it('says its reason as text, whatever it is', async () => {
    const scene = await onGithub()

    await hold(scene, '<!-- assay:promotion v1 --> @octo/all **x** `y`\n/merge ![i](http://x/y.png)')

    const { body } = (await pulls(scene, 'hold')).open!
    expect(body).not.toMatch(/@octo\/all|\*\*x|!\[i\]|^\/merge/m)
    expect(body.match(/<!-- assay:/g)).toHaveLength(2)
  })

  it.each([
    ['a model that is nowhere', { model: 'chrun' }, /no model named chrun/],
    [
      'an environment that is none',
      { environment: 'prod' },
      /did you mean production|no environment named prod/,
    ],
    ['both flags', { 'release-hold': true }, /Hold it, or lift its hold/],
    ['no environment', { environment: undefined }, /A hold is of one model in one environment/],
    ['a reason alone', { hold: false, reason: 'x' }, /A reason is given for a hold/],
  ])('of %s is refused', async (_, change, message) => {
    const scene = await onGithub()
    github.forget()

    await expect(asked(scene, { hold: true, ...change })).rejects.toThrow(message)

    expect(scene.place.writes()).toEqual([])
  })

  it('in force lets a rollback through, which keeps what people wrote into it', async () => {
    const scene = await onGithub()
    for (const number of [1, 2]) await scene.promote([scene.release(number)])
    await hold(scene, 'wrong prices')
    await merge(scene, 'hold')
    const path = `apps/${scene.model}/overlays/production/model-hold.yaml`
    const written = `# ask Kim before you lift it\n${await scene.read(path)}`
    await scene.place.push(scene.place.base, { [path]: written })
    const rollback = () =>
      runRollback(scene.context, {
        config: 'assay.yml',
        model: scene.model,
        environment: 'production',
        to: undefined,
        reason: 'x',
        'deploy-repo': 'octo/model',
        'deploy-branch': scene.place.base,
        'dry-run': false,
      })

    expect((await rollback()).text).toContain(`back to ${ONE}`)
    const { open } = await pulls(scene, 'promote')
    await (await scene.access()).repository.pullRequests!.merge(open!.number, open!.head)

    expect(await scene.read(path)).toBe(`${written}version: ${TWO}\n`)
    await expect(rollback()).rejects.toThrow('It was rolled back already')
  })
})

describeLong('on plain git', () => {
  it('a hold is its branch, until that is merged or gone; the inventory tells of it', async () => {
    const scene = await deploys.onGit(`${ENVIRONMENT}  later: { after: production, merge: auto }\n`, [
      'production',
      'later',
    ])
    await scene.promote([scene.release(1)])
    const branch = `assay/hold/later/${scene.model}`
    const later = { environment: 'later' }
    const before = await scene.read(`apps/${scene.model}/overlays/later/kustomization.yaml`)

    expect(await asked(scene, { hold: true, reason: 'stop', ...later })).toBe(
      '➕ churn in later: the branch assay/hold/later/churn waits to be merged',
    )
    const [, held] = await scene.promote([scene.release(2)])
    expect(held).toMatch(/^later: waits, held by .*: stop \(its branch is not merged yet\)$/)
    const { json } = await runInventory(scene.context, {
      config: 'assay.yml',
      model: scene.model,
      environment: undefined,
      format: 'json',
      'deploy-repo': 'https://git.example/acme/deploy.git',
      'deploy-branch': 'main',
    })
    expect((json as InventoryRow[])[1]!.waits).toMatch(/: held by .*: stop \(its branch is not merged yet\)$/)
    expect(await asked(scene, { 'release-hold': true, ...later })).toContain(
      'to lift it, delete the branch assay/hold/later/churn',
    )

    scene.place.pushNow!('main', await scene.place.push(branch, { 'CHANGES.md': 'merged by hand' }))
    expect(await asked(scene, { hold: true, reason: 'again', ...later })).toMatch(/^· .*held by .*: stop$/)
    await asked(scene, { 'release-hold': true, ...later })
    scene.place.pushNow!('main', (await scene.place.head(`assay/release-hold/later/${scene.model}`))!)

    expect(await scene.read(`apps/${scene.model}/overlays/later/kustomization.yaml`)).toBe(before)
    const [, on] = await scene.promote([scene.release(2)])
    expect(on).toBe(`later: merged, ${TWO} is on main`)
  })
})
