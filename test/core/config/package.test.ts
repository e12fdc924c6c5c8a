import { describe, expect, it } from 'vitest'
import { packagingWay } from '../../../src/core/config/package.ts'
import { parseConfig } from '../../../src/core/config/read-config.ts'
import { isAssayError } from '../../../src/core/errors/errors.ts'

const BEFORE = 'model: churn\nmetrics: metrics.json\ngates: [{ metric: accuracy, at_least: 0.9 }]\npackage:\n'
const IMAGE = 'image: "ghcr.io/acme/churn:{commit}"'

/** What is wrong with a `package` of these lines, with the line that is named; the first is line 5. */
function problems(...lines: string[]): string[] {
  try {
    parseConfig(`${BEFORE}${lines.map(line => `  ${line}\n`).join('')}`, 'assay.yml')
    return []
  } catch (error) {
    if (!isAssayError(error)) throw error
    return error.problems.map(({ what, where }) => `${where?.line}: ${what}`)
  }
}

const wayOf = (...lines: string[]) =>
  packagingWay(
    parseConfig(`${BEFORE}${lines.map(line => `  ${line}\n`).join('')}`, 'assay.yml').config.models.churn!
      .package!,
  )

describe('package in assay.yml', () => {
  it('is one of three ways', () => {
    expect(wayOf('run: make image')).toEqual({ way: 'command', run: 'make image', timeout: '1h' })
    expect(wayOf(IMAGE)).toEqual({ way: 'look up' })
    expect(wayOf(IMAGE, 'files: [model/**]')).toEqual({
      way: 'build',
      build: { build: 'auto', kind: 'volume', files: ['model/**'], from: undefined, base: undefined },
      timeout: '1h',
    })
  })

  it('is made by Assay itself where a key says what only it makes', () => {
    expect(wayOf(IMAGE, 'files: [a]', 'kind: volume')).toMatchObject({ build: { build: 'oci' } })
    expect(wayOf(IMAGE, 'files: [a]', 'kind: server', 'base: b:1')).toMatchObject({ build: { build: 'oci' } })
    expect(wayOf(IMAGE, 'from: Dockerfile')).toMatchObject({ build: { build: 'auto' } })
  })

  it.each([
    [
      ['run: make image', 'files: [a]', 'kind: volume'],
      ['6: `package` has `run` and `files`', '7: `package` has `run` and `kind`'],
    ],
    [[IMAGE, 'kind: modelcar', 'files: [a]'], ['6: `kind: modelcar` needs `base`']],
    [[IMAGE, 'kind: server', 'files: [a]'], ['6: `kind: server` needs `base`']],
    [[IMAGE, 'files: [a]', 'base: busybox:1'], ['7: `kind: volume` has no `base`']],
    [
      [IMAGE, 'kind: oci-artifact', 'files: [a]', 'base: busybox:1'],
      ['8: `kind: oci-artifact` has no `base`'],
    ],
    [
      [IMAGE, 'build: docker', 'files: [a]', 'base: b:1'],
      ['7: `files` is not of `build: docker`', '8: `base` is not of `build: docker`'],
    ],
    [[IMAGE, 'build: oci', 'from: Dockerfile', 'files: [a]'], ['7: `from` is a Dockerfile']],
    [[IMAGE, 'kind: volume', 'from: Dockerfile', 'files: [a]'], ['7: `from` is a Dockerfile, and `kind`']],
    [[IMAGE, 'kind: volume'], ['6: `kind` needs `files`']],
    [[IMAGE, 'build: oci'], ['6: `build: oci` needs `files`']],
    [['files: [a]'], ['4: nothing says where the image that is made goes to']],
    [['timeout: 5m'], ['4: `package` needs `run`, `image`, `uri` or `files`']],
    [[IMAGE, 'files: [../a]'], ['6: `package.files.0`: must be a path or a glob inside']],
    [[IMAGE, 'files: ["!/a"]'], ['6: `package.files.0`: must be a path or a glob inside']],
  ])('%j is refused where it stands', (lines, expected) => {
    expect(problems(...lines)).toEqual(expected.map(text => expect.stringContaining(text)))
  })
})
