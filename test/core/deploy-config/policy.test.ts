import { describe, expect, it } from 'vitest'
import { filledAddress } from '../../../src/core/deploy-config/answers/answer.ts'
import { Policy } from '../../../src/core/deploy-config/policy.ts'

describe('the file of a key in `policy`', () => {
  const isTaken = (key: unknown) => Policy.safeParse({ signed: { key } }).success

  it('is a path inside the deploy repository', () => {
    expect(['release.pub', 'keys/release.pub', 'keys/2026-05_b.pub'].filter(key => !isTaken(key))).toEqual([])
  })

  it.each([
    '',
    '/etc/release.pub',
    '../release.pub',
    'keys/../release.pub',
    'keys//a',
    '.git/config',
    'https://a/b',
    'a b',
    'a\nb',
    '{model}.pub',
  ])('is not %j', key => expect(isTaken(key)).toBe(false))
})

describe('who signs, in `policy`', () => {
  const by = {
    issuer: 'https://token.actions.githubusercontent.com',
    subject: 'https://github.com/acme/churn/.github/workflows/release.yml@refs/heads/main',
  }
  const isTaken = (signed: unknown) => Policy.safeParse({ signed }).success

  it('is a key or an identity, with a trust root or without', () => {
    expect(isTaken({ by })).toBe(true)
    expect(isTaken({ by: { ...by, trust_root: 'keys/trusted_root.json' } })).toBe(true)
    expect(isTaken({ by: { issuer: 'https://accounts.google.com', subject: 'kim@acme.example' } })).toBe(true)
  })

  it.each<[string, unknown]>([
    ['nobody', true],
    ['an empty object', {}],
    ['a name', { by: 'x' }],
    ['a key and an identity', { key: 'a.pub', by }],
    ['an identity without its issuer', { by: { subject: by.subject } }],
    ['an identity without its subject', { by: { issuer: by.issuer } }],
    ['an empty subject', { by: { ...by, subject: '' } }],
    ['a pattern', { by: { ...by, subject: 'https://github.com/acme/*' } }],
    ['letters of another alphabet', { by: { ...by, subject: by.subject.replace('acme', 'аcme') } }],
    ['a blank at the end', { by: { ...by, issuer: `${by.issuer} ` } }],
    ['a trust root from elsewhere', { by: { ...by, trust_root: 'https://example.com/root.json' } }],
    ['an identity beside the key', { key: 'a.pub', issuer: 'x' }],
  ])('is not %s', (_, signed) => expect(isTaken(signed)).toBe(false))
})

describe('what a web service must say, in `policy`', () => {
  const URL = 'https://changes.example.com/api/{model}/{version}?at={digest}&of={commit}'
  const isTaken = (change: object) =>
    Policy.safeParse({ answers: { window: { url: URL, at: '$.approved', is: true, ...change } } }).success

  it('has an address outside, with what it says of the release as data', () => {
    expect(isTaken({})).toBe(true)
    const urls = ['http://changes.svc/open', 'https://a.example:8443', 'https://a.example?x=a%20b']
    expect(urls.filter(url => !isTaken({ url }))).toEqual([])
  })

  it.each([
    'changes.example.com',
    'ftp://a.example/x',
    'https://{model}.example/x',
    'https://ada@a.example/x',
    'https://A.example/x',
    'https://a.example:443/x',
    'https://0x7f.1/x',
    'https://a.example/{name}',
    'https://a.example/{model',
    'https://a.example/x#y',
    'https://a.example/a b',
    'https://a.example/\n',
    'https://a.example\\@b.example/x',
  ])('has none like %j', url => expect(isTaken({ url })).toBe(false))

  it.each([
    { at: '$..approved' },
    { at: 'approved' },
    { is: null },
    { is: [] },
    { is: { a: 1 } },
    { is: Number.NaN },
    { timeout: '2m' },
    { timeout: 10 },
    { token: 'ARGOCD_AUTH_TOKEN' },
    { token: '../x' },
    { method: 'POST' },
  ])('takes nothing like %j', change => expect(isTaken(change)).toBe(false))
})

describe('the address that is asked', () => {
  const of = { model: 'churn', environment: 'eu', version: '1+2', commit: 'abc', digest: 'sha256:0' }

  it('has the release in it as data, whatever stands in that', () => {
    const url = 'https://a.example/{version}/x?d={digest}&e={environment}'
    expect(filledAddress({ url }, { ...of, version: 'a/../?&#{digest}' })).toEqual({
      url: 'https://a.example/a%2F..%2F%3F%26%23%7Bdigest%7D/x?d=sha256%3A0&e=eu',
    })
  })

  it('is none where the release has nothing for it', () => {
    const url = 'https://a.example/{digest}'
    expect(filledAddress({ url }, { ...of, digest: undefined })).toEqual({ missing: 'digest' })
  })
})
