import { describe, expect, it } from 'vitest'
import { run as inventory } from '../../src/commands/inventory.ts'
import type { InventoryRow } from '../../src/core/promotion/inventory.ts'
import { useGithub } from '../support/emulator.ts'
import { DEPLOY, type DeployScene, useDeploys } from './deploys.ts'

const github = useGithub()
const deploys = useDeploys()

const HOUR = 3_600_000
const [ONE, TWO] = ['2026-05-01-0000001', '2026-05-02-0000002']

async function rows({ context, place, model }: DeployScene): Promise<InventoryRow[]> {
  const asked = { config: 'assay.yml', 'deploy-repo': 'x', 'deploy-branch': place.base }
  return (await inventory(context, { ...asked, environment: undefined, model, format: 'json' }))
    .json as InventoryRow[]
}

describe('an older promotion that is open', () => {
  it('does not hide why the newer release waits, nor that its own release was superseded', async () => {
    const scene = await deploys.onGithub(
      github,
      DEPLOY.replace('after: staging', 'after: staging, soak: 24h'),
    )
    const began = Date.now()
    let now = began
    scene.context.now = () => now
    await scene.promote([scene.release(1)])
    now = began + 25 * HOUR
    await scene.promote([scene.release(1)])
    // Commits are made by the clock of the machine: neither release has soaked by this one.
    now = began + HOUR
    await scene.promote([scene.release(2)])

    const [, production] = await scene.promote([scene.release(2)])

    const superseded = `no longer in staging (release ${TWO} is there)`
    const waits = `; the newer ${TWO} waits: soak in staging until `
    expect(production).toContain(`production: waits, ${superseded}${waits}`)
    expect(scene.lastStatus('assay/promotion')!.description).toBe(superseded)
    const [, row] = await rows(scene)
    const { waits: words = '' } = row!
    expect(words.replace(/\d+;/, 'N;')).toContain(`${ONE}: ${superseded}, pull request N${waits}`)
  })

  it('that waits for approval says why the newer one does not take its place', async () => {
    const both = DEPLOY.replace('merge: auto', 'merge: auto, verdicts: [pass, fail]')
    const scene = await deploys.onGithub(github, both)
    await scene.promote([scene.release(1)])
    const second = scene.release(2, { verdict: 'fail' })
    await scene.promote([second])

    const [, production] = await scene.promote([second])

    const waits = `; the newer ${TWO} waits: verdict fail, needed: pass`
    expect(production).toBe(`production: unchanged, ${ONE} waits for approval${waits}`)
    expect((await rows(scene))[1]!.waits).toMatch(new RegExp(`^${ONE} waits for approval, .*${waits}$`))
  })
})
