import { describe, expect, it } from 'vitest'
import { lookAt } from '../../../src/commands/bot/looks/look-table.ts'
import { type Strangers, strangersOf } from '../../../src/commands/bot/strangers.ts'
import { MOST_OF_STRANGERS } from '../../../src/core/chatops/limits.ts'
import { connectRepository } from '../../../src/forges/gitlab/connect.ts'
import { UNTIMED } from '../../support/faults.ts'
import { TOKEN, useGitlab } from '../../support/gitlab.ts'
import { type DeployScene, useDeploys } from '../deploys.ts'

/** Commands in notes of merge requests. What they do is shown on GitHub; here, who is believed what. */

const gitlab = useGitlab()
const deploys = useDeploys()
/** A minute after every note. */
const NOW = Date.parse('2026-03-01T12:01:00Z')

/** Notes below the promotion into production, and what a look at one makes of it. */
async function opened(scene: DeployScene, strangers?: Strangers) {
  await scene.promote([scene.release(1)])
  const branch = `assay/promote/production/${scene.model}`
  const { open } = await (await scene.access()).repository.pullRequests!.ofBranch(branch, scene.place.base)
  const { notes } = gitlab.double
    .state()
    .projects[scene.place.project!]!.mergeRequests.find(({ iid }) => iid === open!.number)!
  const world = {
    ...scene.context,
    ...(strangers && { strangers }),
    now: () => NOW,
    open: () =>
      connectRepository({
        repository: scene.place.project!,
        token: TOKEN.bot,
        apiUrl: gitlab.url,
        env: {},
        safety: UNTIMED,
      }),
  }
  return async (body: string, author = 'maintainer', more: { internal?: boolean; edited?: string } = {}) => {
    const note = { id: ++gitlab.double.state().ids, body, author, system: false, ...more }
    notes.push(note)
    const before = notes.length
    const repository = { forge: 'gitlab' as const, name: scene.place.project! }
    const key = {
      kind: 'comment' as const,
      repository,
      pullRequest: open!.number,
      id: note.id,
      writtenAs: 'comment' as const,
    }
    const yielded: unknown[] = []
    for (let look = 0; look < 2; look++) {
      const { problems = [], yields } = await lookAt(world, key)
      expect(problems).toEqual([])
      if (yields) yielded.push(yields, await lookAt(world, key, yields))
    }
    const said = notes.slice(before).map(one => one.body.split('\n').slice(1).join('\n').trim())
    return { said, awards: (note as { awards?: string[] }).awards ?? [], ...(strangers && { yielded }) }
  }
}

describe('a command in a note', () => {
  it('is answered once, for the model of the merge request, by the level in the project', async () => {
    const scene = await deploys.onGitlab(gitlab)
    const say = await opened(scene)
    const executed = gitlab.double.state().executed.length

    expect(await say('/assay status')).toEqual({
      said: [
        expect.stringMatching(
          `^maintainer, \`status\` of ${scene.model}:\n\n- staging: \`2026-05-01-0000001\`\n- production: `,
        ),
      ],
      awards: ['thumbsup'],
    })
    expect(await say('/assay hold production -- wait\n/merge', 'octo')).toEqual({
      said: [expect.stringMatching(/it takes the right to write/)],
      awards: ['thumbsdown'],
    })
    expect((await say('/assay status', 'outsider')).said).toEqual([
      expect.stringMatching(/the right to read/),
    ])
    expect((await say('/assay hold production -- /merge')).said).toEqual([
      expect.stringMatching(/in production: held by maintainer: .*merge/),
    ])
    expect((await say('/assay waive auc until 2126-01-01 -- it is late')).said).toHaveLength(1)
    expect(gitlab.double.state().executed).toHaveLength(executed)
  })

  it('of who may write nowhere is answered after all else, and not without end in one account', async () => {
    const scene = await deploys.onGitlab(gitlab)
    let now = NOW
    const strangers = strangersOf(() => now)
    const say = await opened(scene, strangers)
    const repository = { forge: 'gitlab' as const, name: scene.place.project! }

    expect(await say('/assay help')).toMatchObject({ said: [expect.anything()], yielded: [] })
    expect(await say('/assay help', 'outsider')).toMatchObject({
      said: [expect.anything()],
      yielded: ['rest', { did: [expect.stringMatching(/^answered/)] }, 'rest', { did: [] }],
    })
    // Elsewhere in the account others have been answered as often as is answered.
    for (let id = 1; id < MOST_OF_STRANGERS; id++)
      strangers.take(
        {
          kind: 'comment',
          repository: { ...repository, name: `${repository.name}-other` },
          pullRequest: id,
          id,
          writtenAs: 'comment',
        },
        NOW,
      )
    expect(await say('/assay help', 'outsider')).toMatchObject({ said: [], yielded: [] })
    now += 600_000
    expect(await say('/assay help', 'outsider')).toMatchObject({ said: [], yielded: [] })
    expect((await say('/assay help')).said).toHaveLength(1)
  })

  it('is none of a bot, internal, or edited', async () => {
    const say = await opened(await deploys.onGitlab(gitlab))

    expect((await say('/assay status', 'project_1_bot')).said).toEqual([])
    expect((await say('/assay status', 'maintainer', { internal: true })).said).toEqual([])
    expect((await say('/assay status', 'maintainer', { edited: '2026-03-01T12:00:30.000Z' })).said).toEqual([
      expect.stringMatching(/the comment was edited/),
    ])
  })

  it.each([
    [403, '403 Forbidden', /was not carried out: .*403 Forbidden.*Give the token/],
    [401, '401 Unauthorized', /was not carried out: .*401 Unauthorized/],
    [403, 'Project is archived', /was not carried out: .*archived.*unarchive it/],
  ])('that the forge refuses with %s %s is answered with that at once', async (fault, message, words) => {
    const say = await opened(await deploys.onGitlab(gitlab))
    gitlab.fail({ method: 'POST', path: /\/repository\//, fault, message })

    expect(await say('/assay hold production -- wait')).toEqual({
      said: [expect.stringMatching(words)],
      awards: ['thumbsdown'],
    })
  })

  it('is tried again where the forge has trouble', async () => {
    const say = await opened(await deploys.onGitlab(gitlab))
    gitlab.fail({ method: 'POST', path: /\/repository\//, fault: 503 })

    await expect(say('/assay hold production -- wait')).rejects.toMatchObject({ code: 'FORGE_UNAVAILABLE' })
  })
})
