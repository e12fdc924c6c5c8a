import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Context } from '../../src/commands/command/context.ts'
import { run } from '../../src/commands/drift.ts'
import type { DeployAddress } from '../../src/core/secrets/deploy-address.ts'
import { renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { connectRepository } from '../../src/forges/gitlab/connect.ts'
import { PROFILE } from '../core/traffic/drift/profiles.ts'
import { type DeployPlace, gitlabPlace } from '../forges/deploy-places.ts'
import { DRIFT_DEFAULTS } from '../support/drift-options.ts'
import { UNTIMED } from '../support/faults.ts'
import { testFolder } from '../support/git-repository.ts'
import { GITLAB_BOT, TOKEN, useGitlab } from '../support/gitlab.ts'
import { type DeployScene, useDeploys } from './deploys.ts'

/** The same as on GitHub: one issue, one pipeline, however often the schedule runs. */

const gitlab = useGitlab()
const deploys = useDeploys()
const { folder, remove } = testFolder()
let deploy: DeployScene
let model: DeployPlace
let branch: string
let now = Date.parse('2026-11-29T06:00:00Z')

const project = () => gitlab.double.state().projects[model.project!]!

beforeAll(async () => {
  deploy = await deploys.onGitlab(gitlab)
  const made = deploy.release(1)
  await deploy.promote([made], { environment: 'staging' })
  branch = `assay/retrain-${deploy.model.replaceAll('-', '%2D')}-${made.version}`
  model = await gitlabPlace(gitlab, {
    'assay.yml': `model: ${deploy.model}\nmetrics: metrics.json\ndeploy: ${deploy.place.project}\nretrain: { pipeline: input }\n`,
    '.gitlab-ci.yml': 'a: {}\n',
  })
  writeFileSync(join(folder, 'model-profile.json'), renderProfile({ ...PROFILE, model: deploy.model }))
  mkdirSync(join(folder, 'home'))
  for (const name of ['steady', 'shifted']) {
    const income = (row: number) => (Math.floor(row / 7) % 10) / (name === 'steady' ? 1 : 2) + 0.5
    const rows = Array.from({ length: 1400 }, (_, row) =>
      [row % 100 === 0 ? '' : (row % 10) + 0.5, income(row), row % 10 < 3 ? 'pro' : 'basic'].join(','),
    )
    writeFileSync(join(folder, `${name}.csv`), `age,income,plan\n${rows.join('\n')}\n`)
  }
})
afterAll(remove)

async function drift(name: 'steady' | 'shifted') {
  now += 86_400_000
  const open = (address: DeployAddress) => {
    const { repository } = address as { repository: string }
    return connectRepository({ repository, token: TOKEN.bot, apiUrl: gitlab.url, env: {}, safety: UNTIMED })
  }
  const context: Context = {
    folder,
    env: { HOME: join(folder, 'home') },
    ci: { name: 'a CI', repository: model.project!, defaultBranch: 'main' },
    openDeploy: open,
    now: () => now,
    log: { info() {}, warn() {}, raw() {}, live() {}, group: (_, body) => body() },
    signal: new AbortController().signal,
    version: '0.0.0-test',
  }
  const options = {
    ...DRIFT_DEFAULTS,
    config: 'assay.yml',
    profile: 'model-profile.json',
    output: 'out',
    environment: 'staging',
  }
  return run(context, { ...options, rows: `${name}.csv`, issue: true, retrain: true, 'dry-run': false })
}

describe('assay drift --issue on GitLab', () => {
  it('keeps one issue and begins one pipeline, and closes the issue when all is over', async () => {
    await drift('shifted')
    await drift('shifted')

    expect(project().issues).toMatchObject([
      {
        title: `Alert: ${deploy.model} in staging`,
        state: 'opened',
        labels: ['assay-alert'],
        author: GITLAB_BOT,
        description: expect.stringContaining('critical: shift in 1 of 3 features'),
      },
    ])
    expect(project().pipelines).toMatchObject([{ ref: branch, inputs: { claim: branch } }])

    for (let day = 0; day < 4; day++) await drift('steady')
    expect(project().issues).toMatchObject([{ state: 'closed' }])
    expect(project().pipelines).toHaveLength(1)
  })
})
