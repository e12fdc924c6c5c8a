import { mkdtempSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/commands/promote.ts'
import { openPlainGit } from '../../src/forges/git/deploy-repository.ts'
import { askedGit } from '../support/asked-git.ts'
import { useGithub } from '../support/emulator.ts'
import { gitEnvironment } from '../support/git-repository.ts'
import { useGitlab } from '../support/gitlab.ts'
import { result } from '../support/results.ts'
import { describeOnce, divided } from '../support/rounds.ts'
import { DEPLOY, type DeployScene, USUAL, useDeploys } from './deploys.ts'

const github = useGithub()
const gitlab = useGitlab()
const deploys = useDeploys()

const [ONE, TWO, THREE] = ['2026-05-01-0000001', '2026-05-02-0000002', '2026-05-03-0000003']

/** Has the scene begin with a clone of its own, and gives the commands that git was started with for it. */
function startsOf(scene: DeployScene): () => string[] {
  const folder = dirname(deploys.folder)
  const { PATH, commands } = askedGit(mkdtempSync(`${folder}/asked-`))
  const url = `file://${join(folder, scene.place.repository!)}`
  scene.access = async () => {
    const repository = await openPlainGit({ url, env: { ...gitEnvironment(), PATH } })
    return { repository, close: () => repository.close() }
  }
  return commands
}

/** Pull requests of a model, newest first. */
async function pulls({ model, place, access }: DeployScene, environment: string) {
  const { repository } = await access()
  return repository.pullRequests!.ofBranch(`assay/promote/${environment}/${model}`, place.base)
}

const FORGES = deploys.onForges({ github, gitlab })

describe.each(divided(FORGES, USUAL))('a release on %s', (_, open) => {
  it('is merged into staging and waits for approval in production', async () => {
    const scene = await open()

    expect(await scene.promote([scene.release(1)])).toEqual([
      `staging: merged, ${ONE} was merged`,
      `production: proposed, ${ONE} waits for approval`,
    ])
    expect(await scene.serving('staging')).toBe(ONE)
    expect(await scene.serving('production')).toBeUndefined()
    const { open: pull } = await pulls(scene, 'production')
    expect(pull?.title).toBe(`Promote ${scene.model} ${ONE} to production`)
    expect(pull?.status).toMatchObject({ state: 'success' })
    expect(pull?.body).toContain('digest: sha256:')
  })

  it('is written nowhere a second time', async () => {
    const scene = await open()
    await scene.promote([scene.release(1)])
    scene.forget()

    const again = await scene.promote([scene.release(1)])

    expect(again).toEqual([
      `staging: nothing, ${ONE} serves`,
      `production: unchanged, ${ONE} waits for approval`,
    ])
    expect(scene.place.writes()).toEqual([])
  })

  it('takes the place of an older one in the same pull request', async () => {
    const scene = await open()
    await scene.promote([scene.release(1)])
    const before = await pulls(scene, 'production')

    expect(await scene.promote([scene.release(2)])).toEqual([
      `staging: merged, ${TWO} was merged`,
      `production: updated, ${TWO} waits for approval (a newer release took its place)`,
    ])
    const after = await pulls(scene, 'production')
    expect(after.open?.number).toBe(before.open?.number)
    expect(after.open?.title).toContain(TWO)
    expect(after.closed).toEqual([])
  })

  it('is not proposed again once somebody closed it; a newer one is', async () => {
    const scene = await open()
    await scene.promote([scene.release(1)])
    const { open: pull } = await pulls(scene, 'production')
    await (await scene.access()).repository.pullRequests!.close(pull!.number)

    const [, production] = await scene.promote([scene.release(1)])

    expect(production).toBe(
      `production: waits, its promotion, pull request ${pull!.number}, was closed unmerged`,
    )
    expect((await scene.promote([scene.release(2)]))[1]).toBe(
      `production: proposed, ${TWO} waits for approval`,
    )
  })

  it('is left alone, with one comment, once a person pushed to its branch', async () => {
    const scene = await open()
    await scene.promote([scene.release(1)])
    const branch = `assay/promote/production/${scene.model}`
    const pushed = await scene.place.push(branch, { 'README.md': 'mine\n' })
    const { open: pull } = await pulls(scene, 'production')

    const first = await scene.promote([scene.release(2)])
    await scene.promote([scene.release(3)])

    expect(first[1]).toMatch(/^production: left_alone, /)
    expect(await scene.place.head(branch)).toBe(pushed)
    expect(await scene.comments(pull!.number)).toEqual([
      expect.stringMatching(/^Somebody pushed to this branch/),
    ])
    expect((await pulls(scene, 'production')).open?.status).toMatchObject({ state: 'failure' })
  })

  it('whose champion changed meanwhile is withdrawn and proposed anew, and stays pending until it is weighed', async () => {
    const config =
      'path: apps/{model}/overlays/{environment}\ntarget: kustomize\noptions: { image: "{model}", registries: [registry.example/acme/] }\nenvironments:\n  production: {}\n'
    const scene = await open(config)
    const [one, two, three] = [1, 2, 3].map(number => scene.release(number))
    await scene.promote([one!])
    const first = await pulls(scene, 'production')
    await (await scene.access()).repository.pullRequests!.merge(first.open!.number, first.open!.head)
    await scene.promote([{ ...three!, weighed: { against: 'champion', commit: one!.commit } }])
    expect((await pulls(scene, 'production')).open?.status).toMatchObject({ state: 'success' })
    // Somebody deploys another one by hand.
    const record = `apps/${scene.model}/overlays/production/model-release.yaml`
    const { renderRelease } = await import('../../src/core/release/record-file.ts')
    await scene.place.push(scene.place.base, { [record]: renderRelease(two!) })

    const [after] = await scene.promote()

    expect(after).toBe(
      `production: updated, ${THREE} waits for approval (what serves there has changed: the verdict was withdrawn); not weighed against what serves there`,
    )
    const { open: pull } = await pulls(scene, 'production')
    expect(pull?.status).toEqual({ state: 'pending', description: `to be weighed against ${TWO}` })
    expect(await scene.promote()).toEqual([
      `production: unchanged, ${THREE} waits for approval; not weighed against what serves there`,
    ])
    expect((await pulls(scene, 'production')).open?.status).toMatchObject({ state: 'pending' })

    // Somebody weighs the two, once: that stands in the commit, and counts until one of them changes.
    const weighed = result({
      model: scene.model,
      candidate: { ...result().candidate, commit: three!.commit },
      champion: { ...result().candidate, commit: two!.commit },
      verdict: 'pass',
    })
    expect(await scene.promote([], { result: weighed })).toEqual([
      `production: updated, ${THREE} waits for approval (weighed against what serves there)`,
    ])
    for (const options of [{ result: weighed }, {}]) {
      expect(await scene.promote([], options)).toEqual([`production: unchanged, ${THREE} waits for approval`])
      expect((await pulls(scene, 'production')).open?.status).toMatchObject({
        state: 'success',
        description: expect.stringMatching(/^pass: sha256:/),
      })
    }
    expect((await pulls(scene, 'production')).open?.body).not.toContain('Not weighed')
  })

  it('held by a freeze says so in the status of its pull request', async () => {
    const freeze = 'freeze: [{ from: 2026-06-01, to: 2026-06-02, reason: audit }]'
    const config = (more: string) =>
      `path: apps/{model}/overlays/{environment}\ntarget: kustomize\noptions: { image: "{model}", registries: [registry.example/acme/] }\n${more}\nenvironments:\n  production: {}\n`
    const scene = await open(config(''))
    await scene.promote([scene.release(1)])
    await scene.place.push(scene.place.base, { 'assay-deploy.yml': config(freeze) })

    expect(await scene.promote()).toEqual(['production: waits, freeze (audit) until 2026-06-03 00:00 UTC'])
    expect((await pulls(scene, 'production')).open?.status).toEqual({
      state: 'pending',
      description: 'freeze (audit) until 2026-06-03 00:00 UTC',
    })
  })
})

describeOnce('a release on GitHub', () => {
  it('takes at most ten calls, labels, reviewers, status and merge among them', async () => {
    const config =
      'path: apps/{model}/overlays/{environment}\ntarget: kustomize\noptions: { image: "{model}", registries: [registry.example/acme/] }\nlabels: [promotion]\nreviewers: [maintainer]\nenvironments:\n  staging: { merge: auto }\n  production: {}\n'
    const scene = await deploys.onGithub(github, config)
    github.forget()

    await scene.promote([scene.release(1)], { environment: 'staging' })
    const calls = github.requests.map(
      ({ method, path }) => `${method} ${path.replace(/[0-9a-f]{40}/, 'SHA').replace(/\d+/g, 'N')}`,
    )
    const first = calls.slice(0, calls.findIndex(call => call.includes('/merge')) + 1)

    expect(first).toEqual([
      'POST /graphql Head',
      'POST /graphql Look',
      'POST /repos/octo/model/git/trees',
      'POST /repos/octo/model/git/commits',
      'POST /graphql Move',
      'POST /repos/octo/model/pulls',
      'POST /repos/octo/model/issues/N/labels',
      'POST /repos/octo/model/pulls/N/requested_reviewers',
      'POST /repos/octo/model/statuses/SHA',
      'PUT /repos/octo/model/pulls/N/merge',
    ])
  })
})

describeOnce('a release on plain git', () => {
  it('lands in staging; production waits on its branch', async () => {
    const scene = await deploys.onGit()

    expect(await scene.promote([scene.release(1)])).toEqual([
      `staging: merged, ${ONE} is on main`,
      `production: proposed, the branch assay/promote/production/${scene.model} waits to be merged`,
    ])
    expect(await scene.serving('staging')).toBe(ONE)
    expect(await scene.promote([scene.release(1)])).toEqual([
      `staging: nothing, ${ONE} serves`,
      `production: unchanged, ${ONE} waits for approval`,
    ])
  })

  it('that was weighed against something else says so, also the next time', async () => {
    const scene = await deploys.onGit(
      DEPLOY.replace('  staging: { merge: auto }\n', '').replace('{ after: staging }', '{}'),
    )
    await scene.promote([scene.release(1)])
    const branch = `assay/promote/production/${scene.model}`
    scene.place.pushNow!('main', (await scene.place.head(branch))!)
    const two = scene.release(2, { weighed: { against: 'base', commit: 'f'.repeat(40) } })

    expect(await scene.promote([two])).toEqual([
      `production: updated, the branch ${branch} waits to be merged; not weighed against what serves there`,
    ])
    expect(await scene.promote([two])).toEqual([
      `production: unchanged, ${TWO} waits for approval; not weighed against what serves there`,
    ])
  })

  it('serves once somebody has merged its branch, which goes then', async () => {
    const scene = await deploys.onGit()
    await scene.promote([scene.release(1)])
    const branch = `assay/promote/production/${scene.model}`
    const head = await scene.place.head(branch)
    scene.place.pushNow!('main', head!)

    await scene.promote()

    expect(await scene.serving('production')).toBe(ONE)
  })
})

describeOnce('assay promote', () => {
  const names = (
    scene: DeployScene,
    change: { model?: string; environment?: string; 'release-hold'?: boolean },
  ) =>
    run(scene.context, {
      config: 'assay.yml',
      model: undefined,
      environment: undefined,
      output: 'assay-result',
      hold: false,
      reason: undefined,
      'release-hold': false,
      'deploy-repo': 'deploy',
      'deploy-branch': scene.place.base,
      'dry-run': false,
      ...change,
    })

  it('takes no name that is nowhere for one with nothing to do', async () => {
    const scene = await deploys.onGit()
    await scene.promote([scene.release(1)])

    await expect(names(scene, { model: 'chrun' })).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' })
    await expect(names(scene, { environment: 'prodution' })).rejects.toMatchObject({
      code: 'ENVIRONMENT_UNKNOWN',
      problems: [{ fix: 'did you mean `production`?' }],
    })
  })

  it('says what is there where one place was asked about, and counts the others', async () => {
    const scene = await deploys.onGit()
    const { model } = scene
    await scene.promote([scene.release(1)])

    expect((await names(scene, { model, environment: 'staging' })).text).toBe(
      `· ${model} in staging: ${ONE} serves`,
    )
    expect((await names(scene, { model, environment: 'staging', 'release-hold': true })).text).toBe(
      `· ${model} in staging: there is no hold`,
    )
    expect((await names(scene, {})).text).toBe(
      `⏳ ${model} in production: ${ONE} waits for approval\nNothing to do for ${model} in staging.`,
    )
  })

  it('starts git as often as there is something new to ask', async () => {
    const scene = await deploys.onGit(DEPLOY.replace('{ after: staging }', '{ after: staging, merge: auto }'))
    const { model } = scene
    await scene.promote([scene.release(1)], { environment: 'staging' })
    const commands = startsOf(scene)

    expect((await names(scene, { model, environment: 'production' })).text).toContain('is on main')

    expect(commands()).toEqual([
      // The branch, its commit and the configuration.
      ...['ls-remote', 'fetch', 'cat-file', 'ls-tree', 'fetch', 'cat-file'],
      // All branches, what stands there and stood there.
      ...['ls-remote', 'fetch', 'ls-tree', 'log', 'fetch', 'cat-file'],
      // Whether a branch moved while it was decided, and the commit.
      ...['ls-remote', 'ls-tree', 'cat-file', 'push'],
    ])
  })

  it('fetches nothing that it has written itself', async () => {
    const scene = await deploys.onGit(DEPLOY.replace('{ after: staging }', '{ after: staging, merge: auto }'))
    const commands = startsOf(scene)

    expect(await scene.promote([scene.release(1)])).toEqual([
      `staging: merged, ${ONE} is on main`,
      `production: merged, ${ONE} is on main`,
    ])

    const all = commands()
    expect(all.slice(all.indexOf('push'))).toEqual([
      'push',
      ...['ls-remote', 'cat-file', 'ls-tree', 'cat-file', 'ls-remote', 'ls-tree', 'log', 'cat-file'],
      ...['ls-remote', 'ls-tree', 'cat-file', 'push'],
    ])
  })

  it('names the release in every line', async () => {
    const scene = await deploys.onGit(DEPLOY.replace('{ after', '{ soak: 90d, after'))
    const { model } = scene
    await scene.promote([scene.release(1)])

    expect((await names(scene, { model, environment: 'production' })).text).toMatch(
      new RegExp(`^⏳ ${model} in production: ${ONE}: soak in staging until `),
    )
  })
})

describeOnce('a second repository with a model of the same name', () => {
  const OTHER = { repository: 'https://forge.example/mallory/churn' }

  it('releases nothing: not beside what serves, not in an open pull request, and it is told', async () => {
    const scene = await deploys.onGithub(github)
    await scene.promote([scene.release(1)])
    github.forget()

    const [staging, production] = await scene.promote([scene.release(2, OTHER)])

    expect(staging).toMatch(
      /^staging: rejected, refused: released by https:\/\/forge\.example\/mallory\/churn, and only .* may \(`from` in assay-deploy\.yml\)$/,
    )
    expect(production).toMatch(/^production: unchanged, 2026-05-01-0000001 waits for approval/)
    expect(scene.place.writes()).toEqual([])
  })

  it('cannot let itself in: a new model waits for a person, also with `merge: auto`', async () => {
    const config = `path: apps/{model}/overlays/{environment}\ntarget: kustomize\nfrom: mallory/churn\noptions: { image: '{model}', registries: [registry.example/acme/] }\nenvironments:\n  staging: { merge: auto }\n`
    const scene = await deploys.onGithub(github, config, ['staging'])

    expect(await scene.promote([scene.release(1, OTHER)])).toEqual([
      'staging: proposed, 2026-05-01-0000001 waits for approval',
    ])
    expect(await scene.promote()).toEqual(['staging: unchanged, 2026-05-01-0000001 waits for approval'])
    expect(await scene.serving('staging')).toBeUndefined()
  })
})
