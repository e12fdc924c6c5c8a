import * as fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { COMMANDS, readComment } from '../../../src/core/chatops/grammar.ts'
import { overviewCsv } from '../../../src/core/page/csv.ts'
import { renderModel } from '../../../src/core/page/model.ts'
import type { SeenOverview } from '../../../src/core/page/overview.ts'
import { renderOverview } from '../../../src/core/page/page.ts'
import type { Story } from '../../../src/core/page/story.ts'
import { parseView, SORTS, STATE_FILTERS, viewQuery } from '../../../src/core/page/view.ts'
import { LIVE_SCRIPT } from '../../../src/services/web/live-script.ts'
import { anyCharacter } from '../../support/any-character.ts'
import { release } from '../../support/releases.ts'
import { cases } from '../../support/rounds.ts'
import { cell, NOW, organisation, STORY, seenOf } from './overviews.ts'

function page(seen: SeenOverview[], query = '', login = 'ada'): string {
  const view = parseView(new URLSearchParams(query))
  const viewer = { login, maySignOut: true }
  return renderOverview(seen, {
    view,
    viewer,
    now: NOW,
    version: '1.0.0',
    script: LIVE_SCRIPT,
  })
}

/** Text of a part of the page, as somebody reads it. */
const shown = (html: string) =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<script>.*?<\/script>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/\s+/g, ' ')
const card = (html: string, title: string) =>
  shown(new RegExp(`<h2>${title}.*?</section>`, 's').exec(html)![0])
const models = (html: string) =>
  [...html.matchAll(/<th scope=row>(.*?)<td /gs)].map(([, name]) => name!.replace(/<[^>]*>/g, ''))

