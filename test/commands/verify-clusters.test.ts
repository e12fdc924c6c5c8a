import { beforeAll, describe, expect, it } from 'vitest'
import { readStory } from '../../src/commands/bot/page/story.ts'
import type { BotWorld } from '../../src/commands/bot/world.ts'
import { liveAsker } from '../../src/commands/deploy/live/ask-live.ts'
import { run as runVerify } from '../../src/commands/verify.ts'
import { renderCanary } from '../../src/core/release/canary-file.ts'
import { deployment, type Json, OLD_DIGEST } from '../support/argo-world.ts'
import { useArgoCd } from '../support/argocd.ts'
import { canaryFile } from '../support/canaries.ts'
import { useGithub } from '../support/emulator.ts'
import { synchronise as synchroniseIn } from '../support/synchronised.ts'
import { type DeployScene, useDeploys } from './deploys.ts'

/** One environment, two clusters, each shown by an Argo CD of its own. */

const github = useGithub()
const [eu, us] = [useArgoCd(), useArgoCd()]
const deploys = useDeploys()
const ONE = '2026-05-01-0000001'
let env: Record<string, string> = {}

beforeAll(() => {
  env = {
    ...{ ARGOCD_AUTH_TOKEN: eu.token, ARGOCD_SERVER: eu.url },
    ...{ ARGOCD_AUTH_TOKEN_US_1: us.token, ARGOCD_SERVER_US_1: us.url },
  }
})

const config = () => `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
argocd: { server: '${eu.url}', project: ml }
environments:
  staging:
    merge: auto
    clusters: { eu: {}, us-1: { server: '${us.url}' } }
  production: { after: staging }
`

async function scene(): Promise<DeployScene> {
  const opened = await deploys.onGithub(github, config())
  await opened.promote([opened.release(1)], { environment: 'staging' })
  return opened
}

/** The Argo CD of a cluster has synchronised the head of the branch. */
async function synchronise(opened: DeployScene, cluster: 'eu' | 'us-1', change?: (app: Json) => void) {
  const revision = (await opened.place.head(opened.place.base))!
  const repository = 'https://git.example/acme/deploy'
  const [argo, environment] = [cluster === 'eu' ? eu : us, `staging-${cluster}`]
  synchroniseIn(argo, opened.release(1), { environment, repository, revision }, app => {
    app.spec.source.path = `apps/${opened.model}/overlays/staging`
    app.status.sync.comparedTo.source = { ...app.spec.source }
    change?.(app)
  })
}

function verify(opened: DeployScene, known = env) {
  return runVerify({ ...opened.context, env: known } as typeof opened.context, {
    ...{ config: 'assay.yml', model: opened.model, environment: 'staging', timeout: 1, 'no-wait': true },
    ...{ release: undefined, 'deploy-repo': 'octo/deploy', 'deploy-branch': opened.place.base },
    'dry-run': false,
  })
}

/** What production says of what it comes after. */
async function next(opened: DeployScene) {
  const askLive = liveAsker({ ...opened.context, env } as typeof opened.context)
  const [, production] = await opened.promote([opened.release(1)], { askLive })
  return production
}

/** What the page of the bot says of each cluster, as it is opened. */
async function onPage(opened: DeployScene, known = env) {
  const access = { ...(await opened.access()), defaultBranch: async () => opened.place.base }
  const world = { ...opened.context, env: known, open: async () => access } as unknown as BotWorld
  return (await readStory(world, { forge: 'github', name: 'octo/deploy' }, opened.model))!.clusters
}

const deployed = (opened: DeployScene) =>
  github.deployments
    .filter(({ task }) => task === `assay:${opened.model}`)
    .map(({ environment, statuses }) => `${environment} ${statuses.at(-1)?.state}`)

