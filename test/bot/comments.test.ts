import { beforeAll, describe, expect, it } from 'vitest'
import { githubApp } from '../../src/forges/github/app.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import { UNTIMED } from '../support/faults.ts'
import { release } from '../support/releases.ts'
import { rounds } from '../support/rounds.ts'
import { delivery, repository, sendAtOnce } from './deliveries.ts'
import { openPull } from './open-pull.ts'
import { deployFiles, PERMISSIONS, useBot } from './scene.ts'

/** Commands in comments, from the webhook to the answer. */

/** Another App's, which people have there as well. */
const RENOVATE = { id: 78, slug: 'renovate', permissions: PERMISSIONS, events: [] }
const scene = useBot({ apps: [{ ...RENOVATE, installations: [{ id: 3, account: 'acme' }] }] })
const MODEL = { owner: 'acme', repo: 'model' }
const ASSAY_YML = `model: fraud
train: python train.py
evaluate: python evaluate.py
metrics: metrics.json
deploy: acme/deploy
gates: [{ metric: roc_auc, at_least: 0.5 }]
`
let pull: number
let version: string
/** Another pull request, which was merged later. */
let other: number

beforeAll(async () => {
  const { 'README.md': _, ...files } = deployFiles('fraud') as Record<string, string>
  await scene.write('deploy', files)
  await scene.write('model', {
    'assay.yml': ASSAY_YML,
  })
  await scene.github.control.role('acme/deploy', 'eve', 'read')
  await scene.github.control.role('acme/model', 'eve', 'write')
  const { commit } = await mergedPull()
  const made = release(1, 'fraud', { commit, verdict: 'pass' })
  version = made.version
  await scene.letIn(made)
  await scene.settled()
})

async function mergedPull() {
  const { ada } = scene
  pull = await openPull(ada)
  const { data: merged } = await ada.pulls.merge({ ...MODEL, pull_number: pull })
  return { commit: merged.sha }
}

/** What stands below a pull request after somebody has written there: what the bot says. */
async function answersTo(body: string, who: 'ada' | 'eve' = 'ada', at = { ...MODEL, issue_number: pull }) {
  const before = (await commentsAt(at)).length
  const { data: asked } = await scene[who].issues.createComment({ ...at, body })
  await scene.settled()
  const data = await commentsAt(at)
  const reactions = await scene.ada.reactions.listForIssueComment({ ...MODEL, comment_id: asked.id })
  return {
    id: asked.id,
    said: data.slice(before + 1).map(({ body: text = '' }) => text.split('\n').slice(1).join('\n').trim()),
    signs: reactions.data.map(({ content }) => content),
  }
}

/** Two pages: one who asks on and on leaves more than fit on one. */
async function commentsAt(at: typeof MODEL & { issue_number: number }) {
  const pages = [1, 2].map(page => scene.ada.issues.listComments({ ...at, per_page: 100, page }))
  return (await Promise.all(pages)).flatMap(({ data }) => data)
}

const branches = async (prefix: string) => (await scene.deploy()).repository.listBranches(prefix)

describe('a command in a comment', () => {
  it('is answered once, with a sign, whoever looks how often', async () => {
    const { id, said, signs } = await answersTo('/assay status')

    expect(said).toEqual([
      `ada, \`status\` of fraud:\n\n- staging: \`${version}\`\n- production: nothing serves; \`${version}\` waits for approval, pull request 2`,
    ])
    expect(signs).toEqual(['+1'])
    const payload = {
      action: 'created',
      repository: repository('acme/model'),
      issue: { number: pull, pull_request: {} },
      comment: { id, body: '/assay status' },
    }
    await sendAtOnce(
      scene.bot.port,
      Array.from({ length: 10 }, () => delivery('issue_comment', payload)),
    )
    await scene.settled()
    const { data } = await scene.ada.issues.listComments({ ...MODEL, issue_number: pull, per_page: 100 })
    expect(data.filter(({ user }) => user?.login === 'assay[bot]')).toHaveLength(1)
  })

  it('promotes the release of a merged pull request, and names it', async () => {
    const { said } = await answersTo('/assay promote production')

    expect(said).toEqual([
      expect.stringMatching(
        `^ada, \`promote\` of \`${version}\`:\n\n- fraud in production: \`${version}\` waits for approval \\(<http.*>\\)$`,
      ),
    ])
  })

  it('holds, by the pull request of the command line, with the reason as text', async () => {
    const { said } = await answersTo('/assay hold production -- the sale @octo/all')

    expect(said[0]).toMatch(/^ada, `hold` of fraud:\n\n- fraud in production: held by ada: the sale /)
    expect(said[0]).not.toContain('@octo')
    expect(await branches('assay/hold/')).toEqual(['assay/hold/production/fraud'])
    expect((await answersTo('/assay release-hold production')).said[0]).toMatch(
      /to lift it, close pull request \d+/,
    )
  })

  it.each([
    ['/assay promte production', /did you mean `promote`/, ['confused']],
    ['/assay promote', /an environment has to be named/, ['confused']],
    ['/assay promote prod', /no environment named prod/, ['-1']],
    ['/assay promote production churn', /no model named churn/, ['-1']],
    ['/assay rollback staging', /was not carried out: .*first release there/, ['-1']],
    ['/assay help', /^The first line of a comment may be a command/, ['+1']],
  ])('%s is answered', async (body, words, signs) => {
    const answer = await answersTo(body)

    expect(answer.said).toEqual([expect.stringMatching(words)])
    expect(answer.signs).toEqual(signs)
  })
})

