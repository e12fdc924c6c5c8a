import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { githubActions } from '../../../src/ci/github-actions.ts'
import { gitlab } from '../../../src/ci/gitlab.ts'
import { jenkins, withClone } from '../../../src/ci/jenkins.ts'
import { run as check } from '../../../src/commands/check.ts'
import { run as evaluate } from '../../../src/commands/evaluate.ts'
import { run as release } from '../../../src/commands/release.ts'
import { run as report } from '../../../src/commands/report.ts'
import { run as train } from '../../../src/commands/train.ts'
import { useGithub } from '../../support/emulator.ts'
import { checkoutLikeActions } from '../../support/git-repository.ts'
import { baseFiles, CONFIG, good, RUN_DEFAULTS, type Scene, slightlyBetter, useScenes } from '../scene.ts'

const github = useGithub()
const scenes = useScenes()

const REFUSED = { code: 'CHECKOUT_MISMATCH' }
const RAN = CONFIG.replace('echo training', 'touch ran')
const open = () =>
  scenes.onGithub(github, baseFiles({ 'assay.yml': RAN }), { 'candidate.csv': slightlyBetter })

/** What GitHub says of an event, about the pull request of a scene. */
function eventFacts(scene: Scene & { headSha: string }, name: string) {
  const { base, headSha } = scene
  const event = {
    repository: { full_name: 'octo/model', default_branch: 'main' },
    ...(name.startsWith('pull_request') && {
      pull_request: {
        number: 1,
        head: { sha: headSha, repo: { full_name: 'octo/model' } },
        base: { ref: 'main', sha: base },
      },
    }),
    workflow_run: {
      head_sha: headSha,
      head_branch: 'change',
      head_repository: { full_name: 'octo/model', owner: { login: 'octo' } },
    },
    merge_group: { head_sha: headSha, base_sha: base, base_ref: 'refs/heads/main' },
    issue: { number: 1, pull_request: {} },
  }
  const facts = githubActions(
    {
      GITHUB_EVENT_NAME: name,
      GITHUB_REPOSITORY: 'octo/model',
      GITHUB_SHA: headSha,
      GITHUB_REF: 'refs/heads/main',
    },
    event,
  )
  return {
    ...scene.context.ci,
    pullRequest: undefined,
    headSha: undefined,
    baseRef: undefined,
    baseSha: undefined,
    ...facts,
  }
}

async function expectNothing(scene: Scene & { headSha: string }) {
  expect(() => scene.read('ran')).toThrow()
  expect(github.requests).toEqual([])
  expect(await github.checks(scene.headSha)).toEqual([])
}

