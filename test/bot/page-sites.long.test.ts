import { expect, it } from 'vitest'
import { renderRelease } from '../../src/core/release/record-file.ts'
import { withManifests } from '../support/manifests.ts'
import { release } from '../support/releases.ts'
import { pageAt, signedIn } from './page-scene.ts'
import { CLIENT_SECRET, useBot } from './scene.ts'

/** The page of a deploy repository whose environments stand on branches of their own, and one of them elsewhere. */

const scene = useBot({
  repositories: [{ owner: 'acme', name: 'secret', auto_init: true, private: true }],
  env: { ASSAY_BOT_PAGE_URL: 'http://localhost', ASSAY_BOT_CLIENT_SECRET: CLIENT_SECRET },
})
const DEPLOY = { owner: 'acme', repo: 'deploy' }
const CONFIG = `path: apps/{model}
target: kustomize
options: { image: '{model}' }
branch: env/{environment}
environments:
  staging: {}
  production: { after: staging }
  edge: { after: production, repository: acme/secret, branch: main }
`

it('shows what serves on each branch, nothing of the other repository, and says where a branch is not there', async () => {
  const [one, two] = [release(1, 'churn'), release(2, 'churn')]
  const record = 'apps/churn/model-release.yaml'
  const filesOf = (made: typeof one) =>
    withManifests({ [record]: renderRelease(made) }) as Record<string, string>
  await scene.write('secret', filesOf(one))
  await scene.write('deploy', filesOf(one))
  const { data: first } = await scene.ada.git.getRef({ ...DEPLOY, ref: 'heads/main' })
  await scene.ada.git.createRef({ ...DEPLOY, ref: 'refs/heads/env/production', sha: first.object.sha })
  for (const [path, content] of Object.entries(filesOf(two))) {
    const { data } = await scene.ada.repos.getContent({ ...DEPLOY, path })
    const { sha } = data as { sha: string }
    const message = 'two'
    await scene.ada.repos.createOrUpdateFileContents({
      ...{ ...DEPLOY, path, sha, message, content: Buffer.from(content).toString('base64') },
    })
  }
  await scene.write('deploy', { 'assay-deploy.yml': CONFIG })
  await scene.settled()
  const cookie = await signedIn(scene, 'ada')
  const shown = async (path = '/') => (await pageAt(scene)(path, cookie)).text()

  expect(await shown()).toContain('could not be read: acme/deploy has no branch &#96;env/staging&#96;')

  const { data: second } = await scene.ada.git.getRef({ ...DEPLOY, ref: 'heads/main' })
  await scene.ada.git.createRef({ ...DEPLOY, ref: 'refs/heads/env/staging', sha: second.object.sha })
  await scene.settled()
  await scene.pass(400_000)
  const csv = await shown('/page.csv')
  expect(csv.split('\r\n').map(line => line.split(',').slice(0, 4).join())).toEqual([
    'repository,model,environment,version',
    `acme/deploy,churn,staging,${two.version}`,
    `acme/deploy,churn,production,${one.version}`,
    '',
  ])
  const page = await shown()
  expect(page).not.toContain('edge')
  expect(page).toMatch(/churn in production<\/a>: 2026-05-02-0000002 waits for approval/)
  const story = await shown('/models/churn')
  expect(story).toContain(one.version)
  expect(story).toContain(two.version)
  expect(story).not.toContain('edge')
})
