import { configFor } from '../../../core/deploy-config/deploy-config.ts'
import { type InventoryRecord, type InventoryRow, inventory } from '../../../core/promotion/inventory.ts'
import type { Plan } from '../../../core/promotion/plan/plan.ts'
import type { Ledger } from './ledger.ts'
import { plansOf } from './plans.ts'

/**
 * What stands in the ledger as rows, with what they were made from. What a model skips is no gap and has no row; what stands
 * there all the same is shown. `now` is in milliseconds.
 */
export async function ledgerRows(
  ledger: Ledger,
  now: number,
): Promise<{ rows: InventoryRow[]; records: InventoryRecord[]; plans: Plan[] }> {
  const { config } = ledger
  const { records, plans } = await plansOf(ledger, now)
  const isOwn = (row: InventoryRow) =>
    !Object.hasOwn(config.models, row.model) ||
    configFor(config, row.model).environments.some(({ name }) => name === row.environment)
  const rows = inventory(config, records, plans, now).filter(
    row => isOwn(row) || row.version !== undefined || row.waits !== undefined,
  )
  return { rows, records, plans }
}
