import { changeText, formatCount, formatNumber } from '../../text/numbers.ts'
import { shortened } from '../../text/visible-text.ts'
import { orient } from '../../verdict/gates/orient.ts'
import type { Result, SliceRow } from '../../verdict/result.ts'
import { sharesOf } from '../tables/detail-tables.ts'
import { ROWS_TO_SHOW } from '../words/words.ts'
import {
  CANDIDATE,
  type Drawing,
  FAINT,
  frame,
  GREY,
  intervals,
  OPPONENT,
  plainName,
  type Series,
  sliceAxis,
  sliceLabel,
  valueAxis,
} from './style.ts'

/** Pictures of what the result holds: slices with intervals, seeds, confusion matrices. */

const MOST_SLICES = 30
/** More classes would be specks: they are a table only. */
export const MOST_DRAWN_CLASSES = 12

/** A forest plot of the metric that has the worst slice. */
export function sliceDrawing(result: Result): Drawing | undefined {
  const judged = result.slices.filter(hasDifference)
  const metric = judged[0]?.metric
  if (metric === undefined) return undefined
  const rows = judged
    .filter(row => row.metric === metric)
    .sort((a, b) => gainIn(a) - gainIn(b))
    .slice(0, MOST_SLICES)
  const upward = rows.toReversed()
  const grey = rows.some(row => row.outcome === 'cannot_judge')
  const name = plainName(metric)
  return {
    title: `Slices: change of ${name}`,
    description: `Change of ${name} in each slice with its 95 % interval, worst at the top. An interval that crosses the dotted line at zero shows no difference.${grey ? ' Grey slices are too small to judge.' : ''}`,
    table: {
      head: ['slice', 'rows', 'change (95 % interval)'],
      rows: rows.map(row => [sliceLabel(row), formatCount(row.rows), changeText(row.difference)]),
    },
    height: 90 + 24 * rows.length,
    option: {
      grid: { left: 138, right: 24, top: 12, bottom: 48 },
      xAxis: valueAxis(`change of ${shortened(name, 30)}`),
      yAxis: sliceAxis(upward),
      series: [
        ...forest(upward, row => row.outcome !== 'cannot_judge', CANDIDATE),
        ...forest(upward, row => row.outcome === 'cannot_judge', GREY),
      ],
    },
  }
}

/** Every seed of the first metric: the spread is the noise of training. */
export function seedDrawing({ seeds }: Result): Drawing | undefined {
  const first = seeds?.[0]
  if (!first) return undefined
  const points = (side: 'candidate' | 'champion') =>
    first.scores.flatMap((score, index) => (score[side] === undefined ? [] : [[index, score[side]]]))
  const scatter = (name: string, data: number[][], color: string, symbol: string) =>
    data.length > 0
      ? [{ name, type: 'scatter', data, symbol, symbolSize: 12, itemStyle: { color, opacity: 1 } }]
      : []
  const name = plainName(first.metric)
  const value = (score: number | undefined) => (score === undefined ? '' : formatNumber(score))
  return {
    title: `Seeds: ${name}`,
    description: `${name} of every seed. The spread within a side is the noise of training.`,
    table: {
      head: ['seed', 'candidate', 'champion'],
      rows: first.scores.map(score => [String(score.seed), value(score.candidate), value(score.champion)]),
    },
    option: {
      ...frame(
        {
          ...valueAxis('seed'),
          type: 'category',
          data: first.scores.map(score => String(score.seed)),
        },
        valueAxis(shortened(name, 30), { scale: true }),
        { itemWidth: 14 },
      ),
      series: [
        ...scatter('champion', points('champion'), OPPONENT, 'diamond'),
        ...scatter('candidate', points('candidate'), CANDIDATE, 'circle'),
      ],
    },
  }
}

/** One heat map a side; the shade is the share of the actual class, the number the count. */
export function confusionDrawings({ confusion }: Result): Drawing[] {
  if (!confusion || confusion.classes.length > MOST_DRAWN_CLASSES) return []
  const classes = confusion.classes.map(plainName)
  return [
    confusionDrawing('candidate', classes, confusion.candidate),
    ...(confusion.champion ? [confusionDrawing('champion', classes, confusion.champion)] : []),
  ]
}

