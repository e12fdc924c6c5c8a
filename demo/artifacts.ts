import { cp, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { DemoError } from './demo-error.ts'
import { PUSHES } from './pushes.ts'
import type { ActionResult } from './run-action.ts'

/** Keeps the log of a run. Without a verdict the demo ends here, with the end of that log. */
export async function keepLog(out: string, number: number, action: ActionResult): Promise<void> {
  const file = join(out, `action-${number}.log`)
  await writeFile(file, action.log)
  if (action.outputs.verdict) return
  throw new DemoError(
    `The action ended with exit code ${action.exitCode} and gave no verdict. The end of its log:\n\n${action.log.split('\n').slice(-40).join('\n')}`,
    `The whole log: ${file}`,
  )
}

/** Copies the files that a workflow would upload as artifact; returns links to them, relative to `out`. */
export async function keepArtifacts(out: string, number: number, action: ActionResult, workspace: string) {
  const wanted = [
    { output: 'html-path', text: 'report with plots', href: `report-${number}.html` },
    { output: 'json-path', text: 'all numbers as JSON', href: `result-${number}.json` },
  ]
  const kept = wanted.filter(file => action.outputs[file.output])
  for (const { output, href } of kept) await cp(resolve(workspace, action.outputs[output]!), join(out, href))
  return kept.map(({ text, href }) => ({ text, href }))
}

/** The last words: which files to open. */
export function lookAt(out: string): string {
  const path = (name: string) => relative(process.cwd(), resolve(out, name))
  const pages = PUSHES.map(push => path(push.page))
  const rows: [string, string][] = [
    [pages[0]!, 'the pull request after the first push'],
    [pages[1]!, '… and after the second'],
    [`${path('report-1.html')}, ${path('report-2.html')}`, 'the plots behind each verdict'],
    ['examples/late-flights/assay.yml', 'all the configuration that this repository needed'],
  ]
  const width = Math.max(...rows.map(([file]) => file.length))
  return rows.map(([file, what]) => `  ${file.padEnd(width)}  ${what}`).join('\n')
}