describe('a run on other files than the commit that its verdict goes to', () => {
  it.each([
    'pull_request',
    'pull_request_target',
    'workflow_run',
    'workflow_dispatch',
    'schedule',
    'push',
    'merge_group',
    'issue_comment',
  ])('ends before anything is run or posted: %s', async name => {
    const scene = await open()
    scene.repository.git('checkout', '--quiet', '--detach', scene.base)
    scene.context.ci = eventFacts(scene, name)

    await expect(scene.run({ base: scene.base })).rejects.toMatchObject(REFUSED)

    await expectNothing(scene)
  })

  it.each(['pull_request', 'pull_request_target'])(
    'goes on where the head is merged into what is checked out: %s',
    async name => {
      const scene = await open()
      scene.context.ci = eventFacts(scene, name)

      expect((await scene.run()).exitCode).toBe(0)
      expect(scene.result().candidate.commit).toBe(scene.headSha)
    },
  )

  it('posts no skip either: GitHub counts that as success', async () => {
    const config = CONFIG.replace('train:', 'paths: [src/**]\ntrain:')
    const scene = await scenes.onGithub(github, baseFiles({ 'assay.yml': config }), { 'src/a.py': 'x' })
    scene.repository.git('checkout', '--quiet', '--detach', scene.base)

    await expect(scene.run()).rejects.toMatchObject(REFUSED)

    await expectNothing(scene)
  })

  it('is not a merge on a branch: what was pushed is one commit', async () => {
    const scene = await open()
    scene.context.ci = eventFacts(scene, 'push')

    await expect(scene.run()).rejects.toMatchObject(REFUSED)
  })

  it.each([
    ['train', train],
    ['evaluate', evaluate],
    ['release', release],
  ])('is refused by assay %s too', async (_, command) => {
    const scene = await open()
    scene.context.ci = eventFacts(scene, 'pull_request')
    scene.repository.git('checkout', '--quiet', '--detach', scene.base)

    await expect(command(scene.context, RUN_DEFAULTS as never)).rejects.toMatchObject({
      ...REFUSED,
      problems: [
        {
          what: expect.stringContaining(`${scene.base.slice(0, 7)} is checked out`),
          fix: expect.stringContaining('`ref:`'),
        },
      ],
    })
  })

  it('is what assay check names', async () => {
    const scene = await open()
    scene.repository.git('checkout', '--quiet', '--detach', scene.base)

    const { exitCode, text } = await check(scene.context, RUN_DEFAULTS)

    expect(exitCode).toBe(2)
    expect(text).toContain(
      `${scene.base.slice(0, 7)} is checked out, and the event is about ${scene.headSha.slice(0, 7)}`,
    )
  })

  it('is seen in a clone of one commit, whose parents only the commit itself names', async () => {
    const scene = scenes.pullRequest(baseFiles(), { 'candidate.csv': slightlyBetter })
    const { git, folder, url } = scene.repository
    git('checkout', '--quiet', '-b', 'merged', scene.base)
    git('merge', '--quiet', '--no-ff', '--message', 'merge', scene.head)
    git('update-ref', 'refs/pull/7/merge', 'HEAD')
    git('update-ref', 'refs/pull/8/merge', scene.base)
    scene.context.ci.baseSha = undefined
    const clones = ['7', '8'].map(number =>
      checkoutLikeActions(url, `refs/pull/${number}/merge`, `${folder}-${number}`),
    )

    scene.context.folder = clones[0]!.folder
    const merged = await scene.run()
    scene.context.folder = clones[1]!.folder
    const other = scene.run()

    expect(merged.exitCode).toBe(0)
    await expect(other).rejects.toMatchObject(REFUSED)
  })

  it('a release takes the commit itself, no merge of it', async () => {
    const scene = await open()

    await expect(release(scene.context, RUN_DEFAULTS as never)).rejects.toMatchObject(REFUSED)
  })

  it('without git nobody can tell', async () => {
    const scene = scenes.pullRequest(
      baseFiles(),
      {},
      { pullRequest: undefined, baseRef: undefined, baseSha: undefined },
    )
    rmSync(join(scene.folder, '.git'), { recursive: true })

    await expect(scene.run()).rejects.toMatchObject({
      ...REFUSED,
      problems: [{ fix: expect.stringContaining('install git') }],
    })
  })
})

describe('on other CIs', () => {
  it('one that Assay does not know gets no advice about the steps of another', async () => {
    const scene = scenes.pullRequest(baseFiles(), {}, { name: 'Some CI' })
    scene.repository.git('checkout', '--quiet', '--detach', scene.base)

    await expect(scene.run()).rejects.toMatchObject({
      problems: [{ fix: 'check out the commit that the run is about, and nothing else before Assay' }],
    })
  })

  const commits = ['1', '2', '3'].map(digit => digit.repeat(40)) as [string, string, string]

  it('GitLab: a merged-results pipeline builds the merge that it names', async () => {
    const scene = scenes.pullRequest(baseFiles(), { 'candidate.csv': slightlyBetter })
    const facts = (CI_COMMIT_SHA: string) => ({
      ...gitlab({
        CI_MERGE_REQUEST_IID: '7',
        CI_MERGE_REQUEST_DIFF_BASE_SHA: scene.base,
        CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: commits[0],
        CI_COMMIT_SHA,
      }),
    })

    scene.context.ci = facts(scene.head)
    expect((await scene.run()).exitCode).toBe(0)
    scene.context.ci = facts(commits[1])
    await expect(scene.run()).rejects.toMatchObject({
      problems: [{ fix: expect.stringContaining('git checkout') }],
    })
  })

  it('Jenkins: what the branch source fetched is neither checked out nor merged', async () => {
    const scene = scenes.pullRequest(baseFiles(), { 'candidate.csv': slightlyBetter })
    const env = { CHANGE_ID: '7', CHANGE_TARGET: 'main', BRANCH_NAME: 'PR-7' }
    const clone = { head: scene.base, parents: [], tracked: scene.head }
    scene.repository.git('checkout', '--quiet', '--detach', scene.base)
    scene.context.ci = { ...jenkins(withClone(env, clone)), baseSha: scene.base }

    await expect(scene.run()).rejects.toMatchObject({
      problems: [{ fix: expect.stringContaining('checkout scm') }],
    })
  })
})

