import { describe, expect, it } from 'vitest'
import type { DeployAccess } from '../../src/commands/command/context.ts'
import { run as runPromote } from '../../src/commands/promote.ts'
import { run as runRollback } from '../../src/commands/rollback.ts'
import { renderRelease } from '../../src/core/release/record-file.ts'
import type { DeployRepository } from '../../src/forges/deploy-repository.ts'
import { DEPLOY, type DeployScene, useDeploys } from './deploys.ts'

const deploys = useDeploys()

const [ONE, TWO] = ['2026-05-01-0000001', '2026-05-02-0000002']
const branchOf = ({ model }: DeployScene) => `assay/promote/production/${model}`
const recordOf = ({ model }: DeployScene) => `apps/${model}/overlays/production/model-release.yaml`

/** The scene, whose repository is another one for the calls that `change` gives. */
function through(
  scene: DeployScene,
  change: (repository: DeployRepository) => Partial<DeployRepository>,
): void {
  const { access } = scene
  const changed = async (): Promise<DeployAccess> => {
    const given = await access()
    return { ...given, repository: { ...given.repository, ...change(given.repository) } }
  }
  scene.access = changed
}

describe('a branch on plain git', () => {
  it('goes when what it proposes serves by other means', async () => {
    const scene = await deploys.onGit()
    await scene.promote([scene.release(1)])
    await scene.place.push('main', { [recordOf(scene)]: renderRelease(scene.release(1)) })

    expect((await scene.promote())[1]).toBe(
      `production: closed, ${ONE} serves there already, or something newer does`,
    )
    expect(await scene.place.branches('assay/')).toEqual([])
  })

  it('goes when somebody merged it, or a run was killed before it could take it away', async () => {
    const scene = await deploys.onGit()
    await scene.promote([scene.release(1)])
    scene.place.pushNow!('main', (await scene.place.head(branchOf(scene)))!)

    expect((await scene.promote())[1]).toBe(`production: nothing, ${ONE} serves`)
    expect(await scene.place.branches('assay/')).toEqual([])
  })

  it('that a person pushed to meanwhile is not taken away', async () => {
    const scene = await deploys.onGit()
    await scene.promote([scene.release(1)])
    await scene.place.push('main', { [recordOf(scene)]: renderRelease(scene.release(1)) })
    let theirs = ''
    const again = await scene.access()
    through(scene, repository => ({
      async snapshot(question) {
        const seen = await repository.snapshot!(question)
        theirs ||= await scene.place.push(branchOf(scene), { 'by-hand.txt': 'x' })
        return seen
      },
    }))

    await scene.promote()
    await again.close()

    expect(theirs).not.toBe('')
    expect(await scene.place.head(branchOf(scene))).toBe(theirs)
  })

  it('that a person pushed to is left alone, and the rollback says what stands in its way', async () => {
    const scene = await deploys.onGit()
    await scene.promote([scene.release(1)])
    scene.place.pushNow!('main', (await scene.place.head(branchOf(scene)))!)
    await scene.promote([scene.release(2)])
    const theirs = await scene.place.push(branchOf(scene), { 'by-hand.txt': 'x' })

    const [, left] = await scene.promote([scene.release(3)])
    const rollback = runRollback(scene.context, {
      ...WHERE,
      model: scene.model,
      environment: 'production',
      to: undefined,
      reason: undefined,
    })

    expect(left).toBe(`production: left_alone, somebody pushed to ${branchOf(scene)}: it is theirs now`)
    await expect(rollback).rejects.toMatchObject({ code: 'ROLLBACK_IMPOSSIBLE' })
    expect(await scene.place.head(branchOf(scene))).toBe(theirs)
  })
})

