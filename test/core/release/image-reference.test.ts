import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Image, ModelUri } from '../../../src/core/release/image.ts'
import {
  fillTemplate,
  isMirrorOf,
  parseImageReference,
  parseModelUri,
  parsePackageFile,
  registryOf,
} from '../../../src/core/release/image-reference.ts'
import { anyCharacter } from '../../support/any-character.ts'
import { hostileText } from '../../support/hostile.ts'
import { cases } from '../../support/rounds.ts'

const DIGEST = `sha256:${'1f'.repeat(32)}`

describe('an image', () => {
  it.each([
    ['churn:1', { name: 'churn', tag: '1' }],
    ['acme/churn:v1.2_3-x', { name: 'acme/churn', tag: 'v1.2_3-x' }],
    [`ghcr.io/acme/churn@${DIGEST}`, { name: 'ghcr.io/acme/churn', digest: DIGEST }],
    [`localhost:5000/a/b/churn:1@${DIGEST}`, { name: 'localhost:5000/a/b/churn', tag: '1', digest: DIGEST }],
    ['registry.example:5000/churn:latest', { name: 'registry.example:5000/churn', tag: 'latest' }],
  ])('%s is read in its parts', (text, expected) => {
    expect(parseImageReference(text)).toEqual(expected)
  })

  it.each([
    ['', 'no image'],
    ['churn', 'neither tag nor digest'],
    ['localhost:5000/churn', 'neither tag nor digest'],
    ['churn:', 'an image tag'],
    ['churn:-rf', 'an image tag'],
    [`churn:${'x'.repeat(129)}`, 'an image tag'],
    ['churn@sha256:12', 'a digest'],
    [`churn@sha512:${'a'.repeat(128)}`, 'a digest'],
    [`churn@${DIGEST}@${DIGEST}`, 'a digest'],
    ['Acme/churn:1', 'an image name'],
    ['../churn:1', 'an image name'],
    ['acme//churn:1', 'an image name'],
    ['user:pass@host/churn:1', 'a digest'],
    ['-v /:/host churn:1', 'an image name'],
    ['churn:1\n', 'an image tag'],
    ['docker://ghcr.io/acme/churn:1', 'is an address, not an image'],
    [`${'a/'.repeat(300)}b:1`, 'too long'],
  ])('%j is refused by name', (text, reason) => {
    const read = parseImageReference(text)

    expect('problem' in read && read.problem.what).toContain(reason)
  })

  it('that is read is one that a record takes, and is written as it was', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,6}([._-][a-z0-9]{1,4})?$/)
    const host = fc.constantFrom('', 'ghcr.io/', 'localhost:5000/', 'registry.example/')
    const tag = fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,10}$/), { nil: undefined })
    fc.assert(
      fc.property(
        host,
        fc.array(part, { minLength: 1, maxLength: 3 }),
        tag,
        fc.boolean(),
        (at, parts, tag, has) => {
          fc.pre(tag !== undefined || has)
          const text = `${at}${parts.join('/')}${tag === undefined ? '' : `:${tag}`}${has ? `@${DIGEST}` : ''}`

          const read = parseImageReference(text)

          expect('problem' in read ? read.problem : Image.parse({ digest: DIGEST, ...read }).name).toBe(
            `${at}${parts.join('/')}`,
          )
        },
      ),
    )
  })

  it('hostile text is a problem in one printable line, or an image that a record takes', () => {
    fc.assert(
      fc.property(fc.oneof(hostileText(), fc.string({ unit: anyCharacter, maxLength: 600 })), text => {
        const read = parseImageReference(text)

        if ('problem' in read) expect(read.problem.what).toMatch(/^[\x20-\x7e\u2026\u2400-\u2421]*$/)
        else expect(Image.safeParse({ digest: DIGEST, ...read }).success).toBe(true)
      }),
      cases(500),
    )
  })

  it.each([
    ['churn', 'docker.io', 'library/churn'],
    ['acme/churn', 'docker.io', 'acme/churn'],
    ['docker.io/churn', 'docker.io', 'library/churn'],
    ['index.docker.io/acme/churn', 'docker.io', 'acme/churn'],
    ['localhost/churn', 'localhost', 'churn'],
    ['localhost:5000/acme/churn', 'localhost:5000', 'acme/churn'],
    ['ghcr.io/acme/churn', 'ghcr.io', 'acme/churn'],
  ])('%s is asked for at its registry', (name, host, repository) => {
    expect(registryOf(name)).toEqual({ host, repository })
  })
})

