import { isAssayError } from '../../../core/errors/errors.ts'
import type { InventoryRecord } from '../../../core/promotion/inventory.ts'
import type { Standing } from '../../../core/promotion/plan/standing.ts'
import type { Recorded } from '../read/deviation.ts'
import { standingsAt } from '../read/standing.ts'
import { manifestPlaces } from '../read/state.ts'
import type { Ledger } from './ledger.ts'

/** Records with how their manifests stand to them. A manifest that cannot be read is as one that is broken. */
export async function withStandings(
  { config, commit, manifests, past }: Ledger,
  records: readonly InventoryRecord[],
): Promise<InventoryRecord[]> {
  const placeOf = manifestPlaces(config)
  const recorded = new Map<InventoryRecord, Recorded>()
  const broken = new Map<InventoryRecord, Standing>()
  for (const record of records) {
    if (!('release' in record)) continue
    const { environment, release } = record
    const place = placeOf({ environment, model: release.model })
    const unread = place?.manifests.find(path => isAssayError(manifests.get(path)))
    if (unread) broken.set(record, { kind: 'unknown', reason: `${unread} cannot be read` })
    else if (place) recorded.set(record, { place, release })
  }
  const files = new Map(
    [...manifests].filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
  const standings = await standingsAt(past, [...recorded.values()], { commit, files })
  return records.map(record => {
    const readable = recorded.get(record)
    const standing = readable ? standings.get(readable) : broken.get(record)
    return standing ? { ...record, standing } : record
  })
}
