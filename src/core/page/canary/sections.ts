import { spanSeconds } from '../../deploy-config/canary.ts'
import { GUARDRAILS } from '../../deploy-config/guardrails.ts'
import { countedIn } from '../../deploy-config/mesh.ts'
import { htmlText, htmlWords } from '../../report/html/text.ts'
import { sequencePlot } from '../../report/plots/sequence.ts'
import { minuteWords } from '../../text/instant-words.ts'
import { changeText, count, formatCount, formatDuration } from '../../text/numbers.ts'
import { OLDEST_COUNTS } from '../../traffic/canary/judge.ts'
import { BROKEN } from '../../traffic/canary/split.ts'
import type {
  CanaryMetric,
  ConversionEvidence,
  HarmEvidence,
  Rate,
  SplitEvidence,
} from '../../traffic/canary/verdict.ts'
import { percentWords } from '../../traffic/canary/words.ts'
import { OTHERS } from '../../traffic/exposures/slices.ts'
import { type CanaryStep, type CanaryWatching, canaryNow } from '../../traffic/watch/canary-watching.ts'
import { rowsTable } from '../table.ts'

/** What the verdict on a canary rests on, section by section: as it was seen last. */

type Stepping = CanaryWatching & { step: CanaryStep }

/** Whether what is shown was true a moment ago, and the last look saw it. */
export function isSeenNow(watching: CanaryWatching, now: number): boolean {
  return canaryNow(watching, now).evidence !== undefined
}

/** Whether each release gets what it was given. */
export function splitHtml({ step: { file }, course }: Stepping): string {
  const evidence = course?.seen?.evidence
  const { split } = evidence ?? {}
  if (!evidence || !split) return '<p>Nothing has come yet.</p>'
  const { declared, seen, units } = split
  const { meshSplit } = evidence
  const challenger = Math.round(seen * units)
  return facts('Units of each release', [
    ['Declared', `${percentWords(declared)} of the ${file.unit}s to the challenger`],
    ['Seen', seenHtml(split)],
    ...(meshSplit
      ? [['By the mesh', `${seenHtml(meshSplit)}, of ${count(meshSplit.units, 'request')}`] as const]
      : []),
    [
      'n',
      `${count(units, file.unit)}: ${formatCount(challenger)} met the challenger, ${formatCount(units - challenger)} the champion`,
    ],
    ['Met both', `${count(evidence.metBoth, file.unit)}, counted in neither`],
    [
      'Not attributed',
      `${count(evidence.unattributed, 'event')} without a ${file.unit} or of another release`,
    ],
  ])
}

/** Conversion of both and the difference over time. */
export function conversionHtml({ step: { file, rules }, course }: Stepping): string {
  const { outcome, within, margin } = file.conversion
  const what = `<p>Of the ${file.unit}s that came, the share with <strong>${htmlText(outcome)}</strong> within ${htmlText(within)} of their first contact; each is counted once that time is over.</p>`
  const seen = course?.seen
  const conversion = seen?.evidence.conversion
  const { outcomes } = seen?.evidence ?? {}
  const come =
    outcomes === undefined
      ? ''
      : `<p class="note">${count(outcomes, 'outcome')} so far, with those of ${file.unit}s whose time is not over.</p>`
  if (!seen || !conversion)
    return `${what}\n<p>None has had its ${htmlText(within)} yet in both releases.</p>\n${come}`
  const { since } = seen.evidence
  const plot = sequencePlot(course.points, { since, horizon: since + rules.horizon, margin })
  const figure = plot
    ? `<figure>
<div class="plot" role="img" aria-label="${htmlWords(`${plot.title}. ${plot.description}`)}">${plot.svg}</div>
<figcaption class="note">${htmlWords(plot.description)}</figcaption>
<details><summary>Numbers over time</summary>
${rowsTable(
  plot.title,
  plot.table.head,
  plot.table.rows.map(row => row.map(htmlWords)),
)}
</details>
</figure>`
    : ''
  return [what, conversionTable(conversion), come, figure].filter(Boolean).join('\n')
}

/** Conversion of each slice; empty where none is asked for. */
export function slicesHtml({ step: { file }, course }: Stepping): string {
  if (file.slices === undefined) return ''
  const slices = course?.seen?.evidence.slices
  const column = `<strong>${htmlText(file.slices)}</strong>`
  if (!slices)
    return `<p>Nothing is counted by ${column}: it takes the collector, and a profile of the champion with that feature and its categories.</p>`
  const table = rowsTable(
    'Conversion in each slice',
    ['slice', 'challenger', 'champion', 'difference'],
    slices.map(({ name, challenger, champion, change }) => [
      name === OTHERS ? 'all others' : htmlText(name),
      challenger.units > 0 ? rateHtml(challenger) : '–',
      champion.units > 0 ? rateHtml(champion) : '–',
      change
        ? htmlWords(
            changeText({ value: change.difference, interval: { low: change.low, high: change.high } }),
          )
        : '<small>too few</small>',
    ]),
  )
  return `<p>By ${column} at the first contact. Nothing is decided by it. The intervals hold at every look, all of them together.</p>
${table}`
}

