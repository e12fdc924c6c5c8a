import { describe, expect, it } from 'vitest'
import { deployConnector } from '../../cli/connect-deploy.ts'
import { remoteLedger } from '../../src/commands/deploy/ledger/remote.ts'
import { ledgerRows } from '../../src/commands/deploy/ledger/rows.ts'
import { leftTo } from '../../src/commands/deploy/promote/promote-model.ts'
import { withDeploy } from '../../src/commands/deploy/read/deploy-branch.ts'
import { servingsIn } from '../../src/commands/deploy/read/serving.ts'
import { openSites } from '../../src/commands/deploy/read/sites.ts'
import { rollBack } from '../../src/commands/deploy/write/roll-back.ts'
import { run as runInventory } from '../../src/commands/inventory.ts'
import type { InventoryRow } from '../../src/core/promotion/inventory.ts'
import type { DeployPlace } from '../forges/deploy-places.ts'
import { REPOSITORY, type RecordedRequest, SECOND, useGithub } from '../support/emulator.ts'
import { type GitlabServer, TOKEN, useGitlab } from '../support/gitlab.ts'
import { OF_HOME, OF_PRODUCTION, OLD, releaseOf, useApart, VARIABLE } from './apart.ts'
import { type DeployScene, type OpenScene, useDeploys } from './deploys.ts'

/** Environments that stand on branches of their own, and in repositories of their own. */

const github = useGithub()
const gitlab = useGitlab()
const deploys = useDeploys()
const apart = useApart({ github, gitlab, deploys })

const [ONE, TWO] = ['2026-05-01-0000001', '2026-05-02-0000002']
let count = 0

/** Each environment on a branch of its own, with its manifests alone on it. */
async function branched(
  open: OpenScene,
  more = '',
): Promise<DeployScene & { branchOf(name: string): string }> {
  const prefix = `env-${++count}`
  const config = `path: apps/{model}\ntarget: kustomize\noptions: { image: '{model}', registries: [registry.example/acme/] }\nbranch: ${prefix}/{environment}\n${more}environments:\n  staging: { merge: auto }\n  production: { after: staging }\n`
  const scene = await open(config, [])
  const branchOf = (name: string) => `${prefix}/${name}`
  for (const name of ['staging', 'production'])
    await scene.place.push(
      branchOf(name),
      {
        [manifestOf(scene)]:
          `# ${name}\nimages:\n  - name: ${scene.model}\n    newName: registry.example/acme/churn\n    digest: ${OLD}   # what serves\n`,
      },
      { from: scene.place.base },
    )
  return { ...scene, branchOf }
}

const manifestOf = ({ model }: DeployScene) => `apps/${model}/kustomization.yaml`

const homeOf = async (scene: DeployScene) => ({
  access: await scene.access(),
  deploy: {
    address: { kind: 'git' as const, url: 'x', namedBy: 'job' as const },
    name: 'octo/deploy',
    branch: scene.place.base,
  },
})

/** What the files of a branch say: the version of the record and the digest of the manifest. */
async function saidOn(scene: DeployScene, branch: string) {
  const files = await scene.place.files((await scene.place.head(branch))!)
  return {
    version: /^version: "(.*)"$/m.exec(files[`apps/${scene.model}/model-release.yaml`] ?? '')?.[1],
    digest: /digest: (\S+)/.exec(files[manifestOf(scene)] ?? '')?.[1],
    isHeld: `apps/${scene.model}/model-hold.yaml` in files,
  }
}

/** A person merges what is proposed for an environment. */
async function approve(scene: DeployScene, branch: string, environment: string): Promise<void> {
  const { repository } = await scene.access()
  const proposed = `assay/promote/${environment}/${scene.model}`
  if (repository.pullRequests) {
    const { open } = await repository.pullRequests.ofBranch(proposed, branch)
    await repository.pullRequests.merge(open!.number, open!.head)
  } else scene.place.pushNow!(branch, (await scene.place.head(proposed))!)
}

const FORGES = deploys.onForges({ github, gitlab, plainGit: true })

