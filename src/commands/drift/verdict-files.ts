import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Alarm } from '../../core/traffic/drift/alarms.ts'
import type { DriftVerdict } from '../../core/traffic/drift/verdict.ts'
import { renderDriftHtml } from '../../core/traffic/report/html.ts'
import { verdictData } from '../../core/traffic/report/json.ts'

/** drift.json, drift.md and drift.html in the output folder. */
export async function writeVerdict(folder: string, verdict: DriftVerdict, report: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'drift.json'), `${JSON.stringify(verdictData(verdict), null, 2)}\n`)
  await writeFile(join(folder, 'drift.md'), report)
  await writePage(folder, verdict)
}

/** drift.html alone, with the alarms that go on where they are known. */
export async function writePage(
  folder: string,
  verdict: DriftVerdict,
  alarms: readonly Alarm[] = [],
): Promise<void> {
  await writeFile(join(folder, 'drift.html'), renderDriftHtml(verdict, alarms))
}
