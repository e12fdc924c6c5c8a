import { describe, expect, it } from 'vitest'
import type { PastFiles, Recorded } from '../../../src/commands/deploy/read/deviation.ts'
import { standingsAt } from '../../../src/commands/deploy/read/standing.ts'
import { parseDeploy, placesOf } from '../../../src/commands/deploy/read/state.ts'
import { cpuTime } from '../../support/cpu-time.ts'
import { DIGEST, release } from '../../support/releases.ts'

const CONFIG = parseDeploy(`path: apps/{model}/{environment}
target: kustomize
options: { image: app }
environments:
  staging: { merge: auto }
`)
const MODELS = Array.from({ length: 150 }, (_, at) => `model-${at}`)
const PLACES = MODELS.map((model): Recorded => {
  return {
    place: placesOf(CONFIG, model)[0]!,
    release: release(1, model, { image: { name: `registry.example/acme/${model}`, digest: DIGEST } }),
  }
})
const OWN = new Map(
  PLACES.map(({ place, release: { image } }) => [
    place.manifests[0]!,
    `images: [{ name: app, newName: ${image!.name}, digest: '${image!.digest}' }]\n`,
  ]),
)
const more = Array.from({ length: 850 }, (_, at) => `  - other-${at}\n`).join('')
const ROOT = `resources:\n${MODELS.map(model => `  - ${model}/staging\n`).join('')}${more}`
const HOTFIX = 'images: [{ name: registry.example/acme/model-7, newTag: hot }]\n'

/** Nothing that is asked here is of the past. */
const NO_PAST: PastFiles = { fileHistory: async () => new Map() }

const under = (root: string) => new Map([...OWN, ['apps/kustomization.yaml', root]])

async function cost(files: ReadonlyMap<string, string>, places: readonly Recorded[]): Promise<number> {
  const start = cpuTime()
  await standingsAt(NO_PAST, places, { commit: 'HEAD', files })
  return cpuTime() - start
}

describe('a kustomization that stands over many places', () => {
  it('counts for each of them', async () => {
    const found = await standingsAt(NO_PAST, PLACES, { commit: 'HEAD', files: under(ROOT + HOTFIX) })

    expect([...found.keys()].map(({ release: { model } }) => model)).toEqual(['model-7'])
  })

  it('is taken apart once for all of them', async () => {
    await cost(under(ROOT), PLACES)
    const alone = await cost(OWN, PLACES)
    const one = await cost(under(ROOT), PLACES.slice(0, 1))

    expect(await cost(under(ROOT), PLACES)).toBeLessThan(5 * alone + 20 * one)
  })
})
