import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseDeploy, placesOf } from '../../src/commands/deploy/read/state.ts'
import { optionsFor } from '../../src/commands/deploy/read/written.ts'
import { TARGETS } from '../../src/targets/index.ts'
import type { Arms } from '../../src/targets/target.ts'
import { schemaProblems } from '../support/manifest-schemas.ts'
import { CHAMPION, RELEASE } from '../targets/cases.ts'

const REPO = 'examples/canary-deploy-repo'
const config = parseDeploy(readFileSync(`${REPO}/assay-deploy.yml`, 'utf8'))
const models = readdirSync(`${REPO}/apps`)

function of<T extends typeof RELEASE>(release: T, model: string): T {
  return { ...release, model, image: { ...release.image!, name: `ghcr.io/acme/${model}` } }
}

describe.each(models)('a canary of %s in examples/canary-deploy-repo', model => {
  const [place] = placesOf(config, model)
  const { environment, folder, manifests } = place!
  const target = TARGETS[environment.target]!
  const [options] = optionsFor(environment, model)
  const files = new Map(
    manifests.map(path => [path.slice(folder.length + 1), readFileSync(`${REPO}/${path}`, 'utf8')]),
  )
  const arms = (sticky: Arms['sticky'], weight = 5): Arms => ({
    champion: of(CHAMPION, model),
    challenger: of(RELEASE, model),
    weight,
    steps: [5, 25],
    sticky,
  })
  const served = new Map([...files, ...target.edit(files, of(CHAMPION, model), options)])
  const ways = target.split!.sticky.map(way => (way === 'header' ? { header: 'x-user' } : way))

  it('is asked for in a way that its target has', () => {
    const [way] = environment.canary!.sticky.split(' ')

    expect(target.split!.sticky).toContain(way)
    expect(environment.canary!.unit).toBe('user')
  })

  it('begins in what the schemas take, with one release in each workload', () => {
    for (const sticky of ways) {
      const begun = new Map([...served, ...target.split!.edit(served, arms(sticky), options)])

      expect([...begun.values()].flatMap(schemaProblems)).toEqual([])
      const images = [...begun.get('workloads.yaml')!.matchAll(/image: \S+@(sha256:\d{2})/g)]
      expect(images.map(([, digest]) => digest)).toEqual(['sha256:33', 'sha256:44'])
    }
  })

  it('changes the routes alone with its weight, and is gone when it is taken back', () => {
    for (const sticky of ways) {
      const begun = new Map([...served, ...target.split!.edit(served, arms(sticky), options)])
      const next = target.split!.edit(begun, arms(sticky, 25), options)

      expect([...next.keys()]).toEqual([manifests[0]!.slice(folder.length + 1)])
      const back = target.edit(new Map([...begun, ...next]), of(CHAMPION, model), options)
      expect(new Map([...begun, ...next, ...back])).toEqual(served)
    }
  })
})