describe.each(FORGES)('environments as branches on %s', (_, open) => {
  it('get a release one after the other, each on its branch, and nothing is written anywhere else', async () => {
    const scene = await branched(open)
    const configured = await scene.place.head(scene.place.base)

    const [staging, production] = await scene.promote([scene.release(1)])

    expect(staging).toMatch(/^staging: merged, /)
    expect(production).toMatch(/^production: proposed, /)
    const { digest } = scene.release(1).image!
    expect(await saidOn(scene, scene.branchOf('staging'))).toMatchObject({ version: ONE, digest })
    expect(await saidOn(scene, scene.branchOf('production'))).toEqual({ digest: OLD, isHeld: false })

    await approve(scene, scene.branchOf('production'), 'production')
    scene.forget()
    const again = await scene.promote()

    expect(again).toEqual([`staging: nothing, ${ONE} serves`, `production: nothing, ${ONE} serves`])
    expect(await saidOn(scene, scene.branchOf('production'))).toMatchObject({ version: ONE, digest })
    expect(await scene.place.head(scene.place.base)).toBe(configured)
    scene.forget()
    await scene.promote()
    expect(scene.place.writes()).toEqual([])
    const { rows } = await ledgerRows(
      await remoteLedger(await homeOf(scene), scene.model),
      scene.context.now(),
    )
    expect(rows.map(({ environment, version }) => [environment, version])).toEqual([
      ['staging', ONE],
      ['production', ONE],
    ])
    const servings = await servingsIn(await homeOf(scene), [scene.model])
    expect(servings.get(scene.model)!.environments.map(({ release }) => release?.version)).toEqual([ONE, ONE])
  })

  it('go back on their branch alone, with a hold that keeps the next release out', async () => {
    const scene = await branched(open)
    for (const number of [1, 2]) {
      await scene.promote([scene.release(number)])
      await approve(scene, scene.branchOf('production'), 'production')
    }
    const done = await rollBack(
      await homeOf(scene),
      {
        model: scene.model,
        environment: 'production',
        version: ONE,
        dryRun: false,
        reason: 'it is slow',
        by: 'ada',
        since: '2026-06-01T12:00:00Z',
      },
      scene.context.now(),
    )
    await approve(scene, scene.branchOf('production'), 'production')

    expect(done.words).toMatch(new RegExp(`^back to ${ONE}|waits to be merged$`))
    const { digest } = scene.release(1).image!
    expect(await saidOn(scene, scene.branchOf('production'))).toEqual({
      version: ONE,
      digest,
      isHeld: true,
    })
    expect(await saidOn(scene, scene.branchOf('staging'))).toMatchObject({ version: TWO, isHeld: false })
    expect((await scene.promote([scene.release(3)]))[1]).toMatch(/^production: .*it is slow/)
  })

  it('are told apart from what somebody changed on them by hand', async () => {
    const scene = await branched(open)
    await scene.promote([scene.release(1)])
    await scene.place.push(scene.branchOf('staging'), {
      [manifestOf(scene)]:
        `images:\n  - name: ${scene.model}\n    newName: registry.example/acme/churn\n    digest: sha256:${'9'.repeat(64)}\n`,
    })

    const [staging] = await scene.promote()

    expect(staging).toMatch(/^staging: left_alone, .*is recorded.*changed by hand/)
  })

  it('are never one place: the branch of the configuration by its name is refused', async () => {
    const config = (branch: string) =>
      `path: apps/{model}\nrecords: records/{model}\ntarget: kustomize\noptions: { image: '{model}' }\nenvironments:\n  staging: {}\n  production: { after: staging, branch: ${branch} }\n`
    const scene = await open(config('elsewhere'), [])
    await scene.place.push(scene.place.base, { 'assay-deploy.yml': config(scene.place.base) })
    scene.forget()

    await expect(scene.promote([scene.release(1)])).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      problems: [
        { what: expect.stringMatching(/^`staging` and `production` stand in one place, the folder /) },
      ],
    })
  })

  it('that are not there are all named', async () => {
    const scene = await open(
      `path: apps/{model}\ntarget: kustomize\noptions: { image: '{model}' }\nbranch: nowhere/{environment}\nenvironments:\n  staging: {}\n  production: { after: staging }\n`,
      [],
    )

    await expect(scene.promote([scene.release(1)])).rejects.toMatchObject({
      code: 'ENVIRONMENT_BRANCH_MISSING',
      problems: ['staging', 'production'].map(name => ({
        what: expect.stringContaining(`has no branch \`nowhere/${name}\`, on which \`${name}\` stands`),
      })),
    })
  })
})

