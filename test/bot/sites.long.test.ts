import { expect, it } from 'vitest'
import { renderRelease } from '../../src/core/release/record-file.ts'
import { withManifests } from '../support/manifests.ts'
import { release } from '../support/releases.ts'
import { useBot } from './scene.ts'

/** Production in a repository of its own, and the App in both. */

const scene = useBot({
  repositories: ['deploy-production', 'not-installed', 'no-branch'].map(name => ({
    ...{ owner: 'acme', name, auto_init: true, private: true },
  })),
})
const PRODUCTION = { owner: 'acme', repo: 'deploy-production' }
const CONFIG = `path: apps/{model}
target: kustomize
options: { image: '{model}' }
environments:
  staging: { path: 'apps/{model}' }
  production: { after: staging, repository: acme/deploy-production }
`

/** What the bot says to a comment of a person below the first pull request. */
async function answerTo(repo: string, body: string): Promise<string> {
  const at = { owner: 'acme', repo, issue_number: 1 }
  await scene.eve.issues.createComment({ ...at, body })
  await scene.settled()
  const { data } = await scene.ada.issues.listComments({ ...at, per_page: 100 })
  return data.at(-1)!.body!
}

it('gets its promotion from what serves in the first, and what happens there is looked at from the first', async () => {
  const made = release(1, 'churn')
  const files = withManifests({ 'apps/churn/model-release.yaml': renderRelease(made) }) as Record<
    string,
    string
  >
  const manifest = 'apps/churn/kustomization.yaml'
  await scene.write('deploy-production', {
    [manifest]: files[manifest]!.replace(made.image!.digest, `sha256:${'0'.repeat(64)}`),
  })
  await scene.write('deploy', files)
  await scene.write('deploy', { 'assay-deploy.yml': CONFIG })
  await scene.settled()

  const { data: open } = await scene.ada.pulls.list(PRODUCTION)
  expect(open.map(({ title, head }) => [title, head.ref])).toEqual([
    [`Promote churn ${made.version} to production`, 'assay/promote/production/churn'],
  ])
  const { data: beside } = await scene.ada.pulls.list({ owner: 'acme', repo: 'deploy' })
  expect(beside).toEqual([])

  await scene.ada.pulls.merge({ ...PRODUCTION, pull_number: open[0]!.number })
  await scene.settled()
  await scene.pass(1000)

  const { data: deployments } = await scene.ada.repos.listDeployments({
    ...PRODUCTION,
    environment: 'production',
  })
  expect(deployments).toHaveLength(1)
  const page = scene.lines().filter(({ msg }) => msg === 'look')
  expect(page.filter(({ error }) => error !== undefined)).toEqual([])
})

it.each([
  ['not-installed', 'repository: others/nowhere', 'BOT_NOT_INSTALLED'],
  ['no-branch', 'repository: acme/deploy-production, branch: nowhere', 'ENVIRONMENT_BRANCH_MISSING'],
])('keeps no other environment waiting where it is not reached: %s', async (repo, keys, code) => {
  const made = release(1, 'churn')
  const files = withManifests({ 'apps/churn/model-release.yaml': renderRelease(made) })
  const manifest = files['apps/churn/kustomization.yaml'] as string
  const old = manifest.replace(made.image!.digest, `sha256:${'0'.repeat(64)}`)
  const config = CONFIG.replace('repository: acme/deploy-production', keys)
  await scene.write(repo, {
    ...(files as Record<string, string>),
    'qa/churn/kustomization.yaml': old,
    'edge/churn/kustomization.yaml': old,
    'assay-deploy.yml': `${config}  qa: { path: 'qa/{model}', after: staging }\n  edge: { path: 'edge/{model}', after: production }\n`,
  })
  await scene.settled()

  const { data: open } = await scene.ada.pulls.list({ owner: 'acme', repo })
  expect(open.map(({ title }) => title)).toEqual([`Promote churn ${made.version} to qa`])
  const told = scene.lines().filter(line => line.code === code)
  expect(JSON.stringify(told)).toContain('nothing is done for production, edge before this is right')
})

it('keeps nobody from asking by a comment for what is reached', async () => {
  await scene.github.control.role('acme/not-installed', 'eve', 'write')
  await scene.github.control.role('acme/deploy-production', 'eve', 'write')

  expect(await answerTo('not-installed', '/assay promote qa churn')).toContain('churn in qa: ')
  expect(await answerTo('not-installed', '/assay promote production churn')).toMatch(
    /was not carried out: .*assay-deploy\.yml:\W*6:\W*\d+: `production`: /,
  )
  expect(await answerTo('deploy-production', '/assay promote production churn')).toMatch(
    /was not carried out: .*comment where that is/,
  )
})

it('is looked at once somebody makes the branch that was not there', async () => {
  const { data: main } = await scene.ada.git.getRef({ ...PRODUCTION, ref: 'heads/main' })
  const before = scene.lines().length
  const seen = () =>
    scene
      .lines()
      .filter(({ key }, at) => at >= before && String(key).startsWith('["promotion","github","acme/no-b'))

  await scene.ada.git.createRef({ ...PRODUCTION, ref: 'refs/heads/nowhere', sha: main.object.sha })
  await scene.settled()
  await scene.pass(1000)

  expect(seen()[0]).toMatchObject({ message: 'looked', did: [expect.stringContaining('churn in edge')] })
  const { length } = seen()
  await scene.ada.git.createRef({ ...PRODUCTION, ref: 'refs/heads/elsewhere', sha: main.object.sha })
  await scene.settled()
  await scene.pass(1000)
  expect(seen()).toHaveLength(length)
})

it('is held by a comment of those alone who may write there as well, and there', async () => {
  const said = (body: string) => answerTo('no-branch', body)
  await scene.github.control.role('acme/no-branch', 'eve', 'write')
  await scene.github.control.role('acme/deploy-production', 'eve', 'read')
  const holds = async (repo: string) =>
    (await scene.deploy(`acme/${repo}`)).repository.listBranches('assay/hold/production')

  expect(await said('/assay hold qa churn -- the audit')).toContain('churn in qa')
  expect(await said('/assay hold production churn -- the audit')).toMatch(
    /was not carried out: it takes the right to write/,
  )
  expect(await holds('deploy-production')).toEqual([])

  const status = await said('/assay status churn')
  expect(status).toMatch(/staging: `2/)
  expect(status).toContain('production: not looked at, it stands in another repository')
  expect(status).not.toContain('acme/deploy-production')

  await scene.github.control.role('acme/deploy-production', 'eve', 'write')
  expect(await said('/assay hold production churn -- the audit')).toContain('churn in production')
  expect(await holds('deploy-production')).toEqual(['assay/hold/production/churn'])
  expect(await holds('no-branch')).toEqual([])
})
