import { beforeAll, describe, expect, it } from 'vitest'
import { ASSAY_APP, openChange, useAppWorld } from '../support/app-world.ts'
import { openapiResponseProblems } from '../support/openapi.ts'

const world = useAppWorld({
  users: ['ada', 'wim', 'mai', 'tri', 'eve', 'lea'].map(login => ({ login })),
  organisations: [{ login: 'acme', name: 'Acme', members: ['ada'], teams: { owners: ['ada', 'lea'] } }],
  repositories: [
    {
      owner: 'acme',
      name: 'model',
      auto_init: true,
      private: true,
      people: {
        wim: 'write',
        mai: 'maintain',
        tri: 'triage',
        lea: { name: 'approver', base: 'read' },
      },
    },
    { owner: 'acme', name: 'page', auto_init: true },
  ],
  apps: [{ ...ASSAY_APP, installations: [{ id: 1, account: 'acme' }] }],
})
const MODEL = { owner: 'acme', repo: 'model' }
let number: number

beforeAll(async () => {
  number = await openChange(world, MODEL)
})

describe('rights of people', () => {
  const ask = async (username: string, repo = 'model') =>
    (await world.token()).rest.repos.getCollaboratorPermissionLevel({ owner: 'acme', repo, username })

  it.each([
    ['ada', 'admin', 'admin'],
    ['mai', 'write', 'maintain'],
    ['wim', 'write', 'write'],
    ['tri', 'read', 'triage'],
    ['lea', 'read', 'approver'],
    ['eve', 'none', 'none'],
  ])('are those of GitHub: %s', async (login, permission, role) => {
    const { data } = await ask(login)
    const path = `/repos/acme/model/collaborators/${login}/permission`
    expect(openapiResponseProblems('GET', path, 200, data)).toEqual([])
    const { data: user } = await world.person('ada').rest.users.getByUsername({ username: login })
    expect(data).toMatchObject({ permission, role_name: role, user: { login, id: user.id } })
  })

  it('show what is public to everybody, and nothing of nobody', async () => {
    expect((await ask('eve', 'page')).data.permission).toBe('read')
    await expect(ask('nobody')).rejects.toMatchObject({ status: 404 })
  })

  it('may change, and a login may pass to another account', async () => {
    await world.github.control.role('acme/model', 'wim', 'none')
    expect((await ask('wim')).data.permission).toBe('none')
    await world.github.control.role('acme/model', 'wim', 'write')
    const { data: before } = await ask('wim')
    world.github.control.takeOver('wim')
    expect((await ask('wim')).data.user?.id).not.toBe(before.user?.id)
  })

  it('let people do what they may, and show private repositories to nobody else', async () => {
    const file = { ...MODEL, path: 'c.txt', message: 'c', content: '', branch: 'change' }
    await expect(world.person('tri').rest.repos.createOrUpdateFileContents(file)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('push access'),
    })
    expect((await world.person('tri').rest.pulls.list(MODEL)).data).toHaveLength(1)
    for (const stranger of [world.person('eve'), world.client()])
      await expect(stranger.rest.pulls.list(MODEL)).rejects.toMatchObject({ status: 404 })
    const asked = world.person('eve').graphql('query Q { repository(owner: "acme", name: "model") { id } }')
    await expect(asked).rejects.toThrow('Could not resolve')
  })

  it('may be unknown while GitHub fails', async () => {
    world.fail({ path: /permission$/, fault: 502 })
    await expect(ask('ada')).rejects.toMatchObject({ status: 502 })
  })

  it('are those of teams, for Apps that may see members', async () => {
    const team = { org: 'acme', team_slug: 'owners' }
    const { data } = await (await world.token()).rest.teams.listMembersInOrg(team)
    expect(data.map(({ login }) => login).toSorted()).toEqual(['ada', 'lea'])
    const blind = await world.token({ permissions: { contents: 'read' } })
    await expect(blind.rest.teams.listMembersInOrg(team)).rejects.toMatchObject({ status: 403 })
  })
})

