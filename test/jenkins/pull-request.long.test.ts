import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { starterCi } from '../../src/ci/starter.ts'
import { deployFiles } from '../commands/deploys.ts'
import {
  bad,
  baseFiles,
  CONFIG,
  predictions,
  type Scene,
  slightlyBetter,
  useScenes,
} from '../commands/scene.ts'
import { githubPlace } from '../forges/deploy-places.ts'
import { TOKENS, useGithub } from '../support/emulator.ts'
import { cloneRepository } from '../support/git-repository.ts'
import { GITLAB_BOT, PROJECT, TOKEN, useGitlab } from '../support/gitlab.ts'
import { noEngine } from './engine.ts'
import { type BuildRequest, useJenkins } from './jenkins.ts'

const github = useGithub()
const gitlab = useGitlab()
const scenes = useScenes()
const jenkins = useJenkins()

type Opened = Scene & { pullRequest: number; headSha: string }

/** What a branch source leaves in the workspace of a pull request, and says about it. */
function changeOf(scene: Opened): { workspace: string; env: Record<string, string> } {
  scene.repository.git('update-ref', 'refs/remotes/origin/PR-1', scene.head)
  scene.repository.git('update-ref', 'refs/remotes/origin/main', scene.base)
  return {
    workspace: scene.folder,
    env: {
      BRANCH_NAME: 'PR-1',
      CHANGE_ID: String(scene.pullRequest),
      CHANGE_TARGET: 'main',
      CHANGE_BRANCH: 'change',
      CHANGE_URL: `${github.url}/octo/model/pull/${scene.pullRequest}`,
    },
  }
}

async function build(scene: Opened, more: Partial<BuildRequest> = {}) {
  const { workspace, env } = changeOf(scene)
  return jenkins.build({
    jenkinsfile: "assayPipeline(credentialsId: 'assay-token')",
    workspace,
    credentials: { 'assay-token': TOKENS.workflow },
    ...more,
    env: { ...env, ...more.env },
  })
}

/** The commits that checks were asked for. The emulator has none of this repository's: it knows pull requests, not pushes. */
const checkedCommits = () =>
  github.requests
    .filter(({ method, path }) => method === 'POST' && path.endsWith('/check-runs'))
    .map(({ body }) => (body as { head_sha: string }).head_sha)

const openChange = (candidate: string, config = CONFIG) =>
  scenes.onGithub(
    github,
    baseFiles({ 'assay.yml': config }),
    { 'candidate.csv': candidate },
    { merged: false },
  )

