import { describe, expect, it } from 'vitest'
import { run as runPromote } from '../../src/commands/promote.ts'
import { run as runRollback } from '../../src/commands/rollback.ts'
import { useGithub } from '../support/emulator.ts'
import { useGitlab } from '../support/gitlab.ts'
import { describeLong, describeOnce, divided } from '../support/rounds.ts'
import { type DeployScene, type OpenScene, USUAL, useDeploys } from './deploys.ts'

const github = useGithub()
const gitlab = useGitlab()
const deploys = useDeploys()

const ENVIRONMENT = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  production: {}
`
const [ONE, TWO] = ['2026-05-01-0000001', '2026-05-02-0000002']

async function pull({ model, place, access }: DeployScene, prefix = 'assay/promote') {
  const { repository } = await access()
  return (await repository.pullRequests!.ofBranch(`${prefix}/production/${model}`, place.base)).open
}

async function mergeOpen(scene: DeployScene, prefix?: string): Promise<void> {
  const open = await pull(scene, prefix)
  const merged = await (await scene.access()).repository.pullRequests!.merge(open!.number, open!.head)
  expect(merged.kind).toBe('merged')
}

function rollback({ context, model, place }: DeployScene, to?: string) {
  return runRollback(context, {
    config: 'assay.yml',
    model,
    environment: 'production',
    to,
    reason: 'prices were wrong',
    'deploy-repo': 'octo/model',
    'deploy-branch': place.base,
    'dry-run': false,
  })
}

function liftHold({ context, model, place }: DeployScene) {
  return runPromote(context, {
    config: 'assay.yml',
    model,
    environment: 'production',
    output: 'assay-result',
    hold: false,
    reason: undefined,
    'release-hold': true,
    'deploy-repo': 'octo/model',
    'deploy-branch': place.base,
    'dry-run': false,
  })
}

/** Releases 1 and 2 in production, one after the other. */
async function servedOn(
  open: OpenScene,
): Promise<DeployScene & { before: Record<string, string | undefined> }> {
  const scene = await open(ENVIRONMENT, ['production'])
  await scene.promote([scene.release(1)])
  await mergeOpen(scene)
  const before = await filesOf(scene)
  await scene.promote([scene.release(2)])
  await mergeOpen(scene)
  return Object.assign(scene, { before })
}

async function filesOf({ model, read }: DeployScene): Promise<Record<string, string | undefined>> {
  const folder = `apps/${model}/overlays/production`
  return {
    manifest: await read(`${folder}/kustomization.yaml`),
    record: await read(`${folder}/model-release.yaml`),
  }
}

const FORGES = deploys.onForges({ github, gitlab })

describe.each(divided(FORGES, USUAL))('assay rollback on %s', (_, open) => {
  const served = () => servedOn(open)

  it('proposes the bytes that were, holds promotions once merged, and goes on when the hold is released', async () => {
    const scene = await served()
    expect(await scene.serving('production')).toBe(TWO)

    const { text } = await rollback(scene)

    expect(text).toMatch(new RegExp(`^➕ ${scene.model} in production: back to ${ONE}, waits for approval`))
    const open = await pull(scene)
    expect(open?.title).toBe(`Roll back ${scene.model} in production to ${ONE}`)
    expect(open?.body).toContain('prices were wrong')
    expect(open?.status).toEqual({ state: 'success', description: 'rollback' })
    await mergeOpen(scene)
    expect(await filesOf(scene)).toEqual(scene.before)

    // Nothing enters while the hold is there, not even something newer.
    const [held] = await scene.promote([scene.release(3)])
    expect(held).toMatch(/^production: waits, held since a rollback by .*: prices were wrong$/)

    await liftHold(scene)
    await mergeOpen(scene, 'assay/release-hold')
    expect(await scene.promote([scene.release(3)])).toEqual([
      'production: proposed, 2026-05-03-0000003 waits for approval',
    ])
  })

  it('asked for twice writes once', async () => {
    const scene = await served()
    await rollback(scene)
    scene.forget()

    const again = await rollback(scene)

    expect(again.text).toMatch(/^⏳ .*: back to/)
    expect(scene.place.writes()).toEqual([])
  })

  it('does not go further back by itself after it was merged', async () => {
    const scene = await served()
    await rollback(scene)
    await mergeOpen(scene)

    await expect(rollback(scene)).rejects.toMatchObject({ code: 'ROLLBACK_IMPOSSIBLE' })
  })

  it('returns by itself to what was found live and healthy, where that is watched', async () => {
    const watched = ENVIRONMENT.replace('{}', "{ argocd: { server: 'https://argo.example' } }")
    const scene = await servedOn((_, environments) => open(watched, environments))
    const { repository, forge } = await scene.access()
    const head = await scene.place.head(scene.place.base)
    const record = `apps/${scene.model}/overlays/production/model-release.yaml`
    const [versions] = (await repository.fileHistory(head!, [record], 10)).values()
    const say = (state: 'failure' | 'success') =>
      forge!.setStatus({ commit: versions!.at(-1)!.commit, context: 'assay/live', state, description: 'x' })

    await expect(rollback(scene)).rejects.toMatchObject({
      problems: [{ what: 'no release before it is known to have been healthy' }],
    })
    await say('failure')
    await expect(rollback(scene)).rejects.toMatchObject({ code: 'ROLLBACK_IMPOSSIBLE' })
    await say('success')

    expect((await rollback(scene)).text).toMatch(/ back to 2026-05-01-0000001,/)
  })

  it('takes the place of a promotion that is open', async () => {
    const scene = await served()
    await scene.promote([scene.release(3)])
    const promotion = await pull(scene)

    await rollback(scene)

    expect((await pull(scene))?.number).toBe(promotion!.number)
    expect((await pull(scene))?.title).toContain('Roll back')
    // A newer release does not take its place in turn.
    await scene.promote([scene.release(4)])
    expect((await pull(scene))?.title).toContain('Roll back')
  })

  it('keeps what somebody else changed in the same manifest since', async () => {
    const scene = await served()
    const path = `apps/${scene.model}/overlays/production/kustomization.yaml`
    await scene.place.push(scene.place.base, { [path]: `${await scene.read(path)}# by hand\n` })

    await rollback(scene)
    await mergeOpen(scene)

    const text = await scene.read(path)
    expect(text).toBe(`${scene.before.manifest}# by hand\n`)
    expect(await scene.serving('production')).toBe(ONE)
  })

  it('is written anew where the branch has moved, with its reason and its hold', async () => {
    const scene = await served()
    await rollback(scene)
    const path = `apps/${scene.model}/overlays/production/kustomization.yaml`
    await scene.place.push(scene.place.base, { [path]: `${await scene.read(path)}# by hand\n` })

    await scene.promote()

    expect((await pull(scene))?.body).toContain('prices were wrong')
    await mergeOpen(scene)
    expect(await scene.read(path)).toContain('# by hand')
    expect(await scene.read(`apps/${scene.model}/overlays/production/model-hold.yaml`)).toContain(
      'prices were wrong',
    )
  })

  it('says what there is to return to', async () => {
    const scene = await served()

    await expect(rollback(scene, '2026-01-01-abc')).rejects.toMatchObject({
      problems: [{ what: '2026-01-01-abc was never deployed there before', fix: `deployed before: ${ONE}` }],
    })
    await expect(rollback(scene, TWO)).rejects.toMatchObject({
      problems: [
        { what: `${TWO} serves there already`, fix: `nothing has to be done; deployed before: ${ONE}` },
      ],
    })
    for (const ask of [rollback, liftHold])
      await expect(ask({ ...scene, model: `${scene.model}s` })).rejects.toMatchObject({
        code: 'MODEL_UNKNOWN',
        problems: [{ fix: `did you mean \`${scene.model}\`?` }],
      })
  })
})