describe('reactions', () => {
  it('stand at comments, once a person and kind, and are told apart by their author', async () => {
    const ada = world.person('ada').rest
    const bot = (await world.token()).rest
    const { data: comment } = await ada.issues.createComment({
      ...MODEL,
      issue_number: number,
      body: '/assay',
    })
    const place = { ...MODEL, comment_id: comment.id }
    const { data: eyes, status } = await bot.reactions.createForIssueComment({ ...place, content: 'eyes' })
    const again = await bot.reactions.createForIssueComment({ ...place, content: 'eyes' })
    await ada.reactions.createForIssueComment({ ...place, content: 'eyes' })
    expect([status, again.status, again.data.id]).toEqual([201, 200, eyes.id])
    const { data: all } = await bot.reactions.listForIssueComment(place)
    const path = `/repos/acme/model/issues/comments/${comment.id}/reactions`
    expect(openapiResponseProblems('GET', path, 200, all)).toEqual([])
    expect(all.map(({ content, user }) => [content, user?.login])).toEqual([
      ['eyes', 'assay[bot]'],
      ['eyes', 'ada'],
    ])
    await bot.reactions.deleteForIssueComment({ ...place, reaction_id: eyes.id })
    expect((await bot.reactions.listForIssueComment({ ...place, content: 'eyes' })).data).toHaveLength(1)
    await expect(
      bot.reactions.createForIssueComment({ ...place, content: 'party' as 'eyes' }),
    ).rejects.toMatchObject({ status: 422 })
    await expect(
      bot.reactions.createForIssueComment({ ...MODEL, comment_id: 999, content: 'eyes' }),
    ).rejects.toMatchObject({ status: 404 })
  })

  it('stand at pull requests too, and need the permission for issues, as documented', async () => {
    const bot = (await world.token()).rest
    const { status } = await bot.reactions.createForIssue({
      ...MODEL,
      issue_number: number,
      content: 'rocket',
    })
    expect(status).toBe(201)
    const weaker = (await world.token({ permissions: { pull_requests: 'write' } })).rest
    await expect(
      weaker.reactions.createForIssue({ ...MODEL, issue_number: number, content: 'rocket' }),
    ).rejects.toMatchObject({ status: 403 })
  })
})

describe('comments', () => {
  it('say which App wrote them, and whether they were edited', async () => {
    const bot = (await world.token()).rest
    const ada = world.person('ada').rest
    const place = { ...MODEL, issue_number: number }
    const { data: own } = await bot.issues.createComment({ ...place, body: 'a report' })
    const { data: hers } = await ada.issues.createComment({ ...place, body: '/assay status' })
    await ada.issues.updateComment({ ...MODEL, comment_id: hers.id, body: '/assay promote production' })
    const { data: all } = await bot.issues.listComments(place)
    const shown = all.filter(({ id }) => [own.id, hers.id].includes(id))
    expect(
      shown.map(one => [
        one.user?.type,
        one.performed_via_github_app?.slug,
        one.created_at === one.updated_at,
      ]),
    ).toEqual([
      ['Bot', 'assay', true],
      ['User', undefined, false],
    ])
    await world.github.settled()
    const [first] = world.heard
    expect(first?.payload.comment.performed_via_github_app.slug).toBe('assay')
    // Nothing in a payload leads past the server to what lies behind it.
    expect(first?.body).not.toContain(world.github.upstream)
  })
})

describe('reviews', () => {
  it('have a body, an author with a number, and comments', async () => {
    const mai = world.person('mai').rest
    const { data: review } = await mai.pulls.createReview({
      ...MODEL,
      pull_number: number,
      event: 'REQUEST_CHANGES',
      body: '/assay status',
      comments: [{ path: 'a.txt', position: 1, body: 'why?' }],
    })
    const bot = (await world.token()).rest
    const { data: all } = await bot.pulls.listReviews({ ...MODEL, pull_number: number })
    expect(openapiResponseProblems('GET', `/repos/acme/model/pulls/${number}/reviews`, 200, all)).toEqual([])
    expect(all.at(-1)).toMatchObject({
      id: review.id,
      body: '/assay status',
      state: 'CHANGES_REQUESTED',
      user: { login: 'mai', id: expect.any(Number), type: 'User' },
    })
    const { data: one } = await bot.pulls.getReview({ ...MODEL, pull_number: number, review_id: review.id })
    expect(one.submitted_at).toMatch(/Z$/)
    const { data: comments } = await bot.pulls.listCommentsForReview({
      ...MODEL,
      pull_number: number,
      review_id: review.id,
    })
    expect(comments.map(({ body }) => body)).toEqual(['why?'])
  })
})
