import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeTraffic, type WindowCounts } from '../../../../src/core/traffic/drift/judge.ts'
import type { ModelProfile } from '../../../../src/core/traffic/profile/profile.ts'
import { renderDriftHtml } from '../../../../src/core/traffic/report/html.ts'
import { renderDriftMarkdown } from '../../../../src/core/traffic/report/markdown.ts'
import { hostileText } from '../../../support/hostile.ts'
import { PROFILE, tenOf, windowOf } from '../drift/profiles.ts'

const BUDGET = { alarms: 1, days: 30 }
const SCORE = { edges: [0.5], means: [0.25, 0.75], labels: { '0': [4000, 1000], '1': [1000, 4000] } }
/** Half a standard deviation up. */
const HALF_UP = [37, 55, 66, 75, 85, 95, 107, 122, 148, 210, 0, 0]

function judged(shift: WindowCounts, profile: ModelProfile = PROFILE) {
  return judgeTraffic({ profile, shift, budget: BUDGET })
}

/** What a reader sees of the page, one space between words. */
function textOf(html: string): string {
  return html
    .replace(/<(style|title)>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
}

/** Tags of the page, without what is text in it. */
function tagsOf(html: string): string[] {
  return (html.match(/<[^>]*>/g) ?? []).map(tag => tag.replace(/ aria-label="[^"]*"/, ''))
}

/** The row of a bin: its name, both shares, and how long the two bars are beside each other. */
function binOf(html: string, name: string) {
  const row = html.split('\n').find(line => line.startsWith(`<tr><th scope="row">${name}</th>`))!
  const widths = [...row.matchAll(/width="([\d.]+)%"/g)].map(([, width]) => Number(width))
  return { text: textOf(row).trim(), widths }
}

describe('drift.html', () => {
  it('says the verdict first, then shows what has changed bin by bin, in numbers and in bars of that length', () => {
    const html = renderDriftHtml(judged(windowOf(1000, { income: HALF_UP })))

    expect(html).toMatch(/<h1>.*critical: shift in 1 of 3 features over 1,000 rows<\/h1>/)
    expect(textOf(html)).toMatch(
      /income critical: shift PSI 0\.\d+, cut-off 0\.0\d+ 1,000 rows against 10,000/,
    )
    expect(binOf(html, '9 and above')).toEqual({ text: '9 and above 10 % 21 %', widths: [47.6, 100] })
    expect(binOf(html, 'below 1')).toEqual({ text: 'below 1 10 % 3.7 %', widths: [47.6, 17.6] })
    expect(html).not.toContain('<th scope="row">no number</th>')
  })

  it('shows how much would be needed where it cannot be told, and is not green', () => {
    const text = textOf(renderDriftHtml(judged(windowOf(60))))

    expect(text).toContain('⚪ cannot tell in 3 of 3 features over 61 rows This is not green')
    expect(text).toMatch(/income 60 rows are too few to tell: \d+ are needed 60/)
  })

  it('shows what the model answers also where that is steady, and what its score means now', () => {
    const profile = { ...PROFILE, score: SCORE }
    const window = windowOf(2000, { __score__: [1000, 1000, 0, 0] })
    const labels = new Map([
      ['0', [600, 400]],
      ['1', [400, 600]],
    ])
    const html = renderDriftHtml(judged({ ...window, labels }, profile))

    expect(html).toMatch(/<h1>.*the same score means another outcome than before<\/h1>/)
    expect(textOf(html)).toContain('Score of the model steady')
    expect(textOf(html.slice(html.indexOf('Concept')))).toContain(
      'below 0.5 (mean 0.250) 20 % 40 % 1,000 0.5 and above (mean 0.750) 80 % 60 % 1,000',
    )
    expect(textOf(html)).toContain('AUC 0.800 → 0.600')
  })

  it('needs neither script nor network, and forbids both', () => {
    const html = renderDriftHtml(judged(windowOf(1000, { income: HALF_UP })))

    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`)
    expect(
      tagsOf(html).filter(tag => /^<(script|link|img|image|use|a|form|iframe)\b| on\w+=/.test(tag)),
    ).toEqual([])
    expect(html).not.toMatch(/url\(|@import/)
  })

  it('shows whatever features and categories are called as text, in page and Markdown', () => {
    const categories = fc.uniqueArray(hostileText(), {
      minLength: 2,
      maxLength: 2,
      selector: one => one.trim(),
    })
    fc.assert(
      fc.property(hostileText(), categories, (name, [one, other]) => {
        const plan = {
          name,
          type: 'category',
          categories: [one!, other!],
          counts: [5000, 5000],
          missing: 0,
          pooled: 0,
        }
        const profile = { ...PROFILE, features: [plan] } as ModelProfile
        const harmless = {
          ...profile,
          features: [{ ...plan, name: 'n', categories: ['a', 'b'] }],
        } as ModelProfile
        const of = (about: ModelProfile) =>
          judged({ minutes: 1440, features: new Map([[about.features[0]!.name, [900, 100, 0, 0]]]) }, about)

        expect(tagsOf(renderDriftHtml(of(profile)))).toEqual(tagsOf(renderDriftHtml(of(harmless))))
        const lines = renderDriftMarkdown(of(profile)).split('\n')
        expect(lines.map(line => line.split('|').length)).toEqual(
          renderDriftMarkdown(of(harmless))
            .split('\n')
            .map(line => line.split('|').length),
        )
      }),
    )
  })

  it('stays below 500 kB with 100 features of 20 bins that all have shifted', () => {
    const edges = Array.from({ length: 19 }, (_, at) => 1000.5 + at * 37.25)
    const features = Array.from({ length: 100 }, (_, at) => ({
      name: `mean_amount_of_the_last_${at}_days`,
      type: 'number' as const,
      edges,
      counts: new Array<number>(20).fill(500),
      missing: 0,
    }))
    const live = [...Array.from({ length: 20 }, (_, at) => 10 + 9 * at), 3, 2]
    const counted = new Map(features.map(({ name }) => [name, live]))
    const html = renderDriftHtml(judged({ minutes: 1440, features: counted }, { ...PROFILE, features }))

    expect(html.match(/<figure>/g)?.length).toBe(100)
    expect(Buffer.byteLength(html)).toBeLessThan(500_000)
  })

  it('puts the worst first, where a long list is cut', () => {
    const wide = { ...PROFILE.features[1]!, counts: tenOf(1000) }
    const features = Array.from({ length: 60 }, (_, at) => ({ ...wide, name: `f${at}` }))
    const counted = features.map(({ name }, at) => [name, at === 59 ? HALF_UP : [...tenOf(5), 0, 0]] as const)
    const verdict = judged({ minutes: 1440, features: new Map(counted) }, { ...PROFILE, features })

    expect(renderDriftMarkdown(verdict)).toMatch(/🔴 critical \| f59 /)
    expect(renderDriftMarkdown(verdict)).toContain('And 10 more.')
  })
})
