import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CiFacts } from '../../src/ci/ci.ts'
import type { Context } from '../../src/commands/command/context.ts'
import { run } from '../../src/commands/retrain.ts'
import { updateData } from '../../src/commands/retraining/update.ts'
import type { DeployAddress } from '../../src/core/secrets/deploy-address.ts'
import { connectRepository } from '../../src/forges/gitlab/connect.ts'
import { type DeployPlace, gitlabPlace } from '../forges/deploy-places.ts'
import { UNTIMED } from '../support/faults.ts'
import { cloneRepository, createRepository, type TestRepository } from '../support/git-repository.ts'
import { TOKEN, useGitlab } from '../support/gitlab.ts'
import { type DeployScene, useDeploys } from './deploys.ts'

const gitlab = useGitlab()
const deploys = useDeploys()
const scratch = mkdtempSync(join(tmpdir(), 'retrain-update-'))
let deploy: DeployScene
let model: DeployPlace
let branch: string
let checkout: TestRepository
let count = 0
let said: string[] = []

beforeAll(async () => {
  deploy = await deploys.onGitlab(gitlab)
  const made = deploy.release(1)
  await deploy.promote([made], { environment: 'staging' })
  branch = `assay/retrain-${deploy.model.replaceAll('-', '%2D')}-${made.version}`
})

afterAll(() => rmSync(scratch, { recursive: true }))

/** A retraining that was begun, and the checkout of its run. */
async function begun(update: string) {
  model = await gitlabPlace(gitlab, {
    'assay.yml': `model: ${deploy.model}\nmetrics: metrics.json\npaths: [src]\ndeploy: ${deploy.place.project}\nretrain: { pipeline: input, update: ${JSON.stringify(update)} }\n`,
    '.gitlab-ci.yml': 'a: {}\n',
    'data.csv.dvc': 'md5: 1\n',
    'gone.txt': 'old\n',
  })
  await run(context(), { ...OPTIONS })
  const bare = join(gitlab.folder, `${model.project!.split('/').at(-1)}.git`)
  checkout = cloneRepository(`file://${bare}`, join(scratch, String(count++)), '--branch', branch)
}

function open(address: DeployAddress) {
  const { repository } = address as { repository: string }
  return connectRepository({ repository, token: TOKEN.bot, apiUrl: gitlab.url, env: {}, safety: UNTIMED })
}

function context(ci: Partial<CiFacts> = {}): Context {
  return {
    folder: checkout?.folder ?? '/nowhere',
    env: { PATH: process.env.PATH, ASSAY_DEPLOY_TOKEN: 'deploy-token-0123456789', COLOUR: 'blue' },
    ci: { name: 'a CI', repository: model.project!, defaultBranch: 'main', ...ci },
    openDeploy: open,
    now: Date.now,
    log: {
      info() {},
      warn() {},
      live() {},
      raw: chunk => void said.push(Buffer.from(chunk).toString()),
      group: (_, body) => body(),
    },
    signal: new AbortController().signal,
    version: '0.0.0-test',
  }
}

const OPTIONS = {
  config: 'assay.yml',
  'dry-run': false,
  model: undefined,
  environment: undefined,
  claim: undefined,
  reason: undefined,
  report: undefined,
}
const inRun = () => run(context({ runOrder: '7.1' }), { ...OPTIONS, claim: branch })
const git = () => gitlab.double.git(model.project!)
const requests = () =>
  gitlab.double.state().projects[model.project!]!.mergeRequests.filter(({ state }) => state === 'opened')
const proposed = () =>
  checkout.git('fetch', '--quiet', 'origin') + checkout.git('diff', '--name-status', `HEAD..origin/${branch}`)

beforeEach(() => {
  said = []
})