describe('the page', () => {
  it('says what needs the viewer, what is wrong, and where each version is', () => {
    const waits = '2026-05-31-000001f waits for approval, pull request 12'
    const html = page([
      seenOf([
        cell('churn', 'staging'),
        cell('churn', 'production', {
          state: 'person',
          waits,
          pullRequest: { number: 12, url: 'https://github.example/acme/deploy/pull/12' },
          reviewers: ['Ada'],
        }),
        cell('fraud', 'production', { state: 'person', waits, reviewers: ['wim'] }),
        cell('spam', 'production', { state: 'wrong', waits: 'changed by hand: a.yaml:4 is b' }),
      ]),
    ])

    expect(card(html, 'Needs you')).toBe(
      ' Needs you (1) churn in production : 2026-05-31-000001f waits for approval, pull request 12. Asks Ada. acme/deploy 1 waits for others ',
    )
    expect(html).toContain('<a href="https://github.example/acme/deploy/pull/12">churn in production</a>')
    expect(card(html, 'Wrong now')).toContain('spam in production : changed by hand: a.yaml:4 is b.')
    expect(shown(html)).toContain(
      'churn skipped 2026-05-20-0000014 pass · 12 days skipped 2026-05-20-0000014 pass · 12 days ● needs somebody: 2026-05-31-000001f waits',
    )
    expect(shown(html)).toContain('acme/deploy, read at 2026-06-01 11:59 UTC')
  })

  it('takes nobody for asked who may not write, or is not named', () => {
    const asked = cell('churn', 'production', { state: 'person', waits: 'waits for approval' })
    const needs = (change: object, login: string, mayWrite = true) =>
      card(page([seenOf([{ ...asked, ...change }], { mayWrite })], '', login), 'Needs you')

    expect(needs({}, 'wim')).toContain('(1)')
    expect(needs({}, 'wim', false)).toContain('(0)')
    expect(needs({ reviewers: ['ada'] }, 'wim')).toContain('(0)')
    expect(needs({ reviewers: ['acme/platform'] }, 'wim')).toContain('(1)')
  })

  it('says that what it shows is old, or could not be read', () => {
    const old = seenOf([cell('churn', 'production')], { failed: 'the forge answers 502' })
    old.overview!.readAt = NOW - 11 * 60_000
    const unread: SeenOverview = {
      repository: 'acme/other',
      mayWrite: false,
      failed: 'the forge answers 502',
    }

    const html = page([old, unread])

    expect(card(html, 'Wrong now')).toMatch(
      /acme\/deploy was last read at 2026-06-01 11:49 UTC; .*the forge answers 502\. .*acme\/other could not be read: the forge answers 502\./,
    )
    expect(shown(html)).toContain('read at 2026-06-01 11:49 UTC, which is long ago')
  })

  it('filters and sorts by the address, and the CSV is of the same rows', () => {
    const seen = [
      seenOf([
        cell('a', 'production', { ageDays: 3, owner: 'Wim' }),
        cell('b', 'production', { ageDays: 30, state: 'waits', until: NOW + 9e6, waits: 'soak' }),
        cell('c', 'production', { ageDays: 9, state: 'wrong', waits: 'by hand' }),
        cell('d', 'production', { state: 'waits', until: NOW + 1e6, waits: 'soak' }),
      ]),
    ]
    expect(models(page(seen))).toEqual(['a', 'b', 'c', 'd'])
    expect(models(page(seen, 'sort=age'))).toEqual(['b', 'd', 'c', 'a'])
    expect(models(page(seen, 'sort=state'))).toEqual(['c', 'b', 'd', 'a'])
    expect(models(page(seen, 'sort=until'))).toEqual(['d', 'b', 'a', 'c'])
    expect(models(page(seen, 'state=waits&sort=until'))).toEqual(['d', 'b'])
    expect(models(page(seen, 'state=open'))).toEqual(['b', 'c', 'd'])
    expect(models(page(seen, 'q=wim'))).toEqual(['a'])
    expect(page(seen, 'q=nowhere')).toContain('No model is like that.')
    expect(page(seen, 'state=waits&q=b')).toContain('href="/page.csv?q=b&#38;state=waits"')
    const csv = overviewCsv(seen, parseView(new URLSearchParams('state=waits&sort=until')))
    const { data } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true })
    expect(data.map(({ model, state, until }) => [model, state, until])).toEqual([
      ['d', 'waits', '2026-06-01T12:16:40.000Z'],
      ['b', 'waits', '2026-06-01T14:30:00.000Z'],
    ])
  })

  it('shows 200 models in four environments in at most 120 kB', () => {
    const html = page([seenOf(organisation(200))])

    expect(models(html)).toHaveLength(200)
    expect(Buffer.byteLength(html)).toBeLessThan(120_000)
  })

  it('stays as small where they are in many repositories', () => {
    const seen = Array.from({ length: 60 }, (_, at) => {
      const { overview, ...one } = seenOf(organisation(4))
      const repository = `acme-data-science/deploy-late-flights-of-region-${at}`
      return { ...one, repository, overview: { ...overview!, repository } }
    })
    const html = page(seen)
    expect(models(html).length).toBeGreaterThan(100)
    expect(html).toContain('The next, from')
    expect(Buffer.byteLength(html)).toBeLessThan(120_000)
  })

  it('stays as small however many there are and whatever they say, and every model is on some page', () => {
    const cells = organisation(400).map(one => ({
      ...one,
      state: 'person' as const,
      waits: '<'.repeat(2000),
    }))
    const names: string[] = []
    for (let query: string | undefined = ''; query !== undefined; ) {
      const html = page([seenOf(cells)], query)
      expect(Buffer.byteLength(html)).toBeLessThan(150_000)
      names.push(...models(html))
      query = /href="\/(\?from=\d+)#models">The next/.exec(html)?.[1]
    }

    expect(names).toHaveLength(400)
    expect(new Set(names).size).toBe(400)
  })

  it('shows text of others as text, wherever it stands', () => {
    fc.assert(
      fc.property(HOSTILE, HOSTILE, HOSTILE, (one, two, three) => {
        const seen: SeenOverview[] = [
          seenOf(
            [
              cell(one, 'production', {
                state: 'person',
                version: two,
                waits: three,
                owner: one,
                reviewers: [two],
                pullRequest: { number: 1, url: three },
              }),
              cell(two, one, { state: 'wrong', waits: one }),
            ],
            { repository: three, failed: two },
          ),
          { repository: one, mayWrite: false, failed: three },
        ]
        seen[0]!.overview!.repository = three
        seen[0]!.overview!.environments = ['production', one]
        const query = new URLSearchParams({ q: one }).toString()
        for (const html of [page(seen, '', three), page(seen, query, two)]) {
          expect(faultsOf(html)).toEqual([])
        }
        const csv = overviewCsv(seen, parseView(new URLSearchParams()))
        const { data } = Papa.parse<string[]>(csv, { skipEmptyLines: true })
        expect(data).toHaveLength(3)
        expect(data.flat().filter(value => /^\s*[=+@|%＝＋－＠]/.test(value))).toEqual([])
      }),
      cases(100),
    )
  })

  it('tells the story of a model, and shows text of others in it as text', () => {
    const viewer = { login: 'ada', maySignOut: false }
    const html = (story: Story) =>
      renderModel(story, { viewer, now: NOW, version: '1.0.0', script: LIVE_SCRIPT })

    expect(shown(html(STORY))).toContain(
      '2026-05-20-0000014 into production ◔ waits : soak in staging until 2026-06-02 02:00 UTC ● needs somebody : verdict fail, needed: pass',
    )
    expect(shown(html(STORY))).toContain(
      '2026-05-01-0000001 2026-05-01 08:00 UTC 2026-05-01 09:00 UTC 60 min later, by ada 2026-05-02 10:00 UTC 1 day later, for 30 days 2026-05-05 10:00 UTC 4 days later, serves',
    )
    expect(shown(html(STORY))).toMatch(/version verdict roc_auc .*2026-05-20-0000014 pass 0\.\d+ \+0\.\d+ \(/)
    fc.assert(
      fc.property(HOSTILE, HOSTILE, (one, two) => {
        const hostile: Story = {
          ...STORY,
          repository: one,
          environments: [two],
          model: one,
          cells: [cell(one, two, { owner: one, waits: two })],
          inFlight: [{ environment: one, version: two, conditions: [{ words: one, alone: false }] }],
          clusters: [{ environment: one, cluster: two, state: 'unknown', reasons: [one, two] }],
          stays: [{ environment: two, release: { ...release(1), by: one, version: two }, from: NOW }],
        }
        expect(faultsOf(html(hostile))).toEqual([])
      }),
      cases(50),
    )
  })

  it('has a row for each of several clusters, with since when and what is said of it', () => {
    const viewer = { login: 'ada', maySignOut: false }
    const clusters = [
      { environment: 'production', cluster: 'eu', state: 'live' as const, reasons: [], healthySince: NOW },
      {
        ...{ environment: 'production', cluster: 'us', state: 'degraded' as const },
        reasons: ['Deployment churn: 0 of 2 pods are ready', 'its sync has failed'],
      },
    ]
    const html = renderModel(
      { ...STORY, clusters },
      { viewer, now: NOW, version: '1.0.0', script: LIVE_SCRIPT },
    )

    expect(shown(html)).toMatch(
      /In each cluster, as Argo CD said at [\d-]+ [\d:]+ UTC cluster environment state since what is said of it eu production ✔ live [\d-]+ [\d:]+ UTC us production ✖ degraded Deployment churn: 0 of 2 pods are ready; its sync has failed/,
    )
    expect(faultsOf(html)).toEqual([])
  })

  it('has the commands on a model as they are understood, but for what its reader fills in', () => {
    const viewer = { login: 'ada', maySignOut: false }
    const html = renderModel(STORY, { viewer, now: NOW, version: '1.0.0', script: LIVE_SCRIPT })
    const lines = [...html.matchAll(/<pre[^>]*>(.*?)<\/pre>/gs)].flatMap(([, text]) => text!.split('\n'))
    const read = lines.map(line =>
      readComment(
        line.replace('DATE', '2026-07-01').replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(code)),
      ),
    )
    const names = read.map(said => (said.kind === 'command' ? said.command.name : said))
    expect(new Set(names)).toEqual(new Set(Object.keys(COMMANDS).filter(name => name !== 'help')))
    expect(lines).toContain('/assay promote production churn')
    expect(lines.filter(line => line.startsWith('/assay waive roc'))).toHaveLength(1)
  })

  it('takes any address, and a view is its address', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const view = parseView(new URLSearchParams(text))
        expect(parseView(new URLSearchParams(viewQuery(view)))).toEqual(view)
      }),
      cases(200),
    )
    const all = fc.record({
      text: fc.string({ maxLength: 90 }).map(text => text.trim()),
      state: fc.constantFrom(...STATE_FILTERS),
      sort: fc.constantFrom(...(Object.keys(SORTS) as (keyof typeof SORTS)[])),
      from: fc.nat(999_999),
    })
    fc.assert(
      fc.property(all, view => {
        expect(parseView(new URLSearchParams(viewQuery(view)))).toEqual(view)
      }),
      cases(200),
    )
  })
})

