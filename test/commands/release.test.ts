import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CiFacts } from '../../src/ci/ci.ts'
import { run as runRelease } from '../../src/commands/release.ts'
import { AssayError } from '../../src/core/errors/errors.ts'
import { parseRelease } from '../../src/core/release/record-file.ts'
import { renderError } from '../../src/core/text/error-text.ts'
import { type DeployPlace, plainPlace } from '../forges/deploy-places.ts'
import { describeOnce, divided } from '../support/rounds.ts'
import { deployFiles } from './deploys.ts'
import { bad, baseFiles, CONFIG, type Scene, slightlyBetter, useScenes } from './scene.ts'

const scenes = useScenes()

const IMAGE = `registry.example/acme/churn@sha256:${'1f'.repeat(32)}`
const PACKAGE = `package: { image: '${IMAGE}' }\n`
const RECORD = 'apps/churn/overlays/staging/model-release.yaml'
const DEPLOY_CONFIG = `path: apps/{model}/overlays/{environment}
target: kustomize
options: { image: '{model}' }
environments:
  staging: {}
`

type Options = Parameters<typeof runRelease>[1]

/** A deploy repository with places for these models, and its address: the same for all, so that one judged model does for many. */
async function openDeploy(models = ['churn']): Promise<{ place: DeployPlace; url: string }> {
  const files = Object.assign({}, ...models.map(model => deployFiles(model, DEPLOY_CONFIG, ['staging'])))
  const place = await plainPlace(undefined, scenes.folder, { files })
  const address = join(scenes.folder, 'deploy.git')
  rmSync(address, { force: true })
  symlinkSync(join(scenes.folder, place.repository!), address)
  return { place, url: `file://${address}` }
}

const JUDGED = new Map<string, Promise<Scene>>()

/** A laptop with a judged model whose configuration ends with these lines. */
async function judged(lines: string, candidate = slightlyBetter): Promise<Scene> {
  const key = JSON.stringify([lines, candidate])
  const made = JUDGED.get(key) ?? judge(lines, candidate)
  JUDGED.set(key, made)
  return scenes.copyOf(await made)
}

async function judge(lines: string, candidate: string): Promise<Scene> {
  const scene = scenes.local(baseFiles({ 'assay.yml': `${CONFIG}${lines}` }), { 'candidate.csv': candidate })
  scene.repository.git('remote', 'add', 'origin', 'git@git.example:acme/churn.git')
  await scene.run()
  return scene
}

/** The default branch on a CI. */
function onMain(lines: string, candidate = slightlyBetter, ci: Partial<CiFacts> = {}): Scene {
  return scenes.pullRequest(
    baseFiles({ 'assay.yml': `${CONFIG}${lines}` }),
    { 'candidate.csv': candidate },
    {
      pullRequest: undefined,
      baseSha: undefined,
      baseRef: undefined,
      branch: 'main',
      defaultBranch: 'main',
      serverUrl: 'https://git.example',
      actor: 'ada',
      ...ci,
    },
  )
}

function release({ context }: Scene, options: Partial<Options> = {}) {
  return runRelease(context, {
    config: 'assay.yml',
    model: undefined,
    output: 'assay-result',
    image: undefined,
    uri: undefined,
    'release-version': undefined,
    'deploy-repo': undefined,
    'deploy-branch': undefined,
    'dry-run': false,
    ...options,
  })
}

async function refusal(releasing: Promise<unknown>): Promise<AssayError> {
  const error = await releasing.then(
    found => found,
    (caught: unknown) => caught,
  )
  if (error instanceof AssayError) return error
  throw new Error(`expected an AssayError, got ${JSON.stringify(error)}`)
}

const promotions = (place: DeployPlace) => place.branches('assay/')

