import { describe, expect, it } from 'vitest'
import { renderRelease } from '../../src/core/release/record-file.ts'
import { renderError } from '../../src/core/text/error-text.ts'
import type { DeployRepository } from '../../src/forges/deploy-repository.ts'
import { REPOSITORY, TOKENS, useGithub } from '../support/emulator.ts'
import { withManifests } from '../support/manifests.ts'
import { DEPLOY, type DeployScene, useDeploys } from './deploys.ts'

/** Deploy repositories that many may write to: what somebody put there steers no promotion, and stops none for ever. */

const github = useGithub()
const deploys = useDeploys()

const ONE = '2026-05-01-0000001'
const MEGABYTES = `# ${'x'.repeat(2 * 1024 * 1024)}\n`
const APPROVED = DEPLOY.replace('staging: { merge: auto }', 'staging: {}')

const fileOf = ({ model }: DeployScene, name: string, environment = 'staging') =>
  `apps/${model}/overlays/${environment}/${name}`
const recordOf = (scene: DeployScene, environment?: string) =>
  fileOf(scene, 'model-release.yaml', environment)
const branchOf = ({ model }: DeployScene, environment = 'staging') => `assay/promote/${environment}/${model}`

async function refused(scene: DeployScene): Promise<string> {
  const error = await scene.promote([scene.release(1)]).then(
    outcomes => new Error(`it went on: ${outcomes}`),
    (thrown: unknown) => thrown,
  )
  return renderError(error as never)
}

const places = [
  ['GitHub', (config?: string) => deploys.onGithub(github, config)],
  ['plain git', (config?: string) => deploys.onGit(config)],
] as const

