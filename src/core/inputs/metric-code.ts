import { maskPersonalData } from '../secrets/secrets.ts'
import type { Evaluation } from './evaluation.ts'

/** Why numbers of files are not comparable: they come from different code, or nobody knows from which. */
export function whyOtherCode(candidate: Evaluation, baseline: Evaluation): string | undefined {
  for (const { side, metricCodeMissing } of [candidate, baseline])
    if (metricCodeMissing !== undefined)
      return `nobody knows which code computed the metrics of the ${side}: there is no ${maskPersonalData(metricCodeMissing)}, which \`metric_code\` names`
  const [ours, theirs] = [candidate.metricCode, baseline.metricCode]
  if (ours === undefined || theirs === undefined || ours === theirs) return undefined
  return `the code that computes the metrics differs (${ours.slice(0, 8)} and ${theirs.slice(0, 8)})`
}
