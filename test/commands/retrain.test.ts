import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CiFacts } from '../../src/ci/ci.ts'
import type { Context, DeployAccess } from '../../src/commands/command/context.ts'
import { promoteModel } from '../../src/commands/deploy/promote/promote-model.ts'
import type { DeployAddress } from '../../src/core/secrets/deploy-address.ts'
import { connectWith } from '../../src/forges/github/connect.ts'
import { ASSAY_APP, useAppWorld } from '../support/app-world.ts'
import { UNTIMED } from '../support/faults.ts'
import { testFolder } from '../support/git-repository.ts'
import { release } from '../support/releases.ts'
import { deployFiles } from './deploys.ts'
import { retrainContext, runRetrain } from './retrain-runs.ts'

const world = useAppWorld({
  users: [{ login: 'ada' }],
  organisations: [{ login: 'acme', name: 'Acme', members: ['ada'] }],
  repositories: [
    { owner: 'acme', name: 'deploy', auto_init: true, private: true },
    ...Array.from({ length: 18 }, (_, at) => ({
      owner: 'acme',
      name: `model-${at}`,
      auto_init: true,
      private: true,
    })),
  ],
  apps: [{ ...ASSAY_APP, events: [], installations: [{ id: 1, account: 'acme' }] }],
})
/** Each test has a repository of its own. */
const MODEL = { owner: 'acme', repo: 'model--1' }
const DAY = 86_400_000
const WORKFLOW = 'on:\n  workflow_dispatch:\n    inputs: { claim: { required: true } }\n'
const config = (retrain: string) => `model: fraud
metrics: metrics.json
paths: [src]
deploy: acme/deploy
retrain: ${retrain}
`
let version: string
let branch: string
let later = 0

beforeAll(async () => {
  const { 'README.md': _, ...files } = deployFiles('fraud') as Record<string, string>
  await write('deploy', files)
  const made = release(1, 'fraud', { verdict: 'pass' })
  version = made.version
  branch = `assay/retrain-fraud-${version}`
  const address = { kind: 'forge', repository: 'acme/deploy', namedBy: 'job' } as const
  const deploy = { address, name: 'acme/deploy', branch: 'main' }
  const options = { model: 'fraud', candidates: [made], environment: 'staging', dryRun: false }
  await promoteModel(context(), await open(address), deploy, options)
})

beforeEach(() => {
  later = 0
  MODEL.repo = `model-${Number(MODEL.repo.slice(6)) + 1}`
  world.github.world.runs.length = 0
})

async function write(repo: string, files: Record<string, string>) {
  const { repos } = world.person('ada').rest
  for (const [path, content] of Object.entries(files)) {
    const at = { owner: 'acme', repo, path }
    const sha = await repos.getContent(at).then(
      ({ data }) => (data as { sha: string }).sha,
      () => undefined,
    )
    const encoded = Buffer.from(content).toString('base64')
    await repos.createOrUpdateFileContents({ ...at, message: path, content: encoded, ...(sha && { sha }) })
  }
}

function open(address: DeployAddress): Promise<DeployAccess> {
  const { repository } = address as { repository: string }
  return connectWith('token-of-ada', { repository, apiUrl: world.github.url, env: {}, safety: UNTIMED })
}

function context(ci: Partial<CiFacts> = {}): Context {
  const now = () => Date.now() + later
  return retrainContext({ repository: `acme/${MODEL.repo}`, openDeploy: open, now }, ci)
}

const retrain = async (options: object = {}) => (await runRetrain(context(), options)).text
const inRun = async (claim: string, id: string) => runRetrain(context({ runOrder: `${id}.1` }), { claim })

async function pulls() {
  const { data } = await world.person('ada').rest.pulls.list({ ...MODEL, state: 'open' })
  return data.map(({ title, head, body }) => ({ title, branch: head.ref, body: body ?? '' }))
}

