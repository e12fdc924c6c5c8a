import { describe, expect, it } from 'vitest'
import { workflowFindings } from '../../../src/ci/workflows/findings.ts'
import { parseConfig } from '../../../src/core/config/read-config.ts'
import { parseDeployConfig } from '../../../src/core/deploy-config/read-deploy-config.ts'
import { AssayError, positionWords } from '../../../src/core/errors/errors.ts'
import { dataVersions } from '../../../src/core/inputs/dvc/data-version.ts'
import { parseMetricsFile } from '../../../src/core/inputs/metrics-file/metrics-file.ts'
import { neededFiles } from '../../../src/core/promotion/effect/kustomization.ts'
import { renderedObjects } from '../../../src/core/promotion/effect/rendered-objects.ts'
import { parseHold } from '../../../src/core/promotion/places/hold-file.ts'
import { parseParameters } from '../../../src/core/release/parameters.ts'
import { parseRelease } from '../../../src/core/release/record-file.ts'
import { editYaml, readYaml } from '../../../src/core/yaml/edit/edit.ts'
import { cpuTime } from '../../support/cpu-time.ts'
import { HOSTILE } from '../../support/hostile-yaml.ts'
import { describeOnce, divided } from '../../support/rounds.ts'

/** A megabyte of anything takes a second on a quiet machine; tests run on others too. */
const DEADLINE = 10_000

const bytes = (text: string) => new TextEncoder().encode(text)

/** Every door by which YAML of others comes in. */
const READERS: Record<string, (text: string) => unknown> = {
  'assay.yml': text => parseConfig(text.slice(0, 256 * 1024), 'assay.yml'),
  'assay-deploy.yml': text => parseDeployConfig(text.slice(0, 256 * 1024), 'assay-deploy.yml', {}),
  record: text => parseRelease(text, 'model-release.yaml'),
  hold: text => parseHold(text, 'model-hold.yaml'),
  manifest: text => readYaml(text, 'deployment.yaml'),
  edit: text => editYaml(text, 'deployment.yaml', [{ path: ['a'], value: 'z' }]),
  kustomization: text => neededFiles(text, 'apps/kustomization.yaml'),
  rendering: text => renderedObjects(text, ''),
  metrics: text => parseMetricsFile(bytes(text), 'metrics.yaml'),
  'JSON metrics': text => parseMetricsFile(bytes(text), 'metrics.json'),
  parameters: text => parseParameters(bytes(text.slice(0, 256 * 1024)), 'params.yaml'),
  'dvc.lock': text => dataVersions([{ path: 'dvc.lock', text }]),
  workflow: text => workflowFindings([{ path: '.github/workflows/ci.yml', text }]),
}

/** One of each kind of harm: mistakes, depth, documents, problems of a schema, and much that is in order. */
const WORST = ['commas in brackets', 'opening brackets', 'documents', 'unknown keys', 'lists of maps']

describe.each(Object.entries(READERS))('%s', (door, read) => {
  // One door takes one of each kind, the others two: behind all of them is one reader. The rest comes in the long run.
  const everything = divided(Object.keys(HOSTILE), shape => WORST.includes(shape))
  const taken = divided(WORST, shape => ['commas in brackets', 'unknown keys'].includes(shape))
  it.each(door === 'manifest' ? everything : taken)('takes a megabyte of %s', shape => {
    const started = cpuTime()
    const problems = problemsOf(() => read(HOSTILE[shape]!))

    expect(cpuTime() - started).toBeLessThan(DEADLINE)
    expect(problems.length).toBeLessThanOrEqual(21)
    for (const { what } of problems) {
      expect(what.length).toBeLessThanOrEqual(1000)
      expect(what).not.toMatch(ENGINE)
    }
  })
})

