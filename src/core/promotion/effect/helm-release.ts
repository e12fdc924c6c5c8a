import * as z from 'zod'
import { readDocuments } from '../../yaml/documents.ts'
import { plainValue } from '../../yaml/plain-value.ts'
import { inRepository } from './kustomization.ts'

/** How Flux renders the chart of a HelmRelease, where the chart is in the repository. As `helm-controller` of Flux 2 does it. */
export interface ReleasedChart {
  name: string
  /** Folder of the chart in the repository. */
  chart: string
  /** Files of values that the chart brings, in the repository; the last one wins. */
  values: string[]
  /** Values that win over them, as JSON, which is YAML. */
  inline: string
}

/** Whether a text may have a HelmRelease. */
export function mayRelease(text: string): boolean {
  return /^[ \t]*["']?kind["']?[ \t]*:[ \t]*["']?HelmRelease\b/m.test(text)
}

/** The charts of the HelmReleases in a text, or why one cannot be rendered here. */
export function releasedCharts(text: string, file: string): ReleasedChart[] | { reason: string } {
  const { documents, faults } = readDocuments(text)
  if (faults.length > 0) return { reason: `${file} is no YAML` }
  const found = documents.flatMap(document => {
    const plain = plainValue(document)
    const read = 'value' in plain ? HelmRelease.safeParse(plain.value) : undefined
    return read?.success ? [chartOf(read.data, file)] : []
  })
  const charts = found.flatMap(one => ('reason' in one ? [] : [one]))
  const reason = found.find(one => 'reason' in one)
  if (reason) return reason
  return charts.length > 0 ? charts : { reason: `${file} has no HelmRelease with a chart of its own` }
}

// --- internal ---

const HelmRelease = z.object({
  kind: z.literal('HelmRelease'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    releaseName: z.string().nullish(),
    chart: z
      .object({
        spec: z.object({
          chart: z.string(),
          sourceRef: z.object({ kind: z.string(), name: z.string().nullish() }),
          valuesFiles: z.array(z.string()).nullish(),
        }),
      })
      .nullish(),
    values: z.record(z.string(), z.unknown()).nullish(),
    valuesFrom: z.array(z.unknown()).nullish(),
    postRenderers: z.array(z.unknown()).nullish(),
  }),
})

function chartOf(
  { metadata, spec }: z.infer<typeof HelmRelease>,
  file: string,
): ReleasedChart | { reason: string } {
  const of = `the HelmRelease ${metadata.name} of ${file}`
  if (!spec.chart) return { reason: `${of} names a chart that is an object of its own` }
  const { chart, sourceRef, valuesFiles } = spec.chart.spec
  if (sourceRef.kind !== 'GitRepository')
    return { reason: `the chart ${chart} of ${of} comes from a ${sourceRef.kind}` }
  if (spec.valuesFrom && spec.valuesFrom.length > 0)
    return { reason: `${of} has values from objects of the cluster (\`valuesFrom\`)` }
  if (spec.postRenderers && spec.postRenderers.length > 0)
    return { reason: `${of} is changed once more after it is rendered (\`postRenderers\`)` }
  // Both are paths from the top of the repository.
  const [folder, ...values] = [chart, ...(valuesFiles ?? [])].map(path => inRepository(path, 'top'))
  if (folder === undefined || values.includes(undefined))
    return { reason: `the chart of ${of} is not in the repository` }
  return {
    name: spec.releaseName ?? metadata.name,
    chart: folder,
    values: values as string[],
    inline: JSON.stringify(spec.values ?? {}),
  }
}
