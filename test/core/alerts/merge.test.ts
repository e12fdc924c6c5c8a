import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ToldAlert } from '../../../src/core/alerts/alert.ts'
import { fittingIssue } from '../../../src/core/alerts/fitting.ts'
import { reportIn } from '../../../src/core/alerts/issue.ts'
import { mergedNoted } from '../../../src/core/alerts/merge.ts'
import { isSameNoted, type Noted, notedIn, withAlarms, withTold } from '../../../src/core/alerts/noted.ts'
import type { Alarm } from '../../../src/core/traffic/drift/alarms.ts'
import { cases } from '../../support/rounds.ts'

const told = (id: string, change: Partial<ToldAlert> = {}): ToldAlert => ({
  id,
  kind: 'shift',
  name: 'Drift',
  severity: 'warning',
  release: '2026-05-01-abc1234',
  since: '2026-11-29T00:00:00Z',
  summary: 'amount moved',
  firing: true,
  ...change,
})
const noted = (...ids: string[]): Noted =>
  withTold(
    undefined,
    ids.map(id => told(id)),
  )!
const alarm: Alarm = { kind: 'shift', level: 'critical', since: 1, lastSeen: 2, features: [] }
const own = { told: [told('a')], alarms: [alarm] }
const retraining = { branch: 'b', state: 'begun', words: 'w' } as const
const idsOf = (one: Noted | undefined) => one?.alerts.map(({ id }) => id)

describe('an issue that two write', () => {
  it('has what either told of, and no more what either knows to be over', () => {
    const before = noted('a', 'c')
    const there = withTold(before, [told('b'), told('c', { firing: false })])

    expect(idsOf(mergedNoted(there, before, own))).toEqual(['a', 'b'])
    expect(mergedNoted(there, before, own)!.drift).toEqual([alarm])
    const over = { told: [told('a', { firing: false })], alarms: [] }
    expect(mergedNoted(there, before, over)).toMatchObject({ alerts: [{ id: 'b' }], over: false })
    expect(mergedNoted(noted('a'), noted('a', 'c'), over)?.over).toBe(true)
    expect(mergedNoted(undefined, undefined, over)).toBeUndefined()
  })

  it('takes what was done as far as nobody else has written it since', () => {
    const before = noted('a')
    const followed = { ...own, followed: { words: 'ours', retraining } }

    expect(mergedNoted(before, before, followed)).toMatchObject({ words: 'ours', retraining })
    const opened = { ...retraining, state: 'opened' } as const
    const there = { ...before, words: 'theirs', retraining: opened, people: ['ada'] }
    expect(mergedNoted(there, before, followed)).toMatchObject(there)
    // What is said of other alerts than those that fire now is not said.
    const broken = withTold(before, [told('b', { kind: 'breakage' })])
    expect(mergedNoted(broken, before, followed)).toMatchObject({ words: '', retraining })
  })

  it('goes on from what it acted on where nothing can be read any more', () => {
    const before = { ...noted('a'), people: ['ada'] }

    expect(mergedNoted(undefined, before, own)).toMatchObject({ alerts: [{ id: 'a' }], people: ['ada'] })
  })

  it('loses nothing of anybody in any order, and twice is as once', () => {
    const event = fc.record({ id: fc.constantFrom('a', 'b', 'c'), firing: fc.boolean() })
    const events = fc.array(event, { maxLength: 6 })
    fc.assert(
      fc.property(events, events, fc.boolean(), (first, since, firing) => {
        const before = withTold(
          noted('0'),
          first.map(one => told(one.id, one)),
        )
        const there = withTold(
          before,
          since.map(one => told(one.id, one)),
        )!
        const mine = {
          told: [told('f', { firing })],
          alarms: firing ? [alarm] : [],
          followed: { words: 'ours', retraining },
        }
        const merged = mergedNoted(there, before, mine)!

        const others = (one: Noted) => (one.over ? [] : one.alerts.filter(({ id }) => id !== 'f'))
        expect(others(merged)).toEqual(others(there))
        expect(merged.over).toBe(!firing && others(there).length === 0)
        expect(isSameNoted(mergedNoted(merged, before, mine), merged)).toBe(true)
      }),
      cases(200),
    )
  })
})

describe('an issue with too much in it', () => {
  const SUBJECT = { model: 'fraud', environment: 'staging' }
  const MOST = 65_536
  const texts = (text: string, count: number): Noted => {
    const kinds = ['shift', 'concept', 'breakage', 'other'] as const
    const alerts = Array.from({ length: count }, (_, at) =>
      told((at + 1).toString(16).padStart(16, '0'), {
        kind: kinds[at % 4]!,
        name: text,
        severity: text,
        release: `${text.slice(0, 70)}${at}`,
        since: text,
        summary: text,
        environment: `${text.slice(0, 50)}${at}`,
      }),
    )
    const features = Array.from({ length: 200 }, (_, at) => ({
      name: `${text.slice(0, 150)}${at}`,
      lastSeen: 1,
    }))
    const alarms = (['breakage', 'shift', 'concept', 'silence'] as const).map(kind => ({
      ...alarm,
      kind,
      features,
    }))
    const words = text.slice(0, 500)
    return {
      ...withAlarms(withTold(undefined, alerts)!, alarms),
      words,
      retraining: { ...retraining, words },
    }
  }

  it.each([
    ['<', 2000],
    ['&', 100],
    ['@', 100],
    ['--', 100],
    ['\u{1f600}', 100],
    ['word ', 100],
  ])('fits all the same, with all that fires: %s', (piece, count) => {
    const all = texts(piece.repeat(900 / piece.length), count)
    const { body, noted: kept } = fittingIssue(SUBJECT, all, MOST)
    const text = body('| a row |\n'.repeat(20_000))

    expect(text.length).toBeLessThan(MOST - 500)
    expect(isSameNoted(notedIn(text), kept)).toBe(true)
    expect(kept.alerts.map(({ id, kind }) => [id, kind])).toEqual(
      all.alerts.map(({ id, kind }) => [id, kind]),
    )
    expect(text).toContain('The rest is in the files of the run.')
    expect(fittingIssue(SUBJECT, kept, MOST).noted).toEqual(kept)
  })

  it('gives up the end of the report first', () => {
    const { body, noted: kept } = fittingIssue(SUBJECT, noted('a'), MOST)
    const report = reportIn(body('| a row |\n'.repeat(20_000)))!

    expect(kept).toEqual(noted('a'))
    expect(report).toMatch(/^(?:\| a row \|\n)+\nThe rest is in the files of the run\.$/)
    expect(report.length).toBeGreaterThan(60_000)
    expect(reportIn(body('| a row |'))).toBe('| a row |')
  })
})
