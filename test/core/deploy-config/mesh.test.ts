import { describe, expect, it } from 'vitest'
import { filledLabels } from '../../../src/core/deploy-config/mesh.ts'
import { parseDeployConfig } from '../../../src/core/deploy-config/read-deploy-config.ts'
import { AssayError, positionWords } from '../../../src/core/errors/errors.ts'
import { parseCanary, renderCanary } from '../../../src/core/release/canary-file.ts'
import { canaryFile } from '../../support/canaries.ts'
import { TARGETS } from '../../support/deploy-configs.ts'

/** `mesh`: which canaries may have their errors and their latency counted by the proxies of a mesh. */

const SPLITS = {
  yaml: { sticky: ['none', 'cookie'], movedBy: 'commits' },
  kserve: { sticky: ['none'], movedBy: 'commits' },
} as const

const GOOD = `path: apps/{model}/overlays/{environment}
target: yaml
options: { file: a.yaml, path: b }
environments:
  production:
    drift: { collector: 'http://collector:8080', prometheus: 'http://prometheus:9090' }
    canary:
      steps: [5, 25]
      unit: request
      sticky: none
      conversion: { outcome: bought, within: 24h, margin: 0.005 }
      guardrails: [errors, latency]
      latency_ms: 250
      mesh:
        series: istio
        champion: { reporter: source, destination_workload: '{model}-champion' }
        challenger: { reporter: source, destination_workload: '{model}-challenger' }
`

function problems(text: string): string[] {
  try {
    parseDeployConfig(text, 'assay-deploy.yml', TARGETS, SPLITS)
    return []
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    return error.problems.map(
      ({ what, where, fix }) =>
        `${positionWords(where).replace(/assay-deploy\.yml:(\d+):\d+/, '$1')}: ${what} (${fix})`,
    )
  }
}

