import { describe, expect, it } from 'vitest'
import { deviationIn, isNone } from '../../../src/commands/deploy/read/deviation.ts'
import { ensureNoOverride } from '../../../src/commands/deploy/read/effect.ts'
import { seenFiles } from '../../../src/commands/deploy/read/seen-files.ts'
import { parseDeploy, placesOf } from '../../../src/commands/deploy/read/state.ts'
import { changesOf } from '../../../src/commands/deploy/write/promotion.ts'
import { canaryFile } from '../../support/canaries.ts'
import { release } from '../../support/releases.ts'

const arm = (name: string) =>
  `{ host: '{model}-${name}', target: kustomize, options: { image: '{model}-${name}' } }`
const CONFIG = `path: apps/{model}/{environment}
target: istio
options:
  champion: ${arm('champion')}
  challenger: ${arm('challenger')}
environments: { production: {} }
`
const FOLDER = 'apps/churn/production'
const TO = release(2, 'churn')
const { name, digest } = TO.image!
const images = (version: string, other = version) =>
  `resources: [../base, virtual-service.yaml]\nimages:\n  - { name: churn-champion, newName: ${name}, digest: '${version}' }\n  - { name: churn-challenger, newName: ${name}, digest: '${other}' }\n`
const ROUTES =
  'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: churn }\nspec:\n  http:\n    - route:\n        - destination: { host: churn-champion }\n'

describe('a place with two workloads that a kustomization names the images of', () => {
  const [place] = placesOf(parseDeploy(CONFIG), 'churn')
  const texts = new Map<string, string | undefined>([
    [`${FOLDER}/virtual-service.yaml`, ROUTES],
    [`${FOLDER}/kustomization.yaml`, images(`sha256:${'0'.repeat(64)}`)],
  ])
  const changes = changesOf({ place: place!, to: TO }, texts)
  const after = new Map([...texts, ...changes.map(({ path, after }) => [path, after] as const)])

  it('gets the release in both, which nothing overrides', () => {
    expect(after.get(`${FOLDER}/kustomization.yaml`)).toBe(images(digest))
    expect(after.get(`${FOLDER}/virtual-service.yaml`)).toBe(ROUTES)
    expect(() => ensureNoOverride({ place: place!, to: TO }, changes, texts)).not.toThrow()
  })

  it('is as it should be then, and changed by hand where one workload has another image', () => {
    const seen = (kustomization: string) =>
      deviationIn(
        place!,
        TO,
        seenFiles(path => (path === `${FOLDER}/kustomization.yaml` ? kustomization : after.get(path))),
      )

    expect(isNone(seen(images(digest)))).toBe(true)
    expect(seen(images(digest, `sha256:${'1'.repeat(64)}`))).toMatchObject({
      changes: [{ file: `${FOLDER}/kustomization.yaml`, line: 4 }],
    })
  })
})

describe('a release that is tried beside another, in Deployments of their own', () => {
  const of = (arm: string) => `
    host: churn-${arm}
    target: yaml
    options:
      file: serving.yaml
      document: { kind: Deployment, name: churn-${arm} }
      set: [{ path: [spec, template, spec, containers, { name: server }, image], value: '{image}' }]
      registries: [registry.example/acme/]`
  const config = `path: apps/{model}/{environment}
target: istio
options:
  file: serving.yaml
  champion:${of('champion')}
  challenger:${of('challenger')}
environments:
  production:
    drift: { collector: 'http://collector:8080' }
    canary: { steps: [5], unit: request, sticky: none, conversion: { outcome: bought, within: 1h, margin: 0.01 } }
`
  const deployment = (arm: string) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: churn-${arm} }
spec: { template: { spec: { containers: [{ name: server, image: '${name}:41' }] } } }
`
  const [place] = placesOf(parseDeploy(config), 'churn')
  const champion = release(1, 'churn')
  const elsewhere = { ...release(2, 'churn').image!, name: 'registry.example/acme/churn-next' }
  const tried = canaryFile({
    ...{ challenger: release(2, 'churn', { image: elsewhere }), steps: [5], unit: 'request', sticky: 'none' },
  })
  const [file, over] = [`${FOLDER}/serving.yaml`, `${FOLDER}/kustomization.yaml`]
  const texts = new Map<string, string | undefined>([
    [file, `${ROUTES}${deployment('champion')}${deployment('challenger')}`],
    [over, 'resources: [serving.yaml]\n'],
  ])
  const proposal = {
    place: place!,
    from: champion,
    to: tried.challenger,
  }
  const changes = changesOf({ ...proposal, canary: { step: 'start', file: tried } }, texts)
  const after = new Map([...texts, ...changes.map(one => [one.path, one.after] as const)])
  const seen = (kustomization: string) =>
    deviationIn(
      place!,
      champion,
      seenFiles(path => (path === over ? kustomization : after.get(path))),
    )

  it('is as it should be, and changed by hand where another registry stands in for either', () => {
    expect(isNone(seen('resources: [serving.yaml]\n'))).toBe(true)
    for (const image of [champion.image!.name, elsewhere.name])
      expect(
        seen(`resources: [serving.yaml]\nimages:\n  - { name: ${image}, newName: evil.example/churn }\n`),
      ).toMatchObject({
        changes: [{ file: over, line: 3, there: expect.stringContaining('evil.example/churn') }],
      })
  })

  it('has each of its images, or it is told which of them is another', () => {
    for (const image of [champion.image!, elsewhere]) {
      const changed = after.get(file)!.replace(image.name, 'evil.example/churn')
      const found = deviationIn(
        place!,
        champion,
        seenFiles(path => (path === file ? changed : after.get(path))),
      )
      expect(found).toMatchObject({
        changes: [
          {
            file,
            key: expect.stringContaining('image'),
            there: `evil.example/churn@${image.digest}`,
            recorded: `${image.name}@${image.digest}`,
          },
        ],
      })
    }
  })
})
