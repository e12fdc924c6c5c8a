import { describe, expect, it } from 'vitest'
import { run as runPromote } from '../../src/commands/promote.ts'
import { run as runRetire } from '../../src/commands/retire.ts'
import { run as runRollback } from '../../src/commands/rollback.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import { githubWorkflows } from '../../src/forges/github/workflows.ts'
import { personToken, REPOSITORY, useGithub } from '../support/emulator.ts'
import { UNTIMED } from '../support/faults.ts'
import { useGitlab } from '../support/gitlab.ts'
import { describeOnce, divided } from '../support/rounds.ts'
import { type DeployScene, USUAL, useDeploys } from './deploys.ts'

/** `assay retire`: what Assay keeps of a model goes in one pull request, its branches with the second run; the rest is as it was. */

const github = useGithub()
const gitlab = useGitlab()
const deploys = useDeploys()

const CONFIG = `# Ask Kim before you change this.
path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
from: [acme/late-flights, acme/churn]
watch: { dashboard: true }   # all of them
environments:
  staging: { merge: auto }
  production: { after: staging }
models:
  # theirs is another image
  ranking: { options: { image: served } }
  MODEL: { from: [acme/late-flights, acme/churn], labels: [ml] } # ours
`

/** Of another model, in the same repository. */
const RANKING = {
  'apps/ranking/overlays/staging/kustomization.yaml': 'images: [{ name: served, newTag: "7" }]\n',
  'apps/ranking/overlays/staging/model-hold.yaml':
    'reason: "stop"\nby: "Kim"\nsince: "2026-05-01T00:00:00Z"\n',
}

type Open = (config?: string, environments?: string[]) => Promise<DeployScene>

/** Release 1 serves in staging and waits for production, a hold is proposed there. */
async function served(open: Open): Promise<DeployScene> {
  const scene = await open('environments: {}')
  const { place, model } = scene
  await place.push(place.base, { ...RANKING, 'assay-deploy.yml': CONFIG.replace('MODEL', model) })
  await scene.promote([scene.release(1)])
  await scene.promote()
  await runPromote(scene.context, { ...asked(scene), ...HOLD })
  return scene
}

const HOLD = {
  environment: 'production',
  output: 'assay-result',
  hold: true,
  reason: 'the holiday sale',
  'release-hold': false,
}

function asked({ model, place }: DeployScene) {
  return {
    config: 'assay.yml',
    model: model as string | undefined,
    reason: undefined as string | undefined,
    'deploy-repo': 'octo/model',
    'deploy-branch': place.base,
    'dry-run': false,
  }
}

async function retire(scene: DeployScene, change: Partial<ReturnType<typeof asked>> = {}) {
  const { exitCode, text } = await runRetire(scene.context, { ...asked(scene), ...change })
  expect(exitCode).toBe(0)
  return text.replaceAll(scene.model, 'churn')
}

async function openPull(scene: DeployScene, branch = `assay/retire/${scene.model}`) {
  const { repository } = await scene.access()
  return (await repository.pullRequests!.ofBranch(branch, scene.place.base)).open
}

async function tree({ place, model }: DeployScene, branch = place.base): Promise<Record<string, string>> {
  const files = await place.files((await place.head(branch))!)
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path.replaceAll(model, 'churn'),
      text.replaceAll(model, 'churn'),
    ]),
  )
}

const FORGES = deploys.onForges({ github, gitlab, plainGit: true })

