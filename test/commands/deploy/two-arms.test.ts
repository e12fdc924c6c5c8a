import { describe, expect, it } from 'vitest'
import { deviationIn, isNone } from '../../../src/commands/deploy/read/deviation.ts'
import { ensureNoOverride } from '../../../src/commands/deploy/read/effect.ts'
import { seenFiles } from '../../../src/commands/deploy/read/seen-files.ts'
import { type ModelState, parseDeploy, placesOf } from '../../../src/commands/deploy/read/state.ts'
import { changesOf } from '../../../src/commands/deploy/write/promotion.ts'
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
  const changes = changesOf({ place: place!, to: TO, state: { model: 'churn' } as ModelState }, texts)
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
