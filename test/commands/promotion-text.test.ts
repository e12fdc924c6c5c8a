import { describe, expect, it } from 'vitest'
import { githubPromotions, gitlabPromotions } from '../forges/promotion-forges.ts'
import { useGithub } from '../support/emulator.ts'
import { useGitlab } from '../support/gitlab.ts'
import { type DeployScene, useDeploys } from './deploys.ts'

const github = useGithub()
const gitlab = useGitlab()
const deploys = useDeploys()

const [ONE, TWO] = ['2026-05-01-0000001', '2026-05-02-0000002']
const CHECKLIST = '- [x] asked the risk team\n- [ ] told support'
const ONLY_PRODUCTION =
  'path: apps/{model}/overlays/{environment}\ntarget: kustomize\noptions: { image: "{model}", registries: [registry.example/acme/] }\nenvironments:\n  production: {}\n'

describe.each([
  ['GitHub', () => deploys.onGithub(github, ONLY_PRODUCTION), githubPromotions(github)],
  ['GitLab', () => deploys.onGitlab(gitlab, ONLY_PRODUCTION), gitlabPromotions(gitlab)],
] as const)('the text of a promotion on %s', (_, open, forge) => {
  async function begin() {
    const scene = await open()
    await scene.promote([scene.release(1)])
    const pull = async () => (await ofScene(scene)).open!
    const write = async (change: (body: string) => string, title?: string) => {
      const { number, ...now } = await pull()
      await forge.write(scene.place, number, { title: title ?? now.title, body: change(now.body) })
    }
    return { scene, pull, write }
  }

  it('keeps what people write above and below it, and their words in the title, with the next release', async () => {
    const { scene, pull, write } = await begin()
    const title = `Draft: Promote ${scene.model} ${ONE} to production`
    await write(body => `Wait for the audit.\n\n${body}\n${CHECKLIST}\n`, title)

    const same = await scene.promote([scene.release(1)])
    const between = await pull()
    const next = await scene.promote([scene.release(2)])

    expect(same).toEqual([`production: unchanged, ${ONE} waits for approval`])
    expect(between.title).toBe(title)
    expect(next[0]).toContain(`${TWO} waits for approval (a newer release took its place)`)
    const { body, title: after } = await pull()
    expect(after).toBe(`Draft: Promote ${scene.model} ${TWO} to production`)
    expect(body).toMatch(/^Wait for the audit\.\n\n<!-- assay:promotion v1 /)
    expect(body.trimEnd().endsWith(`\n${CHECKLIST}`)).toBe(true)
    expect(body.match(/^<!-- assay:/gm)).toHaveLength(2)
    expect(body).toContain(TWO)
    expect(body).not.toContain(`version=${ONE}`)
  })

  it('keeps them once it is merged: nothing is written any more', async () => {
    const { scene, pull, write } = await begin()
    await write(body => `${body}\n${CHECKLIST}\n`, 'Shipped')
    const { number, head } = await pull()
    await (await scene.access()).repository.pullRequests!.merge(number, head)
    scene.forget()

    await scene.promote()

    expect(scene.place.writes()).toEqual([])
    expect((await ofScene(scene)).closed).toMatchObject([{ title: 'Shipped', state: 'merged' }])
    expect((await ofScene(scene)).closed[0]!.body).toContain(CHECKLIST)
  })

  it('gives way to theirs where the forge takes no more, and says so where nothing of ours has room', async () => {
    const { scene, pull, write } = await begin()
    const most = (await scene.access()).forge!.dialect.maxBody
    const fill = (length: number) => (body: string) => `${body}${'x'.repeat(length - body.length)}`
    await write(fill(most - 10))

    const short = await scene.promote([scene.release(2)])
    const shortened = (await pull()).body
    await write(() => 'y'.repeat(most - 10))
    const none = await scene.outcomes([scene.release(3)])

    expect(short[0]).toContain(`${TWO} waits for approval`)
    expect(shortened.length).toBeLessThanOrEqual(most)
    expect(shortened).toContain(`version=${TWO}`)
    expect(shortened).toMatch(/x{500}$/)
    expect(none[0]!.notes).toEqual([expect.stringContaining('has no room for what Assay has to say')])
    expect((await pull()).body).toBe('y'.repeat(most - 10))
  })
})

// --- internal ---

async function ofScene({ access, model, place }: DeployScene) {
  const { repository } = await access()
  return repository.pullRequests!.ofBranch(`assay/promote/production/${model}`, place.base)
}
