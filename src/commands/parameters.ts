import type { ModelConfig } from '../core/config.ts'
import type { ReleaseRecord } from '../core/release/record.ts'
import type { Context } from './context.ts'

/** The parameters that the model was trained with, from the file that the configuration names. */
export async function readParameters(
  _context: Context,
  _model: ModelConfig,
): Promise<ReleaseRecord['parameters'] | undefined> {
  return undefined
}
