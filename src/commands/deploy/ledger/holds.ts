import { heldBy } from '../../../core/promotion/places/hold-file.ts'
import { placeKey } from '../../../core/promotion/places/places.ts'
import type { Hold } from '../../../core/promotion/plan/facts.ts'
import { proposedHold } from '../read/holds.ts'
import { holdQuestion, manifestPlaces } from '../read/state.ts'
import type { SiteLedger } from './ledger.ts'

/** Every hold of a ledger: those on the branch that is deployed, and those that are proposed, which hold already. */
export async function holdsIn(ledger: SiteLedger): Promise<Hold[]> {
  const merged = ledger.holds.map(({ environment, model, path, text }) => ({
    environment,
    model,
    ...heldBy(text, path),
  }))
  const isMerged = new Set(merged.map(({ environment, model }) => placeKey(environment, model)))
  const placeOf = manifestPlaces(ledger.config)
  const asked = ledger.holdBranches.flatMap(one => {
    const place = placeOf(one)
    if (!place || isMerged.has(placeKey(one.environment, one.model))) return []
    return [{ ...one, ...holdQuestion(one.model)(place) }]
  })
  const proposed: Hold[] = []
  for (const seen of await ledger.promotions(asked)) {
    const { environment, model, file } = seen
    if (await ledger.isOpen(seen)) proposed.push({ environment, model, ...proposedHold(seen, file) })
  }
  return [...merged, ...proposed]
}
