import { describe, expect, it } from 'vitest'
import { routesOfHttpRoute, routesOfVirtualService } from '../../../demo/canary/envoy-routes.ts'

/**
 * The translation that the proof of splits goes by: what Istio's own tests expect of pilot (`TestBuildHTTPRoutes` in
 * `pilot/pkg/networking/core/route/route_test.go`), and the order of matches of the Gateway API.
 */

function virtualService(...http: object[]): string {
  return JSON.stringify({ kind: 'VirtualService', spec: { http } })
}

function httpRoute(...rules: object[]): string {
  return JSON.stringify({ kind: 'HTTPRoute', spec: { rules } })
}

const to = (host: string, more: object = {}) => ({ destination: { host }, ...more })
const added = (key: string, value: string, append_action: string) => ({
  header: { key, value },
  append_action,
})

describe('a VirtualService', () => {
  it('has weights and header operations at each weighted cluster, what is set before what is added', () => {
    const response = { set: { 'x-set': 'v1' }, add: { 'x-add': 'v2' } }
    const [route, ...more] = routesOfVirtualService(
      virtualService({
        route: [to('blue', { weight: 9, headers: { response } }), to('green', { weight: 1 })],
      }),
    )

    expect(more).toEqual([])
    expect(route).toMatchObject({
      response_headers_to_add: [],
      route: {
        weighted_clusters: {
          clusters: [
            {
              name: 'blue',
              weight: 9,
              response_headers_to_add: [
                added('x-set', 'v1', 'OVERWRITE_IF_EXISTS_OR_ADD'),
                added('x-add', 'v2', 'APPEND_IF_EXISTS_OR_ADD'),
              ],
            },
            { name: 'green', weight: 1, response_headers_to_add: [] },
          ],
        },
      },
    })
  })

  it('has the operations of a single cluster at the route', () => {
    const headers = { response: { set: { 'x-set': 'v1' } } }
    const [route] = routesOfVirtualService(virtualService({ route: [to('blue', { headers })] }))

    expect(route).toMatchObject({
      response_headers_to_add: [added('x-set', 'v1', 'OVERWRITE_IF_EXISTS_OR_ADD')],
      route: { cluster: 'blue' },
    })
  })

  it('leaves out clusters without weight, and never hashes among them', () => {
    const [route] = routesOfVirtualService(
      virtualService({ route: [to('a', { weight: 100 }), to('b', { weight: 0 }), to('c')] }),
    )

    expect(route!.route).toEqual({
      hash_policy: [],
      weighted_clusters: { clusters: [{ name: 'a', weight: 100, response_headers_to_add: [] }] },
    })
  })

  it('matches headers by a regular expression, by their being there, and every match is a route', () => {
    const match = [
      { headers: { cookie: { regex: 'a.*' } } },
      { uri: { exact: '/x' }, headers: { 'FOO-HEADER': {} } },
    ]
    const routes = routesOfVirtualService(virtualService({ match, route: [to('a')] }))

    expect(routes.map(({ match }) => match)).toEqual([
      { prefix: '/', headers: [{ name: 'cookie', string_match: { safe_regex: { regex: 'a.*' } } }] },
      { path: '/x', headers: [{ name: 'FOO-HEADER', present_match: true }] },
    ])
  })

  it('ends at the first route that takes everything', () => {
    const routes = routesOfVirtualService(
      virtualService(
        { name: 'non-catch-all', match: [{ uri: { prefix: '/route/v1' } }], route: [to('a')] },
        { name: 'catch-all', match: [{ uri: { prefix: '/' } }], route: [to('a')] },
        { route: [to('b')] },
      ),
    )

    expect(routes.map(({ name }) => name)).toEqual(['non-catch-all', 'catch-all'])
  })
})

describe('an HTTPRoute', () => {
  it('is in the order of the longest path, then of most headers, then of its rules', () => {
    const header = { name: 'cookie', type: 'RegularExpression', value: 'x' }
    const path = (value: string) => ({ path: { type: 'PathPrefix', value } })
    const routes = routesOfHttpRoute(
      httpRoute(
        { backendRefs: [{ name: 'all' }] },
        { matches: [path('/v1')], backendRefs: [{ name: 'first' }] },
        { matches: [path('/v1')], backendRefs: [{ name: 'second' }] },
        { matches: [{ ...path('/v1'), headers: [header] }], backendRefs: [{ name: 'kept' }] },
      ),
    )

    expect(routes.map(({ route }) => route)).toMatchObject(
      ['kept', 'first', 'second', 'all'].map(cluster => ({ cluster })),
    )
  })

  it('gives a backend without weight 1, and hashes among backends where a policy says so', () => {
    const [route] = routesOfHttpRoute(
      httpRoute({ backendRefs: [{ name: 'a' }, { name: 'b', weight: 3 }] }),
      'x-user',
    )

    expect(route!.route).toMatchObject({
      hash_policy: [{ header: { header_name: 'x-user' } }],
      weighted_clusters: {
        use_hash_policy: true,
        clusters: [
          { name: 'a', weight: 1 },
          { name: 'b', weight: 3 },
        ],
      },
    })
  })
})
