import { describe, expect, it } from 'vitest'
import { readSettings } from '../../bot/settings/settings.ts'
import { type DeployScene, useDeploys } from '../commands/deploys.ts'
import { type DeployPlace, gitlabPlace } from '../forges/deploy-places.ts'
import { GITLAB_BOT, TOKEN, useGitlab } from '../support/gitlab.ts'
import { ALERT_TOKEN, alert } from './alert-scene.ts'
import { gitlabEnv, useGitlabBot } from './gitlab-bot.ts'

const gitlab = useGitlab()
const deploys = useDeploys()
let deploy: DeployScene
let model: DeployPlace
let version: string

const tokens = (models: string) => ({ ASSAY_BOT_ALERT_TOKENS: `${ALERT_TOKEN}=${models}` })
const settings = (models: string) => ({ ...gitlabEnv(gitlab), ...tokens(models) })

const scene = useGitlabBot(gitlab, async () => {
  deploy = await deploys.onGitlab(gitlab)
  const made = deploy.release(1)
  version = made.version
  await deploy.promote([made], { environment: 'staging' })
  model = await gitlabPlace(gitlab, {
    'assay.yml': `model: ${deploy.model}\nmetrics: metrics.json\ndeploy: ${deploy.place.project}\nretrain: { pipeline: input }\n`,
    '.gitlab-ci.yml': 'a: {}\n',
  })
  return tokens(`${model.project}:${deploy.model}`)
})

async function send(labels: Record<string, string>, change: object = {}): Promise<number> {
  const one = alert({ assay_model: deploy.model, assay_release: version, ...labels }, change)
  const answer = fetch(scene.at('/alerts'), {
    method: 'POST',
    headers: { authorization: `Bearer ${ALERT_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', alerts: [one] }),
  })
  await expect.poll(() => scene.bot.counts().waiting, { interval: 2, timeout: 60_000 }).toBeGreaterThan(0)
  await scene.pass(2000)
  return (await answer).status
}
const project = () => gitlab.double.state().projects[model.project!]!

describe('an alert of a model on GitLab', () => {
  it('is one issue, and for shift one pipeline, however many come', async () => {
    expect(await send({ assay_kind: 'shift' })).toBe(202)
    await send({ assay_kind: 'shift' })
    await send({ assay_kind: 'concept' }, { fingerprint: 'b2' })

    const branch = `assay/retrain-${deploy.model.replaceAll('-', '%2D')}-${version}`
    expect(project().pipelines).toMatchObject([{ ref: branch, inputs: { claim: branch } }])
    expect(project().issues).toMatchObject([
      {
        title: `Alert: ${deploy.model} in staging`,
        state: 'opened',
        labels: ['assay-alert'],
        author: GITLAB_BOT,
      },
    ])
    expect(project().issues[0]!.description).not.toContain('<b>')
    expect(scene.log()).not.toContain(TOKEN.bot)
  })

  it('closes its issue when it is over, and carries out no line of its text', async () => {
    const executed = () => gitlab.double.state().executed.length
    const before = executed()
    await send(
      { assay_kind: 'breakage' },
      { fingerprint: 'c3', annotations: { summary: 'x\n/close\n/label ~y' } },
    )
    expect(project().issues).toMatchObject([{ state: 'opened' }])
    for (const fingerprint of ['a1', 'b2', 'c3'])
      await send({ assay_kind: 'shift' }, { status: 'resolved', fingerprint })

    expect(project().issues).toMatchObject([{ state: 'closed' }])
    expect(executed()).toBe(before)
    expect(project().pipelines).toHaveLength(1)
  })
})

describe('the tokens of alerts', () => {
  it('name repositories of the forge that is served, also in groups below groups', () => {
    const { alerts } = readSettings(settings('acme/ml/model:fraud,gitlab:acme/model:churn'))
    expect(alerts![0]!.models).toEqual([
      { repository: { forge: 'gitlab', name: 'acme/ml/model' }, model: 'fraud' },
      { repository: { forge: 'gitlab', name: 'acme/model' }, model: 'churn' },
    ])
  })

  it('name none of a forge that is not', () => {
    expect(() => readSettings(settings('github:acme/model:fraud'))).toThrow(
      expect.objectContaining({
        problems: [{ what: expect.stringContaining('names a repository on github'), fix: expect.anything() }],
      }),
    )
  })
})
