import type { EChartsCoreOption } from 'echarts/core'
import { shortened } from '../../text/visible-text.ts'
import type { SliceRow } from '../../verdict/result.ts'
import { plain } from '../words/escape.ts'

/** How all plots look: Okabe–Ito colours, told apart with any colour vision; sides differ by dash and marker too. */
export const CANDIDATE = '#0072b2'
export const OPPONENT = '#d55e00'
/** Readable on white and on black. */
export const GREY = '#808890'
export const FAINT = '#80889040'

/** One picture, and the same in words and in numbers for those who cannot see it. */
export interface Drawing {
  title: string
  /** What the picture shows, in a sentence or two. Plain text. */
  description: string
  /** The numbers beneath it. Plain text; names in it are `plainName`s. */
  table: { head: string[]; rows: string[][]; shades?: number[][] }
  option: EChartsCoreOption
  height?: number
}

export type Series = Record<string, unknown>

/** A name as it is drawn: short, on one line, personal data masked. The SVG renderer escapes it. */
export function plainName(text: string): string {
  return plain(text, 60)
}

const AXIS = {
  axisLine: { lineStyle: { color: GREY } },
  axisTick: { lineStyle: { color: GREY } },
  axisLabel: { color: GREY },
  nameTextStyle: { color: GREY },
  splitLine: { lineStyle: { color: FAINT } },
  nameLocation: 'middle',
}

export function valueAxis(name: string, extra: Series = {}): Series {
  return { type: 'value', name, nameGap: 30, ...AXIS, ...extra }
}

/** More characters would run into the picture. */
const MOST_OF_LABEL = 20

/** A slice as it is called in pictures and their tables. */
export function sliceLabel({ column, value }: Pick<SliceRow, 'column' | 'value'>): string {
  return plainName(`${column} = ${value}`)
}

/** The axis of a picture that has a line for each slice, the last at the top. */
export function sliceAxis(upward: readonly SliceRow[]): Series {
  return {
    type: 'category',
    data: axisLabels(upward.map(sliceLabel)),
    axisLabel: { color: GREY },
    axisLine: { show: false },
    axisTick: { show: false },
  }
}

/** Short enough for the axis; those that would be cut to one text keep their ends, and where these are alike too, their place. */
function axisLabels(labels: readonly string[]): string[] {
  const isAlone = (texts: readonly string[], text: string) => texts.indexOf(text) === texts.lastIndexOf(text)
  const starts = labels.map(label => shortened(label, MOST_OF_LABEL))
  const ends = labels.map(label => `${[...label].slice(0, 7).join('')}…${[...label].slice(-12).join('')}`)
  return labels.map((label, index) => {
    if (isAlone(starts, starts[index]!)) return starts[index]!
    if (isAlone(ends, ends[index]!)) return ends[index]!
    return `${shortened(label, MOST_OF_LABEL - 5)} (${labels.length - index})`
  })
}

/** A plot of two value axes with a legend above. */
export function frame(x: Series, y: Series, legend: Series = {}): EChartsCoreOption {
  return {
    grid: { left: 62, right: 20, top: 36, bottom: 48 },
    legend: { top: 4, textStyle: { color: GREY }, itemWidth: 34, itemGap: 24, ...legend },
    xAxis: x,
    yAxis: { ...y, nameGap: 44 },
  }
}

/** A line of the candidate (solid, circles) or its opponent (dashed, diamonds). */
export function sideLine(name: string, data: number[][], candidate: boolean, extra: Series = {}): Series {
  const color = candidate ? CANDIDATE : OPPONENT
  return {
    name,
    type: 'line',
    data,
    showSymbol: false,
    symbol: candidate ? 'circle' : 'diamond',
    itemStyle: { color },
    lineStyle: { color, width: 2, type: candidate ? 'solid' : 'dashed' },
    ...extra,
  }
}

/** What guessing or perfect honesty would give. */
export function diagonal(from = 0, to = 1): Series {
  const data = [
    [from, from],
    [to, to],
  ]
  return {
    type: 'line',
    data,
    showSymbol: false,
    silent: true,
    lineStyle: { color: GREY, width: 1, type: 'dotted' },
  }
}

/** Interval bars from [position, low, high]: upright, or lying for a forest plot. */
export function intervals(data: number[][], color: string, lying: boolean, dash = false): Series {
  return {
    type: 'custom',
    data,
    silent: true,
    encode: lying ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
    renderItem: (_: unknown, api: CustomApi) => {
      const at = (value: number) => api.coord(lying ? [value, api.value(0)] : [api.value(0), value])
      const [x1, y1] = at(api.value(1))
      const [x2, y2] = at(api.value(2))
      return {
        type: 'line',
        shape: { x1, y1, x2, y2 },
        style: { stroke: color, lineWidth: 1.5, lineDash: dash ? [4, 3] : undefined },
      }
    },
  }
}

interface CustomApi {
  value: (index: number) => number
  coord: (point: number[]) => number[]
}
