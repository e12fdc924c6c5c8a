import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { whyTooLarge } from '../../src/commands/model/profile-size.ts'
import { profileForRelease } from '../../src/commands/model/release-profile.ts'
import { run as runRollback } from '../../src/commands/rollback.ts'
import { renderRelease } from '../../src/core/release/record-file.ts'
import { ModelProfile } from '../../src/core/traffic/profile/profile.ts'
import { renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { useGithub } from '../support/emulator.ts'
import { profileOf } from '../support/profiles.ts'
import { releaseOf as resultRecord } from '../support/releases.ts'
import { result } from '../support/results.ts'
import { type DeployScene, useDeploys } from './deploys.ts'
import { baseFiles, CONFIG, slightlyBetter, useScenes } from './scene.ts'

const github = useGithub()
const deploys = useDeploys()
const scenes = useScenes()

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** The `number`th release with a profile of its own, and the text of that. */
function withProfile(scene: DeployScene, number: number) {
  const [age, plan] = profileOf().features
  const features = [{ ...age!, edges: [20, 40, 60 + number] } as typeof age & object, plan!]
  const text = renderProfile(profileOf({ features }))
  const profile = { hash: hashOf(text), rows: 1000, features: 2 }
  return { text, record: scene.release(number, { profile }) }
}

const fileIn = ({ model, read }: DeployScene, environment: string) =>
  read(`apps/${model}/overlays/${environment}/model-profile.yaml`)

async function pull({ model, place, access }: DeployScene) {
  const { repository } = await access()
  return (await repository.pullRequests!.ofBranch(`assay/promote/production/${model}`, place.base)).open!
}

async function mergeOpen(scene: DeployScene): Promise<void> {
  const open = await pull(scene)
  await (await scene.access()).repository.pullRequests!.merge(open.number, open.head)
}

describe('the profile of a release', () => {
  it('goes with it from environment to environment, back with a rollback, and never stands beside another', async () => {
    const scene = await deploys.onGithub(github)
    const one = withProfile(scene, 1)
    const two = withProfile(scene, 2)

    await scene.promote([one.record], { profile: one.text })
    expect(await fileIn(scene, 'staging')).toBe(one.text)
    expect((await pull(scene)).body).not.toContain('edges')
    await scene.promote()
    await mergeOpen(scene)
    expect(await fileIn(scene, 'production')).toBe(one.text)

    await scene.promote([two.record], { profile: two.text })
    expect(await fileIn(scene, 'staging')).toBe(two.text)
    expect(await fileIn(scene, 'production')).toBe(one.text)
    await mergeOpen(scene)
    expect(await fileIn(scene, 'production')).toBe(two.text)

    await scene.promote([scene.release(3, { weighed: { against: 'champion', commit: two.record.commit } })])
    await mergeOpen(scene)
    expect(await fileIn(scene, 'staging')).toBeUndefined()
    expect(await fileIn(scene, 'production')).toBeUndefined()

    await runRollback(scene.context, {
      config: 'assay.yml',
      model: scene.model,
      environment: 'production',
      to: one.record.version,
      reason: 'prices were wrong',
      'deploy-repo': 'octo/model',
      'deploy-branch': scene.place.base,
      'dry-run': false,
    })
    await mergeOpen(scene)
    expect(await scene.serving('production')).toBe(one.record.version)
    expect(await fileIn(scene, 'production')).toBe(one.text)
  })

  it('is written by nobody whose text is not that of the record', async () => {
    const scene = await deploys.onGithub(github)
    const { record } = withProfile(scene, 1)

    await scene.promote([record], { profile: '{}' })

    expect(await fileIn(scene, 'staging')).toBeUndefined()
    expect(await scene.serving('staging')).toBe(record.version)
  })

  it('costs a release without one no call', async () => {
    const scene = await deploys.onGithub(github)
    scene.forget()
    await scene.promote([scene.release(1)])

    expect(
      github.requests.filter(({ body }) => JSON.stringify(body ?? '').includes('model-profile')),
    ).toEqual([])
  })
})

describe('what goes with a release', () => {
  const PROFILE = 'assay-result/late-flights/model-profile.json'
  const own = profileOf({ model: 'late-flights' })
  const text = renderProfile(own)
  const facts = { hash: hashOf(text), rows: 1000, features: 2, advice: [] }
  const ask = (content: string | undefined, profile: object | undefined = facts) => {
    const { folder } = scenes.local(baseFiles({ 'assay.yml': CONFIG, [PROFILE]: content }), {
      'candidate.csv': slightlyBetter,
    })
    if (content !== undefined) writeFileSync(join(folder, PROFILE), content)
    return profileForRelease(folder, 'assay-result', {
      ...result({ model: 'late-flights' }),
      profile: profile as never,
    })
  }

  it('is the file that its result names', async () => {
    expect(await ask(text)).toEqual({ text, recorded: { hash: hashOf(text), rows: 1000, features: 2 } })
  })

  const wide = renderProfile({
    ...own,
    features: Array.from({ length: 60 }, (_, index) => ({
      name: `f${index}`,
      type: 'category' as const,
      categories: Array.from({ length: index === 7 ? 80 : 60 }, (_, at) => hashOf(`${index} ${at}`)),
      counts: new Array<number>(index === 7 ? 80 : 60).fill(10),
      missing: 0,
      pooled: index === 7 ? 200 : 400,
    })),
  })

  it.each([
    ['there is none', undefined, facts, 'there is no such file'],
    [
      'it is another file',
      text.replace('"rows": 1000', '"rows":  1000'),
      facts,
      'is not the file that the result was written with',
    ],
    ['it is of another model', renderProfile(profileOf()), facts, 'is of another model, churn'],
    ['it is no profile', '{"version": 1}', facts, /model: is missing/],
    [
      'its result has none',
      undefined,
      { advice: ['train.csv: there is no such file.'] },
      'train.csv: there is no such file',
    ],
    [
      'it is too large',
      wide,
      { ...facts, hash: hashOf(wide) },
      /too large to go with a release, \d+ kB packed of at most 128 kB: give `f7`, its largest feature, fewer `categories`/,
    ],
  ])('is none where %s, and it says so', async (_, content, profile, why) => {
    const { text: given, recorded, note } = await ask(content, profile)

    expect(given).toBeUndefined()
    expect(recorded).toBeUndefined()
    expect(note).toMatch(/^No profile goes with it, so drift of it will be unknown: /)
    expect(note).toMatch(why)
  })

  it('goes with a release as it is, of a hundred features of twenty bins', () => {
    const edges = Array.from({ length: 19 }, (_, edge) => 1234.567 * (edge + 1))
    const features = Array.from({ length: 100 }, (_, index) => ({
      name: `a_name_as_columns_have_${index}`,
      type: 'number' as const,
      edges,
      counts: new Array<number>(20).fill(500_000),
      missing: 0,
    }))
    const profile = { ...own, rows: 10_000_000, features }

    expect(ModelProfile.safeParse(profile).error).toBeUndefined()
    expect(Buffer.byteLength(renderProfile(profile))).toBeLessThan(64 * 1024)
    expect(whyTooLarge(profile)).toBeUndefined()
  })

  it('is nothing to speak of where a result of before knows of none', async () => {
    expect(await profileForRelease('.', 'assay-result', result())).toEqual({})
  })

  it('stands in the record, and records of before are read as they were', () => {
    const record = renderRelease({
      ...resultRecord(),
      profile: { hash: hashOf(text), rows: 1000, features: 2 },
    })

    expect(record).toContain(`profile: {"hash": "${hashOf(text)}", "rows": 1000, "features": 2}`)
    expect(renderRelease(resultRecord())).not.toContain('profile')
  })
})
