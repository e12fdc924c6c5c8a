import { minuteOf, minuteWords } from '../../text/instant-words.ts'
import { changeText, count } from '../../text/numbers.ts'
import type { Plot } from './plots.ts'

/**
 * Two shares and their difference over time, with the interval that holds at every look. Drawn by hand: no chart library, no
 * style attributes, and a page of a few kilobytes that is sent again each minute. Colours are rules of the page.
 */

/** What was known at one look. Shares from 0 to 1. */
export interface SequencePoint {
  /** Milliseconds. */
  at: number
  challenger: number
  champion: number
  /** Challenger less champion, and its interval. */
  difference: number
  low: number
  high: number
}

/**
 * The picture, in words and in numbers beneath it; the same points give the same bytes. Undefined before the first point.
 *
 * @param points in the order of time
 * @param of.since milliseconds: when the evidence began
 * @param of.horizon milliseconds: the instant until which the interval is promised
 * @param of.margin how much worse is acceptable, as a difference of shares
 */
export function sequencePlot(
  points: readonly SequencePoint[],
  { since, horizon, margin }: { since: number; horizon: number; margin: number },
): Plot | undefined {
  const last = points.at(-1)
  if (!last) return undefined
  const now = `${signedWords(last)}, the margin is −${margin}`
  return {
    title: 'Conversion of both releases, and the difference',
    description: `${count(points.length, 'look')} since ${minuteWords(points[0]!.at)}. Now the difference is ${now}. The shaded interval holds at every look, at 95 %, and is promised until ${minuteWords(horizon)}. A release that is not worse by more than the margin has all of it above the lower dashed line; at 0 there is no difference. Where it reaches the edge it goes further.`,
    svg: svgOf(points, { since, horizon, margin, last }),
    table: {
      head: ['time (UTC)', 'challenger', 'champion', 'difference (interval)'],
      rows: thinned(points, TABLE_ROWS).map(point => [
        minuteOf(point.at),
        percent(point.challenger),
        percent(point.champion),
        signedWords(point),
      ]),
    },
  }
}

// --- internal ---

/** Drawn for a phone and enlarged on wider pages, as all plots. */
const WIDTH = 420
const LEFT = 58
const RIGHT = 412
const RATES = { top: 30, bottom: 118 }
const DIFFERENCE = { top: 154, bottom: 296 }
const HEIGHT = 326
const TABLE_ROWS = 12

type Scale = (value: number) => number

function svgOf(
  points: readonly SequencePoint[],
  { since, horizon, margin, last }: { since: number; horizon: number; margin: number; last: SequencePoint },
): string {
  // The whole horizon once half of it is over; before, as much time to come as has passed.
  const end = Math.min(Math.max(horizon, last.at), Math.max(last.at + (last.at - since), since + MINUTE))
  const x = scale([since, end], [LEFT, RIGHT])
  const most = nice(1.5 * Math.max(last.challenger, last.champion, 0.001), 1)
  const rate = scale([0, most], [RATES.bottom, RATES.top])
  const reach = nice(Math.max(2 * margin, 1.2 * Math.max(-last.low, last.high)), 1)
  const y = scale([-reach, reach], [DIFFERENCE.bottom, DIFFERENCE.top])
  const line = (value: (point: SequencePoint) => number, by: Scale) =>
    points.map(point => `${short(x(point.at))} ${short(by(value(point)))}`)
  const upper = line(({ high }) => high, y)
  const lower = line(({ low }) => low, y).toReversed()
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">
${legend()}
${[0, most / 2, most].map(value => grid(rate(value), percent(value))).join('')}
<path class="other" d="M${line(({ champion }) => champion, rate).join('L')}"/>
<path class="own" d="M${line(({ challenger }) => challenger, rate).join('L')}"/>
${dot(x(last.at), rate(last.champion), 'other')}${dot(x(last.at), rate(last.challenger), 'own')}
<text x="${LEFT}" y="${DIFFERENCE.top - 10}">challenger less champion</text>
${[-reach, reach].map(value => grid(y(value), signed(value))).join('')}
<path class="band" d="M${[...upper, ...lower].join('L')}Z"/>
<path class="zero" d="M${LEFT} ${y(0)}H${RIGHT}"/><text class="end" x="${LEFT - 6}" y="${y(0) + 4}">0</text>
<path class="margin" d="M${LEFT} ${short(y(-margin))}H${RIGHT}"/><text class="end" x="${RIGHT}" y="${short(y(-margin) + 14)}">margin −${margin}</text>
<path class="own" d="M${line(({ difference }) => difference, y).join('L')}"/>
${dot(x(last.at), y(last.difference), 'own')}
<text x="${LEFT}" y="${HEIGHT - 10}">${minuteOf(since)}</text><text class="end" x="${RIGHT}" y="${HEIGHT - 10}">${end === horizon ? 'horizon ' : ''}${minuteOf(end)}</text>
</svg>`
}

const MINUTE = 60_000

function legend(): string {
  return `<path class="own" d="M${LEFT} 12h26"/><text x="${LEFT + 32}" y="16">challenger</text><path class="other" d="M${LEFT + 122} 12h26"/><text x="${LEFT + 154}" y="16">champion</text>`
}

function grid(height: number, words: string): string {
  return `<path class="grid" d="M${LEFT} ${short(height)}H${RIGHT}"/><text class="end" x="${LEFT - 6}" y="${short(height + 4)}">${words}</text>`
}

function dot(x: number, y: number, side: 'own' | 'other'): string {
  return `<circle class="${side}" cx="${short(x)}" cy="${short(y)}" r="3.5"/>`
}

/** What lies beyond an end stands at it. */
function scale([from, to]: [number, number], [first, last]: [number, number]): Scale {
  return value => first + Math.min(1, Math.max(0, (value - from) / (to - from))) * (last - first)
}

/** The next of 1, 1.5, 2, 3, 4, 6, 8 and 10 times a power of ten, at `most`. */
function nice(value: number, most: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 1.5, 2, 3, 4, 6, 8, 10].find(one => one * power >= value * (1 - 1e-9))!
  return Math.min(most, Number((step * power).toPrecision(3)))
}

function short(value: number): number {
  return Number(value.toFixed(1))
}

/** Of a round number: `+0.015`. */
function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value)}`
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`
}

function signedWords({ difference, low, high }: SequencePoint): string {
  return changeText({ value: difference, interval: { low, high } })
}

/** As many of them in equal steps, the first and the last among them. */
function thinned(points: readonly SequencePoint[], most: number): SequencePoint[] {
  if (points.length <= most) return [...points]
  const step = (points.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, at) => points[Math.round(at * step)]!)
}
