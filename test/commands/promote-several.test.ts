import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CommandResult } from '../../src/commands/command/context.ts'
import { remoteLedger } from '../../src/commands/deploy/ledger/remote.ts'
import { ledgerRows } from '../../src/commands/deploy/ledger/rows.ts'
import { promoteModels } from '../../src/commands/deploy/promote/promote-models.ts'
import { findDeployBranch } from '../../src/commands/deploy/read/deploy-branch.ts'
import { promotionsResult } from '../../src/commands/deploy/write/promotions-result.ts'
import { run as runPromote } from '../../src/commands/promote.ts'
import { run as runRollback } from '../../src/commands/rollback.ts'
import { renderRelease } from '../../src/core/release/record-file.ts'
import { REPOSITORY, useGithub } from '../support/emulator.ts'
import { testFolder } from '../support/git-repository.ts'
import { withManifests } from '../support/manifests.ts'
import { type DeployScene, deployFiles, useDeploys } from './deploys.ts'

const github = useGithub()
const deploys = useDeploys()
const { folder, remove } = testFolder()

afterAll(remove)

const CONFIG = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  staging: {}
  production-eu: { after: staging }
  production-us: { after: staging }
`
const ENVIRONMENTS = ['staging', 'production-eu', 'production-us']
const ONE = '2026-05-01-0000001'

function promote(scene: DeployScene, model?: string, environment?: string): Promise<CommandResult> {
  return runPromote(scene.context, {
    config: 'assay.yml',
    model,
    environment,
    output: 'assay-result',
    hold: false,
    reason: undefined,
    'release-hold': false,
    'deploy-repo': REPOSITORY,
    'deploy-branch': scene.place.base,
    'dry-run': false,
  })
}

/** A scene where release 1 serves in staging, of two models. */
async function begin(): Promise<DeployScene & { other: string }> {
  const scene = await deploys.onGithub(github, CONFIG, ENVIRONMENTS)
  const other = `${scene.model}-other`
  const { 'assay-deploy.yml': _, ...files } = deployFiles(other, CONFIG, ENVIRONMENTS)
  const served = withManifests({
    [`apps/${other}/overlays/staging/model-release.yaml`]: renderRelease({
      ...scene.release(1),
      model: other,
    }),
    [`apps/${scene.model}/overlays/staging/model-release.yaml`]: renderRelease(scene.release(1)),
  })
  await scene.place.push(scene.place.base, { ...files, ...served })
  return Object.assign(scene, { other })
}

describe('assay promote', () => {
  it('says that there is no such model or environment, and which was meant', async () => {
    const scene = await begin()

    await expect(promote(scene, `${scene.model}x`)).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
      problems: [{ fix: expect.stringContaining('did you mean') }],
    })
    await expect(promote(scene, undefined, 'production-ue')).rejects.toMatchObject({
      code: 'ENVIRONMENT_UNKNOWN',
      problems: [{ fix: 'did you mean `production-eu`?' }],
    })
    for (const name of ['../x', 'a/b', '', '.git'])
      await expect(promote(scene, name)).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' })
    expect(scene.place.writes()).toEqual([])
  })

  it('writes to the environment that is asked for, and to no other', async () => {
    const scene = await begin()

    const { text } = await promote(scene, scene.model, 'production-us')

    expect(text).toMatch(new RegExp(`^➕ ${scene.model} in production-us: ${ONE} waits for approval`))
    const branches = await scene.place.branches('assay/promote/')
    expect(branches.filter(name => name.endsWith(`/${scene.model}`))).toEqual([
      `assay/promote/production-us/${scene.model}`,
    ])
  })

  it('goes on with the other environments and models where one has broken manifests', async () => {
    const scene = await begin()
    const broken = `apps/${scene.model}/overlays/production-eu/kustomization.yaml`
    await scene.place.push(scene.place.base, {
      [broken]: '<<<<<<< ours\nimages: []\n=======\n>>>>>>> theirs\n',
    })

    const { exitCode, text, json } = await promote(scene)

    expect(exitCode).toBe(2)
    const branches = await scene.place.branches('assay/promote/')
    expect(branches.filter(name => name.includes(scene.model)).sort()).toEqual([
      `assay/promote/production-eu/${scene.other}`,
      `assay/promote/production-us/${scene.model}`,
      `assay/promote/production-us/${scene.other}`,
    ])
    expect(text).toContain('kustomization.yaml')
    expect(text).toContain(`What still worked: production-us: ${ONE} waits for approval`)
    expect((json as { problems: unknown[] }).problems).toHaveLength(1)
  })

  it('goes on with the other models where a result is cut off, and proposes nothing on its word', async () => {
    const scene = await begin()
    const at = `assay-result/${scene.model}/result.json`
    mkdirSync(dirname(join(folder, at)), { recursive: true })
    writeFileSync(join(folder, at), '{"schema": 1, "verdict": "fai')

    const { exitCode, text, json } = await promote({ ...scene, context: { ...scene.context, folder } })

    expect(exitCode).toBe(2)
    const branches = await scene.place.branches('assay/promote/')
    expect(branches.filter(name => name.includes(scene.model)).sort()).toEqual([
      `assay/promote/production-eu/${scene.other}`,
      `assay/promote/production-us/${scene.other}`,
    ])
    expect(text).toContain(`${at} is not a result of Assay`)
    expect(text).toContain('write it again with `assay evaluate`')
    expect(json).toMatchObject({
      problems: [{ code: 'RESULT_INVALID', problems: [{ where: { file: at } }] }],
    })
  })

  it.each([
    ['in batches', true],
    ['one after the other', false],
  ])(
    'goes on with the other models where it meets a fault of ours at one, %s, and asks to report it',
    async (_, isBatched) => {
      const scene = await begin()
      const access = await scene.access()
      const { snapshots: __, ...plain } = access.repository
      const repository = isBatched ? access.repository : plain
      const deploy = await findDeployBranch(scene.context, {
        ...{ 'deploy-repo': REPOSITORY, 'deploy-branch': scene.place.base, config: 'assay.yml' },
      })
      const models = [scene.model, scene.other]

      const { carriedOut, problems } = await promoteModels(
        scene.context,
        { ...access, repository },
        deploy,
        models,
        model => ({
          ...{ model, dryRun: false },
          onFacts: async () => {
            if (model === scene.model) throw new TypeError('nothing of\u0007 that name')
          },
        }),
      )

      expect(carriedOut.map(({ model, action }) => `${model} ${action}`)).toEqual([
        `${scene.other} nothing`,
        `${scene.other} proposed`,
        `${scene.other} proposed`,
      ])
      const { exitCode, text = '' } = promotionsResult(carriedOut, deploy, problems)
      expect(exitCode).toBe(2)
      expect(text).toContain(`A fault of Assay at ${scene.model}\n  a fault of Assay, TypeError: nothing of`)
      expect(text).toContain(
        `fix: Please report it, with what the command prints with --debug for ${scene.model} alone: http`,
      )
      expect(text).not.toContain('\u0007')
    },
  )

  it('does not go on where somebody has stopped the run', async () => {
    const scene = await begin()
    const access = await scene.access()
    const stop = new AbortController()
    const deploy = await findDeployBranch(scene.context, {
      ...{ 'deploy-repo': REPOSITORY, 'deploy-branch': scene.place.base, config: 'assay.yml' },
    })
    const seen: string[] = []
    const context = { ...scene.context, signal: stop.signal }

    const run = promoteModels(context, access, deploy, [scene.model, scene.other], model => ({
      ...{ model, dryRun: false },
      onFacts: async () => {
        seen.push(model)
        stop.abort(new Error('enough'))
        throw new TypeError('cut off')
      },
    }))

    await expect(run).rejects.toThrow('enough')
    expect(seen).toHaveLength(1)
  })

  it('CC-007: a run that our own push starts writes nothing, in 100 rounds', async () => {
    const scene = await begin()
    await promote(scene, scene.model)
    github.forget()

    for (let round = 0; round < 100; round++) await scene.promote()

    expect(scene.place.writes()).toEqual([])
  })
})

describe('the inventory', () => {
  it('says of one model that a fault of ours was met there, and of the others what it always says', async () => {
    const scene = await begin()
    const at = (model: string) => `apps/${model}/overlays/staging/kustomization.yaml`
    const changed = 'images: [{ name: elsewhere, newTag: "1" }]\n'
    await scene.place.push(scene.place.base, { [at(scene.model)]: changed, [at(scene.other)]: changed })
    const { repository } = await scene.access()
    const ledger = await remoteLedger({
      access: { repository, close: async () => {} },
      deploy: { address: { kind: 'git', url: 'x', namedBy: 'job' }, name: 'x', branch: scene.place.base },
    })
    const past = {
      fileHistory: (...[commit, paths, most]: Parameters<typeof repository.fileHistory>) => {
        if (paths.includes(at(scene.model))) throw new TypeError('no such thing')
        return ledger.past.fileHistory(commit, paths, most)
      },
    }

    const { rows } = await ledgerRows({ ...ledger, past }, Date.now())
    const told = (model: string) => {
      return rows.find(row => row.model === model && row.environment === 'staging')!.manifests
    }

    expect(told(scene.model)).toMatchObject({
      kind: 'unknown',
      reason:
        'a fault of Assay, TypeError: no such thing; please report it, with what `assay verify --debug` prints',
    })
    expect(told(scene.other)?.kind).toMatch(/by_hand|unknown/)
    expect(JSON.stringify(told(scene.other))).not.toContain('fault')
  })
})

describe('names that are none', () => {
  let scene: DeployScene
  beforeAll(async () => {
    scene = await begin()
  })

  it.each(['../x', 'a/../../b', '/etc', 'A B', '-x'])('%j is refused by a rollback', async model => {
    const asked = runRollback(scene.context, {
      config: 'assay.yml',
      model,
      environment: 'staging',
      to: undefined,
      reason: undefined,
      'deploy-repo': REPOSITORY,
      'deploy-branch': scene.place.base,
      'dry-run': false,
    })

    await expect(asked).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' })
  })
})