/** What must not become more frequent, each with its evidence beside what would be harm. */
export function guardrailsHtml({ step: { file }, course }: Stepping): string {
  const harm = course?.seen?.evidence.harm ?? []
  const seen = new Set(harm.map(({ metric }) => metric))
  const rest = file.guardrails.filter(metric => !seen.has(metric)).map(labelOf)
  const none = rest.length > 0 ? `<p class="note">Without ${file.unit}s yet: ${rest.join(', ')}.</p>` : ''
  const table = rowsTable(
    'Evidence of harm: it is shown where e reaches the limit, however often it is looked at',
    ['what', 'challenger', 'champion', 'evidence', 'limit'],
    harm.map(one => [
      htmlWords(labelOf(one.metric)),
      rateHtml(one.challenger),
      rateHtml(one.champion),
      evidenceHtml(one),
      formatCount(one.limit),
    ]),
  )
  const byMesh = countedIn(file).mesh.map(labelOf).join(' and ')
  const mesh = byMesh
    ? `<p class="note">${htmlWords(byMesh)}: of the requests that the proxies of ${htmlText(file.mesh?.series ?? 'the mesh')} count.</p>`
    : ''
  return `${table}${none}${mesh}`
}

/** How old what is shown is, and what that means. */
export function ageHtml(watching: Stepping, now: number): string {
  const { course, step } = watching
  if (!course) return '<p>Nothing has been looked at yet.</p>'
  const looked = `looked at ${minuteWords(course.lookedAt)}`
  if (!course.seen) return `<p>No counts of this step have been seen; ${looked}.</p>`
  const { asOf, evidence } = course.seen
  const grey = isSeenNow(watching, now)
    ? ''
    : ` <strong>Above stands what was true then, in grey: of now nothing is known.</strong>`
  return `<p>The newest counts are ${oldWords(asOf, now)}, of ${minuteWords(asOf)}; ${looked}. After ${formatDuration(OLDEST_COUNTS / 1000)} they say nothing of now.${grey}</p>
<p class="note">Counted since ${minuteWords(evidence.since)}; ${endWords(step, evidence.since)}.</p>`
}

/** When it is over, of what began at an instant. */
function endWords({ file, rules }: CanaryStep, since: number): string {
  return file.decide === undefined
    ? `the horizon of ${htmlText(file.horizon)} ends at ${minuteWords(since + rules.horizon)}`
    : `the experiment ends at ${minuteWords(since + spanSeconds(file.for) * 1000)}`
}

/** `20 s old`, of what was true at an instant. */
export function oldWords(asOf: number, now: number): string {
  return `${formatDuration(Math.max(0, Math.round((now - asOf) / 1000)))} old`
}

// --- internal ---

function labelOf(metric: CanaryMetric): string {
  return metric === 'conversion' ? 'conversion' : GUARDRAILS[metric].label
}

/** A share with its interval, and whether it can be what was declared. */
function seenHtml({ seen, low, high, e }: SplitEvidence): string {
  const isBroken = e >= BROKEN
  return `<b class="${isBroken ? 'bad' : 'good'}">${percentWords(seen)}</b> (${percentWords(low)} to ${percentWords(high)} at 95 %, at every look): ${isBroken ? 'not what was declared' : 'as declared, as far as it can be told'} <small>e ${evidenceNumber(e)}; from ${formatCount(BROKEN)} on it is not</small>`
}

/** Names and what they are, in HTML. */
function facts(caption: string, rows: readonly (readonly [string, string])[]): string {
  const body = rows.map(([name, words]) => `<tr><th scope="row">${name}</th><td>${words}</td></tr>`)
  return `<table class="facts">
<caption>${caption}</caption>
<tbody>
${body.join('\n')}
</tbody>
</table>`
}

function conversionTable({
  challenger,
  champion,
  difference,
  low,
  high,
  margin,
}: ConversionEvidence): string {
  const change = changeText({ value: difference, interval: { low, high } })
  return facts('Shares that convert', [
    ['Challenger', rateHtml(challenger)],
    ['Champion', rateHtml(champion)],
    ['Difference', `<b>${htmlWords(change)}</b>, where −${margin} is acceptable still`],
  ])
}

function rateHtml({ events, units }: Rate): string {
  return `${percentWords(events / units)} <small>${formatCount(events)} of ${formatCount(units)}</small>`
}

/** On the scale of logarithms: half of the bar is the root of the limit. */
function evidenceHtml({ e, limit }: HarmEvidence): string {
  const isHarm = e >= limit
  const share = Math.min(1, Math.max(0, Math.log(e) / Math.log(limit)))
  const bar = `<svg class="bar${isHarm ? ' over' : ''}" aria-hidden="true"><rect class="whole" width="100%" height="8"/><rect width="${Number((100 * share).toFixed(1))}%" height="8"/></svg>`
  return `<b class="${isHarm ? 'bad' : ''}">${isHarm ? 'harm' : 'none shown'}</b> <small>e ${evidenceNumber(e)}</small>${bar}`
}

function evidenceNumber(e: number): string {
  if (e >= 1e6) return 'over 1,000,000'
  if (e < 0.01) return 'below 0.01'
  return e >= 10 ? formatCount(e) : String(Number(e.toPrecision(2)))
}
