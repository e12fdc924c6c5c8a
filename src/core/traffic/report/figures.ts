import { htmlSentence, htmlText, htmlWords } from '../../report/html/text.ts'
import { plain } from '../../report/words/escape.ts'
import { count, formatCount, formatNumber } from '../../text/numbers.ts'
import type { ConceptDrift, FeatureDrift } from '../drift/verdict.ts'
import { binRows } from './json.ts'
import { STATE_SIGNS, share, stateWords } from './words.ts'

/**
 * Pictures of shares, bin by bin, as tables whose rows have two bars each: the numbers stand beside the bars, so nobody needs the
 * picture, and names of any length wrap on a phone. Small enough that a page has a hundred of them.
 */

/** A feature: live rows against those of the profile. */
export function featureFigure(feature: FeatureDrift, heading: 'h3' | 'h4' = 'h3'): string {
  const { state, rows, profileRows } = feature
  const bins = binRows(feature.bins)
    .filter(({ live, profile }) => live + profile > 0)
    .map(({ words, live, profile }) => ({
      words,
      before: profileRows === 0 ? 0 : profile / profileRows,
      now: rows === 0 ? 0 : live / rows,
    }))
  return figure({
    title: `<${heading}><span aria-hidden="true">${STATE_SIGNS[state]}</span> ${nameHtml(feature)}</${heading}>`,
    words: [
      `<strong>${stateWords(feature)}</strong>${psiHtml(feature)}`,
      `${count(rows, 'row')} against ${formatCount(profileRows)} of the profile.`,
      ...(feature.reason === undefined ? [] : [htmlSentence(`${capital(feature.reason)}.`)]),
    ],
    head: ['bin', 'profile', 'live'],
    label: `Shares of the rows of ${htmlText(shownName(feature.name))} in each bin`,
    bins: bins.map(bin => ({ ...bin, extra: [] })),
  })
}

/** How often it came true, score by score, beside what the score says: how well it is calibrated. */
export function conceptFigure({ bins }: ConceptDrift): string {
  const shareOf = ({ rows, positive }: { rows: number; positive: number }) =>
    rows === 0 ? undefined : positive / rows
  return figure({
    title: '',
    words: [],
    head: ['score', 'accepted', 'live', 'outcomes'],
    label: 'Share of positive outcomes at each score',
    bins: bins
      .filter(({ accepted, live }) => accepted.rows + live.rows > 0)
      .map(({ words, accepted, live, mean }) => ({
        words: `${words} (mean ${formatNumber(mean, THREE)})`,
        before: shareOf(accepted),
        now: shareOf(live),
        extra: [formatCount(live.rows)],
      })),
  })
}

/** A feature's name as it stands on the page. */
export function nameHtml({ name }: Pick<FeatureDrift, 'name'>): string {
  return OWN.get(name) ?? htmlText(shownName(name))
}

/** What figures look like: rules beside those of every page. */
export const FIGURE_STYLE = `
:root{--before:#57606a;--now:#0072b2}
@media screen and (prefers-color-scheme:dark){:root{--before:#9aa4af;--now:#4da3dd}}
figure h3,figure h4{margin:0 0 2px;font-size:1rem;overflow-wrap:anywhere}
figure p{margin:0 0 4px;font-size:.9rem;overflow-wrap:anywhere}
.bins{width:100%;min-width:0;table-layout:fixed;font-size:.85rem;margin-top:8px}
.bins th,.bins td{padding:3px 8px 3px 0;vertical-align:middle}
.bins tbody th{min-width:0;max-width:none;overflow-wrap:anywhere}
.bins thead th:first-child{width:32%}
.bins td:nth-child(n+3),.bins thead th:nth-child(n+3){text-align:right;width:5.4em;font-variant-numeric:tabular-nums;white-space:nowrap;padding-right:0}
.bins svg{display:block;width:100%;height:14px}
.bins rect{fill:var(--before)}.bins rect+rect{fill:var(--now)}
.bins i{display:inline-block;width:.7em;height:.7em;border-radius:2px;margin-right:5px;background:var(--before)}.bins i.now{background:var(--now)}
.psi{color:var(--soft)}
`

// --- internal ---

/** What the model answers goes by these names among the features. */
const OWN = new Map([
  ['__score__', 'Score of the model'],
  ['__prediction__', 'Prediction of the model'],
])

/** Three digits behind the point. */
const THREE = { interval: { low: 0, high: 0.04 } }

interface Figure {
  /** HTML. */
  title: string
  words: string[]
  label: string
  /** Of the bins, of both sides and of what else there is. */
  head: string[]
  bins: { words: string; before: number | undefined; now: number | undefined; extra: string[] }[]
}

function figure({ title, words, head, label, bins }: Figure): string {
  const [of, before, now, ...more] = head
  const most = Math.max(...bins.flatMap(one => [one.before ?? 0, one.now ?? 0]), Number.MIN_VALUE)
  const rows = bins.map(one => {
    const cells = [one.before, one.now].map(value => `<td>${value === undefined ? '–' : share(value)}</td>`)
    const extra = one.extra.map(text => `<td>${text}</td>`)
    return `<tr><th scope="row">${htmlWords(plain(one.words, 60))}</th><td>${bars(one, most)}</td>${cells.join('')}${extra.join('')}</tr>`
  })
  const rest = more.map(text => `<th scope="col">${text}</th>`).join('')
  return `<figure>
${[title, ...words.map(text => `<p>${text}</p>`)].filter(Boolean).join('\n')}
<table class="bins" aria-label="${label}">
<thead><tr><th scope="col">${of}</th><td></td><th scope="col"><i></i>${before}</th><th scope="col"><i class="now"></i>${now}</th>${rest}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</figure>`
}

/** The upper bar is what was accepted, the lower what is live. */
function bars({ before = 0, now = 0 }: Figure['bins'][number], most: number): string {
  const width = (value: number) => `${Number(((100 * value) / most).toFixed(1))}%`
  return `<svg aria-hidden="true"><rect width="${width(before)}" height="6"/><rect y="7" width="${width(now)}" height="6"/></svg>`
}

function psiHtml({ psi, cutOff }: FeatureDrift): string {
  if (cutOff === undefined) return ''
  return ` <span class="psi">PSI ${formatNumber(psi, THREE)}, cut-off ${formatNumber(cutOff, THREE)}</span>`
}

function capital(words: string): string {
  return `${words[0]!.toUpperCase()}${words.slice(1)}`
}

function shownName(name: string): string {
  return plain(name, 80)
}