describeLong('assay rollback on plain git', () => {
  it('keeps nothing out once its hold is released, although its branch stayed behind', async () => {
    const scene = await deploys.onGit(ENVIRONMENT, ['production'])
    const branch = `assay/promote/production/${scene.model}`
    const merge = async (name: string) => scene.place.pushNow!('main', (await scene.place.head(name))!)
    for (const number of [1, 2]) {
      await scene.promote([scene.release(number)])
      await merge(branch)
    }
    await rollback(scene)
    await merge(branch)
    await liftHold(scene)
    await merge(`assay/release-hold/production/${scene.model}`)
    expect(await scene.place.head(branch)).toBeDefined()

    expect(await scene.promote([scene.release(3)])).toEqual([
      `production: updated, the branch ${branch} waits to be merged`,
    ])
  })
})

const served = () => servedOn((config, environments) => deploys.onGithub(github, config, environments))

describeOnce('a history that is not as we made it', () => {
  it('is gone back in past what was no release, to the very bytes', async () => {
    const scene = await deploys.onGithub(github, ENVIRONMENT, ['production'])
    const folder = `apps/${scene.model}/overlays/production`
    await scene.promote([scene.release(1)])
    await mergeOpen(scene)
    const before = await filesOf(scene)
    await scene.place.push(scene.place.base, { [`${folder}/model-release.yaml`]: 'by: hand\n' })
    await scene.promote([scene.release(2)])
    await mergeOpen(scene)

    await rollback(scene)
    await mergeOpen(scene)

    expect(await filesOf(scene)).toEqual(before)
  })

  it('with more changes by hand than are read: the old release is written into the manifest as it is', {
    timeout: 60_000,
  }, async () => {
    const scene = await served()
    const path = `apps/${scene.model}/overlays/production/kustomization.yaml`
    const text = (await scene.read(path))!
    for (let edit = 0; edit < 32; edit++)
      await scene.place.push(scene.place.base, { [path]: edit === 31 ? text : `${text}# ${edit}\n` })

    await rollback(scene)
    await mergeOpen(scene)

    expect(await filesOf(scene)).toEqual(scene.before)
  })

  it('of two releases of one version: the one that was proposed is what a renewal keeps', async () => {
    const watched = `${ENVIRONMENT}argocd: { server: 'https://argocd.example', project: ml }\n`
    const scene = await deploys.onGithub(github, watched, ['production'])
    const built = (digit: string, hour: number) =>
      scene.release(1, {
        image: { name: 'registry.example/acme/churn', digest: `sha256:${digit.repeat(64)}` },
        created: `2026-05-01T${hour}:00:00Z`,
      })
    for (const one of [built('a', 10), built('b', 11), built('c', 12)]) {
      await scene.promote([one])
      const { head } = (await pull(scene))!
      await mergeOpen(scene)
      // Only the first was found to be live.
      if (one.image!.digest.endsWith('a'))
        github.statuses.push({ sha: head, state: 'success', context: 'assay/live', description: '' })
    }
    await rollback(scene)
    const path = `apps/${scene.model}/overlays/production/kustomization.yaml`
    await scene.place.push(scene.place.base, { [path]: `${await scene.read(path)}# by hand\n` })
    const proposed = (await pull(scene))?.body.match(/release=(\w+)/)?.[1]

    await scene.promote()

    const renewed = await pull(scene)
    expect(renewed?.body.match(/release=(\w+)/)?.[1]).toBe(proposed)
    await mergeOpen(scene)
    expect(await scene.read(path)).toContain(`sha256:${'a'.repeat(64)}`)
  })

  it('at another path since says that there is nothing to go back to, and writes nothing', async () => {
    const scene = await served()
    const moved = ENVIRONMENT.replace('apps/{model}', 'models/{model}')
    const folder = `apps/${scene.model}/overlays/production`
    const files = ['kustomization.yaml', 'model-release.yaml']
    const texts = await Promise.all(files.map(name => scene.read(`${folder}/${name}`)))
    await scene.place.push(scene.place.base, {
      'assay-deploy.yml': moved,
      ...Object.fromEntries(
        files.map((name, at) => [`models/${scene.model}/overlays/production/${name}`, texts[at]]),
      ),
      ...Object.fromEntries(files.map(name => [`${folder}/${name}`, undefined])),
    })
    github.forget()

    await expect(rollback(scene)).rejects.toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      problems: [{ what: `${TWO} is the first release there` }],
    })
    expect(scene.place.writes()).toEqual([])
  })

  it('is not gone back in over what a person pushed to the open promotion', async () => {
    const scene = await served()
    await scene.promote([scene.release(3)])
    const branch = `assay/promote/production/${scene.model}`
    const theirs = await scene.place.push(branch, { 'by-hand.txt': 'x' })

    await expect(rollback(scene)).rejects.toMatchObject({
      code: 'ROLLBACK_IMPOSSIBLE',
      problems: [{ what: expect.stringContaining(`somebody pushed to ${branch}`) }],
    })
    expect(await scene.place.head(branch)).toBe(theirs)
  })
})

