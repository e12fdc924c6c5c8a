import type { z } from 'zod'
import { METRIC_NAME } from '../text/names.ts'
import { isPlainName } from './secret-name.ts'
import { knownRedactor, redactor } from './secrets.ts'
import { MASK } from './token-shapes.ts'

/** The schema of a value: it says which of its texts are free. */
export type Described<T> = z.ZodType<T>

/** How a text is freed of secrets. */
export interface Mask {
  /** Free text: known secrets, and what has the shape of one. */
  text: (text: string) => string
  /** Texts that names, markers and hashes stand in: known secrets alone, and of these only such as no name looks like. */
  message: (text: string) => string
  /** A name: as `message`, by what is a name again. */
  name: (text: string) => string
}

/** What stands in place of a secret in a name, where `***` may not. */
const NAMELY = 'MASKED'

/** What masks these secrets. */
export function maskOf(secrets: readonly string[]): Mask {
  const sure = secrets.filter(secret => !isPlainName(secret.trim()))
  const message = knownRedactor(sure)
  return { text: redactor(secrets), message, name: name => message(name).replaceAll(MASK, NAMELY) }
}

/**
 * A value with its texts freed of secrets, so that its schema takes it as before. What the schema leaves free (sentences, logs,
 * labels) is masked as text. What it holds to a grammar (names, enums, hashes, instants, images, addresses) stays, for it must be
 * exact and is compared; but names of metrics come out of files that anything may have written, so a known secret that looks like
 * no name is taken out of them. Numbers and switches stay. What the schema does not know is masked as text.
 */
export function maskedValue<T>(schema: Described<T>, value: T, mask: Mask): T {
  return masked(schema, value, mask) as T
}

// --- internal ---

/** What is used of a schema's definition. */
interface Def {
  type: string
  innerType?: z.core.$ZodType
  in?: z.core.$ZodType
  shape?: Record<string, z.core.$ZodType>
  element?: z.core.$ZodType
  keyType?: z.core.$ZodType
  valueType?: z.core.$ZodType
  options?: z.core.$ZodType[]
}

function masked(schema: z.core.$ZodType | undefined, value: unknown, mask: Mask): unknown {
  if (schema === undefined) return everything(value, mask)
  const def = schema._zod.def as unknown as Def
  const inner = def.innerType ?? def.in
  if (inner) return masked(inner, value, mask)
  if (def.options) {
    const option = def.options.find(one => takes(one, value))
    return masked(option, value, mask)
  }
  if (typeof value === 'string') return maskedText(schema, value, mask)
  if (Array.isArray(value)) return value.map(entry => masked(def.element, entry, mask))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      def.keyType ? maskedText(def.keyType, key, mask) : key,
      masked(def.shape?.[key] ?? def.valueType, entry, mask),
    ]),
  )
}

function maskedText(schema: z.core.$ZodType, text: string, mask: Mask): string {
  const { def } = schema._zod
  if (def.type !== 'string') return text
  const checks = (def.checks ?? []).map(check => check._zod.def as { check: string; pattern?: RegExp })
  const grammar = checks.find(({ check }) => check === 'string_format')
  if (!grammar && !('format' in def)) return mask.text(text)
  return grammar?.pattern === METRIC_NAME ? mask.name(text) : text
}

function takes(schema: z.core.$ZodType, value: unknown): boolean {
  return (schema as z.ZodType).safeParse(value).success
}

function everything(value: unknown, mask: Mask): unknown {
  if (typeof value === 'string') return mask.text(value)
  if (Array.isArray(value)) return value.map(entry => everything(entry, mask))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, everything(entry, mask)]))
}