describeOnce('assay release', () => {
  it('writes the record and proposes it, the same in both places', async () => {
    const { place, url } = await openDeploy()
    const scene = await judged(`deploy: ${url}\n${PACKAGE}`)

    const { exitCode, text, outputs } = await release(scene)

    expect(exitCode).toBe(0)
    const path = 'assay-result/churn/model-release.yaml'
    const record = parseRelease(scene.read(path), path)
    expect(record).toMatchObject({
      model: 'churn',
      commit: scene.head,
      verdict: 'pass',
      repository: 'https://git.example/acme/churn',
      image: { name: 'registry.example/acme/churn' },
    })
    expect(text.split('\n')[0]).toBe(`Release churn ${record.version}: ${IMAGE}`)
    expect(text).toContain(
      `➕ churn in staging: ${record.version}: the branch assay/promote/staging/churn waits to be merged`,
    )
    expect(outputs).toMatchObject({
      'release-version': record.version,
      'release-path': path,
      'promotion-action': 'proposed',
    })
    expect(await promotions(place)).toEqual(['assay/promote/staging/churn'])
    const proposed = (await place.files((await place.head('assay/promote/staging/churn'))!))[RECORD]!
    expect(parseRelease(proposed, RECORD)).toEqual(record)
  })

  it('lists what the release is made of beside the record, and says what a lock file leaves open', async () => {
    const { url } = await openDeploy()
    const scene = await judged(`deploy: ${url}\n${PACKAGE}`)
    writeFileSync(join(scene.folder, 'requirements.txt'), 'numpy==2.4.6\npandas>=2\n')

    const { text } = await release(scene)

    const bom = JSON.parse(scene.read('assay-result/churn/model-sbom.json'))
    expect(bom).toMatchObject({
      specVersion: '1.6',
      metadata: {
        component: {
          name: 'churn',
          properties: [
            { name: 'assay:commit', value: scene.head },
            { name: 'assay:artifact', value: IMAGE },
          ],
        },
      },
      components: [{ purl: 'pkg:pypi/numpy@2.4.6' }],
    })
    expect(text).toContain(
      'requirements.txt names 1 package without a version (pandas): the list of packages leaves them out',
    )
  })

  it('writes no token that stands in the subject of its commit, nor one of a known shape', async () => {
    const token = 'zq81-Tr7Wm-45xK-uu2'
    const shape = `ghp_${'x7'.repeat(18)}`
    const { place, url } = await openDeploy()
    const scene = scenes.local(baseFiles({ 'assay.yml': `${CONFIG}deploy: ${url}\n${PACKAGE}` }), {
      'candidate.csv': slightlyBetter,
    })
    scene.repository.git('remote', 'add', 'origin', 'git@git.example:acme/churn.git')
    scene.repository.git('commit', '--amend', '--quiet', '--message', `use ${token} and ${shape}`)
    scene.context.env = { ...scene.context.env, MODEL_STORE_TOKEN: token }
    await scene.run()

    await release(scene)

    const commit = (await place.head('assay/promote/staging/churn'))!
    const written = [
      scene.read('assay-result/churn/model-release.yaml'),
      scene.read('assay-result/churn/result.json'),
      (await place.commit(commit)).message,
      (await place.files(commit))[RECORD]!,
    ]
    for (const text of written) {
      expect(text).not.toContain(token)
      expect(text).not.toContain(shape)
    }
    expect(written[2]).toContain('Argocd-reference-commit-subject: use *** and ***')
  })

  it('of the same commit and image is written nowhere a second time', async () => {
    const { place, url } = await openDeploy()
    const scene = await judged(`deploy: ${url}\n${PACKAGE}`)
    await release(scene)
    const before = await place.head('assay/promote/staging/churn')
    scene.context.now = () => Date.parse('2026-07-01T12:00:00Z')

    const { text, outputs } = await release(scene)

    expect(text).toMatch(/⏳ churn in staging: \S+ waits for approval/)
    expect(outputs).toMatchObject({ 'promotion-action': 'unchanged' })
    expect(await place.head('assay/promote/staging/churn')).toBe(before)
  })

  it('of a model whose gate failed makes the record, and holds it', async () => {
    const { place, url } = await openDeploy()
    const scene = await judged(`deploy: ${url}\n${PACKAGE}`, bad)

    const { exitCode, text } = await release(scene)

    expect(exitCode).toBe(0)
    expect(scene.read('assay-result/churn/model-release.yaml')).toMatch(/^verdict: "?fail"?$/m)
    expect(text).toMatch(/⏳ churn in staging: .*fail/)
    expect(await promotions(place)).toEqual([])
  })

  it('in a dry run says what it would propose, and writes nothing at all', async () => {
    const { place, url } = await openDeploy()
    const scene = await judged(`deploy: ${url}\n${PACKAGE}`)

    const { text } = await release(scene, { 'dry-run': true })

    expect(text).toMatch(/churn in staging: would be proposed: Promote churn \S+ to staging/)
    expect(await promotions(place)).toEqual([])
    expect(existsSync(join(scene.folder, 'assay-result/churn/model-release.yaml'))).toBe(false)
  })

  it('without a place to deploy to says so in one line and is no error, also where nothing was judged', async () => {
    const scene = scenes.local(baseFiles(), {})

    expect(await release(scene)).toMatchObject({
      exitCode: 0,
      text: 'Nothing to release of churn: assay.yml names no deploy repository (`deploy`).',
    })
    expect(existsSync(join(scene.folder, 'assay-result'))).toBe(false)
  })

  it('that is given an image and no place for it is an error', async () => {
    const scene = await judged('')

    expect(await refusal(release(scene, { image: IMAGE }))).toMatchObject({ code: 'DEPLOY_UNKNOWN' })
  })

  it('without packaging says what to configure', async () => {
    const { url } = await openDeploy()
    const scene = await judged(`deploy: ${url}\n`)

    const error = await refusal(release(scene))

    expect(error.code).toBe('RELEASE_INVALID')
    expect(renderError(error)).toMatch(/`package` in assay\.yml.*--image or --uri/)
  })

  it('without a result says what to run', async () => {
    const { url } = await openDeploy()
    const scene = scenes.local(baseFiles({ 'assay.yml': `${CONFIG}deploy: ${url}\n${PACKAGE}` }), {})

    const error = await refusal(release(scene))

    expect(error.code).toBe('RESULT_MISSING')
    expect(renderError(error)).toMatch(/assay-result\/churn\/result\.json.*\n?.*run `assay run`/)
  })

  it('of another commit than the one that was judged is refused', async () => {
    const { place, url } = await openDeploy()
    const scene = await judged(`deploy: ${url}\n${PACKAGE}`)
    const later = scene.repository.commit('later', { 'other.txt': 'x' })

    const error = await refusal(release(scene))

    expect(renderError(error)).toContain(
      `the result is of commit ${scene.head.slice(0, 12)}, the release of ${later.slice(0, 12)}`,
    )
    expect(await promotions(place)).toEqual([])
  })

  it('of a clone whose origin is a folder says so, and what origin has to be', async () => {
    const { url } = await openDeploy()
    const scene = await judged(`deploy: ${url}\n${PACKAGE}`)
    const refused = async () => renderError(await refusal(release(scene)))

    scene.repository.git('remote', 'set-url', 'origin', 'file:///srv/git/churn.git')
    expect(await refused()).toMatch(
      /the remote `origin` is file:\/\/\/srv\/git\/churn\.git: nobody else.*\n.*git remote set-url/,
    )
    scene.repository.git('remote', 'remove', 'origin')
    expect(await refused()).toContain('the repository has no remote')
  })

  it('of a fork is refused before a registry is asked or anything is packaged', async () => {
    const { place, url } = await openDeploy()
    const asked: unknown[] = []
    const registry = createServer((request, response) => {
      asked.push(request.url)
      response.writeHead(404).end()
    })
    await new Promise<void>(ready => registry.listen(0, '127.0.0.1', ready))
    const { port } = registry.address() as AddressInfo
    const lines = `deploy: ${url}\npackage: { run: "touch packaged" }\n`
    const scene = scenes.pullRequest(
      baseFiles({ 'assay.yml': `${CONFIG}${lines}` }),
      { 'candidate.csv': slightlyBetter },
      { fromFork: true },
    )
    await scene.run()

    const asInput = await refusal(release(scene, { image: `127.0.0.1:${port}/acme/churn:1` }))
    const packaged = await refusal(release(scene))
    registry.close()

    for (const error of [asInput, packaged]) {
      expect(error.code).toBe('DEPLOY_NO_TOKEN')
      expect(renderError(error)).toMatch(/the code of a fork.*\n.*once this is merged/)
    }
    expect(asked).toEqual([])
    expect(existsSync(join(scene.folder, 'packaged'))).toBe(false)
    expect(await promotions(place)).toEqual([])
  })

  it('that nobody could find again is refused before anything is packaged', async () => {
    const { url } = await openDeploy()
    const scene = await judged(`deploy: ${url}\npackage: { run: "touch packaged" }\n`)
    for (const command of [
      ['set-url', 'origin', 'file:///srv/git/churn.git'],
      ['remove', 'origin'],
    ]) {
      scene.repository.git('remote', ...command)

      expect(await refusal(release(scene))).toMatchObject({ code: 'RELEASE_INVALID' })
    }
    expect(existsSync(join(scene.folder, 'packaged'))).toBe(false)
  })

  it('into a deploy repository whose file is broken is refused before anything is packaged', async () => {
    const { url, place } = await openDeploy()
    await place.push(place.base, { 'assay-deploy.yml': 'environments: {}\n' })
    const scene = await judged(`deploy: ${url}\npackage: { run: "touch packaged" }\n`)

    expect((await refusal(release(scene))).problems[0]!.where).toMatchObject({ file: 'assay-deploy.yml' })
    expect(existsSync(join(scene.folder, 'packaged'))).toBe(false)
  })

  it('outside of a git repository says that there is nothing to release', async () => {
    const { url } = await openDeploy()
    const scene = await judged(`deploy: ${url}\n${PACKAGE}`)
    rmSync(join(scene.folder, '.git'), { recursive: true })

    const error = await refusal(release(scene))

    expect(error.problems[0]!.what).toBe('this folder is no git repository with a commit')
  })

  it('without a remote is refused: nobody could find the commit again', async () => {
    const { url } = await openDeploy()
    const scene = await judged(`deploy: ${url}\n${PACKAGE}`)
    scene.repository.git('remote', 'remove', 'origin')

    expect(await refusal(release(scene))).toMatchObject({
      code: 'RELEASE_INVALID',
      problems: [{ what: expect.stringContaining('no remote') }],
    })
  })

  it('is by whom the CI names, of the repository that it names', async () => {
    const { url } = await openDeploy()
    const scene = onMain(`deploy: ${url}\n${PACKAGE}`)
    await scene.run({ 'no-release': true })

    const { json } = await release(scene)

    expect(json).toMatchObject({ release: { by: 'ada', repository: 'https://git.example/octo/model' } })
  })

  it('of several models releases those that can be, tells what is wrong with the others, and what is deployed from nowhere', async () => {
    const { place, url } = await openDeploy(['churn', 'fraud'])
    const model = (more: string) =>
      `${CONFIG.replace('model: churn\n', '').replaceAll(/^/gm, '    ').trimEnd()}\n${more}`
    const config = `models:
  churn:
${model(`    ${PACKAGE}    deploy: ${url}\n`)}  fraud:
${model(`    deploy: ${url}\n`)}  notes:
${model('')}`
    const scene = scenes.local(baseFiles({ 'assay.yml': config }), { 'candidate.csv': slightlyBetter })
    scene.repository.git('remote', 'add', 'origin', 'git@git.example:acme/churn.git')
    await scene.run()

    const { exitCode, text } = await release(scene)

    expect(exitCode).toBe(2)
    expect(text).toContain('➕ churn in staging')
    expect(text).toContain('fraud cannot be released')
    expect(text).toContain('Nothing to release of notes: ')
    expect(await promotions(place)).toEqual(['assay/promote/staging/churn'])
  })
})

