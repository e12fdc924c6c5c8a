import { describe, expect, it } from 'vitest'
import { run as runRollback } from '../../src/commands/rollback.ts'
import { REPOSITORY, useGithub } from '../support/emulator.ts'
import { type DeployScene, useDeploys } from './deploys.ts'

const github = useGithub()
const deploys = useDeploys()

const CONFIG = (more = '') => `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  production: {}
  after: { after: production${more} }
`
const [ONE, TWO] = ['2026-05-01-0000001', '2026-05-02-0000002']

const begin = (more?: string) => deploys.onGithub(github, CONFIG(more), ['production', 'after'])

async function pulls({ model, place, access }: DeployScene, environment = 'production') {
  const { repository } = await access()
  return repository.pullRequests!.ofBranch(`assay/promote/${environment}/${model}`, place.base)
}

async function mergeOpen(scene: DeployScene, method: 'merge' | 'squash' | 'rebase'): Promise<void> {
  const { open } = await pulls(scene)
  const merged = await (await scene.access()).repository.pullRequests!.merge(open!.number, open!.head, {
    method,
  })
  expect(merged.kind).toBe('merged')
}

const manifest = (scene: DeployScene) =>
  scene.read(`apps/${scene.model}/overlays/production/kustomization.yaml`)

function rollback({ context, model, place }: DeployScene) {
  return runRollback(context, {
    config: 'assay.yml',
    model,
    environment: 'production',
    to: undefined,
    reason: 'wrong',
    'deploy-repo': REPOSITORY,
    'deploy-branch': place.base,
    'dry-run': false,
  })
}

describe.each(['merge', 'squash', 'rebase'] as const)('promotions that a person merges by %s', method => {
  it('serve, go on, and are taken back to the very bytes; their branches may be gone', async () => {
    const scene = await begin()
    github.merging.deletesBranches = true
    await scene.promote([scene.release(1)])
    await mergeOpen(scene, method)
    const before = await manifest(scene)

    expect(await scene.promote([scene.release(1)])).toEqual([
      `production: nothing, ${ONE} serves`,
      `after: proposed, ${ONE} waits for approval`,
    ])
    await scene.promote([scene.release(2)])
    await mergeOpen(scene, method)
    expect(await scene.serving('production')).toBe(TWO)
    await rollback(scene)
    await mergeOpen(scene, method)

    expect(await scene.serving('production')).toBe(ONE)
    expect(await manifest(scene)).toBe(before)
  })

  it('soak from their merge on, also where a person pushed to the branch', async () => {
    const scene = await begin(', soak: 1h')
    await scene.promote([scene.release(1)])
    await scene.place.push(`assay/promote/production/${scene.model}`, { 'by-hand.txt': 'x' })
    const merged = Date.now() + 86_400_000
    github.merging.at = new Date(merged).toISOString()
    await mergeOpen(scene, method)

    scene.context.now = () => merged + 3_598_000
    const [, early] = await scene.promote()
    scene.context.now = () => merged + 3_602_000
    const [, soaked] = await scene.promote()

    expect(early).toMatch(/^after: waits, soak in production until /)
    expect(soaked).toBe(`after: proposed, ${ONE} waits for approval`)
  })
})

it('merges in a way that the repository allows', async () => {
  const config = CONFIG().replace('production: {}', 'production: { merge: auto }')
  const scene = await deploys.onGithub(github, config, ['production', 'after'])
  github.merging.ways = ['rebase']

  const [production] = await scene.promote([scene.release(1)])

  expect(production).toBe(`production: merged, ${ONE} was merged`)
})
