import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors.ts'
import {
  ensureEffect,
  ensureNotOverridden,
  referencesIn,
  writtenIn,
} from '../../../src/core/promotion/effect.ts'

const DIGEST = `sha256:${'4'.repeat(64)}`
const OTHER = `sha256:${'5'.repeat(64)}`
const NAME = 'ghcr.io/acme/churn'
const RELEASE = {
  version: '42',
  image: { name: NAME, digest: DIGEST, tag: '1' },
  uri: 's3://models/churn/42',
}
const BY_DIGEST = writtenIn([`image: ${NAME}@${DIGEST}`], RELEASE)
const BY_TAG = writtenIn(['newTag: "1"'], RELEASE)

const pod = (image: string, more = '') =>
  `kind: Pod\nmetadata: { name: churn, annotations: { image: '${NAME}@${DIGEST}' } }\nspec: { containers: [{ image: '${image}' }] }\n${more}`

function said(check: () => void): string {
  try {
    check()
  } catch (error) {
    if (error instanceof AssayError) return error.problems.map(({ what }) => what).join('; ')
    throw error
  }
  return 'nothing'
}

describe('what of a release the manifests say', () => {
  it('is the digest before the tag, and the URI where it is there', () => {
    expect(BY_DIGEST).toEqual({ version: '42', image: { name: NAME, by: 'digest', value: DIGEST } })
    expect(BY_TAG).toEqual({ version: '42', image: { name: NAME, by: 'tag', value: '1' } })
    expect(writtenIn(['storageUri: s3://models/churn/42'], RELEASE)).toMatchObject({ uri: RELEASE.uri })
    expect(
      referencesIn(`a: ${NAME}@${DIGEST}\nb: [{ image: ${NAME}:1@${DIGEST} }]\n`, 'f', BY_DIGEST),
    ).toEqual([`${NAME}@${DIGEST}`, `${NAME}:1@${DIGEST}`])
  })
})

describe('what is rendered', () => {
  const check = (after: string, written = BY_DIGEST, changed = true) =>
    said(() =>
      ensureEffect(
        written,
        { before: pod('x:0'), after },
        { files: new Map([['f.yaml', '']]), edited: 'f.yaml', changed },
      ),
    )

  it.each([
    [pod(`${NAME}@${DIGEST}`), BY_DIGEST],
    [pod(`${NAME}:1@${DIGEST}`), BY_DIGEST],
    [pod(`docker.io/x:1`, `---\nkind: Model\nspec: { digest: '${DIGEST}' }\n`), BY_DIGEST],
    [pod(`${NAME}:1`), BY_TAG],
    [pod(`${NAME}:1@${OTHER}`), BY_TAG],
  ])('has the release: %s', (after, written) => {
    expect(check(after, written)).toBe('nothing')
  })

  it.each([
    [pod(`${NAME}@${OTHER}`), BY_DIGEST],
    [pod(`ghcr.io/other/churn@${DIGEST}`), BY_DIGEST],
    [pod(`${NAME}@${OTHER}`, `---\nkind: ConfigMap\ndata: { a: '${DIGEST}' }\n`), BY_DIGEST],
    [pod('x:1', `---\nkind: ConfigMap\ndata: { a: '${DIGEST}' }\n`), BY_DIGEST],
    [pod(`${NAME}:10`), BY_TAG],
    [pod('x:1'), BY_TAG],
    ['', BY_DIGEST],
  ])('has it not: %s', (after, written) => {
    expect(check(after, written)).toMatch(/^the image of 42, .* is not in what is rendered/)
  })

  it('is another than before where the edit writes nothing that can be looked for', () => {
    expect(check(pod('x:0'), { version: '42' })).toBe(
      'what is rendered from it is the same before and after the edit',
    )
    expect(check(pod('x:0'), { version: '42' }, false)).toBe('nothing')
    expect(check(pod('x:1'), { version: '42' })).toBe('nothing')
  })
})

describe('entries of `images`', () => {
  const check = (entries: string, image = `${NAME}@${DIGEST}`, written = BY_DIGEST) =>
    said(() =>
      ensureNotOverridden(
        written,
        { file: 'a/f.yaml', images: [image] },
        new Map([['a/kustomization.yaml', `resources: [f.yaml]\nimages: ${entries}\n`]]),
      ),
    )

  it.each([
    [`[{ name: ${NAME}, digest: '${OTHER}' }]`, `\`images[0]\` makes ${NAME}@${OTHER} of the image`],
    [`[{ name: ${NAME}, newTag: 1.10 }]`, `\`images[0]\` makes ${NAME}:1.1 of the image`],
    [
      `[{ name: ${NAME}, newTag: v2, digest: '${OTHER}' }]`,
      `\`images[0]\` makes ${NAME}:v2@${OTHER} of the image`,
    ],
    [`[{ name: ${NAME}, newName: hot }]`, `\`images[0]\` makes hot@${DIGEST} of the image`],
    [`[{ name: ${NAME}, newName: hot }, { name: hot, newTag: v1 }]`, '`images[1]` makes hot:v1 of the image'],
    [`[{ name: ${NAME}, digest: '${OTHER}' }, { name: ${NAME}, digest: '${DIGEST}' }]`, 'nothing'],
    [`[{ name: ${NAME} }]`, 'nothing'],
    [`[{ name: churn, digest: '${OTHER}' }]`, 'nothing'],
    ['[]', 'nothing'],
    ['{}', 'nothing'],
  ])('%s: %s', (entries, wanted) => {
    expect(check(entries)).toContain(wanted)
  })

  it('are looked at for tags too', () => {
    expect(check(`[{ name: ${NAME}, newTag: "2" }]`, `${NAME}:1`, BY_TAG)).toContain(`makes ${NAME}:2 of`)
    expect(check(`[{ name: ${NAME}, newTag: "1" }]`, `${NAME}:1`, BY_TAG)).toBe('nothing')
  })
})
