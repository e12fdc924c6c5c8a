import { AssayError } from '../../core/errors.ts'
import type { InventoryRecord } from '../../core/inventory.ts'
import type { Standing } from '../../core/promotion/standing.ts'
import type { Ledger } from './ledger.ts'
import { standingAt } from './standing.ts'
import { placesOf } from './state.ts'

/** With how its manifests stand to it. One that cannot be read is as one that is broken. */
export async function withStanding(
  { config, commit, manifests, past }: Ledger,
  record: InventoryRecord,
): Promise<InventoryRecord> {
  if (!('release' in record)) return record
  const { environment, release } = record
  const place = placesOf(config, release.model).find(one => one.environment.name === environment)
  if (!place) return record
  const texts = place.manifests.map(path => [path, manifests.get(path)] as const)
  const broken = texts.find(([, text]) => text instanceof AssayError)
  const files = new Map(texts.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  const standing: Standing | undefined = broken
    ? { kind: 'unknown', reason: `${broken[0]} cannot be read` }
    : await standingAt(past, place, release, { commit, files })
  return standing ? { ...record, standing } : record
}
