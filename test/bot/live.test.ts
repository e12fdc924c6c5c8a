import { beforeAll, describe, expect, it } from 'vitest'
import { promoteModel } from '../../src/commands/deploy/promote/promote-model.ts'
import type { ReleaseRecord } from '../../src/core/release/record.ts'
import { world } from '../support/argo-world.ts'
import { useArgoCd } from '../support/argocd.ts'
import { release } from '../support/releases.ts'
import { delivery, push, sendAtOnce } from './deliveries.ts'
import { openPull } from './open-pull.ts'
import { deployFiles, useBot } from './scene.ts'

/** From the merge of a promotion to the release that is live, and on to the next environment. */

const argo = useArgoCd()
const PROXY = 'b3f1c6a8d2e94075b3f1c6a8d2e94075'
const env: Record<string, string> = {
  ASSAY_BOT_PAGE_USER_HEADER: 'X-Forwarded-User',
  ASSAY_BOT_PAGE_PROXY_SECRET: PROXY,
}
beforeAll(() => void Object.assign(env, { ARGOCD_SERVER: argo.url, ARGOCD_AUTH_TOKEN: argo.token }))
const scene = useBot({ env })
const MODEL = { owner: 'acme', repo: 'model' }
const DEPLOY = { owner: 'acme', repo: 'deploy' }
const config = () => `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}', registries: [registry.example/acme/] }
environments:
  shadow: { merge: auto }
  staging: { merge: auto, argocd: { server: '${argo.url}', project: ml } }
  production: { after: staging, argocd: { server: '${argo.url}', project: ml } }
models: { fraud: { from: acme/model } }
`
const ENVIRONMENTS = ['shadow', 'staging', 'production']
let candidate: ReleaseRecord
let number: number

beforeAll(async () => {
  const { 'README.md': _, ...files } = deployFiles('fraud', config(), ENVIRONMENTS) as Record<string, string>
  await scene.write('deploy', files)
  await scene.write('model', { 'assay.yml': 'model: fraud\nmetrics: metrics.json\ndeploy: acme/deploy\n' })
  number = await openPull(scene.ada)
  const { data: merged } = await scene.ada.pulls.merge({ ...MODEL, pull_number: number })
  const repository = `${scene.github.url}/acme/model`
  candidate = { ...release(2, 'fraud', { verdict: 'pass' }), commit: merged.sha, repository }
})

/** What a CI job of the model's repository does. */
async function letIn(made: ReleaseRecord, environment: string): Promise<void> {
  const job = {
    env: {},
    ci: { name: 'a CI' },
    now: Date.now,
    log: { info() {}, warn() {}, raw() {}, live() {}, group: (_: string, body: () => never) => body() },
    signal: new AbortController().signal,
    version: '0.0.0-test',
  }
  const address = { kind: 'forge', repository: 'acme/deploy', namedBy: 'job' } as const
  const deploy = { address, name: 'acme/deploy', branch: 'main' }
  const asked = { model: 'fraud', candidates: [made], environment, dryRun: false }
  await promoteModel(job, scene.deploy(), deploy, asked)
}

const headOf = async () => (await scene.ada.git.getRef({ ...DEPLOY, ref: 'heads/main' })).data.object.sha

/** Argo CD has the head of the branch in an environment, and the pods have the image. */
async function synchronise(environment: string, { image }: ReleaseRecord, health = 'Healthy') {
  const revision = await headOf()
  const made = world(one => {
    one.application.metadata.name = `fraud-${environment}`
    one.application.spec.source.repoURL = `${scene.github.url}/acme/deploy.git`
    one.application.spec.source.path = `apps/fraud/overlays/${environment}`
    one.application.status.sync.comparedTo.source = { ...one.application.spec.source }
    one.application.status.sync.revision = revision
    one.application.status.operationState.syncResult.revision = revision
    one.application.status.health.status = health
    one.live[0].spec.template.spec.containers[0].image = `${image!.name}@${image!.digest}`
  })
  argo.applications.set(`fraud-${environment}`, { application: made.application, live: made.live })
}

/** What is said of the commit that is deployed, the newest first. */
async function statusOf(environment: string) {
  const { data: made } = await scene.ada.repos.listDeployments({ ...DEPLOY, environment })
  const { data } = await scene.ada.repos.listCommitStatusesForRef({ ...DEPLOY, ref: made[0]!.sha })
  return data
    .filter(({ context }) => context === 'assay/live')
    .map(({ state, description }) => `${state}: ${description}`)
}

async function deployments(environment: string) {
  const { data } = await scene.ada.repos.listDeployments({ ...DEPLOY, environment })
  const states = data.map(async ({ id }) => {
    const asked = { ...DEPLOY, deployment_id: id }
    return (await scene.ada.repos.listDeploymentStatuses(asked)).data.map(({ state }) => state)
  })
  return Promise.all(states)
}

const toldInModel = async () =>
  (await scene.ada.issues.listComments({ ...MODEL, issue_number: number })).data.map(
    ({ body = '', user }) => `${user?.login}: ${body.split('\n')[1]}`,
  )

const open = async () =>
  (await scene.ada.pulls.list({ ...DEPLOY, state: 'open' })).data.map(({ title }) => title)

/** What ada sees. */
async function page(path: string): Promise<string> {
  const headers = { 'x-forwarded-user': 'ada', 'x-assay-proxy-secret': PROXY }
  return (await fetch(`http://127.0.0.1:${scene.bot.port}${path}`, { headers })).text()
}