describe('assay release', () => {
  const REMOTES = [
    ['https://user:secret@git.example:8443/acme/churn.git', 'https://git.example:8443/acme/churn'],
    ['ssh://git@git.example:22/acme/churn', 'https://git.example/acme/churn'],
    ['http://git.example/acme/churn/', 'http://git.example/acme/churn'],
  ] as const
  it.each(divided(REMOTES, ([remote]) => remote.includes('secret')))(
    'takes the address of the repository from the remote %s, without credentials',
    async (remote, address) => {
      const { url } = await openDeploy()
      const scene = await judged(`deploy: ${url}\n${PACKAGE}`)
      scene.repository.git('remote', 'set-url', 'origin', remote)

      const { json } = await release(scene)

      expect(json).toMatchObject({ release: { repository: address } })
      expect(JSON.stringify(json)).not.toContain('secret')
    },
  )
})

describeOnce('assay run on the default branch', () => {
  it('releases what it has judged', async () => {
    const { place, url } = await openDeploy()
    const scene = onMain(`deploy: ${url}\n${PACKAGE}`)

    const { exitCode, text, headline } = await scene.run()

    expect(exitCode).toBe(0)
    expect(headline).toMatch(/^churn: pass/)
    expect(text).toMatch(/Release churn \S+: registry\.example/)
    expect(await promotions(place)).toEqual(['assay/promote/staging/churn'])
  })

  it.each<[string, { deploy?: boolean; package?: boolean; ci?: Partial<CiFacts>; flag?: boolean }]>([
    ['no deploy repository', { deploy: false }],
    ['no packaging', { package: false }],
    ['another branch', { ci: { branch: 'feature' } }],
    ['a default branch that is not known', { ci: { defaultBranch: undefined } }],
    ['--no-release', { flag: true }],
  ])(
    'releases nothing with %s',
    async (_, { deploy = true, package: packaged = true, ci = {}, flag = false }) => {
      const { place, url } = await openDeploy()
      const scene = onMain(
        `${deploy ? `deploy: ${url}\n` : ''}${packaged ? PACKAGE : ''}`,
        slightlyBetter,
        ci,
      )

      const { exitCode, text } = await scene.run({ 'no-release': flag })

      expect(exitCode).toBe(0)
      expect(text).not.toContain('Release')
      expect(await promotions(place)).toEqual([])
    },
  )

  it('releases nothing in a pull request', async () => {
    const { place, url } = await openDeploy()
    const lines = `deploy: ${url}\n${PACKAGE}`
    const scene = scenes.pullRequest(baseFiles({ 'assay.yml': `${CONFIG}${lines}` }), {
      'candidate.csv': slightlyBetter,
    })

    await scene.run()

    expect(await promotions(place)).toEqual([])
  })

  it('keeps its verdict where the release fails, and says why the run is red all the same', async () => {
    const scene = onMain(`deploy: file:///no/such/deploy\n${PACKAGE}`)

    const { exitCode, text, headline, reason, json } = await scene.run()

    expect(exitCode).toBe(2)
    expect(headline).toMatch(/^churn: pass/)
    expect(text).toMatch(/^.*churn: pass/)
    expect(reason).toMatch(/^churn was judged, but not released: /)
    expect(json).toMatchObject({ models: [{ verdict: 'pass' }] })
    expect(scene.result().verdict).toBe('pass')
  })

  it('keeps a failed verdict, and the hold of its release, as the exit code of the verdict', async () => {
    const { place, url } = await openDeploy()
    const scene = onMain(`deploy: ${url}\n${PACKAGE}`, bad)

    const { exitCode, reason } = await scene.run()

    expect(exitCode).toBe(1)
    expect(reason).toMatch(/gate/i)
    expect(await promotions(place)).toEqual([])
  })
})
