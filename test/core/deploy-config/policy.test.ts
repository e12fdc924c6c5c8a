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

  it('is the only way to say who signs: there is none by identity, and none without a key', () => {
    for (const signed of [
      true,
      {},
      { by: 'x' },
      { key: 'a.pub', issuer: 'x' },
      { issuer: 'x', subject: 'y' },
    ])
      expect(Policy.safeParse({ signed }).success).toBe(false)
  })
})