describe('the counts of a mesh', () => {
  it('are taken where Prometheus has them, and frozen in the file of the canary', () => {
    const { environments } = parseDeployConfig(GOOD, 'assay-deploy.yml', TARGETS, SPLITS)
    const { mesh } = environments[0]!.canary!
    const file = canaryFile({ unit: 'request', sticky: 'none', guardrails: ['errors'], mesh })

    expect(mesh).toMatchObject({ series: 'istio', challenger: { reporter: 'source' } })
    expect(renderCanary(file)).toContain('mesh: {"series": "istio", "champion": {"reporter": "source"')
    expect(parseCanary(renderCanary(file), 'model-canary.yaml')).toEqual(file)
  })

  it.each<[string, [string, string], string[]]>([
    [
      'users, of whom a mesh knows nothing',
      ['unit: request\n      sticky: none', 'unit: user\n      sticky: cookie'],
      ['14: `mesh` does not fit `unit: user` (line 9): a mesh counts requests'],
    ],
    [
      'no Prometheus',
      [", prometheus: 'http://prometheus:9090'", ''],
      [
        '14: `mesh` of `production` needs the Prometheus that has its series, and `drift` (line 6) names none (write its address',
      ],
    ],
    [
      'no `drift` at all',
      ["    drift: { collector: 'http://collector:8080', prometheus: 'http://prometheus:9090' }\n", ''],
      [
        '6: nobody counts `bought`, `errors`, `latency` in `production`',
        '13: `mesh` of `production` needs the Prometheus that has its series, and there is no `drift`',
      ],
    ],
    [
      'both ends of a request, which count it twice',
      ['champion: { reporter: source, ', 'champion: { '],
      [
        '14: both arms must name the same `reporter`: both ends of a request count it (write `reporter: source`',
      ],
    ],
    [
      'another end for each arm',
      ['champion: { reporter: source, ', 'champion: { reporter: destination, '],
      ['14: both arms must name the same `reporter`'],
    ],
    [
      'labels that tell nothing apart',
      ["'{model}-challenger'", "'{model}-champion'"],
      ['14: nothing tells the series of the challenger from those of the champion'],
    ],
    [
      'labels of which one has all that the other has',
      [", destination_workload: '{model}-champion'", ''],
      ['14: nothing tells the series of the challenger from those of the champion'],
    ],
    [
      'a name in one arm that a model may have, whose series the other one finds',
      ["'{model}-champion'", 'churn-challenger'],
      ['14: nothing tells the series of the challenger from those of the champion'],
    ],
    [
      'a label that the other arm does not name, though each object has something of that name',
      [
        "champion: { reporter: source, destination_workload: '{model}-champion' }",
        "champion: { reporter: source, constructor: 'x', toString: 'x' }",
      ],
      ['14: nothing tells the series of the challenger from those of the champion'],
    ],
    [
      'an end of a request that there is none of',
      ['reporter: source', 'reporter: sorce'],
      [
        '16: no series has `reporter: sorce`: it is `source`, `destination`, `waypoint` (write `reporter: source`',
      ],
    ],
    [
      'what is slow left to the answers of the champion',
      ['      latency_ms: 250\n', ''],
      ['13: with `mesh` the guardrail `latency` (line 12) needs `latency_ms`'],
    ],
    [
      'no guardrail that it can count',
      ['guardrails: [errors, latency]\n      latency_ms: 250', 'guardrails: [missing_outcome]'],
      ['13: `mesh` counts `errors` and `latency`, and `guardrails` (line 12) has none of them'],
    ],
    [
      'a mesh that nobody knows',
      ['series: istio', 'series: linkerd'],
      ['15: `environments.production.canary.mesh.series`'],
    ],
    [
      'a label by which it counts',
      ['reporter: source, destination', "response_code: '200', destination"],
      ['16: `environments.production.canary.mesh.champion.response_code`'],
    ],
    [
      'a placeholder that nobody fills',
      ["'{model}-champion'", "'{modle}-champion'"],
      [
        '16: `environments.production.canary.mesh.champion.destination_workload`: a text with no other placeholder',
      ],
    ],
    [
      'no label',
      ["{ reporter: source, destination_workload: '{model}-champion' }", '{}'],
      ['16: `environments.'],
    ],
  ])('are refused with: %s', (_, [from, to], expected) => {
    expect(GOOD).toContain(from)
    const all = from === 'reporter: source' ? GOOD.replaceAll(from, to) : GOOD.replace(from, to)
    const found = problems(all).map(one => one.replace(/^15: `mesh`(.*)line 10/, '14: `mesh`$1line 9'))

    for (const [at, words] of expected.entries()) expect(found[at]).toContain(words)
    expect(found).toHaveLength(expected.length)
  })

  it('may differ by the version alone', () => {
    const text = GOOD.replace("'{model}-champion'", "'{model}-{version}'").replace(
      "'{model}-challenger'",
      "'{model}-{version}'",
    )
    expect(problems(text)).toEqual([])
  })

  it.each<[string, string, boolean]>([
    ['{model}', '{model}-new', true],
    ['{model}-{environment}-a', '{model}-{environment}-b', true],
    ['a-{model}', 'b-{model}', true],
    ['stable', '{version}', true],
    ['{version}-{model}', '{version}-{model}', true],
    ['{model}', '{environment}', false],
    ['{model}-a', '{environment}-a', false],
    ['churn-a', '{model}', false],
    ['{model}{model}', '{model}', true],
  ])('tell %s from %s, whatever the model is called: %s', (champion, challenger, isApart) => {
    const text = GOOD.replace('{model}-champion', champion).replace("'{model}-challenger'", `'${challenger}'`)
    expect(problems(text)).toHaveLength(isApart ? 0 : 1)
  })

  it('are filled for a model that has rules of its own', () => {
    const own = (name: string, workload: string) =>
      `${GOOD.replace(/ {4}canary:[\s\S]*/, '')}models:\n  ${name}:\n${GOOD.slice(GOOD.indexOf('    canary:'))}`.replace(
        "'{model}-champion'",
        workload,
      )
    expect(problems(own('churn', 'old-challenger'))).toEqual([])
    expect(problems(own('churn', 'churn-challenger'))).toEqual([
      expect.stringContaining('nothing tells the series'),
    ])
  })

  it("stand in for what KServe's logger does not tell, which says so where they are not there", () => {
    const kserve = GOOD.replace('target: yaml', 'target: kserve')
      .replace('{ file: a.yaml, path: b }', '{ file: a.yaml }')
      .replace('    drift:', "    watch: { events: 'http://assay-collector-events.assay' }\n    drift:")

    expect(problems(kserve)).toEqual([])
    const without = kserve.replace(/ {6}mesh:[\s\S]*/, '')
    expect(problems(without)).toEqual([
      expect.stringContaining('let the mesh count them (`mesh`, docs/canary.md), or let the server send'),
    ])
  })

  it('are refused in the file of a canary that somebody has changed', () => {
    const { environments } = parseDeployConfig(GOOD, 'assay-deploy.yml', TARGETS, SPLITS)
    const file = canaryFile({
      ...environments[0]!.canary!,
      challenger: canaryFile().challenger,
      weight: 5,
    })
    const text = renderCanary(file)
    expect(() => parseCanary(text.replace('unit: "request"', 'unit: "user"'), 'model-canary.yaml')).toThrow()
    expect(() => parseCanary(text.replaceAll('"reporter": "source", ', ''), 'model-canary.yaml')).toThrow()
  })
})

describe('the labels of an arm', () => {
  it('are filled in one go: what a name holds is no placeholder', () => {
    const of = { model: '{version}', environment: '$&', version: '{model}' }
    expect(filledLabels({ a: '{model} {environment} {version}', b: '{model}{model}' }, of)).toEqual({
      a: '{version} $& {model}',
      b: '{version}{version}',
    })
  })
})
