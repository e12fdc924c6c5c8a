import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DriftVerdict } from '../../core/traffic/drift/verdict.ts'
import { renderDriftHtml } from '../../core/traffic/report/html.ts'

/** drift.json, drift.md and drift.html in the output folder. */
export async function writeVerdict(folder: string, verdict: DriftVerdict, report: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'drift.json'), `${JSON.stringify(verdict, null, 2)}\n`)
  await writeFile(join(folder, 'drift.md'), report)
  await writeFile(join(folder, 'drift.html'), renderDriftHtml(verdict))
}
