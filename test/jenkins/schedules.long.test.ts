import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type DriftSubject, starterDrift } from '../../src/ci/starter-drift.ts'
import { renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { useDeploys } from '../commands/deploys.ts'
import { PROFILE } from '../core/traffic/drift/profiles.ts'
import { type DeployPlace, gitlabPlace } from '../forges/deploy-places.ts'
import { cloneRepository, createRepository, testFolder } from '../support/git-repository.ts'
import { TOKEN, useGitlab } from '../support/gitlab.ts'
import { noEngine } from './engine.ts'
import { useJenkins } from './jenkins.ts'

/** What Jenkins does of its own accord in the repository of a model, in real Groovy. */

const gitlab = useGitlab()
const deploys = useDeploys()
const jenkins = useJenkins()
const { folder, remove } = testFolder()
afterAll(remove)

const of = (model: string): DriftSubject => ({ model, deploy: 'ml/deploy' })

describe.skipIf(noEngine)('the Jenkinsfile-drift that init writes', () => {
  it.each([
    ['one model', [of('churn')]],
    ['two models, each looked at whatever becomes of the other', [of('churn'), of('fraud')]],
  ])('keeps an issue about what is critical, and fails: %s', async (_, subjects) => {
    const { project } = await gitlabPlace(gitlab, { 'README.md': '' })
    const deploy = createRepository(join(folder, `of-${subjects.length}/ml/deploy.git`))
    const profile = (model = '') => `environments/production/${model}/model-profile.yaml`
    deploy.commit(
      'serves',
      Object.fromEntries(
        subjects.map(({ model }) => [profile(model), renderProfile({ ...PROFILE, model: model! })]),
      ),
    )
    // Their ages have shifted.
    const rows = Array.from({ length: 1400 }, (_, row) =>
      [(row % 10) + 0.5, (Math.floor(row / 7) % 10) / 2 + 5, row % 10 < 3 ? 'pro' : 'basic'].join(','),
    )
    const model = createRepository(join(folder, `model-${subjects.length}`))
    const head = model.commit('base', {
      'assay.yml': 'models:\n  churn: { metrics: metrics.json }\n  fraud: { metrics: metrics.json }\n',
      'rows.csv': `age,income,plan\n${rows.join('\n')}\n`,
      // Of several it is given the model first.
      'recent-rows.sh': '#!/bin/sh\n[ $# = 1 ] || shift\ncp rows.csv "$1"\n',
    })
    chmodSync(join(model.folder, 'recent-rows.sh'), 0o755)
    const jenkinsfile = starterDrift('jenkins', subjects)
      .text.replaceAll('https://git.example.com/', `file://${folder}/of-${subjects.length}/`)
      .replaceAll('recent.parquet', 'recent.csv')
      // Nobody is told on Slack here.
      .replace(/string\(credentialsId: 'assay-slack-webhook', [^)]*\)/, '')

    const { result, error, log } = await jenkins.build({
      jenkinsfile,
      workspace: model.folder,
      credentials: { 'assay-token': TOKEN.bot, 'deploy-read': 'a-key' },
      env: { ASSAY_FORGE: 'gitlab' },
      checkout: { GIT_COMMIT: head, GIT_URL: `${gitlab.url.replace('/api/v4', '')}/${project}.git` },
    })

    expect([result, error]).toEqual([
      'FAILURE',
      expect.stringContaining('critical: shift in 1 of 3 features'),
    ])
    const { issues } = gitlab.double.state().projects[project!]!
    expect(issues.map(({ title, state }) => [title, state])).toEqual(
      subjects.map(({ model }) => [expect.stringContaining(model!), 'opened']),
    )
    expect(log).not.toContain(TOKEN.bot)
  })
})

describe.skipIf(noEngine)('the job that a retraining starts', () => {
  it('moves the data on by `update` and opens the merge request, once, as the documentation has it', async () => {
    const deploy = await deploys.onGitlab(gitlab)
    await deploy.promote([deploy.release(1)], { environment: 'staging' })
    const model = await gitlabPlace(gitlab, {
      'assay.yml': `model: ${deploy.model}
metrics: metrics.json
deploy: ${deploy.place.project}
retrain: { job: retrain, update: 'echo two > data/version.txt' }
`,
      'data/version.txt': 'one\n',
    })
    const branch = `assay/retrain-${deploy.model.replaceAll('-', '%2D')}-${deploy.release(1).version}`
    const head = (await model.head('main'))!
    await model.branch(branch, head)
    const [, jenkinsfile = ''] =
      /```groovy\n([^`]*assayRetrain[^`]*)```/.exec(readFileSync('docs/commands/retrain.md', 'utf8')) ?? []
    const { mergeRequests } = await projectOf(model)
    const build = (number: string) => {
      const clone = cloneRepository(
        `file://${gitlab.folder}/${model.repository}`,
        join(folder, `run-${number}`),
      )
      clone.git('checkout', '--quiet', branch)
      return jenkins.build({
        jenkinsfile,
        workspace: clone.folder,
        parameters: { claim: branch },
        credentials: { 'assay-token': TOKEN.bot },
        env: { ASSAY_FORGE: 'gitlab', BUILD_NUMBER: number },
        checkout: { GIT_COMMIT: head, GIT_URL: `${gitlab.url.replace('/api/v4', '')}/${model.project}.git` },
      })
    }

    const first = await build('5')
    const second = await build('6')

    expect([first.result, first.error, second.result, second.error]).toEqual([
      'SUCCESS',
      null,
      'SUCCESS',
      null,
    ])
    expect(first.description).toContain(`✅ ${deploy.model}`)
    expect(second.description).toContain(`⏭ ${deploy.model}`)
    expect(mergeRequests.map(({ source, state }) => [source, state])).toEqual([[branch, 'opened']])
    const [checkout] = first.steps.filter(({ step }) => step === 'checkout')
    expect(checkout!.arguments.branches).toEqual([{ name: `refs/heads/${branch}` }])
    expect((await model.files((await model.head(branch))!))['data/version.txt']).toBe('two\n')
  })
})

/** What the double keeps of it; the first call makes it known. */
async function projectOf(place: DeployPlace) {
  await (await place.connect()).pullRequests!.ofBranch('main', 'main')
  return gitlab.double.state().projects[place.project!]!
}
