import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { deployFiles } from '../commands/deploys.ts'
import { baseFiles, CONFIG, slightlyBetter } from '../commands/scene.ts'
import { gitlabPlace } from '../forges/deploy-places.ts'
import {
  cloneRepository,
  createRepository,
  openTestRepository,
  testFolder,
} from '../support/git-repository.ts'
import { PROJECT as MODEL, TOKEN, useGitlab } from '../support/gitlab.ts'
import { SLOW } from '../support/slow.ts'
import { includeTemplates, MISSING, PROJECT, runPipeline } from './pipeline.ts'

// Each of its pipelines is three jobs of another program.
vi.setConfig({ testTimeout: SLOW })

/**
 * The default branch after a merge: the component's jobs, run by gitlab-ci-local, against a deploy repository of real git, and
 * against a GitLab that keeps real git.
 */

const gitlab = useGitlab()
const { folder, remove } = testFolder()
afterAll(remove)

const DEPLOY = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  staging: {}
`

const KUSTOMIZATION = `images:
  - name: churn
    newName: registry.example/acme/churn
    digest: sha256:${'0'.repeat(64)}
`

describe.skipIf(MISSING)(`the default branch${MISSING}`, () => {
  it('gets its promotion, once, however often the pipeline runs', async () => {
    const deploy = createRepository(join(folder, 'deploy'))
    deploy.commit('deploy', {
      'assay-deploy.yml': DEPLOY,
      'apps/churn/overlays/staging/kustomization.yaml': KUSTOMIZATION,
    })
    deploy.git('clone', '--quiet', '--bare', deploy.folder, join(folder, 'deploy.git'))
    const bare = openTestRepository(join(folder, 'deploy.git'))
    const model = createRepository(join(folder, 'model'))
    model.git('remote', 'add', 'origin', `https://gitlab.example/${PROJECT}.git`)
    const image = `registry.example/acme/churn@sha256:${'a'.repeat(64)}`
    const config = `${CONFIG}deploy: ${bare.url}\npackage: { image: "${image}" }\n`
    model.commit('base', {
      ...baseFiles({ 'assay.yml': config }),
      ...includeTemplates({ run: {}, promote: {} }),
      '.gitignore': 'assay-result/\n/predictions.csv\n.gitlab-ci-local/\n',
    })
    const head = model.commit('merged', { 'candidate.csv': slightlyBetter })

    const first = await runPipeline(model)
    const branches = bare.git('for-each-ref', '--format=%(refname:short) %(objectname)', 'refs/heads/assay')
    const second = await runPipeline(model, { CI_PIPELINE_ID: '5002' })

    expect([first.exitCode, second.exitCode]).toEqual([0, 0])
    expect(second.log).toMatch(/assay-promote .*churn in staging: \S+ waits for approval/)
    expect(branches).toMatch(/^assay\/promote\/staging\/churn [0-9a-f]{40}$/)
    expect(bare.git('for-each-ref', '--format=%(refname:short) %(objectname)', 'refs/heads/assay')).toBe(
      branches,
    )
    const record = bare.git(
      'show',
      'assay/promote/staging/churn:apps/churn/overlays/staging/model-release.yaml',
    )
    expect(record).toContain(head)
    expect(record).toContain('a'.repeat(64))
  })

  it('gets it as a merge request where the deploy project is on GitLab: staging merged, production waiting, once', async () => {
    const place = await gitlabPlace(gitlab, deployFiles('churn'))
    const image = `registry.example/acme/churn@sha256:${'a'.repeat(64)}`
    const config = `${CONFIG}deploy: ${place.project}\npackage: { image: "${image}" }\n`
    const model = cloneRepository(`file://${gitlab.folder}/model.git`, join(folder, 'on-gitlab'))
    model.commit('base', {
      ...baseFiles({ 'assay.yml': config }),
      ...includeTemplates({ run: {}, promote: {} }),
      '.gitignore': 'assay-result/\n/predictions.csv\n.gitlab-ci-local/\n',
    })
    const head = model.commit('merged', { 'candidate.csv': slightlyBetter })
    model.git('push', '--quiet', '--force', 'origin', 'HEAD:main')
    const variables = {
      CI_PROJECT_PATH: MODEL,
      CI_API_V4_URL: gitlab.url,
      CI_SERVER_URL: gitlab.url.replace('/api/v4', ''),
      CI_JOB_TOKEN: TOKEN.job,
      ASSAY_TOKEN: TOKEN.maintainer,
      ASSAY_DEPLOY_TOKEN: TOKEN.bot,
    }
    const requests = () =>
      gitlab.double
        .state()
        .projects[place.project!]!.mergeRequests.map(({ iid, title, state }) => [iid, title, state])

    const first = await runPipeline(model, variables)
    const made = requests()
    gitlab.forget()
    const second = await runPipeline(model, { ...variables, CI_PIPELINE_ID: '5002' })

    expect([first.exitCode, second.exitCode], first.log).toEqual([0, 0])
    expect(first.log).toMatch(/assay .*✅ churn in staging: \S+ was merged/)
    expect(first.log).toMatch(/assay-promote .*⏳ churn in production: \S+ waits for approval/)
    expect(made).toEqual([
      [1, expect.stringMatching(/^Promote churn \S+ to staging$/), 'merged'],
      [2, expect.stringMatching(/^Promote churn \S+ to production$/), 'opened'],
    ])
    expect(requests()).toEqual(made)
    expect(place.writes().filter(write => write.includes(encodeURIComponent(place.project!)))).toEqual([])
    const files = await place.files((await place.head('main'))!)
    const record = files['apps/churn/overlays/staging/model-release.yaml']
    expect(record).toContain(head)
    expect(record).toMatch(new RegExp(`^repository: "?${variables.CI_SERVER_URL}/${MODEL}"?$`, 'm'))
    expect(files['apps/churn/overlays/staging/kustomization.yaml']).toContain('a'.repeat(64))
    expect(first.log + second.log).not.toContain(TOKEN.bot)
  })
})