describe('what a command is bound to', () => {
  it('CH-009, CH-027, CH-031: nothing of a pull request that is open is promoted, whatever its head is', async () => {
    const { data: main } = await scene.ada.git.getRef({ ...MODEL, ref: 'heads/main' })
    await scene.ada.git.createRef({ ...MODEL, ref: 'refs/heads/open', sha: main.object.sha })
    const file = { ...MODEL, path: 'b.txt', branch: 'open', message: 'b', content: '' }
    await scene.ada.repos.createOrUpdateFileContents(file)
    const { data } = await scene.ada.pulls.create({ ...MODEL, title: 'Open', head: 'open', base: 'main' })
    other = data.number

    const { said } = await answersTo('/assay promote production', 'ada', {
      ...MODEL,
      issue_number: data.number,
    })

    expect(said).toEqual([expect.stringMatching(/this pull request is not merged/)])
    await scene.ada.pulls.merge({ ...MODEL, pull_number: data.number })
    const { said: early } = await answersTo('/assay promote production', 'ada', {
      ...MODEL,
      issue_number: data.number,
    })
    expect(early).toEqual([expect.stringMatching(/acme\/deploy has no release of fraud from `\w{7}`/)])
  })
})

it('status says a hold that is in force or proposed, where nothing waits behind it too', async () => {
  const at = (model: string) => `apps/${model}/overlays/staging/model-hold.yaml`
  await scene.write('deploy', {
    [at('fraud')]: 'reason: the audit\nby: kim\nsince: "2026-05-01T00:00:00Z"\n',
    [at('frawd')]: 'reason: a slip\nby: kim\nsince: "2026-05-01T00:00:00Z"\n',
  })
  await scene.settled()

  const [said] = (await answersTo('/assay status', 'ada', { ...MODEL, issue_number: other })).said
  expect(said).toContain(`- staging: \`${version}\`; held by kim: the audit\n`)
  expect(said).toMatch(
    /- production: nothing serves; .*held by ada: the sale .*\(pull request \d+, not merged yet\)/,
  )
  expect(said).not.toContain('a slip')
})

it('a review may be a command, which is answered below', async () => {
  const { data: main } = await scene.ada.git.getRef({ ...MODEL, ref: 'heads/main' })
  await scene.ada.git.createRef({ ...MODEL, ref: 'refs/heads/reviewed', sha: main.object.sha })
  const file = { ...MODEL, path: 'd.txt', branch: 'reviewed', message: 'd', content: '' }
  await scene.ada.repos.createOrUpdateFileContents(file)
  const { data } = await scene.ada.pulls.create({ ...MODEL, title: 'R', head: 'reviewed', base: 'main' })
  const review = { ...MODEL, pull_number: data.number, event: 'COMMENT' } as const

  await scene.eve.pulls.createReview({ ...review, body: '/assay status' })
  await scene.eve.pulls.createReview({ ...review, body: 'what about /assay status?' })
  await scene.settled()

  const { data: said } = await scene.ada.issues.listComments({ ...MODEL, issue_number: data.number })
  expect(said.map(({ body = '' }) => body.split('\n')[1])).toEqual(['eve, `status` of fraud:'])
})

