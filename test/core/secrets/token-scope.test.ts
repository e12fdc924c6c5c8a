import { describe, expect, it } from 'vitest'
import { readTokenLine } from '../../../src/core/secrets/token-scope.ts'

const TOKEN = '9d1f0c77be52a3486e'

/** Which of some places a line is for. */
function covered(line: string): string[] {
  const read = readTokenLine(line)
  if ('wrong' in read) throw new Error(read.wrong)
  expect(read.token).toBe(TOKEN)
  const places: [string, string | undefined][] = [
    ['churn', 'staging'],
    ['churn', 'production'],
    ['fraud', 'production'],
    ['churn', undefined],
  ]
  return places.filter(place => read.scope.covers(...place)).map(place => place.join(' in '))
}

describe('a line of a file of tokens', () => {
  it.each([
    [TOKEN, ['churn in staging', 'churn in production', 'fraud in production', 'churn in ']],
    [`  ${TOKEN}\tchurn `, ['churn in staging', 'churn in production', 'churn in ']],
    [`${TOKEN} churn/production`, ['churn in production']],
    [`${TOKEN} */production`, ['churn in production', 'fraud in production']],
    [`${TOKEN} churn/staging fraud`, ['churn in staging', 'fraud in production']],
    [`${TOKEN} Churn price/production`, []],
  ])('%j is for %j', (line, places) => {
    expect(covered(line)).toEqual(places)
  })

  it.each(['*', '/production', 'churn/', 'churn/a/b', 'ch*rn', '-x', 'churn/PROD', 'a,b'])(
    'says that %j behind a token is no name, and never takes it for everything',
    name => {
      const read = readTokenLine(`${TOKEN} churn ${name}`)
      expect(read).toEqual({ wrong: expect.stringContaining('the 2. behind it') })
      expect(JSON.stringify(read)).not.toContain(TOKEN)
    },
  )
})