describe.skipIf(noEngine)('a pull request on Jenkins', () => {
  it('of a GitHub source: comment, check on its head, description, artifacts; the file that `init` writes', async () => {
    const scene = await openChange(slightlyBetter)

    const { result, description, steps, log } = await build(scene, {
      jenkinsfile: starterCi('jenkins').text,
    })

    expect(result).toBe('SUCCESS')
    expect(description).toMatch(/^churn: pass — /)
    expect(await github.comments(scene.pullRequest)).toMatchObject([
      { body: expect.stringContaining('churn: pass') },
    ])
    expect(new Set(checkedCommits())).toEqual(new Set([scene.head]))
    expect(steps.find(({ step }) => step === 'archiveArtifacts')!.files).toContain(
      'assay-result/churn/result.json',
    )
    expect(log).toContain('Comment created')
  })

  it('built as a merge with its target: check and comment are on its own head all the same', async () => {
    const scene = await openChange(slightlyBetter)
    const { git } = scene.repository
    git('checkout', '--quiet', scene.base)
    const moved = scene.repository.commit('main moves on', { 'other.txt': 'other' })
    git('checkout', '--quiet', scene.head)
    git('merge', '--quiet', '--no-edit', moved)

    const { result } = await build(scene)

    expect(result).toBe('SUCCESS')
    expect(git('rev-parse', 'HEAD')).not.toBe(scene.head)
    expect(new Set(checkedCommits())).toEqual(new Set([scene.head]))
    expect(scene.result().configuration.commit).toBe(moved)
  })

  it('whose gate fails: the build fails with the words of the verdict, and keeps the artifacts', async () => {
    const scene = await openChange(bad)

    const { result, error, description, steps } = await build(scene)

    expect(result).toBe('FAILURE')
    expect(description).toBe('churn: fail — worse than the champion')
    expect(error).toMatch(
      /^churn: fail — worse than the champion\. .*gate.* accuracy not worse than champion .*failed/i,
    )
    expect(steps.find(({ step }) => step === 'archiveArtifacts')!.files).toContain(
      'assay-result/churn/report.html',
    )
  })

  it('that cannot be judged: the build is unstable, never green', async () => {
    const elsewhereWrong = predictions(row => row % 10 === 1)
    const scene = await openChange(elsewhereWrong, CONFIG.replace('margin: 0.05', 'margin: 0.005'))

    const { result, description, log } = await build(scene)

    expect(description).toMatch(/^churn: inconclusive — /)
    expect(result).toBe('UNSTABLE')
    expect(log).toContain('WARNING: churn: inconclusive')
  })

  it('with a configuration that cannot be read: the build fails with what is wrong', async () => {
    const scene = await openChange(slightlyBetter, 'model: churn\ngates: maybe\n')

    const { result, error } = await build(scene)

    expect(result).toBe('FAILURE')
    expect(error).toMatch(/^assay\.yml .*problem.*: /)
  })

  it('in steps of one command each, as the documentation shows: one verdict, one comment', async () => {
    const scene = await openChange(slightlyBetter)
    const blocks = [...readFileSync('docs/jenkins.md', 'utf8').matchAll(/^```groovy\n([\s\S]*?)^```/gm)]
    const [, jenkinsfile = ''] = blocks.find(([, text]) => text!.includes('assayTrain('))!

    const { result, description } = await build(scene, { jenkinsfile })

    expect(result).toBe('SUCCESS')
    expect(description).toMatch(/^churn: trained in \d+ s · churn: pass — [^·]+$/)
    expect(await github.comments(scene.pullRequest)).toHaveLength(1)
  })

  it('JK-006: from a fork: no token leaves the controller, and the verdict is shown without one', async () => {
    const scene = await openChange(slightlyBetter)

    const { result, description, steps, log } = await build(scene, {
      env: { CHANGE_FORK: 'mallory' },
      credentials: {},
    })

    expect(result).toBe('SUCCESS')
    expect(description).toMatch(/^churn: pass/)
    expect(log).toContain('No token and so no comment: this pull request comes from a fork.')
    expect(steps.filter(({ step }) => step === 'withCredentials').map(one => one.arguments)).toEqual([[]])
    expect(await github.comments(scene.pullRequest)).toEqual([])
  })

  it('without a token: the check is handed to the plugin where there is one, and a line says where there is none', async () => {
    const jenkinsfile = 'node { assayRun() }'

    const published = await build(await openChange(slightlyBetter), { jenkinsfile })
    const without = await build(await openChange(bad), { jenkinsfile, missing: ['publishChecks', 'junit'] })

    const checks = published.steps.filter(({ step }) => step === 'publishChecks').map(one => one.arguments)
    expect(checks).toMatchObject([
      { name: 'Assay', conclusion: 'SUCCESS', title: expect.stringMatching(/^churn: pass/) },
    ])
    expect(checks[0].summary).toMatch(/\| .* \*\*accuracy\*\* \|/)
    expect(published.log).toContain('The check was handed to the Checks API plugin')
    expect(without.log).toContain('No check from Jenkins either: the plugin checks-api is not installed.')
    expect(without.log).toContain('No test report in Jenkins: the plugin junit is not installed.')
    expect(without.error).toMatch(/^churn: fail/)
  })

  it('JK-002: names and parameters that are shell code stay data', async () => {
    const scene = await openChange(slightlyBetter)
    const hostile = 'x";touch pwned;"$(touch pwned)`touch pwned`\'\ntouch pwned #'

    const { steps, error } = await build(scene, {
      jenkinsfile: 'node { assayRun(model: env.CHANGE_AUTHOR, baseline: env.CHANGE_TITLE) }',
      // Git takes it for a name of a branch.
      env: {
        CHANGE_BRANCH: 'x";touch$IFS"pwned";`touch$IFS"pwned"`',
        CHANGE_TITLE: hostile,
        CHANGE_AUTHOR: hostile,
      },
    })

    expect(error).toContain('assay.yml has no model named x";touch pwned')
    expect(scene.repository.git('ls-files', '--others', '--', 'pwned')).toBe('')
    const scripts = steps
      .filter(({ step }) => step === 'sh')
      .map(one => one.arguments.script ?? one.arguments)
    expect(scripts.length).toBeGreaterThan(2)
    expect(scripts.join('\n')).not.toContain('pwned')
  })

  it('keeps its token out of arguments and log, and from the commands of the pull request', async () => {
    const scene = await openChange(slightlyBetter, CONFIG.replace('echo training', 'env'))

    const { steps, log } = await build(scene)

    expect(JSON.stringify(steps)).not.toContain(TOKENS.workflow)
    expect(log).not.toContain(TOKENS.workflow)
    expect(log).toContain('ASSAY_WORKSPACE=')
    expect(log).not.toMatch(/^ASSAY_(TOKEN|STEP_FOLDER)=/m)
  })
})

