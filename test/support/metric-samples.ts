import type { Sample } from '../../src/core/traffic/seen/prometheus-answer.ts'

/** The series of a canary as the query about it answers them, out of what a collector shows. */
export function metricSamples(text: string): Sample[] {
  return text.split('\n').flatMap((line): Sample[] => {
    const [, name, labels, value] = /^assay_(\w+?)(?:_total)?\{(.*canary=.*)\} (\S+)$/.exec(line) ?? []
    if (name === undefined) return []
    const said = Object.fromEntries(
      [...labels!.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, text]) => [label, text]),
    )
    const { model: _, release: __, ...kept } = said
    return [{ labels: { ...kept, count: COUNTS[name] ?? name }, value: Number(value) }]
  })
}

// --- internal ---

const COUNTS: Record<string, string> = {
  canary_events: 'events',
  canary_echoed: 'echoed',
  canary_outcomes: 'outcomes',
  canary_start_time_seconds: 'began',
  canary_restarted: 'restarted',
}