describe.each([
  ['proposes an older release', ['production']],
  ['is not there', []],
])('a branch on plain git that %s when a landing is decided', (_, before) => {
  it('holds it with what a person pushed there since', async () => {
    const scene = await deploys.onGit()
    await scene.promote([scene.release(1)], { environment: 'staging' })
    for (const environment of before) await scene.promote([], { environment })
    await scene.promote([scene.release(2)], { environment: 'staging' })
    const config = DEPLOY.replace('{ after: staging }', '{ after: staging, merge: auto }')
    const known = `models:\n  ${scene.model}: { from: [acme/late-flights] }\n`
    await scene.place.push('main', { 'assay-deploy.yml': `${config}${known}` })
    const main = await scene.place.head('main')
    let theirs = ''
    through(scene, repository => ({
      async snapshot(question) {
        const seen = await repository.snapshot!(question)
        const from = (await scene.place.head(branchOf(scene))) ?? main
        theirs ||= await scene.place.push(branchOf(scene), { 'by-hand.txt': 'x' }, { from })
        return seen
      },
    }))

    const [production] = await scene.promote([], { environment: 'production' })

    expect(theirs).not.toBe('')
    expect(production).toBe(
      `production: left_alone, ${branchOf(scene)} holds a commit that is not Assay's (${theirs.slice(0, 7)}); it stays as it is until somebody merges it, or deletes the branch to have it made anew`,
    )
    expect(await scene.place.head('main')).toBe(main)
    expect(await scene.place.head(branchOf(scene))).toBe(theirs)
  })
})

describe('CR-013: a run decides by one configuration', () => {
  it('and anew where it was changed before anything was written', async () => {
    const scene = await deploys.onGit()
    let changed = false
    through(scene, repository => ({
      async commitFiles(commit) {
        if (!changed && commit.branch === 'main') {
          changed = true
          const frozen = `${DEPLOY}freeze: [{ from: 2026-06-01, to: 2026-06-02, reason: audit }]\n`
          await scene.place.push('main', { 'assay-deploy.yml': frozen })
        }
        return repository.commitFiles(commit)
      },
    }))

    const [staging] = await scene.promote([scene.release(1)])

    expect(staging).toBe('staging: waits, freeze (audit) until 2026-06-03 00:00 UTC')
    expect(await scene.serving('staging')).toBeUndefined()
  })
})

it('a dry run writes nothing, whatever there is to do', async () => {
  const scene = await deploys.onGit()
  await scene.promote([scene.release(1)])
  scene.place.pushNow!('main', (await scene.place.head(branchOf(scene)))!)
  const before = [await scene.place.head('main'), await scene.place.branches('')]
  const none = () => {
    throw new Error('a dry run writes')
  }
  through(scene, () => ({ commitFiles: none, moveBranch: none }))

  const first = await scene.promote([scene.release(2)], { dryRun: true })
  await runPromote(scene.context, { ...WHERE, model: undefined, environment: undefined, ...REST })

  expect(first[0]).toMatch(/^staging: waits, would be proposed: Promote .* to staging$/)
  expect([await scene.place.head('main'), await scene.place.branches('')]).toEqual(before)
})

it('the newer of two releases of one commit is the one that was built last', async () => {
  const scene = await deploys.onGit()
  const other = { name: 'registry.example/acme/churn', digest: `sha256:${'b'.repeat(64)}` }
  await scene.promote([scene.release(1)])

  const rebuilt = scene.release(1, { image: other, created: '2026-05-01T10:00:00Z' })
  const [staging, production] = await scene.promote([rebuilt])

  expect(staging).toBe(`staging: merged, ${ONE} is on main`)
  expect(production).toMatch(/^production: updated, /)
  expect(await scene.read(`apps/${scene.model}/overlays/staging/kustomization.yaml`)).toContain(other.digest)
  expect(await scene.promote([scene.release(1)])).toEqual([
    `staging: nothing, ${ONE} serves`,
    `production: unchanged, ${ONE} waits for approval`,
  ])
  expect(TWO).not.toBe(ONE)
})

const WHERE = {
  config: 'assay.yml',
  'deploy-repo': 'https://git.example/acme/deploy.git',
  'deploy-branch': 'main',
  'dry-run': true,
} as const
const REST = { output: 'assay-result', hold: false, reason: undefined, 'release-hold': false } as const
