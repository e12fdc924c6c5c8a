import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openDeployProject } from '../commands/deploy-project.ts'
import { type DeployScene, useDeploys } from '../commands/deploys.ts'
import { useArgoCd } from '../support/argocd.ts'
import { cloneRepository, testFolder } from '../support/git-repository.ts'
import { TOKEN, useGitlab } from '../support/gitlab.ts'
import { fromHere, MISSING, mergeRequest, type Pipeline, runPipeline } from './pipeline.ts'

/** The `.gitlab-ci.yml` of a deploy project, run by gitlab-ci-local against a GitLab that keeps real git. */

const gitlab = useGitlab()
const argo = useArgoCd()
const deploys = useDeploys()
const { folder, remove } = testFolder()
afterAll(remove)
let count = 0

function openProject() {
  const { text, templates } = fromHere(readFileSync('examples/deploy-repo/.gitlab-ci.yml', 'utf8'))
  return openDeployProject({ gitlab, argo, deploys }, { '.gitlab-ci.yml': text, ...templates })
}

/** Runs the pipeline of a commit, as a runner checks it out. Who may merge is on the default branch alone. */
function pipelineOf({ place }: DeployScene, commit: string, variables: Record<string, string>) {
  const clone = cloneRepository(`file://${gitlab.folder}/${place.repository}`, join(folder, `${++count}`))
  clone.git('checkout', '--quiet', commit)
  return runPipeline(clone, {
    CI_PROJECT_PATH: place.project,
    CI_API_V4_URL: gitlab.url,
    CI_SERVER_URL: gitlab.url.replace('/api/v4', ''),
    CI_COMMIT_SHA: commit,
    CI_JOB_TOKEN: TOKEN.job,
    ...variables,
  })
}

async function onMain(scene: DeployScene, source: 'schedule' | 'push'): Promise<Pipeline> {
  const head = (await scene.place.head('main'))!
  return pipelineOf(scene, head, {
    CI_PIPELINE_SOURCE: source,
    CI_COMMIT_BRANCH: 'main',
    ASSAY_DEPLOY_TOKEN: TOKEN.bot,
    ARGOCD_AUTH_TOKEN: argo.token,
    ARGOCD_SERVER: argo.url,
  })
}

async function inMergeRequest(scene: DeployScene, { iid, sha }: { iid: number; sha: string }) {
  const base = (await scene.place.head('main'))!
  const { project } = scene.place
  return pipelineOf(scene, sha, mergeRequest({ iid, base, head: sha, project: project! }))
}

describe.skipIf(MISSING)(`the .gitlab-ci.yml of a deploy project${MISSING}`, () => {
  it('moves a release on by its schedule and by merges, and is red as long as what was promoted is not live', async () => {
    const { scene, mergeRequests, proposals, shows, merge } = await openProject()
    const [dev, staging, production] = ['dev', 'staging', 'production'].map(
      environment => `assay/promote/${environment}/${scene.model}`,
    )

    await shows('dev', 2)
    const early = await onMain(scene, 'push')

    expect(early.exitCode, early.log).toBe(1)
    expect(early.log).toMatch(/assay-promote .*⏳ \S+ in staging: .* not healthy yet in dev/)
    expect(early.log).toMatch(/assay-verify .*❌ 1 not live: \S+ in dev, 0 live/)
    expect(proposals()).toEqual([[dev, 'merged']])

    await shows('dev')
    // Argo CD comes to it while it is waited for.
    argo.onAsked = async name => void (name.endsWith('-staging') && (await shows('staging')))
    await shows('staging', 2)
    const scheduled = await onMain(scene, 'schedule')

    expect(scheduled.exitCode, scheduled.log).toBe(0)
    expect(scheduled.log).toMatch(/assay-promote .*✅ \S+ in staging: \S+ was merged/)
    expect(scheduled.log).toMatch(/assay-verify .*✅ 2 live/)
    expect(scheduled.log).not.toContain('assay-check')
    expect(proposals()).toEqual([
      [dev, 'merged'],
      [staging, 'merged'],
      [production, 'opened'],
    ])
    expect(await scene.serving('staging')).toBe(scene.release(1).version)

    const checked = await inMergeRequest(scene, mergeRequests.at(-1)!)

    expect(checked.exitCode, checked.log).toBe(0)
    expect(checked.log).toContain('✓ assay-deploy.yml is valid: dev, staging, production')
    expect(checked.log).not.toMatch(/assay-(?:promote|verify)/)

    await merge(mergeRequests.at(-1)!)
    await shows('production', 2)
    const merged = await onMain(scene, 'push')
    await shows('production')
    const last = await onMain(scene, 'schedule')

    expect(merged.log).toMatch(/assay-verify .*❌ 1 not live: \S+ in production, 2 live/)
    expect([merged.exitCode, last.exitCode], last.log).toEqual([1, 0])
    expect(last.log).toMatch(/assay-verify .*✅ 3 live/)
    expect(scene.lastStatus('assay/live')).toMatchObject({
      description: expect.stringMatching(/ live in production$/),
    })
    for (const { log } of [early, scheduled, merged, last])
      expect([TOKEN.bot, argo.token].filter(secret => log.includes(secret))).toEqual([])
  })

  it('fails in a merge request that breaks assay-deploy.yml, without a token', async () => {
    const { scene, config } = await openProject()
    const base = (await scene.place.head('main'))!
    const broken = config.replace('after: staging', 'after: stagin')
    const sha = await scene.place.push('change', { 'assay-deploy.yml': broken }, { from: base })

    const { exitCode, log } = await inMergeRequest(scene, { iid: 1, sha })

    expect(exitCode).toBe(1)
    expect(log).toMatch(/✗ assay-deploy\.yml.*stagin/)
  })
})