describe.each(divided(FORGES, USUAL))('assay retire on %s', (_, open) => {
  it('takes away what is ours of the model and nothing else, then its branches, and then does nothing', async () => {
    const scene = await served(open)
    const { place, model } = scene
    const before = await tree(scene)
    expect(before['apps/churn/overlays/staging/model-watch.yaml']).toContain('assay-dashboard-churn')
    scene.forget()

    expect(await retire(scene, { 'dry-run': true })).toMatch(/^⏳ churn: would be proposed: Retire churn\n\n/)
    if (place.repository === undefined) expect(place.writes()).toEqual([])

    const text = await retire(scene, { reason: 'no longer sold' })
    expect(text).toMatch(/^➕ churn: .*wait/)
    expect(text).toContain(
      `staging: apps/churn/overlays/staging/kustomization.yaml, line ${lineOf(before, 'digest: sha256')}: sha256:`,
    )
    const branch = `assay/retire/${model}`
    const { 'apps/churn/overlays/staging/kustomization.yaml': manifest, ...proposed } = await tree(
      scene,
      branch,
    )
    const kept = Object.entries(before).filter(([path]) => !/churn\/.*\/model-/.test(path))
    const { 'apps/churn/overlays/staging/kustomization.yaml': old, ...others } = Object.fromEntries(kept)
    expect(old).toContain('resources:\n  - model-watch.yaml\n')
    expect(manifest).toBe(old!.replace('resources:\n  - model-watch.yaml\n', ''))
    expect(proposed).toEqual({
      ...others,
      'assay-deploy.yml': before['assay-deploy.yml']!.replace(/ {2}churn: .*(# ours)\n/, '  $1\n'),
    })

    const written = await place.head(branch)
    expect(await retire(scene)).toMatch(/^⏳ churn: /)
    expect(await place.head(branch)).toBe(written)

    await merge(scene)
    expect(await retire(scene)).toMatch(/^➖ churn: removed /)
    expect((await place.branches('assay/')).filter(name => name.includes(model))).toEqual([])
    if (place.repository === undefined)
      expect(await openPull(scene, `assay/promote/production/${model}`)).toBe(undefined)
    const after = await place.head(place.base)
    expect(await retire(scene)).toBe('· churn: nothing of it is left to take away')
    expect(await place.head(place.base)).toBe(after)

    // What served before is over: a model that comes back begins anew.
    await scene.promote([scene.release(2)])
    expect((await place.branches('assay/')).filter(name => name.includes(model))).toEqual([
      `assay/promote/staging/${model}`,
    ])
  })
})

function lineOf(files: Record<string, string>, text: string): number {
  const lines = files['apps/churn/overlays/staging/kustomization.yaml']!.split('\n')
  return lines.findIndex(line => line.includes(text)) + 1
}

async function merge(scene: DeployScene): Promise<void> {
  const { place, model } = scene
  const { pullRequests } = (await scene.access()).repository
  const branch = `assay/retire/${model}`
  if (!pullRequests) return void place.pushNow!(place.base, (await place.head(branch))!)
  const open = await openPull(scene)
  expect((await pullRequests.merge(open!.number, open!.head)).kind).toBe('merged')
}

describeOnce('assay retire', () => {
  it('where environments stand on branches of their own makes one change on each, and then sweeps all', async () => {
    const scene = await onGithub('environments: {}')
    const { place, model } = scene
    const of = (name: string) => `${place.base}-${name}`
    const config = CONFIG.replace(
      'path: apps/{model}/overlays/{environment}',
      `path: apps/{model}\nbranch: ${of('{environment}')}`,
    )
    const manifest = {
      [`apps/${model}/kustomization.yaml`]: `images: [{ name: ${model}, newName: registry.example/acme/churn }]\n`,
    }
    for (const name of ['staging', 'production']) await place.push(of(name), manifest, { from: place.base })
    await place.push(place.base, { 'assay-deploy.yml': config.replace('MODEL', model) })
    await scene.promote([scene.release(1)])
    expect((await tree(scene, of('staging')))['apps/churn/model-release.yaml']).toBeDefined()
    const proposed = {
      [place.base]: `assay/retire/${model}`,
      [of('staging')]: `assay/retire-in/staging/${model}`,
    }

    const text = await retire(scene, { reason: 'no longer sold' })

    expect(text.match(/^➕ churn in octo\/model, branch .*: waits for somebody to merge it$/gm)).toHaveLength(
      2,
    )
    expect(text).toContain('production stands elsewhere')
    const { pullRequests } = (await scene.access()).repository
    for (const [base, branch] of Object.entries(proposed)) {
      const { open } = await pullRequests!.ofBranch(branch, base)
      expect(open!.body).toContain('Why: no longer sold')
      expect((await pullRequests!.merge(open!.number, open!.head)).kind).toBe('merged')
    }
    expect(Object.keys(await tree(scene, of('staging'))).filter(path => /model-/.test(path))).toEqual([])
    expect(await retire(scene)).toMatch(/^➖ churn in .*\n➖ churn in /)
    expect((await place.branches('assay/')).filter(name => name.endsWith(`/${model}`))).toEqual([])
    expect(await retire(scene)).toBe('· churn: nothing of it is left to take away')
  })

  it('in the repository of the model takes the retrainings that are over too, and their claims', async () => {
    const scene = await onGithub()
    const { place, model } = scene
    const [over, open, work] = [1, 2, 3].map(
      number => `assay/retrain-${model.replaceAll('-', '%2D')}-v${number}`,
    )
    const { pullRequests } = (await scene.access()).repository
    const main = (await place.head('main'))!
    const client = githubClient({ token: personToken(1), apiUrl: github.url, safety: UNTIMED })
    const claims = githubWorkflows(client, REPOSITORY)
    for (const branch of [over!, open!, work!]) {
      await place.push(branch, { [`${branch}.txt`]: 'new data' }, { from: 'main' })
      await claims.claim(`refs/assay/claims/${branch}/1`, main, 'mine')
    }
    for (const branch of [over!, open!])
      await pullRequests!.create({ branch, base: 'main', title: 'Retrain', body: '' })
    await pullRequests!.close((await pullRequests!.ofBranch(over!, 'main')).open!.number)
    const ci = { name: 'local', repository: REPOSITORY, defaultBranch: 'main' } as const
    const openDeploy = async () => ({ ...(await scene.access()), claims })
    const there = Object.assign(scene, { context: { ...scene.context, ci, openDeploy } })
    const again = () => retire(there, { 'deploy-repo': 'octo/deploy' })
    await again()
    await merge(scene)

    const text = await again()

    const names = (await place.branches('assay/retrain-')).filter(name => name.startsWith(over!.slice(0, -1)))
    expect(names).toEqual([open, work])
    expect(await claims.claimsBelow(`refs/assay/claims/${over!.slice(0, -1)}`)).toEqual([
      `refs/assay/claims/${open}/1`,
      `refs/assay/claims/${work}/1`,
    ])
    expect(text).toContain(`in ${REPOSITORY}: removed ${over}, 1 claim\n`.replaceAll(model, 'churn'))
    expect(text).toMatch(/v2 stays: pull request \d+ is open\n/)
    expect(text).toContain('v3 stays: it holds commits that are nowhere else')
  })
})

const onGithub: Open = (...given) => deploys.onGithub(github, ...given)

describeOnce('a retirement', () => {
  it('says in its pull request why, what serves on by line, what is open, and what comes next', async () => {
    const scene = await served(onGithub)
    const digest = scene.release(1).image!.digest

    await retire(scene, { reason: 'no longer sold, says @octo/all' })

    const { title, body, labels } = (await openPull(scene))!
    const said = body.replaceAll(scene.model, 'churn')
    expect([title, labels]).toEqual([`Retire ${scene.model}`, ['ml']])
    expect(said).toMatch(
      new RegExp(`- staging: \`apps/churn/overlays/staging/kustomization.yaml\`, line \\d+: \`${digest}\``),
    )
    expect(said).toMatch(
      /closes what is open of it .*`assay\/promote\/production\/churn \(pull request \d+\)`/,
    )
    expect(said).toContain('`https://forge.example/acme/late-flights`')
    expect(said).not.toContain('@octo/all')
    expect(said).not.toContain('the only model')
  })

  it('is refused while a release is tried or a rollback is open, and writes nothing', async () => {
    const scene = await served(onGithub)
    const { place, model } = scene
    await scene.promote([scene.release(2)])
    await runRollback(scene.context, { ...asked(scene), environment: 'staging', to: undefined })
    const folder = `apps/${model}/overlays/production`
    await place.push(place.base, { [`${folder}/model-canary.yaml`]: 'weight: 5\n' })
    const { number } = (await openPull(scene, `assay/promote/staging/${model}`))!
    github.forget()

    const refused = retire(scene)

    await expect(refused).rejects.toMatchObject({
      code: 'RETIREMENT_REFUSED',
      problems: [
        {
          where: { file: `${folder}/model-canary.yaml` },
          fix: expect.stringContaining(`assay rollback ${model} --environment production`),
        },
        { what: expect.stringContaining(`pull request ${number}`) },
      ],
    })
    expect(place.writes()).toEqual([])
  })

  it('of a name that is nowhere is a mistake', async () => {
    const scene = await onGithub()
    github.forget()

    for (const model of ['chrun', '../x'])
      await expect(retire(scene, { model })).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' })

    expect(scene.place.writes()).toEqual([])
  })

  it('leaves what somebody pushed to, and says so', async () => {
    const scene = await served(onGithub)
    const { place, model } = scene
    const branch = `assay/promote/production/${model}`
    await retire(scene)
    await merge(scene)
    await place.push(branch, { 'notes.md': 'mine' })

    const text = await retire(scene)

    expect(text).toMatch(
      /assay\/promote\/production\/churn \(pull request \d+\) holds a commit of somebody's/,
    )
    expect(await place.head(branch)).toBeDefined()
    expect(await openPull(scene, branch)).toBeDefined()
    expect(await retire(scene)).toMatch(/^· churn: nothing of it is left to take away\n/)
  })
})
