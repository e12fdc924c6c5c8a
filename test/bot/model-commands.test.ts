import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { takeTurn } from '../../src/forges/ensure/turn.ts'
import { githubClient } from '../../src/forges/github/client.ts'
import { githubWorkflows } from '../../src/forges/github/workflows.ts'
import { UNTIMED } from '../support/faults.ts'
import { release } from '../support/releases.ts'
import { delivery, repository, sendAtOnce } from './deliveries.ts'
import { deployFiles, useBot } from './scene.ts'

/** `/assay retrain` and `/assay reweigh`: what is begun in the repository of a model. */

/** Whether deliveries are lost. */
let lost = false
const scene = useBot({
  deliver: async (_, send) => {
    if (!lost) await send()
    return undefined
  },
})
const MODEL = { owner: 'acme', repo: 'model' }
const ASSAY_YML =
  "model: fraud\nmetrics: metrics.json\ndeploy: acme/deploy\nretrain: { file: data/version.txt, value: '{date}' }\n"
let version: string
let number: number
let head: string

beforeAll(async () => {
  const { 'README.md': _, ...files } = deployFiles('fraud') as Record<string, string>
  await scene.write('deploy', files)
  await scene.write('model', {
    'assay.yml': ASSAY_YML,
    '.github/workflows/retrain.yml': 'on: { workflow_dispatch: { inputs: { claim: { required: true } } } }\n',
    CODEOWNERS: 'assay.yml @ada\n',
    '.github/workflows/model.yml':
      'on: pull_request\n# steps\njobs: { m: { steps: [{ uses: acme/assay@v1 }] } }\n',
    '.github/workflows/lint.yml': 'on: pull_request # not assay\n',
  })
  await scene.github.control.role('acme/model', 'eve', 'write')
  await scene.github.control.role('acme/model', 'wim', 'read')
  const made = release(1, 'fraud', { verdict: 'pass' })
  version = made.version
  await scene.letIn(made)
  const { data: main } = await scene.ada.git.getRef({ ...MODEL, ref: 'heads/main' })
  await scene.ada.git.createRef({ ...MODEL, ref: 'refs/heads/change', sha: main.object.sha })
  head = await commitTo('a.txt')
  const { data } = await scene.eve.pulls.create({ ...MODEL, title: 'Change', head: 'change', base: 'main' })
  number = data.number
  await scene.settled()
})

async function rewrite(path: string, content: string): Promise<void> {
  const { data } = await scene.ada.repos.getContent({ ...MODEL, path })
  await scene.ada.repos.createOrUpdateFileContents({
    ...MODEL,
    path,
    message: 'change',
    content: Buffer.from(content).toString('base64'),
    sha: (data as { sha: string }).sha,
  })
}

async function commitTo(path: string): Promise<string> {
  const file = { ...MODEL, path, branch: 'change', message: 'a', content: '' }
  return (await scene.eve.repos.createOrUpdateFileContents(file)).data.commit.sha!
}

async function answerTo(body: string, who: 'ada' | 'eve' = 'ada'): Promise<string> {
  const at = { ...MODEL, issue_number: number }
  await scene[who].issues.createComment({ ...at, body })
  await scene.settled()
  return lastSaid()
}

async function lastSaid(): Promise<string> {
  const at = { ...MODEL, issue_number: number, per_page: 100 }
  const { data } = await scene.ada.issues.listComments(at)
  return (data.at(-1)!.body ?? '').split('\n').slice(1).join('\n').trim()
}

const retrainings = async () =>
  (await scene.ada.pulls.list({ ...MODEL, state: 'all' })).data
    .filter(({ head: { ref } }) => ref.startsWith('assay/retrain-'))
    .map(({ title, body, user }) => ({ title, body: body ?? '', by: user?.login }))

describe('/assay retrain', () => {
  it('is for the owners of the gates', async () => {
    expect(await answerTo('/assay retrain', 'eve')).toBe(
      'eve, `retrain` was not carried out: it takes an owner of the gates: ada.',
    )
    expect(await retrainings()).toEqual([])
  })

  it('has the model trained anew because of what serves, once, and says because of whom', async () => {
    const said = await answerTo('/assay retrain -- the labels of May @octo/all')

    expect(said).toMatch(
      new RegExp(
        `^ada, \`retrain\` of fraud, because of \`${version}\`:\n\n- pull request \\d+ proposes it \\(<http`,
      ),
    )
    const [made, ...others] = await retrainings()
    expect(others).toEqual([])
    expect(made).toMatchObject({ title: 'Retrain fraud', by: 'assay[bot]' })
    expect(made!.body).toMatch(/ada asks for it in pull request \d+: the labels of May/)
    expect(made!.body).not.toContain(' @octo')
    expect(await answerTo('/assay retrain')).toMatch(/because of .*:\n\n- pull request \d+ proposes it/)
    expect(await retrainings()).toHaveLength(1)
  })
})

