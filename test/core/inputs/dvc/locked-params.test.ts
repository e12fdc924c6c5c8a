import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changedParams, lockedParams } from '../../../../src/core/inputs/dvc/locked-params.ts'
import { cases } from '../../../support/rounds.ts'

const lock = (params: string, path = 'dvc.lock') =>
  lockedParams({ path, text: `schema: '2.0'\nstages:\n  train:\n    cmd: x\n    params:\n${params}` })

describe('the parameters of a dvc.lock', () => {
  it('are called by their key, and where they are of another file by that too', () => {
    expect([
      ...lock('      params.yaml:\n        lr: 0.1\n      conf/a.json:\n        m.deep: {a: [1, null]}\n'),
    ]).toEqual([
      ['lr', '0.1'],
      ['conf/a.json:m.deep', '{"a":[1,null]}'],
    ])
    expect([...lock('      params.yaml:\n        lr: 1\n', 'eu/dvc.lock')]).toEqual([
      ['eu/params.yaml:lr', '1'],
    ])
  })

  it('are nothing where nothing can be read', () => {
    for (const text of ['', '<<<<<<< a\n', 'stages: 1', 'stages:\n  a:\n    params: [lr]\n', 'a: *b'])
      expect([...lockedParams({ path: 'dvc.lock', text })]).toEqual([])
  })

  it('that are other values are told with both, and name nobody', () => {
    const before = lock('      params.yaml:\n        a: 1\n        b: 1\n        c: text\n        same: 1\n')
    const now = lock(
      '      params.yaml:\n        b: "1"\n        c: of kim@example.com\n        d: no\n        same: 1\n',
    )

    expect(changedParams(before, now)).toEqual([
      { name: 'a', before: '1' },
      { name: 'b', before: '1', now: '"1"' },
      { name: 'c', before: '"text"', now: '"of [e-mail]"' },
      { name: 'd', now: '"no"' },
    ])
  })

  it('show no secret, by their names and by what they are', () => {
    const before = lock('      params.yaml:\n        db.pwd: old\n        odbc: x\n        max_tokens: 5\n')
    const now = lock(
      '      params.yaml:\n        db.pwd: canary\n        odbc: Password=canary;\n        max_tokens: 6\n        more: { creds: canary, a: 1 }\n',
    )

    expect(changedParams(before, now)).toEqual([
      { name: 'db.pwd', before: '"***"', now: '"***"' },
      { name: 'max_tokens', before: '5', now: '6' },
      { name: 'more', now: '{"creds":"***","a":1}' },
      { name: 'odbc', before: '"x"', now: '"Password=***;"' },
    ])
  })

  it('of any values are the same where they are, and told in few words on one line', () => {
    const params = fc.dictionary(fc.string({ minLength: 1 }), fc.string())
    fc.assert(
      fc.property(params, params, (one, other) => {
        const [before, now] = [one, other].map(
          values => new Map(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)])),
        )
        expect(changedParams(before!, before!)).toEqual([])
        for (const change of changedParams(before!, now!))
          for (const text of Object.values(change)) {
            expect(text.length).toBeLessThanOrEqual(101)
            expect(text).not.toMatch(/[\p{Cc}]/u)
          }
      }),
      cases(200),
    )
  })
})
