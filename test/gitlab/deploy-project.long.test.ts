import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type DeployScene, useDeploys } from '../commands/deploys.ts'
import { useArgoCd } from '../support/argocd.ts'
import { cloneRepository, testFolder } from '../support/git-repository.ts'
import { TOKEN, useGitlab } from '../support/gitlab.ts'
import { synchronise } from '../support/synchronised.ts'
import { fromHere, MISSING, mergeRequest, type Pipeline, runPipeline } from './pipeline.ts'

/** The `.gitlab-ci.yml` of a deploy project, run by gitlab-ci-local against a GitLab that keeps real git. */

const gitlab = useGitlab()
const argo = useArgoCd()
const deploys = useDeploys()
const { folder, remove } = testFolder()
afterAll(remove)
let count = 0

/** In every environment but the first somebody asks whether what is before it is live. */
const config = () => `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
argocd: { server: '${argo.url}', project: ml }
environments:
  dev: { merge: auto }
  staging: { after: dev, merge: auto }
  production: { after: staging }
`

/** A deploy project with the pipeline of the example, and a release in its first environment. */
async function openProject() {
  const scene = await deploys.onGitlab(gitlab, config(), ['dev', 'staging', 'production'])
  const { place } = scene
  const { text, templates } = fromHere(readFileSync('examples/deploy-repo/.gitlab-ci.yml', 'utf8'))
  await place.push('main', { '.gitlab-ci.yml': text, ...templates })
  await scene.promote([scene.release(1)])
  const { mergeRequests } = gitlab.double.state().projects[place.project!]!
  return { scene, mergeRequests, proposals: () => mergeRequests.map(({ source, state }) => [source, state]) }
}

async function live({ place, release }: DeployScene, environment: string) {
  const repository = `${gitlab.url.replace('/api/v4', '')}/${place.project}`
  synchronise(argo, release(1), { environment, repository, revision: (await place.head('main'))! })
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
  it('lets its schedule go on once a release is live, and checks what waits for approval', async () => {
    const { scene, mergeRequests, proposals } = await openProject()
    const [dev, staging, production] = ['dev', 'staging', 'production'].map(
      environment => `assay/promote/${environment}/${scene.model}`,
    )
    expect(proposals()).toEqual([[dev, 'merged']])

    const early = await onMain(scene, 'push')

    expect(early.exitCode, early.log).toBe(0)
    expect(early.log).toMatch(/assay-promote .*⏳ \S+ in staging: .* health not known in dev/)
    expect(proposals()).toEqual([[dev, 'merged']])

    await live(scene, 'dev')
    const scheduled = await onMain(scene, 'schedule')

    expect(scheduled.exitCode, scheduled.log).toBe(0)
    expect(scheduled.log).toMatch(/assay-promote .*✅ \S+ in staging: \S+ was merged/)
    expect(scheduled.log).not.toContain('assay-check')
    expect(proposals()).toEqual([
      [dev, 'merged'],
      [staging, 'merged'],
    ])
    expect(await scene.serving('staging')).toBe(scene.release(1).version)

    await live(scene, 'staging')
    await onMain(scene, 'schedule')
    const waiting = proposals()
    expect(waiting.at(-1)).toEqual([production, 'opened'])
    scene.forget()
    const again = await onMain(scene, 'schedule')

    expect(again.exitCode, again.log).toBe(0)
    expect(proposals()).toEqual(waiting)
    expect(scene.place.writes()).toEqual([])
    expect(early.log + scheduled.log + again.log).not.toContain(TOKEN.bot)

    const checked = await inMergeRequest(scene, mergeRequests.at(-1)!)

    expect(checked.exitCode, checked.log).toBe(0)
    expect(checked.log).toContain('✓ assay-deploy.yml is valid: dev, staging, production')
    expect(checked.log).not.toContain('assay-promote')
  })

  it('fails in a merge request that breaks assay-deploy.yml, without a token', async () => {
    const { scene } = await openProject()
    const base = (await scene.place.head('main'))!
    const broken = config().replace('after: staging', 'after: stagin')
    const sha = await scene.place.push('change', { 'assay-deploy.yml': broken }, { from: base })

    const { exitCode, log } = await inMergeRequest(scene, { iid: 1, sha })

    expect(exitCode).toBe(1)
    expect(log).toMatch(/✗ assay-deploy\.yml.*stagin/)
  })
})
