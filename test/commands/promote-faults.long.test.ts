import { describe, expect, it } from 'vitest'
import { promotionsResult } from '../../src/commands/deploy/write/promotions-result.ts'
import { run as runPromote } from '../../src/commands/promote.ts'
import { AssayError } from '../../src/core/errors/errors.ts'
import { renderError } from '../../src/core/text/error-text.ts'
import { REPOSITORY, useGithub } from '../support/emulator.ts'
import type { Fault } from '../support/faults.ts'
import { type DeployScene, useDeploys } from './deploys.ts'

/** What a person sees when a call of a promotion fails, and that running again puts it right. The whole matrix is in `forges`. */

const github = useGithub()
const deploys = useDeploys()

const CONFIG = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
labels: [promotion]
reviewers: [maintainer]
environments:
  staging: { merge: auto }
  production: { after: staging }
`
const ONE = '2026-05-01-0000001'

/** Each call, and how it is named in the error. Reads are needed before anything is done. */
const CALLS: { name: string; path: RegExp; method?: string; named: string; note?: true }[] = [
  { name: 'head', path: /^\/graphql Head$/, named: '/graphql(Head)' },
  { name: 'look', path: /^\/graphql Look$/, named: '/graphql(Look)' },
  { name: 'tree', path: /\/git\/trees$/, named: '/git/trees' },
  { name: 'commit', path: /\/git\/commits$/, named: '/git/commits' },
  { name: 'move', path: /^\/graphql Move$/, named: '/graphql(Move)' },
  { name: 'creation', path: /\/pulls$/, method: 'POST', named: '/pulls' },
  { name: 'labels', path: /\/labels$/, named: '/labels', note: true },
  { name: 'reviewers', path: /\/requested_reviewers$/, named: '/requested_reviewers', note: true },
  { name: 'status', path: /\/statuses\//, named: '/statuses/' },
  { name: 'merge', path: /\/merge$/, method: 'PUT', named: '/merge' },
]
const FAULTS: Fault[] = [503, 'html', 'redirect']

async function pulls({ model, place, access }: DeployScene, environment: string) {
  const { repository } = await access()
  return repository.pullRequests!.ofBranch(`assay/promote/${environment}/${model}`, place.base)
}

describe.each(CALLS)('a release while $name fails', ({ path, method, named, note }) => {
  it.each(FAULTS)('(%s) says so, claims nothing, and is right after the next run', async fault => {
    const scene = await deploys.onGithub(github, CONFIG)
    github.fail({ path, ...(method && { method }), fault })

    const failed = await scene.promote([scene.release(1)]).catch((error: unknown) => error)
    github.forget()
    const servedMeanwhile = await scene.serving('staging')
    const healed = await scene.promote([scene.release(1)])
    github.forget()
    const again = await scene.promote([scene.release(1)])

    if (!note) {
      expect(failed).toBeInstanceOf(AssayError)
      expect(renderError(failed as AssayError)).toContain(named)
      expect(servedMeanwhile).toBeUndefined()
      expect(healed[0]).toBe(`staging: merged, ${ONE} was merged`)
    }
    expect(again).toEqual([
      `staging: nothing, ${ONE} serves`,
      `production: unchanged, ${ONE} waits for approval`,
    ])
    expect(scene.place.writes()).toEqual([])
    const staging = await pulls(scene, 'staging')
    expect([staging.open, staging.closed.length]).toEqual([undefined, 1])
    expect(github.statuses.filter(({ sha }) => sha === staging.closed[0]!.head)).toHaveLength(1)
    expect(await scene.serving('staging')).toBe(ONE)
  })
})

describe('what was done before a call failed', () => {
  it('is said in the error: staging was merged, production was not proposed', async () => {
    const scene = await deploys.onGithub(github, CONFIG)
    github.fail({ method: 'POST', path: /\/pulls$/, fault: 502, after: 1 })

    const error = (await scene.promote([scene.release(1)]).catch((thrown: unknown) => thrown)) as AssayError

    expect(renderError(error)).toContain('[POST] /repos/octo/model/pulls: 502')
    expect(error.worked).toContain(`staging: ${ONE} was merged`)
    expect(error.worked).toContain(`the branch assay/promote/production/${scene.model} holds the commit`)
  })

  it('is shown as notes where labels or reviewers were refused', async () => {
    const scene = await deploys.onGithub(github, CONFIG)
    github.fail({ path: /\/labels$/, fault: 422 })
    const place = {
      address: { kind: 'git' as const, url: 'x', namedBy: 'job' as const },
      name: 'deploy',
      branch: scene.place.base,
    }
    const { promoteModel } = await import('../../src/commands/deploy/promote/promote-model.ts')

    const outcomes = await promoteModel(scene.context, await scene.access(), place, {
      model: scene.model,
      candidates: [scene.release(1)],
      dryRun: false,
    })

    const { exitCode, text } = promotionsResult(outcomes, place)
    expect(exitCode).toBe(0)
    expect(text).toContain('labels promotion: [POST] /repos/octo/model/issues/')
  })

  it('keeps no other model waiting when the forge is gone: the rest is said not to have been looked at', async () => {
    const scene = await deploys.onGithub(github, CONFIG)
    const other = { ...scene.release(1), model: `${scene.model}-b` }
    await scene.promote([scene.release(1)])
    const { renderRelease } = await import('../../src/core/release/record-file.ts')
    const record = `apps/${other.model}/overlays/staging/model-release.yaml`
    await scene.place.push(scene.place.base, { [record]: renderRelease(other) })
    github.fail({ path: /^\/graphql Look$/, fault: 503 })

    const { exitCode, text } = await runPromote(scene.context, {
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

    expect(exitCode).toBe(2)
    expect(text).toMatch(/\d+ more models? (was|were) not looked at/)
    expect(text).toContain('/graphql(Look): 503')
  })
})