const ATTACKS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><script>x</script>',
  '</table></main>',
  '{{7*7}}',
  'javascript:alert(1)',
  '=HYPERLINK("http://evil")',
  '\u202egnp.exe',
  'a\u0000b\r\nc',
  '<!--',
  '&lt;b&gt;&#60;b>',
]
const HOSTILE = fc
  .array(fc.oneof(fc.constantFrom(...ATTACKS), fc.string({ maxLength: 12, unit: anyCharacter })), {
    maxLength: 3,
  })
  .map(parts => parts.join(''))
const KNOWN_TAGS = new Set(
  '!doctype html head meta title style body a header p div form button main h1 h2 section ul li strong span small label input select option table caption thead tbody tr th td b footer nav pre br'.split(
    ' ',
  ),
)

const KNOWN_ATTRIBUTES = new Set(
  'lang charset name content class href id method action type aria-label aria-labelledby aria-hidden role for maxlength value selected tabindex scope hidden data-at data-part data-row data-of'.split(
    ' ',
  ),
)

/** Names and values of the attributes in all tags. */
function attributesOf(html: string): string[][] {
  return [...html.matchAll(/<[a-z]\w*([^>]*)>/gi)].flatMap(([, inside]) =>
    [...inside!.matchAll(/([^\s=]+)(?:=(?:"([^"]*)"|([^\s"]+)))?/g)].map(([, name, quoted, bare]) => [
      name!,
      quoted ?? bare ?? '',
    ]),
  )
}

/** What no text of others may bring in: tags, attributes, addresses, and characters that nobody sees. */
function faultsOf(page: string): string[] {
  const own = `<script>${LIVE_SCRIPT}</script>`
  const html = page.replace(own, '')
  return [
    ...(page.endsWith(`${own}\n</body>\n</html>\n`) ? [] : ['no script of ours at the end']),
    ...tagsOf(html).filter(tag => !KNOWN_TAGS.has(tag)),
    ...attributesOf(html).flatMap(([name, value]) => [
      ...(KNOWN_ATTRIBUTES.has(name!) ? [] : [name!]),
      ...(name === 'href' && !/^(https?:|[/#])/.test(value!) ? [value!] : []),
    ]),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
    ...(html.match(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069\u200b]/g) ?? []),
  ]
}

function tagsOf(html: string): string[] {
  return [...html.matchAll(/<\/?([!a-z][a-z0-9]*)/gi)].map(([, tag]) => tag!.toLowerCase())
}
