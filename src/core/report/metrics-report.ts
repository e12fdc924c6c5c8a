import type { Result } from '../verdict/result.ts'

/**
 * The candidates' metrics as OpenMetrics text, one gauge a metric with the model as its label, for widgets that show what
 * changed against the target branch. Finite numbers only; sorted, so that the same results give the same bytes.
 * `assay_blocks` is there for every model that was to be judged: 1 where the run fails.
 *
 * https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function renderMetricsReport(results: Result[]): string {
  const samples = results.filter(result => result.state !== 'skipped').flatMap(samplesOf)
  const families = new Map<string, Map<string, number>>()
  for (const { family, labels, value } of samples) {
    const rows = families.get(family) ?? new Map<string, number>()
    families.set(family, rows.set(labels, value))
  }
  const lines = [...families]
    .sort(byName)
    .flatMap(([family, rows]) => [
      `# TYPE ${family} gauge`,
      ...[...rows].sort(byName).map(([labels, value]) => `${family}{${labels}} ${numberText(value)}`),
    ])
  return `${[...lines, '# EOF'].join('\n')}\n`
}

// --- internal ---

interface Sample {
  family: string
  labels: string
  value: number
}

const OWN = 'assay_'

function samplesOf(result: Result): Sample[] {
  const model = label('model', result.model)
  const metrics = new Map(result.metrics.map(row => [row.metric, row.candidate?.value]))
  const samples = [...metrics].flatMap(([metric, value]): Sample[] => {
    if (value === undefined || !Number.isFinite(value)) return []
    const family = legalName(metric)
    // Two metrics may have one legal name, and one may be called like ours: the label keeps them apart.
    const whole = family === metric && !metric.startsWith(OWN)
    return [{ family, labels: whole ? model : `${model},${label('metric', metric)}`, value }]
  })
  return [...samples, { family: `${OWN}blocks`, labels: model, value: result.blocks ? 1 : 0 }]
}

/** `[a-zA-Z_][a-zA-Z0-9_]*`; colons are for the rules of a monitoring system. */
function legalName(metric: string): string {
  const name = metric.replace(/[^A-Za-z0-9_]/g, '_')
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`
}

/** One reader splits lines as a shell does, and cuts them at `#`: no name of ours has such a character, and none gets one. */
function label(name: string, value: string): string {
  return `${name}="${value.replace(/[^A-Za-z0-9_./@:-]/g, '_')}"`
}

function byName(a: [string, unknown], b: [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1
}

/** JavaScript's shortest text of a number is one of OpenMetrics' too; minus zero is zero. */
function numberText(value: number): string {
  return String(value === 0 ? 0 : value)
}
