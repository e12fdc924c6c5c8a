import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import { TARGETS } from '../../src/targets/index.ts'
import type { Arms, ReleaseForTarget } from '../../src/targets/target.ts'
import { cases } from '../support/rounds.ts'
import { SLOW } from '../support/slow.ts'
import { CHAMPION, NEXT, optionsIn, RELEASE } from './cases.ts'

// Hundreds of manifests, each written in ten ways.
vi.setConfig({ testTimeout: SLOW })

/** The laws of a canary over routes that people may write, in whichever way. */

interface Routes {
  target: string
  options: Record<string, unknown>
  object: object
  list: string
}

const word = fc.constantFrom('acme', 'a.b', 'v1', 'true', '1.10', 'x: y')
const istioRest = fc.record(
  { timeout: fc.constant('2s'), retries: fc.constant({ attempts: 2 }), headers: fc.record({ request: fc.record({ set: fc.record({ 'x-a': word }) }) }) },
  { requiredKeys: [] },
) // biome-ignore format: one record
const istioMatch = fc.array(
  fc.record(
    { uri: fc.record({ prefix: fc.constantFrom('/', '/v1') }), headers: fc.record({ 'x-tenant': fc.record({ exact: word }) }) },
    { requiredKeys: [] },
  ),
  { minLength: 1, maxLength: 3 },
) // biome-ignore format: one record
const other = { name: 'other', route: [{ destination: { host: 'other' } }] }

const virtualServices: fc.Arbitrary<Routes> = fc
  .record({ rest: istioRest, match: fc.option(istioMatch), before: fc.boolean(), after: fc.boolean(), old: fc.boolean() })
  .map(({ rest, match, before, after, old }) => ({
    target: 'istio',
    list: 'http',
    options: { route: 'own', champion: { host: 'a' }, challenger: { host: 'b' } },
    object: {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'churn' },
      spec: {
        hosts: ['churn'],
        http: [
          ...(before ? [other] : []),
          {
            name: 'own',
            ...(match && { match }),
            route: [{ destination: { host: 'a' }, ...(old && { weight: 100 }) }, ...(old ? [{ destination: { host: 'c' }, weight: 0 }] : [])],
            ...rest,
          },
          ...(after ? [other] : []),
        ],
      },
    },
  })) // biome-ignore format: one object

const httpMatch = fc.array(
  fc.record(
    { path: fc.record({ type: fc.constant('PathPrefix'), value: fc.constantFrom('/', '/v1') }), headers: fc.array(fc.record({ name: fc.constant('x-tenant'), value: word }), { minLength: 1, maxLength: 1 }) },
    { requiredKeys: [] },
  ),
  { minLength: 1, maxLength: 3 },
) // biome-ignore format: one record

const httpRoutes: fc.Arbitrary<Routes> = fc
  .record({ matches: fc.option(httpMatch), before: fc.boolean(), after: fc.boolean(), filters: fc.boolean() })
  .map(({ matches, before, after, filters }) => ({
    target: 'gateway-api',
    list: 'rules',
    options: { rule: before ? 1 : 0, champion: { backend: 'a' }, challenger: { backend: 'b' } },
    object: {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'churn' },
      spec: {
        rules: [
          ...(before ? [{ backendRefs: [{ name: 'other', port: 80 }] }] : []),
          {
            ...(matches && { matches }),
            backendRefs: [
              {
                name: 'a',
                port: 80,
                ...(filters && {
                  filters: [
                    {
                      type: 'ResponseHeaderModifier',
                      responseHeaderModifier: { add: [{ name: 'x-a', value: 'b' }] },
                    },
                  ],
                }),
              },
            ],
          },
          ...(after ? [{ backendRefs: [{ name: 'other', port: 80 }] }] : []),
        ],
      },
    },
  }))

const writing = fc.record({
  indent: fc.constantFrom(2, 4),
  indentSeq: fc.boolean(),
  flow: fc.boolean(),
  comments: fc.array(fc.nat(), { maxLength: 3 }),
  windows: fc.boolean(),
})
type Writing = typeof writing extends fc.Arbitrary<infer T> ? T : never

