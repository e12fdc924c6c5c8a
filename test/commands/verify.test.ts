import { describe, expect, it } from 'vitest'
import { liveAsker } from '../../src/commands/deploy/live/ask-live.ts'
import { run as runInventory } from '../../src/commands/inventory.ts'
import { run as runVerify } from '../../src/commands/verify.ts'
import type { Json } from '../support/argo-world.ts'
import { useArgoCd } from '../support/argocd.ts'
import { useGithub } from '../support/emulator.ts'
import { useGitlab } from '../support/gitlab.ts'
import { describeOnce, divided } from '../support/rounds.ts'
import { synchronise as synchroniseIn } from '../support/synchronised.ts'
import { type DeployScene, type OpenScene, USUAL, useDeploys } from './deploys.ts'

const github = useGithub()
const gitlab = useGitlab()
const argo = useArgoCd()
const deploys = useDeploys()

const ONE = '2026-05-01-0000001'
const config = () => `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
argocd: { server: '${argo.url}', project: ml }
environments:
  staging: { merge: auto }
  production: { after: staging }
`

/** Argo CD has synchronised the head of the branch into staging, and the pods have the image of the release. */
async function synchronise(scene: DeployScene, number: number, change?: (app: Json) => void) {
  const revision = (await scene.place.head(scene.place.base))!
  const place = { environment: 'staging', repository: 'https://git.example/acme/deploy', revision }
  synchroniseIn(argo, scene.release(number), place, change)
}

type Environment = Record<string, string>

/** What a job sets for Argo CD. */
const token = (server = argo.url): Environment => ({ ARGOCD_AUTH_TOKEN: argo.token, ARGOCD_SERVER: server })

function contextOf(scene: DeployScene, env: Environment = token()) {
  return { ...scene.context, env }
}

function verify(scene: DeployScene, env?: Environment) {
  return runVerify(contextOf(scene, env), {
    config: 'assay.yml',
    model: scene.model,
    environment: undefined,
    timeout: 1,
    'no-wait': true,
    release: undefined,
    'deploy-repo': 'octo/deploy',
    'deploy-branch': scene.place.base,
    'dry-run': false,
  })
}

/** One promote whose conditions ask Argo CD. */
async function promote(scene: DeployScene, candidates = [scene.release(1)], env?: Environment) {
  return scene.promote(candidates, { askLive: liveAsker(contextOf(scene, env)) })
}

const FORGES = deploys.onForges({ github, gitlab })

describe.each(divided(FORGES, USUAL))('assay verify on %s', (_, open) => {
  it('says where people look that a release is live, once', async () => {
    const scene = await open(config())
    await scene.promote([scene.release(1)])
    await synchronise(scene, 1)

    const { exitCode, text } = await verify(scene)

    expect(text).toMatch(new RegExp(`^✅ ${scene.model} ${ONE} in staging: live`))
    expect(exitCode).toBe(0)
    await expect(verify({ ...scene, model: `${scene.model}s` })).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
      problems: [{ fix: `did you mean \`${scene.model}\`?` }],
    })
    expect(scene.lastStatus('assay/live')).toMatchObject({
      state: 'success',
      description: `${ONE} live in staging`,
    })
    const { repository } = await scene.access()
    const { closed } = await repository.pullRequests!.ofBranch(
      `assay/promote/staging/${scene.model}`,
      scene.place.base,
    )
    const told = () => scene.comments(closed[0]!.number)
    expect(await told()).toEqual([`✅ \`${scene.model}\` \`${ONE}\` is live and healthy in **staging**.`])

    scene.forget()
    await verify(scene)
    expect(await told()).toHaveLength(1)
    expect(scene.place.writes()).toEqual([])
  })

  it('says it once where two pipelines ask at the same time', async () => {
    const scene = await open(config())
    await scene.promote([scene.release(1)])
    await synchronise(scene, 1)

    const both = await Promise.all([verify(scene), verify(scene)])

    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0])
    const { repository } = await scene.access()
    const { closed } = await repository.pullRequests!.ofBranch(
      `assay/promote/staging/${scene.model}`,
      scene.place.base,
    )
    expect(await scene.comments(closed[0]!.number)).toHaveLength(1)
    expect(scene.lastStatus('assay/live')).toMatchObject({ state: 'success' })
  })

  it('does not take back that it was live because nobody can tell now', async () => {
    const scene = await deploys.onGithub(github, config())
    await scene.promote([scene.release(1)])
    await synchronise(scene, 1)
    await verify(scene)
    const deployed = github.deployments.filter(({ task }) => task === `assay:${scene.model}`)
    expect(deployed.map(({ environment, statuses }) => [environment, statuses.at(-1)?.state])).toEqual([
      ['staging', 'success'],
    ])
    await synchronise(scene, 1, app => {
      app.status.health.status = 'Progressing'
    })
    github.forget()

    const again = await verify(scene)

    expect(again).toMatchObject({ exitCode: 1, text: expect.stringContaining('progressing') })
    expect(scene.place.writes()).toEqual([])
    const { sha } = github.statuses.filter(({ context }) => context === 'assay/live').at(-1)!
    const said = github.statuses.filter(one => one.sha === sha && one.context === 'assay/live')
    expect(said.map(({ state }) => state)).toEqual(['success'])
  })

  it('fails where the cluster has another image, or is ill', async () => {
    const scene = await open(config())
    await scene.promote([scene.release(1)])
    await synchronise(scene, 2)
    expect(await verify(scene)).toMatchObject({ exitCode: 1 })

    await synchronise(scene, 1, app => {
      app.status.health.status = 'Degraded'
    })
    const ill = await verify(scene)

    expect(ill.exitCode).toBe(1)
    expect(ill.text).toMatch(/^❌ .* degraded/)
    const { text } = await runInventory(contextOf(scene), {
      config: 'assay.yml',
      model: scene.model,
      environment: 'production',
      format: 'csv',
      'deploy-repo': 'octo/deploy',
      'deploy-branch': scene.place.base,
    })
    expect(text).toContain(`${ONE}: degraded in staging: \`assay verify\` found it degraded: degraded`)
  })

  it('that is stopped while it waits says that it was stopped', async () => {
    const scene = await open(config())
    await scene.promote([scene.release(1)])
    await synchronise(scene, 2)
    const stop = new AbortController()
    const log = { ...scene.context.log, info: () => stop.abort('SIGTERM'), live: () => stop.abort('SIGTERM') }

    const waiting = runVerify(
      { ...contextOf(scene), signal: stop.signal, log },
      {
        config: 'assay.yml',
        model: scene.model,
        environment: undefined,
        timeout: 600,
        'no-wait': false,
        release: undefined,
        'deploy-repo': 'octo/deploy',
        'deploy-branch': scene.place.base,
        'dry-run': false,
      },
    )

    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('keeps a release out of production until it is live in staging', async () => {
    const scene = await open(config())

    const [, before] = await promote(scene)
    await synchronise(scene, 1)
    const [, after] = await promote(scene)

    const missing = `[GET] /api/v1/applications/${scene.model}-staging: 404 applications.argoproj.io "${scene.model}-staging" not found`
    expect(before).toBe(`production: waits, health not known in staging: ${missing}`)
    expect(after).toBe(`production: proposed, ${ONE} waits for approval`)
  })
})

