import { formatCount } from '../../text/numbers.ts'
import type { CalibrationBin, PlotData } from './data.ts'
import {
  CANDIDATE,
  type Drawing,
  diagonal,
  frame,
  intervals,
  OPPONENT,
  plainName,
  type Series,
  sideLine,
  valueAxis,
} from './style.ts'

/** Pictures of what the rows give: curves over thresholds, calibration, GPU use. Undefined where there are no points. */

const UNIT = { min: 0, max: 1 }
/** Rows of the table beneath a curve: all its points would be a wall. */
const CURVE_ROWS = 11

export function rocDrawing({ candidate, opponent }: PlotData): Drawing | undefined {
  if (!candidate?.roc) return undefined
  return {
    title: 'ROC curve',
    description:
      'Share of positives found against share of false alarms, over all thresholds. Further to the upper left is better; the dotted line is guessing.',
    table: curveTable(
      'false positive rate',
      'true positive rate',
      candidate.roc,
      opponent?.roc,
      opponent?.name,
    ),
    option: {
      ...frame(valueAxis('false positive rate', UNIT), valueAxis('true positive rate', UNIT)),
      series: [...bothLines(candidate.roc, opponent?.roc, opponent?.name), diagonal()],
    },
  }
}

export function precisionRecallDrawing({ candidate, opponent }: PlotData): Drawing | undefined {
  if (!candidate?.precisionRecall) return undefined
  const [ours, theirs] = [candidate.precisionRecall, opponent?.precisionRecall]
  return {
    title: 'Precision and recall',
    description:
      'How many alarms are right against how many positives are found, over all thresholds. Higher is better.',
    table: curveTable('recall', 'precision', ours, theirs, opponent?.name),
    option: {
      ...frame(valueAxis('recall', UNIT), valueAxis('precision', UNIT)),
      series: bothLines(ours, theirs, opponent?.name),
    },
  }
}

export function calibrationDrawing({ candidate, opponent }: PlotData): Drawing | undefined {
  if (!candidate?.calibration) return undefined
  const theirs = opponent?.calibration
  const rows = (name: string, bins: CalibrationBin[]) =>
    bins.map(bin => [
      name,
      bin.said.toFixed(3),
      bin.happened.toFixed(3),
      `${bin.low.toFixed(3)} to ${bin.high.toFixed(3)}`,
      formatCount(bin.rows),
    ])
  return {
    title: 'Calibration',
    description:
      'How often it happened against what the score said, in ten bins with 95 % intervals. On the dotted line the scores are honest probabilities.',
    table: {
      head: ['side', 'score said', 'happened', '95 % interval', 'rows'],
      rows: [...rows('candidate', candidate.calibration), ...(theirs ? rows(opponent.name, theirs) : [])],
    },
    option: {
      ...frame(valueAxis('score said', UNIT), valueAxis('share that happened', UNIT)),
      series: [
        ...calibrationSeries('candidate', candidate.calibration, true),
        ...(theirs ? calibrationSeries(opponent.name, theirs, false) : []),
        diagonal(),
      ],
    },
  }
}

export function gpuDrawing({ gpus = [] }: PlotData): Drawing | undefined {
  const traced = gpus.filter(gpu => gpu.trace.length > 1)
  if (traced.length === 0) return undefined
  const dashes = ['solid', 'dashed', 'dotted']
  const colours = [CANDIDATE, OPPONENT, '#009e73', '#cc79a7', '#e69f00', '#56b4e9']
  const percent = (share: number) => Math.round(share * 100)
  const mean = (trace: { utilisation: number }[]) =>
    trace.reduce((sum, point) => sum + point.utilisation, 0) / trace.length
  return {
    title: 'GPU use over time',
    description: 'Share of time each GPU was busy during the training. What idles costs the same.',
    table: {
      head: ['GPU', 'samples', 'mean busy'],
      rows: traced.map(gpu => [
        `${gpu.index}: ${plainName(gpu.name)}`,
        String(gpu.trace.length),
        `${percent(mean(gpu.trace))} %`,
      ]),
    },
    option: {
      ...frame(valueAxis('seconds'), valueAxis('busy, %', { min: 0, max: 100 })),
      series: traced.map((gpu, index) => ({
        name: `GPU ${gpu.index}`,
        type: 'line',
        showSymbol: false,
        itemStyle: { color: colours[index % colours.length] },
        lineStyle: { width: 2, type: dashes[index % dashes.length], color: colours[index % colours.length] },
        data: gpu.trace.map(point => [point.second, percent(point.utilisation)]),
      })),
    },
  }
}

// --- internal ---

function bothLines(ours: number[][], theirs: number[][] | undefined, name = 'champion'): Series[] {
  return [...(theirs ? [sideLine(name, theirs, false)] : []), sideLine('candidate', ours, true)]
}

function calibrationSeries(name: string, bins: CalibrationBin[], ours: boolean): Series[] {
  const points = bins.filter(bin => bin.rows > 0)
  return [
    sideLine(
      name,
      points.map(bin => [bin.said, bin.happened]),
      ours,
      { showSymbol: true, symbolSize: 8 },
    ),
    intervals(
      points.map(bin => [bin.said, bin.low, bin.high]),
      ours ? CANDIDATE : OPPONENT,
      false,
      !ours,
    ),
  ]
}

/** The curves at even steps of the horizontal axis: the last point not beyond each step. */
function curveTable(
  x: string,
  y: string,
  ours: [number, number][],
  theirs: [number, number][] | undefined,
  name = 'champion',
): Drawing['table'] {
  const at = (curve: [number, number][], step: number) =>
    curve.reduce((found, point) => (point[0] <= step + 1e-12 ? point : found), curve[0]!)[1].toFixed(3)
  const steps = Array.from({ length: CURVE_ROWS }, (_, index) => index / (CURVE_ROWS - 1))
  return {
    head: [x, `${y}, candidate`, ...(theirs ? [`${y}, ${name}`] : [])],
    rows: steps.map(step => [step.toFixed(1), at(ours, step), ...(theirs ? [at(theirs, step)] : [])]),
  }
}
