import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { Context } from '../../src/commands/command/context.ts'
import { run as init } from '../../src/commands/init.ts'
import { renderCanary } from '../../src/core/release/canary-file.ts'
import { renderRelease } from '../../src/core/release/record-file.ts'
import { renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { canaryFile } from '../support/canaries.ts'
import { testFolder } from '../support/git-repository.ts'
import { profileOf } from '../support/profiles.ts'
import { release } from '../support/releases.ts'

/** `assay init --watch`: what a promotion would write, in a clone, for all that serves. */

const { folder: own, remove } = testFolder()
afterAll(remove)

const OPTIONS = {
  ci: undefined,
  bot: false,
  drift: false,
  watch: true,
  deploy: false,
  force: false,
  'dry-run': false,
}
const text = renderProfile(profileOf())
const hash = createHash('sha256').update(text).digest('hex')
const KUSTOMIZATION = '# ours\nresources: [../base]\nimages:\n  - { name: churn }\n'
const SERVICE = `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: { name: fraud }
spec:
  predictor:
    model: { storageUri: s3://models/fraud/1 } # serves
`
const config = (watch: string) => `path: apps/{model}/{environment}
target: kustomize
options: { image: '{model}' }
watch: ${watch}
environments: { production: {} }
models:
  fraud: { target: kserve, options: {} }
  quiet: { watch: {} }
`

function clone(watch: string) {
  const folder = mkdtempSync(join(own, 'clone-'))
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  const profile = { hash, rows: 1000, features: 2 }
  write('assay-deploy.yml', config(watch))
  for (const model of ['churn', 'fraud', 'quiet']) {
    const at = `apps/${model}/production`
    write(`${at}/model-release.yaml`, renderRelease(release(1, model, { profile })))
    write(`${at}/model-profile.yaml`, model === 'quiet' ? '{}' : text)
    write(
      `${at}/${model === 'fraud' ? 'inference-service.yaml' : 'kustomization.yaml'}`,
      model === 'fraud' ? SERVICE : KUSTOMIZATION,
    )
  }
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')
  const run = (more: object = {}) => init({ folder } as Context, { ...OPTIONS, ...more })
  return { folder, write, read, run }
}

const ALL = '{ profile: true, events: "http://assay-collector-events", network_policy: true, rules: counts }'

it('writes it for all that serves and is watched, once, and takes it away again', async () => {
  const { folder, write, read, run } = clone(ALL)

  const planned = await run({ 'dry-run': true })
  expect(planned.text).toContain(
    'churn in production: would write apps/churn/production/kustomization.yaml, apps/churn/production/model-watch.yaml',
  )
  expect(existsSync(join(folder, 'apps/churn/production/model-watch.yaml'))).toBe(false)

  const { text: said } = await run()
  expect(said).toContain(
    'fraud in production: wrote apps/fraud/production/inference-service.yaml, apps/fraud/production/model-watch.yaml',
  )
  expect(said).toContain('Next: look at `git diff`')
  expect(read('apps/churn/production/kustomization.yaml')).toContain('resources: [../base, model-watch.yaml]')
  expect(read('apps/churn/production/model-watch.yaml')).toContain('ASSAY_EVENTS_URL')
  expect(read('apps/fraud/production/inference-service.yaml')).toContain(
    'http://assay-collector-events/v1/events/fraud/2026-05-01-0000001',
  )
  expect(existsSync(join(folder, 'apps/quiet/production/model-watch.yaml'))).toBe(false)

  expect((await run()).text).toBe(
    'churn in production: as it is asked for\nfraud in production: as it is asked for\nquiet in production: as it is asked for',
  )

  write('assay-deploy.yml', config('{}'))
  await run()
  expect(read('apps/churn/production/kustomization.yaml')).toBe(KUSTOMIZATION)
  expect(read('apps/fraud/production/inference-service.yaml')).toBe(SERVICE)
  for (const model of ['churn', 'fraud'])
    expect([model, existsSync(join(folder, `apps/${model}/production/model-watch.yaml`))]).toEqual([
      model,
      false,
    ])
})

it('has the canary in progress beside the profile, and the release that is tried for its pods', async () => {
  const { folder, write, read, run } = clone('{ profile: true, events: "http://c" }')
  const canary = canaryFile()
  write('apps/churn/production/model-canary.yaml', renderCanary(canary))
  const objects = async () => {
    await run()
    return parseAllDocuments(read('apps/churn/production/model-watch.yaml')).map(one => one.toJS().data)
  }
  expect(await objects()).toMatchObject([
    { release: '2026-05-01-0000001', 'model-canary.yaml': renderCanary(canary) },
    { ASSAY_RELEASE: '2026-05-01-0000001' },
    { ASSAY_RELEASE: canary.challenger.version },
  ])

  write('apps/churn/production/model-canary.yaml', 'weight: 5\n')
  const { text } = await run()
  expect(text).toContain(
    'apps/churn/production/model-canary.yaml cannot be read: none of its units are counted',
  )

  rmSync(join(folder, 'apps/churn/production/model-canary.yaml'))
  const after = await objects()
  expect(after).toHaveLength(2)
  expect(after[0]).not.toHaveProperty('model-canary.yaml')

  // Where releases enter in steps, there are such pods before and after: they have what serves.
  const { steps, unit, sticky, conversion } = canary
  const arm = (subset: string) => ({
    host: 'churn',
    subset,
    target: 'yaml',
    options: { file: 'workloads.yaml', set: [{ path: [subset], value: '{image}' }] },
  })
  const churn = {
    target: 'istio',
    options: { champion: arm('champion'), challenger: arm('challenger') },

    canary: { steps, unit, sticky, conversion },
  }
  write(
    'assay-deploy.yml',
    `${config('{ events: "http://c" }\ndrift: { collector: "http://c" }')}  churn: ${JSON.stringify(churn)}\n`,
  )
  expect(await objects()).toMatchObject([
    { ASSAY_RELEASE: '2026-05-01-0000001' },
    { ASSAY_RELEASE: '2026-05-01-0000001' },
  ])
})

it('takes no profile but that of the record, and says what is missing', async () => {
  const { write, read, run } = clone('{ profile: true, events: "http://c" }')
  write('apps/churn/production/model-profile.yaml', renderProfile(profileOf({ rows: 1000, model: 'other' })))

  const { text: said } = await run()
  expect(said).toContain('churn in production: wrote')
  expect(said).toContain('! the release has no profile')
  expect(read('apps/churn/production/model-watch.yaml')).not.toContain('model-profile.json')
})

it('writes into no folder that a link leads out to', async () => {
  const { folder, run } = clone(ALL)
  const outside = mkdtempSync(join(own, 'outside-'))
  mkdirSync(join(outside, 'production'))
  writeFileSync(join(outside, 'production/model-release.yaml'), renderRelease(release(1, 'stray')))
  writeFileSync(join(outside, 'production/kustomization.yaml'), KUSTOMIZATION)
  symlinkSync(outside, join(folder, 'apps/stray'))

  await expect(run()).rejects.toMatchObject({ code: 'FILE_REFUSED' })
  expect(existsSync(join(outside, 'production/model-watch.yaml'))).toBe(false)
  expect(readFileSync(join(outside, 'production/kustomization.yaml'), 'utf8')).toBe(KUSTOMIZATION)
})

it('is for a clone of a deploy repository', async () => {
  const folder = mkdtempSync(join(own, 'none-'))
  await expect(init({ folder } as Context, OPTIONS)).rejects.toMatchObject({ code: 'DEPLOY_CONFIG_MISSING' })
})
