import { describe, expect, it } from 'vitest'
import { TARGETS } from '../../src/targets/index.ts'
import { problemsIn, RELEASE, refusalOf } from './cases.ts'

const { text } = TARGETS
const written = (before: string, options: object = {}, parameters = {}) =>
  text!
    .edit(new Map([['VERSION', before]]), { ...RELEASE, parameters }, { file: 'VERSION', ...options })
    .get('VERSION') ?? before

describe('text', () => {
  it.each([
    ['old\n', '12e4567\n'],
    ['old', '12e4567'],
    ['\ufeffold \r\n\r\n', '\ufeff12e4567 \r\n\r\n'],
    ['\n', '\n12e4567'],
    ['', '12e4567'],
    ['12e4567\n', '12e4567\n'],
  ])('writes one value into %j and leaves what is around it', (before, after) => {
    expect(written(before)).toBe(after)
  })

  it('takes the whole image where it is of the same repository', () => {
    const options = { value: 'image: {image}' }

    expect(written('image: ghcr.io/acme/churn:1\n', options)).toBe(
      `image: ghcr.io/acme/churn@${RELEASE.image!.digest}\n`,
    )
    expect(refusalOf('text', 'image: ghcr.io/other/thing:1\n', options)).toContain(
      'the release brings the image ghcr.io/acme/churn, the manifest has ghcr.io/other/thing',
    )
  })

  it('refuses files of several lines, values of them, and what the release does not have', () => {
    const image = { name: RELEASE.image!.name, digest: RELEASE.image!.digest }
    expect(refusalOf('text', 'old\n', {}, { image })).toContain('the release churn 42 has no `{image.tag}`')
    expect(refusalOf('text', 'a: 1\nb: 2\n', {})).toContain('the file holds more than one line')
    expect(() => written('old\n', { value: '{parameters.x}' }, { x: 'a\nrun: b' })).toThrow('not changed')
  })

  it.each([
    'Jenkinsfile',
    'CODEOWNERS',
    '.env',
    'ci/.gitlab-ci.yml',
    'deploy.sh',
    'app/Dockerfile',
    'dev.Dockerfile',
  ])('is not for %s', file => {
    expect(problemsIn('text', `file: ${file}\n`)).toContain(
      'must be a manifest: not a hidden file or folder, a pipeline or configuration of Assay',
    )
  })
})
