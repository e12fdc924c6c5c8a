import { describe, expect, it } from 'vitest'
import type {
  OwnBranch,
  RetiredPlace,
  RetirementFacts,
} from '../../../../src/core/promotion/retirement/facts.ts'
import { planRetirement } from '../../../../src/core/promotion/retirement/plan.ts'
import { retirementBody, retirementLines } from '../../../../src/core/promotion/retirement/text.ts'
import { release } from '../../../support/releases.ts'

const BRANCH = 'assay/retire/churn'
const MANIFEST = 'apps/churn/production/kustomization.yaml'
const RECORD = 'apps/churn/production/model-release.yaml'
const CONFIG = 'environments:\n  production: {}\n'

function place(change: Partial<RetiredPlace> = {}): RetiredPlace {
  return {
    environment: 'production',
    own: [RECORD],
    record: release(1),
    manifests: [MANIFEST],
    ...change,
  }
}

function planned(change: Partial<RetirementFacts> & { text?: string; manifest?: string } = {}) {
  const { text = CONFIG, manifest = '', ...facts } = change
  return planRetirement({
    model: 'churn',
    config: { path: 'assay-deploy.yml', text },
    places: [place()],
    named: [],
    unnamed: [],
    manifests: new Map([[MANIFEST, manifest]]),
    configMaps: [],
    elsewhere: [],
    others: ['fraud'],
    branches: [],
    ...facts,
  })
}

const configAfter = (text: string) =>
  planned({ text }).changes.find(({ path }) => path === 'assay-deploy.yml')?.content

describe('the entry in assay-deploy.yml', () => {
  it.each([
    ['is not there', CONFIG, undefined],
    ['is one of several', `${CONFIG}models:\n  churn: {}\n  fraud: {}\n`, `${CONFIG}models:\n  fraud: {}\n`],
    ['is the only one', `${CONFIG}models:\n  churn: {}\n`, CONFIG],
    [
      'has comments in it',
      `${CONFIG}models:\n  # slow\n  churn: # ours\n    # Kim knows why\n    skip: [production] # since May\n  fraud: {}\n`,
      `${CONFIG}models:\n  # slow\n  # ours\n  # Kim knows why\n  # since May\n  fraud: {}\n`,
    ],
    ['is in brackets', `${CONFIG}models: { churn: {}, fraud: {} }\n`, `${CONFIG}models: { fraud: {} }\n`],
  ])('%s', (_, text, after) => {
    expect(configAfter(text)).toBe(after)
  })

  it('that others share is for a person to take out, and told by its line', () => {
    const text = `${CONFIG}models:\n  churn: &slow { skip: [production] }\n  fraud: *slow\n`

    const plan = planned({ text })

    expect(plan.changes.map(({ path }) => path)).toEqual([RECORD])
    expect(plan.byHand).toEqual([
      { kind: 'entry', file: 'assay-deploy.yml', line: 4, why: expect.stringContaining('&slow') },
    ])
    expect(retirementBody(plan, { reason: undefined, branch: BRANCH })).toContain(
      'its entry below `models` in `assay-deploy.yml` (from line 4 on) stays until somebody takes it out',
    )
  })
})