describeOnce('the token for Argo CD', () => {
  const open: OpenScene = (...given) => deploys.onGithub(github, ...given)

  it.each<[string, () => Environment, string[], string[]]>([
    [
      'ARGOCD_SERVER is not set',
      () => ({ ARGOCD_AUTH_TOKEN: argo.token }),
      [
        `no token is sent to the \`argocd.server\` of staging, in assay-deploy.yml of octo/deploy: it is http://HOST, and ARGOCD_SERVER, which says where the token may go, is not set`,
      ],
      [`if the token is for http://HOST, set ARGOCD_SERVER=http://HOST beside ARGOCD_AUTH_TOKEN`],
    ],
    [
      'ARGOCD_SERVER is empty',
      () => token(' '),
      ['which says where the token may go, is not set'],
      ['set ARGOCD_SERVER'],
    ],
    [
      'ARGOCD_SERVER names another server',
      () => token('https://argocd.example.com/root'),
      [`it is http://HOST, and ARGOCD_SERVER says that the token is for https://argocd.example.com`],
      ['else correct `argocd.server`'],
    ],
    [
      'ARGOCD_SERVER names the host for https, and the file says http',
      () => token(new URL(argo.url).host),
      ['it is http://HOST, and ARGOCD_SERVER says that the token is for https://HOST'],
      [`set ARGOCD_SERVER=http://HOST`],
    ],
    [
      'ARGOCD_SERVER is nothing that can be read',
      () => token('ftp://argocd.example'),
      ['which says where the token may go, names no server'],
      ['set ARGOCD_SERVER'],
    ],
    [
      'there is no token',
      () => ({ ARGOCD_SERVER: argo.url }),
      ['there is no token for the Argo CD of staging'],
      ['set ARGOCD_AUTH_TOKEN'],
    ],
    [
      'neither is set',
      () => ({}),
      ['there is no token for the Argo CD of staging', 'where the token may go, is not set'],
      ['set ARGOCD_AUTH_TOKEN', `set ARGOCD_SERVER=http://HOST`],
    ],
  ])('%s: Argo CD is not asked, and it says why', async (_, env, whats, fixes) => {
    const here = (text: string) => text.replaceAll('HOST', new URL(argo.url).host)
    const scene = await open(config())
    await scene.promote([scene.release(1)])
    await synchronise(scene, 1)

    const error = await verify(scene, env()).catch((caught: unknown) => caught)
    const [, production] = await promote(scene, undefined, env())

    expect(error).toMatchObject({
      code: 'ARGOCD_NO_TOKEN',
      problems: whats.map((what, at) => ({
        what: expect.stringContaining(here(what)),
        fix: expect.stringContaining(here(fixes[at]!)),
      })),
    })
    for (const what of whats) expect(production).toContain(here(what))
    expect(argo.requests).toEqual([])
  })

  it('asks where ARGOCD_SERVER names the server among others', async () => {
    const scene = await open(config())
    await scene.promote([scene.release(1)])
    await synchronise(scene, 1)

    const { exitCode } = await verify(scene, token(`argocd.example.com, ${argo.url}/`))

    expect(exitCode).toBe(0)
    expect(argo.requests).not.toEqual([])
  })

  it('asks no server whose address is spelled another way', async () => {
    const odd = argo.url.replace('127.0.0.1', '0x7f.1')
    const scene = await open(config().replace(argo.url, odd))
    await scene.promote([scene.release(1)])

    for (const server of [argo.url, odd])
      await expect(verify(scene, token(server))).rejects.toMatchObject({
        code: 'ARGOCD_NO_TOKEN',
        problems: [{ fix: expect.stringContaining('https://argocd.example.com') }],
      })
    expect(argo.requests).toEqual([])
  })
})