describe.each([
  ['GitHub', apart.onGithub],
  ['GitLab', apart.onGitlab],
  ['plain git', apart.onGit],
])('production in a repository of its own on %s', (name, open) => {
  it('is proposed there once the release serves in the first, and nowhere else', async () => {
    const { home, production, promote, approve, there, context, options } = await open()

    const [staging, proposed] = await promote([releaseOf(1)])

    expect(staging).toMatch(/^staging: merged, /)
    expect(proposed).toMatch(/^production: proposed, /)
    if (name === 'GitLab')
      expect([sentTo(gitlab, home), sentTo(gitlab, production)]).toEqual([
        [`Bearer ${TOKEN.bot}`],
        [`Bearer ${TOKEN.maintainer}`],
      ])
    if (name === 'GitHub')
      expect([tokensOf('model'), tokensOf('second')]).toEqual([[OF_HOME], [OF_PRODUCTION]])
    const branch = 'assay/promote/production/churn'
    expect(await home.branches('assay/')).not.toContain(branch)
    expect(await production.branches('assay/')).toEqual([branch])

    await approve()
    const again = await promote()

    expect(again).toEqual([`staging: nothing, ${ONE} serves`, `production: nothing, ${ONE} serves`])
    expect(await there()).toEqual({ version: ONE, digest: releaseOf(1).image!.digest, isHeld: false })
    const asked = {
      ...options,
      ...{ config: 'assay.yml', model: 'churn', environment: undefined, format: 'json' as const },
    }
    const { json } = await runInventory(context, asked)
    expect((json as InventoryRow[]).map(({ environment, version }) => [environment, version])).toEqual([
      ['staging', ONE],
      ['production', ONE],
    ])
  })
})

describe('a token that is named for a repository', () => {
  it('is asked for by its name where it is not set, and no other takes its place', async () => {
    const { promote } = await apart.onGithub({ env: { [VARIABLE]: '' } })
    github.forget()

    await expect(promote([releaseOf(1)])).rejects.toMatchObject({
      code: 'DEPLOY_NO_TOKEN',
      problems: [
        { what: expect.stringContaining(`${VARIABLE}, which assay-deploy.yml names for it, is not set`) },
      ],
    })

    expect(tokensOf('second')).toEqual([])
    expect(
      github.requests.filter(({ method, path }) => method !== 'GET' && path !== '/graphql Head'),
    ).toEqual([])
  })

  it('is not needed where a model is released: its production is left to whoever has it', async () => {
    const { promote, context, options } = await apart.onGithub({ env: { [VARIABLE]: '' } })
    const address = { kind: 'forge', repository: REPOSITORY, namedBy: 'job' } as const
    const deploy = { address, name: REPOSITORY, branch: options['deploy-branch'] }
    const [{ lacking: leaves }] = await withDeploy(context, deploy, access =>
      openSites({ access, deploy }, { mayLack: 'token' }),
    )

    const done = await promote([releaseOf(1)], { leaves })

    expect(done).toEqual([expect.stringMatching(/^staging: merged, /)])
    expect(leaves.map(one => leftTo('churn', one))).toMatchObject([
      {
        environment: 'production',
        action: 'waits',
        words: expect.stringMatching(/^left to `assay promote` where the token is: .*is not set$/),
      },
    ])
    const served = await withDeploy(context, deploy, access => servingsIn({ access, deploy }, ['churn']))
    expect(served.get('churn')!.environments).toMatchObject([
      { name: 'staging', release: { version: ONE } },
      { name: 'production', broken: expect.stringContaining('is not seen from here') },
    ])
  })

  it('is used by no run for a fork', async () => {
    const { context } = await apart.onGithub()
    const openDeploy = deployConnector(context.env, { ...context.ci, fromFork: true })

    await expect(
      openDeploy({ kind: 'forge', repository: SECOND, namedBy: 'record', variable: VARIABLE }),
    ).rejects.toMatchObject({ code: 'DEPLOY_NO_TOKEN' })
  })
})

/** The tokens that a project of GitLab was asked with. */
function sentTo({ requests }: GitlabServer, { project }: DeployPlace): unknown[] {
  const path = `/projects/${encodeURIComponent(project!)}/`
  const own = requests.filter(one => one.path.includes(path))
  return [...new Set(own.map(({ headers }) => headers.authorization))]
}

/** The tokens that were sent with what names a repository. */
function tokensOf(repository: string): string[] {
  const isThere = ({ path, body }: RecordedRequest) =>
    path.startsWith(`/repos/octo/${repository}/`) || JSON.stringify(body ?? '').includes(`"${repository}"`)
  return [...new Set(github.requests.filter(isThere).map(({ token }) => token))]
}
