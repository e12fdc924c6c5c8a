import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type DeployProject, openDeployProject } from '../commands/deploy-project.ts'
import { useDeploys } from '../commands/deploys.ts'
import { useArgoCd } from '../support/argocd.ts'
import { cloneRepository, testFolder } from '../support/git-repository.ts'
import { TOKEN, useGitlab } from '../support/gitlab.ts'
import { noEngine } from './engine.ts'
import { type BuildResult, useJenkins } from './jenkins.ts'

/** The Jenkinsfile of a deploy project, in real Groovy, against a GitLab that keeps real git. */

const gitlab = useGitlab()
const argo = useArgoCd()
const deploys = useDeploys()
const jenkins = useJenkins()
const { folder, remove } = testFolder()
afterAll(remove)
let count = 0

async function build({ scene, url }: DeployProject, env: Record<string, string>): Promise<BuildResult> {
  const { place } = scene
  const head = (await place.head('main'))!
  const clone = cloneRepository(`file://${gitlab.folder}/${place.repository}`, join(folder, `${++count}`))
  const jenkinsfile = readFileSync(join(clone.folder, 'Jenkinsfile'), 'utf8')
    .replace("argocdServer: ''", `argocdServer: '${argo.url}'`)
    .replace("argocdCredentialsId: ''", "argocdCredentialsId: 'argocd-token'")
  return jenkins.build({
    jenkinsfile,
    workspace: clone.folder,
    credentials: { 'assay-deploy-token': TOKEN.bot, 'argocd-token': argo.token },
    env: { ASSAY_FORGE: 'gitlab', ...env },
    checkout: { GIT_COMMIT: head, GIT_URL: `${url}.git` },
  })
}

const MAIN = { BRANCH_NAME: 'main', BRANCH_IS_PRIMARY: 'true' }
const all = (steps: BuildResult['steps'], name: string) =>
  steps.filter(({ step }) => step === name).map(one => one.arguments)

describe.skipIf(noEngine)('the Jenkinsfile of a deploy project', () => {
  it('moves a release on by its schedule and by merges, and fails as long as what was promoted is not live', async () => {
    const Jenkinsfile = readFileSync('examples/deploy-repo/Jenkinsfile', 'utf8')
    const project = await openDeployProject({ gitlab, argo, deploys }, { Jenkinsfile })
    const { scene, proposals, mergeRequests, shows, merge } = project
    const [dev, staging, production] = ['dev', 'staging', 'production'].map(
      environment => `assay/promote/${environment}/${scene.model}`,
    )

    await shows('dev', 2)
    const early = await build(project, MAIN)

    expect([early.result, early.error]).toEqual([
      'FAILURE',
      expect.stringContaining(`❌ 1 not live: ${scene.model} in dev, 0 live`),
    ])
    expect(early.log).toMatch(/⏳ \S+ in staging: .* not healthy yet in dev/)
    expect(all(early.steps, 'stage')).toEqual(['Checkout', 'Promote', 'Verify'])
    expect(all(early.steps, 'cron')).toEqual(['H/15 * * * *'])
    expect(proposals()).toEqual([[dev, 'merged']])

    await shows('dev')
    // Argo CD comes to it while it is waited for.
    argo.onAsked = async name => void (name.endsWith('-staging') && (await shows('staging')))
    await shows('staging', 2)
    const scheduled = await build(project, MAIN)

    expect([scheduled.result, scheduled.error]).toEqual(['SUCCESS', null])
    expect(scheduled.log).toMatch(/✅ \S+ in staging: \S+ was merged/)
    expect(scheduled.description).toContain('✅ 2 live')
    expect(proposals()).toEqual([
      [dev, 'merged'],
      [staging, 'merged'],
      [production, 'opened'],
    ])

    const proposed = await build(project, {
      BRANCH_NAME: 'MR-3',
      CHANGE_ID: '3',
      CHANGE_TARGET: 'main',
      CHANGE_BRANCH: production!,
      CHANGE_URL: `${project.url}/-/merge_requests/3`,
    })

    expect([proposed.result, proposed.error]).toEqual(['SUCCESS', null])
    expect(proposed.log).toContain('✓ assay-deploy.yml is valid: dev, staging, production')
    expect(all(proposed.steps, 'stage')).toEqual(['Checkout', 'Check'])
    expect(all(proposed.steps, 'cron')).toEqual([])
    expect(all(proposed.steps, 'withCredentials').flat()).toEqual([])

    await merge(mergeRequests.at(-1)!)
    await shows('production')
    const merged = await build(project, MAIN)

    expect([merged.result, merged.description]).toEqual(['SUCCESS', expect.stringContaining('✅ 3 live')])
    for (const { log, steps } of [early, scheduled, merged])
      expect(
        [TOKEN.bot, argo.token].filter(secret => (log + JSON.stringify(steps)).includes(secret)),
      ).toEqual([])
  })
})
