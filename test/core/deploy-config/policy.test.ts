import { describe, expect, it } from 'vitest'
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
