import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { isHopeless, isOfForge, isOutside, isPassing } from '../../../src/core/errors/outside.ts'
import type { RefusalReason } from '../../../src/core/errors/refusals.ts'

const error = (code: string, reason?: RefusalReason) =>
  new AssayError({ code, title: 'It failed', problems: [], cause: { reason } })

/** The rows of the table. */
const CODES = [...readFileSync('src/core/errors/outside.ts', 'utf8').matchAll(/^ {2}([A-Z_]+): \{/gm)].map(
  ([, code]) => code!,
)

describe('what an error of the outside means', () => {
  it('has a row for each code that there is', () => {
    const written = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts') && !name.endsWith('errors/outside.ts'))
      .flatMap(name => readFileSync(`src/${name}`, 'utf8').match(CODE) ?? [])
      .map(code => code.slice(1, -1))

    expect([...new Set(written)].sort()).toEqual([...CODES].sort())
  })

  it('passes where nobody has to do anything, and what is refused does not', () => {
    expect(CODES.filter(code => isPassing(error(code)))).toEqual([
      'FORGE_UNREACHABLE',
      'FORGE_TIMEOUT',
      'FORGE_UNAVAILABLE',
      'FORGE_RATE_LIMITED',
      'FORGE_BAD_ANSWER',
      'GIT_FAILED',
      'BRANCH_MOVES',
      'BRANCH_NOT_AHEAD',
      'PULL_REQUEST_NOT_FOUND',
      'ARGOCD_UNREACHABLE',
      'ARGOCD_TIMEOUT',
      'ARGOCD_UNAVAILABLE',
      'JENKINS_UNAVAILABLE',
    ])
  })

  it('passes by the reason of the server where that is known', () => {
    expect(isPassing(error('GIT_FAILED', 'protected_branch'))).toBe(false)
    expect(isPassing(error('GIT_FAILED', 'held_lock'))).toBe(true)
    expect(isPassing(error('FORGE_REJECTED', 'base_moved'))).toBe(true)
  })

  it('is no other error', () => {
    const other = error('CONFIG_INVALID')

    expect([isPassing, isOutside, isOfForge, isHopeless].map(is => is(other))).toEqual(Array(4).fill(false))
    expect(isOfForge(error('ARGOCD_TIMEOUT'))).toBe(false)
    expect(isOutside(error('ARGOCD_TIMEOUT'))).toBe(true)
  })
})

const CODE = /'(?:FORGE|GIT|BRANCH|PULL_REQUEST|ARGOCD|JENKINS)_[A-Z_]+'/g
