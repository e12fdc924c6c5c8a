import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alert, ToldAlert } from '../../../src/core/alerts/alert.ts'
import { alertIssue, alertMarker, alertSubjectIn, environmentFor } from '../../../src/core/alerts/issue.ts'
import {
  isSameNoted,
  isUnfinished,
  type Noted,
  notedIn,
  notedLine,
  withAlarms,
  withMoved,
  withTold,
} from '../../../src/core/alerts/noted.ts'
import { slackDue } from '../../../src/core/alerts/slack.ts'
import { anyCharacter } from '../../support/any-character.ts'
import { hostileText } from '../../support/hostile.ts'
import { cases } from '../../support/rounds.ts'

const PLACE = { model: 'fraud', environment: 'staging' }
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
const ended = (id: string) => told(id, { firing: false })
const idAt = (at: number) => at.toString(16).padStart(16, '0')
const crowdOf = (length: number) =>
  withTold(
    undefined,
    Array.from({ length }, (_, at) => told(idAt(at), { summary: 'x'.repeat(2000) })),
  )!
const idsOf = (noted: Noted | undefined) => noted?.alerts.map(({ id }) => id)

describe('what is known of alerts', () => {
  it('is what fires, and ends when nothing does', () => {
    const one = withTold(undefined, [told('a'), told('b')])
    const two = withTold(one, [ended('a')])
    const three = withTold(two, [ended('b')])

    expect([idsOf(one), idsOf(two), idsOf(three)]).toEqual([['a', 'b'], ['b'], ['b']])
    expect([one, two, three].map(noted => noted?.over)).toEqual([false, false, true])
    expect(withTold(undefined, [ended('a')])).toBeUndefined()
    expect(withTold(three, [ended('c')])).toEqual(three)
  })

  it('begins anew in Slack when it comes back, and keeps what became of the retraining', () => {
    const retraining = { branch: 'b', state: 'merged', words: 'w' } as const
    const said = { kinds: ['shift' as const], retraining: '', over: true }
    const over = {
      ...withTold(undefined, [told('a')])!,
      over: true,
      retraining,
      slack: { thread: '1.2', said },
    }

    expect(withTold(over, [told('a')])).toMatchObject({ over: false, retraining })
    expect(withTold(over, [told('a')])).not.toHaveProperty('slack')
    expect(isUnfinished(over)).toBe(false)
    expect(isUnfinished({ ...over, slack: { said: { ...said, over: false } } })).toBe(true)
  })

  it('says in words that no model is named, and links to all of them', () => {
    const noted = withTold(undefined, [told('a')])!
    const links = { page: 'https://assay.example.com' }

    expect(alertIssue({ environment: 'staging' }, noted, links).title).toBe(
      'Alert: no model named in staging',
    )
    expect(alertIssue({}, noted, links).body()).toContain('[All models](https://assay.example.com)')
    expect(alertIssue(PLACE, noted, links).body()).toContain('[The model](')
  })

  it.each([
    ['it is one of the model', 'staging', ['staging'], 'staging'],
    ['it is none of the model', 'made-up', ['staging'], '?'],
    ['it cannot be one', '../x', undefined, '?'],
    ['nobody can tell', 'staging', undefined, undefined],
  ])('is of the issue of an environment by what is known: %s', (_, named, known, environment) => {
    expect(environmentFor(named, known)).toBe(environment)
  })

  it('goes on elsewhere once it is known where, and begins anew without that', () => {
    const both = withTold(undefined, [told('a', { environment: 'staging' }), told('b')])!
    const left = withMoved(both, ({ id }) => id === 'a', ['staging'])
    const none = withMoved(left, () => true, ['?'])

    expect([idsOf(left), left.over, none.over]).toEqual([['b'], false, true])
    const body = alertIssue({ model: 'fraud' }, none).body()
    expect(body).toContain('It goes on in the issues of: fraud in an unknown environment; fraud in staging.')
    expect(withTold(none, [told('c')])).not.toHaveProperty('moved')
  })

  it('holds many, of which twenty say what they are, what is broken first', () => {
    const many = crowdOf(150)
    const body = alertIssue(PLACE, many).body()
    expect(body.match(/^- .*: x+/gm)).toHaveLength(20)
    expect(body).toContain('- and 130 more')
    expect(isSameNoted(notedIn(body), many)).toBe(true)
    expect(body.length).toBeLessThan(20_000)

    const broken = withTold(many, [told('ff', { kind: 'breakage', name: 'Broken' })])!
    expect(alertIssue(PLACE, broken).body()).toMatch(/^- Broken/)
    const left = withTold(
      many,
      many.alerts.slice(0, 149).map(({ id }) => ended(id)),
    )!
    expect(left.over).toBe(false)
    // It says no more of itself until it is told of again.
    expect(alertIssue(PLACE, left).body()).toMatch(/^- shift, 2026-05-01-[^,]+$/m)
    expect(withTold(left, [ended(left.alerts[0]!.id)])).toMatchObject({ over: true })
  })

  it('is over where a person says so when more fire than there is room for', () => {
    const many = crowdOf(2100)
    const all = Array.from({ length: 2100 }, (_, at) => ended(idAt(at)))
    expect(alertIssue(PLACE, many).body()).toMatch(
      /^- more than there is room for, other: .* close the issue then/,
    )
    expect(isSameNoted(withTold(many, []), many)).toBe(true)
    const left = withTold(many, all)!
    expect([left.over, left.alerts.length]).toEqual([false, 1])
    expect(withTold({ ...many, over: true }, [told('a')])!.alerts).toHaveLength(1)
  })

  it('has room for what its alarms are about, however many and whatever they are called', () => {
    const features = Array.from({ length: 2000 }, (_, at) => ({ name: '<'.repeat(196) + at, lastSeen: 5 }))
    const kinds = ['silence', 'breakage', 'shift', 'concept'] as const
    const alarms = kinds.map(kind => ({ kind, level: 'critical' as const, since: 1, lastSeen: 5, features }))
    const usual = features.slice(0, 60).map((_, at) => ({ name: `mean_amount_of_${at}_days`, lastSeen: 5 }))

    const noted = withAlarms(withTold(undefined, [told('a')])!, alarms)
    const body = alertIssue(PLACE, noted).body()
    expect(body.length).toBeLessThan(30_000)
    expect(isSameNoted(notedIn(body), noted)).toBe(true)
    expect(noted.drift!.map(one => one.features.length > 0)).toEqual([true, true, true, true])
    expect(withAlarms(noted, [{ ...alarms[2]!, features: usual }]).drift![0]!.features).toEqual(usual)
  })

  it('is read from an issue as it was written, whatever the labels say', () => {
    const text = fc.oneof(fc.string({ unit: anyCharacter, maxLength: 300 }), hostileText(20), fc.constant(''))
    const alert = fc.record({
      name: text,
      severity: text,
      release: text,
      since: text,
      summary: text,
      environment: text,
    })
    fc.assert(
      fc.property(
        fc.array(alert, { minLength: 1, maxLength: 5 }),
        fc.integer({ max: 30 }),
        (alerts, others) => {
          const crowd = Array.from({ length: others }, (_, at) =>
            told(idAt(at), { ...alerts[at % alerts.length], kind: at % 2 ? 'breakage' : 'other' }),
          )
          const noted = withTold(undefined, [...alerts.map((one, at) => told(`${at}`, one)), ...crowd])!
          const body = alertIssue(PLACE, noted).body()
          const issue = `${alertMarker(PLACE)}\n${body}`

          expect(isSameNoted(notedIn(issue), noted)).toBe(true)
          expect(alertSubjectIn(issue)).toEqual(PLACE)
          const line = notedLine(noted)
          expect(line).not.toMatch(/[\r\n@#]|--[^>]*-->.|>.*-->/)
          // What is shown mentions nobody and starts no markup of its own.
          expect(body.replace(line, '')).not.toMatch(/<!--|<[a-z]|(?:^|[^\w`\\\u200b])@\w/i)
        },
      ),
      cases(200),
    )
  })

  it.each(['', '<!-- assay:alert v1 {} -->', '<!-- assay:alert v1 {"alerts" -->', 'assay:alert v1'])(
    'is nothing where the line is broken: %s',
    body => expect(notedIn(body)).toBeUndefined(),
  )
})

describe('what is said in Slack', () => {
  const noted = (change: Partial<Noted> = {}): Noted => ({
    ...withTold(undefined, [told('a')])!,
    words: '',
    ...change,
  })
  const said = (one: Noted, way = THREAD) => {
    const due = slackDue(PLACE, one, {}, way)
    return { ...one, slack: { ...one.slack, said: due?.said ?? one.slack!.said! } }
  }
  const textOf = (one: Noted, way = THREAD) => slackDue(PLACE, one, {}, way)?.message.text
  const THREAD = { threads: true, onCall: 'U0ADA' }
  const HOOK = { threads: false, onCall: 'here' }
  const merged = { branch: 'b', state: 'merged', words: 'pull request 3 was merged' } as const

  it('is each thing once in a thread', () => {
    const begun = said(noted())
    const broken = {
      ...begun,
      alerts: [...begun.alerts, { ...begun.alerts[0]!, id: 'b', kind: 'breakage' as const }],
    }

    expect(textOf(noted())).toBe('fraud in staging: shift')
    expect(textOf(begun)).toBeUndefined()
    const due = slackDue(PLACE, broken, {}, THREAD)!
    expect(due.message.blocks[0]).toMatchObject({
      text: { text: expect.stringContaining('Fires as well: breakage') },
    })
    expect(JSON.stringify(due.message.blocks)).toContain('<@U0ADA> a person has to look')
    expect(textOf(said(broken))).toBeUndefined()
    expect(textOf({ ...begun, retraining: merged })).toBe('Retraining: pull request 3 was merged')
    const over = { ...begun, over: true }
    expect(textOf(over)).toBe('Over: fraud in staging')
    const moved = { ...over, moved: ['production'] }
    expect(textOf(moved)).toBe('It goes on in the issues of: fraud in production.')
    expect(textOf(said(over))).toBeUndefined()
    expect(textOf({ ...said(over), retraining: merged })).toBe('Retraining: pull request 3 was merged')
  })

  it('is the start, what begins beside it, and the end by a webhook', () => {
    const begun = said(noted(), HOOK)
    const over = { ...begun, over: true, retraining: merged }

    expect(textOf(noted(), HOOK)).toBe('fraud in staging: shift')
    expect(textOf({ ...begun, retraining: merged }, HOOK)).toBeUndefined()
    const broken = {
      ...begun,
      alerts: [...begun.alerts, { ...begun.alerts[0]!, id: 'b', kind: 'breakage' as const }],
    }
    expect(textOf(broken, HOOK)).toBe('fraud in staging: shift, breakage')
    expect(textOf(said(broken, HOOK), HOOK)).toBeUndefined()
    expect(textOf(over, HOOK)).toBe('Over: fraud in staging')
    expect(textOf(said(over, HOOK), HOOK)).toBeUndefined()
  })

  it('is nothing of what was over before it could be said', () => {
    expect(textOf(noted({ over: true }))).toBeUndefined()
  })

  it('is markup of ours alone, and no longer than Slack takes', () => {
    const text = fc.oneof(hostileText(20), fc.constantFrom('<!channel>', '&'.repeat(5000)))
    const alert = fc.record({ name: text, severity: text, release: text, summary: text })
    fc.assert(
      fc.property(fc.array(alert, { minLength: 1, maxLength: 12 }), text, (alerts, words) => {
        const one = withTold(
          undefined,
          alerts.map((alert, at): ToldAlert => told(at.toString(16), alert as Partial<Alert>)),
        )!
        const links = { issue: 'https://forge.example/issues/1?a=b&c', page: 'https://x/<!channel>' }
        const { blocks } = slackDue(PLACE, { ...one, words }, links, THREAD)!.message
        for (const { text } of blocks.flatMap(block => ('elements' in block ? [] : [block]))) {
          expect(text.text.length).toBeLessThanOrEqual(3000)
          if (text.type === 'plain_text') expect(text.text).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/)
        }
        expect(blocks.at(-1)).toEqual({
          type: 'context',
          elements: [{ type: 'mrkdwn', text: '<https://forge.example/issues/1?a=b&amp;c|Issue>' }],
        })
      }),
      cases(200),
    )
  })
})
