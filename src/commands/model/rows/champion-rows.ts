import { isAssayError } from '../../../core/errors/errors.ts'
import type { Predictions } from '../../../core/inputs/evaluation.ts'
import { type CandidateRows, readKeptRows } from '../../../core/inputs/kept/kept-rows.ts'
import { rowNames } from '../../../core/inputs/kept/row-names.ts'
import type { ReleaseRecord } from '../../../core/release/record.ts'
import { metricOfOtherRows } from '../../../core/release/rows-of.ts'
import { maskPersonalData } from '../../../core/secrets/secrets.ts'
import { digestOf } from '../../../services/registry/push/manifests.ts'
import type { ModelWork } from '../../project/project.ts'
import { baselinesKey } from './baselines-key.ts'
import { rowsPlace } from './place-of.ts'

/**
 * The rows of a release, as they were kept; what is fetched must be the very file that its record names.
 *
 * @param candidate the rows that are the same are found again by its ids
 * @returns why there are none, where the configuration and the record speak of them; undefined where they do not
 */
export async function championRows(
  work: ModelWork,
  release: ReleaseRecord,
  candidate: CandidateRows,
): Promise<Predictions | { problem: string } | undefined> {
  const { context, model, config } = work
  const { baselines } = config
  const { rows: recorded } = release
  if (!baselines || !recorded) return undefined
  const key = baselinesKey(context.env)
  if ('problem' in key) return key
  const place = rowsPlace(work, baselines)
  try {
    const bytes = await place.take(recorded)
    if (!bytes) return { problem: `they are not in ${place.name} any more` }
    if (digestOf(bytes) !== `sha256:${recorded.hash}`)
      return { problem: `what lies in ${place.name} is not what its record names` }
    const rows = readKeptRows(bytes, rowNames(key.key, model), candidate)
    if ('problem' in rows) return rows
    const told = Object.entries(release.metrics).map(([name, { value }]) => [name, value] as const)
    const other = metricOfOtherRows(rows, told)
    return other === undefined ? rows : { problem: `${other} of them is not what its record says` }
  } catch (error) {
    if (!isAssayError(error)) throw error
    return { problem: maskPersonalData(error.problems[0]?.what ?? error.message) }
  }
}
