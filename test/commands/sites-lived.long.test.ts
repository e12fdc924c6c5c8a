import { describe, expect, it } from 'vitest'
import { run as runPromote } from '../../src/commands/promote.ts'
import { run as runRetire } from '../../src/commands/retire.ts'
import { run as runRollback } from '../../src/commands/rollback.ts'
import { run as runVerify } from '../../src/commands/verify.ts'
import type { DeployPlace } from '../forges/deploy-places.ts'
import { useArgoCd } from '../support/argocd.ts'
import { REPOSITORY, SECOND, useGithub } from '../support/emulator.ts'
import { useGitlab } from '../support/gitlab.ts'
import { synchronise } from '../support/synchronised.ts'
import { type Apart, releaseOf, useApart } from './apart.ts'
import { useDeploys } from './deploys.ts'

/** What follows a promotion where production stands elsewhere: it is live, held, taken back, and retired in the end. */

const github = useGithub()
const gitlab = useGitlab()
const argo = useArgoCd()
const deploys = useDeploys()
const apart = useApart({ github, gitlab, deploys })

const [ONE, TWO] = ['2026-05-01-0000001', '2026-05-02-0000002']
const MORE = () => `argocd: { server: '${argo.url}', project: ml }\n`
const ENV = () => ({ ARGOCD_AUTH_TOKEN: argo.token, ARGOCD_SERVER: argo.url })

/** Argo CD has brought what stands in a place into the cluster. */
async function live(scene: Apart, environment: 'staging' | 'production', number: number) {
  const where = environment === 'staging' ? 'home' : 'production'
  const { context, addresses } = scene
  const access = await context.openDeploy(addresses[where])
  const revision = (await scene[where].head(scene[where].base))!
  synchronise(argo, releaseOf(number), { environment, repository: access.webUrl!, revision }, application => {
    application.spec.source.path = 'apps/churn'
    application.status.sync.comparedTo.source.path = 'apps/churn'
  })
  await access.close()
}

function commandsOf({ context, options }: Apart) {
  const told = { config: 'assay.yml', 'dry-run': false, ...options }
  const place = { model: 'churn', environment: 'production' }
  return {
    verify: (environment?: string, model?: string) =>
      runVerify(context, {
        ...{ ...told, model, environment, release: undefined, timeout: 1, 'no-wait': true },
      }),
    move: () =>
      runPromote(context, {
        ...{ ...told, model: 'churn', environment: undefined, output: '.assay' },
        ...{ hold: false, 'release-hold': false, reason: undefined },
      }),
    hold: (change: { hold?: true; 'release-hold'?: true; reason?: string }) =>
      runPromote(context, {
        ...{ ...told, ...place, output: '.assay', hold: false, 'release-hold': false, reason: undefined },
        ...change,
      }),
    rollback: () => runRollback(context, { ...told, ...place, to: undefined, reason: 'it is slow' }),
    retire: () => runRetire(context, { ...told, model: 'churn', reason: 'no longer sold' }),
  }
}

/** In which environments the repository of a place was told that something is live. */
function toldIn({ project }: DeployPlace, repository: string): string[] {
  if (project) return gitlab.double.state().projects[project]!.deployments.map(one => one.environment)
  return github.deployments.filter(one => one.repository === repository).map(one => one.environment)
}

describe.each([
  ['another repository on GitHub', apart.onGithub, SECOND],
  ['another project on GitLab', apart.onGitlab, ''],
  ['another branch', apart.onBranch, REPOSITORY],
])('production in %s', (name, open, repository) => {
  it('is verified, held, taken back and retired there', async () => {
    const scene = await open({ more: MORE(), env: ENV() })
    const { verify, move, hold, rollback, retire } = commandsOf(scene)
    const { production, there, approve, promote } = scene
    await promote([releaseOf(1)])
    await live(scene, 'staging', 1)
    await move()
    await approve()

    await live(scene, 'production', 2)
    const waiting = await verify()
    expect(waiting.text).toMatch(/^❌ 1 not live: churn in production, 1 live$/m)
    await live(scene, 'production', 1)
    const well = await verify()
    expect([well.exitCode, well.text!.split('\n')[0]]).toEqual([0, '✅ 2 live'])
    expect(toldIn(production, repository)).toContain('production')
    if (name !== 'another branch') expect(toldIn(scene.home, REPOSITORY)).not.toContain('production')
    expect((await verify('production', 'churn')).text).toMatch(/^✅ churn .* in production: live$/m)

    await promote([releaseOf(2)])
    await live(scene, 'staging', 2)
    await move()
    await approve()
    expect(await there()).toMatchObject({ version: TWO, isHeld: false })
    // Nobody said that it was live: what was before it was.
    const back = await rollback()
    expect(back.text).toContain(ONE)
    await approve()
    expect(await there()).toEqual({ version: ONE, digest: releaseOf(1).image!.digest, isHeld: true })
    await promote([releaseOf(3)])
    await live(scene, 'staging', 3)
    expect((await move()).text).toMatch(/ churn in production: .*it is slow/)

    await hold({ 'release-hold': true })
    await approve('assay/release-hold/production/churn')
    expect((await there()).isHeld).toBe(false)
    await hold({ hold: true, reason: 'the audit' })
    await approve('assay/hold/production/churn')
    expect((await there()).isHeld).toBe(true)
    expect(await scene.home.branches('assay/hold/')).toEqual(
      name === 'another branch' ? ['assay/hold/production/churn'] : [],
    )

    expect((await retire()).text.match(/^➕ churn in /gm)).toHaveLength(2)
    await approve('assay/retire/churn', 'home')
    await approve('assay/retire-in/production/churn')
    expect(await there()).toEqual({ digest: releaseOf(1).image!.digest, isHeld: false })
    await retire()
    expect([...(await scene.home.branches('assay/')), ...(await production.branches('assay/'))]).toEqual([])
    expect((await retire()).text).toBe('· churn: nothing of it is left to take away')
  })
})
