import { formatCount, formatNumber, formatShare } from '../../text/numbers.ts'
import { shortened } from '../../text/visible-text.ts'
import type { Result, SliceRow } from '../../verdict/result.ts'
import { ROWS_TO_SHOW } from '../words/words.ts'
import type { PlotData } from './data.ts'
import {
  CANDIDATE,
  type Drawing,
  diagonal,
  frame,
  GREY,
  intervals,
  OPPONENT,
  plainName,
  sideLine,
  sliceAxis,
  sliceLabel,
  valueAxis,
} from './style.ts'

/** Pictures of a regression. No row is a point: what is drawn is of ten rows and more. */

const MOST_SLICES = 30

/** What came true where so much was predicted. */
export function predictedDrawing({ candidate, opponent }: PlotData): Drawing | undefined {
  const sides = [
    { name: 'candidate', bins: candidate?.predicted, isOurs: true },
    { name: opponent?.name ?? '', bins: opponent?.predicted, isOurs: false },
  ].flatMap(({ bins, ...side }) => (bins ? [{ ...side, bins }] : []))
  const all = sides.flatMap(({ bins }) => bins)
  if (!candidate?.predicted) return undefined
  return {
    title: 'Predicted against true',
    description:
      'The rows in equal parts by what was predicted: the median of what was true, and between which values eight of ten rows lie. On the dotted line the prediction is right.',
    table: {
      head: ['side', 'predicted', 'true, median', 'eight of ten between', 'rows'],
      rows: sides.flatMap(({ name, bins }) =>
        bins.map(bin => [
          name,
          formatNumber(bin.predicted),
          formatNumber(bin.middle),
          `${formatNumber(bin.low)} and ${formatNumber(bin.high)}`,
          formatCount(bin.rows),
        ]),
      ),
    },
    option: {
      ...frame(valueAxis('predicted', { scale: true }), valueAxis('true', { scale: true })),
      series: [
        ...sides.flatMap(({ name, bins, isOurs }) => [
          sideLine(
            name,
            bins.map(bin => [bin.predicted, bin.middle]),
            isOurs,
            { showSymbol: true, symbolSize: 7 },
          ),
          intervals(
            bins.map(bin => [bin.predicted, bin.low, bin.high]),
            isOurs ? CANDIDATE : OPPONENT,
            false,
            !isOurs,
          ),
        ]),
        diagonal(Math.min(...all.map(bin => bin.predicted)), Math.max(...all.map(bin => bin.predicted))),
      ],
    },
  }
}

/** How far off the predictions are, and to which side. */
export function residualDrawing({ candidate, opponent }: PlotData): Drawing | undefined {
  const ours = candidate?.residuals
  if (!ours) return undefined
  const theirs = opponent?.residuals
  return {
    title: 'Residuals',
    description:
      'Share of the rows by how far the prediction is from the truth (prediction − truth). Narrower and closer to zero is better; the first and the last point hold all that lies beyond them.',
    table: {
      head: ['prediction − truth', 'candidate', ...(theirs ? [opponent.name] : [])],
      rows: ours.map((bin, index) => [
        formatNumber(bin.residual),
        formatShare(bin.share),
        ...(theirs ? [formatShare(theirs[index]!.share)] : []),
      ]),
    },
    option: {
      ...frame(valueAxis('prediction − truth', { scale: true }), valueAxis('share of rows')),
      series: [
        ...(theirs
          ? [
              sideLine(
                opponent.name,
                theirs.map(bin => [bin.residual, bin.share]),
                false,
              ),
            ]
          : []),
        {
          ...sideLine(
            'candidate',
            ours.map(bin => [bin.residual, bin.share]),
            true,
          ),
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

/** The error itself in each slice, where the picture of the slices shows its change. */
export function sliceErrorDrawing(result: Result, { candidate }: PlotData): Drawing | undefined {
  if (!candidate?.predicted) return undefined
  const metric = result.slices.find(hasValue)?.metric
  if (metric === undefined) return undefined
  const rows = result.slices
    .filter(hasValue)
    .filter(row => row.metric === metric)
    .sort((a, b) => b.candidate - a.candidate)
    .slice(0, MOST_SLICES)
  const upward = rows.toReversed()
  const name = plainName(metric)
  const points = (side: 'candidate' | 'baseline') =>
    upward.flatMap((row, index) => (row[side] === undefined ? [] : [[row[side], index]]))
  const value = (number: number | undefined) => (number === undefined ? '' : formatNumber(number))
  const before = points('baseline')
  const against = rows.find(row => row.against)?.against ?? 'before'
  return {
    title: `Slices: ${name}`,
    description: `${name} of either side in each slice, largest at the top.`,
    table: {
      head: ['slice', 'rows', against, 'candidate'],
      rows: rows.map(row => [
        sliceLabel(row),
        formatCount(row.rows),
        value(row.baseline),
        value(row.candidate),
      ]),
    },
    height: 110 + 24 * rows.length,
    option: {
      grid: { left: 138, right: 24, top: 36, bottom: 48 },
      legend: { top: 4, textStyle: { color: GREY }, itemWidth: 14, itemGap: 24 },
      xAxis: valueAxis(shortened(name, 30), { scale: true }),
      yAxis: sliceAxis(upward),
      series: [
        ...(before.length > 0
          ? [
              {
                name: against,
                type: 'scatter',
                data: before,
                symbol: 'diamond',
                symbolSize: 11,
                itemStyle: { color: OPPONENT, opacity: 1 },
              },
            ]
          : []),
        {
          name: 'candidate',
          type: 'scatter',
          data: points('candidate'),
          symbol: 'circle',
          symbolSize: 10,
          itemStyle: { color: CANDIDATE, opacity: 1 },
        },
      ],
    },
  }
}

// --- internal ---

function hasValue(row: SliceRow): row is SliceRow & { candidate: number } {
  return row.candidate !== undefined && row.rows >= ROWS_TO_SHOW
}
