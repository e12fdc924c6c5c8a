import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { renderSbom, type SbomInputs } from '../../../src/core/sbom/cyclonedx.ts'
import { missing } from '../../support/tools.ts'

const numpy = { kind: 'pypi', name: 'numpy', version: '2.4.6' } as const
const INPUTS: SbomInputs = {
  model: 'churn',
  version: '2026-05-20-8b9a6d4',
  commit: 'a'.repeat(40),
  repository: 'https://forge.example/acme/churn',
  artifact: `ghcr.io/acme/churn@sha256:${'b'.repeat(64)}`,
  named: [
    {
      how: 'locked',
      path: 'uv.lock',
      packages: [numpy, { kind: 'pypi', name: 'blinker', version: '1.9.0+local' }],
    },
    {
      how: 'locked',
      path: 'conda-lock.yml',
      packages: [{ kind: 'conda', name: 'python', version: '3.12.1' }],
    },
    { how: 'locked', path: 'requirements.txt', packages: [numpy] },
    { how: 'installed', path: '.venv/lib/python3.12/site-packages', packages: [numpy] },
  ],
  files: [{ file: 'model.joblib', sha256: 'c'.repeat(64), size: 7, format: 'joblib', verdict: 'safe' }],
  assay: '0.1.0',
}

describe('the list of what a release is made of', () => {
  it('has the model, its files and each package once', () => {
    const { metadata, components } = JSON.parse(renderSbom(INPUTS))

    expect(metadata.component).toMatchObject({ type: 'machine-learning-model', name: 'churn' })
    expect(components.map((one: { 'bom-ref': string }) => one['bom-ref'])).toEqual([
      'file:model.joblib',
      'pkg:conda/python@3.12.1',
      'pkg:pypi/blinker@1.9.0%2Blocal',
      'pkg:pypi/numpy@2.4.6',
    ])
    expect(components[0].hashes).toEqual([{ alg: 'SHA-256', content: 'c'.repeat(64) }])
    expect(components[3].properties).toEqual([
      { name: 'assay:locked-in', value: 'uv.lock' },
      { name: 'assay:locked-in', value: 'requirements.txt' },
      { name: 'assay:installed-in', value: '.venv/lib/python3.12/site-packages' },
    ])
  })

  it('is the same for the same inputs, in whatever order they come', () => {
    const turned = {
      ...INPUTS,
      named: INPUTS.named.map(one => ({ ...one, packages: [...one.packages].reverse() })),
    }

    expect(renderSbom(turned)).toBe(renderSbom(INPUTS))
  })

  // The schemas are CycloneDX's own (Apache-2.0), as its package for Python brings them.
  it.skipIf(missing('python3', '-c', 'import cyclonedx'))('is CycloneDX 1.6 by its own schema', () => {
    const folder = execFileSync('python3', ['-c', 'import cyclonedx.schema as s; print(s.__path__[0])'])
      .toString()
      .trim()
    const schema = (name: string) =>
      JSON.parse(readFileSync(`${folder}/_res/${name}.SNAPSHOT.schema.json`, 'utf8'))
    const ajv = new Ajv({ strict: false, allErrors: true })
    addFormats.default(ajv)
    // Formats that the package does not know: addresses with letters of any script.
    for (const format of ['iri-reference', 'idn-email']) ajv.addFormat(format, true)
    for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
      ajv.addSchema(schema(name), `${name}.SNAPSHOT.schema.json`)
    const isValid = ajv.compile({ ...schema('bom-1.6'), $id: 'bom' })

    const bom = JSON.parse(renderSbom(INPUTS))
    expect([isValid(bom), isValid.errors]).toEqual([true, null])
    expect(isValid({ ...bom, components: [{ type: 'model' }] })).toBe(false)
  })
})
