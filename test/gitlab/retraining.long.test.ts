import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { DeployAddress } from '../../src/core/secrets/deploy-address.ts'
import { connectRepository } from '../../src/forges/gitlab/connect.ts'
import { useDeploys } from '../commands/deploys.ts'
import { retrainContext, runRetrain } from '../commands/retrain-runs.ts'
import { gitlabPlace } from '../forges/deploy-places.ts'
import { UNTIMED } from '../support/faults.ts'
import { cloneRepository, testFolder } from '../support/git-repository.ts'
import { TOKEN, useGitlab } from '../support/gitlab.ts'
import { includeTemplates, MISSING, runPipeline } from './pipeline.ts'

const gitlab = useGitlab()
const deploys = useDeploys()
const { folder, remove } = testFolder()
afterAll(remove)

describe.skipIf(MISSING)(`the pipeline that a retraining starts${MISSING}`, () => {
  it('moves the data on by `update` and opens the merge request, once; no other pipeline does', async () => {
    const deploy = await deploys.onGitlab(gitlab)
    await deploy.promote([deploy.release(1)], { environment: 'staging' })
    const files = includeTemplates({ retrain: { claim: '$[[ inputs.claim ]]' } })
    const model = await gitlabPlace(gitlab, {
      ...files,
      '.gitlab-ci.yml': `spec:\n  inputs:\n    claim: { default: '' }\n---\n${files['.gitlab-ci.yml']}other: { script: ['true'] }\n`,
      'assay.yml': `model: ${deploy.model}
metrics: metrics.json
deploy: ${deploy.place.project}
retrain: { pipeline: input, update: 'echo two > data/version.txt' }
`,
      'data/version.txt': 'one\n',
    })
    const open = (address: DeployAddress) => {
      const { repository } = address as { repository: string }
      return connectRepository({
        repository,
        token: TOKEN.bot,
        apiUrl: gitlab.url,
        env: {},
        safety: UNTIMED,
      })
    }
    await runRetrain(retrainContext({ repository: model.project!, openDeploy: open }))
    const project = gitlab.double.state().projects[model.project!]!
    const [started] = project.pipelines
    let count = 0
    const run = (id: number, inputs: Record<string, string>) => {
      const clone = cloneRepository(`file://${gitlab.folder}/${model.repository}`, join(folder, `${++count}`))
      clone.git('checkout', '--quiet', started!.ref)
      const variables = {
        CI_PIPELINE_SOURCE: 'api',
        CI_PIPELINE_ID: String(id),
        CI_COMMIT_BRANCH: started!.ref,
        CI_COMMIT_SHA: started!.sha,
        CI_PROJECT_PATH: model.project,
        CI_API_V4_URL: gitlab.url,
        CI_SERVER_URL: gitlab.url.replace('/api/v4', ''),
        ASSAY_TOKEN: TOKEN.bot,
      }
      return runPipeline(clone, variables, inputs)
    }

    const other = await run(1, {})
    const first = await run(started!.id, started!.inputs as Record<string, string>)
    const second = await run(started!.id + 1, started!.inputs as Record<string, string>)

    expect(other.log).not.toContain('assay-retrain')
    expect([first.exitCode, second.exitCode], first.log + second.log).toEqual([0, 0])
    expect(second.log).toMatch(/assay-retrain .*⏭/)
    expect(project.mergeRequests.map(({ source, state }) => [source, state])).toEqual([
      [started!.ref, 'opened'],
    ])
    const proposed = await model.files((await model.head(started!.ref))!)
    expect(proposed['data/version.txt']).toBe('two\n')
    expect(first.log + second.log).not.toContain(TOKEN.bot)
  })
})