describe('a release in two clusters of one environment', () => {
  it('is live once it is in both, and each has a line and a deployment', async () => {
    const opened = await scene()
    await synchronise(opened, 'eu')
    await synchronise(opened, 'us-1', app => {
      app.status.health.status = 'Progressing'
    })

    const first = await verify(opened)
    expect(first.exitCode).toBe(1)
    expect(first.text.split('\n')).toEqual([
      `⏳ ${opened.model} ${ONE} in staging: progressing`,
      '    ✅ eu: live',
      expect.stringMatching(/^ {4}⏳ us-1: progressing: \S+/),
    ])
    expect(deployed(opened)).toEqual([
      'staging/eu success',
      'staging/us-1 in_progress',
      'staging in_progress',
    ])
    expect(await next(opened)).toMatch(/^production: waits, not healthy yet in staging: us-1: /)
    expect(await onPage(opened)).toEqual([
      expect.objectContaining({ environment: 'staging', cluster: 'eu', state: 'live', reasons: [] }),
      { environment: 'staging', cluster: 'us-1', state: 'progressing', reasons: [expect.any(String)] },
    ])
    const { ARGOCD_SERVER_US_1: _, ...less } = env
    expect(await onPage(opened, less)).toEqual([
      expect.objectContaining({ cluster: 'eu', state: 'live' }),
      {
        ...{ environment: 'staging', cluster: 'us-1', state: 'unknown' },
        reasons: [expect.stringContaining('no token is sent to the `argocd.server` of staging/us-1')],
      },
    ])

    await synchronise(opened, 'us-1')
    const { exitCode, json } = await verify(opened)
    expect(exitCode).toBe(0)
    expect(json).toMatchObject({
      environments: [
        {
          state: 'live',
          clusters: [
            { cluster: 'eu', state: 'live' },
            { cluster: 'us-1', state: 'live' },
          ],
        },
      ],
    })
    expect(deployed(opened)).toEqual(['staging/eu success', 'staging/us-1 success', 'staging success'])
    expect(opened.lastStatus('assay/live')).toMatchObject({
      state: 'success',
      description: `${ONE} live in staging: eu live, us-1 live`,
    })
    const { repository } = await opened.access()
    const branch = `assay/promote/staging/${opened.model}`
    const { closed } = await repository.pullRequests!.ofBranch(branch, opened.place.base)
    expect(await opened.comments(closed[0]!.number)).toEqual([
      `✅ \`${opened.model}\` \`${ONE}\` is live and healthy in **staging**.\n- ✅ **eu** live\n- ✅ **us-1** live`,
    ])
    expect(await next(opened)).toBe(`production: proposed, ${ONE} waits for approval`)

    opened.forget()
    await verify(opened)
    expect(opened.place.writes()).toEqual([])
  })

  it('is live on the page of the bot too while another is tried beside it in both', async () => {
    const opened = await scene()
    const { image } = opened.release(2)
    const challenger = opened.release(2, { image: { ...image!, digest: OLD_DIGEST } })
    await opened.place.push(opened.place.base, {
      [`apps/${opened.model}/overlays/staging/model-canary.yaml`]: renderCanary(canaryFile({ challenger })),
    })
    for (const [cluster, argo] of [
      ['eu', eu],
      ['us-1', us],
    ] as const) {
      await synchronise(opened, cluster, app => {
        app.status.health.status = 'Suspended'
      })
      for (const { live } of argo.applications.values()) live.push(deployment('churn-challenger', OLD_DIGEST))
    }

    expect(await onPage(opened)).toEqual([
      expect.objectContaining({ cluster: 'eu', state: 'live', reasons: [] }),
      expect.objectContaining({ cluster: 'us-1', state: 'live', reasons: [] }),
    ])
  })

  it('is not live where one of them is ill, however well the other is', async () => {
    const opened = await scene()
    await synchronise(opened, 'us-1')
    await synchronise(opened, 'eu', app => {
      app.status.health.status = 'Degraded'
    })

    const { exitCode, text } = await verify(opened)
    expect(exitCode).toBe(1)
    expect(text).toMatch(/^❌ .* degraded\n {4}❌ eu: degraded: .*\n {4}✅ us-1: live/)
    expect(deployed(opened)).toEqual(['staging/eu failure', 'staging/us-1 success', 'staging failure'])
  })

  it.each<[string, () => Record<string, string>, RegExp]>([
    ['has no such Application', () => ({}), /us-1: unknown: .*404/],
    [
      'has a token that is for another server',
      () => ({ ARGOCD_SERVER_US_1: 'https://argocd.example' }),
      /us-1: unknown: no token is sent to the `argocd.server` of staging\/us-1.*set ARGOCD_SERVER_US_1=/,
    ],
    [
      'has no token',
      () => ({ ARGOCD_AUTH_TOKEN_US_1: '' }),
      /us-1: unknown: no token is sent .*ARGOCD_SERVER says that the token is for/,
    ],
  ])('is green nowhere where one cluster %s', async (_, change, words) => {
    const opened = await scene()
    await synchronise(opened, 'eu')
    await synchronise(opened, 'us-1')
    us.applications.clear()

    const { exitCode, text } = await verify(opened, { ...env, ...change() })
    expect(exitCode).toBe(1)
    expect(text).toContain('✅ eu: live')
    expect(text).toMatch(words)
    expect(opened.lastStatus('assay/live')).toMatchObject({ state: 'pending' })
    expect(await next(opened)).toMatch(/^production: waits, health not known in staging: us-1: /)
  })

  it('is an error where no cluster can be asked', async () => {
    const opened = await scene()

    await expect(verify(opened, {})).rejects.toMatchObject({
      code: 'ARGOCD_NO_TOKEN',
      problems: expect.arrayContaining([
        expect.objectContaining({ what: 'there is no token for the Argo CD of staging/eu' }),
        expect.objectContaining({ fix: expect.stringContaining('or ARGOCD_AUTH_TOKEN_US_1,') }),
      ]),
    })
    expect([eu.requests, us.requests]).toEqual([[], []])
  })
})
