import { expect, it } from 'vitest'
import { botLog } from '../../bot/log.ts'
import { logLook } from '../../bot/log-look.ts'
import type { LookEnd } from '../../bot/look-end.ts'
import { activitiesOf } from '../../bot/page/activity.ts'
import { AssayError } from '../../src/core/errors/errors.ts'

/** What a look at one of many runs of a repository ends in, with as many errors as it finds. */
const lookOf = (name: string, id: number, errors: number): LookEnd => ({
  key: { kind: 'run', repository: { forge: 'github', name }, id, pullRequest: undefined } as LookEnd['key'],
  cause: 'event',
  ms: 1,
  result: {
    did: [],
    problems: Array.from(
      { length: errors },
      (_, at) =>
        new AssayError({
          code: 'REPORT_REFUSED',
          title: 'no result',
          problems: [{ what: `m${id}-${at}/result.json is none`, fix: 'write it again' }],
        }),
    ),
  },
})

it('is told of in one line of the log, and in as many sentences as somebody reads', () => {
  const lines: string[] = []
  logLook(
    botLog(
      line => void lines.push(line),
      () => 0,
      [],
    ),
    lookOf('acme/flights', 1, 2000),
  )
  expect(lines).toHaveLength(1)
  const { code, problems } = JSON.parse(lines[0]!)
  expect([code, problems.length, problems.at(-1)]).toEqual(['REPORT_REFUSED', 25, 'and 1976 more'])
})

it('keeps of each look what somebody reads, and takes from no other repository what was done there', () => {
  const activities = activitiesOf(
    () => 0,
    text => text,
  )
  for (let id = 0; id < 30; id++) activities.looked(lookOf('acme/quiet', id, 1))
  activities.looked(lookOf('acme/flights', 0, 2000))
  expect([activities.done().length, activities.problems().length]).toEqual([55, 55])

  for (let id = 1; id < 60; id++) activities.looked(lookOf('ACME/flights', id, 80))
  const of = (name: string) =>
    activities.done().filter(({ repository }) => repository.name.toLowerCase() === name)
  expect([of('acme/quiet').length, of('acme/flights').length]).toEqual([30, 970])
  // Of its own the newest stay.
  expect(activities.done()[0]!.words).toBe('and 56 more')
  expect(activities.done().findLast(({ repository }) => repository.name !== 'acme/quiet')!.words).toMatch(
    /^m2\d-/,
  )
})

it('forgets what keeps a quiet repository from its work for none that is noisy, in its account or another', () => {
  const activities = activitiesOf(
    () => 0,
    text => text,
  )
  for (let id = 0; id < 4; id++) activities.looked(lookOf('acme/quiet', id, 1))
  for (let id = 0; id < 40; id++) activities.looked(lookOf('globex/quiet', id, 1))
  for (let id = 0; id < 600; id++) activities.looked(lookOf('acme/noisy', id, 1))
  // Each is quiet; together they are not.
  for (let id = 0; id < 600; id++) activities.looked(lookOf(`acme/one-of-many-${id % 100}`, id, 1))

  const of = (account: string) =>
    activities.problems().filter(({ repository }) => repository.name.startsWith(account)).length
  expect([activities.problems().length, of('acme/quiet'), of('globex/')]).toEqual([500, 4, 40])
})
