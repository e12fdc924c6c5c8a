import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dataRoles } from '../../core/inputs/dvc/data-version.ts'
import { artifact, type Batch, logBatch, logInputs, runOf } from '../../core/mlflow/requests.ts'
import {
  batchesOf,
  LIMITS,
  originTags,
  type RunLog,
  runLog,
  withoutParams,
} from '../../core/mlflow/run-log.ts'
import { notDoneWords } from '../../core/mlflow/words.ts'
import { Result } from '../../core/verdict/result.ts'
import { withoutSecrets } from '../command/without-secrets.ts'
import { readParameters } from '../project/parameters.ts'
import type { ModelWork } from '../project/project.ts'
import { readDataFiles } from '../project/read-evaluation.ts'
import { type JudgedModel, writeReport } from '../result/outputs.ts'
import { type MlflowServer, orNoted } from './server.ts'
import { endOwnRun, type OpenRun, originOf, type Tracking } from './tracking.ts'

/** Writes the reports of a model, and logs its run with the page. What was not logged stands in the reports that stay. */
export async function writeTrackedReport(
  work: ModelWork,
  output: string,
  judged: JudgedModel & { tracking?: Tracking | undefined },
  configFile: string,
): Promise<Result> {
  const { context } = work
  const { tracking, ...model } = judged
  const written = await writeReport(context, output, model, configFile)
  if (!tracking) return model.result
  const before = tracking.notDone.length
  await logRun(work, model, tracking, written.html)
  if (tracking.notDone.length === before) return model.result
  const result = withTracking(work, model.result, tracking)
  await writeReport(context, output, { ...model, result }, configFile)
  return result
}

/** The result with where its run is, and what could not be done so far. */
export function withTracking(work: ModelWork, result: Result, tracking: Tracking | undefined): Result {
  if (!tracking) return result
  const { run, server, notDone } = tracking
  const at = run && server && { server: server.address, experiment: run.experiment, run: run.id }
  return withoutSecrets(work.context, Result, {
    ...result,
    mlflow: { ...result.mlflow, ...(at && { at }), problems: notDoneWords(notDone) },
  })
}

// --- internal ---

async function logRun(work: ModelWork, judged: JudgedModel, tracking: Tracking, page: string): Promise<void> {
  const { server, run, isLogged, notDone } = tracking
  if (!server || !run || !isLogged) return
  const { context } = work
  const log = await logOf(work, judged, run)
  for (const batch of batchesOf(log, LIMITS.usual))
    await orNoted(notDone, 'parameters, metrics and tags were not logged', () => logged(server, run, batch))
  if (log.datasets.length > 0)
    await orNoted(notDone, 'datasets were not logged', () => server.send(logInputs(run.id, log.datasets)))
  await orNoted(notDone, 'the report was not logged', async () => {
    const bytes = await readFile(join(context.folder, page))
    const upload = artifact(run.artifacts, 'assay/report.html', bytes)
    if (upload) await server.send(upload)
    else
      notDone.push({
        what: 'the report was not logged',
        why: 'its artifacts are in a store that only a client of its own can write to',
      })
  })
  if (!run.isOurs) return
  await endOwnRun(work, tracking, judged.result.state === 'judged' ? 'FINISHED' : 'FAILED')
  if (notDone.length > 0) context.log.warn(`${work.model}: MLflow: ${notDoneWords(notDone).join(' ')}`)
}

async function logOf(work: ModelWork, { result, plots }: JudgedModel, run: OpenRun): Promise<RunLog> {
  const parameters = (await readParameters(work.context, work.config)) ?? {}
  const roles = dataRoles(await readDataFiles(work.context.folder, work.config.data))
  const log = runLog(result, plots, parameters, run.began, roles)
  return run.isOurs ? log : { ...log, tags: [...originTags(await originOf(work)), ...log.tags] }
}

/**
 * Training may have logged a parameter itself, with another spelling of its value: its word stays. And some servers take less in one
 * request than MLflow.
 */
async function logged(server: MlflowServer, run: OpenRun, batch: Batch): Promise<void> {
  const said = await server.ask(logBatch(run.id, batch))
  if ('answer' in said) return
  const { run: there } = await server.send(runOf(run.id))
  for (const rest of batchesOf(withoutParams(batch, there.data.params), LIMITS.least))
    await server.send(logBatch(run.id, rest))
}
