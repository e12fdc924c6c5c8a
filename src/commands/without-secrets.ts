import { redactor, secretsFromEnv } from '../core/secrets.ts'
import type { Context } from './context.ts'

/**
 * Plain data with every text in it freed of the secrets of the environment and of everything shaped like one. A result is
 * posted, kept and uploaded: what a dying command printed stands in it, and only the CI's own log masks that by itself.
 */
export function withoutSecrets<T>(context: Context, value: T): T {
  const redact = redactor(secretsFromEnv(context.env))
  return mapTexts(value, redact) as T
}

// --- internal ---

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map(entry => mapTexts(entry, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, mapTexts(entry, change)]))
}
