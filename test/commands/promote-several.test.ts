import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CommandResult } from '../../src/commands/command/context.ts'
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

  it('CC-007: a run that our own push starts writes nothing, in 100 rounds', async () => {
    const scene = await begin()
    await promote(scene, scene.model)
    github.forget()

    for (let round = 0; round < 100; round++) await scene.promote()

    expect(scene.place.writes()).toEqual([])
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
