import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ASSAY_APP, HOOK_SECRET, useAppWorld } from '../support/app-world.ts'

const SEED = {
  users: [{ login: 'ada' }, { login: 'eve' }],
  organisations: ['acme', 'globex'].map(login => ({ login, name: login, members: ['ada'] })),
  repositories: [
    { owner: 'acme', name: 'model', auto_init: true, private: true },
    { owner: 'acme', name: 'page', auto_init: true },
    { owner: 'globex', name: 'model', auto_init: true, private: true },
    { owner: 'eve', name: 'fork', auto_init: false, forkOf: 'acme/page' },
  ],
  apps: [
    {
      ...ASSAY_APP,
      installations: [
        { id: 1, account: 'acme' },
        { id: 2, account: 'globex', permissions: { contents: 'read' as const } },
      ],
    },
  ],
}

const MODEL = { owner: 'acme', repo: 'model' }
const world = useAppWorld(SEED)

const person = (login = 'ada') => world.person(login).rest
const app = (appId?: number | string) => world.app(appId).rest

let branches = 0
async function branch(place = MODEL, rest = person(), name = `change%2D${++branches}`): Promise<string> {
  const { data: main } = await rest.git.getRef({ ...place, ref: 'heads/main' })
  await rest.git.createRef({ ...place, ref: `refs/heads/${name}`, sha: main.object.sha })
  await write(name, `change-${branches}.txt`, place, rest)
  return name
}
const write = async (name: string, path: string, place = MODEL, rest = person()) => {
  const content = Buffer.from(path).toString('base64')
  const file = { ...place, branch: name, path, message: path, content }
  const { data } = await rest.repos.createOrUpdateFileContents(file)
  return data.commit.sha!
}

