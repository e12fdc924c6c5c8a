import type { ModelConfig } from '../core/config.ts'
import type { Image } from '../core/release/record.ts'
import type { Context } from './context.ts'

/** What is deployed: from the command line, else by the packaging that the configuration names. */
export async function packageModel(
  _context: Context,
  _name: string,
  _model: ModelConfig,
  _commit: string,
  _given: { image?: string; uri?: string; 'dry-run': boolean },
): Promise<{ image?: Image; uri?: string }> {
  return {}
}