describe('assay retrain with a file that names the data', () => {
  beforeEach(() =>
    write(MODEL.repo, { 'assay.yml': config("{ file: data/version.txt, value: '{date} {model}' }") }),
  )

  it('proposes the new data once, however often it is called', async () => {
    const texts = [await retrain({ reason: 'drift <b>@ada</b>' }), await retrain(), await retrain()]

    expect(texts[0]).toMatch(/^➕ fraud, for .*: pull request \d+ proposes it\n {4}http/)
    expect(texts[1]).toMatch(/^✅ fraud, for .*: pull request \d+ proposes it\n/)
    expect(texts[2]).toBe(texts[1])
    const [pull, ...more] = await pulls()
    expect(more).toEqual([])
    expect(pull).toMatchObject({ title: 'Retrain fraud', branch })
    expect(pull!.body).not.toMatch(/<b>|[^\\]@ada/)
    const { repository } = await open({ kind: 'forge', repository: `acme/${MODEL.repo}`, namedBy: 'job' })
    const found = await repository.readHead(branch, 'data/version.txt')
    expect(found!.text).toBe(`${new Date().toISOString().slice(0, 10)} fraud\n`)
  })

  it.each([
    ['fraud', true],
    ['churn', false],
  ])('shows what `assay drift` left about %s: %s', async (model, isShown) => {
    const { folder, remove } = testFolder()
    mkdirSync(join(folder, 'assay-result'))
    writeFileSync(join(folder, 'assay-result/drift.json'), JSON.stringify({ model }))
    const markdown = `## 🔴 ${model}: critical\n<!-- assay:end 0000000000000000 -->\n`
    writeFileSync(join(folder, 'assay-result/drift.md'), markdown)

    await runRetrain({ ...context(), folder })
    remove()

    const [{ body } = { body: '' }] = await pulls()
    expect(body.includes(`## 🔴 ${model}: critical`)).toBe(isShown)
    expect(body).not.toContain('<!-- assay:end 0000000000000000 -->')
  })

  it('has one claim and one pull request where many call at once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => retrain()))

    expect(await pulls()).toHaveLength(1)
  })

  it.each([
    ['before the claim', /\/graphql/, /updateRefs/, false],
    ['after the claim', /\/git\/trees$/, undefined, false],
    ['after the commit', /\/pulls$/, undefined, false],
    ['before it heard of the pull request', /\/pulls$/, undefined, true],
  ])('goes on where it was stopped %s', async (_, path, body, takesEffect) => {
    world.fail({ method: 'POST', path, ...(body && { body }), fault: 422, times: 1, takesEffect })
    await retrain().catch(() => {})

    await retrain()

    expect(await pulls()).toHaveLength(1)
    expect(await retrain()).toContain('proposes it')
  })

  it('is not begun again before the days are over, and then is', async () => {
    await retrain()
    const { rest } = world.person('ada')
    const { data } = await rest.pulls.list({ ...MODEL, state: 'open' })
    await rest.pulls.update({ ...MODEL, pull_number: data[0]!.number, state: 'closed' })

    expect(await retrain()).toMatch(
      /⏳ .* was retrained already \(pull request \d+\); 7 days .*; again from 20/,
    )
    expect(await pulls()).toEqual([])
    later = 8 * DAY
    expect(await retrain()).toMatch(/^➕/)
    expect(await pulls()).toHaveLength(1)
  })

  it('writes nothing where it is only asked what it would do', async () => {
    expect(await retrain({ 'dry-run': true })).toContain(`would retrain on the branch ${branch}`)
    const { repository } = await open({ kind: 'forge', repository: `acme/${MODEL.repo}`, namedBy: 'job' })
    expect(await repository.listBranches('assay/')).toEqual([])
  })
})

describe('assay retrain with a workflow', () => {
  beforeEach(() =>
    write(MODEL.repo, {
      'assay.yml': config('{ workflow: retrain.yml }'),
      '.github/workflows/retrain.yml': WORKFLOW,
    }),
  )
  const runs = () => world.github.world.runs.filter(({ event }) => event === 'workflow_dispatch')

  it('starts one run, and a run that was started twice ends there', async () => {
    expect(await retrain()).toContain(`retrain.yml is started on ${branch}`)
    expect(await retrain()).toContain('its run is under way')
    expect(runs().map(({ inputs, headBranch }) => ({ inputs, headBranch }))).toEqual([
      { inputs: { claim: branch }, headBranch: branch },
    ])

    expect((await inRun(branch, '1')).outputs).toMatchObject({ 'retrain-claimed': 'true' })
    expect((await inRun(branch, '2')).outputs).toMatchObject({ 'retrain-claimed': 'false' })
    expect((await inRun(branch, '2')).exitCode).toBe(0)
    // A step of the same run.
    const later = await inRun(branch, '1')
    expect(later.outputs).toMatchObject({ 'retrain-claimed': 'true' })
    expect(later.text).toContain('where the run ends so, there was nothing newer to train on')
    expect(await pulls()).toEqual([])
  })

  it('proposes what the run has pushed', async () => {
    await retrain()
    await inRun(branch, '1')
    await world.person('ada').rest.repos.createOrUpdateFileContents({
      ...MODEL,
      path: 'data/rows.csv',
      branch,
      message: 'data',
      content: '',
    })

    expect((await inRun(branch, '1')).text).toMatch(/pull request \d+ proposes it/)
    expect(await pulls()).toHaveLength(1)
    expect(await retrain()).toMatch(/^✅ .*proposes it/)
  })

  it('starts a run that failed anew, three in all, and three more where the branch was deleted', async () => {
    for (const attempt of [branch, `${branch}/2`, `${branch}/3`]) {
      await retrain()
      expect(runs().at(-1)!.inputs).toEqual({ claim: attempt })
      expect((await inRun(attempt, attempt)).outputs).toMatchObject({ 'retrain-claimed': 'true' })
      await world.github.actions.finish(runs().at(-1)!, 'failure')
    }

    expect(await retrain()).toContain('3 runs failed; delete the branch')
    expect(runs()).toHaveLength(3)
    await world.person('ada').rest.git.deleteRef({ ...MODEL, ref: `heads/${branch}` })

    expect(await retrain()).toMatch(/^➕ .*retrain.yml is started on assay\/[^,\n]*$/)
    expect(await retrain()).toContain('its run is under way')
    expect(runs()).toHaveLength(4)
    expect(runs().at(-1)!.inputs).toEqual({ claim: branch })
    expect((await inRun(branch, '9')).outputs).toMatchObject({ 'retrain-claimed': 'true' })
    await world.github.actions.finish(runs().at(-1)!, 'failure')
    expect(await retrain()).toContain('attempt 2')
  })

  it('refuses a claim that nobody made', async () => {
    await expect(inRun(branch, '1')).rejects.toMatchObject({ code: 'RETRAIN_CLAIM' })
    await expect(inRun('main', '1')).rejects.toMatchObject({ code: 'RETRAIN_CLAIM' })
  })
})

describe('assay retrain', () => {
  it('says all that keeps it from retraining', async () => {
    await write(MODEL.repo, { 'assay.yml': 'model: fraud\nmetrics: metrics.json\n' })

    await expect(retrain()).rejects.toMatchObject({
      code: 'RETRAIN_IMPOSSIBLE',
      problems: [
        { what: expect.stringContaining('`retrain`') },
        { what: expect.stringContaining('`deploy`') },
      ],
    })
  })
})