describeOnce('what is said of a file that is too much', () => {
  it.each([
    [
      'more parts',
      'commas',
      `[${'a, '.repeat(100_000)}`,
      'm.yaml:1: more than 120,000 keys, values and signs',
    ],
    ['more levels', 'brackets', '['.repeat(101), 'm.yaml:1: nested deeper than 90 levels'],
    ['more characters', 'x', 'x'.repeat(2 * 1024 * 1024 + 1), 'm.yaml: the file is larger than 2 MiB'],
    ['more lines', 'x', `a: |\n${'  x\n'.repeat(120_001)}`, 'm.yaml: more than 120,000 lines'],
    ['more documents', '---', '---\n'.repeat(2001), 'm.yaml:2001: more than 2,000 documents'],
    ['more aliases', '&', '- &a b\n'.repeat(2001), 'm.yaml:2001: more than 2,000 anchors and aliases'],
    [
      'copies of a large text',
      '*',
      `a: &a ${'x'.repeat(100_000)}\nb: [${Array(50).fill('*a').join(', ')}]`,
      'm.yaml: aliases that make it larger than 4 MiB',
    ],
    ['a loop', '*', 'a: &a [*a]', 'm.yaml: nested deeper than 90 levels'],
  ])('names file and limit: %s', (_, __, text, expected) => {
    const [problem] = problemsOf(() => readYaml(text, 'm.yaml'))

    expect(`${positionWords({ ...problem!.where!, column: undefined })}: ${problem!.what}`).toBe(expected)
  })

  it('tells 20 problems and counts the rest', () => {
    const keys = Array.from({ length: 5000 }, (_, index) => `metrcs${index}: 1`).join('\n')

    const problems = problemsOf(() => parseConfig(`model: a\n${keys}`, 'assay.yml'))

    expect(problems).toHaveLength(21)
    expect(problems.at(-1)!.what).toBe('and 4,980 more')
  })

  it('tells 20 repeated keys and counts the rest', () => {
    const problems = problemsOf(() => parseConfig(`model: a\n${'seeds: [1]\n'.repeat(5000)}`, 'assay.yml'))

    expect(problems).toHaveLength(21)
    expect(problems.at(-1)!.what).toBe('and 4,979 more')
  })
})

describeOnce('large files of people', () => {
  it('edits a manifest of ten thousand lines beside a large ConfigMap', () => {
    const rules = Array.from(
      { length: 3300 },
      (_, at) => `    - name: rule-${at}\n      value: ${at}\n      on: true\n`,
    )
    const dashboard = `  dashboard.json: |\n${'    {"panels": [{"id": 1, "type": "graph"}], "x": [1, 2, 3]}\n'.repeat(8000)}`
    const text = `kind: A\nspec:\n  image: old\n  rules:\n${rules.join('')}---\nkind: ConfigMap\ndata:\n${dashboard}`

    const edited = editYaml(text, 'm.yaml', [{ document: 0, path: ['spec', 'image'], value: 'new' }])

    expect(edited.text).toBe(text.replace('image: old', 'image: new'))
  })

  const metrics = Array.from({ length: 20_000 }, (_, at) => [`metric_${at}`, `0.${at}1`] as const)
  it.each([
    ['JSON', 'm.json', `{${metrics.map(([key, value]) => `"${key}":${value}`).join(',')}}`],
    ['JSON called YAML', 'm.yaml', `{${metrics.map(([key, value]) => `"${key}": ${value}`).join(',\n')}}`],
    ['lines', 'm.yaml', metrics.map(([key, value]) => `${key}: ${value}\n`).join('')],
    [
      'lines with quotes and notes',
      'm.yaml',
      metrics.map(([key, value]) => `"${key}": ${value} # x\n`).join(''),
    ],
    ['maps of one', 'm.yaml', metrics.map(([key, value]) => `${key}:\n  test: ${value}\n`).join('')],
    [
      'steps of trackers',
      'm.yaml',
      metrics.map(([key, value]) => `- key: ${key}\n  value: ${value}\n`).join(''),
    ],
  ])('reads twenty thousand metrics as %s to the end', (_, file, text) => {
    const before = cpuTime()
    const read = parseMetricsFile(bytes(text), file)
    const taken = cpuTime() - before

    // The bar is 100 ms.
    expect(taken).toBeLessThan(1000)
    expect(read.metrics.size).toBe(20_000)
  })
})

/** Words of the parser's own messages, and of an engine that gave up. */
const ENGINE =
  /Implicit keys|Flow (map|sequence)|Nested mappings|token|Unresolved|resource exhaustion|call stack|RangeError/

function problemsOf(read: () => unknown): AssayError['problems'] {
  try {
    read()
    return []
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    return error.problems
  }
}
