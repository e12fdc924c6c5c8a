import { type Described, type Mask, maskedValue, maskOf } from '../../core/secrets/masked-value.ts'
import { secretsFromEnv } from '../../core/secrets/secrets.ts'
import type { Context } from './context.ts'

/**
 * The border that everything passes which is written, posted or kept: results, records, holds, messages, texts. Only the CI's own
 * log masks secrets by itself.
 */

/** Data that a schema describes, freed of secrets; the schema takes it as before. */
export function withoutSecrets<T>(context: Context, schema: Described<T>, value: T): T {
  return maskedValue(schema, value, maskFor(context))
}

/** What masks the secrets of this environment. */
export function maskFor({ env }: Pick<Context, 'env'>): Mask {
  return maskOf(secretsFromEnv(env))
}
