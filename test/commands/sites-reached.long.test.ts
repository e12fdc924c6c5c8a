import { describe, expect, it } from 'vitest'
import { withDeploy } from '../../src/commands/deploy/read/deploy-branch.ts'
import { rollBack } from '../../src/commands/deploy/write/roll-back.ts'
import { run as runInventory } from '../../src/commands/inventory.ts'
import { run as runPromote } from '../../src/commands/promote.ts'
import { run as runVerify } from '../../src/commands/verify.ts'
import { REPOSITORY, useGithub } from '../support/emulator.ts'
import { useGitlab } from '../support/gitlab.ts'
import { type Apart, type ApartAsked, OLD, releaseOf, useApart, VARIABLE } from './apart.ts'
import { useDeploys } from './deploys.ts'

/** A repository or a branch that a run does not reach keeps nothing from those that it does, and nothing gets past it. */

const github = useGithub()
const gitlab = useGitlab()
const deploys = useDeploys()
const apart = useApart({ github, gitlab, deploys })

const ONE = '2026-05-01-0000001'
/** At home: one beside production, and one after it. */
const MORE = `  qa: { path: 'qa/{model}', after: staging, merge: auto }\n  edge: { path: 'edge/{model}', after: production, merge: auto }\n`

/** The release is in staging; the next run finds what there is to do. */
async function begun(open: (asked: ApartAsked) => Promise<Apart>, asked: ApartAsked): Promise<Apart> {
  const scene = await open({ more: MORE, ...asked })
  const manifest = `images:\n  - name: churn\n    newName: registry.example/acme/churn\n    digest: ${OLD}\n`
  await scene.home.push(scene.home.base, {
    'qa/churn/kustomization.yaml': manifest,
    'edge/churn/kustomization.yaml': manifest,
  })
  const leaves = ['production', 'qa', 'edge'].map(environment => ({ environment, why: 'not yet' }))
  expect(await scene.promote([releaseOf(1)], { leaves })).toEqual([
    expect.stringMatching(/^staging: merged, /),
  ])
  return scene
}

const promote = ({ context, options }: Apart, environment?: string, model?: string) =>
  runPromote(context, {
    ...{ config: 'assay.yml', output: '.assay', model, environment, 'dry-run': false, ...options },
    ...{ hold: false, 'release-hold': false, reason: undefined },
  })

const verify = ({ context, options }: Apart, environment?: string, model?: string) =>
  runVerify(context, {
    ...{ config: 'assay.yml', model, environment, release: undefined, timeout: 1, 'no-wait': true },
    ...{ 'dry-run': true, ...options },
  })

const inventory = ({ context, options }: Apart, environment: string | undefined, told: string[]) =>
  runInventory(
    { ...context, log: { ...context.log, warn: text => told.push(text) } },
    { config: 'assay.yml', model: undefined, environment, format: 'table', ...options },
  )

