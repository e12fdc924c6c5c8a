import { describe, expect, it } from 'vitest'
import { type Activity, renderActivity } from '../../../src/core/page/activity.ts'
import { type Health, renderHealth } from '../../../src/core/page/health.ts'

const NOW = Date.parse('2026-06-01T12:00:00Z')
const SINCE = NOW - 3_600_000
const FRAME = { viewer: { login: 'ada', maySignOut: true }, now: NOW, version: '1.2.3' }
const HOSTILE = '<script>alert(1)</script> "\u202e @ada [x](javascript:1)'

function done(change: Partial<Activity> = {}): Activity {
  return { at: NOW, repository: 'acme/deploy', words: 'proposed', end: 'written', isFound: false, ...change }
}

function health(change: Partial<Health> = {}): Health {
  return {
    since: SINCE,
    queue: { waiting: 0, running: 0, paused: 2 },
    hooks: [],
    hooksUnseen: 0,
    isLossy: false,
    found: 0,
    failed: [],
    problems: [],
    ...change,
  }
}

describe('the page of what the bot did', () => {
  it('marks what no event told of, and what was not done', () => {
    const html = renderActivity(
      [done({ isFound: true }), done({ end: 'failed', words: 'the App has no right' }), done()],
      { ...FRAME, since: SINCE },
    )
    expect(html.match(/No event told of it/g)).toHaveLength(1)
    expect(html).toContain('<span class="bad">Not done:</span> the App has no right')
    expect(html).toContain('3 things since 2026-06-01 11:00 UTC; of 1 no event told')
  })

  it('shows the last two hundred, and texts of others as text', () => {
    const many = Array.from({ length: 300 }, (_, at) => done({ words: `number ${at} ${HOSTILE}` }))
    const html = renderActivity(many, { ...FRAME, since: SINCE })
    expect(html.match(/<tr><th scope="row">/g)).toHaveLength(200)
    expect(html).not.toMatch(/<script>alert|\u202e/)
    expect(renderActivity([], { ...FRAME, since: SINCE })).toContain('Nothing that you may see.')
  })
})

describe('the page of how the bot is', () => {
  it('is well where nothing is wrong', () => {
    const html = renderHealth(health(), FRAME)
    expect(html).toContain('All is well')
    expect(html).toContain('Wrong now (0)')
    expect(html).toContain('0 wait, 0 under way, 2 at a later time')
    expect(html).toBe(renderHealth(health(), FRAME))
  })

  it('says all that is wrong, with what to do, as text', () => {
    const html = renderHealth(
      health({
        hooks: [{ what: 'the App has no webhook', fix: 'set it' }],
        isLossy: true,
        surveyedAt: NOW,
        failed: [{ what: 'The round survey failed', why: HOSTILE }],
        problems: [{ at: NOW, repository: 'acme/model', what: HOSTILE, fix: 'grant it' }],
      }),
      FRAME,
    )
    expect(html).toContain('Wrong now (4)')
    expect(html).toContain('<strong>The App has no webhook</strong>: set it.')
    expect(html).toContain('Grant it.')
    expect(html).toContain('Events could not be delivered')
    expect(html).toContain('<td>2026-06-01 12:00 UTC</td>')
    expect(html).not.toMatch(/<script>alert|\u202e/)
  })
})
