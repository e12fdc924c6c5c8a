import { describe, expect, it } from 'vitest'
import type { PromotionKey } from '../../../src/commands/bot/keys.ts'
import { lookAt } from '../../../src/commands/bot/looks/look-table.ts'
import type { BotWorld } from '../../../src/commands/bot/world.ts'
import type { RepositoryConnection } from '../../../src/forges/connection.ts'
import { useGithub } from '../../support/emulator.ts'
import { DEPLOY, type DeployScene, useDeploys } from '../deploys.ts'

const github = useGithub()
const deploys = useDeploys()

const ONE = '2026-05-01-0000001'

function botWorld({ context, access, place }: DeployScene, now: () => number): BotWorld {
  return {
    ...context,
    now,
    open: async () =>
      ({ ...(await access()), defaultBranch: async () => place.base }) as RepositoryConnection,
  }
}

const keyOf = (model?: string): PromotionKey => ({
  kind: 'promotion',
  deploy: { forge: 'github', name: 'octo/model' },
  ...(model !== undefined && { model }),
})

describe('a look at promotions', () => {
  it('says when a soak ends, and proposes the release in the look at that moment', async () => {
    const scene = await deploys.onGithub(github, DEPLOY.replace('after: staging', 'after: staging, soak: 2h'))
    await scene.promote([scene.release(1)], { environment: 'staging' })
    const before = Date.now()

    const first = await lookAt(
      botWorld(scene, () => before),
      keyOf(),
    )
    expect(first).toMatchObject({
      did: [`${scene.model} in staging: told that ${scene.release(1).version} is merged`],
      problems: [],
      again: [{ key: keyOf(scene.model) }],
    })
    const { at, key } = first.again![0]!
    expect(Math.abs(at - before - 7_200_000)).toBeLessThan(60_000)

    const second = await lookAt(
      botWorld(scene, () => at),
      key,
    )
    expect(second).toEqual({
      did: [`${scene.model} in production: ${ONE} waits for approval`],
      problems: [],
      again: [],
    })
  })

  it('is of no repository without assay-deploy.yml, and ends where a person has to put something right', async () => {
    const scene = await deploys.onGithub(github)
    await scene.place.push(scene.place.base, { 'assay-deploy.yml': 'environments: {}\n' })
    const broken = await lookAt(botWorld(scene, Date.now), keyOf())
    expect(broken).toMatchObject({ did: [], problems: [{ code: 'CONFIG_INVALID' }] })

    await scene.place.push(scene.place.base, { 'assay-deploy.yml': undefined })
    expect(await lookAt(botWorld(scene, Date.now), keyOf())).toEqual({ did: [], absent: true })
  })

  it('fails where the forge does, to be made again', async () => {
    const scene = await deploys.onGithub(github)
    github.fail({ method: 'POST', path: /graphql/, fault: 502 })

    await expect(lookAt(botWorld(scene, Date.now), keyOf())).rejects.toMatchObject({
      code: 'FORGE_UNAVAILABLE',
    })
  })
})
