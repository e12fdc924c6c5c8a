import { AssayError } from '../../../core/errors/errors.ts'
import type { InventoryRecord } from '../../../core/promotion/inventory.ts'
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
  const recorded: (Recorded & { at: number })[] = []
  const all: InventoryRecord[] = [...records]
  for (const [at, record] of records.entries()) {
    if (!('release' in record)) continue
    const { environment, release } = record
    const place = placeOf({ environment, model: release.model })
    const broken = place?.manifests.find(path => manifests.get(path) instanceof AssayError)
    if (broken) all[at] = { ...record, standing: { kind: 'unknown', reason: `${broken} cannot be read` } }
    else if (place) recorded.push({ at, place, release })
  }
  const files = new Map(
    [...manifests].filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
  const standings = await standingsAt(past, recorded, { commit, files })
  for (const [index, { at }] of recorded.entries()) {
    const standing = standings[index]
    if (standing) all[at] = { ...all[at]!, standing } as InventoryRecord
  }
  return all
}