// --- internal ---

type JudgedSlice = SliceRow & { difference: NonNullable<SliceRow['difference']> }

function hasDifference(row: SliceRow): row is JudgedSlice {
  return row.difference !== undefined && row.rows >= ROWS_TO_SHOW
}

/** How much better the candidate is; a metric without a direction is taken as it is. */
function gainIn({ difference, direction = 'higher' }: JudgedSlice): number {
  return orient(difference, direction).value
}

/** Points with intervals for the rows that are `wanted`, each at its row among all; a line at zero. */
function forest(rows: JudgedSlice[], wanted: (row: JudgedSlice) => boolean, color: string): Series[] {
  const shown = rows.flatMap((row, index) => (wanted(row) ? [{ index, ...row.difference }] : []))
  if (shown.length === 0) return []
  return [
    intervals(
      shown.map(({ index, interval }) => [index, interval.low, interval.high]),
      color,
      true,
    ),
    {
      type: 'scatter',
      symbolSize: 9,
      itemStyle: { color, opacity: 1 },
      data: shown.map(({ index, value }) => [value, index]),
      markLine: {
        silent: true,
        symbol: 'none',
        label: { show: false },
        lineStyle: { color: GREY, type: 'dotted' },
        data: [{ xAxis: 0 }],
      },
    },
  ]
}

function confusionDrawing(side: string, classes: string[], counts: number[][]): Drawing {
  const labels = classes.map(name => shortened(name, 12))
  const upward = labels.toReversed()
  const cells = counts.flatMap((row, actual) => {
    const shares = sharesOf(row)
    return row.map((value, predicted) => ({
      value: [predicted, classes.length - 1 - actual, value],
      share: shares[predicted]!,
    }))
  })
  const slanted = labels.join('').length > 30
  const axis = {
    type: 'category',
    axisLabel: { color: GREY, interval: 0 },
    axisTick: { show: false },
    axisLine: { show: false },
  }
  const named = { nameLocation: 'middle', nameTextStyle: { color: GREY } }
  return {
    title: `Confusion matrix of the ${side}`,
    description:
      'Actual classes down, predicted ones across. The darker a cell, the larger its share of the actual class; the diagonal is right.',
    table: {
      head: ['actual ↓ predicted →', ...classes],
      rows: counts.map((row, index) => [classes[index]!, ...row.map(formatCount)]),
      shades: counts.map(sharesOf),
    },
    height: Math.max(230, 90 + (slanted ? 30 : 0) + 36 * classes.length),
    option: {
      grid: { left: 100, right: 16, top: 12, bottom: slanted ? 84 : 48 },
      xAxis: {
        ...axis,
        ...named,
        axisLabel: { ...axis.axisLabel, rotate: slanted ? 40 : 0 },
        name: 'predicted',
        nameGap: slanted ? 62 : 28,
        data: labels,
      },
      yAxis: { ...axis, ...named, name: 'actual', nameGap: 82, data: upward },
      series: [
        {
          type: 'custom',
          data: cells.map(cell => cell.value),
          silent: true,
          encode: { x: 0, y: 1 },
          renderItem: heatCell(cells.map(cell => cell.share)),
        },
      ],
    },
  }
}

interface CellApi {
  value: (index: number) => number
  coord: (point: number[]) => number[]
  size: (span: number[]) => number[]
}

function heatCell(shares: number[]) {
  return ({ dataIndex }: { dataIndex: number }, api: CellApi) => {
    const [x, y] = api.coord([api.value(0), api.value(1)]) as [number, number]
    const [width, height] = api.size([1, 1]) as [number, number]
    const share = shares[dataIndex]!
    return {
      type: 'group',
      children: [
        {
          type: 'rect',
          shape: { x: x - width / 2 + 1, y: y - height / 2 + 1, width: width - 2, height: height - 2 },
          style: { fill: CANDIDATE, opacity: 0.08 + 0.92 * share, stroke: FAINT },
        },
        {
          type: 'text',
          style: {
            x,
            y,
            text: formatCount(api.value(2)),
            fill: share > 0.8 ? '#fff' : 'currentColor',
            align: 'center',
            verticalAlign: 'middle',
            fontSize: 13,
          },
        },
      ],
    }
  }
}
