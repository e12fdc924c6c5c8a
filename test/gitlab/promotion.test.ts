import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/commands/index.ts'
import { baseFiles, CONFIG, slightlyBetter } from '../commands/scene.ts'
import { createRepository, openTestRepository, testFolder } from '../support/git-repository.ts'
import { includeTemplates, MISSING, PROJECT, runPipeline } from './pipeline.ts'

/** The default branch after a merge: the component's jobs, run by gitlab-ci-local, against a deploy repository of real git. */

const { folder, remove } = testFolder()
afterAll(remove)

const NOT_YET =
  MISSING || (Object.hasOwn(COMMANDS, 'promote') ? '' : ' (skipped: there is no `assay promote` yet)')

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

describe.skipIf(NOT_YET)(`the default branch${NOT_YET}`, { timeout: 240_000 }, () => {
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

  // To be written when deploy repositories on GitLab are behind `openDeploy`: the same with `deploy: <project>` of the double,
  // CI_API_V4_URL and ASSAY_DEPLOY_TOKEN, and a merge request of that project in the place of the branch.
  it.todo('gets it as a merge request where the deploy project is on GitLab')
})