describe('/assay reweigh', () => {
  const runs = () => scene.github.world.runs.filter(({ repository }) => repository === 'acme/model')

  it('says so where there is no run of Assay for the head', async () => {
    const lint = await scene.github.actions.start({
      repository: 'acme/model',
      headBranch: 'change',
      headSha: head,
      path: '.github/workflows/lint.yml',
    })
    await scene.github.actions.finish(lint)

    expect(await answerTo('/assay reweigh')).toMatch(/there is no run of Assay for `\w{7}` that could be/)
    expect(lint.attempt).toBe(1)
  })

  it('has the run that weighs the head done once more, and only that, once a comment', async () => {
    const run = await scene.github.actions.start({
      repository: 'acme/model',
      headBranch: 'change',
      headSha: head,
      path: '.github/workflows/model.yml',
    })
    expect(await answerTo('/assay reweigh', 'eve')).toMatch(/- model.yml is under way already/)
    await scene.github.actions.finish(run)

    expect(await answerTo('/assay reweigh', 'eve')).toMatch(
      /^eve, `reweigh` of [0-9a-f\u200b]+:\n\n- model.yml runs once more, attempt 2 \(<http/,
    )
    expect(runs().map(({ path, attempt }) => [path.split('/').at(-1), attempt])).toEqual([
      ['lint.yml', 1],
      ['model.yml', 2],
    ])
  })

  it('is answered only where what weighs the head began after it was written', async () => {
    const later = await commitTo('b.txt')
    const run = await scene.github.actions.start({
      repository: 'acme/model',
      headBranch: 'change',
      headSha: later,
      path: '.github/workflows/model.yml',
    })
    run.createdAt = new Date(Date.now() + 5000).toISOString()
    await scene.github.actions.finish(run)

    expect(await answerTo('/assay reweigh')).toMatch(/was set off after this was written/)
    expect(run.attempt).toBe(1)
  })

  it('is nothing where the pull request is closed', async () => {
    await scene.ada.pulls.update({ ...MODEL, pull_number: number, state: 'closed' })

    expect(await answerTo('/assay reweigh')).toMatch(/this pull request is not open/)
  })
})

describe('what has moved since a retraining was asked for', () => {
  afterAll(() => void vi.useRealTimers())

  it('is answered only where what serves began after it was written, and nobody had told of it', async () => {
    lost = true
    const at = { ...MODEL, issue_number: number, body: '/assay retrain' }
    const { data: asked } = await scene.ada.issues.createComment(at)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
    scene.github.world.now = () => Date.now()
    await scene.letIn(release(2, 'fraud', { verdict: 'pass' }))
    lost = false
    const payload = {
      action: 'created',
      repository: repository('acme/model'),
      issue: { number, pull_request: {} },
      comment: { id: asked.id, body: asked.body },
    }
    await sendAtOnce(scene.bot.port, [delivery('issue_comment', payload)])
    await scene.settled()

    expect(await lastSaid()).toMatch(/`2026-05-02-0000002` began to serve after this was written/)
    expect(await retrainings()).toHaveLength(1)
  })

  it('waits for another bot that is starting its run, and is done where that was killed: a claim alone is no end', async () => {
    const { data: main } = await scene.ada.git.getRef({ ...MODEL, ref: 'heads/main' })
    vi.setSystemTime(Date.now() + 5000)
    const branch = 'assay/retrain-fraud-2026-05-02-0000002'
    await scene.ada.git.createRef({ ...MODEL, ref: `refs/heads/${branch}`, sha: main.object.sha })
    const workflows = githubWorkflows(
      githubClient({ token: 'token-of-ada', apiUrl: scene.github.url, safety: UNTIMED }),
      'acme/model',
    )
    const turn = { name: `start ${branch} 1`, commit: main.object.sha, now: Date.now() }
    expect(await takeTurn(workflows, turn)).toBeDefined()
    const started = () => scene.github.world.runs.filter(({ event }) => event === 'workflow_dispatch')
    await rewrite(
      'assay.yml',
      ASSAY_YML.replace(/retrain:.*/, 'retrain: { workflow: retrain.yml, cool_down_days: 0 }'),
    )

    // Its own comment is the last.
    expect(await answerTo('/assay retrain')).toBe('')
    expect(started()).toEqual([])
    await scene.pass(125_000)
    expect(await lastSaid()).toMatch(/because of `2026-05-02-0000002`:\n\n- retrain.yml is started on/)
    expect(started()).toMatchObject([{ headBranch: branch, inputs: { claim: branch } }])
  })
})