describe.each(places)('on %s', (_, begin) => {
  it.each([
    ['leads out', DEPLOY.replace('apps/{model}', '../{model}'), 'path'],
    ['leads into git', DEPLOY.replace('apps/{model}', '.git/{model}'), 'path'],
    ['names an environment ../x', DEPLOY.replace('staging:', '../x:'), 'an environment name is'],
    ['is no YAML', `${DEPLOY}<<<<<<< ours\n`, 'assay-deploy.yml'],
  ])('a configuration that %s is refused, and nothing is written', async (__, config, word) => {
    const scene = await begin(config)
    const before = await scene.place.head(scene.place.base)

    expect(await refused(scene)).toContain(word)
    expect(await scene.place.head(scene.place.base)).toBe(before)
    expect(await scene.place.branches(branchOf(scene))).toEqual([])
  })

  it('a configuration of 10 MB is refused by its size', async () => {
    const scene = await begin()
    await scene.place.push(scene.place.base, { 'assay-deploy.yml': `${DEPLOY}# ${'x'.repeat(10_000_000)}\n` })

    expect(await refused(scene)).toMatch(/is larger than (1 MB|256 KiB)/)
  })

  it('a broken manifest is named with model, environment and its whole path', async () => {
    const scene = await begin()
    await scene.place.push(scene.place.base, { [fileOf(scene, 'kustomization.yaml')]: 'images: [\n' })

    const words = await refused(scene)

    expect(words).toContain(`${scene.model} in staging: kustomization.yaml cannot be edited`)
    expect(words).toContain(
      `${fileOf(scene, 'kustomization.yaml')}:2: not valid YAML: a \`[\` that is never closed`,
    )
  })

  it('a record with what a newer version says goes on as it is', async () => {
    const scene = await begin()
    const newer = { ...scene.release(1), signature: 'by a newer version' }

    await scene.promote([newer])

    const files = await scene.place.files((await scene.place.head(scene.place.base))!)
    expect(files[recordOf(scene)]).toContain('signature: "by a newer version"')
    const production = await scene.place.files((await scene.place.head(branchOf(scene, 'production')))!)
    expect(production[recordOf(scene, 'production')]).toContain('signature: "by a newer version"')
  })

  it.each([
    ['a record', 'model-release.yaml', { link: '../../../../../README.md' }],
    ['a hold', 'model-hold.yaml', { link: '/etc/hostname' }],
    ['manifests', 'kustomization.yaml', { link: '../../../../../README.md' }],
  ])('%s that is a link is not followed', async (__, name, link) => {
    const scene = await begin()
    await scene.place.push(scene.place.base, { [fileOf(scene, name)]: link })

    const words = await refused(scene)

    expect(words).toContain(fileOf(scene, name))
    expect(words).toContain('is a link')
    expect(await scene.place.branches(branchOf(scene))).toEqual([])
  })

  it('a hold that is no hold holds all the same', async () => {
    const scene = await begin()
    await scene.place.push(scene.place.base, { [fileOf(scene, 'model-hold.yaml')]: '- [' })

    expect((await scene.promote([scene.release(1)]))[0]).toMatch(/^staging: waits, held .*cannot be read/)
  })

  it('records that were a link, megabytes, binary or of another model stop nothing once they are past', async () => {
    const scene = await begin(DEPLOY.replace('{ merge: auto }', '{ merge: auto, soak: 0s }'))
    const other = { ...scene.release(9), model: 'other' }
    for (const text of [{ link: 'x' }, MEGABYTES, '\0\u{fffd}', renderRelease(other), undefined])
      await scene.place.push(scene.place.base, { [recordOf(scene)]: text })

    expect((await scene.promote([scene.release(1)]))[0]).toMatch(new RegExp(`^staging: merged, ${ONE}`))
    expect((await scene.promote([scene.release(2)]))[0]).toMatch(/^staging: merged, 2026-05-02/)
  })

  it('a record of another model is no champion, and is not promoted on', async () => {
    const scene = await begin()
    const other = { ...scene.release(9), model: 'other' }
    await scene.place.push(scene.place.base, { [recordOf(scene)]: renderRelease(other) })

    expect(await scene.promote()).toEqual([])
    expect((await scene.promote([scene.release(1)]))[0]).toMatch(new RegExp(`^staging: merged, ${ONE}`))
  })

  it.each([
    ['names another model', (scene: DeployScene) => renderRelease({ ...scene.release(9), model: 'other' })],
    ['has megabytes', () => MEGABYTES],
    ['is a link', () => ({ link: '/etc/hostname' })],
  ])('a branch whose record %s is somebody’s, and left alone', async (__, record) => {
    const scene = await begin(APPROVED)
    await scene.promote([scene.release(1)])
    const theirs = await scene.place.push(branchOf(scene), { [recordOf(scene)]: record(scene) })

    const [staging] = await scene.promote([scene.release(2)])

    expect(staging).toMatch(/^staging: left_alone, /)
    expect(await scene.place.head(branchOf(scene))).toBe(theirs)
    expect(await scene.serving('staging')).toBeUndefined()
  })

  it('manifests with conflict markers are refused with their line; with CRLF and a byte order mark they stay as they are', async () => {
    const scene = await begin()
    const path = fileOf(scene, 'kustomization.yaml')
    const text = (await scene.read(path))!
    await scene.place.push(scene.place.base, { [path]: `<<<<<<< ours\n${text}=======\n>>>>>>> theirs\n` })
    expect(await refused(scene)).toMatch(/kustomization\.yaml:\d/)

    const crlf = `\u{feff}${text.replaceAll('\n', '\r\n')}`
    await scene.place.push(scene.place.base, { [path]: crlf })
    await scene.promote([scene.release(1)])

    expect(await scene.read(path)).toBe(crlf.replace(/sha256:0+/, scene.release(1).image!.digest))
  })

  it('a record with conflict markers is no release; the next one takes its place', async () => {
    const scene = await begin()
    await scene.promote([scene.release(1)])
    const text = (await scene.read(recordOf(scene)))!
    await scene.place.push(scene.place.base, {
      [recordOf(scene)]: `<<<<<<< ours\n${text}=======\n${text}>>>>>>> theirs\n`,
    })

    expect((await scene.promote([scene.release(2)]))[0]).toMatch(/^staging: merged, 2026-05-02/)
  })

  it('more than 30 versions of a record are one history like any other', async () => {
    const scene = await begin(APPROVED)
    for (let version = 1; version <= 33; version++)
      await scene.place.push(
        scene.place.base,
        withManifests({ [recordOf(scene)]: renderRelease(scene.release(version)) }),
      )

    expect(await scene.promote([scene.release(20)])).toEqual(
      [
        'staging: nothing, 2026-06-02-0000021 serves',
        'production: proposed, 2026-06-02-0000021 waits for approval',
      ].map(line =>
        _ === 'plain git'
          ? line.replace(
              /proposed, .*/,
              `proposed, the branch ${branchOf(scene, 'production')} waits to be merged`,
            )
          : line,
      ),
    )
  })
})

