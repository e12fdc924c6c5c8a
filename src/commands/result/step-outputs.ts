import type { Result } from '../../core/verdict/result.ts'
import { metricOutputs } from './metric-outputs.ts'

/** The outputs of a step for one or several models: the worst verdict, the paths, each headline metric. */
export function stepOutputs(results: Result[], output: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  const asked = results.filter(result => result.verdict !== 'skipped')
  const worst =
    asked.find(result => result.blocks) ??
    asked.find(result => result.verdict !== 'pass') ??
    asked[0] ??
    results[0]
  if (!worst) return { verdict: 'skipped' }
  outputs.verdict = worst.verdict
  outputs['report-path'] = `${output}/${worst.model}/report.md`
  outputs['json-path'] = `${output}/${worst.model}/result.json`
  outputs['html-path'] = `${output}/${worst.model}/report.html`
  const metrics = results.flatMap(({ model, metrics }) =>
    metrics.flatMap(({ metric, gated, candidate }) =>
      gated && candidate ? [{ ...(results.length > 1 && { model }), metric, value: candidate.value }] : [],
    ),
  )
  return { ...metricOutputs(metrics), ...outputs }
}