describe('webhooks', () => {
  it('are signed, name their installation and one guid each', async () => {
    const name = await branch()
    await world.github.settled()
    expect(world.told()).toEqual(['push', 'push'])
    for (const { headers, body } of world.heard) {
      const hash = createHmac('sha256', HOOK_SECRET).update(body).digest('hex')
      expect(headers['x-hub-signature-256']).toBe(`sha256=${hash}`)
      expect(JSON.parse(body)).toMatchObject({
        ref: `refs/heads/${name}`,
        installation: { id: 1 },
        repository: { full_name: 'acme/model', private: true },
        sender: { login: 'ada' },
      })
    }
    expect(new Set(world.heard.map(({ headers }) => headers['x-github-delivery'])).size).toBe(2)
  })

  it('tell of each move of a branch once and in its order, whoever else writes at the time', async () => {
    const name = await branch()
    await world.github.settled()
    world.heard.length = 0
    await Promise.all(Array.from({ length: 8 }, (_, at) => write(name, `file-${at}.txt`)))
    await world.github.settled()
    const moves = new Map(world.heard.map(({ payload }) => [payload.before, payload.after]))
    const { data: ref } = await person().git.getRef({ ...MODEL, ref: `heads/${name}` })
    const first = [...moves.keys()].find(sha => ![...moves.values()].includes(sha))
    const steps = []
    for (let at = first; at !== undefined; at = moves.get(at)) steps.push(at)
    expect(steps.at(-1)).toBe(ref.object.sha)
    expect(steps).toHaveLength(moves.size + 1)
  })

  it('tell of a pull request from its opening to its merge', async () => {
    const name = await branch()
    const { data: pull } = await person().pulls.create({ ...MODEL, title: 'A', head: name, base: 'main' })
    const one = { ...MODEL, pull_number: pull.number }
    const moved = await write(name, 'more.txt')
    await person().pulls.update({ ...one, state: 'closed' })
    await person().pulls.update({ ...one, state: 'open' })
    const { data: merged } = await person().pulls.merge(one)
    await world.github.settled()
    const events = world.told().slice(2)
    expect(events.toSorted()).toEqual(
      [
        'pull_request.opened',
        'push',
        'pull_request.synchronize',
        'pull_request.closed',
        'pull_request.reopened',
        'push',
        'pull_request.closed',
      ].toSorted(),
    )
    const payloads = world.heard.map(({ payload }) => payload)
    const synchronised = payloads.find(({ action }) => action === 'synchronize')
    expect(synchronised).toMatchObject({ after: moved, pull_request: { head: { sha: moved } } })
    const last = payloads.findLast(({ action }) => action === 'closed')
    expect(last.pull_request).toMatchObject({
      merged: true,
      merge_commit_sha: merged.sha,
      merged_by: { login: 'ada' },
      state: 'closed',
    })
  })

  it('tell of a pull request that goes with its branch, and keeps its head', async () => {
    const name = await branch()
    const { data: pull } = await person().pulls.create({ ...MODEL, title: 'A', head: name, base: 'main' })
    const head = await write(name, 'last.txt')
    await world.github.settled()
    world.heard.length = 0
    await person().git.deleteRef({ ...MODEL, ref: `heads/${name}` })
    await world.github.settled()
    expect(world.told().toSorted()).toEqual(['pull_request.closed', 'push'])
    const { data: closed } = await person().pulls.get({ ...MODEL, pull_number: pull.number })
    expect(closed).toMatchObject({ state: 'closed', merged: false, merged_at: null, head: { sha: head } })
  })

  it('tell of comments, reviews and checks, with who wrote them', async () => {
    const name = await branch()
    const { data: pull } = await person().pulls.create({ ...MODEL, title: 'B', head: name, base: 'main' })
    await world.github.settled()
    world.heard.length = 0
    const place = { ...MODEL, issue_number: pull.number }
    const { data: comment } = await person().issues.createComment({ ...place, body: '/assay status' })
    await person().issues.updateComment({ ...MODEL, comment_id: comment.id, body: 'never mind' })
    await person().issues.deleteComment({ ...MODEL, comment_id: comment.id })
    await person().pulls.createReview({ ...MODEL, pull_number: pull.number, event: 'COMMENT', body: 'hm' })
    const bot = await world.token()
    await bot.rest.checks.create({
      ...MODEL,
      name: 'assay',
      head_sha: pull.head.sha,
      status: 'completed',
      conclusion: 'success',
    })
    await world.github.settled()
    expect(world.told().toSorted()).toEqual([
      'check_run.completed',
      'check_run.created',
      'issue_comment.created',
      'issue_comment.deleted',
      'issue_comment.edited',
      'pull_request_review.submitted',
    ])
    const payloads = world.heard.map(({ payload }) => payload)
    const created = payloads.find(({ action, comment: one }) => action === 'created' && one)
    expect(created).toMatchObject({
      comment: { id: comment.id, body: '/assay status', user: { login: 'ada' } },
      issue: { number: pull.number, pull_request: { url: expect.stringContaining('/pulls/') } },
    })
    expect(payloads.find(({ review }) => review)).toMatchObject({
      review: { state: 'commented', body: 'hm' },
    })
    expect(payloads.find(({ check_run: run }) => run)).toMatchObject({
      check_run: { app: { id: 77, slug: 'assay' } },
      sender: { login: 'assay[bot]', type: 'Bot' },
    })
  })

  it('tell of pull requests from forks, whose branch may be called main, and whose commits are known', async () => {
    const page = { owner: 'acme', repo: 'page' }
    const fork = { owner: 'eve', repo: 'fork' }
    await write('main', 'evil.txt', fork, person('eve'))
    const { data: pull } = await person('eve').pulls.create({
      ...page,
      title: 'From outside',
      head: 'eve:main',
      base: 'main',
    })
    expect(pull.head).toMatchObject({ label: 'eve:main', repo: { full_name: 'eve/fork' } })
    const moved = await write('main', 'more.txt', fork, person('eve'))
    await world.github.settled()
    expect(world.told()).toEqual(['pull_request.opened', 'pull_request.synchronize'])
    const { data: now } = await person().pulls.get({ ...page, pull_number: pull.number })
    expect(now.head.sha).toBe(moved)
    const { data: commit } = await person().git.getCommit({ ...page, commit_sha: moved })
    expect(commit.message).toBe('more.txt')
  })

  it('tell of what happens to an installation, and end with it', async () => {
    await world.github.control.install('assay', { id: 9, account: 'eve' })
    await world.github.control.select(9, [])
    await world.github.control.grant(9, { contents: 'read' })
    await world.github.control.uninstall(9)
    await world.github.settled()
    expect(world.told().toSorted()).toEqual([
      'installation.created',
      'installation.deleted',
      'installation.new_permissions_accepted',
      'installation_repositories.removed',
    ])
    await expect(app().apps.getInstallation({ installation_id: 9 })).rejects.toMatchObject({ status: 404 })
  })

  it('reach nobody whose permissions do not show what happened', async () => {
    const globex = { owner: 'globex', repo: 'model' }
    await person().issues.create({ ...globex, title: 'unheard' })
    await branch(globex)
    await world.github.settled()
    expect(world.told()).toEqual(['push', 'push'])
  })
})