describe.skipIf(noEngine)('a merge request on Jenkins', () => {
  it('of a GitLab source gets its note and its status; the next build updates both', async () => {
    const repository = cloneRepository(`file://${gitlab.folder}/model.git`, join(scenes.folder, 'of-gitlab'))
    const base = repository.commit('base', baseFiles())
    repository.git('push', '--quiet', '--force', 'origin', 'HEAD:main')
    repository.git('checkout', '--quiet', '-b', 'change-on-jenkins')
    const head = repository.commit('change', { 'candidate.csv': bad })
    repository.git('push', '--quiet', 'origin', 'change-on-jenkins')
    const number = await gitlab.open('change-on-jenkins')
    repository.git('update-ref', `refs/remotes/origin/MR-${number}`, head)
    repository.git('update-ref', 'refs/remotes/origin/main', base)
    const builds = (build: string) =>
      jenkins.build({
        jenkinsfile: starterCi('jenkins').text,
        workspace: repository.folder,
        credentials: { 'assay-token': TOKEN.bot },
        env: {
          BUILD_NUMBER: build,
          BRANCH_NAME: `MR-${number}`,
          CHANGE_ID: String(number),
          CHANGE_TARGET: 'main',
          CHANGE_BRANCH: 'change-on-jenkins',
          CHANGE_URL: `${gitlab.url.replace('/api/v4', '')}/${PROJECT}/-/merge_requests/${number}`,
        },
      })

    const first = await builds('5')
    const second = await builds('6')

    expect([first.result, second.result]).toEqual(['FAILURE', 'FAILURE'])
    expect(first.description).toBe('churn: fail — worse than the champion')
    expect(first.log).toContain('Comment created')
    expect(second.log).toContain('Comment updated')
    expect(gitlab.notes(number)).toMatchObject([
      { author: GITLAB_BOT, body: expect.stringContaining('churn: fail') },
    ])
    const statuses = gitlab.double.state().projects[PROJECT]!.statuses.filter(({ sha }) => sha === head)
    expect(statuses.at(-1)).toMatchObject({ name: 'assay / churn', state: 'failed' })
    expect(first.log + JSON.stringify(first.steps)).not.toContain(TOKEN.bot)
  })
})

