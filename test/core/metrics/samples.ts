import type { CodedColumn, Task } from '../../../src/core/inputs/evaluation.ts'
import type { PairedPredictions } from '../../../src/core/inputs/predictions/pair.ts'
import type { OneSide } from '../../../src/core/metrics/side.ts'
import { mulberry32 } from '../../../src/core/statistics/random.ts'
import reference from '../../data/stats-reference.json' with { type: 'json' }

/** Small tables and seeded samples for the tests of metrics. */

export const OPTIONS = { level: 0.95, seed: 11 }

export function sideFrom(
  task: Task,
  label: number[],
  answer: { prediction?: number[]; score?: number[]; probabilities?: number[][] },
): OneSide {
  const prediction =
    answer.prediction ??
    answer.score?.map(score => (score >= 0.5 ? 1 : 0)) ??
    answer.probabilities!.map(row => row.indexOf(Math.max(...row)))
  const [first] = answer.probabilities ?? []
  return {
    task,
    rows: label.length,
    label: Float64Array.from(label),
    prediction: Float64Array.from(prediction),
    score: answer.score && Float64Array.from(answer.score),
    ...(first && {
      probabilities: first.map((_, index) => Float64Array.from(answer.probabilities!, row => row[index]!)),
    }),
  }
}

export function pairFrom(
  candidate: OneSide,
  baseline: OneSide,
  more: Partial<PairedPredictions> = {},
): PairedPredictions {
  const { task, rows, label, classes } = candidate
  return { task, rows, label, classes, candidate, baseline, slices: [], ...more }
}

export function column(name: string, values: (string | number)[]): CodedColumn {
  const names = [...new Set(values.map(String))]
  return { name, values: names, codes: Uint32Array.from(values, value => names.indexOf(String(value))) }
}

export interface SampleShape {
  rows: number
  seed: number
  task?: Task
  classes?: number
  /** How much better than the baseline the candidate is: 0 for no difference. */
  gain?: number
}

/** Two models of the same skill (or a gain) on rows drawn from a seed. */
export function samplePair({
  rows,
  seed,
  task = 'binary',
  classes = 3,
  gain = 0,
}: SampleShape): PairedPredictions {
  const random = mulberry32(seed)
  const answer = (truth: number, noise: number): number => {
    if (task === 'binary') return Math.min(1, Math.max(0, truth + (random() - 0.5) * noise))
    return truth + (random() - 0.5) * noise
  }
  const truths = Array.from({ length: rows }, () => random())
  const label = truths.map(truth => {
    if (task === 'binary') return random() < truth ? 1 : 0
    return task === 'multiclass' ? Math.floor(truth * classes) : truth * 10
  })
  const [candidate, baseline] = [0.6 * (1 - gain), 0.6].map(noise => {
    const answers = truths.map(truth => answer(truth, noise))
    if (task === 'binary') return sideFrom(task, label, { score: answers })
    const toClass = (value: number) => Math.min(classes - 1, Math.max(0, Math.floor(value * classes)))
    if (task === 'multiclass')
      return sideFrom(task, label, {
        prediction: answers.map(toClass),
        probabilities: answers.map(value => around(value * classes - 0.5, classes)),
      })
    return sideFrom(task, label, {
      prediction: answers.map(value => value * 10),
    })
  })
  const names = task === 'multiclass' ? Array.from({ length: classes }, (_, i) => `class ${i}`) : undefined
  return pairFrom({ ...candidate!, classes: names }, { ...baseline!, classes: names })
}

/** Probabilities of classes in a row, the likeliest those near a number. */
export function around(value: number, classes: number): number[] {
  const weights = Array.from({ length: classes }, (_, index) => Math.exp(-2 * Math.abs(value - index)))
  const sum = weights.reduce((all, weight) => all + weight, 0)
  return weights.map(weight => weight / sum)
}

/** A case of the reference numbers. */
export function referenceCase(id: string): {
  inputs: Record<string, number[]>
  outputs: Record<string, number>
} {
  const found = reference.cases.find(entry => entry.id === id)
  if (!found) throw new Error(`no reference case ${id}`)
  return found as unknown as { inputs: Record<string, number[]>; outputs: Record<string, number> }
}
