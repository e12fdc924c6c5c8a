import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderHtml } from '../../../../src/core/report/html/html.ts'
import { hostileResult, hostileText } from '../../../support/hostile.ts'
import { plots } from '../../../support/plot-data.ts'
import { STATES } from '../../../support/report-states.ts'
import { difference, result, slice } from '../../../support/results.ts'
import { cases } from '../../../support/rounds.ts'

const FULL = result({
  seeds: [
    {
      metric: 'accuracy',
      scores: [1, 2, 3].map(seed => ({ seed, candidate: 0.7 + seed / 100, champion: 0.69 })),
    },
  ],
  slices: [slice('ATL', 412, difference(-0.04, -0.06, -0.02)), slice('GUM', 4, difference(-0.5, -0.9, 0.1))],
})

/** Everything in a page that a browser could run, load or follow. */
function activeParts(html: string): string[] {
  return [
    ...(html.match(
      /<(?:script|foreignObject|iframe|object|embed|link|image|img|use|base|form|input|a)\b[^>]*>/gi,
    ) ?? []),
    ...(html.match(/\s(?:on\w+|href|xlink:href|src|srcset|action|formaction)\s*=\s*["'][^"']*["']/gi) ?? []),
    ...(html.match(/url\(\s*["']?(?!#)[^)]*\)|@import/gi) ?? []),
  ]
}

/** The page without what is text in it. */
function markupOf(html: string): string {
  return (html.match(/<[^>]*>|<style>[\s\S]*?<\/style>/g) ?? []).join('\n')
}

describe('report.html', () => {
  it('IO-012: holds no script and loads nothing, and its own rules forbid both', async () => {
    const html = await renderHtml(FULL, plots())

    expect(activeParts(markupOf(html))).toEqual([])
    expect(html).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
    )
    expect(html.match(/<svg /g)?.length).toBe(11)
  })

  it('IO-012: names and values from outside are text, in the page and in the pictures', async () => {
    const evil = '<svg onload="fetch(1)"><script>1</script><image href="http://evil/x"/></svg>"\' onerror=x'
    const evilSlices = [slice(evil, 400, difference(-0.04, -0.06, -0.02), { column: evil, metric: evil })]
    const hostile = result({
      model: 'm',
      slices: evilSlices,
      confusion: {
        classes: [evil, 'b'],
        candidate: [
          [1, 2],
          [3, 4],
        ],
      },
      seeds: [
        {
          metric: evil,
          scores: [
            { seed: 1, candidate: 1 },
            { seed: 2, candidate: 2 },
          ],
        },
      ],
      notes: evil,
      warnings: [evil],
      reproduce: evil,
    })

    const html = await renderHtml(hostile, plots(evil))

    expect(activeParts(markupOf(html))).toEqual([])
    expect(html).toContain('&#60;script&#62;')
  })

  it('property: whatever names and values hold', async () => {
    await fc.assert(
      fc.asyncProperty(hostileResult(), hostileText(), async (hostile, name) => {
        const html = await renderHtml(hostile, plots(name))

        expect(activeParts(markupOf(html))).toEqual([])
        expect(html.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
      }),
      cases(20),
    )
  })

  it('is the same bytes when made twice, also in one process', async () => {
    const first = await renderHtml(FULL, plots())
    await renderHtml(result(), plots('other'))

    expect(await renderHtml(structuredClone(FULL), plots())).toBe(first)
  })

  it('has a picture and its numbers for everything there is data for', async () => {
    const html = await renderHtml(FULL, plots())

    const titles = [...html.matchAll(/<h3>([^<]+)<\/h3>/g)].map(match => match[1])
    expect(titles).toEqual([
      'ROC curve',
      'Precision and recall',
      'Calibration',
      'Predicted against true',
      'Residuals',
      'Slices: change of accuracy',
      'Slices: accuracy',
      'Confusion matrix of the candidate',
      'Confusion matrix of the champion',
      'Seeds: accuracy',
      'GPU use over time',
    ])
    expect(html.match(/<div class="plot" role="img" aria-label="[^"]{20,}">/g)).toHaveLength(11)
    expect(html.match(/<summary>Numbers<\/summary>\n<div class="scroll"/g)).toHaveLength(11)
  })

  it('tells candidate and champion apart by more than colour', async () => {
    const html = await renderHtml(FULL, plots())

    const [roc] = html.split('<svg ').slice(1)
    expect(roc).toMatch(/stroke="#0072b2"(?![^>]*stroke-dasharray)/)
    expect(roc).toMatch(/stroke="#d55e00"[^>]*stroke-dasharray|stroke-dasharray[^>]*stroke="#d55e00"/)
  })

  it('SE-007: shows no number of a slice of fewer than ten rows', async () => {
    const html = await renderHtml(FULL, plots())

    expect(html).toContain(
      '<th scope="row">origin = GUM</th><td>accuracy</td><td class="number">&lt; 10</td>',
    )
    expect(html).not.toMatch(/\u22120\.50?\b|\u22120\.90?\b/)
  })

  it.each(Object.entries(STATES))(
    'has one heading with the verdict, tables with captions: %s',
    async (_, state) => {
      const html = await renderHtml(state, {})

      expect(html.match(/<h1>/g)).toHaveLength(1)
      expect(html).not.toMatch(/undefined|NaN/)
      expect(html.match(/<table\b/g)?.length ?? 0).toBe(html.match(/<caption>/g)?.length ?? 0)
      for (const tag of [
        'table',
        'section',
        'details',
        'figure',
        'div',
        'ul',
        'pre',
        'p',
        'dl',
        'span',
        'strong',
        'small',
      ])
        expect(html.match(new RegExp(`<${tag}[\\s>]`, 'g'))?.length ?? 0, tag).toBe(
          html.match(new RegExp(`</${tag}>`, 'g'))?.length ?? 0,
        )
    },
  )
})
