import { cp, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { DemoError } from './demo-error.ts'
import { PUSHES } from './pushes.ts'
import type { ActionResult } from './run-action.ts'
import type { JobResult } from './workflows.ts'

/** Pages of the second half of the story. */
export const PAGES = { promotion: 'promotion.html', rollback: 'rollback.html', bot: 'models.html' }

/** Keeps the log of a run. Where the run did not do its part the demo ends here, with the end of that log. */
export async function keepLog(out: string, name: string, action: ActionResult, done: boolean): Promise<void> {
  const file = join(out, `${name}.log`)
  await writeFile(file, action.log)
  if (done) return
  throw new DemoError(
    `The action ended with exit code ${action.exitCode} and did not do what the story needs. The end of its log:\n\n${action.log.split('\n').slice(-40).join('\n')}`,
    `The whole log: ${file}`,
  )
}

/** Copies the files that a workflow would upload as artifact; returns links to them, relative to `out`. */
export async function keepArtifacts(out: string, number: number, action: JobResult) {
  const wanted = [
    { output: 'html-path', text: 'report with plots', href: `report-${number}.html` },
    { output: 'json-path', text: 'all numbers as JSON', href: `result-${number}.json` },
  ]
  const kept = wanted.filter(file => action.outputs[file.output])
  for (const { output, href } of kept)
    await cp(resolve(action.workspace, action.outputs[output]!), join(out, href))
  return kept.map(({ text, href }) => ({ text, href }))
}

/** The last words: which files to open. */
export function lookAt(out: string): string {
  const path = (name: string) => relative(process.cwd(), resolve(out, name))
  const reports = PUSHES.map((_, index) => `report-${index + 1}.html`)
  const rows: [string, string][] = [
    ...PUSHES.map((push): [string, string] => [path(push.page), push.shows]),
    [path(PAGES.promotion), 'the promotion into production, as its approver finds it'],
    [path(PAGES.rollback), 'the way back'],
    [path(PAGES.bot), 'what serves where and what waits, as the bot shows it to Grace'],
    [`${path(reports[0]!)} …`, 'the plots behind each verdict'],
    ['examples/late-flights/assay.yml', 'all the configuration that the model repository needed'],
    ['examples/deploy-repo/assay-deploy.yml', 'and the deploy repository, for all of its models'],
  ]
  const width = Math.max(...rows.map(([file]) => file.length))
  return rows.map(([file, what]) => `  ${file.padEnd(width)}  ${what}`).join('\n')
}
