import { expect, it } from 'vitest'
import { hookSettings } from '../../../bot/heal/hook-settings.ts'
import type { HookState } from '../../../src/forges/hooks.ts'

const words = (state: HookState) => hookSettings('gitlab', [state])
const repository = 'acme/sub/model'

it('says of hooks what is wrong and what to do, in the repository that it is about', () => {
  expect(words({ repository, kind: 'tells' })).toEqual([])
  expect(words({ repository, kind: 'off', of: 'acme', until: Date.parse('2026-06-03T00:00:00Z') })).toEqual([
    {
      what: 'the hook of acme is switched off until 2026-06-03 00:00 UTC, since it got no good answer',
      fix: expect.stringContaining('send a test from its settings'),
      repository: { forge: 'gitlab', name: repository },
    },
  ])
  expect(words({ repository, kind: 'off', of: 'acme' })[0]!.what).toBe(
    'the hook of acme is switched off, since it got no good answer',
  )
  expect(words({ repository, kind: 'deaf', of: 'acme', to: ['pushes', 'comments'] })[0]!.what).toBe(
    'the hook of acme does not tell of pushes, comments',
  )
  expect(words({ repository, kind: 'unknown' })).toMatchObject([{ isUnknown: true }])
})