/** Everything is looked at once more. */
async function look() {
  await sendAtOnce(scene.bot.port, [delivery('push', push('acme/deploy'))])
  await scene.settled()
}

function writesAfter(requests: number) {
  return scene.github.world.requests
    .slice(requests)
    .filter(({ method, path, as }) => as === 'installation' && method !== 'GET' && path !== '/graphql')
    .map(({ method, path }) => `${method} ${path}`)
}

describe('a promotion that is merged', () => {
  it('where no Argo CD is asked, counts, and is told as that, once', async () => {
    await letIn(candidate, 'shadow')
    await scene.settled()

    expect(await toldInModel()).toEqual([
      `assay[bot]: ☑️ \`fraud\` \`${candidate.version}\` is merged into **shadow**. No Argo CD is asked there, so the merge is all that is known.`,
    ])
    expect(await deployments('shadow')).toEqual([['success']])
    expect(await statusOf('shadow')).toEqual([
      `success: ${candidate.version} merged into shadow: no Argo CD watches it`,
    ])
    const { requests } = scene.github.world
    const before = requests.length
    await look()
    expect(writesAfter(before)).toEqual([])
  })

  it('goes on by itself as soon as Argo CD has it live, which is said once where people look', async () => {
    await letIn(candidate, 'staging')
    await synchronise('staging', candidate, 'Progressing')
    await scene.settled()
    await look()

    expect(await statusOf('staging')).toEqual([
      `pending: ${candidate.version} progressing in staging: not ready yet`,
    ])
    expect(await deployments('staging')).toEqual([['in_progress']])
    expect(await open()).toEqual([])
    await synchronise('staging', candidate)
    await scene.pass(16_000)

    expect((await statusOf('staging'))[0]).toBe(`success: ${candidate.version} live in staging`)
    expect(await deployments('staging')).toEqual([['success', 'in_progress']])
    expect((await toldInModel()).slice(1)).toEqual([
      `assay[bot]: ✅ \`fraud\` \`${candidate.version}\` is live and healthy in **staging**.`,
    ])
    expect(await open()).toEqual([`Promote fraud ${candidate.version} to production`])
    const before = scene.github.world.requests.length
    await look()
    expect(writesAfter(before)).toEqual([])
  })

  it('into the last environment is asked about too, and told ill when it stays so', async () => {
    const { data } = await scene.ada.pulls.list({ ...DEPLOY, state: 'open' })
    await synchronise('staging', candidate)
    await scene.ada.pulls.merge({ ...DEPLOY, pull_number: data[0]!.number })
    await synchronise('production', candidate, 'Degraded')
    await scene.settled()
    expect(await toldInModel()).toHaveLength(2)
    await scene.pass(185_000)

    expect((await toldInModel())[2]).toMatch(/❌ .* is not healthy in \*\*production\*\*/)
    expect((await statusOf('production'))[0]).toMatch(/^failure: .* degraded in production/)
    expect(await deployments('production')).toEqual([['failure']])
    expect((await page('/page.csv')).split('\r\n').find(line => line.includes('production'))).toMatch(
      /found it degraded: degraded,wrong,/,
    )
    const story = (await page('/models/fraud')).replaceAll(/<[^>]+>/g, '')
    expect(story).toMatch(/merged by ada, serves/)
    expect(story).toMatch(/merged by ada, live (at once|[\w ]{3,12} later), serves/)
    await synchronise('production', candidate)
    // A look that began before that knows nothing of it.
    await scene.settled()
    await scene.pass(20_000)
    expect((await toldInModel())[3]).toMatch(/✅ .* is live and healthy in \*\*production\*\*/)
  })
})

it('says nothing in a repository that does not say it is deployed from here', async () => {
  const { data } = await scene.ada.repos.getContent({ ...MODEL, path: 'assay.yml' })
  await scene.ada.repos.createOrUpdateFileContents({
    ...MODEL,
    path: 'assay.yml',
    message: 'elsewhere',
    content: Buffer.from('model: fraud\nmetrics: metrics.json\ndeploy: acme/other\n').toString('base64'),
    sha: (data as { sha: string }).sha,
  })
  await leaveTurn('killed', '2026-01-01T00:00:00Z')
  await leaveTurn('works', '2126-01-01T00:00:00Z')
  const next = { ...release(3, 'fraud', { verdict: 'pass' }), repository: candidate.repository }
  await letIn({ ...next, weighed: { ...next.weighed!, commit: candidate.commit } }, 'shadow')
  await scene.settled()

  expect(await toldInModel()).toHaveLength(4)
  expect(await deployments('shadow')).toHaveLength(2)
  // What a bot that was killed left is gone, and what one that works has is there.
  const { data: left } = await scene.ada.git.listMatchingRefs({ ...DEPLOY, ref: 'assay/turns' })
  expect(left.map(({ ref }) => ref)).toEqual(['refs/assay/turns/works/1'])
})

// --- internal ---

/** The ref of a turn, as one leaves it that was killed. */
async function leaveTurn(name: string, date: string): Promise<void> {
  const { git } = scene.ada
  const { data: head } = await git.getRef({ ...DEPLOY, ref: 'heads/main' })
  const { data: last } = await git.getCommit({ ...DEPLOY, commit_sha: head.object.sha })
  const author = { name: 'x', email: 'x@example.org', date }
  const made = { tree: last.tree.sha, parents: [last.sha], author, committer: author }
  const { data } = await git.createCommit({ ...DEPLOY, message: `Turn of x at ${date}`, ...made })
  await git.createRef({ ...DEPLOY, ref: `refs/assay/turns/${name}/1`, sha: data.sha })
}
