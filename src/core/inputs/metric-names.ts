import type { Evaluation } from './evaluation.ts'

/** An evaluation that calls its metrics something else. One that has both names means two things by them, and keeps both. */
export function withNames(evaluation: Evaluation, nameOf: (metric: string) => string): Evaluation {
  const { metrics, aggregates, noValue, estimates, seeds, folds } = evaluation
  const named = <V>(values: ReadonlyMap<string, V>): Map<string, V> =>
    new Map([...values].map(([name, value]) => [values.has(nameOf(name)) ? name : nameOf(name), value]))
  return {
    ...evaluation,
    metrics: named(metrics),
    ...(aggregates && { aggregates: named(aggregates) }),
    ...(noValue && { noValue: named(noValue) }),
    ...(estimates && { estimates: named(estimates) }),
    ...(seeds && { seeds: seeds.map(entry => ({ ...entry, metrics: named(entry.metrics) })) }),
    ...(folds && { folds: { ...folds, scores: named(folds.scores) } }),
  }
}