describe('clocks', () => {
  it('that are wrong neither roll back a release nor let it soak', async () => {
    const scene = await deploys.onGithub(github, DEPLOY.replace('after: staging', 'after: staging, soak: 1h'))
    const now = scene.context.now()
    const at: Record<string, number> = { 1: now + 86_400_000, 2: now - 86_400_000 }
    for (const number of [1, 2])
      await scene.place.push(
        scene.place.base,
        withManifests({ [recordOf(scene)]: renderRelease(scene.release(number)) }),
      )
    const { access } = scene
    scene.access = async () => {
      const given = await access()
      const snapshot: DeployRepository['snapshot'] = async question => {
        const seen = await given.repository.snapshot!(question)
        const histories = new Map(
          [...seen.histories].map(([path, versions]) => [
            path,
            versions.map(version => ({
              ...version,
              at: at[/^version: ".*-0*(\d)"$/m.exec(version.text ?? '')?.[1] ?? ''] ?? version.at,
            })),
          ]),
        )
        return { ...seen, histories }
      }
      return { ...given, repository: { ...given.repository, snapshot } }
    }

    expect((await scene.promote())[1]).toBe('production: waits, soak in staging until 2026-06-02 13:00 UTC')
  })
})

describe('pull requests of others', () => {
  it('from a fork with the name of our branch are not taken for ours', async () => {
    const scene = await deploys.onGithub(github, APPROVED)
    const asOutsider = (path: string, body: object) =>
      fetch(`${github.upstream}/repos/${path}`, {
        method: 'POST',
        headers: { authorization: `token ${TOKENS.outsider}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    await asOutsider(`${REPOSITORY}/forks`, {})
    const { status } = await asOutsider(`${REPOSITORY}/pulls`, {
      title: 'Mine',
      body: 'x',
      head: `outsider:${branchOf(scene)}`,
      base: scene.place.base,
    })
    expect(status).toBe(201)

    expect((await scene.promote([scene.release(1)]))[0]).toBe(`staging: proposed, ${ONE} waits for approval`)
    const { repository } = await scene.access()
    const { open } = await repository.pullRequests!.ofBranch(branchOf(scene), scene.place.base)
    expect(open?.title).toBe(`Promote ${scene.model} ${ONE} to staging`)
  })

  it('that somebody comments on with the mark of our note get the note all the same', async () => {
    const scene = await deploys.onGithub(github, APPROVED)
    await scene.promote([scene.release(1)])
    await scene.place.push(branchOf(scene), { 'by-hand.txt': 'x' })
    const { repository } = await scene.access()
    const { open } = await repository.pullRequests!.ofBranch(branchOf(scene), scene.place.base)
    await github.comment(open!.number, '<!-- assay:note left-alone -->\nnothing to see here')

    await scene.promote([scene.release(2)])
    await scene.promote([scene.release(2)])

    const comments = (await github.comments(open!.number)).filter(({ user }) => user.login === 'octo')
    expect(comments.map(({ body }) => body.split('\n')[1])).toEqual([
      expect.stringMatching(/^Somebody pushed/),
    ])
  })

  it('that were closed with a forged marker keep out the release they name, and no other', async () => {
    const scene = await deploys.onGithub(github, APPROVED)
    await scene.promote([scene.release(1)])
    const pulls = (await scene.access()).repository.pullRequests!
    const { open } = await pulls.ofBranch(branchOf(scene), scene.place.base)
    await pulls.update(open!.number, {
      title: 'x',
      body: open!.body.replace(/release=\w+/, `release=${'0'.repeat(32)}`),
    })
    await pulls.close(open!.number)

    expect((await scene.promote([scene.release(1)]))[0]).toBe(`staging: proposed, ${ONE} waits for approval`)
  })
})
