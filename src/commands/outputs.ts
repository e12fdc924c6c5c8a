import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PLAIN_DIALECT } from '../core/report/dialect.ts'
import { renderMarkdown } from '../core/report/markdown.ts'
import type { Result } from '../core/report/result.ts'
import type { Context } from './context.ts'
import type { JudgedModel } from './judge-model.ts'

/** Paths of what was written for one model, relative to the repository. */
export interface WrittenReport {
  result: string
  markdown: string
  html: string
}

/** Writes result.json, report.md and report.html of a model into the output folder. */
export async function writeReport(
  context: Context,
  output: string,
  judged: JudgedModel,
): Promise<WrittenReport> {
  const { renderHtml } = await import('../core/report/html.ts')
  const { result, plots } = judged
  const folder = `${output}/${result.model}`
  const written = {
    result: `${folder}/result.json`,
    markdown: `${folder}/report.md`,
    html: `${folder}/report.html`,
  }
  await mkdir(join(context.folder, folder), { recursive: true })
  await Promise.all([
    writeFile(join(context.folder, written.result), `${JSON.stringify(result, null, 2)}\n`),
    writeFile(
      join(context.folder, written.markdown),
      renderMarkdown(result, context.forge?.dialect ?? PLAIN_DIALECT, {}),
    ),
    writeFile(join(context.folder, written.html), await renderHtml(result, plots)),
  ])
  return written
}

/** The outputs of a step for one or several models: the worst verdict, the paths, each headline metric. */
export function stepOutputs(results: Result[], output: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  const worst =
    results.find(result => result.blocks) ?? results.find(result => result.verdict !== 'pass') ?? results[0]
  if (!worst) return { verdict: 'skipped' }
  outputs.verdict = worst.state === 'skipped' ? 'skipped' : worst.verdict
  outputs['report-path'] = `${output}/${worst.model}/report.md`
  outputs['json-path'] = `${output}/${worst.model}/result.json`
  outputs['html-path'] = `${output}/${worst.model}/report.html`
  for (const result of results)
    for (const row of result.metrics.filter(row => row.gated && row.candidate))
      outputs[results.length > 1 ? `${result.model}-${row.metric}` : row.metric] = String(
        row.candidate!.value,
      )
  return outputs
}
