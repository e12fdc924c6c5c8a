import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDeploy, placesOf } from '../../../src/commands/deploy/read/state.ts'
import { changesOf } from '../../../src/commands/deploy/write/promotion.ts'
import { release } from '../../support/releases.ts'
import { cases } from '../../support/rounds.ts'

const MODELS = ['churn', 'fraud', 'v1.2']
const ENVIRONMENTS = ['staging', 'production']
const FILE = 'values.yaml'
const CONFIG = parseDeploy(`path: .
target: helm-values
options: { set: [{ path: 'serving.{environment}.{model}.digest', value: '{image.digest}' }] }
environments: { staging: {}, production: { after: staging } }
`)
const START = `serving: # of all
${ENVIRONMENTS.map(name => `  ${name}: { ${MODELS.map(model => `${model}: { digest: none }`).join(', ')} }\n`).join('')}`

interface Step {
  model: string
  environment: string
  number: number
}

const step: fc.Arbitrary<Step> = fc.record({
  model: fc.constantFrom(...MODELS),
  environment: fc.constantFrom(...ENVIRONMENTS),
  number: fc.integer({ min: 1, max: 9 }),
})

/** The files after a promotion. */
function promoted(files: ReadonlyMap<string, string>, { model, environment, number }: Step) {
  const place = placesOf(CONFIG, model).find(one => one.environment.name === environment)!
  const changes = changesOf({ place, to: release(number, model) }, files)
  return new Map([...files, ...changes.map(({ path, after }) => [path, after!] as const)])
}

describe('models and environments that have one file together', () => {
  it('say the last release of each, in whatever order they came', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), steps => {
        const all = steps.reduce(promoted, new Map([[FILE, START]]))

        const last = new Map(steps.map(one => [`${one.environment} ${one.model}`, one]))
        const alone = [...last.values()].toReversed().reduce(promoted, new Map([[FILE, START]]))
        expect(new Map([...all].toSorted())).toEqual(new Map([...alone].toSorted()))
      }),
      cases(40),
    )
  })

  it('change no byte of one another, and have a record each', () => {
    const places = MODELS.flatMap(model => placesOf(CONFIG, model))

    expect(new Set(places.map(({ recordFile }) => recordFile)).size).toBe(places.length)
    expect(places.every(({ isShared, manifests }) => isShared && manifests.join() === FILE)).toBe(true)
    fc.assert(
      fc.property(step, one => {
        const after = promoted(new Map([[FILE, START]]), one).get(FILE)!
        const digest = release(one.number, one.model).image!.digest

        expect(after.replace(`"${digest}"`, 'none').replace(digest, 'none')).toBe(START)
      }),
      cases(40),
    )
  })
})
