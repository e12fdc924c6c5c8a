import { describe, expect, it } from 'vitest'
import { ensureNoOverride } from '../../../src/commands/deploy/read/effect.ts'
import { parseDeploy, placesOf } from '../../../src/commands/deploy/read/state.ts'
import { changesOf } from '../../../src/commands/deploy/write/promotion.ts'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { deploymentOf } from '../../examples/layout-manifests.ts'
import { release } from '../../support/releases.ts'

/** A Deployment, as Flagger watches it, beside a kustomization with `images`; no kustomize is asked. */
const IMAGE = 'registry.example/acme/churn'
const config = (value: string) =>
  parseDeploy(
    `path: apps/{model}\ntarget: yaml\noptions:\n  file: deployment.yaml\n  set: [{ path: [spec, template, spec, containers, 0, image], value: '${value}' }]\nenvironments: { production: {} }\n`,
  )

function said(value: string, kustomization: string): string {
  const [place] = placesOf(config(value), 'churn')
  const texts = new Map([
    ['apps/churn/deployment.yaml', deploymentOf('churn', `${IMAGE}:v1`)],
    ['apps/churn/kustomization.yaml', kustomization],
  ])
  const to = release(2)
  const changes = changesOf({ place: place!, to }, texts)
  try {
    ensureNoOverride({ place: place!, to }, changes, texts)
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    return error.problems.map(({ what, where }) => `${where?.file}:${where?.line} ${what}`).join()
  }
  return 'nothing'
}

const kustomization = (entry: string, resources = 'deployment.yaml, canary.yaml') =>
  `resources: [${resources}]\nimages:\n  - { name: ${IMAGE}, ${entry} }\n`
const BY_VERSION = `${IMAGE}:{version}`

describe('an image that `images` beside the manifest sets again', () => {
  it.each([
    ['a tag made of the version', BY_VERSION],
    ['a digest', '{image}'],
  ])('keeps %s from changing anything, which is said with its line', (_, value) => {
    expect(said(value, kustomization('newTag: v1'))).toMatch(
      /^apps\/churn\/kustomization\.yaml:3 `images\[0\]` makes registry\.example\/acme\/churn:v1 of the image: .* would serve nowhere$/,
    )
  })

  it.each([
    ['moves the image to a mirror', kustomization('newName: mirror.example/churn')],
    ['is of another image', kustomization('newTag: v1').replace('churn,', 'fraud,')],
    ['is in a kustomization that does not read the manifest', kustomization('newTag: v1', 'canary.yaml')],
  ])('lets it through where the entry %s', (_, text) => {
    expect(said(BY_VERSION, text)).toBe('nothing')
  })
})