describe('manifests', () => {
  const { digest } = release(1).image!

  it('that say the release are told by line, also several', () => {
    const manifest = `images:\n  - digest: ${digest}\n  - digest: sha256:${'9'.repeat(64)}\n  - digest: "${digest}"\n`
    const said = { environment: 'production', file: MANIFEST, says: digest }

    expect(planned({ manifest }).serving).toEqual([
      { ...said, line: 2 },
      { ...said, line: 4 },
    ])
  })

  it('that do not say it are told too, and what has no image is found by its address', () => {
    const plan = planned({ manifest: 'images: []\n' })
    expect(plan.serving).toEqual([{ environment: 'production', file: MANIFEST, says: digest }])
    expect(retirementLines(plan, BRANCH)).toContain(`${MANIFEST} does not say ${digest}, as the record does`)

    const { image: _, ...record } = release(1, 'churn', { uri: 's3://models/churn/1' })
    const served = planned({ places: [place({ record })], manifest: 'a: 1\nuri: s3://models/churn/1\n' })
    expect(served.serving).toMatchObject([{ line: 2, says: 's3://models/churn/1' }])
  })

  it.each([
    ['files: [model-release.yaml]\n', [1]],
    ['files:\n  - record=./model-release.yaml\n', [2]],
    ['# model-release.yaml is ours\nfiles: [a] # not model-release.yaml\n', []],
    ['files: [../other/model-release.yaml, model-release.yaml.bak, my-model-release.yaml]\n', []],
  ])('that read a file which goes would not be built: %j', (manifest, lines) => {
    const reading = lines.map(line => ({ kind: 'reads', file: MANIFEST, line, path: RECORD }))

    expect(planned({ manifest }).byHand).toEqual(reading)
  })

  it.each([
    ['configMapRef: { name: assay-churn }\n', [1]],
    ['configMapRef: { name: assay-churn, optional: true } # assay-churn\n', []],
    ['a: { name: assay-churn, optional: true }\nb: { name: assay-churn }\n', [1, 2]],
    ['# assay-churn\nname: assay-churn-eu\n', []],
    ['patch: |\n  volumes:\n    - { name: a, configMap: { name: assay-churn, optional: true } }\n', []],
    ['patch: |\n  volumes:\n    - { name: a, configMap: { name: assay-churn } }\n', [3]],
    ['{{ if }}\nname: assay-churn\n', [2]],
  ])('that need a ConfigMap which goes would not start: %j', (manifest, lines) => {
    const needing = lines.map(line => ({ kind: 'needs', file: MANIFEST, line, configMap: 'assay-churn' }))

    const plan = planned({ manifest, configMaps: ['assay-churn'] })

    expect(plan.byHand).toEqual(needing)
    const said = retirementBody(plan, { reason: undefined, branch: BRANCH })
    expect(said.includes('### Before the merge, by hand')).toBe(lines.length > 0)
    expect(said).toContain('see that nothing elsewhere needs `assay-churn`')
  })

  it('that send requests of this model to the collector are told', () => {
    const manifest =
      'logger:\n  url: http://collector/v1/events/churn-eu/1\n  # or\n  url: http://collector/v1/events/churn/1\n'

    const plan = planned({ manifest })

    expect(plan.byHand).toEqual([{ kind: 'sends', file: MANIFEST, line: 4 }])
    expect(retirementLines(plan, BRANCH)).toContain(`${MANIFEST}, line 4, sends requests to the collector`)
  })
})

describe('branches', () => {
  const open: OwnBranch = { name: 'assay/promote/production/churn', commit: 'a', number: 7 }
  const theirs: OwnBranch = { name: 'assay/hold/production/churn', commit: 'b', isTheirs: true }
  const own: OwnBranch = { name: BRANCH, commit: 'c', number: 9 }

  it('go with the second run, which the text says; what somebody pushed to stays, and its own is not named', () => {
    const plan = planned({ branches: [open, theirs, own] })

    expect(plan.branches).toEqual({ gone: [open, own], kept: [theirs] })
    const text = retirementLines(plan, BRANCH)
    expect(text).toContain(`removes its branches: ${open.name} (pull request 7), and that of this change`)
    expect(text).toContain(`${theirs.name} holds a commit of somebody's`)
    expect(text).not.toContain('pull request 9')
  })

  it('that propose a rollback, and releases that are tried, are reasons to refuse, all at once', () => {
    const rollback: OwnBranch = { ...open, isOpenRollback: true }
    const { number: _, ...onGit } = rollback
    const tried = place({ tried: 'apps/churn/production/model-experiment.yaml' })

    for (const [branch, way] of [
      [rollback, 'pull request 7'],
      [onGit, `the branch ${open.name}`],
    ] as const)
      expect(() => planned({ branches: [branch], places: [tried] })).toThrow(
        expect.objectContaining({
          code: 'RETIREMENT_REFUSED',
          problems: [
            expect.objectContaining({ where: { file: tried.tried } }),
            expect.objectContaining({ what: expect.stringContaining(way) }),
          ],
        }),
      )
  })
})

it('the only model of a repository is told what stays for the next', () => {
  const told = (others: string[]) => retirementLines(planned({ others }), BRANCH)

  expect(told([])).toContain('it is the only model here: assay-deploy.yml stays')
  expect(told(['fraud'])).not.toContain('only model')
})

it('what others wrote is text in the pull request', () => {
  const note = '<img src=x> @octo/all could not be changed'
  const body = retirementBody(planned({ unnamed: [note] }), { reason: '**now** <!-- x -->', branch: BRANCH })

  expect(body).not.toMatch(/<img|@octo|\*\*now|<!--/)
})