/** As people and generators write it, with comments above items of the list. */
function written({ object, list }: Routes, { flow, comments, windows, ...style }: Writing): string {
  const text = stringify(object, { ...style, collectionStyle: flow ? 'flow' : 'block', lineWidth: 0 })
  const lines = text.trimEnd().split('\n')
  const from = lines.findIndex(line => line.trim() === `${list}:`)
  const items = [...lines.keys()].filter(at => at > from && from > 0 && /^\s*- /.test(lines[at]!))
  const outer = Math.min(...items.map(at => lines[at]!.indexOf('-')))
  const own = items.filter(at => lines[at]!.indexOf('-') === outer)
  for (const pick of comments) {
    const at = own[pick % Math.max(1, own.length)]
    if (at !== undefined) lines[at] = `${' '.repeat(outer)}# of the next\n${lines[at]}`
  }
  const whole = `${lines.join('\n')}\n---\nchampion: ghcr.io/acme/churn:1\nchallenger: ghcr.io/acme/churn:1\n`
  return windows ? whole.replaceAll('\n', '\r\n') : whole
}

function optionsOf({ options }: Routes) {
  const arm = (name: string) => ({
    ...(options[name] as object),
    target: 'yaml',
    options: { file: 'FILE.yaml', document: 1, set: [{ path: name, value: '{image}' }] },
  })
  return optionsIn({ ...options, champion: arm('champion'), challenger: arm('challenger') }, 'f.yaml')
}

describe.each([
  ['istio', virtualServices],
  ['gateway-api', httpRoutes],
] as const)('a canary of %s in any routes', (_, routes) => {
  const sticky = fc.constantFrom<Arms['sticky']>('cookie', 'none')

  it('is written once, moves alone, and leaves nothing', () => {
    fc.assert(
      fc.property(routes, writing, sticky, (one, style, sticky) => {
        const target = TARGETS[one.target]!
        const options = optionsOf(one)
        const text = written(one, style)
        const apply = (edited: Map<string, string>, before: string) => edited.get('f.yaml') ?? before
        const alone = (now: string, release: ReleaseForTarget = CHAMPION) =>
          apply(target.edit(new Map([['f.yaml', now]]), release, options), now)
        const split = (now: string, more: Partial<Arms> = {}) => {
          const arms = {
            champion: CHAMPION,
            challenger: RELEASE,
            weight: 5,
            steps: [5, 10, 50],
            sticky,
            ...more,
          }
          return apply(target.split!.edit(new Map([['f.yaml', now]]), arms, options), now)
        }

        const begun = split(text)
        const next = split(begun, { weight: 10 })

        expect(split(begun)).toBe(begun)
        expect(next).not.toBe(begun)
        expect(next).toBe(split(text, { weight: 10 }))
        expect(split(next)).toBe(begun)
        expect(split(begun, { challenger: NEXT })).toBe(split(text, { challenger: NEXT }))
        for (const ended of [begun, next]) expect(alone(ended)).toBe(alone(text))
        expect(alone(next, RELEASE)).toBe(alone(text, RELEASE))
        for (const weights of weightsIn(next)) expect(weights).toBe(100)
        if (!style.flow) expect(isWithin(alone(text).split('\n').slice(0, -3), begun.split('\n'))).toBe(true)
      }),
      cases(60),
    )
  })
})

/** Sums of the weights in each route that draws. */
function weightsIn(text: string): number[] {
  const [document] = parseAllDocuments(text)
  const { spec } = document!.toJS() as {
    spec: Record<'http' | 'rules', Record<string, unknown>[] | undefined>
  }
  const destinations = (spec.http ?? spec.rules)!.map(
    ({ route, backendRefs }) => (route ?? backendRefs) as { weight?: number }[],
  )
  return destinations
    .filter(all => all.length > 1 && all.every(({ weight }) => weight !== undefined && weight > 0))
    .map(all => all.reduce((sum, { weight }) => sum + weight!, 0))
}

/** Whether all lines stand in the others, in their order. */
function isWithin(lines: string[], others: string[]): boolean {
  let at = 0
  return lines.every(line => {
    at = others.indexOf(line, at) + 1
    return at > 0
  })
}
