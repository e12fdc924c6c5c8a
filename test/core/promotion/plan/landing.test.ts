import { expect, it } from 'vitest'
import { type Landing, landingWords } from '../../../../src/core/promotion/plan/landing.ts'

it.each<[lands: Landing, weighed: boolean | undefined, words: string]>([
  ['now', true, 'is to be merged'],
  ['after_checks', true, 'waits for its checks'],
  ['after_checks', false, 'waits to be weighed against what serves there'],
  ['by_approval', true, 'waits for approval'],
  ['by_approval', false, 'waits for approval; not weighed against what serves there'],
  ['by_approval', undefined, 'waits for approval'],
])('a release that lands %s, weighed: %s, %s', (lands, weighed, words) => {
  expect(landingWords({ lands, ...(weighed !== undefined && { weighed }) })).toBe(words)
  const [waits, ...unweighed] = words.split(';')
  expect(landingWords({ lands, ...(weighed !== undefined && { weighed }) }, ', pull request 7')).toBe(
    [`${waits}, pull request 7`, ...unweighed].join(';'),
  )
})
