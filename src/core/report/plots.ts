import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
} from 'echarts/components'
import type { EChartsCoreOption } from 'echarts/core'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Result, SliceRow } from './result.ts'

use([
  LineChart,
  ScatterChart,
  BarChart,
  CustomChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  AriaComponent,
  SVGRenderer,
])

export interface CurveData {
  /** [false positive rate, true positive rate]. */
  roc?: [number, number][]
  /** [recall, precision]. */
  precisionRecall?: [number, number][]
  calibration?: { said: number; happened: number; low: number; high: number; rows: number }[]
}

export interface PlotData {
  candidate?: CurveData
  opponent?: CurveData & { name: string }
  gpus?: { index: number; name: string; trace: { second: number; utilisation: number }[] }[]
}

export interface Plot {
  title: string
  /** For those who cannot see it: what the picture shows, in a sentence. */
  description: string
  svg: string
}

/** Okabe–Ito: told apart with any colour vision; lines differ by dash too. */
const CANDIDATE = '#0072b2'
const OPPONENT = '#d55e00'
const GREY = '#8a8a8a'

/** Every plot that the result has data for, as self-contained SVG without scripts or references. */
export function renderPlots(result: Result, data: PlotData): Plot[] {
  const plots = [
    rocPlot(data),
    precisionRecallPlot(data),
    calibrationPlot(data),
    slicePlot(result),
    seedPlot(result),
    gpuPlot(data),
  ]
  return plots
    .filter(plot => plot !== undefined)
    .map((plot, index) => ({ ...plot, svg: svgOf(plot.option, plot.height ?? 320, `p${index}`) }))
}

// --- internal ---

interface Drawing {
  title: string
  description: string
  option: EChartsCoreOption
  height?: number
}

const WIDTH = 520

/** ECharts numbers its SVG classes over the life of the process; renamed, the same plot is the same bytes. */
function svgOf(option: EChartsCoreOption, height: number, prefix: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  chart.setOption({ animation: false, textStyle: { fontFamily: 'system-ui, sans-serif' }, ...option })
  const svg = chart.renderToSVGString()
  chart.dispose()
  const names = new Map<string, string>()
  return svg
    .replace(/zr\d+-[a-z]+-?\d+|zr\d+-[a-z]\d+/g, name => {
      if (!names.has(name)) names.set(name, `${prefix}-${names.size}`)
      return names.get(name)!
    })
    .replace(/<svg width="\d+" height="\d+"/, '<svg role="img" aria-hidden="true"')
}

function axes(x: string, y: string, range?: { min: number; max: number }): EChartsCoreOption {
  const line = {
    axisLine: { lineStyle: { color: GREY } },
    axisLabel: { color: GREY },
    nameTextStyle: { color: GREY },
    splitLine: { lineStyle: { color: '#8884' } },
  }
  return {
    grid: { left: 56, right: 20, top: 40, bottom: 48 },
    legend: { top: 4, textStyle: { color: GREY }, itemWidth: 34 },
    xAxis: { type: 'value', name: x, nameLocation: 'middle', nameGap: 30, ...range, ...line },
    yAxis: { type: 'value', name: y, nameLocation: 'middle', nameGap: 40, ...range, ...line },
  }
}

function line(
  name: string,
  data: number[][],
  candidate: boolean,
  extra: Record<string, unknown> = {},
): Record<string, unknown> {
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

function diagonal(): Record<string, unknown> {
  return {
    type: 'line',
    data: [
      [0, 0],
      [1, 1],
    ],
    showSymbol: false,
    silent: true,
    lineStyle: { color: GREY, width: 1, type: 'dotted' },
    legendHoverLink: false,
  }
}

function rocPlot({ candidate, opponent }: PlotData): Drawing | undefined {
  if (!candidate?.roc) return undefined
  const series = [
    line('candidate', candidate.roc, true),
    ...(opponent?.roc ? [line(opponent.name, opponent.roc, false)] : []),
    diagonal(),
  ]
  return {
    title: 'ROC curve',
    description:
      'True positive rate against false positive rate over all thresholds. Further to the upper left is better; the dotted line is guessing.',
    option: { ...axes('false positive rate', 'true positive rate', { min: 0, max: 1 }), series },
  }
}

function precisionRecallPlot({ candidate, opponent }: PlotData): Drawing | undefined {
  if (!candidate?.precisionRecall) return undefined
  const series = [
    line('candidate', candidate.precisionRecall, true),
    ...(opponent?.precisionRecall ? [line(opponent.name, opponent.precisionRecall, false)] : []),
  ]
  return {
    title: 'Precision and recall',
    description: 'Precision against recall over all thresholds. Higher is better.',
    option: { ...axes('recall', 'precision', { min: 0, max: 1 }), series },
  }
}

function calibrationPlot({ candidate, opponent }: PlotData): Drawing | undefined {
  if (!candidate?.calibration) return undefined
  const points = (curve: NonNullable<CurveData['calibration']>) => curve.filter(bin => bin.rows > 0)
  const side = (name: string, curve: NonNullable<CurveData['calibration']>, ours: boolean) => [
    line(
      name,
      points(curve).map(bin => [bin.said, bin.happened]),
      ours,
      { showSymbol: true, symbolSize: 7 },
    ),
    intervals(
      points(curve).map(bin => [bin.said, bin.low, bin.high]),
      ours ? CANDIDATE : OPPONENT,
      false,
    ),
  ]
  const series = [
    ...side('candidate', candidate.calibration, true),
    ...(opponent?.calibration ? side(opponent.name, opponent.calibration, false) : []),
    diagonal(),
  ]
  return {
    title: 'Calibration',
    description:
      'How often it happened against what the score said, in ten bins with 95 % intervals. On the dotted line, scores are honest probabilities.',
    option: { ...axes('score said', 'share that happened', { min: 0, max: 1 }), series },
  }
}

/** Interval bars from [position, low, high]: upright, or lying for a forest plot. */
function intervals(data: number[][], color: string, lying: boolean): Record<string, unknown> {
  return {
    type: 'custom',
    data,
    silent: true,
    encode: lying ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
    renderItem: (
      _: unknown,
      api: { value: (index: number) => number; coord: (point: number[]) => number[] },
    ) => {
      const at = (value: number) => api.coord(lying ? [value, api.value(0)] : [api.value(0), value])
      const [x1, y1] = at(api.value(1))
      const [x2, y2] = at(api.value(2))
      return { type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: color, lineWidth: 1.5 } }
    },
  }
}

