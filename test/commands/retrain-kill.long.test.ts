import { describe, expect, it } from 'vitest'
import type { CiFacts } from '../../src/ci/ci.ts'
import type { Context } from '../../src/commands/command/context.ts'
import { promoteModel } from '../../src/commands/deploy/promote/promote-model.ts'
import { connectWith } from '../../src/forges/github/connect.ts'
import { connectRepository } from '../../src/forges/gitlab/connect.ts'
import { gitlabPlace } from '../forges/deploy-places.ts'
import { ASSAY_APP, useAppWorld } from '../support/app-world.ts'
import { type FaultRule, isWrite, UNTIMED } from '../support/faults.ts'
import { TOKEN, useGitlab } from '../support/gitlab.ts'
import { release } from '../support/releases.ts'
import { rounds } from '../support/rounds.ts'
import { deployFiles, useDeploys } from './deploys.ts'
import { retrainContext, runRetrain } from './retrain-runs.ts'

/**
 * A retraining that has had its end, whose branch was deleted to have it begun anew; and whoever begins it is killed at one of the writes
 * that this takes. Asked for once more it begins, and its run has its claim.
 */

const MODEL = { owner: 'acme', repo: 'model' }
const github = useAppWorld({
  users: [{ login: 'ada' }],
  organisations: [{ login: 'acme', name: 'Acme', members: ['ada'] }],
  repositories: ['deploy', 'model'].map(name => ({ owner: 'acme', name, auto_init: true, private: true })),
  apps: [{ ...ASSAY_APP, events: [], installations: [{ id: 1, account: 'acme' }] }],
})
const gitlab = useGitlab()
const deploys = useDeploys()

interface Place {
  branch: string
  context: Pick<Context, 'openDeploy'> & { repository: string }
  /** Claims that runs were given, the newest last. */
  runs(): unknown[]
  /** The newest run ends and leaves nothing. */
  finish(): unknown
  deleteBranch(): unknown
  /** From now on, until no rule is left. */
  fail(rule: FaultRule): void
}

let now = Date.now()

async function retraining(place: Place, ci: Partial<CiFacts> = {}, claim?: string) {
  return runRetrain(retrainContext({ ...place.context, now: () => now }, ci), { claim })
}

/** A retraining that begins and ends; whether its run had its claim. */
async function life(place: Place): Promise<string | undefined> {
  await retraining(place)
  const number = place.runs().length
  const { outputs } = await retraining(place, { runOrder: `${number}.1` }, place.branch)
  await place.finish()
  return outputs?.['retrain-claimed']
}

/** @param usual which of them where not all are played. @returns how many writes there are */
async function killedAtEach(place: Place, usual: { first: number; step: number }): Promise<number> {
  expect(await life(place)).toBe('true')
  for (let at = rounds(usual.first, 0); ; at += rounds(usual.step, 1)) {
    await place.deleteBranch()
    const before = place.runs().length
    let writes = 0
    let isOver = false
    place.fail({ fault: 'reset', when: called => !isOver && isWrite(called) && writes++ >= at })
    await retraining(place).catch(() => {})
    isOver = true
    if (writes <= at) return writes
    // Nobody who was killed has a turn any more.
    now += 130_000
    expect([at, await life(place)]).toEqual([at, 'true'])
    expect(place.runs().slice(before)).toEqual([place.branch])
  }
}

describe('a retraining that is begun anew, and killed at that', () => {
  it('begins when it is asked for again, on GitHub', async () => {
    const { rest } = github.person('ada')
    const write = async (repo: string, files: Record<string, string>) => {
      for (const [path, text] of Object.entries(files)) {
        const content = Buffer.from(text).toString('base64')
        await rest.repos.createOrUpdateFileContents({ owner: 'acme', repo, path, message: path, content })
      }
    }
    const { 'README.md': _, ...files } = deployFiles('fraud') as Record<string, string>
    await write('deploy', files)
    await write('model', {
      'assay.yml':
        'model: fraud\nmetrics: metrics.json\npaths: [src]\ndeploy: acme/deploy\nretrain: { workflow: retrain.yml }\n',
      '.github/workflows/retrain.yml':
        'on:\n  workflow_dispatch:\n    inputs: { claim: { required: true } }\n',
    })
    const made = release(1, 'fraud', { verdict: 'pass' })
    const open = (repository: string) =>
      connectWith('token-of-ada', { repository, apiUrl: github.github.url, env: {}, safety: UNTIMED })
    const address = { kind: 'forge', repository: 'acme/deploy', namedBy: 'job' } as const
    await promoteModel(
      { env: {}, ci: { name: 'a CI' }, now: Date.now, log: QUIET, signal: NEVER, version: '0.0.0-test' },
      await open('acme/deploy'),
      { address, name: 'acme/deploy', branch: 'main' },
      { model: 'fraud', candidates: [made], environment: 'staging', dryRun: false },
    )
    const branch = `assay/retrain-fraud-${made.version}`
    const runs = () => github.github.world.runs.filter(({ event }) => event === 'workflow_dispatch')
    const writes = await killedAtEach(
      {
        branch,
        context: { repository: 'acme/model', openDeploy: at => open((at as typeof address).repository) },
        runs: () => runs().map(({ inputs }) => inputs.claim),
        finish: () => github.github.actions.finish(runs().at(-1)!, 'success'),
        deleteBranch: () => rest.git.deleteRef({ ...MODEL, ref: `heads/${branch}` }),
        fail: github.fail,
      },
      { first: 1, step: 4 },
    )
    expect(writes).toBeGreaterThan(5)
  })

  it('begins when it is asked for again, on GitLab', async () => {
    const deploy = await deploys.onGitlab(gitlab)
    const made = deploy.release(1)
    await deploy.promote([made], { environment: 'staging' })
    const place = await gitlabPlace(gitlab, {
      'assay.yml': `model: ${deploy.model}\nmetrics: metrics.json\npaths: [src]\ndeploy: ${deploy.place.project}\nretrain: { pipeline: input }\n`,
      '.gitlab-ci.yml': 'a: {}\n',
    })
    const project = place.project!
    const branch = `assay/retrain-${deploy.model.replaceAll('-', '%2D')}-${made.version}`
    const pipelines = () => gitlab.double.state().projects[project]!.pipelines
    const git = gitlab.double.git(project)
    const writes = await killedAtEach(
      {
        branch,
        context: {
          repository: project,
          openDeploy: at =>
            connectRepository({
              repository: (at as { repository: string }).repository,
              token: TOKEN.bot,
              apiUrl: gitlab.url,
              env: {},
              safety: UNTIMED,
            }),
        },
        runs: () => pipelines().map(({ inputs }) => (inputs as { claim?: string }).claim),
        finish: () => Object.assign(pipelines().at(-1)!, { status: 'success' }),
        deleteBranch: () => git.move(branch, git.resolve(branch), undefined),
        fail: gitlab.fail,
      },
      { first: 3, step: 20 },
    )
    expect(writes).toBeGreaterThan(3)
  })
})

// --- internal ---

const NEVER = new AbortController().signal
const QUIET = { info() {}, warn() {}, raw() {}, live() {}, group: (_: string, body: () => never) => body() }