describe('a package file', () => {
  it.each([
    [`image=ghcr.io/acme/churn@${DIGEST}\n`, { image: { name: 'ghcr.io/acme/churn', digest: DIGEST } }],
    ['\ufeff# by the pipeline\r\n\r\nuri = s3://models/churn/42\r\n', { uri: 's3://models/churn/42' }],
    [
      'uri=mlflow://runs/a=b\nimage=churn:1',
      { uri: 'mlflow://runs/a=b', image: { name: 'churn', tag: '1' } },
    ],
    ['', {}],
  ])('%j is read', (text, expected) => {
    expect(parsePackageFile(text, 'package')).toEqual({ ...expected, problems: [] })
  })

  it('names all its problems at once, each with its line', () => {
    const { problems, ...packaged } = parsePackageFile(
      'imgae=churn:1\nimage=churn\nuri=s3://user:CANARY@host/x\nuri=s3://models/1\nnothing\n',
      'package',
    )

    expect(packaged).toEqual({})
    expect(problems.map(({ what, where, fix }) => `${where?.line} ${what} → ${fix}`)).toEqual([
      '1 `imgae` is no key here: there are `image` and `uri` → did you mean `image`?',
      '2 `churn` has neither tag nor digest, so it names no certain image → write `registry/name@sha256:…` or `registry/name:tag`',
      "3 the model's address is not a model URI such as `s3://models/churn/42`, without a password → undefined",
      '4 `uri` stands here twice → keep one',
      '5 `nothing` is no line of `key=value` → write `image=…` or `uri=…`',
    ])
  })

  it('whatever is in it, gives what a record takes and at most twenty problems', () => {
    const line = fc.tuple(fc.constantFrom('image', 'uri', 'x', '__proto__', ''), hostileText(4))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), lines => {
        const text = lines.map(([key, value]) => `${key}=${value}`).join('\n')

        const { problems, image, uri } = parsePackageFile(text, 'package')

        expect(problems.length).toBeLessThanOrEqual(20)
        for (const { what } of problems) expect(what).toMatch(/^[\x20-\x7e\u2026\u2400-\u2421]*$/)
        if (image) expect(Image.safeParse({ digest: DIGEST, ...image }).success).toBe(true)
        if (uri !== undefined) expect(ModelUri.safeParse(uri).success).toBe(true)
      }),
      cases(300),
    )
  })
})

describe('a mirror of an image', () => {
  it.each([
    ['mirror.acme.dev/churn', 'ghcr.io/churn', true],
    ['mirror.acme.dev/ghcr/acme/churn', 'ghcr.io/acme/churn', true],
    ['mirror.acme.dev:5000/acme/churn', 'mirror.acme.dev/acme/churn', true],
    // Somebody else's image of that name, in the same registry.
    ['ghcr.io/mallory/acme/churn', 'ghcr.io/acme/churn', false],
    ['ghcr.io/acme/churn', 'ghcr.io/acme/churn', false],
    ['mirror.acme.dev/notacme/churn', 'ghcr.io/acme/churn', false],
    ['mirror.acme.dev/acme/churn-eu', 'ghcr.io/acme/churn', false],
  ])('%s of %s: %s', (name, repository, expected) => {
    expect(isMirrorOf(name, repository)).toBe(expected)
  })
})

describe('a template', () => {
  const values = { commit: 'abcdef0123'.repeat(4), model: 'churn' }

  it.each([
    ['ghcr.io/acme/{model}:{commit}', `ghcr.io/acme/churn:${values.commit}`],
    ['s3://m/{model}/{short_commit}/{model}', 's3://m/churn/abcdef0/churn'],
    ['plain:1', 'plain:1'],
  ])('%s is filled', (template, expected) => {
    expect(fillTemplate(template, values)).toBe(expected)
  })

  it.each([
    ['{comit}', 'did you mean `{commit}`?'],
    ['{constructor}', undefined],
    ['{}', undefined],
  ])('%s is no placeholder', (template, fix) => {
    const read = fillTemplate(template, values)

    expect(read).toMatchObject({
      problem: { what: expect.stringContaining(`\`${template}\` is no placeholder`) },
    })
    expect(typeof read === 'object' && read.problem.fix).toBe(fix)
  })

  it('puts a name in as it is, whatever it means elsewhere', () => {
    expect(fillTemplate('x:{model}', { ...values, model: '$&' })).toBe('x:$&')
  })
})

it('the address of a model shows no password in its problem', () => {
  expect(JSON.stringify(parseModelUri('https://user:CANARY@host/model'))).not.toContain('CANARY')
})
