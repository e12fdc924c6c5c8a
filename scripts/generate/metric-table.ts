import type { Task } from '../../src/core/inputs/evaluation.ts'
import type { Metric } from '../../src/core/metrics/compare/metric.ts'
import { METRICS } from '../../src/core/metrics/table/metrics.ts'

const MODELS: Record<Task, string> = {
  binary: 'two classes',
  multiclass: 'several classes',
  regression: 'numbers',
  scores: 'any kind',
}
const NEEDS: Record<Metric['needs'], string> = {
  prediction: 'answers',
  positive: 'answers, the positive class',
  score: 'scores',
  probability: 'probabilities',
  order: 'scores in groups',
  values: 'a column of scores',
}

/** The computed metrics as a Markdown table, in the order in which they are shown. */
export function metricTable(): string {
  const rows = Object.entries<Metric>(METRICS).map(([name, metric]) => {
    const isAsked = (task: Task) => metric.onRequest?.includes(task) ?? false
    const models = metric.tasks.map(task => `${MODELS[task]}${isAsked(task) ? '\\*' : ''}`)
    return `| \`${name}\` | ${metric.title} | ${models.join(', ')} | ${NEEDS[metric.needs]} | ${metric.direction} | ${metric.range.map(end).join(' to ')} |`
  })
  return `| metric | | model of | from | better | range |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n`
}

// --- internal ---

function end(value: number): string {
  if (Number.isFinite(value)) return String(value).replace('-', '−')
  return value < 0 ? '−∞' : '∞'
}