describe('assay retrain --claim with a command that moves the data on', () => {
  it('commits what it changed, added to git and deleted, and proposes it once', async () => {
    await begun(
      'echo md5: 2 > data.csv.dvc; echo "$ASSAY_MODEL $COLOUR $ASSAY_DEPLOY_TOKEN" > new.txt; git add new.txt; rm gone.txt; echo x > scratch.tmp',
    )

    const first = await inRun()
    const again = await inRun()

    expect(first.text).toMatch(/pull request \d+ proposes it/)
    expect(again.text).toBe(first.text)
    expect(requests()).toMatchObject([{ source: branch, title: `Retrain ${deploy.model}` }])
    expect(proposed().split('\n').filter(Boolean)).toEqual(['M\tdata.csv.dvc', 'D\tgone.txt', 'A\tnew.txt'])
    expect(checkout.git('show', `origin/${branch}:data.csv.dvc`).trim()).toBe('md5: 2')
    // The model and variables of the job, and no token of ours.
    expect(checkout.git('show', `origin/${branch}:new.txt`).trim()).toBe(`${deploy.model} blue`)
    expect(checkout.git('log', '-1', '--format=%B', `origin/${branch}`)).toContain(
      `Assay-Model: ${deploy.model}`,
    )
  })

  it.each(['chmod +x data.csv.dvc', 'touch data.csv.dvc; echo new > not-in-git.txt'])(
    'trains nothing where `%s` brings nothing newer',
    async update => {
      await begun(update)
      const before = git().resolve(branch)

      const { text, exitCode, outputs } = await inRun()

      expect(text).toContain(`there is nothing newer to train on: \`${update}\` changed no tracked file`)
      expect(exitCode).toBe(0)
      expect(outputs).toMatchObject({ 'retrain-claimed': 'true' })
      expect(git().resolve(branch)).toBe(before)
      expect(requests()).toEqual([])
    },
  )
})

describe('a command that moves the data on', () => {
  let own: TestRepository
  const update = (command: string, at = own.git('rev-parse', 'HEAD').trim()) =>
    updateData(
      { ...context(), folder: own.folder },
      { run: command, timeout: '1m' },
      { model: 'fraud', champion: 'v1', branch, commit: at },
    )

  beforeEach(() => {
    own = createRepository(join(scratch, String(count++)))
    own.commit('data', {
      'data.csv.dvc': 'md5: 1\n',
      'large.csv': 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 5\n',
    })
  })

  it.each([
    ['echo no network >&2; exit 4', /`echo no network >&2; exit 4` ended with exit code 4/],
    ["printf '\\377\\376' > data.csv.dvc", /data\.csv\.dvc is no text/],
    ['head -c 1100000 /dev/zero | tr "\\0" a > data.csv.dvc', /data\.csv\.dvc cannot be committed/],
    ['echo rows > large.csv', /large\.csv is a file of Git LFS/],
    ['ln -sf /etc/hostname data.csv.dvc', /data\.csv\.dvc cannot be committed/],
  ])('has nothing committed where it ends like this: %s', async (command, why) => {
    await expect(update(command)).rejects.toMatchObject({
      code: 'RETRAIN_FAILED',
      problems: [{ what: expect.stringMatching(why), fix: expect.any(String) }],
    })
  })

  it.each([
    ['at another commit', () => void own.commit('other', { 'a.txt': '1' }), /is checked out, and .* is at/],
    [
      'beside a file that was changed before',
      () => writeFileSync(join(own.folder, 'data.csv.dvc'), 'by a step before\n'),
      /data\.csv\.dvc was changed before `update` of `retrain` ran/,
    ],
    [
      'outside of a checkout',
      () => rmSync(join(own.folder, '.git'), { recursive: true }),
      /not the root of a checkout/,
    ],
  ])('does not run %s', async (_, change, why) => {
    const commit = own.git('rev-parse', 'HEAD').trim()
    change()

    await expect(update('echo ran', commit)).rejects.toMatchObject({
      problems: [{ what: expect.stringMatching(why) }],
    })
    expect(said.join('')).not.toContain('ran')
  })
})