describe('a result of another commit', () => {
  it('is not posted where the event does not say which commit the pull request is at', async () => {
    const scene = await open()
    await evaluate(scene.context, RUN_DEFAULTS)
    github.forget()
    scene.context.ci.headSha = undefined

    const posted = report(scene.context, { ...RUN_DEFAULTS, 'pull-request': undefined } as never)

    await expect(posted).rejects.toMatchObject({ code: 'RESULT_STALE' })
    expect(github.requests).toEqual([])
  })
})

describe('files that are not committed', () => {
  it('on a laptop: no commit is named, nothing tells how to get them, and it is said', async () => {
    const scene = scenes.local(baseFiles(), { 'candidate.csv': slightlyBetter })
    writeFileSync(join(scene.folder, 'candidate.csv'), good)

    const { text } = await scene.run()

    const written =
      scene.read('assay-result/churn/result.json') + scene.read('assay-result/churn/report.md') + text
    expect(scene.result().candidate).toMatchObject({ source: 'uncommitted changes' })
    expect(scene.result().candidate).not.toHaveProperty('commit')
    expect(scene.result()).not.toHaveProperty('reproduce')
    expect(text).toContain('candidate.csv has changes that are not committed')
    expect(written).not.toContain('git checkout')
  })

  it.each([
    ['a configuration', 'assay.yml', RAN],
    ['a script', 'train.py', 'print(1)'],
  ])('%s that git does not have counts', async (_, path, text) => {
    const files = baseFiles({
      'assay.yml': path === 'assay.yml' ? undefined : CONFIG.replace('echo training', 'test -f train.py'),
    })
    const scene = scenes.local(files, { 'x.txt': 'x' })
    writeFileSync(join(scene.folder, path), text)

    await scene.run()

    expect(scene.result().warnings.join()).toContain(`What was judged is no commit: ${path} has changes`)
    expect(scene.result().candidate).not.toHaveProperty('commit')
  })

  it('what commands write, and what git has nothing to do with, does not', async () => {
    const files = baseFiles({ '.gitignore': '', 'predictions.csv': good })
    const scene = scenes.local(files, { 'candidate.csv': slightlyBetter })
    writeFileSync(join(scene.folder, 'notes.txt'), 'x')

    await scene.run()
    await scene.run()

    expect(scene.result().candidate.commit).toBe(scene.head)
    expect(scene.result().reproduce).toContain(scene.head)
  })

  it('cannot be released', async () => {
    const scene = scenes.local(baseFiles(), { 'candidate.csv': slightlyBetter })
    scene.repository.git('remote', 'add', 'origin', 'https://github.com/octo/model.git')
    writeFileSync(join(scene.folder, 'candidate.csv'), good)
    await scene.run()

    const released = release(scene.context, {
      ...RUN_DEFAULTS,
      uri: 's3://models/1',
      'deploy-repo': 'octo/deploy',
    } as never)

    await expect(released).rejects.toMatchObject({
      code: 'RELEASE_INVALID',
      problems: [{ what: expect.stringContaining('of no commit') }],
    })
  })

  it('in a CI an earlier step has changed them: the commit stays, and it is said', async () => {
    const scene = await open()
    writeFileSync(join(scene.folder, 'candidate.csv'), good)

    await scene.run()

    expect(scene.result().candidate).toMatchObject({
      commit: scene.headSha,
      source: 'this commit, with uncommitted changes',
    })
    expect(scene.result().warnings.join()).toContain('candidate.csv had changed before Assay ran')
    expect(scene.result()).not.toHaveProperty('reproduce')
  })

  it('touch the models that depend on them', async () => {
    const config = CONFIG.replace('train:', 'paths: [src/**]\ntrain:')
    const scene = scenes.local(baseFiles({ 'assay.yml': config, 'src/a.py': '1' }), { 'x.txt': 'x' })
    writeFileSync(join(scene.folder, 'src/a.py'), '2')

    const { json } = await scene.run({ base: scene.base })

    expect(json).toMatchObject({ skipped: [] })
  })
})
