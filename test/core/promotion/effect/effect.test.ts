import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../../src/core/errors/errors.ts'
import {
  ensureEffect,
  overridden,
  referencesIn,
  type Written,
  writtenIn,
} from '../../../../src/core/promotion/effect/effect.ts'
import { overrideOf } from '../../../../src/core/promotion/effect/image-overrides.ts'
import { readKustomization } from '../../../../src/core/promotion/effect/kustomization.ts'

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
const BY_URI = writtenIn(['storageUri: s3://models/churn/42'], RELEASE)

const pod = (image: string, more = '') =>
  `kind: Pod\nmetadata: { name: churn, annotations: { image: '${NAME}@${DIGEST}' } }\nspec: { containers: [{ image: '${image}' }] }\n${more}`

function ensureNotOverridden(
  written: Written,
  { file, images }: { file: string; images: string[] },
  kustomizations: ReadonlyMap<string, string>,
): void {
  const read = [...kustomizations].flatMap(([path, text]) => readKustomization(text, path) ?? [])
  const override = overrideOf(written.image!, { file, images }, read)
  if (override) throw overridden(file, written, override)
}

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
    [pod(`mirror.example:5000/cache/acme/churn@${DIGEST}`), BY_DIGEST],
    [pod('run:1', `---\nkind: Job\nspec: { args: ['--image=${NAME}@${DIGEST}'] }\n`), BY_DIGEST],
    [pod(NAME, `---\nkind: Model\nspec: { image: ${NAME}, digest: '${DIGEST}' }\n`), BY_DIGEST],
    [`kind: Model\nspec: { image: ${NAME}, version: '1' }\n`, BY_TAG],
    [`kind: Model\nspec: { repository: ${NAME}, imageTag: '1' }\n`, BY_TAG],
    ['# a library of templates\n', BY_DIGEST],
    ['', BY_DIGEST],
    ...[
      pod('x:1').replace('annotations: {', `annotations: { uri: '${RELEASE.uri}',`),
      pod('x:1', `---\nkind: Secret\ndata: { A: ${btoa(RELEASE.uri)} }\n`),
      pod('x:1', `---\nkind: Secret\nstringData: { A: '${RELEASE.uri}' }\n`),
      pod('x:1', `---\nkind: Job\nspec: { args: ['${RELEASE.uri}/model.pkl'] }\n`),
      pod('x:1', "---\nkind: Job\nspec: { args: ['models/churn/42'] }\n"),
    ].map((text): [string, Written] => [text, BY_URI]),
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
    [pod(`mirror.example/hot@${DIGEST}`), BY_DIGEST],
    [pod(`mirror.example/acme/churn:1`), BY_TAG],
    [pod(`${NAME}:2`, `---\nkind: Model\nspec: { image: ${NAME}, version: '1' }\n`), BY_TAG],
    [`kind: Model\nspec: { image: x, version: '1' }\n`, BY_TAG],
  ])('has it not: %s', (after, written) => {
    expect(check(after, written)).toMatch(/^the image of 42, .* is not in what is rendered/)
  })

  it('names another URI that counts, and never what a Secret has', () => {
    const noted = `annotations: { uri: '${RELEASE.uri}',`
    const other = pod('x:1', "---\nkind: InferenceService\nspec: { storageUri: 's3://models/churn/420' }\n")
    const secret = `---\nkind: Secret\ndata: { MODEL_URI: ${btoa('s3://secret')} }\n`

    expect(check(other.replace('annotations: {', noted), BY_URI)).toMatch(
      /^the model URI of 42, .* is not in what is rendered: InferenceService\/unnamed has the storageUri s3:\/\/models\/churn\/420$/,
    )
    expect(check(pod('x:1', secret), BY_URI)).toMatch(/is not in what is rendered$/)
  })

  it('may be as it was where the release is in it already', () => {
    expect(check(pod('x:0', ''), { version: '42' })).toContain('the same before and after')
    const there = pod(`${NAME}@${DIGEST}`)
    expect(
      said(() =>
        ensureEffect(
          BY_DIGEST,
          { before: there, after: there },
          { files: new Map(), edited: 'f', changed: true },
        ),
      ),
    ).toBe('nothing')
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

  it('are followed upward, and those of kustomizations that do not read the manifest do not count', () => {
    const above = (root: string, between = 'resources: [a]\n') =>
      said(() =>
        ensureNotOverridden(
          BY_DIGEST,
          { file: 'apps/env/a/kustomization.yaml', images: ['churn'] },
          new Map([
            [
              'apps/env/a/kustomization.yaml',
              `images: [{ name: churn, newName: ${NAME}, digest: '${DIGEST}' }]\n`,
            ],
            ['apps/env/kustomization.yaml', between],
            ['apps/kustomization.yml', '{{ a template }}: ['],
            ['kustomization.yaml', root],
          ]),
        ),
      )
    const pinned = `images: [{ name: ${NAME}, digest: '${OTHER}' }]\n`

    expect(above(`resources: [./apps/env]\n${pinned}`)).toContain(`\`images[0]\` makes ${NAME}@${OTHER} of`)
    expect(above('', `resources: [a]\n${pinned}`)).toContain(`\`images[0]\` makes ${NAME}@${OTHER} of`)
    expect(above(`resources: [./apps/other]\n${pinned}`)).toBe('nothing')
    expect(above(`resources: [./apps/env]\n${pinned}`, 'resources: [b]\n')).toBe('nothing')
    expect(
      above(`resources: [./apps/env]\nimages: [{ name: ${NAME}, newName: m.example/acme/churn }]\n`),
    ).toBe('nothing')
  })

  it('are looked at for tags too', () => {
    expect(check(`[{ name: ${NAME}, newTag: "2" }]`, `${NAME}:1`, BY_TAG)).toContain(`makes ${NAME}:2 of`)
    expect(check(`[{ name: ${NAME}, newTag: "1" }]`, `${NAME}:1`, BY_TAG)).toBe('nothing')
  })
})
