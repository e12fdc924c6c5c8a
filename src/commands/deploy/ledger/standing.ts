import { isAssayError } from '../../../core/errors/errors.ts'
import { faultWords, isFault } from '../../../core/errors/fault.ts'
import type { InventoryRecord } from '../../../core/promotion/inventory.ts'
import type { Standing } from '../../../core/promotion/plan/standing.ts'
import type { PastFiles, Recorded } from '../read/deviation.ts'
import { standingsAt } from '../read/standing.ts'
import { manifestPlaces } from '../read/state.ts'
import type { SiteLedger } from './ledger.ts'

/** Records with how their manifests stand to them. A manifest that cannot be read is as one that is broken. */
export async function withStandings(
  { config, commit, manifests, past }: SiteLedger,
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
  const standings = await standingsOf(past, [...recorded.values()], { commit, files })
  return records.map(record => {
    const readable = recorded.get(record)
    const standing = readable ? standings.get(readable) : broken.get(record)
    return standing ? { ...record, standing } : record
  })
}

// --- internal ---

/** A fault of ours at one place is told of that place: it is found by halves, with a call or two for each. */
async function standingsOf(
  past: PastFiles,
  recorded: readonly Recorded[],
  at: Parameters<typeof standingsAt>[2],
): Promise<ReadonlyMap<Recorded, Standing>> {
  try {
    return await standingsAt(past, recorded, at)
  } catch (error) {
    if (!isFault(error)) throw error
    const [one, ...others] = recorded
    if (one && others.length === 0) return new Map([[one, { kind: 'unknown', reason: reportWords(error) }]])
    const middle = Math.ceil(recorded.length / 2)
    return new Map([
      ...(await standingsOf(past, recorded.slice(0, middle), at)),
      ...(await standingsOf(past, recorded.slice(middle), at)),
    ])
  }
}

function reportWords(error: unknown): string {
  return `${faultWords(error)}; please report it, with what \`assay verify --debug\` prints`
}