describeOnce('a rollback where promotions land by themselves', () => {
  it('is a person’s to merge, and says so: in the answer, the text and the next run', async () => {
    const scene = await deploys.onGithub(github, ENVIRONMENT.replace('{}', '{ merge: auto }'), ['production'])
    for (const number of [1, 2])
      expect(await scene.promote([scene.release(number)])).toEqual([
        expect.stringMatching(/^production: merged, /),
      ])

    const asked = await rollback(scene)
    const { body } = (await pull(scene))!
    const later = await scene.promote()

    expect(asked.text).toContain(`back to ${ONE}, waits for approval`)
    expect(body).toContain('It waits for somebody to approve and merge it.')
    expect(body).not.toContain('once its checks pass')
    expect(later).toEqual([`production: unchanged, ${ONE} waits for approval`])
    expect(await scene.serving('production')).toBe(TWO)
  })
})

describeOnce('a hold', () => {
  it('is asked to go once, and says so; a person’s push to that branch is told', async () => {
    const scene = await served()
    await rollback(scene)
    await mergeOpen(scene)

    expect((await liftHold(scene)).text).toMatch(/^➕ .*: the hold goes once this is merged/)
    github.forget()
    expect((await liftHold(scene)).text).toMatch(/^⏳ .*: the hold goes once this is merged/)
    expect(scene.place.writes()).toEqual([])

    await scene.place.push(`assay/release-hold/production/${scene.model}`, { 'by-hand.txt': 'x' })
    expect((await liftHold(scene)).text).toMatch(/^✋ .* holds a commit that is not Assay's/)
    await mergeOpen(scene, 'assay/release-hold')
    expect((await liftHold(scene)).text).toContain('there is no hold')
  })
})