describe('a waiver', () => {
  const WAIVE = '/assay waive roc_auc until 2126-12-31 -- the labels came late'
  const waivers = async () =>
    (await scene.ada.pulls.list({ ...MODEL, state: 'open' })).data.filter(({ title }) =>
      title.startsWith('Waive'),
    )

  it('is proposed for a maintainer who has no hand in the pull request, and for nobody else', async () => {
    const { data: main } = await scene.ada.git.getRef({ ...MODEL, ref: 'heads/main' })
    await scene.ada.git.createRef({ ...MODEL, ref: 'refs/heads/eves', sha: main.object.sha })
    const file = { ...MODEL, path: 'c.txt', branch: 'eves', message: 'c', content: '' }
    await scene.eve.repos.createOrUpdateFileContents(file)
    const { data } = await scene.eve.pulls.create({ ...MODEL, title: 'Eve’s', head: 'eves', base: 'main' })
    const at = { ...MODEL, issue_number: data.number }

    expect((await answersTo(WAIVE, 'eve', at)).said).toEqual([
      expect.stringMatching(/a waiver is not for those who wrote|whose they are/),
    ])
    expect(await waivers()).toEqual([])
    const { said } = await answersTo(WAIVE, 'ada', at)
    expect(said).toEqual([expect.stringMatching(/roc_auc may fail until 2126-12-31 once this is merged/)])
    const [made] = await waivers()
    expect(made).toMatchObject({
      title: 'Waive roc_auc of fraud until 2126-12-31',
      user: { login: 'assay[bot]' },
    })
    const { data: after } = await scene.ada.repos.getContent({
      ...MODEL,
      path: 'assay.yml',
      ref: made!.head.ref,
    })
    expect(Buffer.from((after as { content: string }).content, 'base64').toString()).toBe(
      `${ASSAY_YML}waivers:\n  - metric: roc_auc\n    reason: the labels came late\n    author: ada\n    until: "2126-12-31"\n`,
    )
  })
})

describe('whoever may not', () => {
  it('CH-002, CH-004: is refused by what the forge says of them in the deploy repository', async () => {
    for (const body of [
      '/assay hold staging -- x',
      '/assay promote production',
      '/assay rollback production',
    ]) {
      const { said, signs } = await answersTo(body, 'eve')
      expect(said).toEqual([expect.stringMatching(/was not carried out: it takes the right to write/)])
      expect(signs).toEqual(['-1'])
    }
    expect(await branches('assay/hold/staging')).toEqual([])
  })

  it('is refused what is of those who are named in CODEOWNERS', async () => {
    await scene.write('deploy', { CODEOWNERS: 'apps/fraud/ @kim' })

    expect(
      (await answersTo('/assay rollback production', 'ada', { ...MODEL, issue_number: other })).said,
    ).toEqual([expect.stringMatching(/it takes one of those named for it: kim/)])
  })

  it('CH-025: is an account that got the name of another', async () => {
    scene.github.control.takeOver('eve')

    expect((await answersTo('/assay status', 'eve')).said).toEqual([
      expect.stringMatching(/the account of that name is another one by now/),
    ])
  })
})

describe('nobody is answered', () => {
  it.each([
    ['a comment', 'looks good'],
    ['CH-010: a quote', '> /assay promote production'],
    ['CH-016: a command further in', 'please /assay promote production'],
  ])('by %s', async (_, body) => {
    expect(await answersTo(body)).toMatchObject({ said: [], signs: [] })
  })

  it.each([
    ['CH-023: who is this bot', 0, 1],
    // As one that answers whatever a bot says.
    ['CH-023, CH-024: who is another bot, however often', 1, rounds(5, 100)],
  ])('%s', async (_, which, times) => {
    const { clientId, privateKey } = scene.github.world.apps[which]!
    const app = githubApp({ clientId, privateKey }, { apiUrl: scene.github.url, safety: UNTIMED })
    const scope = { repository: 'acme/model', permissions: { pull_requests: 'write' } } as const
    const token = app.tokens((await app.installationOf('acme/model'))!, scope)
    const { rest } = githubClient({ token, apiUrl: scene.github.url, safety: UNTIMED })
    const at = { ...MODEL, issue_number: other }
    const saidByBot = async () =>
      (await commentsAt(at)).filter(({ user }) => user?.login === 'assay[bot]').length
    const before = await saidByBot()

    for (let time = 0; time < times; time++) {
      await rest.issues.createComment({ ...at, body: '/assay hold staging -- x' })
      await scene.settled()
    }

    expect(await saidByBot()).toBe(before + (which === 0 ? 1 : 0))
    expect(await branches('assay/hold/staging')).toEqual([])
  })

  it('CH-008: in an issue', async () => {
    const { data } = await scene.ada.issues.create({ ...MODEL, title: 'x' })
    expect((await answersTo('/assay status', 'ada', { ...MODEL, issue_number: data.number })).said).toEqual(
      [],
    )
  })
})

describe('CH-035: a configuration that is broken', () => {
  it('is told with its line, and nothing is done', async () => {
    const { data } = await scene.ada.repos.getContent({ ...MODEL, path: 'assay.yml' })
    await scene.ada.repos.createOrUpdateFileContents({
      ...MODEL,
      path: 'assay.yml',
      message: 'typo',
      content: Buffer.from(ASSAY_YML.replace('at_least', 'at_lest')).toString('base64'),
      sha: (data as { sha: string }).sha,
    })
    const { said } = await answersTo('/assay hold staging -- x', 'ada', { ...MODEL, issue_number: other })

    expect(said[0]).toMatch(
      /assay.yml:.6:.28: unknown key `at_lest` in `gates.0` \(did you mean `at_least`\?\)/,
    )
    expect(await branches('assay/hold/staging')).toEqual([])
  })
})