describe.each([
  ['no token', apart.onGithub, { env: { [VARIABLE]: '' } }, 'DEPLOY_NO_TOKEN', `${VARIABLE}, which`],
  [
    'a token that is none, on GitLab',
    apart.onGitlab,
    { env: { [VARIABLE]: 'gone' } },
    'FORGE_UNAUTHORIZED',
    '',
  ],
  [
    'no such branch',
    apart.onGit,
    { keys: ', branch: nowhere' },
    'ENVIRONMENT_BRANCH_MISSING',
    'has no branch',
  ],
])('production that is not reached: %s', (_, open, asked: ApartAsked, code, what) => {
  it('waits, with all that comes after it, and keeps nothing else', async () => {
    const scene = await begun(open, asked)

    const { exitCode, text, json } = await promote(scene)

    expect(exitCode).toBe(2)
    expect(text).toMatch(/^✅ churn in qa: /m)
    expect(text).toContain('nothing is done for production, edge before this is right')
    expect(text).toContain('What still worked: staging, qa: looked at all the same')
    expect(json).toMatchObject({
      promotions: [
        { environment: 'staging', action: 'nothing' },
        { environment: 'qa', action: 'merged' },
      ],
      problems: [
        {
          code,
          problems: [
            { what: expect.stringContaining(what), where: { file: 'assay-deploy.yml', line: 7 } },
            {},
          ],
        },
      ],
    })
    expect(text).toMatch(/assay-deploy\.yml:7:\d+.*`production`/)
    const files = await scene.home.files((await scene.home.head(scene.home.base))!)
    expect(Object.keys(files).filter(path => path.endsWith('model-release.yaml'))).toEqual([
      'apps/churn/model-release.yaml',
      'qa/churn/model-release.yaml',
    ])
    expect(await scene.home.branches('assay/promote/')).not.toContain('assay/promote/edge/churn')

    expect((await promote(scene, 'qa', 'churn')).exitCode).toBe(0)
    for (const environment of ['production', 'edge'])
      await expect(promote(scene, environment)).rejects.toMatchObject({ code })
    await expect(promote(scene, 'nowhere')).rejects.toMatchObject({ code: 'ENVIRONMENT_UNKNOWN' })

    const told: string[] = []
    const listed = await inventory(scene, undefined, told)
    expect(listed.exitCode).toBe(2)
    expect(listed.text).toMatch(new RegExp(`^churn +staging +${ONE} `, 'm'))
    expect(listed.text).toMatch(/^churn +production .*not seen: /m)
    expect(listed.text).toMatch(/^churn +edge .*not seen: it comes after production/m)
    expect(told.join('\n')).toContain('nothing is done for production, edge')
    expect((await inventory(scene, 'staging', told)).exitCode).toBe(0)
    await expect(inventory(scene, 'production', told)).rejects.toMatchObject({ code })

    const seen = await verify(scene)
    expect([seen.exitCode, seen.outputs]).toEqual([2, { live: 'false' }])
    expect(seen.text).toMatch(/^❌ 1 place not seen, 0 live, 2 not watched$/m)
    expect(seen.text).toContain('nothing is done for production, edge')
    const one = await verify(scene, undefined, 'churn')
    expect([one.exitCode, one.outputs]).toEqual([2, { live: 'false' }])
    expect(one.json).toMatchObject({ environments: [{}, {}], problems: [{ code }] })
    expect((await verify(scene, 'staging', 'churn')).exitCode).toBe(0)
    await expect(verify(scene, 'production')).rejects.toMatchObject({ code })
  })
})

it.each([
  ['repository', apart.onGithub],
  ['branch', apart.onBranch],
])(
  'options that changed are told from a hand in another %s, by the history of the configuration',
  async (_, open) => {
    const scene = await open({})
    await scene.promote([releaseOf(1)])
    await scene.approve()
    const { home, production } = scene
    const files = await home.files((await home.head(home.base))!)
    const config = files['assay-deploy.yml']!
    await home.push(home.base, { 'assay-deploy.yml': config.replace('options: {', 'options: { pin: both,') })
    const [, changed] = await scene.promote()
    await production.push(production.base, {
      'apps/churn/kustomization.yaml': `images:\n  - name: churn\n    newName: registry.example/acme/churn\n    digest: ${OLD}\n`,
    })
    const [, byHand] = await scene.promote()

    expect(changed).toBe(`production: nothing, ${ONE} serves: the options changed since it was written`)
    expect(byHand).toMatch(/^production: left_alone, /)
  },
)

describe('production that is not reached', () => {
  // The last: it leaves the branch of a promotion that none of the others knows.
  it('keeps nobody from going back in staging', async () => {
    const scene = await begun(apart.onGithub, { env: { [VARIABLE]: '' } })
    const leaves = ['production', 'qa', 'edge'].map(environment => ({ environment, why: 'not yet' }))
    await scene.promote([releaseOf(2)], { leaves })
    const address = { kind: 'forge', repository: REPOSITORY, namedBy: 'job' } as const
    const deploy = { address, name: REPOSITORY, branch: scene.home.base }
    const back = (environment: string) =>
      withDeploy(scene.context, deploy, access =>
        rollBack(
          { access, deploy },
          {
            ...{ model: 'churn', environment, version: ONE, dryRun: true, by: 'ada' },
            ...{ reason: 'it is slow', since: '2026-06-01T12:00:00Z' },
          },
          scene.context.now(),
        ),
      )

    expect((await back('staging')).words).toContain(ONE)
    await expect(back('production')).rejects.toMatchObject({ code: 'DEPLOY_NO_TOKEN' })
  })
})
