import { isAssayError } from '../../../core/errors/errors.ts'
import { keptRows, mostKeptRows } from '../../../core/inputs/kept/kept-rows.ts'
import { rowNames } from '../../../core/inputs/kept/row-names.ts'
import { testSetOf } from '../../../core/inputs/predictions/test-set.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { metricOfOtherRows } from '../../../core/release/rows-of.ts'
import { maskPersonalData } from '../../../core/secrets/secrets.ts'
import { formatCount } from '../../../core/text/numbers.ts'
import type { Result } from '../../../core/verdict/result.ts'
import { readPredictions } from '../../../services/files/predictions-files.ts'
import { digestOf } from '../../../services/registry/push/manifests.ts'
import { newestFile } from '../../project/newest-file.ts'
import type { ModelWork } from '../../project/project.ts'
import { baselinesKey } from './baselines-key.ts'
import { rowsPlace } from './place-of.ts'

/** What the record says of the rows that are kept, or why none are. */
export interface KeptWithRelease {
  recorded?: ReleaseRecord['rows']
  note?: string
}

/**
 * Keeps the rows of a release where the configuration says, so that the candidates to come are compared with them. A release whose
 * rows cannot be kept is a release all the same.
 */
export async function keepRows(
  work: ModelWork,
  result: Result,
  { dryRun }: { dryRun: boolean },
): Promise<KeptWithRelease> {
  const { context, model, config } = work
  const { baselines } = config
  if (!baselines) return {}
  if (!config.predictions) return without('the configuration has no `predictions`')
  if ((config.seeds?.length ?? 0) > 1)
    return without('it was trained with several seeds, and the rows of one are not its own')
  const key = baselinesKey(context.env)
  if ('problem' in key) return without(key.problem)
  const place = rowsPlace(work, baselines)
  try {
    const { file } = newestFile(context.folder, config.predictions.file, 'predictions')
    const predictions = await readPredictions(context.folder, { ...config.predictions, file })
    if (testSetOf(predictions).hash !== result.candidate.testSet?.hash)
      return without(`${file} is not what the result was weighed with`)
    const other = metricOfOtherRows(predictions, weighedIn(result))
    if (other !== undefined)
      return without(`${file} is not what the result was weighed with: ${other} comes to another number`)
    const most = mostKeptRows(predictions)
    if (predictions.rows > most) return without(`there are more than ${formatCount(most)} of them`)
    const bytes = keptRows(predictions, rowNames(key.key, model))
    const name = { hash: digestOf(bytes).slice('sha256:'.length), ...place.nameOf(bytes) }
    if (!dryRun) {
      await place.keep(name, bytes)
      context.log.info(`${formatCount(predictions.rows)} rows are kept in ${place.name}`)
    }
    return { recorded: { ...name, rows: predictions.rows } }
  } catch (error) {
    if (!isAssayError(error)) throw error
    const { what, fix } = error.problems[0] ?? { what: error.message }
    return without(`${what}${fix === undefined ? '' : ` (${fix})`}`)
  }
}

// --- internal ---

function weighedIn({ metrics }: Result): (readonly [string, number])[] {
  return metrics.flatMap(({ metric, candidate }) => (candidate ? [[metric, candidate.value] as const] : []))
}

function without(why: string): KeptWithRelease {
  return {
    note: `Its rows are not kept, so comparisons with it will be unpaired: ${maskPersonalData(why)}.`,
  }
}
