import type { ForgeDialect } from '../../src/core/report/words/dialect.ts'

/** A forge with all that one can have: boxes, folds and quick actions. */
export const BOXES: ForgeDialect = {
  name: 'boxes',
  maxBody: 60_000,
  alerts: true,
  details: true,
  quickActions: true,
}