function slicePlot(result: Result): Drawing | undefined {
  const rows = result.slices
    .filter(
      (row): row is SliceRow & { difference: NonNullable<SliceRow['difference']> } =>
        row.difference !== undefined,
    )
    .slice(0, 30)
  if (rows.length === 0) return undefined
  const metric = rows[0]!.metric
  const shown = rows.filter(row => row.metric === metric).reverse()
  const {
    xAxis,
    legend: _,
    ...base
  } = axes(`change of ${metric}, with 95 % interval`, '') as {
    xAxis: Record<string, unknown>
    legend: unknown
  }
  return {
    title: `Slices: change of ${metric}`,
    description: `Change of ${metric} in each slice with its 95 % interval, worst at the top. Left of zero is less.`,
    height: 90 + 22 * shown.length,
    option: {
      ...base,
      grid: { left: 150, right: 24, top: 16, bottom: 48 },
      xAxis,
      yAxis: {
        type: 'category',
        data: shown.map(row => `${row.column} = ${row.value}`.slice(0, 26)),
        axisLabel: { color: GREY },
        axisLine: { show: false },
      },
      series: [
        intervals(
          shown.map((row, index) => [index, row.difference.interval.low, row.difference.interval.high]),
          CANDIDATE,
          true,
        ),
        {
          type: 'scatter',
          symbolSize: 8,
          itemStyle: { color: CANDIDATE },
          data: shown.map((row, index) => [row.difference.value, index]),
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            lineStyle: { color: GREY, type: 'dotted' },
            data: [{ xAxis: 0 }],
          },
        },
      ],
    },
  }
}

function seedPlot(result: Result): Drawing | undefined {
  const [first] = result.seeds ?? []
  if (!first) return undefined
  const points = (side: 'candidate' | 'champion') =>
    first.scores.flatMap(score => (score[side] === undefined ? [] : [[score.seed, score[side]]]))
  const scatter = (name: string, data: number[][], color: string, symbol: string) => ({
    name,
    type: 'scatter',
    data,
    symbol,
    symbolSize: 11,
    itemStyle: { color },
  })
  const champion = points('champion')
  const { xAxis, yAxis, ...base } = axes('seed', first.metric) as {
    xAxis: Record<string, unknown>
    yAxis: Record<string, unknown>
  }
  return {
    title: `Seeds: ${first.metric}`,
    description: `${first.metric} of every seed: the spread is the noise of training.`,
    option: {
      ...base,
      xAxis: { ...xAxis, minInterval: 1, scale: true },
      yAxis: { ...yAxis, scale: true },
      series: [
        scatter('candidate', points('candidate'), CANDIDATE, 'circle'),
        ...(champion.length > 0 ? [scatter('champion', champion, OPPONENT, 'diamond')] : []),
      ],
    },
  }
}

function gpuPlot({ gpus }: PlotData): Drawing | undefined {
  const traced = gpus?.filter(gpu => gpu.trace.length > 1) ?? []
  if (traced.length === 0) return undefined
  const dashes = ['solid', 'dashed', 'dotted']
  return {
    title: 'GPU use over time',
    description: 'Share of time each GPU was busy, over the training.',
    option: {
      ...axes('seconds', 'busy, %'),
      series: traced.map((gpu, index) => ({
        name: `GPU ${gpu.index}`,
        type: 'line',
        showSymbol: false,
        lineStyle: { width: 2, type: dashes[index % dashes.length] },
        data: gpu.trace.map(point => [point.second, Math.round(point.utilisation * 100)]),
      })),
    },
  }
}