describe.skipIf(noEngine)('the default branch on Jenkins', () => {
  const image = `registry.example/acme/churn@sha256:${'a'.repeat(64)}`
  const jenkinsfile =
    "assayPipeline(agent: 'gpu', credentialsId: 'assay-token', releaseCredentialsId: 'deploy-token')"
  const onMain = (scene: Scene, more: Partial<BuildRequest> = {}) =>
    jenkins.build({
      jenkinsfile,
      workspace: scene.folder,
      credentials: { 'assay-token': TOKENS.workflow, 'deploy-token': TOKENS.person },
      env: { BRANCH_NAME: 'main', BRANCH_IS_PRIMARY: 'true', ASSAY_FORGE: 'github' },
      checkout: { GIT_COMMIT: scene.head, GIT_URL: `${github.url}/octo/model.git` },
      ...more,
    })

  it('of a GitHub source goes the whole way: trained, judged, packaged once, in staging, waiting for production', async () => {
    const place = await githubPlace(github, deployFiles('churn'))
    const config = `${CONFIG}deploy: { repository: octo/model, branch: ${place.base} }
package: 'echo image=${image} >> "$ASSAY_PACKAGE_FILE"'
`
    const scene = scenes.local(baseFiles({ 'assay.yml': config }), { 'candidate.csv': slightlyBetter })
    const pulls = async (environment: string) =>
      (await place.connect()).pullRequests!.ofBranch(`assay/promote/${environment}/churn`, place.base)

    const { result, error, description, steps, log } = await onMain(scene)

    expect([result, error]).toEqual(['SUCCESS', null])
    const stages = steps.filter(({ step }) => step === 'stage').map(one => one.arguments)
    expect(stages).toEqual(['Checkout', 'Data', 'Model', 'Release'])
    expect(description).toMatch(/^churn: pass — .* · Release churn \S+: registry\.example\/acme\/churn@/)
    expect(log.match(/Package churn:/g)).toHaveLength(1)
    expect(log).toMatch(/✅ churn in staging: \S+ was merged/)
    expect(log).toMatch(/➕ churn in production: \S+ waits for approval/)
    expect((await pulls('staging')).closed).toMatchObject([{ state: 'merged' }])
    expect((await pulls('production')).open?.title).toMatch(/^Promote churn \S+ to production$/)
    const files = await place.files((await place.head(place.base))!)
    expect(files['apps/churn/overlays/staging/model-release.yaml']).toContain(scene.head)
    expect(files['apps/churn/overlays/staging/kustomization.yaml']).toContain('a'.repeat(64))
    expect(steps.filter(({ step }) => step === 'archiveArtifacts').at(-1)!.files).toContain(
      'assay-result/churn/model-release.yaml',
    )
    expect(log + JSON.stringify(steps)).not.toContain(TOKENS.person)

    github.forget()
    const again = await onMain(scene)
    expect(again.result).toBe('SUCCESS')
    expect(place.writes().filter(write => !/check-runs/.test(write))).toEqual([])
  })

  it('with the Jenkinsfile of `init` and no deploy repository yet is green, and says that nothing is released', async () => {
    const scene = scenes.local(baseFiles(), { 'candidate.csv': slightlyBetter })

    const { result, log } = await onMain(scene, { jenkinsfile: starterCi('jenkins').text })

    expect(result).toBe('SUCCESS')
    expect(log).toContain('Nothing to release of churn: assay.yml names no deploy repository')
  })

  it('whose packaging fails is red with the reason; the verdict stands', async () => {
    const place = await githubPlace(github, deployFiles('churn'))
    const config = `${CONFIG}deploy: { repository: octo/model, branch: ${place.base} }\npackage: exit 3\n`
    const scene = scenes.local(baseFiles({ 'assay.yml': config }), { 'candidate.csv': slightlyBetter })

    const { result, error, description } = await onMain(scene)

    expect(result).toBe('FAILURE')
    expect(error).toMatch(/could not be packaged/)
    expect(description).toMatch(/^churn: pass/)
    const { pullRequests } = await place.connect()
    expect(await pullRequests!.ofBranch('assay/promote/staging/churn', place.base)).toEqual({
      open: undefined,
      closed: [],
    })
  })
})
